/** Bodies of requests and answers, as they are shown: laid out, coloured, without keys and tokens. */

import {copy} from "./copying.js";
import {button, h, icon} from "./dom.js";
import {plural} from "./format.js";

const LONG = 100_000; // characters of a body that are shown at once

/** A body, laid out and coloured if it is JSON, else as it came. @param {string} title @param {string} text */
export function body(title, text) {
	const laidOut = layOut(text);
	return h(
		"div.body",
		h(
			"div.body-head",
			h("bdi.figures", title),
			text
				? button({class: "tool small square", title: "Copy"}, () => copy(laidOut, "JSON"), icon("copy"), h("span.hidden", `Copy: ${title}`))
				: null
		),
		text
			? h(
					"pre.json",
					{tabindex: "0"},
					colour(laidOut.slice(0, LONG)),
					laidOut.length > LONG ? `\n… ${plural(laidOut.length - LONG, "character")} more` : ""
				)
			: h("p.quiet", "no body")
	);
}

function layOut(text) {
	try {
		// Numbers too long for JavaScript would come out changed: such a body is shown as it came.
		const value = JSON.parse(text);
		return /[0-9]{16,}(?=\s*[,}\]])/.test(text) ? text : JSON.stringify(value, null, 2);
	} catch {
		return text;
	}
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

function colour(text) {
	const pieces = [];
	let end = 0;
	for (const match of text.matchAll(TOKEN)) {
		pieces.push(text.slice(end, match.index));
		const kind = match[2] !== undefined ? "name" : match[1] !== undefined ? "text" : "value";
		pieces.push(h("span", {class: `j-${kind}`}, match[1] ?? match[0]), match[2] ?? "");
		end = match.index + match[0].length;
	}
	return [...pieces, text.slice(end)];
}
