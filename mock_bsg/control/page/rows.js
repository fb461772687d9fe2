/** How messages and requests look in the list, and how what is typed into the search becomes filters. */

import {refusalsIn} from "./api.js";
import {h, icon} from "./dom.js";
import {CHANNELS, clockTime, kindOf, money, plural, TICKS, words} from "./format.js";

/** A status as ticks and a word. @param {string} status @param {string} channel */
export function statusMark(status, channel) {
	const kind = kindOf(status, channel);
	return h("span", {class: `status is-${kind}`}, icon(TICKS[kind]), words(status, channel));
}

/** @param {MessageSummary["channel"]} channel */
export function channelBadge(channel) {
	return h("span", {class: `channel of-${channel}`}, CHANNELS[channel]);
}

/** @param {MessageSummary} message @param {number} now */
export function messageRow(message, now) {
	return [
		h("span.row-number.figures", message.msisdn),
		statusMark(message.status, message.channel),
		h(
			"span.row-text",
			channelBadge(message.channel),
			message.sender ? h("bdi.row-sender", message.sender) : null,
			h("bdi.row-words", message.text || (message.reference ?? ""))
		),
		h("span.row-foot.figures", h("span.row-price", money(message.price)), h("time", clockTime(message.time_in, now)))
	];
}

/** What the list keeps of a request; bodies are fetched when it is chosen. @param {RequestWhole} request */
export function requestItem(request) {
	const {n, at, method, path, status, duration_ms, rules, fault, notes, outcome, answer_json: said} = request;
	const refusals = status !== null && status >= 400 ? refusalsIn(said) : [];
	return {id: String(n), at, method, path, status, duration_ms, rules, fault, notes, outcome, errors: errorsIn(said), refusals};
}

/**
 * BSG's errors come with HTTP 200: in the answer as a whole, or in the entries of some recipients.
 * @param {any} said @returns {[string, string][]}
 */
function errorsIn(said) {
	const entries = Array.isArray(said) ? said : [said, said?.result].flat();
	return entries.filter(entry => entry?.error).map(({error, errorDescription}) => [error, errorDescription]);
}

/** @param {Item} request @param {number} now */
export function requestRow(request, now) {
	return [
		h("span.row-number.figures", request.method, " ", h("bdi", request.path)),
		answerMark(request),
		h("span.row-text", h("bdi.row-words", decidedBy(request))),
		h("span.row-foot.figures", h("span.row-price", took(request)), h("time", clockTime(request.at, now)))
	];
}

/** How each outcome looks: a request that came through with a note is neither fine nor failed. */
const MARKS = /** @type {const} */ ({
	failed: ["failed", "failed"],
	noted: ["noted", "unknown"],
	fine: ["arrived", "tick"],
	waiting: ["waiting", "clock"]
});

/** What was answered, in the colour of its outcome. @param {Item} request */
export function answerMark({status, outcome, errors, notes}) {
	const [look, drawing] = MARKS[outcome];
	const said = status === null ? (outcome === "waiting" ? "waiting" : "no answer") : errors.length ? `error ${errors[0][0]}` : status;
	return h("span", {class: `status is-${look}`}, icon(drawing), said, outcome === "noted" ? `, ${plural(notes.length, "note")}` : null);
}

/** @param {Item} request */
export function decidedBy(request) {
	const {notes, rules, errors, refusals, fault} = request;
	const said = fault ? [`fault: ${fault}`] : rules.length ? [rules.join(", ")] : [];
	return [...new Set([...refusals, ...errors.map(each => each[1])]), ...notes, ...said].join(" · ") || "answered";
}

/** @param {{ duration_ms: number }} request */
export function took(request) {
	const ms = request.duration_ms;
	return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/**
 * "number:38050*", "ref:retry-*" and "campaign:7" look into one field; anything else is looked for everywhere.
 * @param {string} text
 */
export function readSearch(text) {
	/** @type {Parameters<ControlCalls["messages"]>[1]} */
	const filters = {};
	const rest = text.trim().replace(/(?:^|\s)(?:(number|ref):(\S+)|campaign:(\d{1,18})(?!\S))/gi, (_, field, value, campaign) => {
		if (campaign) filters.campaign = campaign;
		else filters[field.toLowerCase() === "ref" ? "reference" : "msisdn"] = value;
		return "";
	});
	if (rest.trim()) filters.search = rest.trim();
	return filters;
}

/** "status:503" and "error:43"; a path, wholly or in part, if it begins like one; else words of the body. @param {string} text */
export function requestFilters(text) {
	/** @type {Parameters<ControlCalls["requests"]>[1]} */
	const filters = {};
	const wanted = text
		.replace(/(?:^|\s)(status|error):(\d{1,3})(?!\S)/gi, (_, field, value) => {
			filters[field.toLowerCase()] = value;
			return "";
		})
		.trim();
	return {...filters, ...(wanted.startsWith("/") ? {path: `*${wanted}*`} : {body: wanted})};
}
