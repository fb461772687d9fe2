/** A list of any length: pages come as they are scrolled to, and only what can be seen is in the document. */

import {fill, h, targetOf} from "./dom.js";

const PAGE = 100;
const SPARE_ROWS = 6; // drawn beyond each edge
const KEPT_PAGES = 12; // with their rows; those further away are fetched again when they are scrolled to

/**
 * `load(after, limit)` answers {rows, next}, newest first; every row has an `id`, falling from row to row.
 * `draw(row)` makes the content of a row. Rows are of one height, told by the style sheet (--row).
 */
export class LongList {
	/** @type {Stretch[]} */
	#pages = [];
	#isComplete = false;
	/** @type {string?} */
	#selected = null;
	/** @type {Map<string, { element: HTMLElement, shown: string }>} */
	#drawn = new Map();
	#generation = 0;
	/** @type {Promise<Loaded>?} */
	#loadingEnd = null;
	#frame = 0;

	/** @param {ListOptions} options */
	constructor({scroller, space, load, draw, onChoose, onChange}) {
		this.scroller = scroller;
		this.space = space;
		this.load = load;
		this.draw = draw;
		this.onChoose = onChoose;
		this.onChange = onChange;
		this.rowHeight = parseInt(getComputedStyle(scroller).getPropertyValue("--row"), 10);
		scroller.addEventListener("scroll", () => this.#drawSoon(), {passive: true});
		new ResizeObserver(() => this.#drawSoon()).observe(scroller);
		space.addEventListener("click", event => {
			/** @type {HTMLElement?} */
			const row = targetOf(event).closest("[data-id]");
			if (row) this.onChoose(String(row.dataset.id));
		});
	}

	get length() {
		return this.#pages.reduce((sum, page) => sum + page.count, 0);
	}

	get isAtTop() {
		return this.scroller.scrollTop < this.rowHeight / 2;
	}

	get first() {
		return this.#pages[0]?.rows?.[0] ?? null;
	}

	/** Show nothing until something is fetched. */
	clear() {
		this.#generation++;
		this.#loadingEnd = null;
		this.#setPages([], false);
	}

	/** Start again from the newest row, for another account or other filters. */
	async reset() {
		const generation = ++this.#generation;
		this.#loadingEnd = null;
		const page = await this.load(null, PAGE);
		if (generation !== this.#generation) return;
		this.scroller.scrollTop = 0;
		this.#setPages([page], page.next === null);
	}

	/** Fetch again what can be seen; new rows come on top. */
	async refresh() {
		if (!this.#pages.length) return this.reset();
		const generation = this.#generation;
		const seen = this.#seenPages();
		for (const page of seen) {
			const index = this.#pages.indexOf(page);
			if (index === -1) continue;
			if (index === 0) await this.#refreshHead(generation);
			else await this.#refetch(page, generation);
			if (generation !== this.#generation) return;
		}
		this.#drawNow();
	}

	scrollToTop() {
		this.scroller.scrollTop = 0;
	}

	select(id) {
		this.#selected = id;
		this.#drawNow();
	}

	/** Choose the row so many places further down from the chosen one. */
	async step(by) {
		const position = this.#selected === null ? -1 : this.#find(this.#selected);
		const wanted = Math.max(0, position + by);
		if (wanted >= this.length - 1) await this.#loadEnd();
		const row = this.#at(Math.min(wanted, this.length - 1));
		if (!row) return;
		this.#reveal(this.#find(row.id));
		this.onChoose(row.id, true);
	}

	#setPages(pages, isComplete) {
		this.#pages = pages.map(({rows}) => ({after: null, rows, count: rows.length}));
		this.#isComplete = isComplete;
		this.#linkPages();
		this.#drawNow();
		if (pages.length) this.onChange();
	}

	/** Every page begins after the last row of the one before it. */
	#linkPages() {
		this.#pages = this.#pages.filter((page, index) => page.count || index === 0);
		this.#pages.forEach((page, index) => {
			const before = this.#pages[index - 1];
			page.after = before?.last ?? null;
			if (page.rows) page.last = page.rows.at(-1)?.id ?? null;
		});
	}

	async #refreshHead(generation) {
		const fresh = await this.load(null, PAGE);
		if (generation !== this.#generation) return;
		const head = this.#pages[0];
		const last = fresh.rows.at(-1);
		if (fresh.next === null || !last) {
			this.#keepPlace(() => this.#replaceHead(fresh.rows, []), fresh.rows);
			this.#pages.length = 1;
			this.#isComplete = true;
			this.#linkPages();
		} else if (!head.rows || isOlder(head.rows[0]?.id, last.id)) {
			// So much has come meanwhile that nothing joins on: begin anew with what is new.
			this.#setPages([fresh], false);
		} else {
			const rest = head.rows.filter(row => isOlder(row.id, last.id));
			const isSame = this.#pages.length === 1 && !rest.length;
			this.#keepPlace(() => this.#replaceHead(fresh.rows, rest), fresh.rows);
			if (isSame) this.#isComplete = false;
		}
		this.onChange();
	}

	#replaceHead(rows, rest) {
		const pages = [{after: null, rows, count: rows.length}];
		// What the fresh page has pushed out belongs to the next one, as long as that does not grow without end.
		const second = this.#pages[1];
		if (rest.length && second?.rows && second.count + rest.length <= 2 * PAGE) {
			second.rows = [...rest, ...second.rows];
			second.count = second.rows.length;
		} else if (rest.length) {
			pages.push({after: null, rows: rest, count: rest.length});
		}
		this.#pages = [...pages, ...this.#pages.slice(1)];
		this.#linkPages();
	}

	/** Rows that come on top must not push away what somebody reads further down. */
	#keepPlace(change, rows) {
		const before = this.first?.id;
		const added =
			this.isAtTop || before === undefined
				? 0
				: Math.max(
						0,
						rows.findIndex(row => row.id === before)
					);
		change();
		this.#measure();
		if (added) this.scroller.scrollTop += added * this.rowHeight;
	}

	async #refetch(page, generation) {
		const index = this.#pages.indexOf(page);
		const next = this.#pages[index + 1];
		const fresh = await this.load(page.after, next ? 2 * PAGE : PAGE);
		if (generation !== this.#generation || !this.#pages.includes(page)) return;
		page.rows = next ? fresh.rows.filter(row => !isOlder(row.id, page.last)) : fresh.rows;
		page.count = page.rows.length;
		if (!next) this.#isComplete = fresh.next === null;
		this.#linkPages();
	}

	async #loadEnd() {
		if (this.#isComplete || !this.#pages.length) return;
		const generation = this.#generation;
		this.#loadingEnd ??= this.load(this.#pages.at(-1)?.last ?? null, PAGE);
		const fresh = await this.#loadingEnd.catch(() => null);
		if (generation !== this.#generation || !this.#loadingEnd) return;
		this.#loadingEnd = null;
		if (!fresh) return;
		if (fresh.rows.length) this.#pages.push({after: null, rows: fresh.rows, count: fresh.rows.length});
		this.#isComplete = fresh.next === null;
		this.#linkPages();
		this.#drawNow();
	}

	#seenPages() {
		const [from, to] = this.#seenRows();
		let top = 0;
		return this.#pages.filter(page => {
			const start = top;
			top += page.count;
			return (start < to && top > from) || (start === 0 && from === 0);
		});
	}

	#seenRows() {
		const {scrollTop, clientHeight} = this.scroller;
		const from = Math.max(0, Math.floor(scrollTop / this.rowHeight) - SPARE_ROWS);
		return [from, Math.min(this.length, Math.ceil((scrollTop + clientHeight) / this.rowHeight) + SPARE_ROWS)];
	}

	/** @param {number} position @returns {Row?} */
	#at(position) {
		let left = position;
		for (const page of this.#pages) {
			if (left < page.count) return page.rows?.[left] ?? null;
			left -= page.count;
		}
		return null;
	}

	#find(id) {
		let start = 0;
		for (const page of this.#pages) {
			const index = page.rows ? page.rows.findIndex(row => row.id === id) : -1;
			if (index !== -1) return start + index;
			start += page.count;
		}
		return -1;
	}

	#reveal(position) {
		const top = position * this.rowHeight;
		const {scrollTop, clientHeight} = this.scroller;
		if (top < scrollTop) this.scroller.scrollTop = top;
		else if (top + this.rowHeight > scrollTop + clientHeight) this.scroller.scrollTop = top + this.rowHeight - clientHeight;
	}

	#drawSoon() {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.#drawNow();
			this.#fetchSeen();
		});
	}

	#measure() {
		this.space.style.height = `${this.length * this.rowHeight}px`;
	}

	#drawNow() {
		this.#measure();
		const [from, to] = this.#seenRows();
		const length = this.length;
		const wanted = new Map();
		for (let position = from; position < to; position++) {
			const row = this.#at(position);
			if (row) wanted.set(row.id, [row, position]);
		}
		for (const [id, {element}] of this.#drawn) {
			if (!wanted.has(id)) {
				element.remove();
				this.#drawn.delete(id);
			}
		}
		/** @type {Element?} */
		let previous = null;
		for (const [id, [row, position]] of wanted) {
			const drawn = this.#drawn.get(id) ?? this.#make(id);
			const shown = JSON.stringify(row);
			if (drawn.shown !== shown) {
				drawn.shown = shown;
				fill(drawn.element, this.draw(row));
			}
			drawn.element.style.transform = `translateY(${position * this.rowHeight}px)`;
			drawn.element.setAttribute("aria-posinset", String(position + 1));
			drawn.element.setAttribute("aria-setsize", String(this.#isComplete ? length : -1));
			drawn.element.setAttribute("aria-selected", String(id === this.#selected));
			// Readers go by the order in the document, not by where a row is drawn.
			const next = previous ? previous.nextSibling : this.space.firstChild;
			if (drawn.element !== next) this.space.insertBefore(drawn.element, next);
			previous = drawn.element;
		}
		if (this.#selected !== null && this.#drawn.has(this.#selected))
			this.scroller.setAttribute("aria-activedescendant", `row-${this.#selected}`);
		else this.scroller.removeAttribute("aria-activedescendant");
	}

	#make(id) {
		const element = h("div.row", {id: `row-${id}`, "data-id": id, role: "option"});
		const drawn = {element, shown: ""};
		this.#drawn.set(id, drawn);
		return drawn;
	}

	/** Fetch what has come into sight, and let go of what is far away. */
	async #fetchSeen() {
		const generation = this.#generation;
		const seen = this.#seenPages();
		for (const page of seen) {
			if (page.rows || page.isLoading) continue;
			page.isLoading = true;
			await this.#refetch(page, generation).catch(() => {});
			page.isLoading = false;
			this.#drawNow();
		}
		const middle = this.#pages.indexOf(seen[0]);
		this.#pages.forEach((page, index) => {
			if (index && Math.abs(index - middle) > KEPT_PAGES / 2) page.rows = null;
		});
		const end = this.scroller.scrollTop + this.scroller.clientHeight;
		if (end > this.length * this.rowHeight - 20 * this.rowHeight) await this.#loadEnd();
	}
}

/** Ids are numbers in text, too long for a JavaScript number to hold them all. */
function isOlder(id, than) {
	if (id === undefined || id === null) return true;
	return BigInt(id) < BigInt(than);
}
