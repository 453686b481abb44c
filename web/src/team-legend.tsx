// What the colours and letters of the team's month mean.
import { t } from "./i18n";
import { kinds, letterOf } from "./month-kind";

export function Legend() {
  return (
    <ul class="legend" aria-label={t("team.legend")}>
      {kinds.filter((kind) => kind !== "expected").map((kind) => (
        <li key={kind}><span class={`cell kind-${kind}${kind === "present" ? " heat-4" : ""}`} aria-hidden="true">{letterOf(kind)}</span> {t(`kind.${kind}`)}</li>
      ))}
      <li><span class="shades" aria-hidden="true">{[1, 2, 3, 4, 5].map((n) => <span key={n} class={`cell kind-present heat-${n}`} />)}</span> {t("team.lessTime")} – {t("team.moreTime")}</li>
      <li><span class="cell kind-present heat-4 corrected" aria-hidden="true" /> {t("team.corrected")}</li>
      <li><span class="cell kind-present heat-4 review" aria-hidden="true" /> {t("team.review")}</li>
    </ul>
  );
}
