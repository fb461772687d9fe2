/** The bar on top: which account, its scenario and balance, and its clock with what moves it on. */

import {all, attempt, byId, onClick} from "./dom.js";
import {balance, clockTime} from "./format.js";

export class Bar {
	/** @param {Session} session */
	constructor(session) {
		this.session = session;
		session.addEventListener("account", () => this.#showAccount());
		session.addEventListener("live", () => this.#showLive());
		onClick("next-step", () => this.advance("next"));
		onClick("run-clock", () => this.toggleClock());
		for (const button of all(document, "[data-advance]")) {
			button.addEventListener("click", () => this.advance(button.dataset.advance));
		}
	}

	/** @param {string} [duration] */
	advance(duration) {
		return attempt(() => this.session.steer({advance: duration}));
	}

	toggleClock() {
		return attempt(() => this.session.steer({manual: !this.session.isManual}));
	}

	tick() {
		const {now} = this.session;
		const clock = byId("clock");
		const time = clockTime(now);
		if (clock.textContent === time) return;
		clock.textContent = time;
		clock.dateTime = clock.title = new Date(now).toISOString();
	}

	#showAccount() {
		const {account, isManual, speed, next} = this.session;
		byId("scenario-name").textContent = account?.scenario ?? "–";
		byId("balance").textContent = account ? `${balance(account.balance)} ${account.currency}` : "–";
		byId("message-count").textContent = account?.messages.toLocaleString("en") ?? "";
		byId("request-count").textContent = account?.requests.toLocaleString("en") ?? "";
		byId("next-step").disabled = next === null;
		const run = byId("run-clock");
		const act = isManual ? "Let the clock run" : "Stop the clock";
		run.classList.toggle("is-stopped", isManual);
		run.querySelector("use")?.setAttribute("href", isManual ? "#i-play" : "#i-pause");
		run.setAttribute("aria-label", act);
		run.title = `${act} (p)`;
		byId("clock-mode").textContent = isManual ? "UTC, stopped" : speed === 1 ? "UTC" : `UTC, ${speed}× speed`;
		this.tick();
	}

	#showLive() {
		const {isLive, hasFailed} = this.session;
		const label = hasFailed ? "The sandbox does not answer" : isLive ? "live" : "connecting";
		byId("live").dataset.state = hasFailed ? "failed" : isLive ? "on" : "off";
		byId("live").title = label;
		byId("live-label").textContent = label;
	}
}
