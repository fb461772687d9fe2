/** "Next time…": what the next ones to a number, of a reference or of a path get, written as a rule of the scenario. */

import {api, refusal} from "./api.js";
import {attempt, button, byId, fill, h, toast} from "./dom.js";
import {CHANNELS, words} from "./format.js";

const PAUSE = 250; // ms without a change after which the rule is checked
const STATUSES = [429, 500, 502, 503, 504];
const FAULTS = ["connection_reset", "empty_response", "malformed_response", "truncated_response", "hang"];
const VIBER = ["undeliverable", "expired", "rejected", "unknown", "sent", "delivered", "read"];
const SMS = ["undeliverable", "expired", "rejected", "unknown", "sent", "delivered"];
/** What may become of a message, by channel. */
const OUTCOMES = {viber: VIBER, sms: SMS, hlr: ["active", "absent", "unknown"], rcs: VIBER, voice: SMS, telegram: VIBER};
/** Channels that an SMS may follow. */
const FOLLOWED = new Set(["viber", "rcs", "telegram"]);

export class NextTime {
	#key = "";
	#timer = 0;
	#turn = 0;
	/** @type {CodeOfError[]} */
	#codes = [];

	/** @param {Session} session @param {{ onUsed: () => unknown, onLine: (line: number) => unknown }} options */
	constructor(session, {onUsed, onLine}) {
		this.session = session;
		this.onUsed = onUsed;
		this.onLine = onLine;
		this.dialog = byId("next-dialog");
		this.form = byId("next-form");
		this.fields = /** @type {Forms["next-form"]} */ (/** @type {unknown} */ (this.form.elements));
		this.form.addEventListener("submit", event => {
			event.preventDefault();
			this.#use();
		});
		this.form.addEventListener("input", () => this.#changed());
	}

	/** Ask what the next ones get that are like this. @param {NextOccasion} occasion */
	async open(occasion) {
		this.#key = this.session.known;
		this.#codes = this.#codes.length ? this.#codes : ((await attempt(api.errorCodes))?.error_codes ?? []);
		this.form.reset();
		const {of, value} = this.fields;
		of.value = occasion.path ? "path" : occasion.msisdn || !occasion.reference ? "msisdn" : "reference";
		this.#offer(occasion);
		value.value = occasion[of.value] ?? "";
		of.onchange = () => {
			value.value = occasion[of.value] ?? value.value;
			this.#offer(occasion);
			this.#changed();
		};
		fill(byId("next-added"));
		if (!this.dialog.open) this.dialog.showModal();
		this.fields.what.focus();
		this.#changed();
		const added = await attempt(() =>
			api.rules(this.#key).catch(error => (refusal(error).status === 404 ? {rules: []} : Promise.reject(error)))
		);
		this.#list(added?.rules ?? []);
	}

	/** List what they may get; a whole request has no outcome. @param {NextOccasion} occasion */
	#offer({channel = "viber", wanted = ""}) {
		const {of, what} = this.fields;
		const option = (value, text) => h("option", {value}, text);
		const group = (label, ...options) => h("optgroup", {label}, options);
		const isMessage = of.value !== "path";
		const channels = [channel, "viber", "sms", "hlr"].filter((each, place, all) => each in OUTCOMES && all.indexOf(each) === place);
		fill(
			what,
			isMessage
				? channels.map(each =>
						group(
							CHANNELS[each],
							OUTCOMES[each].map(status => option(`${each} ${status}`, `${CHANNELS[each]} ${outcome(status)}`))
						)
					)
				: null,
			group(
				"Error of the API",
				this.#codes.map(({code, text}) => option(`error ${code}`, `error ${code}: ${text}`))
			),
			group(
				"HTTP status, for the whole request",
				STATUSES.map(status => option(`status ${status}`, `HTTP ${status}`))
			),
			group(
				"Broken, for the whole request",
				FAULTS.map(fault => option(`fault ${fault}`, words(fault)))
			),
			group("Late", option("late", "the usual, but late"))
		);
		const preferred = wanted || (isMessage ? `${channel} undeliverable` : "status 503");
		what.value = preferred;
		if (!what.value) what.selectedIndex = 0;
	}

	#changed() {
		const {of, value, what, late} = this.fields;
		const [kind] = what.value.split(" ");
		byId("next-value-label").textContent = {msisdn: "Number", reference: "Reference", path: "Method and path"}[of.value] ?? "";
		byId("next-sms").hidden = !FOLLOWED.has(kind);
		if (kind === "late" && !late.value) late.value = "5s";
		byId("next-yaml").textContent = this.#yaml();
		clearTimeout(this.#timer);
		const turn = ++this.#turn;
		byId("next-use").disabled = true; // until it is known to be right
		if (!value.value.trim()) {
			this.#say("For whom? * is for all.", "bad");
			return;
		}
		this.#timer = setTimeout(() => this.#check(turn), PAUSE);
	}

	async #check(turn) {
		try {
			const {faults} = await api.checkScenario(this.#yaml());
			if (turn !== this.#turn) return;
			byId("next-use").disabled = faults.length > 0;
			this.#say(faults[0]?.message ?? "No faults. Not in use yet.", faults.length ? "bad" : "good");
		} catch (error) {
			if (turn === this.#turn) this.#say(refusal(error).message, "bad");
		}
	}

	/** The rule or fault as it will be written. */
	#yaml() {
		const {of, value, times, what, late, sms} = this.fields;
		const [kind, chosen] = what.value.split(" ");
		const isPath = of.value === "path";
		const lines = [`match: ${isPath ? matchRequest(value.value.trim()) : `{${of.value}: ${JSON.stringify(value.value.trim())}}`}`];
		if (times.value) lines.push(`times: ${times.value}`);
		if (late.value.trim()) lines.push(`delay: ${late.value.trim()}`);
		if (kind in OUTCOMES) {
			lines.push(`${kind}: ${plan(kind, chosen)}`);
			if (FOLLOWED.has(kind) && sms.value) lines.push(`sms: ${plan("sms", sms.value)}`);
		} else if (kind !== "late") {
			lines.push(`${kind}: ${chosen}`);
		}
		return `${isPath ? "faults" : "rules"}:\n  - ${lines.join("\n    ")}\n`;
	}

	async #use() {
		if (byId("next-use").disabled) return;
		byId("next-use").disabled = true;
		try {
			const {name} = await api.addRule(this.#key, this.#yaml());
			this.dialog.close();
			toast(`In use: ${name}`);
			await this.onUsed();
		} catch (error) {
			const {detail, message} = refusal(error);
			const [first] = detail;
			this.#say(typeof first === "object" ? first.message : message, "bad");
			byId("next-use").disabled = false;
		}
	}

	#say(sentence, tone) {
		byId("next-verdict").textContent = sentence;
		byId("next-verdict").className = `verdict ${tone}`;
	}

	/** @param {AddedRule[]} rules */
	#list(rules) {
		byId("next-list").hidden = !rules.length;
		const toLine = line => {
			this.dialog.close();
			this.onLine(line);
		};
		const takeBack = name =>
			attempt(async () => {
				this.#list((await api.takeBackRule(this.#key, name)).rules);
				this.fields.what.focus();
				toast(`Taken back: ${name}`);
				await this.onUsed();
			});
		fill(
			byId("next-added"),
			rules.map(({name, line, text, times, used}) =>
				h(
					"li",
					button("link", () => toLine(line), name),
					h(
						"code",
						text
							.split("\n")
							.slice(1)
							.map(each => each.trim())
							.join(" ")
					),
					h("span.quiet.figures", used === null ? "always" : times === null ? `used ${used}×` : `used ${used} of ${times}`),
					button({class: "tool small", "aria-label": `Take back ${name}`}, () => takeBack(name), "Take back")
				)
			)
		);
	}
}

const outcome = status => (status === "sent" ? "stays sent" : words(status));

/** A plan that ends so. */
function plan(channel, status) {
	if (channel === "hlr") return `{${status}: 2s}`;
	if (status === "sent") return "{sent: 1s}";
	return `{sent: 1s, ${status === "read" ? "delivered: 2s, read: 5s" : `${status}: 2s`}}`;
}

/** "POST /viber/create", or a path alone, as `match` has it. @param {string} text */
function matchRequest(text) {
	const [, method, path] = /^(?:([A-Za-z]+)\s+)?(.*)$/.exec(text) ?? [];
	return `{${method ? `method: ${method.toUpperCase()}, ` : ""}path: ${JSON.stringify(path)}}`;
}

/** What a fault matches of a request: its method, and its path as scenarios write it. @param {{ method: string, path: string }} request */
export function requestPattern({method, path}) {
	const bare = path
		.replace(/^https?:\/\/[^/]*/, "")
		.replace(/[?#].*/, "")
		.replace(/^\/rest(?:\/v1\.0)?(?=\/)/, "");
	return `${method} ${bare.replace(/(.)\/$/, "$1")}`;
}
