// What happens to one employee meanwhile: the shown month is fetched again.
import { useEffect } from "preact/hooks";
import { path, type Row } from "./api";
import { shiftDay } from "./days";

const patience = 300; // ms: a burst of changes is one reading

/** useEmployeeChanges calls reload when a day that the month shows changes, while the component is shown. */
export function useEmployeeChanges(employee: string, month: string, reload: () => void): void {
  useEffect(() => {
    if (!employee) return;
    const stream = new EventSource(path(["v1", "changes"], { employee }));
    const first = shiftDay(`${month}-01`, -6); // the first week's total may begin there
    let timer = 0, begun = false;
    const soon = () => { clearTimeout(timer); timer = window.setTimeout(reload, patience); };
    const told = (event: MessageEvent<string>) => {
      const { day } = JSON.parse(event.data) as Pick<Row, "day">;
      if (day >= first && day.slice(0, 7) <= month) soon();
    };
    stream.addEventListener("change", told);
    stream.addEventListener("gone", told);
    // The first one begins the stream, beside which the month is being read anyway.
    stream.addEventListener("resync", () => { if (begun) soon(); begun = true; });
    return () => { stream.close(); clearTimeout(timer); };
  }, [employee, month, reload]);
}
