// The table of a day's entries. It changes only what changed, makes rows only as far
// down as somebody looks, and writes ids as text alone: they come from machines.
import { fill, newElement, light } from "./row.js";

const natural = new Intl.Collator("en", { numeric: true });
const keys = { employee: (row) => row.rank, in: (row) => row.in, out: (row) => row.out, worked: (row) => row.entry.worked_seconds };
const step = 300; // rows

export const sortable = (key) => Object.hasOwn(keys, key);

export class Table {
  #body;
  #rows = new Map(); // employee -> row
  #day = "";
  #ready = false; // the day's entries are here
  #ranked = true; // every row knows its place among the employees
  #limit = step;
  #asked = "";
  #shown = [];

  constructor(body) {
    this.#body = body;
    // Else a row would light up again whenever it is sorted to another place.
    body.addEventListener("animationend", (event) => event.target.closest("tr").classList.remove("changed"));
  }

  get size() { return this.#rows.size; }
  get present() { return this.#rows.values().reduce((n, row) => n + (row.in !== null), 0); }
  get day() { return this.#day; }
  get ready() { return this.#ready; }

  // clear empties the table until day's entries come.
  clear(day) {
    this.#rows.clear();
    this.#day = day;
    this.#ready = false;
    this.#limit = step;
  }

  // apply makes the table hold exactly entries, all of day. Rows that differ from
  // before light up, unless the day is another.
  apply(day, entries) {
    if (day !== this.#day) this.clear(day);
    const gone = new Set(this.#rows.keys());
    for (const e of entries) {
      const id = e.employee_id;
      gone.delete(id);
      let row = this.#rows.get(id);
      if (row && shown(row.entry) === shown(e)) continue;
      if (!row) {
        this.#rows.set(id, row = { id, folded: "", rank: 0, element: null });
        this.#ranked = false;
      }
      row.entry = e;
      row.folded = `${id}\n${e.name ?? ""}`.toLowerCase();
      row.in = e.clock_in === null ? null : Date.parse(e.clock_in);
      row.out = e.clock_out === null ? null : Date.parse(e.clock_out);
      row.lit = this.#ready && e.earliest !== null;
      row.stale = true;
    }
    for (const id of gone) this.#rows.delete(id);
    this.#ready = true;
  }

  // show lists the rows whose employee contains wanted, sorted, and answers how many
  // there are, and how many of them are in the table.
  show(wanted, key, descending) {
    const asked = [wanted, key, descending].join("\n");
    if (asked !== this.#asked) [this.#asked, this.#limit] = [asked, step];
    this.#rank();
    const part = wanted.trim().toLowerCase();
    const rows = [...this.#rows.values()].filter((row) => row.folded.includes(part));
    rows.sort(by(keys[key], descending ? -1 : 1));
    const visible = rows.slice(0, this.#limit);
    for (const row of visible) draw(row, this.#day);
    if (visible.length !== this.#shown.length || visible.some((row, i) => row !== this.#shown[i])) {
      this.#body.replaceChildren(...visible.map((row) => row.element));
      this.#shown = visible;
    }
    for (const row of visible) {
      if (row.lit) light(row.element);
      row.lit = false;
    }
    return { found: rows.length, listed: visible.length };
  }

  // grow lets the table become longer; the next show does it.
  grow() { this.#limit += step; }

  #rank() {
    if (this.#ranked) return;
    const rows = [...this.#rows.values()];
    rows.sort((a, b) => natural.compare(a.id, b.id) || (a.id < b.id ? -1 : 1));
    rows.forEach((row, i) => { row.rank = i; });
    this.#ranked = true;
  }
}

// shown is what a row shows of an entry.
const shown = (e) => [e.earliest, e.latest, e.clock_out, e.name, e.status, e.worked_seconds].join("\n");

// by compares rows; one without a value comes last in both directions.
function by(key, sign) {
  return (a, b) => {
    const x = key(a), y = key(b);
    if (x === null || y === null) return (x === null) - (y === null) || a.rank - b.rank;
    return sign * (x - y) || a.rank - b.rank;
  };
}

function draw(row, day) {
  row.element ??= newElement(row.id);
  if (row.stale) fill(row.element, day, row.entry);
  row.stale = false;
}
