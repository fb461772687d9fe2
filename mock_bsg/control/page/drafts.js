/** What somebody began to write: kept for each account until it is used or thrown away on purpose, past a reload, too. */

export class Drafts {
	/** @param {string} kind of what is written */
	constructor(kind) {
		this.kind = kind;
	}

	/** What was begun in an account, by name. @param {string} key @returns {Record<string, any>} */
	of(key) {
		return this.#try(() => JSON.parse(localStorage.getItem(this.#place(key)) ?? "{}")) ?? {};
	}

	/** Keep one, as the newest; null throws it away. @param {string} key @param {string} name @param {object?} draft */
	keep(key, name, draft) {
		const {[name]: _, ...others} = this.of(key);
		this.#try(() => localStorage.setItem(this.#place(key), JSON.stringify(draft === null ? others : {...others, [name]: draft})));
	}

	#place(key) {
		return `draft:${this.kind}:${key}`;
	}

	/** A private window or a full disk keeps nothing: one can write all the same. @template T @param {() => T} act */
	#try(act) {
		try {
			return act();
		} catch {
			return undefined;
		}
	}
}
