// One line of the board: who, in, out, worked, where on the day that lies, and what is
// worth noticing. It is painted again only when something of it is another.
import { Component, createRef } from "preact";
import { backSoon, type Line } from "./board-lines";
import type { Mark, Row } from "./contract";
import { datesAfter } from "./days";
import { duration, hhmm, t } from "./i18n";
import { go, href } from "./router";
import { Person } from "./states";

interface Props {
  line: Line;
  index: number;
  day: string;
  from: number; // the timeline's hours
  to: number;
  minute: number | null; // now, of one who is here
  focusable: boolean;
  choose: () => void;
}

// What a status says already, or what belongs to another cell.
const unsaid: readonly Mark[] = ["presumed_present", "missing_out", "holiday", "leave", "day_off", "double_touch"];
const grave: readonly Mark[] = ["late", "early_leave", "missing_in", "long_span", "unlisted", "below_absent", "review"];

export class LineRow extends Component<Props> {
  #element = createRef<HTMLDivElement>();

  override shouldComponentUpdate(next: Props): boolean {
    const now = this.props;
    return next.line !== now.line || next.index !== now.index || next.from !== now.from || next.to !== now.to || next.minute !== now.minute || next.focusable !== now.focusable;
  }

  override componentDidUpdate(before: Props): void {
    if (this.props.line.changedAt !== before.line.changedAt) this.#flash();
  }

  // A line that comes into view because it changed shows that, too.
  override componentDidMount(): void {
    if (performance.now() - this.props.line.changedAt < 500) this.#flash();
  }

  #flash(): void {
    const element = this.#element.current;
    if (!element) return;
    for (const animation of element.getAnimations()) animation.cancel();
    element.animate([{ backgroundColor: "var(--flash)" }, { backgroundColor: "var(--flash)", offset: 0.4 }, { backgroundColor: "transparent" }], { duration: 2500, easing: "ease-out" });
  }

  override render({ line, index, day, focusable, choose }: Props) {
    const { row } = line;
    const address = href("month", { employee: row.employee_id, month: day.slice(0, 7), day });
    return (
      <div ref={this.#element} role="row" aria-rowindex={index + 2} class={`line ${row.status}`} tabIndex={focusable ? 0 : -1} style={{ "--i": String(index) }}
        onFocus={choose} onKeyDown={(e) => { if (e.key === "Enter" && e.target === e.currentTarget) go(address); }}>
        <div role="rowheader" class="who"><a href={address} tabIndex={-1}><Person id={row.employee_id} name={row.name} /></a></div>
        <div role="gridcell" class="team"><bdi>{row.team}</bdi></div>
        <div role="gridcell" class="in"><Time day={day} at={row.clock_in} kind="in" label={t("board.in")} /></div>
        <div role="gridcell" class="out"><Time day={day} at={row.clock_out} kind="out" label={t("board.out")} provisional={row.status === "open" || backSoon(row)} /></div>
        <div role="gridcell" class="worked"><Worked row={row} line={line} minute={this.props.minute} /></div>
        <div role="gridcell" class="timeline"><Timeline {...this.props} /></div>
        <div role="gridcell" class="flags"><Marks row={row} /></div>
      </div>
    );
  }
}

function Time({ day, at, kind, label, provisional }: { day: string; at: string | null; kind: "in" | "out"; label: string; provisional?: boolean }) {
  if (at === null) return <span class="none">–</span>;
  const dates = datesAfter(day, at);
  return (
    <span class={`chip ${kind}${provisional ? " provisional" : ""}`} data-label={label}>
      {hhmm(at)}
      {dates !== 0 && <sup title={dates > 0 ? t("board.dayAfter") : t("board.dayBefore")}>{dates > 0 ? `+${dates}` : `−${-dates}`}</sup>}
    </span>
  );
}

function Worked({ row, line, minute }: { row: Row; line: Line; minute: number | null }) {
  if (row.worked_seconds !== null) {
    const open = row.status === "open" || backSoon(row);
    return <span class={open ? "chip worked provisional" : "chip worked"} title={open ? t("board.provisional") : undefined}>{duration(row.worked_seconds)}</span>;
  }
  if (minute === null || line.clockIn === null || minute < line.clockIn) return <span class="none">–</span>;
  return <span class="so-far" title={t("board.soFar")}>{duration((minute - line.clockIn) * 60)}…</span>;
}

function Timeline({ line, from, to, minute }: Props) {
  const begin = line.clockIn ?? line.first;
  if (begin === null) return <span class="track" />;
  const share = (at: number) => Math.min(Math.max((at / 60 - from) / (to - from), 0), 1) * 100;
  const end = line.clockOut ?? begin;
  const going = minute !== null && minute > end ? minute : null;
  return (
    <span class="track" aria-hidden="true">
      {going !== null && <i class="going" style={{ left: `${share(end)}%`, width: `${share(going) - share(end)}%` }} />}
      <i class={line.row.correction && !line.row.correction.withdrawn ? "span corrected" : "span"} style={{ left: `${share(begin)}%`, width: `${share(end) - share(begin)}%` }} />
    </span>
  );
}

function Marks({ row }: { row: Row }) {
  const correction = row.correction && !row.correction.withdrawn ? row.correction : null;
  return (
    <>
      {backSoon(row) ? <span class="status open" title={t("board.backSoon")}>{t("mark.presumed_present")}</span>
        : <span class={`status ${row.status}`} title={row.status === "open" ? t("board.openHint") : undefined}>{t(`status.${row.status}`)}</span>}
      {row.marks.filter((mark) => !unsaid.includes(mark)).map((mark) => {
        const text = mark === "late" && row.late_seconds ? `${t("mark.late")} ${duration(row.late_seconds)}` : t(`mark.${mark}`);
        return (
          <span key={mark} class={grave.includes(mark) ? "mark grave" : "mark"}
            title={mark === "corrected" && correction ? t("board.corrected", { actor: correction.actor, reason: correction.reason }) : text}>{text}</span>
        );
      })}
    </>
  );
}
