// Dark or light: as the system says, unless somebody chose.
import { effect, signal } from "@preact/signals";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const kept = "timesheet.theme";
const chosen = localStorage.getItem(kept) as Theme;

export const theme = signal<Theme>(themes.includes(chosen) ? chosen : "auto");

effect(() => {
  if (theme.value === "auto") {
    localStorage.removeItem(kept);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(kept, theme.value);
    document.documentElement.dataset["theme"] = theme.value;
  }
});
