/** What can be taken away: a message as a curl command, as a pytest test, as a rule of a scenario. */

import {api, refusal} from "./api.js";
import {button, byId, icon, toast} from "./dom.js";
import {scenarioDuration} from "./format.js";
import {curl, toClipboard, withToken} from "./pasting.js";

/**
 * Put a text, or what a promise gives, on the clipboard; where a browser forbids that, show it to be copied by hand.
 * @param {string | Promise<string>} given @param {string} name
 */
export async function copy(given, name) {
	let text;
	try {
		text = await given;
	} catch (error) {
		toast(refusal(error).message, "bad");
		return;
	}
	if (await toClipboard(text)) {
		toast(`Copied: ${name}`);
	} else {
		byId("text-to-copy").value = text;
		byId("text-dialog").showModal();
		byId("text-to-copy").select();
	}
}

/** A button for a one-time code. @param {string} code @param {any[]} label */
export const copyCode = (code, ...label) =>
	button({class: "tool small", "data-focus": "copy-code"}, () => copy(code, "code"), icon("copy"), label);

/** A request as it came, whatever became of it. @param {RequestWhole} exchange @param {Session} session */
export const requestAsCurl = (exchange, session) => asCurl(null, exchange, session);

/**
 * A message is not looked at where there is the request that it came with.
 * @param {MessageWhole?} message @param {Exchange} exchange @param {Session} session
 */
export function asCurl(message, exchange, session) {
	const path = exchange?.path ?? createPath(/** @type {MessageWhole} */ (message));
	const isNewer = isOfOneApi(path);
	const headers = isNewer ? [] : [["X-API-KEY", session.known]];
	const type = contentType(exchange);
	if (type) headers.push(["Content-Type", type]);
	const body = exchange ? exchange.body : JSON.stringify(rebuilt(/** @type {MessageWhole} */ (message)));
	// What BSG sends a code once more with has no body.
	const command = curl(["-X", exchange?.method ?? "POST"], location.origin + path, headers, isNewer ? body || null : body);
	return `${isNewer ? withToken(command, session.known) : command}\n`;
}

/** Whether a path is the One API's, which wants a token and not the key. @param {string} path */
const isOfOneApi = path => /^(?:https?:\/\/[^/]*)?\/api\//.test(path);

/** Where such a message is created. @param {MessageWhole} message */
const createPath = ({channel}) => (channel in NEWER ? "/api/messages/send" : `/rest/${channel}/create`);

/** Channels that API v1 does not have, and what the One API wants of each beside text and sender. */
const NEWER = {rcs: {}, voice: {category: "transactional"}, telegram: {}};

/** @param {Exchange} exchange */
function contentType(exchange) {
	if (!exchange) return "application/json";
	return exchange.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;
}

/**
 * The request as it may have been, for a message whose request the journal has dropped.
 * @param {MessageWhole} message
 */
function rebuilt(message) {
	const to = {msisdn: message.msisdn, ...(message.reference ? {reference: message.reference} : {})};
	if (message.channel === "hlr" || message.channel === "mnp") return to;
	if (message.channel in NEWER) return rebuiltForOneApi(message);
	if (message.channel === "sms") {
		return {destination: "phone", originator: message.sender, body: message.text, ...to};
	}
	const options = Object.entries(message.options ?? {}).filter(([, value]) => value !== null);
	return {
		messages: [
			{
				to: [to],
				text: message.text,
				alpha_name: message.sender,
				is_promotional: message.is_promotional,
				...(options.length ? {options: {viber: Object.fromEntries(options)}} : {})
			}
		]
	};
}

/** The same of a message that the One API alone can send. @param {MessageWhole} message */
function rebuiltForOneApi({channel, msisdn, reference, text, sender, options}) {
	const sms = options?.alt_route;
	return {
		channels: sms ? [channel, "sms"] : [channel],
		phone: {number: msisdn, ...(reference ? {reference_id: reference} : {})},
		[channel]: {text, ...(sender ? {sender} : {}), ...NEWER[channel]},
		...(sms ? {sms: {sender: sms.originator, text: sms.text}} : {})
	};
}

const SEND_CODE = "/api/2fa/authentications/otp";

/**
 * What a test sends, in an account of its own, so that it comes to the same.
 * @param {MessageWhole} message @param {Exchange} exchange
 */
function requestOf(message, exchange) {
	try {
		// There is no session whose code could be sent once more: what it tells of itself sends one.
		if (exchange?.path.endsWith("/resend")) return {path: SEND_CODE, body: codeOf(exchange.answer_json.data)};
		if (exchange) return {path: exchange.path, body: JSON.parse(exchange.body)};
	} catch {}
	return {path: createPath(message), body: rebuilt(message)};
}

/** @param {any} session as the One API tells it */
function codeOf({recipient, channel, sender, sender_alt, code_lifetime, code_max_tries, code_digits}) {
	const alternative = sender_alt ? {sender_alt} : {};
	return {recipient, channel, sender, ...alternative, template_id: 1, code_lifetime, code_max_tries, code_digits};
}

/**
 * The steps of a message as a plan: pairs of a status and its time after the start. One that stays as it began says so.
 * @param {MessageWhole} message @returns {Step[]}
 */
function planOf(message) {
	const start = Date.parse(message.scheduled ?? message.time_in);
	const [first, ...steps] = message.timeline;
	return (steps.length ? steps : [first]).map(({status, at}) => [status, scenarioDuration(Date.parse(at) - start)]);
}

/**
 * A message as it was sent, and the SMS that took its place; of such an SMS, the message that it stands in for.
 * @param {MessageWhole} message @param {Session} session
 */
async function family(message, session) {
	const of = message.alt_route_of;
	const sent = of ? await api.message(session.known, of) : message;
	const sms = sent.alt_route?.[0];
	return {sent, sms: sms ? await api.message(session.known, sms.id) : null};
}

/** @param {{ sent: MessageWhole, sms: MessageWhole? }} family @returns {[string, Step[]][]} */
function plansOf({sent, sms}) {
	return sms
		? [
				[sent.channel, planOf(sent)],
				["sms", planOf(sms)]
			]
		: [[sent.channel, planOf(sent)]];
}

/** @param {MessageWhole} chosen @param {Session} session */
export async function asRule(chosen, session) {
	const {sent: message, sms} = await family(chosen, session);
	const plans = plansOf({sent: message, sms});
	/** @param {Step[]} steps */
	const flow = steps => `{${steps.map(([status, time]) => `${status}: ${time}`).join(", ")}}`;
	return [
		`  - name: as message ${message.id}`,
		`    match: {msisdn: "${message.msisdn}"}`,
		...plans.map(([channel, steps]) => `    ${channel}: ${flow(steps)}`),
		""
	].join("\n");
}

const IDENTIFIER = /[^a-z0-9_]/g;

/** @param {MessageWhole} chosen @param {Exchange} exchange @param {Session} session */
export async function asPytest(chosen, exchange, session) {
	const {sent: message, sms} = await family(chosen, session);
	const plans = plansOf({sent: message, sms});
	const rule = {
		match: {msisdn: message.msisdn},
		...Object.fromEntries(plans.map(([channel, steps]) => [channel, Object.fromEntries(steps)]))
	};
	const name = `test_${message.channel}_to_${message.msisdn}_is_${message.status}`.replaceAll(IDENTIFIER, "_");
	const {path, body} = requestOf(message, exchange);
	const isNewer = isOfOneApi(path);
	// A clock that stands still where it stood: dates in the request mean the same, and nothing happens in between.
	const scenario = {clock: {start: `${message.time_in.slice(0, 19)}Z`, manual: true}, rules: [rule]};
	const reached = (sms ?? message).timeline.filter(step => step.happened).at(-1);
	const passed = reached ? Date.parse(reached.at) - Date.parse(message.time_in) : 0;
	return [
		"import requests  # or your own client",
		"",
		"",
		`def ${name}(mock_bsg):`,
		`    mock_bsg.use(${python(scenario, 1)})`,
		...(isNewer ? [`    login = requests.post(f"{mock_bsg.url}/api/auth/login", json={"api_key": mock_bsg.api_key}, timeout=10)`] : []),
		"    answer = requests.post(",
		`        f"{mock_bsg.url}${path.replaceAll("{", "{{").replaceAll("}", "}}").replaceAll('"', "%22")}",`,
		isNewer ? `        headers={"Authorization": f"Bearer {login.json()['bearer']}"},` : `        headers={"X-API-KEY": mock_bsg.api_key},`,
		`        json=${python(body, 2)},`,
		"        timeout=10,",
		"    )",
		`    assert answer.status_code == ${path === SEND_CODE ? 201 : 200}`,
		`    mock_bsg.advance("${scenarioDuration(passed)}")`,
		"    message = next(",
		`        each for each in mock_bsg.messages if (each.channel, each.msisdn) == ("${message.channel}", "${message.msisdn}")`,
		"    )",
		`    assert message.status == "${message.status}"`,
		...(sms ? [`    assert message.alt_route[0].status == "${sms.status}"`] : []),
		""
	].join("\n");
}

/**
 * A JSON value as Python spells it, over several lines if it is long.
 * @param {any} value @param {number} depth @returns {string}
 */
function python(value, depth) {
	const short = spell(value);
	if (short.length < 80) return short;
	const indent = "    ".repeat(depth + 1);
	const items = Array.isArray(value)
		? value.map(each => python(each, depth + 1))
		: Object.entries(value ?? {}).map(([name, each]) => `${JSON.stringify(name)}: ${python(each, depth + 1)}`);
	if (typeof value !== "object" || !items.length) return short;
	const [open, close] = Array.isArray(value) ? "[]" : "{}";
	return `${open}\n${items.map(item => `${indent}${item},\n`).join("")}${"    ".repeat(depth)}${close}`;
}

/** @param {any} value @returns {string} */
function spell(value) {
	if (value === null) return "None";
	if (value === true) return "True";
	if (value === false) return "False";
	if (Array.isArray(value)) return `[${value.map(spell).join(", ")}]`;
	if (typeof value === "object")
		return `{${Object.entries(value)
			.map(([name, each]) => `${JSON.stringify(name)}: ${spell(each)}`)
			.join(", ")}}`;
	return JSON.stringify(value);
}
