"use strict";
const api = JSON.parse(document.getElementById("document").textContent);
const home = location.protocol.startsWith("http") ? location.origin : "http://localhost:8090";
const schemas = api.components.schemas;

// Elements are made with text only, so nothing in the document or in a reply can become markup.
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const operations = [];
for (const [path, item] of Object.entries(api.paths)) {
  for (const verb of ["get", "post"]) {
    if (item[verb]) {
      const mounts = (item.servers || [{ url: "" }]).map((server) => server.url);
      operations.push({ verb, path, mounts, id: item[verb].operationId, ...item[verb] });
    }
  }
}

// The comments' markup: `code`, paragraphs, and lists of lines that begin with "* ".
function inline(text) {
  return text.split(/(`[^`]+`)/).map((part) => (part.startsWith("`") ? el("code", {}, part.slice(1, -1)) : part));
}
function prose(text) {
  const box = el("div", { class: "about" });
  let list = null;
  for (const line of (text || "").split("\n").filter(Boolean)) {
    if (line.startsWith("* ")) {
      list = list || box.appendChild(el("ul"));
      list.append(el("li", {}, inline(line.slice(2))));
    } else if (list && line.startsWith("  ")) {
      list.lastChild.append(" ", ...inline(line.trim()));
    } else {
      list = null;
      box.append(el("p", {}, inline(line)));
    }
  }
  return box;
}

function resolve(schema) {
  return schema && schema.$ref ? schemas[schema.$ref.split("/").pop()] : schema || {};
}
function typeName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.type === "array") return "list of " + typeName(schema.items);
  if (schema.type === "object" && schema.additionalProperties && schema.additionalProperties !== true)
    return "map of text to " + typeName(schema.additionalProperties);
  if (schema.contentMediaType) return "file";
  return [schema.format === "date-time" ? "timestamp" : schema.type || "any", schema.format === "int32" ? "(int32)" : ""].join(" ").trim();
}
function inner(schema) {
  const target = schema.type === "array" ? schema.items : schema.additionalProperties || schema;
  return resolve(target === true ? {} : target);
}

// `asked` is true for what a client sends: there a field may be required; in a reply nearly all are always present.
function fieldList(schema, asked, seen = []) {
  const object = resolve(schema);
  const required = new Set((asked && object.required) || []);
  return el("ul", { class: "fields" }, Object.entries(object.properties || {}).map(([name, field]) => fieldItem(name, field, required.has(name), asked, seen)));
}
function fieldItem(name, field, required, asked, seen) {
  const target = inner(field);
  const item = el("li", {}, el("span", { class: "name" }, name), el("span", { class: "type" }, typeName(field)),
    required ? el("span", { class: "req" }, "required") : null, prose(field.description));
  if (target.enum) item.append(folded(`${target.enum.length} values`, () => prose(target.description)));
  else if (target.properties && !seen.includes(target))
    item.append(folded(`${Object.keys(target.properties).length} fields`, () => fieldList(target, asked, [...seen, target])));
  return item;
}
function folded(title, content) {
  const box = el("details", {}, el("summary", {}, title));
  box.addEventListener("toggle", () => { if (box.open && box.childElementCount === 1) box.append(content()); });
  return box;
}

const remembered = {
  get: (name) => { try { return sessionStorage.getItem(name) || ""; } catch { return ""; } },
  set: (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* storage may be switched off */ } },
};

function bodyKind(op) {
  const content = op.requestBody && op.requestBody.content;
  if (!content) return "none";
  return content["multipart/form-data"] ? "form" : "json";
}

// What stands in the form, as one request: url, headers, body, and the curl line that sends the same.
function request(op, form) {
  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  let path = op.path;
  const query = new URLSearchParams();
  for (const parameter of op.parameters.filter((each) => each.in)) {
    const text = value("p-" + parameter.name);
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(text || parameter.example || parameter.name));
    else if (text) query.set(parameter.name, text);
  }
  // %20 rather than +, which not every server reads as a blank.
  const asked = query.toString().replaceAll("+", "%20");
  const url = value("base").replace(/\/$/, "") + value("mount") + path + (asked ? "?" + asked : "");
  const headers = {};
  if (value("key")) headers.Authorization = "Bearer " + value("key");
  if (value("workspace")) headers["X-Workspace-Id"] = value("workspace");
  const lines = [`curl -sS${op.stream ? "N" : ""} ${op.verb === "post" ? "-X POST " : ""}${quote(url)}`];
  for (const [name, text] of Object.entries(headers)) lines.push("-H " + quote(name + ": " + (name === "Authorization" ? "Bearer $DATAFLOW_KEY" : text), name === "Authorization"));
  let body;
  if (bodyKind(op) === "json") {
    headers["Content-Type"] = "application/json";
    body = value("body");
    lines.push("-H 'Content-Type: application/json'", "-d " + quote(body));
  } else if (bodyKind(op) === "form") {
    body = new FormData();
    for (const [name, part] of Object.entries(op.requestBody.content["multipart/form-data"].schema.properties)) {
      const input = form.elements["f-" + name];
      if (part.format === "binary") {
        if (input.files[0]) body.append(name, input.files[0]);
        lines.push("-F " + quote(`${name}=@${input.files[0] ? input.files[0].name : "export.xml"}`));
      } else if (input.value) {
        body.append(name, input.value);
        lines.push("-F " + quote(`${name}=${input.value}`));
      }
    }
  }
  return { url, options: { method: op.verb.toUpperCase(), headers, body }, curl: lines.join(" \\\n  ") };
}
function quote(text, expand) {
  return expand ? '"' + text + '"' : "'" + text.replaceAll("'", "'\\''") + "'";
}

function control(name, schema, example) {
  const target = resolve(schema);
  if (target.enum)
    return el("select", { name }, el("option", { value: "" }, "—"), target.enum.filter((each) => each !== "unspecified").map((each) =>
      el("option", { value: each, selected: each === example }, each)));
  if (target.format === "binary") return el("input", { name, type: "file" });
  return el("input", { name, value: example === undefined ? "" : String(example), autocomplete: "off" });
}
function row(label, field) {
  return el("tr", {}, el("td", {}, label), el("td", {}, field));
}

function tryIt(op) {
  const form = el("form", { class: "try" });
  const table = el("table", { class: "form" });
  table.append(row("server", el("input", { name: "base", value: remembered.get("base") || home })));
  if (op.mounts.length > 1) table.append(row("mount", el("select", { name: "mount" }, op.mounts.map((each) => el("option", {}, each)))));
  else table.append(el("input", { name: "mount", type: "hidden", value: op.mounts[0] }));
  if (!op.security) {
    table.append(row("API key", el("input", { name: "key", type: "password", value: remembered.get("key"), placeholder: "only where keys are required", autocomplete: "off" })));
    table.append(row("X-Workspace-Id", el("input", { name: "workspace", value: remembered.get("workspace") })));
  }
  const queryOfForm = bodyKind(op) === "form";
  for (const parameter of op.parameters.filter((each) => each.in && !(queryOfForm && each.in === "query") && each.name !== "workspace_id"))
    table.append(row(parameter.name, control("p-" + parameter.name, parameter.schema, parameter.example)));
  form.append(table);
  if (bodyKind(op) === "json") {
    const media = op.requestBody.content["application/json"];
    form.append(el("textarea", { name: "body", "aria-label": "Request body", spellcheck: "false" }, JSON.stringify(media.example || {}, null, 2)));
  } else if (queryOfForm) {
    for (const [name, part] of Object.entries(op.requestBody.content["multipart/form-data"].schema.properties))
      table.append(row(name, control("f-" + name, part)));
  }
  const curl = el("pre");
  const answer = el("div", { "aria-live": "polite" });
  const refresh = () => { curl.textContent = request(op, form).curl; };
  form.addEventListener("input", () => { for (const name of ["base", "key", "workspace"]) if (form.elements[name]) remembered.set(name, form.elements[name].value); refresh(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(op, request(op, form), answer); });
  form.append(el("div", { class: "bar" }, el("button", { class: "main" }, "Send"),
    el("button", { type: "button", onclick: (event) => copy(curl, event.target) }, "Copy curl")), curl, answer);
  refresh();
  return form;
}

// Browsers give pages of plain-HTTP hosts no clipboard; the text is then selected for copying by hand.
function copy(node, button) {
  if (navigator.clipboard) navigator.clipboard.writeText(node.textContent).then(() => { button.textContent = "Copied"; });
  else getSelection().selectAllChildren(node);
}

async function send(op, { url, options }, answer) {
  const output = el("pre");
  const status = el("span", {}, "…");
  answer.replaceChildren(el("div", { class: "bar" }, status), output);
  const began = performance.now();
  try {
    const reply = await fetch(url, options);
    const facts = ["X-Request-Id", "X-Copilot-Confidence"].map((name) => reply.headers.get(name) && `${name}: ${reply.headers.get(name)}`).filter(Boolean);
    status.className = reply.ok ? "status-ok" : "status-bad";
    status.textContent = `${reply.status} ${reply.statusText} · ${Math.round(performance.now() - began)} ms ${facts.map((each) => "· " + each).join(" ")}`;
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      output.append(value);
    }
    if ((reply.headers.get("Content-Type") || "").startsWith("application/json")) output.textContent = pretty(output.textContent);
  } catch (error) {
    status.className = "status-bad";
    status.textContent = `No answer from ${url} (${error.message}). Is the server up, and does it allow this page's origin?`;
  }
}
function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function replies(op) {
  const blocks = [];
  for (const [code, reply] of Object.entries(op.responses)) {
    const target = reply.$ref ? api.components.responses[reply.$ref.split("/").pop()] : reply;
    blocks.push(el("h3", {}, code === "default" ? "Error" : code), prose(target.description));
    for (const [type, media] of Object.entries(target.content || {})) {
      const schema = media.schema || {};
      blocks.push(el("p", { class: "dim" }, el("code", {}, type), schema.$ref ? " " + typeName(schema) : ""));
      if (media.example) blocks.push(el("pre", {}, media.example));
      for (const [name, event] of Object.entries(media["x-events"] || {})) blocks.push(el("p", {}, "event ", el("code", {}, name)), fieldList(event));
      if (code === "default") blocks.push(folded("shape of an error", () => fieldList(schema)));
      else if (resolve(schema).properties) blocks.push(fieldList(schema));
    }
  }
  return blocks;
}

function showOperation(op) {
  const query = op.parameters.filter((each) => each.in);
  const media = op.requestBody && op.requestBody.content;
  document.title = `${op.verb.toUpperCase()} ${op.path} · ${api.info.title}`;
  return [
    el("h1", {}, op.summary),
    ...op.mounts.map((mount) => el("div", { class: "path" }, el("span", { class: "verb " + op.verb }, op.verb + " "), mount + op.path)),
    el("p", { class: "dim" }, "gRPC ", el("code", {}, op["x-grpc-method"]), " · role ", el("code", {}, op["x-required-role"])),
    prose(op.description),
    el("h2", { class: "section" }, "Try it"), tryIt(op),
    query.length ? el("h2", { class: "section" }, "Parameters") : null,
    query.length ? el("ul", { class: "fields" }, query.map((each) => fieldItem(each.name, { ...each.schema, description: `In the ${each.in}. ${each.description}` }, each.required, true, []))) : null,
    media ? el("h2", { class: "section" }, "Request") : null,
    media ? prose(op.requestBody.description) : null,
    ...Object.entries(media || {}).flatMap(([type, each]) => [el("p", { class: "dim" }, el("code", {}, type)), fieldList(each.schema, true)]),
    el("h2", { class: "section" }, "Reply"), ...replies(op),
  ].filter(Boolean);
}

function showHome() {
  document.title = api.info.title + " API";
  return [
    el("h1", {}, `${api.info.title} API ${api.info.version}`), prose(api.info.description),
    el("p", {}, "The document behind this page: ", el("a", { href: "/openapi.json" }, "openapi.json"), " (OpenAPI 3.1)."),
    ...api.tags.flatMap((tag) => [el("h2", { class: "section" }, title(tag.name)), prose(tag.description),
      ...operations.filter((op) => op.tags[0] === tag.name).map((op) => el("div", { class: "bar" }, el("span", { class: "verb " + op.verb }, op.verb), el("a", { href: "#" + op.id }, op.path), el("span", { class: "dim" }, op.summary)))]),
    el("h2", { class: "section" }, "By gRPC only"),
    el("ul", { class: "fields" }, api["x-grpc-only"].map((rpc) => el("li", {}, el("span", { class: "name" }, rpc.method),
      el("span", { class: "type" }, `${rpc.request} → ${rpc.reply} · role ${rpc.role}`), prose(rpc.description)))),
  ];
}
const TITLES = { Sql: "SQL", Rca: "Root causes", Ops: "Operations", Semantic: "Semantic layer" };
function title(tag) {
  const name = tag.replace(/Service$/, "");
  return TITLES[name] || name.replace(/([a-z])([A-Z])/g, "$1 $2");
}

function fieldNames(op) {
  const media = op.requestBody ? Object.values(op.requestBody.content) : [];
  const reply = (op.responses["200"] && Object.values(op.responses["200"].content || {})) || [];
  return [...media, ...reply].flatMap((each) => Object.keys(resolve(each.schema || {}).properties || {})).join(" ");
}
for (const op of operations) {
  op.stream = Boolean(op.responses["200"] && op.responses["200"].content && op.responses["200"].content["text/event-stream"]);
  op.haystack = [op.verb, op.path, ...op.mounts, op.id, op.summary, op.description, op.tags[0], fieldNames(op)].join(" ").toLowerCase();
}

function showList() {
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const current = location.hash.slice(1);
  const groups = api.tags.map((tag) => {
    const found = operations.filter((op) => op.tags[0] === tag.name && words.every((word) => op.haystack.includes(word)));
    return found.length ? [el("h2", {}, title(tag.name)), ...found.map((op) =>
      el("a", { class: "op", href: "#" + op.id, "aria-current": op.id === current ? "page" : undefined }, el("span", { class: "verb " + op.verb }, op.verb), el("span", {}, op.path)))] : [];
  }).flat();
  document.getElementById("list").replaceChildren(...(groups.length ? groups : [el("p", { class: "dim" }, "Nothing found.")]));
}
function show() {
  const op = operations.find((each) => each.id === location.hash.slice(1));
  document.getElementById("main").replaceChildren(...(op ? showOperation(op) : showHome()));
  scrollTo(0, 0);
  showList();
}
document.getElementById("search").addEventListener("input", showList);
addEventListener("hashchange", show);
show();
