// What the days of a month add up to.
import type { Totals } from "./api";
import { duration, t, type Key } from "./i18n";

export function MonthTotals({ totals }: { totals: Totals }) {
  const times: [Key, number, boolean?][] = [
    ["month.worked", totals.worked_seconds, true],
    ["month.expectedTime", totals.expected_seconds],
    ["month.breaks", totals.break_seconds],
    ["month.dailyOvertime", totals.overtime_seconds],
    ["month.weeklyOvertime", totals.weekly_overtime_seconds],
    ["month.holidayWorked", totals.holiday_worked_seconds],
  ];
  const days: [Key, number, number?][] = [
    ["month.daysWorked", totals.days_worked],
    ["month.lateDays", totals.late_days, totals.late_seconds],
    ["month.earlyDays", totals.early_days, totals.early_seconds],
    ["month.missingDays", totals.missing_out_days],
    ["month.absentDays", totals.absent_days],
    ["month.halfDays", totals.half_days],
    ["month.leaveDays", totals.leave_days],
    ["month.holidays", totals.holidays],
  ];
  return (
    <section class="month-totals" aria-labelledby="month-totals">
      <h2 id="month-totals">{t("month.totals")}{totals.provisional && <small> · {t("month.provisional")}</small>}</h2>
      <dl>
        {times.map(([key, seconds, main]) => (main || seconds > 0) && <div key={key} class={main ? "main" : ""}><dt>{t(key)}</dt><dd>{duration(seconds)}</dd></div>)}
        {days.map(([key, n, seconds]) => n > 0 && <div key={key}><dt>{t(key)}</dt><dd>{t("month.days", { n })}{seconds ? <small> {duration(seconds)}</small> : null}</dd></div>)}
      </dl>
    </section>
  );
}
