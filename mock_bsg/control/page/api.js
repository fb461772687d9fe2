/** The calls that the page makes: documented control calls, and BSG's own for sending. */

/** An answer that says no, or none at all (`status` 0). `detail` is what the control API adds to its sentence. */
export class CallError extends Error {
	constructor(status, sentence, detail = []) {
		super(sentence);
		this.status = status;
		this.detail = detail;
	}
}

async function request(method, path, body, headers = {}) {
	let response;
	try {
		response = await fetch(path, {method, body, headers, cache: "no-store"});
	} catch {
		throw new CallError(0, "The sandbox does not answer");
	}
	return response;
}

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
const accountPath = (key, rest = "") => `/_mock/accounts/${part(key)}${rest}`;

function query(parameters) {
	const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
	return given.length ? `?${new URLSearchParams(given)}` : "";
}

export const accounts = () => call("GET", "/_mock/accounts");
export const account = key => call("GET", accountPath(key));
export const clearAccount = key => call("DELETE", accountPath(key));

export const messages = (key, filters) => call("GET", accountPath(key, `/messages${query(filters)}`));
export const message = (key, id) => call("GET", accountPath(key, `/messages/${part(id)}`));
export const setStatus = (key, id, status) => call("POST", accountPath(key, `/messages/${part(id)}/status`), {status});

export const requests = (key, filters) => call("GET", accountPath(key, `/requests${query(filters)}`));
export const exchange = (key, number) => call("GET", accountPath(key, `/requests/${part(number)}`));
export const resendReport = (key, number) => call("POST", accountPath(key, `/reports/${part(number)}/resend`));

export const clock = key => call("GET", accountPath(key, "/clock"));
export const setClock = (key, order) => call("POST", accountPath(key, "/clock"), order);

export const scenarios = () => call("GET", "/_mock/scenarios");
export const scenario = name => call("GET", `/_mock/scenarios/${part(name)}`);
export const keepScenario = (name, text) => call("PUT", `/_mock/scenarios/${part(name)}`, text);
export const checkScenario = text => call("POST", "/_mock/check", text);
export const followedScenario = key => call("GET", accountPath(key, "/scenario"));
/** `order` is {name} or a whole scenario's text. */
export const useScenario = (key, order) => call("PUT", accountPath(key, "/scenario"), order);

export const numbers = () => call("GET", "/_mock/numbers");
export const samples = seed => call("GET", `/_mock/samples?seed=${seed}`);
export const pictureFrame = url => `/_mock/picture${query({url})}`;
export const events = key => `/_mock/events${query({key})}`;

/** Sends through BSG's API as a client does; the answer, or a CallError with what came instead. */
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
