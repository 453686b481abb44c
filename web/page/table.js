// The table of a day's entries. It changes only what changed, and writes ids as text
// alone: they come from machines.
import { hhmm, later, share } from "./days.js";

const natural = new Intl.Collator("en", { numeric: true });
const orders = {
  employee: (a, b) => natural.compare(a.id, b.id) || (a.id < b.id ? -1 : 1),
  in: (a, b) => a.in - b.in,
  out: (a, b) => (a.out ?? Infinity) - (b.out ?? Infinity),
};

export const sortable = (key) => Object.hasOwn(orders, key);

export class Table {
  #body;
  #rows = new Map();
  #day = "";
  #shown = [];
  #ready = false; // the day's entries are here

  constructor(body) { this.#body = body; }

  get size() { return this.#rows.size; }
  get day() { return this.#day; }
  get ready() { return this.#ready; }

  // apply makes the table hold exactly entries, all of day. Rows that differ from
  // before light up, unless the day is another.
  apply(day, entries) {
    if (day !== this.#day) this.clear(day);
    const fresh = !this.#ready;
    this.#ready = true;
    const gone = new Set(this.#rows.keys());
    for (const e of entries) {
      gone.delete(e.employee_id);
      let row = this.#rows.get(e.employee_id);
      if (!row) this.#rows.set(e.employee_id, row = newRow(e.employee_id));
      else if (row.earliest === e.earliest && row.latest === e.latest) continue;
      fill(row, day, e);
      if (!fresh) light(row.element);
    }
    for (const id of gone) this.#rows.delete(id);
  }

  // clear empties the table until day's entries come.
  clear(day) {
    this.#rows.clear();
    this.#day = day;
    this.#ready = false;
  }

  // show lists the rows whose employee contains wanted, sorted, and answers how many.
  show(wanted, key, descending) {
    const part = wanted.trim().toLowerCase();
    const order = orders[key];
    const rows = [...this.#rows.values()].filter((row) => row.folded.includes(part));
    rows.sort((a, b) => {
      if (key === "out" && (a.out === null) !== (b.out === null)) return a.out === null ? 1 : -1; // always last
      return (descending ? -1 : 1) * order(a, b) || orders.employee(a, b);
    });
    if (rows.length !== this.#shown.length || rows.some((row, i) => row !== this.#shown[i])) {
      this.#body.replaceChildren(...rows.map((row) => row.element));
      this.#shown = rows;
    }
    return rows.length;
  }
}

function newRow(id) {
  const element = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = id;
  name.title = id;
  const cell = () => document.createElement("td");
  const row = { id, folded: id.toLowerCase(), element, inCell: cell(), outCell: cell(), bar: document.createElement("i") };
  const strip = document.createElement("div");
  strip.className = "shift";
  strip.append(row.bar);
  const line = cell();
  line.setAttribute("aria-hidden", "true");
  line.append(strip);
  element.append(name, row.inCell, row.outCell, line);
  return row;
}

function fill(row, day, e) {
  row.earliest = e.earliest;
  row.latest = e.latest;
  row.in = Date.parse(e.clock_in);
  row.out = e.clock_out === null ? null : Date.parse(e.clock_out);
  time(row.inCell, "in", day, e.clock_in);
  time(row.outCell, "out", day, e.clock_out);
  const from = Math.min(Math.max(share(day, e.earliest), 0), 1);
  const to = Math.min(Math.max(share(day, e.latest), from), 1);
  row.bar.style.left = `${from * 100}%`;
  row.bar.style.width = `${(to - from) * 100}%`;
}

function time(cell, name, day, timestamp) {
  cell.className = timestamp === null ? "none" : name;
  if (timestamp === null) {
    cell.textContent = "–";
    return;
  }
  cell.textContent = hhmm(timestamp);
  const dates = later(day, timestamp);
  if (dates === 0) return;
  const mark = document.createElement("small");
  mark.textContent = dates > 0 ? `+${dates}` : `−${-dates}`;
  mark.title = timestamp.slice(0, 10);
  cell.append(mark);
}

// light starts the row's animation, also when it is still lit.
function light(element) {
  element.classList.remove("changed");
  for (const animation of element.getAnimations({ subtree: true })) animation.cancel();
  element.classList.add("changed");
}
