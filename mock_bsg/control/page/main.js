/** Puts the page together: what is chosen, what the keys do, and what is shown where. */

import * as api from "./api.js";
import { Compose } from "./compose.js";
import { Details } from "./details.js";
import { AccountChooser, clientSettings, Numbers, prepareDialogs } from "./dialogs.js";
import { announce, byId, fill, h, toast } from "./dom.js";
import { Editor } from "./editor.js";
import { balance, CHANNELS, clockTime, plural, words } from "./format.js";
import { LongList } from "./list.js";
import { Phone } from "./phone.js";
import { messageRow, readSearch, requestFilters, requestRow } from "./rows.js";
import { Session } from "./session.js";
import { Welcome } from "./welcome.js";

const TYPING_PAUSE = 200; // ms without typing after which is searched
const TICK = 250; // ms between two looks at the clock

class Page {
  #tab = "messages";
  #id = null;
  #filters = {};
  #lastStatus = "";
  #count = 0;

  constructor() {
    this.session = new Session();
    const onChoose = (id, tab = this.#tab) => {
      this.#showTab(tab, id);
      this.choose(id);
    };
    this.phone = new Phone(this.session, { onChoose });
    this.details = new Details(this.session, { onChoose });
    this.compose = new Compose(this.session, { onSent: (id) => this.#sent(id) });
    this.editor = new Editor(this.session, { onUsed: () => this.session.refresh() });
    this.numbers = new Numbers({ onSendTo: (msisdn) => this.compose.open(msisdn) });
    this.accounts = new AccountChooser(this.session, { onOpen: (key) => this.open(key), onCleared: () => this.#start() });
    this.welcome = new Welcome({ onOpen: (key, id) => this.open(key, id) });
    this.list = new LongList({
      scroller: byId("scroller"), space: byId("space"),
      load: (after, limit) => this.#load(after, limit),
      draw: (row) => (this.#tab === "messages" ? messageRow(row, this.session.now) : requestRow(row, this.session.now)),
      onChoose: (id) => this.choose(id),
      onChange: () => this.#listChanged(),
    });
    this.#listen();
    setInterval(() => this.#tick(), TICK);
  }

  /** Go where the address leads; without one, to the newest account, or the welcome if there is none. */
  async start() {
    const place = new URLSearchParams(location.hash.slice(1));
    if (place.get("key")) await this.open(place.get("key"), place.get("id"));
    else await this.#start();
  }

  async #start() {
    let accounts = [];
    try {
      ({ accounts } = await api.accounts());
    } catch (error) {
      toast(error.message, "bad");
    }
    const busiest = accounts.findLast(({ messages, requests }) => messages || requests) ?? accounts.at(-1);
    if (busiest) await this.open(busiest.key);
    else await this.#showWelcome();
  }

  async #showWelcome() {
    this.#remember(null, null);
    byId("account-key").textContent = "none yet";
    document.body.dataset.view = "welcome";
    byId("desk").hidden = true;
    byId("welcome").hidden = false;
    await Promise.all([this.welcome.show(), this.session.open(null)]);
  }

  async open(key, id = null) {
    document.body.dataset.view = "account";
    document.body.dataset.step = id ? "phone" : "list";
    byId("desk").hidden = false;
    byId("welcome").hidden = true;
    byId("account-key").textContent = key;
    this.#remember(key, id);
    this.#id = id;
    this.#count = 0;
    this.phone.clear();
    this.details.clear();
    this.list.select(id);
    await this.session.open(key);
    if (id === null && this.#tab === "messages" && this.list.first) await this.choose(this.list.first.id, { moves: false });
  }

  async choose(id, { moves = true } = {}) {
    this.#id = id;
    this.#lastStatus = "";
    this.list.select(id);
    this.#remember(this.session.key, this.#tab === "messages" ? id : null);
    if (moves) document.body.dataset.step = this.#tab === "messages" ? "phone" : "details";
    await this.#guard(() => this.#showChosen());
  }

  async #showChosen() {
    const id = this.#id;
    if (id === null) return;
    if (this.#tab === "requests") {
      const exchange = await api.exchange(this.session.key, id);
      this.details.showExchange(exchange);
      const [first] = exchange.messages;
      if (first) await this.phone.show(await api.message(this.session.key, first));
      else this.phone.clear();
      return;
    }
    const message = await api.message(this.session.key, id);
    if (id !== this.#id) return;
    this.#announceStatus(message);
    await Promise.all([this.details.showMessage(message), this.phone.show(message)]);
  }

  #announceStatus(message) {
    if (this.#lastStatus && this.#lastStatus !== message.status) {
      announce(`${CHANNELS[message.channel]} ${message.id} to ${message.msisdn}: ${words(message.status)}`);
    }
    this.#lastStatus = message.status;
  }

  async #load(after, limit) {
    const key = this.session.key;
    if (this.#tab === "messages") {
      const { messages, next } = await api.messages(key, { ...this.#filters, after, limit });
      return { rows: messages, next };
    }
    const { requests, next } = await api.requests(key, { ...requestFilters(byId("search").value), after, limit });
    return { rows: requests.map(({ n, at, method, path, status, duration_ms, rules, fault, notes }) => ({ id: String(n), at, method, path, status, duration_ms, rules, fault, notes })), next };
  }

  #listChanged() {
    const isEmpty = !this.list.length;
    byId("scroller").hidden = isEmpty;
    byId("nothing").hidden = !isEmpty;
    if (!isEmpty) return;
    const isFiltered = Object.keys(this.#filters).length > 0;
    fill(byId("nothing"), isFiltered
      ? [h("p", {}, "Nothing fits this search."), h("button", { type: "button", class: "tool", on: { click: () => this.#clearFilters() } }, "Show all")]
      : [h("p", {}, this.#tab === "messages" ? "No messages in this account yet." : "No requests in this account yet."),
        h("button", { type: "button", class: "tool main", on: { click: () => this.compose.open() } }, "Compose one"), clientSettings(this.session.key)]);
  }

  #listen() {
    const { session } = this;
    session.addEventListener("key", () => this.list.clear());
    session.addEventListener("account", () => this.#showAccount());
    session.addEventListener("live", () => this.#showLive());
    session.addEventListener("refresh", ({ detail: work }) => {
      if (session.key === null) work.push(this.#leaveWelcome());
      else {
        const listed = this.list.isAtTop || byId("scroller").hidden ? this.list.refresh() : this.#refreshBelow();
        // Where nothing is chosen yet, the newest will be: it comes with the list.
        work.push(listed, this.#id === null ? listed.then(() => this.#refreshChosen()) : this.#refreshChosen());
      }
    });
    this.#listenToBar();
    this.#listenToFilters();
    for (const button of document.querySelectorAll("[data-go]")) {
      button.addEventListener("click", () => {
        document.body.dataset.step = button.dataset.go;
        byId(button.dataset.go === "list" ? "scroller" : "details").focus({ preventScroll: true });
      });
    }
    document.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("hashchange", () => {
      const place = new URLSearchParams(location.hash.slice(1));
      const key = place.get("key");
      if (key && key !== session.key) this.open(key, place.get("id"));
      else if (key && place.get("id") && place.get("id") !== this.#id) this.choose(place.get("id"));
    });
  }

  async #leaveWelcome() {
    const { accounts } = await api.accounts();
    if (accounts.length && this.session.key === null) setTimeout(() => this.open(accounts.at(-1).key));
  }

  /** Who reads further down is not disturbed: the rows in sight are looked at, and new ones announce themselves. */
  async #refreshBelow() {
    await this.list.refresh();
  }

  async #refreshChosen() {
    if (this.#id === null) {
      if (this.#tab === "messages" && this.list.first && innerWidth > 700) await this.choose(this.list.first.id, { moves: false });
      return;
    }
    if (this.#tab === "requests") return;
    try {
      await this.#showChosen();
    } catch (error) {
      if (error.status !== 404) throw error;
      this.#id = null;
      this.phone.clear();
      this.details.clear();
      this.#remember(this.session.key, null);
    }
  }

  #showAccount() {
    const account = this.session.account;
    byId("scenario-name").textContent = account?.scenario ?? "–";
    byId("balance").textContent = account ? `${balance(account.balance)} ${account.currency}` : "–";
    byId("message-count").textContent = account ? account.messages.toLocaleString("en") : "";
    byId("request-count").textContent = account ? account.requests.toLocaleString("en") : "";
    const added = (account?.messages ?? 0) - this.#count;
    const isNew = this.#count > 0 && added > 0;
    this.#count = account?.messages ?? 0;
    if (isNew) announce(plural(added, "new message"));
    const pill = byId("newer");
    if (isNew && !this.list.isAtTop) pill.hidden = false;
    byId("next-step").disabled = this.session.next === null;
    const isManual = this.session.isManual;
    byId("run-clock").setAttribute("aria-pressed", isManual);
    byId("run-clock").title = isManual ? "Let the clock run (p)" : "Stop the clock (p)";
    byId("run-clock-label").textContent = isManual ? "Let the clock run" : "Stop the clock";
    byId("clock-mode").textContent = isManual ? "UTC, stopped" : this.session.speed === 1 ? "UTC" : `UTC, ${this.session.speed}× speed`;
    if (!account && this.session.key !== null) {
      this.list.clear();
      this.#listChanged();
    }
    this.#tick();
  }

  #showLive() {
    const { isLive, hasFailed } = this.session;
    byId("live").dataset.state = hasFailed ? "failed" : isLive ? "on" : "off";
    const label = hasFailed ? "The sandbox does not answer" : isLive ? "live" : "connecting";
    byId("live-label").textContent = label;
    byId("live").title = label;
  }

  #tick() {
    if (this.session.key === null) return;
    const time = clockTime(this.session.now);
    if (byId("clock").textContent !== time) {
      byId("clock").textContent = time;
      byId("clock").dateTime = new Date(this.session.now).toISOString();
      byId("clock").title = new Date(this.session.now).toISOString();
      this.phone.tick();
    }
    this.details.tick();
  }

  async #guard(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof api.CallError)) throw error;
      toast(error.message, "bad");
    }
  }

  advance(duration) {
    return this.#guard(() => this.session.steer({ advance: duration }));
  }

  toggleClock() {
    return this.#guard(() => this.session.steer({ manual: !this.session.isManual }));
  }

  async #sent(id) {
    await this.session.refresh();
    if (id !== null) {
      this.list.scrollToTop();
      await this.choose(id, { moves: false });
    }
  }

  #listenToBar() {
    const click = (id, act) => byId(id).addEventListener("click", act);
    click("choose-account", () => this.accounts.open());
    click("open-scenario", () => this.editor.open());
    click("open-numbers", () => this.numbers.open());
    click("open-help", () => this.#help());
    click("compose", () => this.#startComposing());
    click("next-step", () => this.advance("next"));
    click("run-clock", () => this.toggleClock());
    click("newer", () => {
      this.list.scrollToTop();
      byId("newer").hidden = true;
    });
    for (const button of document.querySelectorAll("[data-advance]")) {
      button.addEventListener("click", () => this.advance(button.dataset.advance));
    }
    byId("scroller").addEventListener("scroll", () => {
      if (this.list.isAtTop) byId("newer").hidden = true;
    }, { passive: true });
    for (const tab of ["messages", "requests"]) click(`tab-${tab}`, () => this.#showTab(tab));
  }

  #startComposing() {
    if (this.session.key === null) this.accounts.open();
    else this.compose.open();
  }

  #help() {
    fill(byId("help-client"), clientSettings(this.session.key ?? "test_hello"));
    byId("help-dialog").showModal();
  }

  #listenToFilters() {
    let timer = 0;
    const search = byId("search");
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#filter(), TYPING_PAUSE);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "Enter") return;
      event.preventDefault();
      byId("scroller").focus();
      if (event.key === "Enter" && this.list.first) this.choose(this.list.first.id);
    });
    for (const name of ["channel", "status"]) byId(`filter-${name}`).addEventListener("change", () => this.#filter());
  }

  #filter() {
    const filters = { ...readSearch(byId("search").value), channel: byId("filter-channel").value, status: byId("filter-status").value };
    this.#filters = Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
    return this.#guard(async () => {
      await this.list.reset();
      announce(this.list.length ? `${this.list.length}${this.list.length >= 100 ? " or more" : ""} found` : "Nothing fits this search");
    });
  }

  #clearFilters() {
    byId("search").value = "";
    byId("filter-channel").value = "";
    byId("filter-status").value = "";
    this.#filter();
  }

  #showTab(tab, id = null) {
    if (tab === this.#tab) return;
    this.#tab = tab;
    this.#id = id;
    document.body.dataset.tab = tab;
    for (const name of ["messages", "requests"]) {
      byId(`tab-${name}`).setAttribute("aria-selected", name === tab);
      byId(`tab-${name}`).tabIndex = name === tab ? 0 : -1;
    }
    byId("list-panel").setAttribute("aria-labelledby", `tab-${tab}`);
    byId("scroller").setAttribute("aria-label", tab === "messages" ? "Messages, newest first" : "Requests, newest first");
    byId("search").placeholder = tab === "messages" ? "Number, reference, sender, text" : "/path, or words of the body";
    this.list.clear();
    this.list.select(id);
    this.phone.clear();
    this.details.clear(tab === "messages" ? undefined : "Choose a request to see what came and what was answered.");
    this.#guard(async () => {
      await this.list.reset();
      if (this.list.first && id === null) await this.choose(this.list.first.id, { moves: false });
    });
  }

  #remember(key, id) {
    const place = new URLSearchParams();
    if (key !== null) place.set("key", key);
    if (id !== null) place.set("id", id);
    history.replaceState(null, "", place.size ? `#${place}` : location.pathname);
    document.title = key === null ? "mock_bsg" : `${key} · mock_bsg`;
  }

  #key(event) {
    const tag = event.target.tagName;
    const isTyping = tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && event.target.type !== "radio");
    if (event.key === "Escape" && event.target.id === "search") {
      this.#clearFilters();
      byId("scroller").focus();
    }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.getAttribute("role") === "tab" && event.key.startsWith("Arrow")) {
      const other = this.#tab === "messages" ? "requests" : "messages";
      this.#showTab(other);
      byId(`tab-${other}`).focus();
      return;
    }
    const isFree = !event.target.closest("button, a, summary, [tabindex]") || event.target.id === "scroller";
    const act = this.#keys(isFree)[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #keys(isFree) {
    const inAccount = this.session.key === null ? {} : {
      j: () => this.list.step(1), k: () => this.list.step(-1), n: () => this.advance("next"), p: () => this.toggleClock(),
      c: () => this.compose.open(), s: () => this.editor.open(), "/": () => this.#toSearch(),
      Escape: () => (document.body.dataset.step = "list"),
    };
    const arrows = isFree && this.session.key !== null
      ? { ArrowDown: () => this.list.step(1), ArrowUp: () => this.list.step(-1), PageDown: () => this.list.step(10), PageUp: () => this.list.step(-10), Home: () => this.list.step(-1e9) }
      : {};
    return { ...inAccount, ...arrows, a: () => this.accounts.open(), "?": () => this.#help() };
  }

  #toSearch() {
    document.body.dataset.step = "list";
    byId("search").focus();
    byId("search").select();
  }
}

prepareDialogs();
document.body.dataset.tab = "messages";
const page = new Page();
await page.start();
