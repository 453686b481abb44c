// How fresh the entries are, as far as the clocking system goes; nothing where none is read.
const late = 60; // seconds, from which on it is told loudly

const $ = (id) => document.getElementById(id);

// tell shows what as_of says: id and age beside the page's own clock, and trouble above all.
export function tell(asOf) {
  const text = asOf ? trouble(asOf) : "";
  $("source").hidden = !asOf;
  $("source").textContent = asOf ? `source ${extent(asOf)}` : "";
  $("source").classList.toggle("late", text !== "");
  if ($("behind").textContent !== text) $("behind").textContent = text; // it is read aloud when it changes
  $("behind").hidden = text === "";
}

// trouble has no figures: those change with every reading.
function trouble({ state, age_seconds: age, error }) {
  const reason = error ? `: ${error}` : ".";
  if (state === "stopped") return `The clocking system is no longer read${reason}`;
  if (state === "retrying") return `The clocking system can't be read for now${reason}`;
  if (age === null) return "Clockings may be missing: the clocking system was not read yet.";
  if (age <= late) return "";
  return state === "catching_up" ? "Clockings are missing: the clocking system is still being read." : `Clockings may be missing: the clocking system was last read more than a minute ago${reason}`;
}

function extent({ last_id: id, age_seconds: age }) {
  if (age === null) return "not read yet";
  return id === null ? `without rows, ${ago(age)}` : `as of id ${id.toLocaleString("en-GB")}, ${ago(age)}`;
}

function ago(seconds) {
  if (seconds < 120) return `${Math.floor(seconds)} s ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} days ago`;
}
