// What happens meanwhile to what a screen shows: it is fetched again.
import { useEffect } from "preact/hooks";
import { shiftDay } from "./days";
import { follow } from "./live";

const patience = 300; // ms: a burst of changes is one reading

/** How often screens that don't follow changes are read again, in ms: nothing shown is older than a minute. */
export const refreshEvery = 30_000;

/** useEvery calls run again and again while somebody can see the page. */
export function useEvery(ms: number, run: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) run(); }, ms);
    const seen = () => { if (!document.hidden) run(); };
    document.addEventListener("visibilitychange", seen);
    return () => { clearInterval(timer); document.removeEventListener("visibilitychange", seen); };
  }, [ms, run]);
}

/** useEmployeeChanges calls reload when a day that the month shows changes, while the component is shown. */
export function useEmployeeChanges(employee: string, month: string, reload: () => void): void {
  useEffect(() => {
    if (!employee) return;
    const first = shiftDay(`${month}-01`, -6); // the first week's total may begin there
    let timer = 0, begun = false;
    const soon = () => { clearTimeout(timer); timer = window.setTimeout(reload, patience); };
    const touched = (day: string) => { if (day >= first && day.slice(0, 7) <= month) soon(); };
    const stop = follow({ employee }, {
      change: (row) => touched(row.day),
      gone: (_, day) => touched(day),
      // The first one begins the stream, beside which the month is being read anyway.
      resync: () => { if (begun) soon(); begun = true; },
    });
    return () => { stop(); clearTimeout(timer); };
  }, [employee, month, reload]);
}
