/** JSON Schema made readable: an example that fits it, and its fields one by one. */

import {inline} from "./docs-text.js";
import {h} from "./dom.js";

/** The schemas of one description; references are followed within it. */
export class Schemas {
	#api;

	constructor(api) {
		this.#api = api;
	}

	/** What a reference means; what is none stays as it is. */
	follow(part) {
		if (!part?.$ref) return part ?? {};
		return part.$ref
			.slice(2)
			.split("/")
			.reduce((found, name) => found[name], this.#api);
	}

	/**
	 * A value that fits a schema. Of a request, only what it must have; `around` ends a schema that holds itself.
	 * @param {any} schema
	 * @param {boolean} isRequest
	 */
	example(schema, isRequest = false, around = []) {
		const found = this.follow(schema);
		if (around.includes(found)) return null;
		const inside = [...around, found];
		if (found.examples?.length) return found.examples[0];
		if ("const" in found) return found.const;
		if (found.enum) return found.enum[0];
		const choice = found.oneOf?.find(one => "const" in one) ?? choices(found)[0];
		if (choice) return this.example(choice, isRequest, inside);
		/** @param {[string, any]} field */
		const wanted = ([name]) => !isRequest || found.required?.includes(name);
		switch (firstType(found)) {
			case "object":
				return Object.fromEntries(
					Object.entries(found.properties ?? {})
						.filter(wanted)
						.map(([name, part]) => [name, this.example(part, isRequest, inside)])
				);
			case "array":
				return [this.example(found.items, isRequest, inside)];
			case "integer":
				return found.minimum ?? 0;
			case "number":
				return 0.5;
			case "boolean":
				return false;
			case "string":
				return "…";
			default:
				return null;
		}
	}

	/** A schema's type in a few words: `string or null`, `list of ViberMessage`. */
	typeOf(schema, isRequest = false) {
		const name = schema.$ref?.split("/").pop();
		const found = this.follow(schema);
		if (found.oneOf?.every(one => "const" in one)) return found.type ?? "constant";
		if (name) return name;
		if ("const" in found) return JSON.stringify(found.const);
		if (found.enum) return found.enum.map(value => JSON.stringify(value)).join(", ");
		// In a request null is the same as nothing: what need not be there can be null.
		const parts = isRequest ? choices(found) : (found.anyOf ?? found.oneOf ?? []);
		if (parts.length) return [...new Set(parts.map(part => this.typeOf(part, isRequest)))].join(" or ");
		if (found.type === "array") return `list of ${this.typeOf(found.items ?? {}, isRequest)}`;
		return [found.type ?? "anything"].flat().join(" or ");
	}

	/** The fields of a schema as nested lists; null if it has none. */
	fields(schema, isRequest, around = []) {
		const found = this.follow(schema);
		if (around.includes(found)) return null;
		const inside = [...around, found];
		if (found.type === "array") return this.fields(found.items, isRequest, inside);
		const parts = choices(found)
			.map(part => [part, this.fields(part, isRequest, inside)])
			.filter(([, made]) => made);
		if (parts.length === 1) return parts[0][1];
		if (parts.length) return parts.map(([part, made]) => this.#variant(part, made));
		if (!found.properties) return null;
		const isRequired = name => Boolean(found.required?.includes(name));
		const names = Object.keys(found.properties);
		// In a request, what must be there comes first; an answer is told in its own order.
		if (isRequest) names.sort((one, other) => Number(isRequired(other)) - Number(isRequired(one)));
		return h(
			"ul.fields",
			names.map(name =>
				h(
					"li",
					this.describeField(name, found.properties[name], {isRequest, isRequired: isRequired(name)}),
					this.fields(found.properties[name], isRequest, inside)
				)
			)
		);
	}

	#variant(part, made) {
		const about = this.follow(part).description;
		return h("div.variant", h("p", h("code", this.typeOf(part)), about ? [" ", inline(about)] : null), made);
	}

	/** A line on a field: in a request it says what must be there, in an answer what may be missing. */
	describeField(name, part, {isRequest, isRequired, where = ""}) {
		const about = this.#aboutOf(part);
		return h(
			"p",
			h("code.name", name),
			h("span.type", where, this.typeOf(part, isRequest)),
			isRequest && isRequired ? h("span.must", "required") : null,
			!isRequest && !isRequired ? h("span.may", "not always there") : null,
			about ? h("span.quiet", inline(about)) : null
		);
	}

	#aboutOf(part) {
		return (
			part.description ??
			this.follow(part).description ??
			choices(part)
				.map(one => this.#aboutOf(one))
				.find(Boolean)
		);
	}
}

/** The ways in which a value can fit, but for null. */
function choices(schema) {
	return (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []).filter(part => part.type !== "null");
}

function firstType(schema) {
	return [schema.type].flat()[0];
}
