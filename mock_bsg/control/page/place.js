/** Where one is: account, list, search, what is chosen, the command looked at. The address says it, and can be shared. */

/** What may stand in the address; what is not there is null. */
const FIELDS = /** @type {const} */ (["key", "tab", "id", "request", "pane", "at", "q", "channel", "status", "find", "outcome", "method"]);

/** @typedef {Record<(typeof FIELDS)[number], string?>} Spot */

/** @returns {Spot} */
function read() {
	const said = new URLSearchParams(location.hash.slice(1));
	return /** @type {Spot} */ (Object.fromEntries(FIELDS.map(name => [name, said.get(name) || null])));
}

/** @param {Spot} spot */
function write(spot) {
	const said = new URLSearchParams();
	for (const name of FIELDS) {
		const value = spot[name];
		if (value) said.set(name, value);
	}
	return said.size ? `#${said}` : "";
}

export class Place {
	/** What the address says. */
	spot = read();

	/** @param {(before: Spot) => unknown} onTravel is told where one was, after Back, Forward, or another address */
	constructor(onTravel) {
		window.addEventListener("popstate", () => {
			const before = this.spot;
			this.spot = read();
			if (write(before) !== write(this.spot)) onTravel(before);
		});
	}

	/** The list that is looked at. */
	get tab() {
		return this.spot.tab === "requests" ? "requests" : "messages";
	}

	/** The message or request that is chosen in it. */
	get chosen() {
		return this.spot[this.chooses];
	}

	/** The field that says which. @returns {"id" | "request"} */
	get chooses() {
		return this.tab === "messages" ? "id" : "request";
	}

	/** What is shown where there is no room for all: the list until something is chosen, if nothing else is said. */
	get pane() {
		const {pane} = this.spot;
		if (pane === "list" || pane === "phone" || pane === "details") return pane;
		if (this.chosen === null) return "list";
		return this.tab === "messages" ? "phone" : "details";
	}

	/**
	 * Go on from here; Back leads here again, unless it `replaces` this. Tells where one was.
	 * @param {Partial<Spot>} changes
	 */
	go(changes, {replaces = false} = {}) {
		const before = this.spot;
		this.spot = {...before, ...changes};
		const address = write(this.spot);
		if (address !== write(before)) history[replaces ? "replaceState" : "pushState"](null, "", address || location.pathname);
		return before;
	}

	/** The whole address of this place, or of one that differs from it so. @param {Partial<Spot>} changes */
	link(changes = {}) {
		return location.origin + location.pathname + write({...this.spot, ...changes});
	}
}

/** A place in an account, with nothing searched for. @param {string?} key @param {Partial<Spot>} fields @returns {Spot} */
export const inAccount = (key, fields = {}) => ({
	.../** @type {Spot} */ (Object.fromEntries(FIELDS.map(name => [name, null]))),
	key,
	...fields
});
