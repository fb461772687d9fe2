/** Makes elements, and says things in passing. Whatever came from a request goes in as text, never as markup. */

import {CallError} from "./api.js";

/**
 * An element with attributes and children. `on` holds listeners; null and false leave an attribute or a child out.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...any} children
 */
export function h(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (name === "on") {
			for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
		} else if (name.startsWith("aria-") && typeof value === "boolean") {
			element.setAttribute(name, value);
		} else if (value === true) {
			element.setAttribute(name, "");
		} else if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(name, value);
		}
	}
	append(element, children);
	return element;
}

/** A button that does `act` when it is pressed. */
export function button(attributes, act, ...children) {
	return h("button", {type: "button", ...attributes, on: {click: act}}, ...children);
}

export function append(element, children) {
	for (const child of children.flat(Infinity)) {
		if (child !== null && child !== undefined && child !== false) element.append(child);
	}
}

export function fill(element, ...children) {
	element.replaceChildren();
	append(element, children);
}

/** One of the drawings at the end of index.html. */
export function icon(name) {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
	use.setAttribute("href", `#i-${name}`);
	svg.setAttribute("class", `icon icon-${name}`);
	svg.setAttribute("aria-hidden", "true");
	svg.append(use);
	return svg;
}

/** The element of that id; a missing one is a mistake of the page's own. */
export function byId(id) {
	const element = document.getElementById(id);
	if (!element) throw new Error(`the page has no #${id}`);
	return element;
}

/** Shows part of the page anew only where what it shows has changed, and leaves the focus where it was. */
export class Part {
	#shown = "";

	constructor(element, draw) {
		this.element = element;
		this.draw = draw;
	}

	show(value) {
		const wanted = JSON.stringify(value ?? null);
		if (wanted === this.#shown) return;
		this.#shown = wanted;
		const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
		fill(this.element, this.draw(value));
		if (focused) {
			const again = [...this.element.querySelectorAll("[data-focus]")];
			(again.find(each => each.dataset.focus === focused) ?? again[0])?.focus();
		}
	}
}

const announcer = () => byId("announcer");

/** Tells something to people who listen to the page; short things that come together are told together. */
export function announce(sentence) {
	announcer().textContent = sentence;
}

let toastTimer = 0;

/** A word at the lower edge that goes by itself. `tone` is "" or "bad". */
export function toast(sentence, tone = "") {
	const toastElement = byId("toast");
	toastElement.textContent = sentence;
	toastElement.className = `toast ${tone}`;
	// Shown as a popover it lies above an open dialog, too.
	if (toastElement.matches(":popover-open")) toastElement.hidePopover();
	toastElement.showPopover();
	clearTimeout(toastTimer);
	toastTimer = setTimeout(() => toastElement.matches(":popover-open") && toastElement.hidePopover(), tone ? 7000 : 2600);
}

/** Do what may be refused, and say so if it is; undefined then. */
export async function attempt(act) {
	try {
		return await act();
	} catch (error) {
		if (!(error instanceof CallError)) throw error;
		toast(error.message, "bad");
		return undefined;
	}
}
