/** One-time codes, sent as a client of the One API sends them. */

import {api, askOneApi, logIn} from "./api.js";

const PATH = "/2fa/authentications";
const NEWEST = 20; // messages among which that of a code is looked for

/** The templates that codes can be sent with. @param {string} key */
export async function fetchTemplates(key) {
	return (await api.codeTemplates(key)).templates.filter(({status}) => status === "approved");
}

/**
 * Sends a code; tells the id of its message.
 * @param {string} key @param {object} order @param {AbortSignal} signal @returns {Promise<string?>}
 */
export async function sendCode(key, order, signal) {
	const {data} = await askOneApi(await logIn(key, signal), "POST", `${PATH}/otp`, order, signal);
	// The answer tells the session alone.
	const {messages} = await api.messages(key, {msisdn: data.recipient, limit: NEWEST});
	return messages.find(({otp}) => otp?.id === data.id)?.id ?? null;
}
