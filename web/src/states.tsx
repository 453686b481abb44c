// What a screen shows while there is nothing to show, and small things that all screens use.
import { Problem } from "./api";
import { t } from "./i18n";

export function Loading({ text }: { text?: string }) {
  return <p class="empty loading" role="status">{text ?? t("state.loading")}</p>;
}

export function Empty({ text, hint }: { text: string; hint?: string }) {
  return <div class="empty" role="status"><p>{text}</p>{hint && <p class="hint">{hint}</p>}</div>;
}

/** What a problem means, in the reader's language; the service's own words are English. */
export function problemText(problem: Problem): string {
  switch (problem.status) {
    case 0: return t("state.unreachable");
    case 401: return t("state.unauthenticated");
    case 403: return t("state.forbidden");
    case 404: return t("state.notFound");
    case 429: return t("state.overloaded");
    case 503: return t("state.unavailable");
    default: return problem.status >= 500 ? t("state.internal") : t("state.refused");
  }
}

export function Failure({ problem, retry }: { problem: Problem; retry?: () => void }) {
  return (
    <div class="empty failure" role="alert">
      <p>{problemText(problem)}</p>
      {problem.message && <p class="hint" lang="en">{problem.message}</p>}
      {retry && <button type="button" onClick={retry}>{t("state.retry")}</button>}
    </div>
  );
}

/** An id and a name as they are, whatever they hold: right-to-left text stays within itself. */
export function Person({ id, name }: { id: string; name: string | null }) {
  return <span class="person" title={name ? `${name}, ${id}` : id}>{name && <bdi class="name">{name}</bdi>}<bdi class={name ? "id" : "name"}>{id}</bdi></span>;
}
