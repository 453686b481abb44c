// The service itself: how far the machines' rows are read, who answers, what comes in.
import { useEffect } from "preact/hooks";
import { path, useLoad, type Source, type System } from "./api";
import { t } from "./i18n";
import { freshAs } from "./live";
import { useEvery } from "./month-live";
import { may } from "./session";
import { Failure, Loading } from "./states";
import { Instances, Throughput } from "./system-instances";
import { Periods } from "./system-periods";
import { RejectedRows } from "./system-rejected";
import { SourceFacts } from "./system-source";

const sourceEvery = 3_000; // ms
const systemEvery = 15_000; // ms: instances tell of themselves that often

export function SystemScreen() {
  const source = useLoad<Source>("v1/source");
  const system = useLoad<System>("v1/system");
  useEvery(sourceEvery, source.reload);
  useEvery(systemEvery, system.reload);
  useEffect(() => {
    if (source.value) freshAs({ last_id: source.value.last_id, age_seconds: source.value.lag_seconds, state: source.value.state, error: source.value.error });
  }, [source.value]);
  const none = source.error?.status === 404;
  return (
    <>
      <div class="screen-head"><div class="month-who"><h1>{t("system.title")}</h1></div></div>
      <div class="panels">
        <section class="panel" aria-labelledby="source-title">
          <h2 id="source-title">{t("system.source")}</h2>
          {none && <p class="hint">{t("system.noSource")}</p>}
          {source.error && !none && <Failure problem={source.error} retry={source.reload} />}
          {source.value ? <SourceFacts source={source.value} /> : source.loading && <Loading />}
        </section>
        <section class="panel" aria-labelledby="throughput-title">
          <h2 id="throughput-title">{t("system.throughput")}</h2>
          {system.error && <Failure problem={system.error} retry={system.reload} />}
          {system.value ? <Throughput of={system.value.throughput} /> : system.loading && <Loading />}
        </section>
        <section class="panel" aria-labelledby="instances-title">
          <h2 id="instances-title">{t("system.instances")}</h2>
          {system.error && <Failure problem={system.error} retry={system.reload} />}
          {system.value ? <Instances system={system.value} /> : system.loading && <Loading />}
        </section>
        {may("read:all", "admin") && !none && <RejectedRows count={source.value?.rejected ?? 0} dropped={source.value?.rejected_dropped ?? 0} />}
        {may("read:all", "read:team", "read:self") && <Periods />}
      </div>
    </>
  );
}

export const rejectedPath = (after: number | null): string => path(["v1", "source", "rejected"], { after, limit: 100 });
