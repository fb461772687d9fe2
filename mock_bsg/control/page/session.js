/** Which account is looked at, what its clock shows, and when there is something new to see. */

import {api, events, refusal} from "./api.js";

const SHORTEST_PAUSE = 120; // ms between two refreshes; a busy sandbox gets three times as long as the last one took,
const LONGEST_PAUSE = 2000; // but not more than this
const LONGEST_WAIT = 2 ** 31 - 1; // what setTimeout can hold
const EVENTS = ["message", "status", "request", "report"];

/** A clock that nobody has been asked about yet: the machine's. */
const running = () => ({now: Date.now(), speed: 1, at: performance.now(), next: /** @type {number?} */ (null)});

/**
 * Tells with events: "key" (another account), "account" (its figures), "refresh" (look again at what is shown),
 * "rewound" (whatever was seen may be otherwise), "live" (the stream of events came or went). What an event says is only a reason to look: whatever is shown was
 * answered by a list call, so an event that was lost or came twice does no harm.
 */
export class Session extends EventTarget {
	/** @type {string?} */
	key = null;
	/** @type {AccountState?} */
	account = null;
	isLive = false;
	hasFailed = false;
	/** @type {EventSource?} */
	#source = null;
	#clock = running();
	#isThere = false; // whether the account is known to have begun: before that, asking for it is answered with 404
	/** @type {Promise<void>?} */
	#looking = null;
	/** @type {Promise<void>?} */
	#lookingAgain = null;
	#isDirty = false;
	#wake = 0;
	#pause = 0;

	/** The key where an account is open, as it is wherever something is asked of one. */
	get known() {
		if (this.key === null) throw new Error("no account is open");
		return this.key;
	}

	get now() {
		return this.#clock.now + (performance.now() - this.#clock.at) * this.#clock.speed;
	}

	get speed() {
		return this.#clock.speed;
	}

	get isManual() {
		return this.#clock.speed === 0;
	}

	/** When the next thing happens in this account, in ms of its clock; null if nothing will. */
	get next() {
		return this.#clock.next;
	}

	/**
	 * Look at another account, or at none; the last one is looked at again when the page is opened anew.
	 * @param {string?} key
	 */
	async open(key) {
		this.key = key;
		this.account = null;
		this.#isThere = false;
		this.#clock = running();
		clearTimeout(this.#wake);
		this.#tell("key");
		this.#listen();
		await this.refresh();
	}

	/** Ask for nothing more, as when the account is about to be forgotten; done when nothing is under way. */
	async leave() {
		this.#source?.close();
		while (this.#looking) await this.#looking;
		clearTimeout(this.#wake);
		this.key = null;
	}

	/** Look again, soon; many calls at once make one look. */
	touch() {
		this.#isDirty = true;
		if (!this.#looking && !this.#pause) this.refresh();
	}

	/** Look again now, and be done when everything is shown; while a look is under way, right after it. */
	refresh() {
		if (!this.#looking) return this.#begin();
		const again = () => {
			this.#lookingAgain = null;
			return this.#begin();
		};
		this.#lookingAgain ??= this.#looking.then(again, again);
		return this.#lookingAgain;
	}

	/** Look again, after the account went back to how it was once: the same ids may be those of other messages. */
	lookAnew() {
		this.#tell("rewound");
		return this.refresh();
	}

	#begin() {
		clearTimeout(this.#pause);
		this.#pause = 0;
		this.#isDirty = false;
		const began = performance.now();
		this.#looking = this.#look().finally(() => {
			this.#looking = null;
			this.#rest(Math.min(Math.max(SHORTEST_PAUSE, 3 * (performance.now() - began)), LONGEST_PAUSE));
		});
		return this.#looking;
	}

	#rest(ms) {
		this.#pause = setTimeout(() => {
			this.#pause = 0;
			if (this.#isDirty) this.refresh();
		}, ms);
	}

	async #look() {
		const {key} = this;
		try {
			if (key !== null && !(await this.#fetch(key))) return;
			// Whoever shows something adds the work of showing it anew.
			/** @type {Promise<unknown>[]} */
			const work = [];
			this.dispatchEvent(new CustomEvent("refresh", {detail: work}));
			await Promise.all(work);
			this.#setFailed(false);
		} catch (error) {
			const {status} = refusal(error);
			if (key !== this.key) return;
			if (status === 404) {
				this.#lose();
			} else {
				this.#setFailed(true);
				this.#wakeIn(2000);
			}
		}
	}

	/**
	 * Ask for the account and its clock; false if it is not there, or another one has been opened meanwhile.
	 * @param {string} key
	 */
	async #fetch(key) {
		if (!this.#isThere) {
			const {accounts} = await api.accounts({key});
			if (key !== this.key) return false;
			this.#isThere = accounts.length > 0;
			if (!this.#isThere) {
				this.#lose();
				return false;
			}
		}
		const [account, clock] = await Promise.all([api.account(key), api.clock(key)]);
		if (key !== this.key) return false;
		this.account = account;
		this.#setClock(clock);
		this.#tell("account");
		return true;
	}

	/** The account is not there, or no more: it begins with the next call that names its key. */
	#lose() {
		this.account = null;
		this.#isThere = false;
		clearTimeout(this.#wake);
		this.#tell("account");
		this.#setFailed(false);
	}

	/** Change the clock as the control call does, and show what came of it. @param {ClockOrder} order */
	async steer(order) {
		this.#setClock(await api.setClock(this.known, order));
		await this.refresh();
	}

	/** @param {ClockTold} clock */
	#setClock(clock) {
		this.#clock = {
			now: Date.parse(clock.now),
			speed: clock.speed,
			at: performance.now(),
			next: clock.next ? Date.parse(clock.next) : null
		};
		clearTimeout(this.#wake);
		if (this.#clock.next !== null && clock.speed > 0) {
			this.#wakeIn((this.#clock.next - this.#clock.now) / clock.speed + 15);
		}
	}

	#wakeIn(ms) {
		clearTimeout(this.#wake);
		if (ms < LONGEST_WAIT) this.#wake = setTimeout(() => this.touch(), Math.max(ms, 0));
	}

	#listen() {
		this.#source?.close();
		const source = new EventSource(events(this.key));
		this.#source = source;
		const look = () => this.touch();
		for (const name of EVENTS) source.addEventListener(name, look);
		source.addEventListener("account", ({data}) => {
			const {key, change} = JSON.parse(data);
			if (change === "forgotten" && key === this.key) this.#lose();
			else if (change === "rewound") this.lookAnew();
			else look();
		});
		source.addEventListener("gap", () => this.lookAnew()); // it may have been that, too
		source.addEventListener("open", () => {
			this.#setLive(true);
			look(); // something may have happened while nobody listened
		});
		source.addEventListener("error", () => {
			if (source === this.#source) this.#setLive(false);
		});
	}

	#setLive(isLive) {
		this.isLive = isLive;
		this.#tell("live");
	}

	#setFailed(hasFailed) {
		if (hasFailed === this.hasFailed) return;
		this.hasFailed = hasFailed;
		this.#tell("live");
	}

	#tell(name) {
		this.dispatchEvent(new Event(name));
	}
}
