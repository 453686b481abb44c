// One row of the table: the employee, in, out, worked, and where on the day that lies.
import { hhmm, later, share, worked } from "./days.js";

export function newElement(id) {
  const element = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  name.append(document.createElement("span"), document.createElement("small"));
  name.firstChild.textContent = id;
  const line = document.createElement("td");
  line.setAttribute("aria-hidden", "true");
  line.append(document.createElement("i"));
  element.append(name, document.createElement("td"), document.createElement("td"), document.createElement("td"), line);
  return element;
}

export function fill(element, day, e) {
  const [name, clockIn, clockOut, net, line] = element.children;
  name.lastChild.textContent = e.name ?? "";
  name.title = e.name ? `${e.employee_id}, ${e.name}` : e.employee_id;
  time(clockIn, "in", day, e.clock_in);
  time(clockOut, "out", day, e.clock_out);
  net.className = e.worked_seconds === null ? "none" : "worked";
  net.textContent = e.worked_seconds === null ? "–" : worked(e.worked_seconds);
  line.firstChild.hidden = e.earliest === null;
  line.title = e.earliest === null ? e.status.replaceAll("_", " ") : "";
  if (e.earliest === null) return;
  const from = Math.min(Math.max(share(day, e.earliest), 0), 1);
  const to = Math.min(Math.max(share(day, e.latest), from), 1);
  line.firstChild.style.left = `${from * 100}%`;
  line.firstChild.style.width = `${(to - from) * 100}%`;
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
export function light(element) {
  for (const animation of element.getAnimations({ subtree: true })) {
    animation.currentTime = 0;
    animation.play();
  }
  element.classList.add("changed");
}
