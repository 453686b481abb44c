// What surrounds every screen: navigation, freshness, choices, help.
import { effect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Board } from "./board";
import { ExceptionsScreen } from "./exceptions";
import { Freshness, Trouble } from "./freshness";
import { Help, helpOpen } from "./help";
import { language, t, type Key } from "./i18n";
import { useShortcuts } from "./keyboard";
import { Login } from "./login";
import { Menu } from "./menu";
import { MonthScreen } from "./month";
import { go, href, route, type Screen } from "./router";
import { loadSession, locked, may, seesOthers, session, sessionProblem } from "./session";
import { Failure, Loading } from "./states";
import { SystemScreen } from "./system";
import { TeamScreen } from "./team";

interface Place {
  screen: Screen;
  key: string;
  text: Key;
  allowed: () => boolean;
  show: () => ComponentChildren;
}

const places: Place[] = [
  { screen: "board", key: "b", text: "nav.board", allowed: () => seesOthers.value, show: () => <Board /> },
  { screen: "month", key: "m", text: "nav.month", allowed: () => may("read:all", "read:team", "read:self"), show: () => <MonthScreen /> },
  { screen: "team", key: "t", text: "nav.team", allowed: () => seesOthers.value, show: () => <TeamScreen /> },
  { screen: "exceptions", key: "e", text: "nav.exceptions", allowed: () => seesOthers.value, show: () => <ExceptionsScreen /> },
  { screen: "system", key: "s", text: "nav.system", allowed: () => may("read:all", "read:team", "read:self", "admin"), show: () => <SystemScreen /> },
];

effect(() => { document.documentElement.lang = language.value; });

/** Where a way to a screen leads: it keeps what both screens understand. */
function wayTo(screen: Screen): string {
  const here = route.value;
  const month = here.get("month") || here.get("day").slice(0, 7);
  const kept = { board: { day: here.get("day"), team: here.get("team") }, month: { month, employee: here.get("employee") }, team: { month, team: here.get("team") }, exceptions: { team: here.get("team") }, system: {} };
  return href(screen, kept[screen]);
}

export function App() {
  if (session.value === null) {
    const problem = sessionProblem.value;
    return problem ? <main class="alone"><Failure problem={problem} retry={() => void loadSession()} /></main> : <main class="alone"><Loading /></main>;
  }
  if (locked.value) return <Login />;
  return <Shell />;
}

function Shell() {
  const mine = places.filter((place) => place.allowed());
  const place = mine.find((one) => one.screen === route.value.screen) ?? mine[0];
  useShortcuts([
    ...places.map((one) => ({ keys: [`g ${one.key}`], text: one.text, run: () => { if (one.allowed()) go(wayTo(one.screen)); } })),
    { keys: ["?"], text: "help.title", run: () => { helpOpen.value = true; } },
  ]);
  const title = place ? t(place.text) : "";
  useEffect(() => { document.title = `${title} · Timesheet`; }, [title]);
  return (
    <>
      <a class="skip" href="#content">{t("nav.skip")}</a>
      <header class="top">
        <div class="masthead">
          <a class="brand" href={location.pathname}><img src="icon.svg" alt="" width="24" height="24" /><span>Timesheet</span></a>
          <nav aria-label={t("nav.label")}>
            {mine.map((one) => (
              <a key={one.screen} href={wayTo(one.screen)} aria-current={one === place ? "page" : undefined}>{t(one.text)}</a>
            ))}
          </nav>
          <Freshness />
          <Menu />
        </div>
      </header>
      <main id="content" tabIndex={-1} key={place?.screen} class={`screen-${place?.screen ?? "none"}`}>
        {place ? place.show() : <p class="empty">{t("nav.nothing")}</p>}
      </main>
      <Trouble />
      <Help />
    </>
  );
}
