/** Keys and tokens in what came and went: masked where they are shown, as the control API masks those of headers. */

const KIND = /^(?:test_|live_)?/;
const LOGIN = /("(?:api_key|bearer)"\s*:\s*")((?:[^"\\]|\\.)*)/g;
const SHOWN = 3; // characters, and never more than half of a secret

/** @param {string} secret */
function mask(secret) {
	const kind = KIND.exec(secret)?.[0].length ?? 0;
	return `${secret.slice(0, kind + Math.min(SHOWN, Math.floor((secret.length - kind) / 2)))}…`;
}

/** A body without the key that logs in, and without the token that it gets. @param {string} body */
export const masked = body => body.replace(LOGIN, (_, name, secret) => name + mask(secret));
