/** What is taken from either page to be pasted elsewhere: a curl command, and the clipboard that it goes onto. */

/** @param {string} text */
const quote = text => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * A command that can be pasted into a shell as it stands. `headers` are pairs; without a body it has none.
 * @param {string[]} options @param {string} url @param {string[][]} headers @param {string?} body
 */
export function curl(options, url, headers, body = null) {
	const lines = [["curl", ...options, quote(url)].join(" ")];
	for (const [name, value] of headers) lines.push(`-H ${quote(`${name}: ${value}`)}`);
	if (body !== null) lines.push(`--data-raw ${quote(body)}`);
	return lines.join(" \\\n  ");
}

/**
 * A command of the One API with the token that it needs, got by logging in with the key.
 * @param {string} command @param {string} key
 */
export function withToken(command, key) {
	const login = curl(["-s"], `${location.origin}/api/auth/login`, [], JSON.stringify({api_key: key})).replace(" \\\n ", "");
	return `TOKEN=$(${login} | cut -d'"' -f4)\n${command} \\\n  -H "Authorization: Bearer $TOKEN"`;
}

/**
 * Put a text on the clipboard; false where a browser forbids it, as on plain http under any name but localhost.
 * @param {string} text
 */
export async function toClipboard(text) {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return false;
	}
}
