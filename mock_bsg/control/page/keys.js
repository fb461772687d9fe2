/** What the keys do, on whatever keyboard: by what is written on them, or by where they are if that is no Latin letter. */

import {targetOf} from "./dom.js";

const TYPED_INTO = new Set(["TEXTAREA", "SELECT"]);
const PUSHED = new Set(["radio", "checkbox", "range", "button", "submit"]); // kinds of inputs that nothing is typed into

/**
 * The key as a Latin keyboard would have it. Caps Lock and Shift make no other key of a letter.
 * @param {KeyboardEvent} event
 */
export function keyOf({key, code}) {
	if (key.length > 1) return key;
	if (/^[!-~]$/.test(key)) return key.toLowerCase();
	const place = code.match(/^Key([A-Z])$/);
	if (place) return place[1].toLowerCase();
	return code === "Slash" ? "/" : key;
}

/** Whether the key goes into a field. @param {Event} event */
export function isTyping(event) {
	const {tagName, type, isContentEditable} = /** @type {HTMLInputElement} */ (targetOf(event));
	return TYPED_INTO.has(tagName) || isContentEditable || (tagName === "INPUT" && !PUSHED.has(type));
}
