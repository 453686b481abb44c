import { t } from "./i18n";

export function ExceptionsScreen() {
  return <h1>{t("nav.exceptions")}</h1>;
}
