// The board: what the address says is shown, read afresh every two seconds.
import { clock, hhmmss, shift, today, valid, weekday } from "./days.js";
import { tell } from "./source.js";
import { Table, sortable } from "./table.js";

const every = 2000; // ms between the end of one reading and the next
const patience = 15000; // ms for one reading
const pageSize = 5000; // entries of a request

const $ = (id) => document.getElementById(id);
const table = new Table(document.querySelector("#board tbody"));
const state = { day: null, search: "", sort: "employee", descending: false };
let lostSince = null;
let reading = null; // the AbortController of the reading in flight
let timer = 0;

const shownDay = () => state.day ?? today();

// The address: ?day=2006-01-02&q=…&sort=in&desc=1, each only where it isn't usual.
function readAddress() {
  const q = new URLSearchParams(location.search);
  state.day = valid(q.get("day")) ? q.get("day") : null;
  state.search = q.get("q") ?? "";
  state.sort = sortable(q.get("sort")) ? q.get("sort") : "employee";
  state.descending = q.get("desc") === "1";
}

function writeAddress(visited) {
  const q = new URLSearchParams();
  if (state.day) q.set("day", state.day);
  if (state.search) q.set("q", state.search);
  if (state.sort !== "employee") q.set("sort", state.sort);
  if (state.descending) q.set("desc", "1");
  const address = q.size ? `?${q}` : location.pathname;
  history[visited ? "pushState" : "replaceState"](null, "", address);
}

function go(day) {
  state.day = day === today() ? null : day;
  writeAddress(true);
  read();
}

// read fetches the shown day now, and then again and again.
async function read() {
  clearTimeout(timer);
  reading?.abort();
  const mine = reading = new AbortController();
  const day = shownDay();
  showDay(day);
  const late = setTimeout(() => mine.abort(new Error("no answer")), patience);
  try {
    const { entries, asOf } = await fetchDay(day, mine.signal);
    if (reading !== mine) return;
    table.apply(day, entries);
    showLast(day, entries);
    $("asof").textContent = `as of ${clock()}`;
    tell(asOf);
    connected();
  } catch (error) {
    if (reading !== mine) return;
    disconnected(error);
  } finally {
    clearTimeout(late);
  }
  show();
  if (!document.hidden) timer = setTimeout(read, every);
}

async function fetchDay(day, signal) {
  const entries = [];
  let asOf; // of the first page: the others are no older
  for (let cursor = ""; cursor !== null;) {
    const q = new URLSearchParams({ limit: pageSize, ...(cursor && { cursor }) });
    const response = await fetch(`v1/days/${day}?${q}`, { signal, cache: "no-store" });
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      throw new Error(problem.title ?? `status ${response.status}`);
    }
    const page = await response.json();
    for (const e of page.entries) entries.push(e);
    asOf ??= page.as_of;
    cursor = page.next;
  }
  return { entries, asOf };
}

function connected() {
  lostSince = null;
  document.body.classList.remove("lost");
  $("alert").hidden = true;
}

function disconnected(error) {
  lostSince ??= clock();
  const reason = error instanceof TypeError ? "no connection to the service" : error.message;
  const text = `Connection lost since ${lostSince}: ${reason}. Trying again.`;
  document.body.classList.add("lost");
  if ($("alert").textContent !== text || $("alert").hidden) $("alert").textContent = text;
  $("alert").hidden = false;
}

function showDay(day) {
  if (table.day !== day) {
    table.clear(day);
    show();
  }
  if (document.activeElement !== $("day")) $("day").value = day;
  $("weekday").textContent = weekday(day);
  $("today").disabled = day === today();
  $("previous").disabled = shift(day, -1) === day;
  $("next").disabled = shift(day, 1) === day;
  document.title = `${day} · Timesheet`;
}

// showLast names the latest clocking, which tells whether anything is happening.
function showLast(day, entries) {
  let last = null, at = -Infinity;
  for (const e of entries) {
    const latest = e.latest === null ? NaN : Date.parse(e.latest);
    if (latest > at) [last, at] = [e, latest];
  }
  $("last").textContent = last && day === today() ? `last clocking ${hhmmss(last.latest)}, ${last.employee_id}` : "";
}

function show() {
  const { found, listed } = table.show(state.search, state.sort, state.descending);
  const all = table.present.toLocaleString("en-GB");
  $("count").textContent = !table.ready ? "–" : found === table.size ? all : `${found.toLocaleString("en-GB")} found, ${all}`;
  $("counted").textContent = shownDay() < today() ? "were present" : "present";
  $("empty").textContent = !table.ready || found ? "" : table.size ? `No employee contains “${state.search.trim()}”.` : "Nobody has clocked on this day.";
  $("board").hidden = table.ready && !found;
  $("more").hidden = listed === found;
  for (const head of document.querySelectorAll("th[data-sort]")) {
    if (head.dataset.sort !== state.sort) head.removeAttribute("aria-sort");
    else head.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
  }
}

function more() {
  table.grow();
  show();
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === "Escape" && event.target === $("search")) find("");
  else if (typing) return;
  else if (event.key === "/") $("search").focus();
  else if (event.key === "ArrowLeft") go(shift(shownDay(), -1));
  else if (event.key === "ArrowRight") go(shift(shownDay(), 1));
  else if (event.key === "t" || event.key === "T") go(today());
  else return;
  event.preventDefault();
}

function find(wanted) {
  state.search = $("search").value = wanted;
  writeAddress(false);
  show();
}

$("previous").addEventListener("click", () => go(shift(shownDay(), -1)));
$("next").addEventListener("click", () => go(shift(shownDay(), 1)));
$("today").addEventListener("click", () => go(today()));
$("day").addEventListener("change", () => { if (valid($("day").value)) go($("day").value); });
$("search").addEventListener("input", () => find($("search").value));
for (const head of document.querySelectorAll("th[data-sort]")) {
  head.addEventListener("click", () => {
    state.descending = head.dataset.sort === state.sort && !state.descending;
    state.sort = head.dataset.sort;
    writeAddress(false);
    show();
  });
}
$("more").addEventListener("click", more);
new IntersectionObserver((seen) => { if (seen.at(-1).isIntersecting) more(); }, { rootMargin: "800px" }).observe($("more"));
document.addEventListener("keydown", keys);
document.addEventListener("visibilitychange", () => { if (!document.hidden) read(); });
addEventListener("popstate", start);

function start() {
  readAddress();
  $("search").value = state.search;
  read();
}
start();
