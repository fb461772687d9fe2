/** The scenario of an account: chosen, edited in place, checked while one types, put to use. */

import {api, refusal} from "./api.js";
import {all, button, byId, fill, h, onClick, toast} from "./dom.js";
import {Drafts} from "./drafts.js";
import {plural} from "./format.js";

const PAUSE = 250; // ms without typing after which the text is checked

export class Editor {
	#drafts = new Drafts("scenario");
	#key = ""; // of the account whose scenario is edited
	#followed = {text: "", name: /** @type {string?} */ (null)}; // what is in use, and its name if it can be found by that
	#base = ""; // the name of what is edited; of what is in use, none
	#original = "";
	/** @type {Fault[]} */
	#faults = [];
	#timer = 0;
	#checked = 0;
	#lines = 0;

	constructor(session, {onUsed}) {
		this.session = session;
		this.onUsed = onUsed;
		this.dialog = byId("scenario-dialog");
		this.text = byId("yaml");
		this.keepName = byId("keep-name");
		this.gutter = byId("gutter");
		this.notes = byId("notes");
		this.marks = byId("marks");
		this.verdict = byId("verdict");
		this.lineHeight = 20;
		this.text.addEventListener("input", () => this.#changed());
		this.text.addEventListener("scroll", () => this.#follow());
		this.text.addEventListener("keydown", event => this.#indent(event));
		this.keepName.addEventListener("input", () => this.#keepDraft());
		this.useButton = byId("use-scenario");
		this.useButton.addEventListener("click", () => this.#use());
		onClick("drop-draft", () => {
			this.keepName.value = "";
			this.#put(this.#original);
		});
		session.addEventListener("key", () => this.#markDrafts());
	}

	/** Edit the scenario: at a line of what is in use, if one is given. @param {{ line?: number }} options */
	async open({line} = {}) {
		const key = this.session.known;
		this.#key = key;
		this.dialog.showModal();
		this.keepName.value = this.text.value = "";
		// Until there is something to edit: what is typed before would be overwritten, and nothing be put to use.
		this.text.readOnly = this.useButton.disabled = true;
		byId("scenario-hint").textContent = `of ${key}`;
		try {
			const [text, {scenarios}] = await Promise.all([
				api.followedScenario(key).catch(error => (error.status === 404 ? "" : Promise.reject(error))),
				api.scenarios()
			]);
			const followed = this.session.account?.scenario ?? null;
			this.#followed = {text, name: scenarios.some(({name}) => name === followed) ? followed : null};
			this.#list(scenarios);
			this.text.readOnly = false;
			const newest = line ? "" : (Object.keys(this.#drafts.of(key)).at(-1) ?? "");
			await this.#choose(scenarios.some(({name}) => name === newest) ? newest : "");
		} catch (error) {
			this.#say(refusal(error).message, "bad");
		}
		this.text.focus();
		this.text.setSelectionRange(0, 0);
		this.text.scrollTop = 0;
		if (line) this.#showLine(line);
	}

	/** Mark a line of what is in use, wherever a draft has it by now. @param {number} line */
	#showLine(line) {
		const wanted = this.#original.split("\n")[line - 1] ?? "";
		const lines = this.text.value.split("\n");
		const place = lines[line - 1] === wanted ? line : lines.indexOf(wanted) + 1;
		if (place) this.#goTo({line: place, column: 1 + wanted.search(/\S|$/), length: wanted.trim().length});
	}

	#list(scenarios) {
		const choice = (base, name, about) =>
			h(
				"li",
				button({"data-name": base}, () => this.#choose(base), h("strong", name), h("small", firstLine(about)))
			);
		fill(
			byId("scenario-list"),
			choice("", "In use now", this.session.account?.scenario ?? "nothing was sent yet"),
			scenarios.map(({name, description}) => choice(name, name, description))
		);
	}

	/** Edit the scenario of that name, or what is in use if it is empty: as it was left, or as it is. @param {string} base */
	async #choose(base) {
		this.useButton.disabled = true; // what is on its way is what is meant, not what still stands there
		try {
			const text = base ? await api.scenario(base) : this.#followed.text;
			this.#base = base;
			this.#original = text;
			const draft = this.#drafts.of(this.#key)[base];
			this.keepName.value = draft?.keepAs ?? "";
			this.#put(draft?.text ?? text);
		} catch (error) {
			this.#say(refusal(error).message, "bad");
		} finally {
			this.useButton.disabled = false;
		}
	}

	/** Replace the text so that Ctrl+Z brings back what was there. */
	#put(text) {
		clearTimeout(this.#timer);
		this.text.focus();
		this.text.select();
		// Closed while the text was on its way, the focus is elsewhere: it would be inserted there.
		const isHere = document.activeElement === this.text;
		if (!isHere || !document.execCommand("insertText", false, text) || this.text.value !== text) this.text.value = text;
		this.text.setSelectionRange(0, 0);
		this.text.scrollTop = 0;
		this.#show([]);
		this.#keepDraft();
		this.#check();
	}

	#changed() {
		this.#countLines();
		this.#keepDraft();
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#check(), PAUSE);
	}

	/** Whether something was written that is not in use. */
	get #isDraft() {
		return this.text.value !== this.#original || this.keepName.value !== "";
	}

	#keepDraft() {
		const draft = this.#isDraft ? {text: this.text.value, keepAs: this.keepName.value} : null;
		this.#drafts.keep(this.#key, this.#base, draft);
		this.#markDrafts();
	}

	/** Show where there is something that was not put to use. */
	#markDrafts() {
		const {key} = this.session;
		const drafts = key === null ? {} : this.#drafts.of(key);
		byId("scenario-draft").hidden = !Object.keys(drafts).length;
		byId("drop-draft").hidden = !drafts[this.#base];
		for (const choice of all(byId("scenario-list"), "button")) {
			const base = choice.dataset.name ?? "";
			choice.setAttribute("aria-pressed", String(base === this.#base));
			choice.classList.toggle("has-draft", base in drafts);
			choice.title = base in drafts ? "with a draft that is not in use" : "";
		}
	}

	async #check() {
		clearTimeout(this.#timer);
		const turn = ++this.#checked;
		try {
			const {faults} = await api.checkScenario(this.text.value);
			if (turn !== this.#checked) return false;
			this.#show(faults);
			if (faults.length) this.#say(`${plural(faults.length, "fault")}: it cannot be used like this.`, "bad");
			else this.#say(this.#isDraft || this.#base ? "No faults. Not in use yet." : "No faults. This is in use.", "good");
			return !faults.length;
		} catch (error) {
			if (turn === this.#checked) this.#say(refusal(error).message, "bad");
			return false;
		}
	}

	async #use() {
		if (this.useButton.disabled) return; // Ctrl+Enter comes here, too
		const key = this.#key;
		const base = this.#base;
		const text = this.text.value;
		const keepAs = this.keepName.value.trim();
		if (!(await this.#check())) return;
		try {
			if (keepAs) await api.keepScenario(keepAs, text);
			const unchanged = text === this.#original ? base || this.#followed.name : null;
			const name = keepAs || unchanged;
			await api.useScenario(key, name ? {name} : text);
			this.#drafts.keep(key, base, null);
			this.#markDrafts();
			this.dialog.close();
			toast(name ? `In use: ${name}` : "In use from the next message on");
			await this.onUsed();
		} catch (error) {
			const {detail, message} = refusal(error);
			const [first] = detail;
			this.#say(typeof first === "object" ? first.message : message, "bad");
		}
	}

	#say(sentence, tone) {
		this.verdict.textContent = sentence;
		this.verdict.className = `verdict ${tone}`;
	}

	#show(faults) {
		this.#faults = faults;
		this.#lines = 0;
		this.#countLines();
		const lines = new Set(faults.map(({line}) => line));
		fill(
			this.marks,
			[...lines].map(line => {
				const mark = h("div.mark");
				mark.style.top = `${(line - 1) * this.lineHeight}px`;
				return mark;
			})
		);
		fill(
			this.notes,
			faults.map(fault =>
				h(
					"li",
					button(
						"",
						() => this.#goTo(fault),
						h("span.figures", `${fault.line}:${fault.column}`),
						fault.path ? h("code", fault.path) : null,
						h("span", fault.message)
					)
				)
			)
		);
		this.notes.hidden = !faults.length;
		this.text.setAttribute("aria-invalid", String(faults.length > 0));
		this.#place();
	}

	#countLines() {
		const count = this.text.value.split("\n").length;
		if (count === this.#lines) return;
		this.#lines = count;
		const bad = new Set(this.#faults.map(({line}) => line));
		fill(
			this.gutter,
			Array.from({length: count}, (_, index) => h("li", {class: bad.has(index + 1) ? "bad" : null}, String(index + 1)))
		);
		this.#follow();
	}

	/** Every note stands beside its line, or below the note above it. */
	#place() {
		let free = 0;
		all(this.notes, "li").forEach((note, index) => {
			const top = Math.max((this.#faults[index].line - 1) * this.lineHeight, free);
			note.style.top = `${top}px`;
			free = top + note.offsetHeight + 4;
		});
		this.#follow();
	}

	#follow() {
		const shift = `translateY(${-this.text.scrollTop}px)`;
		this.gutter.style.transform = shift;
		this.marks.style.transform = shift;
		for (const note of all(this.notes, "li")) note.style.transform = shift;
	}

	/** @param {{ line: number, column: number, length?: number }} place by default, the word that begins there is marked */
	#goTo({line, column, length}) {
		const lines = this.text.value.split("\n");
		const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
		const [word = ""] = /^[^\s:,}\]]*/.exec(lines[line - 1]?.slice(column - 1) ?? "") ?? [];
		this.text.focus();
		this.text.setSelectionRange(start, start + (length ?? word.length));
		this.text.scrollTop = Math.max(0, (line - 6) * this.lineHeight);
	}

	/** Enter goes on at the same depth; Tab stays what it is everywhere: the way to the next control. */
	#indent(event) {
		if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
			event.preventDefault();
			this.#use();
			return;
		}
		if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
		const before = this.text.value.slice(0, this.text.selectionStart).split("\n").at(-1) ?? "";
		const depth = before.replace(/[^ ].*/, "") + (/^ *- /.test(before) ? "  " : "") + (/: *$/.test(before) ? "  " : "");
		if (depth && document.execCommand("insertText", false, `\n${depth}`)) event.preventDefault();
	}
}

const firstLine = text => (text ?? "").trim().split("\n")[0];
