/** Puts the page together: what the address says is shown, and what somebody chooses is put into it. */

import {api} from "./api.js";
import {Bar} from "./bar.js";
import {Compose} from "./compose.js";
import {Details} from "./details.js";
import {AccountChooser, clientSettings, Numbers, prepareDialogs} from "./dialogs.js";
import {all, announce, attempt, button, byId, drawIcons, fill, h, onClick, targetOf} from "./dom.js";
import {Editor} from "./editor.js";
import {Filters} from "./filters.js";
import {CHANNELS, plural, words} from "./format.js";
import {isTyping, keyOf} from "./keys.js";
import {LongList} from "./list.js";
import {NextTime} from "./next.js";
import {Past} from "./past.js";
import {Phone} from "./phone.js";
import {inAccount, Place} from "./place.js";
import {messageRow, requestItem, requestRow} from "./rows.js";
import {Session} from "./session.js";
import {FIRST_KEY, Welcome} from "./welcome.js";

const TABS = /** @type {const} */ (["messages", "requests"]);
const TICK = 250; // ms between two looks at the clock
const ALL_IN_SIGHT = matchMedia("(min-width: 1121px)"); // list, phone and details, as page.css has it

/** What an address says of the pane: nothing where all are in sight. @param {string} pane */
const said = pane => (ALL_IN_SIGHT.matches ? null : pane);

class Page {
	#turn = 0; // grows with every look at what is chosen: an answer to an earlier one is not shown
	#lastStatus = "";
	#count = 0;
	#isRewound = false; // since the last look
	#isShown = false; // whether what is chosen was there at the last look

	constructor() {
		this.session = new Session();
		this.place = new Place(before => attempt(() => this.#arrive(before)));
		const onChoose = (id, /** @type {"messages" | "requests"} */ tab = this.place.tab) => this.choose(id, {tab});
		const onOpen = (key, /** @type {string?} */ id = null) => this.open(key, id);
		this.bar = new Bar(this.session);
		this.phone = new Phone(this.session, {onChoose: id => this.choose(id, {tab: "messages"})});
		this.details = new Details(this.session, {
			onChoose,
			onSearch: text => this.#search(text),
			onEdit: message => this.compose.edit(message),
			onNext: occasion => this.next.open(occasion)
		});
		this.past = new Past(this.session, {
			onChoose,
			onOpen,
			onPut: at => this.place.go({at}, {replaces: true})
		});
		this.compose = new Compose(this.session, {
			onSent: id => this.#sent(id),
			onDoubt: () => this.#turnTo("requests"),
			onChoose: id => this.choose(id, {tab: "messages"})
		});
		this.editor = new Editor(this.session, {onUsed: () => this.session.refresh()});
		this.next = new NextTime(this.session, {
			onUsed: () => this.session.refresh(),
			onLine: line => this.editor.open({line})
		});
		onClick("open-next", () => {
			this.editor.dialog.close();
			this.next.open({});
		});
		onClick("choose-number", () => this.numbers.open());
		this.numbers = new Numbers({onSendTo: msisdn => this.#sendTo(msisdn), onNext: occasion => this.next.open(occasion)});
		this.accounts = new AccountChooser(this.session, {onOpen, onCleared: () => this.#begin()});
		this.welcome = new Welcome({onOpen});
		this.filters = new Filters(this.place, {
			onChange: (changes, isTyped) => this.#filter(changes, isTyped),
			onLeave: key => this.#leaveSearch(key)
		});
		this.list = new LongList({
			scroller: byId("scroller"),
			space: byId("space"),
			load: (after, limit) => this.#load(after, limit),
			draw: row => (this.place.tab === "messages" ? messageRow(row, this.session.now) : requestRow(row, this.session.now)),
			onChoose: (id, isStep) => this.choose(id, {isStep}),
			onChange: () => this.#listChanged()
		});
		this.#listen();
		setInterval(() => this.#tick(), TICK);
	}

	/** Go where the address leads; without one, to the newest account, or the welcome if there is none. */
	async start() {
		if (this.place.spot.key !== null) return this.#enter();
		const {accounts} = (await attempt(() => api.accounts({}))) ?? {accounts: []};
		const busiest = accounts.findLast(({messages, requests}) => messages || requests) ?? accounts.at(-1);
		// Somebody may have gone somewhere while the answer was on its way.
		if (this.place.spot.key === null) this.place.go({key: busiest?.key ?? null}, {replaces: true});
		await this.#enter();
	}

	/**
	 * Look at an account, and at one of its messages: that of `id`, or the newest.
	 * @param {string} key @param {string?} id
	 */
	open(key, id = null) {
		return this.#go(inAccount(key, {id}));
	}

	/** @param {Partial<Spot>} changes @param {{ replaces?: boolean }} [options] */
	#go(changes, options) {
		return this.#arrive(this.place.go(changes, options));
	}

	/** Show what the address says, where it said something else before. @param {Spot} before */
	async #arrive(before) {
		const {place} = this;
		const {spot} = place;
		if (spot.key !== before.key) return this.#enter();
		const wasRequests = before.tab === "requests";
		const isOtherTab = (place.tab === "requests") !== wasRequests;
		if (isOtherTab) this.#showTab();
		this.#stepTo();
		if (spot.at !== before.at) this.past.lookAt(spot.at);
		const isOtherList = isOtherTab || this.filters.differFrom(before);
		this.filters.show();
		const listed = isOtherList ? this.list.reset() : Promise.resolve();
		const isOtherChoice = isOtherTab || place.chosen !== before[place.chooses];
		if (isOtherChoice) this.#chooseAnew();
		await Promise.all([listed, isOtherChoice && place.chosen !== null ? this.#show(place.chosen) : null]);
		if (place.chosen === null) await this.#chooseNewest();
	}

	/** Stay in the account after it was cleared: there is nothing in it any more. */
	#begin() {
		this.place.go(inAccount(this.place.spot.key), {replaces: true});
		return this.#enter();
	}

	/** Show the account that the address names, or the welcome where it names none. */
	async #enter() {
		const {key, at} = this.place.spot;
		this.#count = 0;
		this.#showTab();
		this.filters.show();
		this.#chooseAnew();
		this.#stepTo();
		byId("account-key").textContent = key ?? "none yet";
		document.title = key === null ? "mock_bsg" : `${key} · mock_bsg`;
		document.body.dataset.view = key === null ? "welcome" : "account";
		byId("desk").hidden = key === null;
		byId("welcome").hidden = key !== null;
		await Promise.all([this.session.open(key), key === null ? this.welcome.show() : this.past.lookAt(at)]);
	}

	/** Where there is room for one of list, phone and details only, show that. */
	#stepTo() {
		document.body.dataset.step = this.place.pane;
	}

	/** Show the list of the tab, with nothing in it yet. */
	#showTab() {
		const {tab} = this.place;
		document.body.dataset.tab = tab;
		for (const name of TABS) {
			byId(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
			byId(`tab-${name}`).tabIndex = name === tab ? 0 : -1;
		}
		byId("list-panel").setAttribute("aria-labelledby", `tab-${tab}`);
		byId("scroller").setAttribute("aria-label", tab === "messages" ? "Messages, newest first" : "Requests, newest first");
		this.list.clear();
	}

	/**
	 * Choose a row, as somebody does. A step from row to row takes the place of the one before it in what Back goes through.
	 * @param {string} id @param {{ tab?: "messages" | "requests", isStep?: boolean }} options
	 */
	choose(id, {tab = this.place.tab, isStep = false} = {}) {
		const choice = tab === "messages" ? {tab: null, id} : {tab, request: id};
		return attempt(() => this.#go({...choice, pane: null}, {replaces: isStep}));
	}

	/** Forget what was chosen before, and mark what the address says. */
	#chooseAnew() {
		this.#turn++;
		this.#lastStatus = "";
		this.#isShown = false;
		this.list.select(this.place.chosen);
		if (this.place.chosen !== null) return;
		this.phone.clear();
		this.details.clear(
			this.place.tab === "messages" ? "Choose a message to see how it fares." : "Choose a request to see what came and what was answered."
		);
	}

	/** Choose the newest row, unless somebody was quicker to choose another. */
	async #chooseNewest() {
		const {place, list} = this;
		if (place.chosen !== null || !list.first) return;
		await this.#go({[place.chooses]: list.first.id, pane: said(place.pane)}, {replaces: true});
	}

	/** Show what is chosen, if it is there. @param {string} id @param {{ isSure?: boolean }} options whether it is known to be */
	async #show(id, {isSure = false} = {}) {
		const turn = ++this.#turn;
		const {tab} = this.place;
		const isThere = isSure || (await this.#has(tab, id));
		if (turn !== this.#turn) return;
		if (isThere) await (tab === "messages" ? this.#showMessage(id, turn) : this.#showRequest(id, turn));
		// What was taken back, cleared or dropped makes room for the newest; what was never seen is asked after.
		else if (this.#isShown) await this.#go({[this.place.chooses]: null}, {replaces: true});
		else this.#showMissing(id);
	}

	/** Whether a message or request is there: found in the list, for a 404 is a complaint to every browser. */
	async #has(tab, id) {
		if (!/^\d{1,18}$/.test(id)) return false;
		const query = {after: String(BigInt(id) + 1n), limit: 1};
		const key = this.session.known;
		if (tab === "requests") return String((await api.requests(key, query)).requests[0]?.n) === id;
		return (await api.messages(key, query)).messages[0]?.id === id;
	}

	/** @param {string} id @param {number} turn */
	async #showMessage(id, turn) {
		const message = await api.message(this.session.known, id);
		if (turn !== this.#turn) return;
		this.#isShown = true;
		this.#announceStatus(message);
		this.details.showMessage(message);
		await this.phone.show(message);
	}

	/** @param {string} number @param {number} turn */
	async #showRequest(number, turn) {
		const key = this.session.known;
		const exchange = await api.exchange(key, number);
		const [first] = exchange.messages;
		const message = first && (await this.#has("messages", first)) ? await api.message(key, first) : null;
		if (turn !== this.#turn) return;
		this.#isShown = true;
		this.details.showExchange(exchange);
		if (message) await this.phone.show(message);
		else this.phone.clear();
	}

	/** @param {string} id */
	#showMissing(id) {
		const isMessage = this.place.tab === "messages";
		this.phone.clear();
		this.details.clear(
			h("strong", `There is no ${isMessage ? "message" : "request"} ${id} in this account.`),
			" It may have been cleared, taken back, or dropped as one of the oldest. ",
			button("tool small", () => this.#go({[this.place.chooses]: null}), `Show the newest ${isMessage ? "message" : "request"}`)
		);
	}

	#announceStatus(message) {
		if (this.#lastStatus && this.#lastStatus !== message.status) {
			announce(`${CHANNELS[message.channel]} ${message.id} to ${message.msisdn}: ${words(message.status)}`);
		}
		this.#lastStatus = message.status;
	}

	async #load(after, limit) {
		const key = this.session.known;
		if (this.place.tab === "messages") {
			const {messages, next} = await api.messages(key, {...this.filters.query, after, limit});
			return {rows: messages, next};
		}
		const {requests, next} = await api.requests(key, {...this.filters.query, after, limit});
		return {rows: requests.map(requestItem), next};
	}

	#listChanged() {
		const isEmpty = !this.list.length;
		byId("scroller").hidden = isEmpty;
		byId("nothing").hidden = !isEmpty;
		if (!isEmpty) return;
		fill(
			byId("nothing"),
			this.filters.isSet
				? [h("p", "Nothing fits this search."), button("tool", () => this.filters.clear(), "Show all")]
				: [
						h("p", `No ${this.place.tab} in this account yet.`),
						button("tool main", () => this.compose.open(), "Compose one"),
						clientSettings(this.session.known)
					]
		);
	}

	/** @param {Partial<Spot>} changes */
	#filter(changes, isTyped = false) {
		return attempt(async () => {
			await this.#go(changes, {replaces: isTyped});
			const {length} = this.list;
			announce(length ? `${length}${length >= 100 ? " or more" : ""} found` : "Nothing fits this search");
		});
	}

	/** Show the messages that are found so, and the newest of them. @param {string} text */
	#search(text) {
		return this.#filter({tab: null, id: null, pane: null, q: text, channel: null, status: null});
	}

	/** @param {string} key */
	#leaveSearch(key) {
		byId("scroller").focus();
		if (key === "Enter" && this.list.first) this.choose(this.list.first.id);
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
		for (const way of all(document, "[data-go]")) {
			way.addEventListener("click", () => {
				this.#go({pane: way.dataset.go});
				byId(way.dataset.go === "list" ? "scroller" : "details").focus({preventScroll: true});
			});
		}
		document.addEventListener("keydown", event => this.#key(event));
	}

	async #leaveWelcome() {
		if (document.body.dataset.view !== "welcome") return;
		const {accounts} = await api.accounts({});
		const newest = accounts.at(-1);
		if (!newest) return;
		setTimeout(() => {
			if (this.place.spot.key === null) this.#go(inAccount(newest.key), {replaces: true});
		});
	}

	async #refresh() {
		const isRewound = this.#isRewound;
		this.#isRewound = false;
		const {chosen, tab} = this.place;
		const listed = isRewound ? this.list.reset() : this.list.refresh();
		// A request does not change any more; a message may.
		const isToShow = chosen !== null && (tab === "messages" || isRewound || !this.#isShown);
		await Promise.all([listed, isToShow ? this.#show(chosen, {isSure: this.#isShown && !isRewound}) : null]);
		// Where nothing is chosen yet, the newest will be: it comes with the list.
		await this.#chooseNewest();
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
			if (this.#isShown) this.place.go({id: null, request: null, at: null}, {replaces: true});
			this.#chooseAnew();
			if (this.place.chosen !== null) this.#showMissing(this.place.chosen);
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

	/** @param {string?} id */
	async #sent(id) {
		await this.session.refresh();
		if (id === null) return;
		this.list.scrollToTop();
		await this.#go({tab: null, id, pane: said(this.place.pane)});
	}

	/** Compose a message to a number: in the account that is open, or in a first one. */
	async #sendTo(msisdn) {
		if (this.place.spot.key === null) await this.open(FIRST_KEY);
		await this.compose.open(msisdn);
	}

	#listenToBar() {
		byId("skip").addEventListener("click", event => {
			event.preventDefault(); // the address says where one is, and stays
			const main = byId(this.session.key === null ? "welcome" : "desk");
			main.tabIndex = -1;
			(this.list.length ? byId("scroller") : main).focus();
		});
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

	/** @param {"messages" | "requests"} tab */
	#turnTo(tab) {
		return attempt(() => this.#go({tab: tab === "messages" ? null : tab, pane: said("list")}));
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		if (isTyping(event) || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
		const key = keyOf(event);
		const target = targetOf(event);
		if (event.ctrlKey || event.metaKey) {
			if (key !== "z" || event.shiftKey || event.repeat) return;
			event.preventDefault();
			this.past.undo();
			return;
		}
		if (target.getAttribute("role") === "tab" && key.startsWith("Arrow")) {
			const other = this.place.tab === "messages" ? "requests" : "messages";
			this.#turnTo(other);
			byId(`tab-${other}`).focus();
			return;
		}
		const isFree = !target.closest("button, a, summary, input, [tabindex]") || target.id === "scroller";
		const act = this.#keys(isFree)[key];
		if (!act) return;
		event.preventDefault();
		act();
	}

	/** @param {boolean} isFree whether the focus is on nothing that has a use for arrow keys @returns {Record<string, () => unknown>} */
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
			Escape: () => this.#toList()
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
		this.#toList();
		this.filters.focus();
	}

	#toList() {
		return this.#go({pane: said("list")});
	}
}

drawIcons();
prepareDialogs(() => byId(document.body.dataset.view === "account" ? "choose-account" : "open-help"));
await new Page().start();
