/** Puts the page together: what is chosen, what the keys do, and what is shown where. */

import {api, refusal} from "./api.js";
import {Bar} from "./bar.js";
import {Compose} from "./compose.js";
import {Details} from "./details.js";
import {AccountChooser, clientSettings, Numbers, prepareDialogs} from "./dialogs.js";
import {all, announce, attempt, button, byId, drawIcons, fill, h, onClick} from "./dom.js";
import {Editor} from "./editor.js";
import {CHANNELS, plural, words} from "./format.js";
import {LongList} from "./list.js";
import {Past} from "./past.js";
import {Phone} from "./phone.js";
import {messageRow, readSearch, requestFilters, requestItem, requestRow} from "./rows.js";
import {Session} from "./session.js";
import {FIRST_KEY, Welcome} from "./welcome.js";

/** @type {("messages" | "requests")[]} */
const TABS = ["messages", "requests"];
/** @type {("channel" | "status")[]} */
const SELECTS = ["channel", "status"];
const TYPING_PAUSE = 200; // ms without typing after which is searched
const STATUSES = "scheduled accepted sent delivered read undeliverable expired rejected unknown active absent barred failed".split(" ");
const TICK = 250; // ms between two looks at the clock

class Page {
	#tab = "messages";
	/** @type {string?} */
	#id = null; // of the chosen row, while there is one
	#turn = 0; // grows with every look at what is chosen: an answer to an earlier one is not shown
	#filters = {};
	#lastStatus = "";
	#count = 0;
	#isRewound = false; // since the last look

	constructor() {
		this.session = new Session();
		const onChoose = (id, tab = this.#tab) => {
			this.#showTab(tab);
			this.choose(id);
		};
		this.bar = new Bar(this.session);
		this.phone = new Phone(this.session, {onChoose: id => onChoose(id, "messages")});
		this.details = new Details(this.session, {onChoose, onSearch: text => this.#search(text)});
		this.past = new Past(this.session, {onChoose, onOpen: key => this.open(key)});
		this.compose = new Compose(this.session, {onSent: id => this.#sent(id)});
		this.editor = new Editor(this.session, {onUsed: () => this.session.refresh()});
		onClick("choose-number", () => this.numbers.open());
		this.numbers = new Numbers({onSendTo: msisdn => this.#sendTo(msisdn)});
		this.accounts = new AccountChooser(this.session, {
			onOpen: key => this.open(key),
			onCleared: () => this.#start()
		});
		this.welcome = new Welcome({onOpen: (key, id) => this.open(key, id)});
		this.list = new LongList({
			scroller: byId("scroller"),
			space: byId("space"),
			load: (after, limit) => this.#load(after, limit),
			draw: row => (this.#tab === "messages" ? messageRow(row, this.session.now) : requestRow(row, this.session.now)),
			onChoose: id => this.choose(id),
			onChange: () => this.#listChanged()
		});
		this.#listen();
		setInterval(() => this.#tick(), TICK);
	}

	/** Go where the address leads; without one, to the newest account, or the welcome if there is none. */
	async start() {
		const place = new URLSearchParams(location.hash.slice(1));
		const key = place.get("key");
		if (key) await this.open(key, place.get("id"));
		else await this.#start();
	}

	async #start() {
		const {accounts} = (await attempt(api.accounts)) ?? {accounts: []};
		const busiest = accounts.findLast(({messages, requests}) => messages || requests) ?? accounts.at(-1);
		if (busiest) await this.open(busiest.key);
		else await this.#showWelcome();
	}

	async #showWelcome() {
		this.#remember(null, null);
		byId("account-key").textContent = "none yet";
		this.#showView("welcome");
		await Promise.all([this.welcome.show(), this.session.open(null)]);
	}

	/**
	 * Look at an account, and at one of its messages: that of `id`, or the newest.
	 * @param {string} key @param {string?} id
	 */
	async open(key, id = null) {
		this.#showView("account");
		if (id !== null) this.#showTab("messages");
		this.#stepTo(id === null ? "list" : "phone");
		byId("account-key").textContent = key;
		this.#count = 0;
		this.#chooseNothing(key);
		this.#id = id;
		this.#remember(key, id);
		this.list.select(id);
		await this.session.open(key);
	}

	#showView(view) {
		document.body.dataset.view = view;
		byId("desk").hidden = view !== "account";
		byId("welcome").hidden = view !== "welcome";
	}

	/** Where there is room for one of list, phone and details only, show that. */
	#stepTo(step) {
		document.body.dataset.step = step;
	}

	#chooseNothing(key = this.session.key) {
		this.#id = null;
		this.#turn++;
		this.#lastStatus = "";
		this.list.select(null);
		this.phone.clear();
		this.details.clear(this.#tab === "messages" ? undefined : "Choose a request to see what came and what was answered.");
		this.#remember(key, null);
	}

	async choose(id, {moves = true} = {}) {
		const isMessage = this.#tab === "messages";
		this.#id = id;
		this.#lastStatus = "";
		this.list.select(id);
		this.#remember(this.session.key, isMessage ? id : null);
		if (moves) this.#stepTo(isMessage ? "phone" : "details");
		await attempt(() => this.#showChosen(id));
	}

	/** @param {string} id */
	async #showChosen(id) {
		const turn = ++this.#turn;
		const key = this.session.known;
		if (this.#tab === "messages") {
			const message = await api.message(key, id);
			if (turn !== this.#turn) return;
			this.#announceStatus(message);
			this.details.showMessage(message);
			await this.phone.show(message);
			return;
		}
		const exchange = await api.exchange(key, id);
		const [first] = exchange.messages;
		const message = first ? await api.message(key, first) : null;
		if (turn !== this.#turn) return;
		this.details.showExchange(exchange);
		if (message) await this.phone.show(message);
		else this.phone.clear();
	}

	#announceStatus(message) {
		if (this.#lastStatus && this.#lastStatus !== message.status) {
			announce(`${CHANNELS[message.channel]} ${message.id} to ${message.msisdn}: ${words(message.status)}`);
		}
		this.#lastStatus = message.status;
	}

	async #load(after, limit) {
		const key = this.session.known;
		if (this.#tab === "messages") {
			const {messages, next} = await api.messages(key, {...this.#filters, after, limit});
			return {rows: messages, next};
		}
		const {requests, next} = await api.requests(key, {...requestFilters(byId("search").value), after, limit});
		return {rows: requests.map(requestItem), next};
	}

	#listChanged() {
		const isEmpty = !this.list.length;
		byId("scroller").hidden = isEmpty;
		byId("nothing").hidden = !isEmpty;
		if (!isEmpty) return;
		const isFiltered = Object.keys(this.#filters).length > 0;
		fill(
			byId("nothing"),
			isFiltered
				? [h("p", "Nothing fits this search."), button("tool", () => this.#clearFilters(), "Show all")]
				: [
						h("p", `No ${this.#tab} in this account yet.`),
						button("tool main", () => this.compose.open(), "Compose one"),
						clientSettings(this.session.known)
					]
		);
	}

	#listen() {
		const {session} = this;
		session.addEventListener("key", () => this.list.clear());
		session.addEventListener("account", () => this.#showAccount());
		session.addEventListener("rewound", () => {
			this.#isRewound = true;
			this.phone.expire();
			this.details.expire();
		});
		session.addEventListener("refresh", event => {
			const {detail: work} = /** @type {CustomEvent<Promise<unknown>[]>} */ (event);
			work.push(session.key === null ? this.#leaveWelcome() : this.#refresh());
		});
		this.#listenToBar();
		this.#listenToFilters();
		for (const way of all(document, "[data-go]")) {
			way.addEventListener("click", () => {
				this.#stepTo(way.dataset.go);
				byId(way.dataset.go === "list" ? "scroller" : "details").focus({preventScroll: true});
			});
		}
		document.addEventListener("keydown", event => this.#key(event));
		window.addEventListener("hashchange", () => {
			const place = new URLSearchParams(location.hash.slice(1));
			const [key, id] = [place.get("key"), place.get("id")];
			if (key && (key !== session.key || (id && this.#tab !== "messages"))) this.open(key, id);
			else if (key && id && id !== this.#id) this.choose(id);
		});
	}

	async #leaveWelcome() {
		if (document.body.dataset.view !== "welcome") return;
		const {accounts} = await api.accounts();
		const newest = accounts.at(-1);
		if (newest && this.session.key === null) setTimeout(() => this.open(newest.key));
	}

	async #refresh() {
		const isRewound = this.#isRewound;
		this.#isRewound = false;
		const listed = isRewound ? this.list.reset() : this.list.refresh();
		// Where nothing is chosen yet, the newest will be: it comes with the list.
		await Promise.all([
			listed,
			this.#id === null ? listed.then(() => this.#chooseNewest()) : this.#refreshChosen(this.#id, listed, isRewound)
		]);
	}

	/** Choose the newest row, unless somebody was quicker to choose another. */
	async #chooseNewest() {
		if (this.#id === null && this.list.first) await this.choose(this.list.first.id, {moves: false});
	}

	/** @param {string} id */
	async #refreshChosen(id, listed, isRewound) {
		if (this.#tab === "requests" && !isRewound) return;
		try {
			await this.#showChosen(id);
		} catch (error) {
			if (refusal(error).status !== 404) throw error;
			this.#chooseNothing();
			await listed;
			await this.#chooseNewest();
		}
	}

	#showAccount() {
		const {account, key} = this.session;
		const messages = account?.messages ?? 0;
		const added = this.#count && messages - this.#count;
		this.#count = messages;
		if (added > 0) {
			announce(plural(added, "new message"));
			if (!this.list.isAtTop) byId("newer").hidden = false;
		}
		if (!account && key !== null) {
			this.#chooseNothing();
			this.list.clear();
			this.#listChanged();
		}
		this.#tick();
	}

	#tick() {
		if (this.session.key === null) return;
		this.bar.tick();
		this.phone.tick();
		this.details.tick();
	}

	async #sent(id) {
		await this.session.refresh();
		if (id === null) return;
		this.#showTab("messages");
		this.list.scrollToTop();
		await this.choose(id, {moves: false});
	}

	#listenToBar() {
		onClick("choose-account", () => this.accounts.open());
		onClick("open-scenario", () => this.editor.open());
		onClick("open-numbers", () => this.numbers.open());
		onClick("open-help", () => this.#help());
		onClick("compose", () => this.compose.open());
		onClick("newer", () => {
			this.list.scrollToTop();
			byId("newer").hidden = true;
		});
		byId("scroller").addEventListener(
			"scroll",
			() => {
				if (this.list.isAtTop) byId("newer").hidden = true;
			},
			{passive: true}
		);
		for (const tab of TABS) onClick(`tab-${tab}`, () => this.#turnTo(tab));
	}

	#help() {
		fill(byId("help-client"), clientSettings(this.session.key ?? FIRST_KEY));
		byId("help-dialog").showModal();
	}

	#listenToFilters() {
		let timer = 0;
		const search = byId("search");
		byId("filter-channel").append(...Object.entries(CHANNELS).map(([name, shown]) => new Option(shown, name)));
		byId("filter-status").append(...STATUSES.map(status => new Option(status)));
		byId("filters").addEventListener("submit", event => event.preventDefault());
		search.addEventListener("input", () => {
			clearTimeout(timer);
			timer = setTimeout(() => this.#filter(), TYPING_PAUSE);
		});
		search.addEventListener("keydown", event => {
			if (event.key !== "ArrowDown" && event.key !== "Enter") return;
			event.preventDefault();
			byId("scroller").focus();
			if (event.key === "Enter" && this.list.first) this.choose(this.list.first.id);
		});
		for (const name of SELECTS) byId(`filter-${name}`).addEventListener("change", () => this.#filter());
	}

	#filter() {
		const filters = {
			...readSearch(byId("search").value),
			channel: byId("filter-channel").value,
			status: byId("filter-status").value
		};
		this.#filters = Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
		return attempt(async () => {
			await this.list.reset();
			announce(this.list.length ? `${this.list.length}${this.list.length >= 100 ? " or more" : ""} found` : "Nothing fits this search");
		});
	}

	/** Show the messages that are found so, and the newest of them. @param {string} text */
	async #search(text) {
		this.#showTab("messages");
		this.#stepTo("list");
		byId("search").value = text;
		await this.#filter();
		await this.#chooseNewest();
	}

	#clearFilters() {
		byId("search").value = "";
		byId("filter-channel").value = "";
		byId("filter-status").value = "";
		this.#filter();
	}

	/** Compose a message to a number: in the account that is open, or in a first one. */
	async #sendTo(msisdn) {
		if (this.session.key === null) await this.open(FIRST_KEY);
		await this.compose.open(msisdn);
	}

	/** Show the other list, and its newest row. */
	#turnTo(tab) {
		if (tab === this.#tab) return;
		this.#showTab(tab);
		attempt(() => this.#refresh());
	}

	/** Show the other list, with nothing in it yet and nothing chosen. */
	#showTab(tab) {
		if (tab === this.#tab) return;
		this.#tab = tab;
		document.body.dataset.tab = tab;
		for (const name of TABS) {
			byId(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
			byId(`tab-${name}`).tabIndex = name === tab ? 0 : -1;
		}
		byId("list-panel").setAttribute("aria-labelledby", `tab-${tab}`);
		byId("scroller").setAttribute("aria-label", tab === "messages" ? "Messages, newest first" : "Requests, newest first");
		byId("search").placeholder = tab === "messages" ? "Number, reference, sender, text" : "/path, or words of the body";
		this.list.clear();
		this.#chooseNothing();
	}

	/** @param {string?} key @param {string?} id */
	#remember(key, id) {
		const place = new URLSearchParams();
		if (key !== null) place.set("key", key);
		if (id !== null) place.set("id", id);
		history.replaceState(null, "", place.size ? `#${place}` : location.pathname);
		document.title = key === null ? "mock_bsg" : `${key} · mock_bsg`;
	}

	#key(event) {
		const tag = event.target.tagName;
		const isTyping = tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && !["radio", "range"].includes(event.target.type));
		if (event.key === "Escape" && event.target.id === "search") {
			this.#clearFilters();
			byId("scroller").focus();
		}
		if (isTyping || event.altKey || document.querySelector("dialog[open]")) return;
		if (event.ctrlKey || event.metaKey) {
			if (event.key !== "z" || event.repeat) return;
			event.preventDefault();
			this.past.undo();
			return;
		}
		if (event.target.getAttribute("role") === "tab" && event.key.startsWith("Arrow")) {
			const other = this.#tab === "messages" ? "requests" : "messages";
			this.#turnTo(other);
			byId(`tab-${other}`).focus();
			return;
		}
		const isFree = !event.target.closest("button, a, summary, input, [tabindex]") || event.target.id === "scroller";
		const act = this.#keys(isFree)[event.key];
		if (!act) return;
		event.preventDefault();
		act();
	}

	#keys(isFree) {
		const {bar, list} = this;
		const keys = {a: () => this.accounts.open(), "?": () => this.#help()};
		if (this.session.key === null) return keys;
		Object.assign(keys, {
			j: () => list.step(1),
			k: () => list.step(-1),
			n: () => bar.advance("next"),
			p: () => bar.toggleClock(),
			c: () => this.compose.open(),
			s: () => this.editor.open(),
			"/": () => this.#toSearch(),
			Escape: () => this.#stepTo("list")
		});
		if (!isFree) return keys;
		return Object.assign(keys, {
			ArrowDown: () => list.step(1),
			ArrowUp: () => list.step(-1),
			PageDown: () => list.step(10),
			PageUp: () => list.step(-10),
			Home: () => list.step(-1e9)
		});
	}

	#toSearch() {
		this.#stepTo("list");
		byId("search").focus();
		byId("search").select();
	}
}

drawIcons();
prepareDialogs();
await new Page().start();
