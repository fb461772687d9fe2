/** What the form says, as the requests that a client would send with it. */

import {plural} from "./format.js";

const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
const GSM_EXTENSION = /[\^{}\\[~\]|€]/g;
const LONGEST = 15; // digits of an MSISDN (E.164)
const LONGEST_REFERENCE = 32;
const WHOLE = 9; // digits of a group that stands for a number by itself

/** @typedef {ReturnType<typeof readForm>} Order */

/**
 * The numbers in a text, as BSG takes them: digits alone. Commas, semicolons and line ends part numbers; a blank does so
 * only where what follows is a number by itself, for "+380 50 123 45 67" is one. What is no number stays as it is.
 * @param {string} text @returns {string[]}
 */
export function numbersOf(text) {
	const found = [];
	for (const piece of text.split(/[,;\t\r\n\u2028\u2029]+/)) {
		let digits = "";
		for (const group of piece.split(/[\s\p{Zs}]+/u).filter(Boolean)) {
			const plain = group.replace(/[-+()./\p{Pd}]/gu, "");
			const isNumber = /^\d+$/.test(plain);
			const isNext = !isNumber || group.startsWith("+") || plain.length >= WHOLE || digits.length + plain.length > LONGEST;
			if (isNext && digits) {
				found.push(digits);
				digits = "";
			}
			if (isNumber) digits += plain;
			else found.push(group);
		}
		if (digits) found.push(digits);
	}
	return found;
}

/** @param {string} number */
export const isNumber = number => /^\d{5,15}$/.test(number);

/** A reference like this one that was not used yet: references are used once. @param {string} reference */
export function freshReference(reference) {
	if (!reference) return "";
	const stem = reference.replace(/-x\w{4}$/, "").slice(0, LONGEST_REFERENCE - 6);
	return `${stem}-x${Math.random().toString(36).slice(2, 6).padEnd(4, "0")}`;
}

/** @param {Forms["compose-form"]} fields */
export function readForm(fields) {
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
		callback: value("callback_url"),
		promotional: !fields.transactional.checked,
		scheduled: utcOf(value("scheduled"))
	};
}

/** The body that sends a code; what is no number is sent as it is, and refused. @param {Forms["compose-form"]} fields */
export function readCode(fields) {
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

/** A time of sending as BSG reads it: UTC. The field says UTC, too. @param {string} time */
const utcOf = time => time && `${time}${time.length === 16 ? ":00" : ""}Z`;

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
export function viberRequest(order) {
	const alt = order.alt && given({...order.alt, callback_url: order.callback});
	const options = given({img: order.img, caption: order.caption, action: order.action, alt_route: alt});
	return {
		path: "/viber/create",
		body: {
			...given({tariff: order.tariff, validity: order.validity, scheduled_datetime: order.scheduled}),
			messages: [
				{
					to: recipients(order),
					text: order.text,
					alpha_name: order.sender,
					...given({callback_url: order.callback}),
					...(order.promotional ? {} : {is_promotional: false}),
					...(Object.keys(options).length ? {options: {viber: options}} : {})
				}
			]
		}
	};
}

/** @param {Order} order */
export function smsRequest(order) {
	// BSG wants a reference with every SMS.
	const reference = order.reference || `page-${Math.random().toString(36).slice(2, 10)}`;
	const shared = given({
		originator: order.sender,
		body: order.text,
		tariff: order.tariff,
		validity: order.validity,
		callback_url: order.callback,
		scheduled_datetime: order.scheduled
	});
	const phones = recipients({to: order.to, reference});
	const body = phones.length === 1 ? {destination: "phone", ...shared, ...phones[0]} : {destination: "phones", ...shared, phones};
	return {path: "/sms/create", body};
}

/** @param {string} text */
export function smsParts(text) {
	const isGsm = GSM.test(text);
	const units = isGsm ? text.length + (text.match(GSM_EXTENSION)?.length ?? 0) : text.length;
	const [one, each] = isGsm ? [160, 153] : [70, 67];
	return `${units} characters (${isGsm ? "GSM" : "UCS-2"}), ${plural(units <= one ? 1 : Math.ceil(units / each), "part")}`;
}
