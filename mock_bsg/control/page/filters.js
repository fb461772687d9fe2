/** What is searched for: each list has a search and filters of its own, which stand in the address. */

import {byId} from "./dom.js";
import {CHANNELS} from "./format.js";
import {readSearch, requestFilters} from "./rows.js";

const TYPING_PAUSE = 200; // ms without typing after which is searched
const STATUSES = "scheduled accepted sent delivered read undeliverable expired rejected unknown active absent barred failed".split(" ");
const SELECTS = /** @type {const} */ (["channel", "status", "outcome", "method"]);
/** Where the address has what narrows a list; the search comes first. */
const FIELDS = /** @type {const} */ ({messages: ["q", "channel", "status"], requests: ["find", "outcome", "method"]});

export class Filters {
	#timer = 0; // while somebody types
	#typedAt = ""; // in which list of which account

	/** @param {Place} place @param {FilterOptions} options */
	constructor(place, {onChange, onLeave}) {
		this.place = place;
		this.onChange = onChange;
		this.search = byId("search");
		byId("filter-channel").append(...Object.entries(CHANNELS).map(([name, shown]) => new Option(shown, name)));
		byId("filter-status").append(...STATUSES.map(status => new Option(status)));
		byId("filters").addEventListener("submit", event => event.preventDefault());
		this.search.addEventListener("input", () => {
			clearTimeout(this.#timer);
			this.#typedAt = this.#list;
			this.#timer = setTimeout(() => this.#go({[this.#fields[0]]: this.search.value.trim() || null}, true), TYPING_PAUSE);
		});
		this.search.addEventListener("keydown", event => {
			if (event.key === "Escape" && this.search.value) this.clear();
			else if (!["ArrowDown", "Enter", "Escape"].includes(event.key)) return;
			event.preventDefault();
			onLeave(event.key);
		});
		for (const name of SELECTS) {
			const select = byId(`filter-${name}`);
			select.addEventListener("change", () => this.#go({[name]: select.value || null}));
		}
	}

	get #list() {
		return `${this.place.tab} ${this.place.spot.key}`;
	}

	/** The fields of the list that is looked at. */
	get #fields() {
		return FIELDS[this.place.tab];
	}

	get isSet() {
		return this.#fields.some(name => this.place.spot[name]);
	}

	/** What the control call for this list is asked for. */
	get query() {
		const {q, channel, status, find, outcome, method} = this.place.spot;
		return this.place.tab === "messages" ? {...readSearch(q ?? ""), channel, status} : {...requestFilters(find ?? ""), outcome, method};
	}

	/** Whether these differ where one was. @param {Spot} before */
	differFrom(before) {
		return this.#fields.some(name => this.place.spot[name] !== before[name]);
	}

	/** Put into the fields what the address says; what is being typed stays. */
	show() {
		const {spot, tab} = this.place;
		const said = spot[this.#fields[0]] ?? "";
		// A row may be chosen meanwhile, as the newest is of a list that has just come.
		const isTyped = this.#timer !== 0 && this.#typedAt === this.#list;
		if (!isTyped) this.#stopTyping();
		if (!isTyped && this.search.value.trim() !== said) this.search.value = said;
		this.search.placeholder = tab === "messages" ? "Number, reference, sender, text" : "/path, status:503, words of the body";
		for (const name of SELECTS) byId(`filter-${name}`).value = spot[name] ?? "";
	}

	clear() {
		this.#go(Object.fromEntries(this.#fields.map(name => [name, null])));
	}

	#stopTyping() {
		clearTimeout(this.#timer);
		this.#timer = 0;
	}

	focus() {
		this.search.focus();
		this.search.select();
	}

	/** @param {Partial<Spot>} changes */
	#go(changes, isTyped = false) {
		this.#stopTyping();
		this.onChange(changes, isTyped);
	}
}
