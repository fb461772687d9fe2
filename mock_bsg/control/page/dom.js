/** Makes elements, and says things in passing. Whatever came from a request goes in as text, never as markup. */

import {CallError} from "./api.js";

/**
 * An element with attributes and children. `on` holds listeners; null and false leave an attribute or a child out.
 * @template {string} T @param {T} tag with its classes, as in "p.quiet"
 * @param {any[]} children the first may be an object of attributes
 */
export function h(tag, ...children) {
	const attributes = children[0]?.constructor === Object ? children.shift() : {};
	const [kind, ...classes] = tag.split(".");
	const element = /** @type {ElementOf<T>} */ (document.createElement(kind));
	element.classList.add(...classes);
	for (const [name, value] of Object.entries(attributes)) {
		if (name === "on") {
			for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
		} else if (name.startsWith("aria-") && typeof value === "boolean") {
			element.setAttribute(name, String(value));
		} else if (value === true) {
			element.setAttribute(name, "");
		} else if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(name, value);
		}
	}
	append(element, children);
	return element;
}

/**
 * A button that does `act` when it is pressed.
 * @param {string | object} attributes or its classes @param {(event: MouseEvent) => unknown} act @param {any[]} children
 */
export function button(attributes, act, ...children) {
	const given = typeof attributes === "string" ? {class: attributes} : attributes;
	return h("button", {type: "button", ...given, on: {click: act}}, ...children);
}

/** @param {Element} element @param {any[]} children */
export function append(element, children) {
	for (const child of children.flat(Infinity)) {
		if (child !== null && child !== undefined && child !== false) element.append(child);
	}
}

/** @param {Element} element @param {any[]} children */
export function fill(element, ...children) {
	element.replaceChildren();
	append(element, children);
}

/** One of the drawings at the end of index.html. @param {IconName} name */
export function icon(name) {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
	use.setAttribute("href", `#i-${name}`);
	svg.setAttribute("class", `icon icon-${name}`);
	svg.setAttribute("aria-hidden", "true");
	svg.append(use);
	return svg;
}

/** Puts the drawings where the page's HTML names them. */
export function drawIcons() {
	for (const place of all(document, "[data-icon]")) {
		place.prepend(...(place.dataset.icon ?? "").split(" ").map(name => icon(/** @type {IconName} */ (name))));
	}
}

/** The element of that id: the page's HTML has it. @template {keyof Ids} I @param {I} id */
export function byId(id) {
	return /** @type {Ids[I]} */ (document.getElementById(id));
}

/** Does `act` when the button of that id is pressed. @param {keyof Ids} id @param {() => unknown} act */
export const onClick = (id, act) => byId(id).addEventListener("click", act);

/** @param {Event} event */
export const targetOf = event => /** @type {HTMLElement} */ (event.target);

/** What a selector finds. @param {ParentNode} within @param {string} selector @returns {HTMLElement[]} */
export const all = (within, selector) => Array.from(within.querySelectorAll(selector));

/** Shows part of the page anew only where what it shows has changed, and leaves the focus where it was. */
export class Part {
	#shown = "";

	/** @param {HTMLElement} element @param {(value: any) => any} draw */
	constructor(element, draw) {
		this.element = element;
		this.draw = draw;
	}

	/** @param {unknown} value */
	show(value) {
		const wanted = JSON.stringify(value ?? null);
		if (wanted === this.#shown) return;
		this.#shown = wanted;
		const active = /** @type {HTMLElement?} */ (document.activeElement);
		const focused = this.element.contains(active) && active?.dataset.focus;
		fill(this.element, this.draw(value));
		if (focused) {
			const again = all(this.element, "[data-focus]");
			(again.find(each => each.dataset.focus === focused) ?? again[0])?.focus();
		}
	}
}

/**
 * Tells something to people who listen to the page; short things that come together are told together.
 * @param {string} sentence
 */
export function announce(sentence) {
	byId("announcer").textContent = sentence;
}

let toastTimer = 0;

/** A word at the lower edge that goes by itself. `tone` is "" or "bad". @param {string} sentence */
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

/**
 * Do what may be refused, and say so if it is; undefined then.
 * @template T @param {() => T} act @returns {Promise<Awaited<T> | undefined>}
 */
export async function attempt(act) {
	try {
		return await act();
	} catch (error) {
		if (!(error instanceof CallError)) throw error;
		toast(error.message, "bad");
		return undefined;
	}
}
