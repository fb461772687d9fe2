/** The smaller dialogs: accounts, clearing one, magic numbers, help. */

import {api} from "./api.js";
import {copy} from "./copying.js";
import {attempt, button, byId, fill, h, icon, onClick, targetOf, toast} from "./dom.js";
import {balance, plural} from "./format.js";

const MOST_SHOWN = 200;

/**
 * Every dialog is called by its heading, and closes by its buttons, by Escape, and by a click beside it: one that begins
 * there, too, for a selection of text may end anywhere. The focus goes back to where it was; if that is gone, to `home`.
 * @param {() => HTMLElement} home
 */
export function prepareDialogs(home) {
	for (const dialog of document.querySelectorAll("dialog")) {
		/** @type {EventTarget?} */
		let pressed = null;
		dialog.ariaLabel = dialog.querySelector("h2")?.textContent ?? "";
		dialog.querySelector("header")?.append(button({class: "tool square", "aria-label": "Close"}, () => dialog.close(), "×"));
		dialog.addEventListener("pointerdown", event => {
			pressed = event.target;
		});
		dialog.addEventListener("click", event => {
			const isBeside = event.target === dialog && pressed === dialog;
			if (isBeside || targetOf(event).closest("[data-close]")) dialog.close();
		});
		dialog.addEventListener("close", () => {
			if (document.activeElement === document.body) home().focus();
		});
	}
}

export class AccountChooser {
	/** @type {AccountState[]} */
	#accounts = [];

	/** @param {Session} session @param {ChooserOptions} options */
	constructor(session, {onOpen, onCleared}) {
		this.session = session;
		this.onOpen = onOpen;
		this.dialog = byId("account-dialog");
		this.search = byId("account-search");
		this.search.addEventListener("input", () => this.#list());
		byId("account-form").addEventListener("submit", event => {
			event.preventDefault();
			// A key that is half typed finds an account; it makes none, unless there is nothing else to choose and that is pressed.
			const wanted = this.search.value.trim();
			const isKnown = this.#accounts.some(({key}) => key === wanted);
			if (isKnown) this.#open(wanted);
			else byId("account-list").querySelector("button")?.focus();
		});
		onClick("clear-account", () => byId("clear-dialog").showModal());
		onClick("clear-now", async () => {
			byId("clear-dialog").close();
			this.dialog.close();
			const key = session.known;
			await session.leave();
			await attempt(async () => {
				await api.clearAccount(key);
				toast("Cleared");
			});
			await onCleared();
		});
	}

	async open() {
		this.#accounts = (await attempt(() => api.accounts({})))?.accounts.reverse() ?? [];
		this.search.value = "";
		this.#list();
		// Shown when it is whole: a dialog that grows moves its buttons away from under a click.
		if (!this.dialog.open) this.dialog.showModal();
		this.search.focus();
	}

	#open(key) {
		if (!key) return;
		this.dialog.close();
		this.onOpen(key);
	}

	#list() {
		const wanted = this.search.value.trim().toLowerCase();
		const fitting = this.#accounts.filter(({key}) => key.toLowerCase().includes(wanted));
		const typed = this.search.value.trim();
		const isNew = typed && !this.#accounts.some(({key}) => key === typed);
		fill(
			byId("account-list"),
			fitting.slice(0, MOST_SHOWN).map(each =>
				h(
					"li",
					button(
						{"aria-current": each.key === this.session.key},
						() => this.#open(each.key),
						h("strong", each.key),
						h("span.quiet", each.scenario),
						h("span.figures", plural(each.messages, "message")),
						h("span.figures.quiet", `${balance(each.balance)} ${each.currency}`)
					)
				)
			),
			isNew
				? h(
						"li",
						button("tool", () => this.#open(typed), `Open ${typed} as a new account`)
					)
				: null
		);
		const total = plural(this.#accounts.length, "account");
		byId("account-total").textContent =
			fitting.length > MOST_SHOWN ? `${total}; the newest ${MOST_SHOWN} of those that fit are shown` : total;
	}
}

export class Numbers {
	constructor({onSendTo, onNext}) {
		this.onSendTo = onSendTo;
		this.onNext = onNext;
		this.dialog = byId("numbers-dialog");
	}

	async open() {
		await attempt(async () => {
			const {numbers} = await api.numbers();
			fill(
				byId("numbers"),
				numbers.map(each => this.#row(each))
			);
			if (!this.dialog.open) this.dialog.showModal();
		});
	}

	/** @param {MagicNumber} number */
	#row({msisdn, outcome}) {
		const sendTo = () => {
			this.dialog.close();
			this.onSendTo(msisdn);
		};
		const nextTo = () => {
			this.dialog.close();
			this.onNext({msisdn});
		};
		return h(
			"tr",
			h("td.figures", msisdn),
			h("td", outcome),
			h(
				"td.actions",
				button({class: "tool small", "aria-label": `Send to ${msisdn}`}, sendTo, "Send"),
				button({class: "tool small in-account", "aria-label": `Next time to ${msisdn}`}, nextTo, "Next time…"),
				button("tool small square", () => copy(msisdn, msisdn), icon("copy"), h("span.hidden", `Copy ${msisdn}`))
			)
		);
	}
}

/** Where a client is to send to, ready to be copied. @param {string} key */
export function clientSettings(key) {
	return h(
		"dl.settings",
		setting("URL", `${location.origin}/rest`, "in place of https://app.bsg.hk/rest or https://api.bsg.world/rest"),
		setting("X-API-KEY", key, "any other key makes another account"),
		setting("One API", location.origin, "in place of https://one-api.bsg.world; the same key logs in")
	);
}

function setting(name, value, hint) {
	return h(
		"div",
		h("dt", name),
		h(
			"dd",
			h("code", value),
			button({class: "tool small", "aria-label": `Copy ${name}`}, () => copy(value, name), icon("copy"), "Copy"),
			h("small.hint", hint)
		)
	);
}
