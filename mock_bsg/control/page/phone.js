/** The recipient's phone: what lies on it, what is on its way to it, and what never came. */

import {api, pictureFrame} from "./api.js";
import {copyCode} from "./copying.js";
import {attempt, button, byId, h, icon} from "./dom.js";
import {CHANNELS, hourAndMinute, kindOf, READ_CHANNELS, TICKS, words} from "./format.js";

const SHOWN = 30;
const LOCAL =
	/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\])$/;

/** The address if it is one that a browser may open, else null: a button must never run a script. */
export function webAddress(text) {
	try {
		const url = new URL(text);
		return url.protocol === "http:" || url.protocol === "https:" ? url : null;
	} catch {
		return null;
	}
}

export class Phone {
	#bubbles = new Map();
	/** @type {string?} */
	#msisdn = null;
	#shown = SHOWN;
	/** @type {string?} */
	#before = null; // the id below which is shown; null: the newest
	/** @type {string?} */
	#selected = null;
	#isFresh = false;
	#isStale = false;
	#turn = 0;

	constructor(session, {onChoose}) {
		this.session = session;
		this.onChoose = onChoose;
		this.thread = byId("thread");
		this.earlier = button("tool small earlier", () => this.#showEarlier(), "Earlier messages");
		this.later = button("tool small earlier", () => this.#showNewest(), "Newest messages");
	}

	/** Show this message among the others of its recipient. */
	async show(message) {
		if (message.msisdn !== this.#msisdn) {
			this.clear();
			this.#msisdn = message.msisdn;
			byId("phone-number").textContent = message.msisdn;
		}
		byId("phone-place").textContent = message.cost?.country_name ?? "";
		this.#isFresh ||= this.#selected !== message.id;
		this.#selected = message.id;
		await this.refresh();
	}

	clear() {
		this.#turn++;
		this.#msisdn = null;
		this.#selected = null;
		this.#shown = SHOWN;
		this.#before = null;
		this.#bubbles.clear();
		this.thread.replaceChildren();
		byId("phone-number").textContent = "No message chosen";
		byId("phone-place").textContent = "";
	}

	/** Draw every bubble anew with the next look. */
	expire() {
		this.#isStale = true;
	}

	async refresh() {
		if (this.#msisdn === null) return;
		const turn = ++this.#turn;
		const ask = after => api.messages(this.session.known, {msisdn: this.#msisdn, limit: this.#shown, after});
		if (this.#isFresh) this.#before = null;
		let page = await ask(this.#before);
		if (this.#isFresh && turn === this.#turn && !page.messages.some(({id}) => id === this.#selected)) {
			// Too much has come since: show what lay on the phone around it. Ids are longer than numbers hold exactly.
			this.#before = String(BigInt(this.#selected ?? 0) + BigInt(SHOWN));
			page = await ask(this.#before);
		}
		if (turn !== this.#turn) return;
		this.#lay(page.messages.reverse(), page.next !== null);
	}

	tick() {
		byId("phone-time").textContent = hourAndMinute(this.session.now);
	}

	async #showEarlier() {
		this.#shown += SHOWN;
		await attempt(() => this.refresh());
	}

	async #showNewest() {
		this.#before = null;
		await attempt(() => this.refresh());
		this.thread.scrollTop = this.thread.scrollHeight;
	}

	#lay(messages, hasMore) {
		const known = new Set(messages.map(message => message.id));
		for (const [id, bubble] of this.#bubbles) {
			if (this.#isStale || !known.has(id)) {
				bubble.element.remove();
				this.#bubbles.delete(id);
			}
		}
		this.#isStale = false;
		if (hasMore) this.thread.prepend(this.earlier);
		else this.earlier.remove();
		let previous = hasMore ? this.earlier : null;
		let hasNew = false;
		for (const message of messages) {
			let bubble = this.#bubbles.get(message.id);
			if (!bubble) {
				bubble = new Bubble(message, this);
				this.#bubbles.set(message.id, bubble);
				hasNew = true;
			}
			const first = messages.find(each => each.id === message.alt_route_of);
			bubble.update(message, message.id === this.#selected, first ? CHANNELS[first.channel] : "the first channel");
			const next = previous ? previous.nextSibling : this.thread.firstChild;
			// A frame with a picture in it would load anew if it were moved.
			if (bubble.element !== next) this.thread.insertBefore(bubble.element, next);
			previous = bubble.element;
		}
		if (this.#before === null) this.later.remove();
		else this.thread.append(this.later);
		if (this.#isFresh || hasNew) this.#reveal();
		this.#isFresh = false;
	}

	/** Show the chosen bubble, and below it the SMS that took its place. */
	#reveal() {
		const bubble = this.#bubbles.get(this.#selected);
		if (!bubble) return;
		const fallback = [...this.#bubbles.values()].find(each => each.replaces === this.#selected);
		const thread = this.thread;
		const bottom = (fallback ?? bubble).element;
		const top = bubble.element.offsetTop - 12;
		const end = bottom.offsetTop + bottom.offsetHeight + 12 - thread.clientHeight;
		thread.scrollTop = Math.min(Math.max(end, 0), Math.max(top, 0)) || Math.max(0, Math.min(end, top));
	}

	/** The customer opens it, because somebody says so. */
	async read(message) {
		await attempt(async () => {
			await api.setStatus(this.session.known, message.id, {status: "read"});
			await this.session.refresh();
		});
		// The button has gone with what it did.
		this.#bubbles.get(message.id)?.body.focus();
	}

	/** Look at it; that changes nothing. */
	look(message) {
		if (message.id !== this.#selected) this.onChoose(message.id);
	}
}

/** Whether the customer has it and may open it. @param {MessageSummary} message */
const canBeRead = ({channel, status}) => status === "delivered" && READ_CHANNELS.has(channel);

class Bubble {
	#message;

	constructor(message, phone) {
		this.#message = message;
		this.replaces = message.alt_route_of ?? null;
		this.mark = h("span.ticks");
		this.note = h("p.bubble-note");
		this.read = button("tool small read", () => phone.read(this.#message), icon("tap"), "Read it");
		const isLookup = message.channel === "hlr" || message.channel === "mnp";
		const look = event => this.#look(event, phone);
		this.body = h(
			"div.bubble",
			{tabindex: "0", role: "group", "aria-label": `Message ${message.id}`, on: {click: look, keydown: look}},
			isLookup ? lookup(message) : content(message)
		);
		this.body.append(h("span.bubble-foot", h("time", hourAndMinute(Date.parse(message.time_in), phone.session.now)), this.mark));
		this.element = h(
			"article",
			{class: `letter of-${message.channel}`},
			h("span.face", {"aria-hidden": "true"}, [...(message.sender ?? "#")][0]),
			h(
				"h3.letter-head",
				message.sender ? h("bdi", message.sender) : null,
				h("span", isLookup ? "Number lookup" : message.channel === "voice" ? "Voice call" : CHANNELS[message.channel])
			),
			this.body,
			this.read,
			message.otp ? copyCode(message.otp.code, `Copy code ${message.otp.code}`) : null,
			this.note
		);
	}

	/** `first` names the channel that an SMS stands in for. */
	update(message, isSelected, first) {
		this.#message = message;
		const kind = kindOf(message.status, message.channel);
		this.element.dataset.kind = kind;
		this.element.classList.toggle("is-away", kind !== "arrived" && kind !== "read");
		this.element.classList.toggle("is-selected", isSelected);
		this.mark.replaceChildren(icon(TICKS[kind]), h("span.hidden", words(message.status, message.channel)));
		this.mark.className = `ticks is-${kind}`;
		this.read.hidden = !canBeRead(message);
		this.note.textContent = [wordOn(message, kind, first), wordOnCode(message.otp)].filter(Boolean).join(" · ");
		this.note.hidden = !this.note.textContent;
	}

	#look(event, phone) {
		const isOther = event.type === "keydown" ? event.key !== "Enter" || event.target !== this.body : event.target.closest("a, button");
		if (!isOther) phone.look(this.#message);
	}
}

function wordOnCode(otp) {
	return otp && otp.status !== "pending" ? `Its code is ${otp.status}` : "";
}

function wordOn(message, kind, first) {
	const isCall = message.channel === "voice";
	if (kind === "failed") return `${isCall ? "Not answered" : "Did not arrive"}: ${words(message.status)}`;
	if (kind === "unknown") return "Nobody knows whether it arrived";
	if (kind === "waiting") return isCall ? "Not called yet" : "Not sent yet";
	if (kind === "sent" && isCall) return "Ringing, not answered yet";
	if (kind === "sent") return message.channel === "hlr" ? "Asked, not answered yet" : "On its way, not on the phone yet";
	return message.alt_route_of ? `Sent because ${first} did not deliver` : "";
}

function content(message) {
	// A call has nothing to show: its text is heard.
	if (message.channel === "voice") return h("p.bubble-text.call", icon("call"), h("q", {dir: "auto"}, message.text));
	const {img, caption, action} = message.options ?? {};
	return [img ? picture(img) : null, h("p.bubble-text", {dir: "auto"}, message.text), caption ? actionOf(caption, action) : null];
}

function lookup(message) {
	return h("p.bubble-text", `${message.channel.toUpperCase()} lookup of ${message.msisdn}`);
}

/** The action as the customer would see it, with its address in plain sight. */
function actionOf(caption, action) {
	const url = webAddress(action);
	const where = h("bdi.address", action);
	if (!url) return h("p.action", h("span.action-button", h("bdi", caption)), where);
	return h("p.action", h("a.action-button", {href: url.href, target: "_blank", rel: "noopener noreferrer"}, h("bdi", caption)), where);
}

/**
 * A picture loads by itself only from this machine or network; any other waits for a click. It loads in a frame of
 * its own whose policy names nothing but its host: the page itself can load no picture but its own.
 */
function picture(address) {
	const url = webAddress(address);
	const box = h("div.picture");
	const show = () =>
		url &&
		box.replaceChildren(
			h("iframe", {
				src: pictureFrame(url.href),
				sandbox: "allow-same-origin",
				title: "Picture of the message",
				referrerpolicy: "no-referrer",
				tabindex: "-1"
			})
		);
	if (url && (LOCAL.test(url.hostname) || url.host === location.host)) {
		show();
		return box;
	}
	box.append(icon("picture"), h("bdi.address", address));
	box.append(url ? button("tool small", show, "Show picture") : h("small", "no web address"));
	return box;
}
