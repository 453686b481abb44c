import { t } from "./i18n";

export function TeamScreen() {
  return <h1>{t("nav.team")}</h1>;
}
