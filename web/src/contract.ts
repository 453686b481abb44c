// Made of api/openapi.json by go generate ./web; don't edit.

export type Adjustment = {
  /** Who corrected */
  actor: string | null;
  after: TimesheetDay;
  /** When it was corrected */
  at: string | null;
  before: TimesheetDay;
  cause: AdjustmentCause;
  day: string;
  /** In plain English */
  detail: string;
  employee_id: string;
  name: string | null;
  team: string | null;
};

export type AdjustmentCause = "rules" | "clockings" | "correction";

export type Adjustments = {
  adjustments: Adjustment[];
  as_of: AsOf;
  closed: Closed;
  month: string;
  next: string | null;
};

export type AsOf = Freshness | null;

export type Board = {
  as_of: AsOf;
  /** When time alone changes a row next, as when it is too late for a clock-out: ask again then */
  changes_at: string | null;
  day: string;
  entries: Row[];
  next: string | null;
  /** Since when the store can't be reached, so that newer clockings may be missing */
  stale_since: string | null;
  totals: DayTotals;
};

/** What else machines send beside these is ignored. */
export type Clocking = {
  /** RFC 3339 with an offset, or a local wall time at the employee's site. */
  clocked_at: string;
  /** 1 to 64 bytes, compared byte by byte: 7 and 007 are two. A whole number is read as it is written. */
  employee_id: string;
  /** The sender's own, not kept */
  id?: unknown;
};

export type ClockingList = Clocking[];

export type Clockings = Clocking | ClockingList;

/** That the month is closed; its figures are those that were paid. */
export type Closed = {
  at: string;
  by: string;
};

export type ClosedMonth = {
  closed: Closed;
  month: string;
  sheet: Timesheet;
};

export type ClosedOrNot = Closed | null;

/** What counts instead of the clockings; null or absent where those count. */
export type CorrectedTimes = {
  /** RFC 3339 with an offset, or a local wall time at the employee's site */
  clock_in?: string | null;
  clock_out?: string | null;
  /** For all who see the day */
  remark?: string | null;
};

export type Correction = {
  actor: string;
  at: string;
  clock_in: string | null;
  clock_out: string | null;
  reason: string;
  remark: string | null;
  /** The clockings changed since */
  review: boolean;
  /** Of this employee and day; the highest counts */
  seq: number;
  withdrawn: boolean;
};

export type CorrectionResult = {
  correction: Correction;
  entry: Row;
};

export type Corrections = {
  corrections: Correction[];
  day: string;
  employee_id: string;
};

/** Of the whole day, or of the team that was asked for, whatever the other filters. */
export type DayTotals = {
  absent: number;
  below_absent: number;
  complete: number;
  day_off: number;
  early_leave: number;
  employees: number;
  expected: number;
  half_day: number;
  holiday: number;
  holiday_worked_seconds: number;
  late: number;
  long_span: number;
  missing_out: number;
  on_leave: number;
  open: number;
  overtime_seconds: number;
  /** With a clocking: the next three together */
  present: number;
  /** Clocked in, and nothing since that could be a clock-out */
  presumed_present: number;
  provisional: number;
  /** Whom the directory doesn't list */
  unlisted: number;
  worked_seconds: number;
};

export type EmployeeDays = {
  as_of: AsOf;
  entries: Row[];
  /** Always null: the days are one page */
  next: string | null;
};

export type EmployeeExport = {
  closed_months: ClosedMonth[];
  corrections: {
    correction: Correction;
    day: string;
  }[];
  directory: {
    aliases: string[];
    from: string | null;
    name: string;
    schedule: string;
    team: string;
    until: string | null;
  }[];
  employee_id: string;
  /** Of all badges. */
  entries: {
    badge: string;
    day: string;
    earliest: string;
    latest: string;
  }[];
  exported_at: string;
  leave: {
    from: string;
    name: string;
    to: string;
  }[];
  rejected_rows: RejectedRow[];
};

export type EmployeeMonth = {
  as_of: AsOf;
  closed: ClosedOrNot;
  employee_id: string;
  entries: Row[];
  from: string;
  month: string;
  name: string | null;
  team: string | null;
  to: string;
  totals: Totals;
  /** Those that end in the month, whole: the first may begin before it. */
  weeks: Week[];
};

export type EmployeeWeek = {
  as_of: AsOf;
  employee_id: string;
  entries: Row[];
  from: string;
  name: string | null;
  team: string | null;
  to: string;
  totals: Totals;
  week: string;
};

export type Erasure = {
  /** How many entries this call removed */
  entries: number;
  /** What people must still do by hand, such as taking the person out of the directory file */
  files: string[];
  sessions: number;
};

export type Exception = {
  entry: Row;
  kinds: ExceptionKind[];
};

export type ExceptionKind = "late" | "early_leave" | "missing_out" | "long_span" | "overtime" | "unknown_employee";

export type Exceptions = {
  as_of: AsOf;
  exceptions: Exception[];
  from: string;
  next: string | null;
  to: string;
};

export type Explanation = {
  as_of: AsOf;
  entry: Row;
  /** The source's rows of that day, by id; null where none is read, or while it can't be asked */
  rows: SourceRow[] | null;
  /** Why there are none */
  rows_error: string | null;
  /** There may be more of them */
  rows_truncated: boolean;
  steps: Step[];
};

/** How fresh it is where a source is read; what was visible there age_seconds ago is in it. */
export type Freshness = {
  age_seconds: number | null;
  error: string | null;
  last_id: number | null;
  state: SourceState;
};

export type Health = {
  detail?: string[];
  status: "ok";
  version?: string;
};

export type Instance = {
  name: string;
  seen_at: string;
  /** The one that answers */
  self: boolean;
  started_at: string;
  version: string;
};

export type Login = {
  token: string;
};

/** What is worth noticing of a day. */
export type Mark = "late" | "early_leave" | "half_day" | "below_absent" | "missing_out" | "missing_in" | "double_touch" | "long_span" | "presumed_present" | "ambiguous_time" | "nonexistent_time" | "holiday" | "leave" | "day_off" | "unlisted" | "schedule_misfit" | "corrected" | "review";

export type NewCorrection = {
  reason: string;
  /** Null withdraws what was corrected before. */
  set: CorrectedTimes | null;
};

export type Period = {
  closed: Closed;
  /** Whose figures were frozen */
  employees: number;
  month: string;
  /** The digest of the rules and the directory by which it was closed */
  rules: string;
};

export type Periods = {
  periods: Period[];
};

export type Problem = {
  /** Of a post with rows that can't be used: how many were */
  accepted?: number;
  code: "invalid" | "unauthenticated" | "forbidden" | "not_found" | "conflict" | "stale" | "overloaded" | "unavailable" | "internal";
  detail: string;
  errors?: ProblemError[];
  expired?: number;
  rejected?: number;
  status: number;
  title: string;
  type: string;
};

export type ProblemError = {
  code?: string;
  detail: string;
  /** The row's line, or its number in an array */
  line?: number;
  /** The parameter that can't be used */
  parameter?: string;
  /** Where in the body, as a fragment: #/0/clocked_at */
  pointer?: string;
};

export type Receipt = {
  /** Clockings taken, not entries changed */
  accepted: number;
  /** Of those, the ones older than what is kept, or of an erased employee */
  expired?: number;
};

export type RejectedRow = {
  employee_id: string | null;
  id: number;
  reason: string;
  seen_at: string;
};

export type RejectedRows = {
  /** The `after` of the next page */
  next: string | null;
  rejected: RejectedRow[];
};

/** One employee's day. */
export type Row = {
  /** Taken off it */
  break_seconds: number | null;
  clock_in: string | null;
  /** The last clocking if it can be a clock-out */
  clock_out: string | null;
  /** The one that counts, null for none. earliest and latest stay what the clockings say; the rest is made by the correction. */
  correction: Correction | null;
  day: string;
  /** The day's first clocking */
  earliest: string | null;
  /** Clock-out before end, beyond the grace */
  early_seconds: number | null;
  employee_id: string;
  expected_seconds: number;
  /** Clock-in to clock-out */
  gross_seconds: number | null;
  /** Worked on a holiday, on leave or on a day off */
  holiday_worked_seconds: number | null;
  /** Clock-in after start, beyond the grace */
  late_seconds: number | null;
  /** The day's last clocking, which may be the first */
  latest: string | null;
  marks: Mark[];
  name: string | null;
  /** Of the day; that of the week is with the week */
  overtime_seconds: number | null;
  /** What comes late may still change it */
  provisional: boolean;
  /** The one in force */
  schedule: string;
  status: Status;
  team: string | null;
  /** What counts; null without a clock-out */
  worked_seconds: number | null;
};

export type Scope = "ingest" | "read:self" | "read:team" | "read:all" | "correct" | "admin";

export type Session = {
  /** False: everybody may everything, and there is no login */
  authentication: boolean;
  /** Whose days read:self reaches */
  employee_id: string | null;
  expires_at: string | null;
  logged_in: boolean;
  /** The token's or the person's */
  name: string | null;
  /** Whether /v1/session/oidc leads to a provider */
  oidc: boolean;
  /** Without authentication all of them. */
  scopes: Scope[];
  /** Which read:team reaches */
  teams: string[];
  /** The site's */
  today: string | null;
  /** The site's time zone; null for one who isn't logged in */
  zone: string | null;
};

export type Source = {
  /** What was visible then is durable */
  as_of: string | null;
  error: string | null;
  /** The instance that reads */
  holder: string | null;
  lag_rows: number;
  lag_seconds: number | null;
  /** The highest row that is durable */
  last_id: number | null;
  /** Ids below last_id that may still come */
  open_gaps: number;
  rejected: number;
  rejected_dropped: number;
  rows_per_second: number;
  /** What was visible then is durable, and no older row is on its way: days that ended before don't change any more by the source */
  settled_as_of: string | null;
  /** Up to it, no row is missing */
  settled_id: number | null;
  state: SourceState;
};

export type SourceRow = {
  clocked_at: string | null;
  /** The badge, which may be an alias */
  employee_id: string;
  /** Why it can't be used */
  fault: string | null;
  id: number;
};

export type SourceState = "starting" | "catching_up" | "polling" | "retrying" | "stopped";

/** Without a clocking, the first that holds: on_leave, holiday, day_off (no work day, or not listed), absent (only once settled), expected. With one: open (a clock-out may still come), missing_out, complete. */
export type Status = "on_leave" | "holiday" | "day_off" | "absent" | "expected" | "open" | "missing_out" | "complete";

/** What a rule found or changed. Key and values are for saying it in another language; keys may be added. */
export type Step = {
  after_seconds: number | null;
  before_seconds: number | null;
  /** The sentence's name, which stays when its words change */
  key: string;
  /** The rule's name, as in the rules file */
  rule: string;
  /** In plain English, the values in it */
  text: string;
  /** What the sentence says it of, in the order in which text names them */
  values: StepValue[];
};

export type StepValue = {
  kind: StepValueKind;
  /** Within its sentence */
  name: string;
  /** As it stands in the step's text */
  text: string;
};

/** How a value's text is to be read: duration "0h6m"; clock "08:09", the site's time, with seconds where there are any, and after its date where that isn't the day asked for; date "2026-11-23"; weekday "Monday"; number; text, which is the same in all languages. */
export type StepValueKind = "duration" | "clock" | "date" | "weekday" | "number" | "text";

export type System = {
  /** Those seen within the last hour. */
  instances: Instance[];
  store: "pebble" | "redis";
  /** Clockings that all instances acknowledged, minute by minute. */
  throughput: {
    /** The last one is of the minute that isn't over */
    clockings: number[];
    from: string;
    step_seconds: number;
  };
};

/** Rows with a header, as RFC 4180 says; days as dates, times as RFC 3339, durations as h:mm:ss. */
export type Table = string;

export type Teams = {
  day: string;
  teams: {
    employees: number;
    name: string;
  }[];
};

export type Timesheet = {
  /** All days of the month. */
  days: TimesheetDay[];
  employee_id: string;
  name: string | null;
  team: string | null;
  totals: Totals;
};

/** A Row without what is alike on all days. */
export type TimesheetDay = {
  break_seconds: number | null;
  clock_in: string | null;
  clock_out: string | null;
  day: string;
  early_seconds: number | null;
  expected_seconds: number;
  gross_seconds: number | null;
  holiday_worked_seconds: number | null;
  late_seconds: number | null;
  marks: Mark[];
  overtime_seconds: number | null;
  provisional: boolean;
  status: Status;
  worked_seconds: number | null;
};

export type Timesheets = {
  as_of: AsOf;
  closed: ClosedOrNot;
  employees: Timesheet[];
  from: string;
  month: string;
  next: string | null;
  to: string;
};

export type Totals = {
  /** Without a clocking */
  absent_days: number;
  /** Worked, but less than the rules count as a presence */
  below_absent_days: number;
  break_seconds: number;
  /** Days with worked time */
  days_worked: number;
  early_days: number;
  early_seconds: number;
  expected_seconds: number;
  gross_seconds: number;
  half_days: number;
  holiday_worked_seconds: number;
  holidays: number;
  late_days: number;
  late_seconds: number;
  leave_days: number;
  long_span_days: number;
  missing_out_days: number;
  /** The sum of the days' own */
  overtime_seconds: number;
  /** One of the days is */
  provisional: boolean;
  /** Beyond it, of the weeks that end in the period */
  weekly_overtime_seconds: number;
  worked_seconds: number;
};

export type Week = {
  from: string;
  to: string;
  totals: Totals;
  week: string;
};
