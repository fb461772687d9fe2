/** Compose and send: a form for what a client would send, through BSG's own API. */

import {api, refusal, send} from "./api.js";
import {byId, fill, h, onClick, toast} from "./dom.js";
import {plural} from "./format.js";

const MOST_VIBER = 1000; // characters
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
const GSM_EXTENSION = /[\^{}\\[~\]|€]/g;

/** @typedef {ReturnType<typeof readForm>} Order */

export class Compose {
	#seed = 0;

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
		if (!this.dialog.open) this.dialog.showModal();
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
		byId("compose-viber").hidden = isSms;
		byId("compose-alt").hidden = !hasSms.checked;
		byId("validity-label").textContent = isSms ? "Validity, hours" : "Validity, seconds";
		this.fields.validity.placeholder = isSms ? "72" : "86400";
		byId("text-hint").textContent = isSms ? smsParts(text.value) : `${[...text.value].length} of ${MOST_VIBER} characters`;
		const count = numbersOf(to.value).length;
		byId("to-hint").textContent = count > 1 ? `${count} recipients` : "";
	}

	async #send() {
		const order = readForm(this.fields);
		if (!order.to.length) return this.#tell(["Whom to? One number at least, or several with commas."]);
		const button = byId("compose-send");
		button.disabled = true;
		try {
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
			this.#tell([refusal(error).message]);
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
