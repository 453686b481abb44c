// Login by a token, or at the OpenID provider where one is configured.
import { useState } from "preact/hooks";
import { Problem } from "./api";
import { t } from "./i18n";
import { Menu } from "./menu";
import { login, session } from "./session";
import { problemText } from "./states";

export function Login() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const token = String(new FormData(form).get("token") ?? "").trim();
    if (!token) return;
    setBusy(true);
    try {
      await login(token);
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, {}));
      form.reset();
      form.querySelector("input")?.focus();
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="alone">
      <section class="login" aria-labelledby="login-title">
        <h1 id="login-title"><img src="icon.svg" alt="" width="28" height="28" />Timesheet</h1>
        <form onSubmit={submit}>
          <label for="token">{t("login.token")}</label>
          <input id="token" name="token" type="password" required autoComplete="current-password" autoFocus maxLength={500} aria-describedby="login-problem" aria-invalid={problem !== null} />
          <p id="login-problem" role="alert" class="problem">{problem && (problem.status === 401 ? t("login.wrong") : problemText(problem))}</p>
          <button type="submit" class="primary" disabled={busy}>{busy ? t("state.loading") : t("login.submit")}</button>
        </form>
        {session.value?.oidc && <a class="button" target="_self" href={`v1/session/oidc?return=${encodeURIComponent(location.pathname + location.search)}`}>{t("login.oidc")}</a>}
        <p class="hint">{t("login.hint")}</p>
      </section>
      <Menu />
    </main>
  );
}
