/** Compose and send: a form for what a client would send, through BSG's own APIs. */

import {api, refusal, send} from "./api.js";
import {fetchTemplates, sendCode} from "./compose-code.js";
import {all, byId, fill, h, onClick, toast} from "./dom.js";
import {plural} from "./format.js";

const MOST_VIBER = 1000; // characters
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
const GSM_EXTENSION = /[\^{}\\[~\]|€]/g;

/** @typedef {ReturnType<typeof readForm>} Order */

export class Compose {
	#seed = 0;
	#hasTemplates = false; // whether those of the account were asked for since the form was opened
	/** @type {Map<string, string>} */
	#templates = new Map(); // texts by id

	/** @param {Session} session @param {ComposeOptions} options */
	constructor(session, {onSent}) {
		this.session = session;
		this.onSent = onSent;
		this.dialog = byId("compose-dialog");
		this.form = byId("compose-form");
		this.fields = /** @type {Forms["compose-form"]} */ (/** @type {unknown} */ (this.form.elements));
		this.faults = byId("compose-faults");
		this.form.addEventListener("submit", event => {
			event.preventDefault();
			this.#send();
		});
		this.form.addEventListener("input", () => this.#adapt());
		onClick("compose-sample", () => this.#fillSample());
		this.#adapt();
	}

	async open(msisdn = "") {
		this.#tell([]);
		this.#hasTemplates = false;
		if (!this.dialog.open) this.dialog.showModal();
		this.#adapt();
		const {to, sender, text} = this.fields;
		if (msisdn) to.value = msisdn;
		to.focus();
		to.select();
		if (!sender.value && !text.value) await this.#fillSample(msisdn);
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
		const count = numbersOf(to.value).length;
		byId("to-hint").textContent = count > 1 ? `${count} recipients` : "";
	}

	/** Offer the templates that the account has now. */
	async #showTemplates() {
		const {template} = this.fields;
		if (!this.#hasTemplates) {
			this.#hasTemplates = true;
			const found = await fetchTemplates(this.session.known).catch(error => this.#tell(reasons(error)));
			if (found?.length) {
				const chosen = template.value;
				this.#templates = new Map(found.map(({template_id: id, text}) => [String(id), text]));
				fill(
					template,
					found.map(({template_id: id, name}) => new Option(`${id} · ${name}`, String(id)))
				);
				if (this.#templates.has(chosen)) template.value = chosen;
			}
		}
		byId("template-hint").textContent = this.#templates.get(template.value) ?? "";
	}

	async #sendCode() {
		const id = await sendCode(this.session.known, readCode(this.fields));
		this.#tell([]);
		this.dialog.close();
		toast("Sent");
		await this.onSent(id);
	}

	async #send() {
		const order = readForm(this.fields);
		const isCode = order.channel === "code";
		if (!order.to.length) return this.#tell([`Whom to? One number${isCode ? "." : " at least, or several with commas."}`]);
		if (isCode && order.to.length > 1) return this.#tell(["A code goes to one number."]);
		const button = byId("compose-send");
		button.disabled = true;
		try {
			if (isCode) return await this.#sendCode();
			const {path, body} = order.channel === "sms" ? smsRequest(order) : viberRequest(order);
			const answer = await send(this.session.known, path, body);
			const entries = [answer.result].flat();
			const refused = entries.map((entry, index) => [entry, order.to[index]]).filter(([entry]) => entry.error);
			const created = entries.find(entry => entry.id);
			this.#tell(refused.map(([entry, msisdn]) => `${msisdn}: error ${entry.error}, ${entry.errorDescription}`));
			if (!refused.length) {
				this.dialog.close();
				toast(entries.length > 1 ? `Sent to ${plural(entries.length, "recipient")}` : "Sent");
			}
			await this.onSent(created?.id ?? null);
		} catch (error) {
			this.#tell(reasons(error));
			this.session.touch();
		} finally {
			button.disabled = false;
		}
	}

	/** @param {string[]} sentences */
	#tell(sentences) {
		this.faults.hidden = !sentences.length;
		fill(
			this.faults,
			sentences.map(sentence => h("p", sentence))
		);
	}
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

/** @param {string} text */
const numbersOf = text => text.split(/[\s,;]+/).filter(Boolean);

/** @param {Forms["compose-form"]} fields */
function readForm(fields) {
	/** @param {keyof typeof fields} name */
	const value = name => fields[name].value.trim();
	return {
		channel: fields.channel.value,
		to: numbersOf(fields.to.value),
		sender: value("sender"),
		text: fields.text.value,
		reference: value("reference"),
		caption: value("caption"),
		action: value("action"),
		img: value("img"),
		alt: fields.has_sms.checked ? {originator: value("originator"), text: value("sms_text")} : null,
		tariff: value("tariff"),
		validity: value("validity"),
		callback: value("callback_url")
	};
}

/** The body that sends a code; what is no number is sent as it is, and refused. @param {Forms["compose-form"]} fields */
function readCode(fields) {
	const {to, sender, code_channel: channel, template, code_lifetime: life, code_max_tries: tries, code_digits: digits} = fields;
	/** @param {{ value: string }} field */
	const number = field => (/^\d+$/.test(field.value.trim()) ? Number(field.value) : field.value.trim());
	return {
		recipient: numbersOf(to.value)[0],
		channel: channel.value,
		sender: sender.value.trim(),
		template_id: number(template),
		code_lifetime: number(life),
		code_max_tries: number(tries),
		code_digits: number(digits)
	};
}

/** @param {object} pairs */
const given = pairs => Object.fromEntries(Object.entries(pairs).filter(([, value]) => value));

/**
 * References are used once: of several recipients each gets one of its own.
 * @param {{ to: string[], reference: string }} order
 */
function recipients({to, reference}) {
	return to.map((msisdn, index) => ({
		msisdn,
		...given({reference: reference && index ? `${reference}-${index + 1}` : reference})
	}));
}

/** @param {Omit<Order, "channel">} order */
function viberRequest(order) {
	const alt = order.alt && given({...order.alt, callback_url: order.callback});
	const options = given({img: order.img, caption: order.caption, action: order.action, alt_route: alt});
	return {
		path: "/viber/create",
		body: {
			...given({tariff: order.tariff, validity: order.validity}),
			messages: [
				{
					to: recipients(order),
					text: order.text,
					alpha_name: order.sender,
					...given({callback_url: order.callback}),
					...(Object.keys(options).length ? {options: {viber: options}} : {})
				}
			]
		}
	};
}

/** @param {Order} order */
function smsRequest(order) {
	// BSG wants a reference with every SMS.
	const reference = order.reference || `page-${Math.random().toString(36).slice(2, 10)}`;
	const shared = given({
		originator: order.sender,
		body: order.text,
		tariff: order.tariff,
		validity: order.validity,
		callback_url: order.callback
	});
	const phones = recipients({to: order.to, reference});
	const body = phones.length === 1 ? {destination: "phone", ...shared, ...phones[0]} : {destination: "phones", ...shared, phones};
	return {path: "/sms/create", body};
}

/** @param {string} text */
function smsParts(text) {
	const isGsm = GSM.test(text);
	const units = isGsm ? text.length + (text.match(GSM_EXTENSION)?.length ?? 0) : text.length;
	const [one, each] = isGsm ? [160, 153] : [70, 67];
	return `${units} characters (${isGsm ? "GSM" : "UCS-2"}), ${plural(units <= one ? 1 : Math.ceil(units / each), "part")}`;
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
		callback: ""
	};
	const {path, body} = viberRequest(order);
	const answer = await send(key, path, body);
	return answer.result[0]?.id ?? null;
}
