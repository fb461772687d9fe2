/** The first visit: how to point a client here, and a first message at the press of a button. */

import {api, refusal} from "./api.js";
import {sendSample} from "./compose.js";
import {copy} from "./copying.js";
import {clientSettings} from "./dialogs.js";
import {attempt, button, byId, fill, h, icon, toast} from "./dom.js";

export const FIRST_KEY = "test_hello";

export class Welcome {
	/** @param {WelcomeOptions} options */
	constructor({onOpen}) {
		this.onOpen = onOpen;
		this.element = byId("welcome");
		this.keys = h("ul.scenario-keys", {id: "welcome-scenarios"});
	}

	async show() {
		fill(this.element, this.#draw());
		await attempt(async () => {
			const {scenarios} = await api.scenarios();
			fill(
				this.keys,
				scenarios
					.filter(each => !each.default)
					.map(({name, description}) =>
						h(
							"li",
							button({class: "link", title: "Copy this key"}, () => copy(`test_${name}`, `test_${name}`), h("code", `test_${name}`)),
							h("span", description.trim().split("\n")[0])
						)
					)
			);
		});
	}

	#draw() {
		/** @type {HTMLButtonElement} */
		const first = button({class: "tool main large", id: "first-message"}, () => this.#sendFirst(first), "Send a first message");
		return h(
			"div.welcome-inner",
			h(
				"section.hero",
				h("h2", "Nothing has been sent yet"),
				h(
					"p",
					"This is BSG's messaging API on your own machine. Nobody's phone rings, nothing costs money, and what becomes of a message is yours to say."
				),
				h("div.row-of-tools", first, h("span.hint", `to a made-up person, with the key ${FIRST_KEY}`))
			),
			h(
				"div.cards",
				h(
					"section.card",
					h("h3", "Point your client here"),
					clientSettings(FIRST_KEY),
					h("p.hint", "Whatever it sends shows up on this page by itself.")
				),
				h(
					"section.card",
					h("h3", "Or try it from a shell"),
					h("pre.json", {tabindex: "0"}, curlExample()),
					button("tool small", () => copy(curlExample(), "curl"), icon("copy"), "Copy")
				)
			),
			h(
				"section.card.wide",
				h("h3", "A key chooses a scenario"),
				h(
					"p.hint",
					"Without a word to the control API: send with one of these keys. Anything after a dot makes it yours alone, as in test_sms-fallback.build-7."
				),
				this.keys
			)
		);
	}

	/** @param {HTMLButtonElement} first */
	async #sendFirst(first) {
		first.disabled = true;
		try {
			const id = await sendSample(FIRST_KEY, 4);
			await this.onOpen(FIRST_KEY, id);
		} catch (error) {
			const {message} = refusal(error);
			const hint = message.includes("API key") ? ". This server takes only the keys of --api-keys: open one under Account" : "";
			toast(message + hint, "bad");
		} finally {
			first.disabled = false;
		}
	}
}

function curlExample() {
	return [
		`curl ${location.origin}/rest/viber/create \\`,
		`  -H 'X-API-KEY: ${FIRST_KEY}' -d '{`,
		'    "messages": [{',
		'      "to": [{"msisdn": "447700900000"}],',
		'      "alpha_name": "BSG", "text": "Hello!"',
		"    }]}'",
		""
	].join("\n");
}
