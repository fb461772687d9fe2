/** Times, money and statuses in words. All times are the account's, in UTC, as BSG's answers have them. */

/** @param {number} number */
const pad = (number, digits = 2) => String(number).padStart(digits, "0");

/**
 * "09:20:02", with the day before it if it is not that of `now`; each in ms since the epoch, or as answers have it.
 * @param {number | string} at
 */
export function clockTime(at, now = at) {
	const date = new Date(at);
	const time = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
	return dayOf(at) === dayOf(now) ? time : `${dayOf(at)} ${time}`;
}

/** The same without seconds. @param {number} at */
export function hourAndMinute(at, now = at) {
	return clockTime(at, now).slice(0, -3);
}

/** @param {number | string} at */
export function dayOf(at) {
	return new Date(at).toISOString().slice(0, 10);
}

/**
 * "3 s", "1 min 5 s", "2 h 10 min", "3 d 4 h": two units at most; below ten seconds with a tenth, if it has one.
 * @param {number} ms
 */
export function duration(ms) {
	if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`;
	/** @type {[string, number][]} */
	const units = [
		["d", 86_400],
		["h", 3_600],
		["min", 60],
		["s", 1]
	];
	let seconds = Math.round(ms / 1000);
	const words = [];
	for (const [name, size] of units) {
		const count = Math.floor(seconds / size);
		seconds -= count * size;
		if (count) words.push(`${count} ${name}`);
		else if (words.length) break;
	}
	return words.slice(0, 2).join(" ");
}

/** "in 3 s" for what is to come, in whole seconds, so that it counts down calmly. @param {number} ms */
export function fromNow(ms) {
	return ms < 1000 ? "in a moment" : `in ${duration(Math.ceil(ms / 1000) * 1000)}`;
}

/** A duration as scenarios spell it: "90s", "1m", "250ms". @param {number} ms */
export function scenarioDuration(ms) {
	if (ms % 1000) return `${ms}ms`;
	const seconds = ms / 1000;
	if (seconds && seconds % 3600 === 0) return `${seconds / 3600}h`;
	if (seconds && seconds % 60 === 0) return `${seconds / 60}m`;
	return `${seconds}s`;
}

/** Up to seven decimals, at least two, no binary noise. @param {number} amount */
export function money(amount) {
	const [whole, decimals] = amount.toFixed(7).split(".");
	return `${whole}.${decimals.replace(/0+$/, "").padEnd(2, "0")}`;
}

/** A balance, with its thousands apart. @param {number} amount */
export function balance(amount) {
	const [whole, decimals] = money(amount).split(".");
	return `${whole.replace(/\B(?=(\d{3})+$)/g, " ")}.${decimals}`;
}

/** @param {number} count @param {string} noun */
export function plural(count, noun) {
	return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

const ARRIVED = new Set(["delivered", "read", "active"]);
const WAITING = new Set(["scheduled", "new", "waiting", "accepted"]);
const SENT = new Set(["sent"]);

/**
 * "waiting", "sent", "arrived", "unknown" or "failed": what a status means for the one who looks at it.
 * @param {string} status @param {string} [channel]
 */
export function kindOf(status, channel) {
	if (channel === "mnp") return "arrived"; // answered at once
	if (ARRIVED.has(status)) return status === "read" ? "read" : "arrived";
	if (WAITING.has(status)) return "waiting";
	if (SENT.has(status)) return "sent";
	return status === "unknown" ? "unknown" : "failed";
}

/** @type {Record<ReturnType<typeof kindOf>, IconName>} */
export const TICKS = {
	waiting: "clock",
	sent: "tick",
	arrived: "ticks",
	read: "ticks",
	unknown: "unknown",
	failed: "failed"
};

/** "not_viber_user" is BSG's spelling; people read words. @param {string} status @param {string} [channel] */
export const words = (status, channel) => (channel === "mnp" ? "answered" : status.replaceAll("_", " "));

export const CHANNELS = {viber: "Viber", sms: "SMS", rcs: "RCS", voice: "Voice", telegram: "Telegram", hlr: "HLR", mnp: "MNP"};

/** Channels on which one learns that a message was read. */
export const READ_CHANNELS = new Set(["viber", "rcs", "telegram"]);
