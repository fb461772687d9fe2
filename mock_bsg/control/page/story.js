/** The story of a message: its steps, those of its SMS, and the calls that told of them, in the order of time. */

import {h, icon} from "./dom.js";
import {CHANNELS, clockTime, duration, fromNow, kindOf, TICKS, words} from "./format.js";

/**
 * @typedef {{
 *   at: number, name: any, happened: boolean, kind: ReturnType<typeof kindOf>, cause: string, isAside?: boolean
 * }} Moment
 */

/** Why a step came, or will. @param {MessageWhole["timeline"][number]["cause"]} cause @param {MessageWhole} message */
function because(cause, {explain, request, validity}) {
	if (cause === "request") return `request ${request}`;
	if (cause === "rule") return `rule: ${explain.rule}`;
	if (cause === "stopped") return "its campaign was stopped";
	if (cause === "defaults") return `the defaults of ${explain.scenario}`;
	if (cause === "by hand") return "by hand";
	if (cause === "validity") return validity === null ? "its validity ran out" : `its validity of ${duration(validity * 1000)} ran out`;
	return "";
}

/** @param {MessageWhole} message @returns {Moment[]} */
function steps(message) {
	return message.timeline.map(({at, status, happened, cause}) => ({
		at: Date.parse(at),
		name: words(status),
		happened,
		kind: kindOf(status, message.channel),
		cause: because(cause, message)
	}));
}

/** What its SMS does, or is going to do. @param {MessageWhole} message @returns {Moment[]} */
function stepsOfSms(message) {
	const sms = message.alt_route[0] ?? message.alt_route_planned;
	if (!sms) return [];
	return sms.timeline.map(({at, status, happened, cause}, index) => {
		const why = cause === "rule" ? `rule: ${sms.rule}` : because(cause, {...message, validity: null});
		return {
			at: Date.parse(at),
			name: ["SMS ", index ? words(status) : `${sms.id} takes over`],
			happened: happened && message.alt_route.length > 0,
			kind: kindOf(status),
			cause: index ? why : `because ${CHANNELS[message.channel]} did not deliver`,
			isAside: true
		};
	});
}

/** Each try to tell of it, and the next one. @param {MessageWhole} message @returns {Moment[]} */
function calls({reports}) {
	/** @type {Moment[]} */
	const found = [];
	for (const {n, at, status, attempts, next_attempt: next, state} of reports) {
		const told = `report of “${words(status)}”`;
		for (const each of attempts) {
			const isFine = each.status !== null && each.status >= 200 && each.status < 300;
			const came = each.status ? `HTTP ${each.status}` : (each.error ?? "no answer");
			found.push({
				at: Date.parse(each.at),
				name: told,
				happened: true,
				kind: isFine ? "arrived" : "failed",
				cause: `delivery report ${n}: ${came}`,
				isAside: true
			});
		}
		if (next) {
			const cause = `delivery report ${n}${attempts.length ? ", tried again" : ""}`;
			found.push({at: Date.parse(next), name: told, happened: false, kind: "waiting", cause, isAside: true});
		} else if (!attempts.length && state !== "pending") {
			found.push({
				at: Date.parse(at),
				name: told,
				happened: true,
				kind: "failed",
				cause: `delivery report ${n}: ${state}`,
				isAside: true
			});
		}
	}
	return found;
}

/** @param {MessageWhole} message @param {number} now */
export function story(message, now) {
	const moments = [...steps(message), ...stepsOfSms(message), ...calls(message)];
	moments.sort((one, other) => one.at - other.at);
	const start = Date.parse(message.time_in);
	return h(
		"ol.timeline",
		moments.map(({at, name, happened, kind, cause, isAside}) =>
			h(
				"li",
				{class: `step is-${kind} ${happened ? "happened" : "planned"}${isAside ? " aside" : ""}`},
				h("span.dot", {"aria-hidden": "true"}, icon(TICKS[kind])),
				h("span.step-name", name, happened ? null : h("span.hidden", ", planned")),
				h("time.figures", {datetime: new Date(at).toISOString(), title: new Date(at).toISOString()}, clockTime(at, now)),
				happened
					? h("span.figures.quiet", at > start ? `+${duration(at - start)}` : "created")
					: h("span.figures.due", {"data-due": at}, fromNow(at - now)),
				cause ? h("bdi.cause.quiet", cause) : null
			)
		)
	);
}
