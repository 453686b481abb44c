import { t } from "./i18n";

export function SystemScreen() {
  return <h1>{t("nav.system")}</h1>;
}
