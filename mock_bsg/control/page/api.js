/** The calls that the page makes: documented control calls, and BSG's own for sending. */

const PATIENCE = 30_000; // ms that an answer may take
const LONG_PATIENCE = 120_000; // where it waits for what becomes due: delivery reports to receivers that may be slow

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

/**
 * What came, with its text. Every request ends: answered, or with a CallError that says what became of it.
 * @param {string} method @param {string} path @param {string} [body] @param {HeadersInit} [headers]
 * @param {{ signal?: AbortSignal, limit?: number }} patience what cancels it, and how many ms it may take
 */
async function request(method, path, body, headers = {}, {signal, limit = PATIENCE} = {}) {
	const late = AbortSignal.timeout(limit);
	let response;
	try {
		response = await fetch(path, {method, body, headers, cache: "no-store", signal: signal ? AbortSignal.any([late, signal]) : late});
		return {response, text: await response.text()};
	} catch {
		if (signal?.aborted) throw new CallError(0, "Cancelled");
		if (late.aborted) throw new CallError(0, `No answer within ${limit / 1000} s`);
		throw new CallError(0, response ? "The answer broke off" : "The sandbox does not answer");
	}
}

/** @param {string} method @param {string} path @param {unknown} [value] @param {number} [limit] @returns {Promise<any>} */
async function call(method, path, value, limit) {
	const body = value === undefined || typeof value === "string" ? value : JSON.stringify(value);
	const {response, text} = await request(method, path, body, body === undefined ? {} : {"Content-Type": "application/json"}, {limit});
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
	accounts: filters => call("GET", `/_mock/accounts${query(filters)}`),
	account: key => call("GET", accountPath(key)),
	clearAccount: key => call("DELETE", accountPath(key)),

	messages: (key, filters) => call("GET", accountPath(key, `/messages${query(filters)}`)),
	message: (key, id) => call("GET", accountPath(key, `/messages/${part(id)}`)),
	setStatus: (key, id, order) => call("POST", accountPath(key, `/messages/${part(id)}/status`), order),

	requests: (key, filters) => call("GET", accountPath(key, `/requests${query(filters)}`)),
	exchange: (key, number) => call("GET", accountPath(key, `/requests/${part(number)}`)),
	resendReport: (key, number) => call("POST", accountPath(key, `/reports/${part(number)}/resend`)),

	clock: key => call("GET", accountPath(key, "/clock")),
	setClock: (key, order) => call("POST", accountPath(key, "/clock"), order, LONG_PATIENCE),

	log: (key, filters) => call("GET", accountPath(key, `/log${query(filters)}`)),
	rewind: (key, order) => call("POST", accountPath(key, "/rewind"), order),
	fork: (key, order) => call("POST", accountPath(key, "/fork"), order),

	scenarios: () => call("GET", "/_mock/scenarios"),
	scenario: name => call("GET", `/_mock/scenarios/${part(name)}`),
	keepScenario: (name, text) => call("PUT", `/_mock/scenarios/${part(name)}`, text),
	checkScenario: text => call("POST", "/_mock/check", text),
	schema: () => call("GET", "/_mock/schema"),
	followedScenario: key => call("GET", accountPath(key, "/scenario")),
	useScenario: (key, order) => call("PUT", accountPath(key, "/scenario"), order),

	codeTemplates: key => call("GET", accountPath(key, "/code-templates")),
	rules: key => call("GET", accountPath(key, "/rules")),
	addRule: (key, text) => call("POST", accountPath(key, "/rules"), text),
	takeBackRule: (key, name) => call("DELETE", accountPath(key, `/rules/${part(name)}`)),

	errorCodes: () => call("GET", "/_mock/error-codes"),
	numbers: () => call("GET", "/_mock/numbers"),
	samples: filters => call("GET", `/_mock/samples${query(filters)}`)
};

/** @param {string} url */
export const pictureFrame = url => `/_mock/picture${query({url})}`;
/** @param {string | null} key */
export const events = key => `/_mock/events${query({key})}`;

/**
 * Asks one of BSG's APIs as a client does; the answer, or a CallError with what came instead.
 * @param {string} method @param {string} path @param {object | undefined} value @param {HeadersInit} credentials
 * @param {AbortSignal} [signal] @returns {Promise<any>}
 */
async function ask(method, path, value, credentials = {}, signal) {
	const headers = {...credentials, ...(value ? {"Content-Type": "application/json"} : {})};
	const {response, text} = await request(method, path, value && JSON.stringify(value), headers, {signal});
	let answer;
	try {
		answer = JSON.parse(text);
	} catch {
		if (response.ok) throw new CallError(response.status, "The answer is malformed JSON, as the scenario wants it");
	}
	if (response.ok) return answer;
	const refusals = refusalsIn(answer);
	throw new CallError(response.status, `The scenario answered HTTP ${response.status}`, refusals);
}

/**
 * Sends through API v1.
 * @param {string} key @param {string} path @param {object} value @param {AbortSignal} [signal] @returns {Promise<any>}
 */
export async function send(key, path, value, signal) {
	const answer = await ask("POST", `/rest${path}`, value, {"X-API-KEY": key}, signal);
	if (answer.error) throw new CallError(200, `Error ${answer.error}: ${answer.errorDescription}`);
	return answer;
}

/** Logs in to the One API; tells the token. @param {string} key @param {AbortSignal} [signal] @returns {Promise<string>} */
export const logIn = async (key, signal) => (await ask("POST", "/api/auth/login", {api_key: key}, {}, signal)).bearer;

/**
 * Asks the One API.
 * @param {string} token @param {string} method @param {string} path @param {object} [value] @param {AbortSignal} [signal]
 */
export const askOneApi = (token, method, path, value, signal) =>
	ask(method, `/api${path}`, value, {Authorization: `Bearer ${token}`}, signal);

/**
 * What the One API refuses, each in a sentence: fields with what is wrong with them, or what is wrong as a whole.
 * @param {any} said @returns {string[]}
 */
export function refusalsIn(said) {
	const {message, errors} = Object(said);
	const found = Array.isArray(errors)
		? errors.filter(each => typeof each === "string")
		: Object.entries(Object(errors)).map(([field, texts]) => `${field}: ${[texts].flat().join(" ")}`);
	return found.length || typeof message !== "string" ? found : [message];
}
