/** The description of all APIs, made readable. Everything on this page is read from openapi.json. */

import {Schemas} from "./docs-schemas.js";
import {inline, prose} from "./docs-text.js";
import {all, button, byId, fill, h} from "./dom.js";
import {curl, toClipboard, withToken} from "./pasting.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
/** What shows the key, to be done anew when it changes. */
const keyed = [];

/**
 * Calls that are the same under several methods, as one.
 * @typedef {{id: string, ids: string[], path: string, methods: string[], operation: any}} Call
 */

/** @returns {Call[]} */
function readCalls(api) {
	const calls = [];
	for (const [path, item] of Object.entries(api.paths)) {
		const methods = METHODS.filter(method => item[method]);
		// Several methods of a path do the same in API v1 alone.
		for (const group of path.startsWith("/rest") ? [methods] : methods.map(method => [method])) {
			const operation = item[group[0]];
			const ids = group.map(method => item[method].operationId);
			calls.push({id: ids[0], ids, path, methods: group, operation});
		}
	}
	return calls;
}

/** What is answered if all is well. */
function success(operation) {
	return operation.responses["200"] ?? operation.responses["201"];
}

// --- curl

function exampleOf(schemas, parameter) {
	return String(parameter.name === "key" && parameter.in === "path" ? byId("key").value : schemas.example(parameter.schema));
}

/** A command that does the call with an example; it can be pasted into a shell as it stands. */
function asCurl(schemas, call) {
	const {operation, methods} = call;
	const parameters = (operation.parameters ?? []).map(one => schemas.follow(one));
	let target = call.path;
	for (const one of parameters.filter(each => each.in === "path")) {
		target = target.replace(`{${one.name}}`, encodeURIComponent(exampleOf(schemas, one)));
	}
	const query = parameters
		.filter(one => one.in === "query" && one.required)
		.map(one => `${encodeURIComponent(one.name)}=${encodeURIComponent(exampleOf(schemas, one))}`)
		.join("&");
	const isStream = Object.keys(success(operation).content)[0].startsWith("text/event-stream");
	const method = methods[0].toUpperCase();
	const options = [isStream ? "-N" : "-s", ...(method === "GET" ? [] : ["-X", method])];
	const headers = operation.security?.some(one => one.ApiKey) ? [["X-API-KEY", byId("key").value]] : [];
	const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
	const hasBody = type && (operation.requestBody.required || method !== "GET");
	if (hasBody) headers.push(["Content-Type", type]);
	const body = hasBody ? bodyText(schemas, type, content, true) : null;
	const command = curl(options, location.origin + target + (query ? `?${query}` : ""), headers, body);
	return operation.security?.some(one => one.Bearer) ? withToken(command, byId("key").value) : command;
}

function bodyText(schemas, type, content, isRequest = false) {
	if (!type.includes("json")) return content.example ?? "";
	return JSON.stringify(content.example ?? schemas.example(content.schema, isRequest), null, 2);
}

// --- a call

function block(title, text, ...tools) {
	return h("section.block", h("header", h("h4", title), tools), h("pre", {tabindex: "0", "aria-label": title}, text));
}

function curlBlock(schemas, call) {
	const shown = h("pre", {tabindex: "0", "aria-label": "curl"});
	const show = () => fill(shown, asCurl(schemas, call));
	keyed.push(show);
	show();
	const tool = button("tool small", () => copy(tool, shown), "Copy");
	return h("section.block", h("header", h("h4", "curl"), tool), shown);
}

/** Copy what an element shows; where a browser forbids that, select it. */
async function copy(tool, element) {
	if (await toClipboard(element.textContent)) {
		tool.textContent = "Copied";
	} else {
		getSelection()?.selectAllChildren(element);
		tool.textContent = "Selected";
	}
	setTimeout(() => {
		tool.textContent = "Copy";
	}, 2000);
}

function parametersOf(schemas, operation) {
	const parameters = (operation.parameters ?? []).map(one => schemas.follow(one));
	if (!parameters.length) return null;
	return [
		h("h4", "Parameters"),
		h(
			"ul.fields",
			parameters.map(one =>
				h(
					"li",
					schemas.describeField(
						one.name,
						{description: one.description, ...one.schema},
						{isRequest: true, isRequired: one.required && one.in !== "path", where: `${one.in}, `}
					)
				)
			)
		)
	];
}

function fieldsOf(schemas, title, content, isRequest) {
	const json = content?.["application/json"];
	const fields = json && schemas.fields(json.schema, isRequest);
	if (!fields) return null;
	return h("details.more", h("summary", title), fields);
}

function otherAnswers(schemas, operation) {
	const others = Object.entries(operation.responses).filter(([, response]) => response !== success(operation));
	if (!others.length) return null;
	return [
		h("h4", "Other answers"),
		h(
			"ul.points",
			others.map(([status, response]) => h("li", h("code", status), h("span", inline(schemas.follow(response).description))))
		)
	];
}

function answerBlock(schemas, operation) {
	const [type, content] = Object.entries(success(operation).content)[0];
	const text = bodyText(schemas, type, content);
	return block(type.startsWith("application/json") ? "Answer" : `Answer: ${type.split(";")[0]}`, text || "…");
}

function describe(schemas, call) {
	const {operation} = call;
	return h(
		"div.inside",
		h(
			"div.text",
			prose(operation.description),
			parametersOf(schemas, operation),
			fieldsOf(schemas, "Fields of the body", operation.requestBody?.content, true),
			fieldsOf(schemas, "Fields of the answer", success(operation).content, false),
			otherAnswers(schemas, operation)
		),
		h("div.examples", curlBlock(schemas, call), answerBlock(schemas, operation))
	);
}

function showCall(schemas, call) {
	const {operation} = call;
	const made = h(
		"details.call",
		{id: call.id},
		h(
			"summary",
			h(
				"span.methods",
				call.methods.map(name => h("span", {class: `method ${name}`}, name.toUpperCase()))
			),
			h(
				"span.path",
				call.path.split(/(\{\w+\})/).map(part => (part.startsWith("{") ? h("span.part", part) : part))
			),
			h("span.summary", operation.summary)
		)
	);
	// Filled when it is opened first: all at once would make the page slow to appear.
	made.addEventListener("toggle", () => made.append(describe(schemas, call)), {once: true});
	made.addEventListener("toggle", () => {
		if (made.open) history.replaceState(null, "", `#${call.id}`);
	});
	made.dataset.words = [call.path, ...call.methods, ...call.ids, operation.summary, operation.tags.join(" ")].join(" ").toLowerCase();
	return made;
}

// --- the page

function showAll(api) {
	const schemas = new Schemas(api);
	const calls = readCalls(api);
	byId("version").textContent = `${api.info.version} API`;
	fill(byId("about"), prose(api.info.description.trim()));
	const rooms = api.tags.map(tag => ({
		...tag,
		calls: calls.filter(call => call.operation.tags.includes(tag.name))
	}));
	fill(
		byId("operations"),
		rooms.map(room =>
			h(
				"section.room",
				{id: `room-${room.name}`, "aria-label": room.name},
				h("h2", room.name),
				h("p.quiet", room.description),
				room.calls.map(call => showCall(schemas, call))
			)
		)
	);
	const under = base => rooms.filter(room => room.calls[0].path.startsWith(base));
	fill(
		byId("rooms"),
		[
			["API v1", under("/rest")],
			["One API", under("/api")],
			["Control API", under("/_mock")]
		].map(([title, some]) => [
			h("h2", title),
			h(
				"ul",
				some.map(room => h("li", h("a", {href: `#room-${room.name}`}, room.name, h("span.quiet", String(room.calls.length)))))
			)
		])
	);
}

function filter() {
	const words = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
	const calls = all(document, ".call");
	for (const call of calls) call.hidden = !words.every(word => call.dataset.words?.includes(word));
	for (const room of all(document, ".room")) {
		room.hidden = !all(room, ".call").some(call => !call.hidden);
	}
	const found = calls.filter(call => !call.hidden).length;
	byId("about").hidden = words.length > 0;
	byId("found").textContent = words.length ? `${found || "No"} of ${calls.length} calls` : "";
}

function openAll() {
	const tool = byId("open-all");
	const isOpen = tool.getAttribute("aria-pressed") !== "true";
	for (const call of all(document, ".call:not([hidden])")) call.toggleAttribute("open", isOpen);
	tool.setAttribute("aria-pressed", String(isOpen));
	tool.textContent = isOpen ? "Close all" : "Open all";
}

/** Go to the call or room that the address names. */
function follow() {
	const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
	if (!wanted) return;
	if (wanted instanceof HTMLDetailsElement && !wanted.open) {
		// What is in it comes with the same event, a moment later.
		wanted.addEventListener("toggle", () => wanted.scrollIntoView(), {once: true});
		wanted.open = true;
	} else {
		wanted.scrollIntoView();
	}
}

byId("find").addEventListener("input", filter);
byId("key").addEventListener("input", () => {
	for (const show of keyed) show();
});
byId("open-all").addEventListener("click", openAll);
window.addEventListener("hashchange", follow);
document.addEventListener("keydown", event => {
	const isTyping = event.target instanceof HTMLInputElement;
	if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
		event.preventDefault();
		byId("find").focus();
	} else if (event.key === "Escape" && event.target === byId("find")) {
		byId("find").value = "";
		filter();
	}
});

try {
	const answer = await fetch("/_mock/openapi.json");
	if (!answer.ok) throw new Error(`openapi.json is answered with ${answer.status}`);
	showAll(await answer.json());
	follow();
} catch (error) {
	fill(byId("operations"), h("p", {role: "alert"}, `The description cannot be shown: ${error instanceof Error ? error.message : error}`));
}
