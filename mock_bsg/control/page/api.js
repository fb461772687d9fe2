/** The calls that the page makes: documented control calls, and BSG's own for sending. */

/** An answer that says no, or none at all (`status` 0). `detail` is what the control API adds to its sentence. */
export class CallError extends Error {
	/** @param {number} status @param {string} sentence @param {Refusal["detail"]} detail */
	constructor(status, sentence, detail = []) {
		super(sentence);
		this.status = status;
		this.detail = detail;
	}
}

/** What a call was refused with; whatever else went wrong is thrown on. @param {unknown} error */
export function refusal(error) {
	if (error instanceof CallError) return error;
	throw error;
}

/** @param {string} method @param {string} path @param {string} [body] @param {HeadersInit} headers */
async function request(method, path, body, headers = {}) {
	let response;
	try {
		response = await fetch(path, {method, body, headers, cache: "no-store"});
	} catch {
		throw new CallError(0, "The sandbox does not answer");
	}
	return response;
}

/** @param {string} method @param {string} path @param {unknown} [value] @returns {Promise<any>} */
async function call(method, path, value) {
	const body = value === undefined || typeof value === "string" ? value : JSON.stringify(value);
	const response = await request(method, path, body, body === undefined ? {} : {"Content-Type": "application/json"});
	const text = await response.text();
	const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
	const answer = isJson ? JSON.parse(text) : text;
	if (!response.ok) throw new CallError(response.status, answer.error ?? `HTTP ${response.status}`, answer.detail);
	return answer;
}

const part = encodeURIComponent;
/** @param {string | number} key */
const accountPath = (key, rest = "") => `/_mock/accounts/${part(key)}${rest}`;

/** @param {object} parameters */
function query(parameters) {
	const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
	return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** The control calls, as the description of the control API has them. @type {ControlCalls} */
export const api = {
	accounts: () => call("GET", "/_mock/accounts"),
	account: key => call("GET", accountPath(key)),
	clearAccount: key => call("DELETE", accountPath(key)),

	messages: (key, filters) => call("GET", accountPath(key, `/messages${query(filters)}`)),
	message: (key, id) => call("GET", accountPath(key, `/messages/${part(id)}`)),
	setStatus: (key, id, order) => call("POST", accountPath(key, `/messages/${part(id)}/status`), order),

	requests: (key, filters) => call("GET", accountPath(key, `/requests${query(filters)}`)),
	exchange: (key, number) => call("GET", accountPath(key, `/requests/${part(number)}`)),
	resendReport: (key, number) => call("POST", accountPath(key, `/reports/${part(number)}/resend`)),

	clock: key => call("GET", accountPath(key, "/clock")),
	setClock: (key, order) => call("POST", accountPath(key, "/clock"), order),

	log: (key, filters) => call("GET", accountPath(key, `/log${query(filters)}`)),
	rewind: (key, order) => call("POST", accountPath(key, "/rewind"), order),
	fork: (key, order) => call("POST", accountPath(key, "/fork"), order),

	scenarios: () => call("GET", "/_mock/scenarios"),
	scenario: name => call("GET", `/_mock/scenarios/${part(name)}`),
	keepScenario: (name, text) => call("PUT", `/_mock/scenarios/${part(name)}`, text),
	checkScenario: text => call("POST", "/_mock/check", text),
	followedScenario: key => call("GET", accountPath(key, "/scenario")),
	useScenario: (key, order) => call("PUT", accountPath(key, "/scenario"), order),

	numbers: () => call("GET", "/_mock/numbers"),
	samples: filters => call("GET", `/_mock/samples${query(filters)}`)
};

/** @param {string} url */
export const pictureFrame = url => `/_mock/picture${query({url})}`;
/** @param {string | null} key */
export const events = key => `/_mock/events${query({key})}`;

/**
 * Sends through BSG's API as a client does; the answer, or a CallError with what came instead.
 * @param {string} key @param {string} path @param {object} value @returns {Promise<any>}
 */
export async function send(key, path, value) {
	const headers = {"X-API-KEY": key, "Content-Type": "application/json"};
	const response = await request("POST", `/rest${path}`, JSON.stringify(value), headers);
	const text = await response.text().catch(() => {
		throw new CallError(0, "The answer broke off: the scenario broke this connection");
	});
	if (!response.ok) throw new CallError(response.status, `The scenario answered HTTP ${response.status}`);
	let answer;
	try {
		answer = JSON.parse(text);
	} catch {
		throw new CallError(response.status, "The answer is malformed JSON, as the scenario wants it");
	}
	if (answer.error) throw new CallError(response.status, `Error ${answer.error}: ${answer.errorDescription}`);
	return answer;
}
