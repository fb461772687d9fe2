/** The little Markdown that descriptions have: paragraphs, lists, `code` and **bold**. */

import {h} from "./dom.js";

export function prose(text) {
	return (text ?? "")
		.split("\n\n")
		.filter(Boolean)
		.map(block => {
			const lines = block.split("\n");
			if (!lines.every(line => line.startsWith("- "))) return h("p", inline(block));
			return h(
				"ul.points",
				lines.map(line => point(line.slice(2)))
			);
		});
}

/** A point of a list; one that begins with code has that in a column of its own. */
function point(text) {
	const [, code, rest] = text.match(/^`([^`]+)`:? (.*)$/) ?? [];
	return code ? h("li", h("code", code), h("span", inline(rest))) : h("li", inline(text));
}

export function inline(text) {
	return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map(part => {
		if (part.startsWith("`")) return h("code", part.slice(1, -1));
		return part.startsWith("**") ? h("strong", part.slice(2, -2)) : part;
	});
}
