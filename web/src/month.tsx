import { t } from "./i18n";

export function MonthScreen() {
  return <h1>{t("nav.month")}</h1>;
}
