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
