// Shows openapi.json, the contract, as a page. Everything is put in as text.
"use strict";

const methods = ["get", "post", "put", "delete"];

// el makes an element; children are elements or texts.
function el(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes ?? {})) e.setAttribute(k, v);
  e.append(...children.filter((c) => c !== undefined && c !== ""));
  return e;
}

// plain drops the little Markdown that descriptions have, and their line breaks but for
// those between paragraphs.
function plain(text) {
  return (text ?? "").replace(/\*\*|`/g, "").trim().split(/\n\n+/).map((p) => p.replace(/\n/g, " ")).join("\n\n");
}

function last(ref) {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

// type names a schema, with links to those that have a name.
function type(s) {
  if (!s) return ["anything"];
  if (s.$ref) return [el("a", { href: "#" + last(s.$ref) }, last(s.$ref))];
  if (s.oneOf) return s.oneOf.flatMap((one, i) => (i ? [" or ", ...type(one)] : type(one)));
  const names = [s.type ?? "anything"].flat();
  return names.flatMap((name, i) => [i ? " or " : "", name, ...(name === "array" ? [" of ", ...type(s.items)] : [])]);
}

// bounds says what a schema demands beyond its type.
function bounds(s) {
  if (!s) return "";
  const says = [];
  if (s.format) says.push(s.format);
  if (s.enum) says.push("one of " + s.enum.join(", "));
  if (s.const !== undefined) says.push("always " + s.const);
  if (s.minimum !== undefined && s.maximum !== undefined) says.push(`${s.minimum} to ${s.maximum}`);
  if (s.maxLength !== undefined) says.push(`at most ${s.maxLength} characters`);
  if (s.default !== undefined) says.push("default " + s.default);
  for (const example of s.examples ?? []) says.push("such as " + example);
  return says.join("; ");
}

function table(head, rows) {
  return el("table", {},
    el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, ...rows.map((r) => el("tr", {}, ...r.map((cell) => el("td", {}, ...[cell].flat()))))));
}

function about(text) {
  return text ? el("p", {}, plain(text)) : "";
}

function operation(doc, path, method, op) {
  const resolve = (p) => (p.$ref ? doc.components.parameters[last(p.$ref)] : p);
  const response = (r) => (r.$ref ? doc.components.responses[last(r.$ref)] : r);
  const content = (c) => Object.entries(c ?? {}).flatMap(([media, m], i) => [i ? ", " : "", el("code", {}, media), ": ", ...type(m.schema)]);
  const parameters = (op.parameters ?? []).map(resolve).map((p) => [
    el("code", {}, p.name), p.in + (p.required ? ", required" : ""), type(p.schema), [plain(p.description), " ", el("span", { class: "note" }, bounds(p.schema))],
  ]);
  const responses = Object.entries(op.responses).map(([status, r]) => [
    el("code", {}, status === "default" ? "otherwise" : status), plain(response(r).description), content(response(r).content),
  ]);
  return el("details", { id: op.operationId, "data-text": `${method} ${path} ${op.summary} ${op.description ?? ""}`.toLowerCase() },
    el("summary", {}, el("span", { class: "method" }, method.toUpperCase()), " ", el("h3", { class: "path" }, path), " ", op.summary),
    el("div", {}, about(op.description),
      op.requestBody ? el("p", {}, "Body: ", ...content(op.requestBody.content)) : "",
      parameters.length ? table(["Parameter", "", "Type", ""], parameters) : "",
      table(["Answer", "", ""], responses)));
}

function schema(name, s) {
  const needed = new Set(s.required ?? []);
  const rows = Object.entries(s.properties ?? {}).map(([key, p]) => [
    el("code", {}, key), needed.has(key) ? "" : "optional", type(p), [plain(p.description), " ", el("span", { class: "note" }, bounds(p))],
  ]);
  return el("details", { id: name, "data-text": (name + " " + Object.keys(s.properties ?? {}).join(" ")).toLowerCase() },
    el("summary", {}, el("h3", {}, name)),
    el("div", {}, about(s.description), rows.length ? table(["Field", "", "Type", ""], rows)
      : el("p", {}, ...type(s), " ", el("span", { class: "note" }, bounds(s)))));
}

function show(doc) {
  const main = document.getElementById("main");
  main.replaceChildren(about(doc.info.description));
  for (const tag of doc.tags) {
    main.append(el("h2", {}, tag.name), about(tag.description));
    for (const [path, item] of Object.entries(doc.paths)) {
      for (const method of methods) {
        if (item[method]?.tags.includes(tag.name)) main.append(operation(doc, path, method, item[method]));
      }
    }
  }
  main.append(el("h2", {}, "What bodies are made of"));
  for (const [name, s] of Object.entries(doc.components.schemas)) main.append(schema(name, s));
  open();
}

// open shows what the address points to.
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === "DETAILS") {
    target.open = true;
    target.scrollIntoView();
  }
}

function find(words) {
  for (const d of document.querySelectorAll("details")) d.hidden = !d.dataset.text.includes(words);
}

addEventListener("hashchange", open);
document.getElementById("find").addEventListener("input", (e) => find(e.target.value.trim().toLowerCase()));
fetch("openapi.json").then((r) => (r.ok ? r.json() : Promise.reject(new Error(r.statusText)))).then(show).catch((err) => {
  document.getElementById("main").replaceChildren(el("p", {}, "openapi.json can't be read: " + err.message));
});
