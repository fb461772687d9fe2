/** Compose and send: a form for what a client would send, through BSG's own APIs. */

import {api, refusal, send} from "./api.js";
import {fetchTemplates, sendCode} from "./compose-code.js";
import {freshReference, isNumber, numbersOf, readCode, readForm, smsParts, smsRequest, viberRequest} from "./compose-order.js";
import {all, button, byId, fill, h, onClick, toast} from "./dom.js";
import {Drafts} from "./drafts.js";
import {plural} from "./format.js";

const MOST_VIBER = 1000; // characters
const MOST_RECIPIENTS = 50; // of a request

export class Compose {
	#seed = 0;
	#hasTemplates = false; // whether those of the account were asked for since the form was opened
	/** @type {Map<string, string>} */
	#templates = new Map(); // texts by id
	#drafts = new Drafts("compose");
	#key = ""; // of the account that it is written in
	/** @type {AbortController?} */
	#waiting = null; // for an answer, while there is none

	/** @param {Session} session @param {ComposeOptions} options */
	constructor(session, {onSent, onDoubt, onChoose}) {
		this.session = session;
		this.onSent = onSent;
		this.onDoubt = onDoubt;
		this.onChoose = onChoose;
		this.dialog = byId("compose-dialog");
		this.form = byId("compose-form");
		this.fields = /** @type {Forms["compose-form"]} */ (/** @type {unknown} */ (this.form.elements));
		this.faults = byId("compose-faults");
		this.form.addEventListener("submit", event => {
			event.preventDefault();
			this.#send();
		});
		this.form.addEventListener("input", () => {
			this.#adapt();
			this.#drafts.keep(this.#key, "", this.#written);
		});
		onClick("compose-sample", () => this.#fillSample());
		onClick("compose-discard", () => this.#discard());
		onClick("stop-waiting", () => this.#waiting?.abort());
		this.dialog.addEventListener("close", () => this.#waiting?.abort());
		this.#adapt();
	}

	/** Write a message, as it was left in this account; to a number, if one is given. */
	async open(msisdn = "") {
		const key = this.session.known;
		if (key !== this.#key) this.form.reset();
		this.#key = key;
		this.#tell([]);
		this.#hasTemplates = false;
		const draft = this.#drafts.of(key)[""];
		if (draft) this.#write(draft);
		if (!this.dialog.open) this.dialog.showModal();
		this.#adapt();
		const {to, sender, text} = this.fields;
		if (msisdn) to.value = msisdn;
		to.focus();
		to.select();
		if (!sender.value && !text.value) await this.#fillSample(msisdn);
	}

	/** Write a message like one that was sent, with a reference of its own. @param {MessageWhole} message */
	async edit({channel, msisdn, sender, text, reference, options, tariff, validity, is_promotional, callback_url}) {
		this.#key = this.session.known;
		this.form.reset();
		const alt = options?.alt_route;
		this.#write({
			channel: channel === "sms" ? "sms" : "viber",
			to: msisdn,
			sender,
			text,
			reference: freshReference(reference ?? ""),
			caption: options?.caption ?? "",
			action: options?.action ?? "",
			img: options?.img ?? "",
			has_sms: Boolean(alt),
			originator: alt?.originator ?? "",
			sms_text: alt?.text ?? "",
			tariff: tariff ? String(tariff) : "",
			validity: validity ? String(channel === "sms" ? validity / 3600 : validity) : "",
			transactional: !is_promotional,
			callback_url: callback_url ?? ""
		});
		this.#drafts.keep(this.#key, "", this.#written);
		await this.open();
	}

	/** What stands in the form. @returns {Record<string, string | boolean>} */
	get #written() {
		const fields = /** @type {HTMLInputElement[]} */ ([...this.form.elements]).filter(({name, type}) => name && type !== "radio");
		const written = fields.map(field => [field.name, field.type === "checkbox" ? field.checked : field.value]);
		return {...Object.fromEntries(written), channel: this.fields.channel.value};
	}

	/** @param {Record<string, any>} written */
	#write(written) {
		for (const [name, value] of Object.entries(written)) {
			const field = this.fields[/** @type {keyof Forms["compose-form"]} */ (name)];
			if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value;
			else if (field) field.value = value;
		}
	}

	/** Throw away what was written. */
	async #discard() {
		this.#drafts.keep(this.#key, "", null);
		this.form.reset();
		this.#tell([]);
		await this.#fillSample();
		this.fields.to.focus();
	}

	async #fillSample(msisdn = "") {
		const fields = Object.values(this.fields);
		const before = new Map(fields.map(field => [field, field.value]));
		const seed = this.#seed++ + (this.session.account?.messages ?? 0);
		const answer = await api.samples({seed}).catch(error => this.#tell([refusal(error).message]));
		if (!answer) return;
		const [sample] = answer.samples;
		const {channel, has_sms: hasSms, to} = this.fields;
		const isUntouched = to.value === before.get(to);
		for (const [name, value] of Object.entries(sampleFields(sample, channel.value))) {
			const element = this.fields[/** @type {keyof Forms["compose-form"]} */ (name)];
			// What somebody has typed while the sample was on its way stays.
			if (element.value === before.get(element)) element.value = name === "to" && msisdn ? msisdn : (value ?? "");
		}
		if (isUntouched && document.activeElement === to) to.select(); // to be typed over
		hasSms.checked = true;
		this.#adapt();
	}

	#adapt() {
		const {channel, has_sms: hasSms, text, to} = this.fields;
		const isSms = channel.value === "sms";
		for (const part of all(this.form, "[data-for]")) part.hidden = !part.dataset.for?.split(" ").includes(channel.value);
		if (channel.value === "code" && this.dialog.open) this.#showTemplates();
		byId("compose-alt").hidden = !hasSms.checked;
		byId("validity-label").textContent = isSms ? "Validity, hours" : "Validity, seconds";
		this.fields.validity.placeholder = isSms ? "72" : "86400";
		byId("text-hint").textContent = isSms ? smsParts(text.value) : `${[...text.value].length} of ${MOST_VIBER} characters`;
		byId("to-hint").textContent = wordOn(to.value);
		byId("sms-hint").textContent = smsParts(this.fields.sms_text.value);
		byId("compose-discard").hidden = !this.#drafts.of(this.#key)[""];
	}

	/** Offer the templates that the account has now. */
	async #showTemplates() {
		const {template} = this.fields;
		// An account that has not begun yet has none of its own.
		if (!this.#hasTemplates && this.session.account) {
			this.#hasTemplates = true;
			const found = await fetchTemplates(this.session.known).catch(error => this.#tell(reasons(error)));
			if (found?.length) {
				const chosen = template.value;
				this.#templates = new Map(found.map(({id, text}) => [String(id), text]));
				fill(
					template,
					found.map(({id, name}) => new Option(`${id} · ${name}`, String(id)))
				);
				if (this.#templates.has(chosen)) template.value = chosen;
			}
		}
		byId("template-hint").textContent = this.#templates.get(template.value) ?? "";
	}

	async #send() {
		const order = readForm(this.fields);
		const isCode = order.channel === "code";
		if (!order.to.length) return this.#tell([`Whom to? One number${isCode ? "." : " at least, or several with commas."}`]);
		if (isCode && order.to.length > 1) return this.#tell(["A code goes to one number."]);
		if (this.#waiting) return;
		const end = this.#wait();
		try {
			if (isCode) await this.#sendCode(end.signal);
			else await this.#sendOrder(order, end.signal);
		} catch (error) {
			this.#tell(reasons(error), !refusal(error).status);
			this.session.touch();
		} finally {
			end.stop();
		}
	}

	/** Say that there is no answer yet, until there is one or somebody has waited enough. */
	#wait() {
		const waiting = new AbortController();
		const began = performance.now();
		const note = byId("compose-note");
		const said = note.textContent;
		const [sendButton, stopButton] = [byId("compose-send"), byId("stop-waiting")];
		this.#waiting = waiting;
		this.#tell([]);
		sendButton.disabled = true;
		const timer = setInterval(() => {
			note.textContent = `No answer yet, for ${Math.round((performance.now() - began) / 1000)} s`;
			if (stopButton.hidden) {
				stopButton.hidden = false;
				stopButton.focus();
			}
		}, 1000);
		return {
			signal: waiting.signal,
			stop: () => {
				clearInterval(timer);
				this.#waiting = null;
				note.textContent = said;
				sendButton.disabled = false;
				if (document.activeElement === stopButton) sendButton.focus();
				stopButton.hidden = true;
			}
		};
	}

	/** @param {AbortSignal} signal */
	async #sendCode(signal) {
		const id = await sendCode(this.#key, readCode(this.fields), signal);
		this.#finish("Sent");
		await this.onSent(id);
	}

	/** @param {ReturnType<typeof readForm>} order @param {AbortSignal} signal */
	async #sendOrder(order, signal) {
		const {path, body} = order.channel === "sms" ? smsRequest(order) : viberRequest(order);
		const answer = await send(this.#key, path, body, signal);
		/** @type {any[][]} */
		const entries = [answer.result].flat().map((entry, index) => [entry, order.to[index]]);
		const refused = entries.filter(([entry]) => entry.error);
		const created = entries.filter(([entry]) => !entry.error);
		if (!refused.length) this.#finish(created.length > 1 ? `Sent to ${plural(created.length, "recipient")}` : "Sent");
		else this.#tellRefused(refused, created);
		await this.onSent(created[0]?.[0].id ?? null);
	}

	/** What was sent is not sent again: only those that were refused are left to be sent to. */
	#tellRefused(refused, created) {
		const sentences = refused.map(([entry, msisdn]) => `${msisdn}: error ${entry.error}, ${entry.errorDescription}`);
		if (created.length) {
			const {to, reference} = this.fields;
			to.value = refused.map(([, msisdn]) => msisdn).join(", ");
			reference.value = freshReference(reference.value);
			this.#adapt();
			this.#drafts.keep(this.#key, "", this.#written);
		}
		const link = ([{id}, msisdn]) => [button("link figures", () => this.#lookAt(id), msisdn), " "];
		this.#tell([
			...sentences,
			...(created.length ? [["Sent to ", created.map(link), "all the same. Those that were refused are left in To."]] : [])
		]);
	}

	/** @param {string} id */
	#lookAt(id) {
		this.dialog.close();
		this.onChoose(id);
	}

	/** @param {string} done */
	#finish(done) {
		this.#drafts.keep(this.#key, "", null);
		this.#tell([]);
		this.dialog.close();
		toast(done);
		const {reference} = this.fields;
		reference.value = freshReference(reference.value);
	}

	/**
	 * @param {any[]} sentences
	 * @param {boolean} isDoubtful whether a request came to no end that anybody knows
	 */
	#tell(sentences, isDoubtful = false) {
		this.faults.hidden = !sentences.length;
		const look = () => {
			this.dialog.close();
			this.onDoubt();
		};
		fill(
			this.faults,
			sentences.map(sentence => h("p", sentence)),
			isDoubtful
				? h("p", "It may have been sent all the same. ", button("link", look, "Look at the requests"), " before you send it again.")
				: null
		);
	}
}

/** What was understood of the numbers in To, where that does not stand there already. @param {string} text */
function wordOn(text) {
	const numbers = numbersOf(text);
	const wrong = numbers.filter(each => !isNumber(each));
	const pieces = [];
	if (numbers.length > 1) pieces.push(`${numbers.length} recipients${numbers.length <= 5 ? `: ${numbers.join(", ")}` : ""}`);
	else if (!wrong.length && numbers.length && numbers[0] !== text.trim()) pieces.push(numbers[0]);
	if (numbers.length > MOST_RECIPIENTS) pieces.push(`BSG takes ${MOST_RECIPIENTS} in a request: this one will be refused`);
	if (wrong.length) pieces.push(`${wrong.slice(0, 3).join(", ")} ${wrong.length === 1 ? "is no number" : "are no numbers"} for BSG`);
	return pieces.join(". ");
}

/** The fields of the form, as a sample message fills them. @param {Sample} sample @param {string} channel */
function sampleFields({msisdn, sender, text, sms, caption, action, img}, channel) {
	return {
		to: msisdn,
		sender,
		text: channel === "sms" ? sms : text,
		caption,
		action,
		img,
		originator: sender,
		sms_text: sms,
		reference: ""
	};
}

/** What a call was refused with, in sentences. @param {unknown} error */
function reasons(error) {
	const {message, detail} = refusal(error);
	return detail.length ? detail.map(String) : [message];
}

/** One sample message, sent as it is; tells its id. @param {string} key @returns {Promise<string?>} */
export async function sendSample(key, seed = 0) {
	const [sample] = (await api.samples({seed})).samples;
	const order = {
		...sample,
		img: sample.img ?? "",
		to: [sample.msisdn],
		alt: {originator: sample.sender, text: sample.sms},
		tariff: "",
		validity: "",
		callback: "",
		promotional: true,
		scheduled: ""
	};
	const {path, body} = viberRequest(order);
	const answer = await send(key, path, body);
	return answer.result[0]?.id ?? null;
}
