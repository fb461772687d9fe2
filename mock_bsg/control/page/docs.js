// The API's description, made readable: everything is read from openapi.json, nothing from elsewhere.

const operations = document.getElementById("operations");
const find = document.getElementById("find");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function resolve(api, schema) {
  if (!schema?.$ref) return schema ?? {};
  return schema.$ref.slice(2).split("/").reduce((found, part) => found[part], api);
}

// A value that the schema would take, to show its shape; `seen` ends a schema that holds itself.
function example(api, schema, seen = []) {
  const found = resolve(api, schema);
  if (seen.includes(found)) return null;
  const inside = [...seen, found];
  if (found.examples?.length) return found.examples[0];
  if ("const" in found) return found.const;
  if (found.enum) return found.enum[0];
  const choice = found.anyOf?.find((one) => one.type !== "null") ?? found.oneOf?.[0] ?? found.allOf?.[0];
  if (choice) return example(api, choice, inside);
  if (found.default !== undefined && found.default !== null) return found.default;
  switch (found.type) {
    case "object": return Object.fromEntries(
      Object.entries(found.properties ?? {}).map(([key, value]) => [key, example(api, value, inside)]));
    case "array": return [example(api, found.items, inside)];
    case "integer": return found.minimum ?? 0;
    case "number": return 0.23;
    case "boolean": return false;
    case "string": return "…";
    default: return null;
  }
}

function showBody(api, title, content) {
  const [type, { schema }] = Object.entries(content ?? {})[0] ?? [null, {}];
  if (!type) return [];
  const named = schema?.$ref?.split("/").pop();
  const text = type.includes("json") ? JSON.stringify(example(api, schema), null, 2) : type;
  return [
    element("h3", {}, named ? `${title}: ${named}` : title),
    element("pre", { tabindex: "0" }, text),
  ];
}

function showParameters(parameters) {
  if (!parameters?.length) return [];
  const rows = parameters.map((one) => element("tr", {},
    element("td", {}, one.name), element("td", {}, one.in), element("td", {}, one.description ?? "")));
  return [element("h3", {}, "Parameters"), element("table", {}, element("tbody", {}, ...rows))];
}

function curl(api, method, path, operation) {
  const parts = ["curl", "-s", ...(method === "get" ? [] : ["-X", method.toUpperCase()]), `'${location.origin}${path}'`];
  if (operation.security?.length) parts.push("-H 'X-API-KEY: test_me'");
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  if (schema) parts.push(`-d '${JSON.stringify(example(api, schema)).replaceAll("'", "'\\''")}'`);
  return parts.join(" ");
}

function showOperation(api, path, method, operation) {
  const made = element("details", {},
    element("summary", {},
      element("span", { class: "method" }, method.toUpperCase()),
      element("span", { class: "path" }, path),
      element("span", { class: "about" }, operation.summary ?? "")));
  made.dataset.words = `${method} ${path} ${operation.summary ?? ""}`.toLowerCase();
  // Filled when it is opened first: a hundred examples at once would make the page slow to appear.
  made.addEventListener("toggle", () => {
    const answers = Object.entries(operation.responses ?? {}).flatMap(([status, response]) => {
      const body = showBody(api, `Answer ${status}`, response.content);
      return body.length ? body : [element("h3", {}, `Answer ${status}`), element("p", {}, response.description)];
    });
    made.append(element("div", { class: "inside" },
      ...(operation.description ? [element("p", {}, operation.description)] : []),
      ...showParameters(operation.parameters),
      ...showBody(api, "Body", operation.requestBody?.content),
      ...answers,
      element("h3", {}, "curl"), element("pre", { tabindex: "0" }, curl(api, method, path, operation))));
  }, { once: true });
  return made;
}

function show(api) {
  document.getElementById("about").textContent = `${api.info.title} ${api.info.version}`;
  const groups = new Map(api.tags.map((tag) => [tag.name, []]));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      groups.get(operation.tags[0]).push(showOperation(api, path, method, operation));
    }
  }
  operations.replaceChildren(...api.tags.map((tag) => element("section", {},
    element("h2", {}, tag.name), element("p", {}, tag.description ?? ""), ...groups.get(tag.name))));
}

find.addEventListener("input", () => {
  const wanted = find.value.trim().toLowerCase();
  for (const one of operations.querySelectorAll("details")) one.hidden = !one.dataset.words.includes(wanted);
  for (const group of operations.querySelectorAll("section")) {
    group.hidden = ![...group.querySelectorAll("details")].some((one) => !one.hidden);
  }
});

try {
  const answer = await fetch("/_mock/openapi.json");
  if (!answer.ok) throw new Error(`openapi.json: ${answer.status}`);
  show(await answer.json());
} catch (fault) {
  operations.replaceChildren(element("p", {}, `The description cannot be shown: ${fault.message}`));
}
