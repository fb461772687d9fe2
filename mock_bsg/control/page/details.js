/** Everything about one message or one request: what happened, what will, what it cost, why, and the JSON. */

import {api, refusal} from "./api.js";
import {body} from "./bodies.js";
import {asCurl, asPytest, asRule, copy, copyCode, requestAsCurl} from "./copying.js";
import {all, attempt, button, byId, fill, h, icon, Part, toast} from "./dom.js";
import {CHANNELS, clockTime, dayOf, duration, fromNow, kindOf, money, plural, TICKS, words} from "./format.js";
import {requestPattern} from "./next.js";
import {answerMark, channelBadge, decidedBy, requestItem, statusMark, took} from "./rows.js";
import {story} from "./story.js";

// Statuses that only BSG's generated v1 SDK lists: offered, but not in the way.
const RARE = new Set(["new", "waiting", "failed", "not_viber_user", "deleted"]);
const EDITED = new Set(["viber", "sms"]); // channels that the page sends on
/** @type {Record<string, number>} */
const USED = {viber: 43, sms: 23, hlr: 66}; // the codes of a reference that was used before
const CAMPAIGN = /\/api\/campaigns\/(?:\w+\/)?send(?:-individual)?\b/; // paths that send one

export class Details {
	/** @type {Record<string, Part>?} */
	#parts = null;
	/** @type {MessageWhole?} */
	#message = null;
	/** @type {Promise<Exchange>?} */
	#exchange = null; // a promise of the request that the message came with; null if the journal has dropped it
	/** @type {MessageWhole?} */
	#first = null; // of an SMS that took its place: the message itself, once it was fetched

	/** @param {Session} session @param {DetailsOptions} options */
	constructor(session, {onChoose, onSearch, onEdit, onNext}) {
		this.session = session;
		this.onChoose = onChoose;
		this.onSearch = onSearch;
		this.onEdit = onEdit;
		this.onNext = onNext;
		this.body = byId("details-body");
	}

	/** Show nothing but a sentence. @param {any[]} sentence */
	clear(...sentence) {
		this.#parts = null;
		this.#message = null;
		fill(this.body, h("p.quiet", sentence));
	}

	/** Draw everything anew when it is shown the next time. */
	expire() {
		this.#parts = null;
	}

	showMessage(message) {
		const isOther = this.#message?.id !== message.id || !this.#parts;
		this.#message = message;
		if (isOther) {
			this.#exchange = attempt(() => this.#fetchExchange(message));
			this.#first = null;
			if (message.alt_route_of) attempt(() => this.#fetchFirst(message));
			this.#parts = this.#layOut();
		}
		this.#draw(message);
	}

	showExchange(exchange) {
		this.#message = null;
		this.#parts = null;
		const item = requestItem(exchange);
		const link = id => button("link figures", () => this.onChoose(id, "messages"), id);
		const campaign = CAMPAIGN.test(exchange.path) ? exchange.answer_json?.data?.id : null;
		const links = campaign ? [this.#campaignLink(campaign, `Messages of campaign ${campaign}`)] : exchange.messages.map(link);
		fill(
			this.body,
			h("div.details-head", h("h2", `Request ${exchange.n}`), answerMark(item)),
			h("p.quiet", `${clockTime(exchange.at, this.session.now)} UTC · ${took(exchange)} · ${decidedBy(item)}`),
			h(
				"div.row-of-tools",
				this.#nextButton(() => ({path: requestPattern(exchange), wanted: gotInstead(item)})),
				h(
					"span.copy-as",
					h("span.caption", "Copy as"),
					copyLink(),
					copyButton("curl", () => requestAsCurl(exchange, this.session))
				)
			),
			this.#holders(exchange),
			links.length ? section("Messages", h("div.row-of-tools", links)) : null,
			section("Request and answer", this.#exchangeView(exchange))
		);
	}

	/** @param {() => NextOccasion} tell */
	#nextButton(tell) {
		return button({class: "tool small", "data-focus": "next", "aria-haspopup": "dialog"}, () => this.onNext(tell()), "Next time…");
	}

	/** Count down what is to come. */
	tick() {
		const now = this.session.now;
		for (const element of all(this.body, "[data-due]")) {
			element.textContent = fromNow(Number(element.dataset.due) - now);
		}
	}

	/** The message whose parts are shown. */
	get #shown() {
		return /** @type {MessageWhole} */ (this.#message);
	}

	#layOut() {
		const part = (name, draw) => [name, new Part(h("div", {class: `part-${name}`}), draw)];
		const parts = Object.fromEntries([
			part("head", message => this.#head(message)),
			part("steer", message => this.#steering(message)),
			part("code", otp => (otp ? this.#code(otp) : [])),
			part("found", value => (value ? found(value) : [])),
			part("timeline", message => section("Timeline", story(message, this.session.now))),
			part("cost", value => this.#cost(value)),
			part("rule", value => this.#rule(value)),
			part("facts", message => this.#facts(message)),
			part("reports", value => this.#reports(value)),
			part("json", exchange =>
				section("Request and answer", exchange ? this.#exchangeView(exchange) : h("p.quiet", "The journal no longer has this request."))
			)
		]);
		fill(
			this.body,
			Object.values(parts).map(each => each.element)
		);
		return parts;
	}

	#draw(message) {
		const {head, steer, code, found: lookup, timeline, cost, rule, facts, reports} = this.#parts ?? {};
		const pick = (...names) => Object.fromEntries(names.map(name => [name, message[name]]));
		const first = this.#first && CHANNELS[this.#first.channel];
		head.show({...pick("id", "channel", "status"), other: message.alt_route[0] ?? null, of: message.alt_route_of, first});
		steer.show(pick("id", "channel", "can_become"));
		lookup.show(message.found);
		code.show(message.otp);
		timeline.show({
			...pick("channel", "timeline", "time_in", "alt_route", "alt_route_planned", "reports", "explain", "request", "validity"),
			day: dayOf(this.session.now)
		});
		cost.show({...message.cost, channel: message.channel});
		rule.show({...message.explain, byHand: message.timeline.filter(({cause}) => cause === "by hand").at(-1)});
		facts.show(
			pick("msisdn", "reference", "sender", "text", "validity", "scheduled", "callback_url", "is_promotional", "channel", "campaign")
		);
		reports.show(pick("reports", "callback_url"));
		this.tick();
	}

	async #fetchExchange(message) {
		const exchange = await api.exchange(this.session.known, message.request).catch(error => {
			if (refusal(error).status !== 404) throw error;
			return null;
		});
		if (this.#message?.id === message.id) this.#parts?.json.show(exchange);
		return exchange;
	}

	/** The message that an SMS stands in for; the oldest are dropped. */
	async #fetchFirst(message) {
		const first = await api.message(this.session.known, message.alt_route_of).catch(error => {
			if (refusal(error).status !== 404) throw error;
			return null;
		});
		if (this.#message?.id !== message.id) return;
		this.#first = first;
		this.#draw(this.#shown);
	}

	#head({id, channel, status, other, of, first}) {
		const partner = other?.id ?? of;
		const link =
			partner &&
			button(
				{class: "link", "data-focus": "partner"},
				() => this.onChoose(partner),
				other ? `Passed on to SMS ${partner}` : `In place of ${first ?? "message"} ${partner}`
			);
		return [
			h("div.details-head", channelBadge(channel), h("h2.figures", id), statusMark(status, channel)),
			h(
				"div.row-of-tools",
				link,
				other ? statusMark(other.status, "sms") : null,
				EDITED.has(channel)
					? button({class: "tool small", "data-focus": "edit"}, () => this.onEdit(this.#shown), icon("pen"), "Edit and send")
					: null,
				this.#nextButton(() => occasionOf(this.#shown)),
				h(
					"span.copy-as",
					h("span.caption", "Copy as"),
					copyLink(),
					copyButton("curl", async () => asCurl(this.#shown, await this.#exchange, this.session)),
					copyButton("pytest", async () => asPytest(this.#shown, await this.#exchange, this.session)),
					copyButton("rule", () => asRule(this.#shown, this.session))
				)
			)
		];
	}

	#steering({id, channel, can_become: can}) {
		if (channel === "mnp") return h("p.quiet", "Answered at once: nothing can follow.");
		if (!can.length) return h("p.quiet", "This is how it ended: nothing can follow.");
		const act = status => () =>
			attempt(async () => {
				await api.setStatus(this.session.known, id, {status});
				await this.session.refresh();
			});
		const choice = status =>
			button({class: `tool small is-${kindOf(status)}`, "data-focus": status}, act(status), icon(TICKS[kindOf(status)]), words(status));
		const rare = can.filter(status => RARE.has(status));
		return h(
			"div.steer",
			{role: "group", "aria-label": "Make it happen now"},
			h("span.caption", "Make it"),
			can.filter(status => !RARE.has(status)).map(choice),
			rare.length ? h("details.rare", h("summary", "more"), h("div.steer", rare.map(choice))) : null
		);
	}

	#code({id, code, status}) {
		const facts = [
			["Code", [h("strong.figures", code), " ", copyCode(code, "Copy", h("span.hidden", " code"))]],
			["Status", status],
			["Session", h("code", id)]
		];
		return section("One-time code", factList(facts));
	}

	#cost(cost) {
		const country = cost.country ? `${cost.country_name} (${cost.country})` : "a number of no known country: the default price";
		const pieces = [country];
		if (cost.channel === "sms") pieces.push(`${plural(cost.parts, "part")} × ${money(cost.charged / (cost.parts || 1))}`);
		pieces.push(`tariff ${cost.tariff}${cost.tariff_factor === "1" ? "" : ` (× ${cost.tariff_factor})`}`);
		return section(
			"Price",
			h(
				"p.cost",
				h("strong.figures", `${money(cost.now)} ${cost.currency}`),
				h("span", pieces.join(" · ")),
				cost.refunded ? h("span.refund", `${money(cost.charged)} ${cost.currency} was given back: it was not delivered`) : null
			)
		);
	}

	#rule({rule, scenario, passed_over: passed, line, in_use: isInUse, byHand}) {
		const list = h(
			"dl.passed",
			passed.map(each =>
				h(
					"div",
					h("dt", each.rule),
					h(
						"dd",
						each.key === "times"
							? `used up (${each.expected})`
							: [
									h("code", each.key),
									" should be ",
									h("code", each.expected),
									", was ",
									h("code", each.found === "" ? "empty" : shorten(each.found))
								]
					)
				)
			)
		);
		return section("Rule", [
			h(
				"p.rule-name",
				h("strong", rule === "defaults" ? "The scenario's defaults" : rule),
				` in ${scenario}${line ? `, line ${line}` : ""}`
			),
			isInUse ? null : h("p.quiet", "The account follows another scenario by now."),
			byHand ? h("p.quiet", `Overruled: made “${words(byHand.status)}” by hand at ${clockTime(byHand.at, this.session.now)}.`) : null,
			passed.length
				? h(
						"details.more",
						h(
							"summary",
							rule === "defaults"
								? `None of its ${plural(passed.length, "rule")} fits: why`
								: `Why not the ${passed.length === 1 ? "rule" : plural(passed.length, "rule")} above it`
						),
						list
					)
				: h("p.quiet", rule === "defaults" ? "This scenario has no rules." : "It is the first that was looked at.")
		]);
	}

	/** Ways to the messages that hold the references which were refused as used. */
	#holders({path, answer_json: answer}) {
		const channel = /\/rest\/(?:v1\.0\/)?(viber|sms|hlr)\//.exec(path)?.[1] ?? "";
		const entries = Array.isArray(answer?.result) ? answer.result : Array.isArray(answer) ? answer : [];
		const taken = entries.filter(each => each?.reference && each.error === USED[channel]);
		const find = reference => () =>
			attempt(async () => {
				const {messages} = await api.messages(this.session.known, {reference, channel, limit: 1});
				if (messages.length) this.onChoose(messages[0].id, "messages");
				else toast(`The message with the reference ${reference} is not kept any more`);
			});
		const link = ({reference, error}) =>
			button({class: "link", "data-focus": `holder-${reference}`}, find(reference), `Error ${error}: who holds “${reference}”`);
		return taken.length ? section("References in use", h("div.row-of-tools", taken.map(link))) : null;
	}

	#campaignLink(id, ...label) {
		return button({class: "link figures", "data-focus": "campaign"}, () => this.onSearch(`campaign:${id}`), label);
	}

	#facts(message) {
		const rows = [
			["To", message.msisdn],
			["From", message.sender],
			["Reference", message.reference],
			["Campaign", message.campaign && this.#campaignLink(message.campaign, message.campaign)],
			["Text", message.text],
			["Promotional", message.channel === "viber" ? (message.is_promotional ? "yes" : "no") : null],
			["Validity", message.validity === null ? null : duration(message.validity * 1000)],
			["Scheduled", message.scheduled && `${dayOf(message.scheduled)} ${clockTime(message.scheduled)}`],
			["Reports to", message.callback_url]
		].filter(([, value]) => value !== null && value !== undefined && value !== "");
		return section("Message", factList(rows));
	}

	#reports({reports, callback_url}) {
		if (!reports.length) {
			return callback_url ? section("Delivery reports", h("p.quiet", "None yet: one goes out at every change of status.")) : [];
		}
		return section(
			"Delivery reports",
			h(
				"ol.reports",
				reports.map(report => this.#report(report))
			)
		);
	}

	#report(report) {
		const {attempts} = report;
		const resend = () =>
			attempt(async () => {
				await api.resendReport(this.session.known, report.n);
				await this.session.refresh();
				toast(`Report ${report.n} was sent again`);
			});
		return h(
			"li",
			h(
				"div.report-head",
				h("span", words(report.status ?? "")),
				h("span", {class: `quiet state-${report.state}`}, report.state, report.duplicate_of ? `, again report ${report.duplicate_of}` : ""),
				button({class: "tool small", "data-focus": `resend-${report.n}`}, resend, "Send again")
			),
			attempts.length
				? h(
						"ol.attempts",
						attempts.map(each =>
							h(
								"li",
								h("time.figures", clockTime(each.at, this.session.now)),
								" ",
								each.status ? `HTTP ${each.status}` : (each.error ?? "no answer"),
								each.status ? `, ${took(each)}` : "",
								each.answer ? body("Answer", each.answer) : null
							)
						)
					)
				: null,
			report.body ? h("details.more", h("summary", "Body"), body(`POST ${report.url}`, report.body)) : null,
			report.next_attempt
				? h("p.quiet", attempts.length ? "Tried again " : "Goes out ", h("span.figures", {"data-due": Date.parse(report.next_attempt)}))
				: null
		);
	}

	#exchangeView(exchange) {
		const {notes} = exchange;
		return [
			notes.length
				? h(
						"ul.journal-notes",
						notes.map(note => h("li", icon("unknown"), h("bdi", note)))
					)
				: null,
			body(`${exchange.method} ${exchange.path}`, exchange.body),
			h("details.more", h("summary", "Headers"), h("pre.json", {tabindex: "0"}, headerText(exchange.headers))),
			body(exchange.status === null ? "No answer: the scenario broke the connection" : `Answer ${exchange.status}`, exchange.answer)
		];
	}
}

/** @param {MessageWhole} message @returns {NextOccasion} */
const occasionOf = ({msisdn, reference, channel}) => ({msisdn, reference, channel});

/** What went wrong with a request, so that it can go wrong again. @param {Item} item */
function gotInstead({status, errors}) {
	if (errors.length) return `error ${errors[0][0]}`;
	return status !== null && status >= 400 ? `status ${status}` : "";
}

function section(title, ...content) {
	return h("section.section", h("h3", title), content);
}

/** What a lookup tells. @param {NonNullable<MessageWhole["found"]>} who */
function found({country_name: country, brand, operator, mcc, mnc, ported, roaming, imsi, location_msc: msc}) {
	const facts = [
		["Country", country || "unknown"],
		["Operator", brand && brand !== operator ? `${operator} (${brand})` : operator],
		["Network", mcc + mnc],
		["Ported", ported ? "yes" : "no"],
		["Roaming", roaming === null ? null : roaming ? "yes" : "no"],
		["IMSI", imsi],
		["Served by", msc]
	];
	return section("What was found", factList(facts.filter(([, value]) => value)));
}

/** @param {any[][]} rows pairs of a name and what to show */
function factList(rows) {
	return h(
		"dl.facts",
		rows.map(([name, value]) => h("div", h("dt", name), h("dd", {dir: "auto"}, value)))
	);
}

/** The address says all that is shown. */
const copyLink = () => copyButton("link", () => location.href);

function copyButton(name, make) {
	return button({class: "tool small", "data-focus": `copy-${name}`}, () => copy(make(), name), name);
}

function shorten(text) {
	return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function headerText(headers) {
	return headers.map(([name, value]) => `${name}: ${value}`).join("\n");
}
