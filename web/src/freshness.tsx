// "as of 09:14:03, 2 s behind the machines", and what is said loudly when that can't be said.
import { age, clockText, t } from "./i18n";
import { asOf, behind, heardAt, lostSince, staleSince, tick } from "./live";
import { zone } from "./session";

const late = 60; // seconds behind the machines, from which on it is told loudly

/** What is wrong, "" for nothing. It has no figures that change each second: it is read aloud. */
function trouble(): string {
  if (lostSince.value !== null) return t("fresh.lost", { since: clockText(lostSince.value, zone.value) });
  if (staleSince.value) return t("fresh.store", { since: staleSince.value.slice(11, 19) });
  const fresh = asOf.value;
  if (!fresh) return "";
  const reason = fresh.error ? `: ${fresh.error}` : "";
  if (fresh.state === "stopped") return t("fresh.stopped") + reason;
  if (fresh.state === "retrying") return t("fresh.retrying") + reason;
  if (behind.value === null) return t("fresh.notRead");
  if (behind.value <= late) return "";
  return fresh.state === "catching_up" ? t("fresh.catchingUp") : t("fresh.late") + reason;
}

export function Freshness() {
  const problem = trouble();
  const lag = behind.value;
  void tick.value; // ages grow while nothing else happens
  const at = heardAt.value;
  return (
    <p class={problem ? "fresh bad" : "fresh"}>
      {at === null ? t("state.loading") : <>
        <span class="when">{t("fresh.asOf", { at: clockText(at, zone.value) })}</span>
        {lag !== null && <span class="lag">{t("fresh.behind", { age: age(lag) })}</span>}
        <span class="zone">{zone.value ?? ""}</span>
      </>}
    </p>
  );
}

export function Trouble() {
  const problem = trouble();
  return <p class="alert" role="alert" hidden={!problem}>{problem}</p>;
}
