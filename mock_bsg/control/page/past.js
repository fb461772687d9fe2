/** What was done in the account: the last step taken back, and a slider through the log, command by command. */

import {api} from "./api.js";
import {attempt, byId, onClick, toast} from "./dom.js";
import {clockTime, plural} from "./format.js";

const RECENT = 20; // commands that come with every look; the last step is among them, unless much has followed from it
const AROUND = 50; // that are fetched together where the slider stops
const MOST = 1000; // that are fetched before they are taken back
const PAUSE = 100; // ms without a move after which the slider has stopped

export class Past {
	/** @type {Map<number, LogEntry>} */
	#seen = new Map();
	#oldest = 1;
	#newest = 0;
	#sure = 0; // up to which number what was seen is so; 0 after the account went back
	#largest = 0; // the newest that was ever seen: where a world file is opened, one can go forth to it again
	#goesForth = true; // until the server has refused to
	/** @type {string?} */
	#last = null; // what undo takes back
	/** @type {number?} */
	#at = null; // where the slider was put; null: at the newest, whichever that is
	#timer = 0;
	#turn = 0; // grows when another past is looked at: an answer about an earlier one is not shown

	/** @param {Session} session @param {PastOptions} options */
	constructor(session, {onChoose, onOpen, onPut}) {
		this.session = session;
		this.onPut = onPut;
		this.slider = byId("past-slider");
		session.addEventListener("key", () => this.#clear());
		session.addEventListener("account", () => session.account ?? this.#clear());
		session.addEventListener("rewound", () => {
			this.#turn++;
			this.#sure = 0;
		});
		session.addEventListener("refresh", event => {
			const {detail: work} = /** @type {CustomEvent<Promise<unknown>[]>} */ (event);
			if (session.key !== null) work.push(this.#look());
		});
		this.slider.addEventListener("input", () => this.#put(Number(this.slider.value)));
		onClick("past-back", () => this.#put(this.#shown - 1));
		onClick("past-on", () => this.#put(this.#shown + 1));
		onClick("undo", () => this.undo());
		onClick("past-go", () => this.#go());
		onClick("past-subject", () => {
			const {message, request} = this.#seen.get(this.#shown) ?? {};
			if (message) onChoose(message, "messages");
			else onChoose(String(request), "requests");
		});
		const key = byId("copy-key");
		onClick("past-copy", () => {
			key.value = `${session.known}.at-${this.#shown}`;
			byId("copy-dialog").showModal();
			key.select();
		});
		byId("copy-form").addEventListener("submit", event => {
			event.preventDefault();
			attempt(async () => {
				const copy = await api.fork(session.known, {key: key.value.trim(), until: this.#shown});
				byId("copy-dialog").close();
				await onOpen(copy.key);
			});
		});
	}

	/** Put the slider where the address says; null: at the newest. @param {string?} at */
	lookAt(at) {
		this.#at = at !== null && /^\d{1,15}$/.test(at) ? Number(at) : null;
		this.#show();
		// Before the first look at the log nobody knows whether there is such a command.
		if (this.#newest) this.#fetchShown();
	}

	/** Take back the last step that somebody took, with what followed from it. */
	undo() {
		return this.#last === null ? null : attempt(() => this.#rewind({last: 1}, `Taken back: ${this.#last}`));
	}

	get #shown() {
		return this.#at ?? this.#newest;
	}

	#clear() {
		this.#turn++;
		this.#seen.clear();
		this.#newest = this.#sure = this.#largest = 0;
		this.#at = this.#last = null;
		this.#show();
	}

	async #look() {
		const {commands, next, dropped = 0} = (await this.#fetch({limit: RECENT})) ?? {};
		if (!commands?.length) return;
		const {n} = commands[0];
		for (const old of this.#seen.keys()) {
			// What was taken back may have had the numbers of what is new.
			if (this.#seen.size > 3 * MOST || (old > this.#sure && old <= n)) this.#seen.delete(old);
		}
		this.#newest = this.#sure = n;
		this.#oldest = dropped + 1;
		this.#largest = this.#goesForth ? Math.max(n, this.#largest) : n;
		const step = commands.find(each => each.step);
		// Of a request whose body came late, the head is the step.
		const whole = commands.find(each => each.kind === "request" && each.request === step?.request) ?? step;
		this.#last = whole?.what ?? (next ? "the last step" : null);
		if (this.#at === n || this.#shown < this.#oldest || this.#shown > this.#largest) this.#put(null);
		this.#note(commands);
		this.#fetchShown();
	}

	/** The answer, unless it is too late. @param {Parameters<ControlCalls["log"]>[1]} query */
	async #fetch(query) {
		const turn = this.#turn;
		const page = await api.log(this.session.known, query);
		return turn === this.#turn ? page : null;
	}

	/** @param {LogEntry[]} [commands] */
	#note(commands = []) {
		for (const each of commands) this.#seen.set(each.n, each);
		this.#show();
	}

	/** @param {number?} n */
	#put(n) {
		this.#at = n === this.#newest ? null : n;
		this.onPut(this.#at === null ? null : String(this.#at));
		this.#show();
		this.#fetchShown();
	}

	/** Fetch the command that is shown, and those around it, once the slider has stopped. */
	#fetchShown() {
		const n = this.#shown;
		clearTimeout(this.#timer);
		if (n > this.#newest || this.#seen.has(n)) return;
		const fetchAround = async () => this.#note((await this.#fetch({after: n + AROUND / 2, limit: AROUND}))?.commands);
		this.#timer = setTimeout(() => attempt(fetchAround), PAUSE);
	}

	async #go() {
		const to = this.#shown;
		const isForth = to > this.#newest;
		const isDone = await attempt(async () => {
			// So that it can be told what one may go forth to.
			if (this.#goesForth) this.#note((await this.#fetch({limit: MOST}))?.commands);
			await this.#rewind({to}, `Now as after command ${to}`);
			return true;
		});
		if (isForth && !isDone) {
			this.#goesForth = false;
			this.#largest = this.#newest;
			this.#put(null);
		}
		this.slider.focus();
	}

	/** @param {RewindOrder} order @param {string} done */
	async #rewind(order, done) {
		await api.rewind(this.session.known, order);
		this.#put(null);
		toast(done);
		await this.session.lookAnew();
	}

	#show() {
		const {slider} = this;
		const shown = this.#shown;
		const [undo, go, subject, told] = [byId("undo"), byId("past-go"), byId("past-subject"), byId("past-told")];
		const {what, at, message, request} = this.#seen.get(shown) ?? {what: "…"};
		const isForth = shown > this.#newest;
		byId("past").hidden = this.#largest < 2;
		byId("past").classList.toggle("is-away", this.#at !== null);
		undo.disabled = this.#last === null;
		byId("undo-what").textContent = undo.disabled ? "Nothing to undo" : `Undo: ${this.#last}`;
		undo.title = `${byId("undo-what").textContent} (Ctrl+Z)`;
		slider.min = String(this.#oldest);
		slider.max = String(this.#largest);
		slider.value = String(shown);
		byId("past-back").disabled = shown <= this.#oldest;
		byId("past-on").disabled = shown >= this.#largest;
		told.textContent = `${shown} of ${this.#largest} · ${at ? clockTime(at, this.session.now) : ""} ${what}`;
		slider.ariaValueText = told.title = told.textContent;
		subject.hidden = isForth || !(message || request);
		subject.textContent = message ? `Message ${message}` : `Request ${request}`;
		go.textContent = `Go ${isForth ? "forth" : "back"} to here`;
		byId("past-hint").textContent = isForth ? "taken back before" : `forgets ${plural(this.#newest - shown, "command")}`;
		byId("past-copy").disabled = isForth;
		byId("copy-until").textContent = String(shown);
	}
}
