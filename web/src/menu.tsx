// Language, theme, help, and who is logged in.
import { helpOpen } from "./help";
import { chooseLanguage, language, languages, t, type Language } from "./i18n";
import { logout, session } from "./session";
import { theme, themes, type Theme } from "./theme";

export function Menu() {
  const who = session.value;
  return (
    <div class="menu">
      <select class="quiet" aria-label={t("menu.language")} value={language.value} onChange={(e) => chooseLanguage(e.currentTarget.value as Language)}>
        {Object.entries(languages).map(([tag, name]) => <option key={tag} value={tag}>{name}</option>)}
      </select>
      <select class="quiet" aria-label={t("menu.theme")} value={theme.value} onChange={(e) => { theme.value = e.currentTarget.value as Theme; }}>
        {themes.map((one) => <option key={one} value={one}>{t(`menu.${one}`)}</option>)}
      </select>
      <button type="button" class="quiet" aria-label={t("help.title")} title={`${t("help.title")} (?)`} onClick={() => { helpOpen.value = true; }}>?</button>
      {who?.authentication && who.logged_in && <>
        <bdi class="who" title={who.scopes.join(", ")}>{who.name}</bdi>
        <button type="button" class="quiet logout" onClick={() => void logout()}>{t("menu.logout")}</button>
      </>}
    </div>
  );
}
