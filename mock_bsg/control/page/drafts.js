/** What somebody began to write: kept for each account until it is used or thrown away on purpose, past a reload, too. */

import {attemptStorage} from "./storage.js";

export class Drafts {
	/** @param {string} kind of what is written */
	constructor(kind) {
		this.kind = kind;
	}

	/** What was begun in an account, by name. @param {string} key @returns {Record<string, any>} */
	of(key) {
		return attemptStorage(storage => JSON.parse(storage.getItem(this.#place(key)) ?? "{}")) ?? {};
	}

	/** Keep one, as the newest; null throws it away. @param {string} key @param {string} name @param {object?} draft */
	keep(key, name, draft) {
		const {[name]: _, ...others} = this.of(key);
		const all = draft === null ? others : {...others, [name]: draft};
		attemptStorage(storage => {
			if (Object.keys(all).length) storage.setItem(this.#place(key), JSON.stringify(all));
			else storage.removeItem(this.#place(key));
		});
	}

	#place(key) {
		return `draft:${this.kind}:${key}`;
	}
}
