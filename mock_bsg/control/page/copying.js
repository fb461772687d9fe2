/** What can be taken away: a message as a curl command, as a pytest test, as a rule of a scenario. */

import * as api from "./api.js";
import { byId, toast } from "./dom.js";
import { scenarioDuration } from "./format.js";

/** Put a text, or what a promise gives, on the clipboard; where a browser forbids that, show it to be copied by hand. */
export async function copy(given, name) {
  let text;
  try {
    text = await given;
  } catch (error) {
    toast(error.message, "bad");
    return;
  }
  try {
    // Only there on https and localhost: in a container the page may stand under another name.
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${name}`);
  } catch {
    byId("text-to-copy").value = text;
    byId("text-dialog").showModal();
    byId("text-to-copy").select();
  }
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export function asCurl(message, exchange, session) {
  const path = exchange?.path ?? `/rest/${message.channel}/create`;
  const lines = [`curl -X ${exchange?.method ?? "POST"} ${quote(location.origin + path)}`, `-H ${quote(`X-API-KEY: ${session.key}`)}`];
  const type = contentType(exchange);
  if (type) lines.push(`-H ${quote(`Content-Type: ${type}`)}`);
  lines.push(`--data-binary ${quote(exchange ? exchange.body : JSON.stringify(rebuilt(message)))}`);
  return `${lines.join(" \\\n  ")}\n`;
}

function contentType(exchange) {
  if (!exchange) return "application/json";
  return exchange.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;
}

/** The request as it may have been, for a message whose request the journal has dropped. */
function rebuilt(message) {
  const to = { msisdn: message.msisdn, ...(message.reference ? { reference: message.reference } : {}) };
  if (message.channel === "sms") {
    return { destination: "phone", originator: message.sender, body: message.text, ...to };
  }
  const options = Object.entries(message.options ?? {}).filter(([, value]) => value !== null);
  return {
    messages: [{
      to: [to], text: message.text, alpha_name: message.sender, is_promotional: message.is_promotional,
      ...(options.length ? { options: { viber: Object.fromEntries(options) } } : {}),
    }],
  };
}

/** The steps of a message as a plan: pairs of a status and its time after the start. */
function planOf(message) {
  const start = Date.parse(message.scheduled ?? message.time_in);
  return message.timeline.slice(1).map(({ status, at }) => [status, scenarioDuration(Date.parse(at) - start)]);
}

/** The plans of a message and of the SMS that took its place, those without steps left out. */
async function plansOf(message, session) {
  const plans = [[message.channel, planOf(message)]];
  const sms = message.alt_route?.[0];
  if (sms) plans.push(["sms", planOf(await api.message(session.key, sms.id))]);
  return plans.filter(([, steps]) => steps.length);
}

export async function asRule(message, session) {
  const plans = await plansOf(message, session);
  const flow = (steps) => `{${steps.map(([status, time]) => `${status}: ${time}`).join(", ")}}`;
  return [
    `  - name: as message ${message.id}`,
    `    match: {msisdn: "${message.msisdn}"}`,
    ...plans.map(([channel, steps]) => `    ${channel}: ${flow(steps)}`),
    "",
  ].join("\n");
}

const IDENTIFIER = /[^a-z0-9_]/g;

export async function asPytest(message, exchange, session) {
  const plans = await plansOf(message, session);
  const rule = { match: { msisdn: message.msisdn }, ...Object.fromEntries(plans.map(([channel, steps]) => [channel, Object.fromEntries(steps)])) };
  const name = `test_${message.channel}_to_${message.msisdn}_is_${message.status}`.replaceAll(IDENTIFIER, "_");
  const path = exchange?.path ?? `/rest/${message.channel}/create`;
  let sent;
  try {
    sent = exchange ? JSON.parse(exchange.body) : rebuilt(message);
  } catch {
    sent = rebuilt(message);
  }
  const sms = message.alt_route?.[0];
  const last = sms ? await api.message(session.key, sms.id) : message;
  const reached = last.timeline.filter((step) => step.happened).at(-1);
  const passed = Date.parse(reached.at) - Date.parse(message.time_in);
  const of = message.channel;
  return [
    "import requests  # or your own client", "", "",
    `def ${name}(mock_bsg):`,
    `    mock_bsg.use(${python({ rules: [rule] }, 1)})`,
    "    answer = requests.post(",
    `        f"{mock_bsg.url}${path.replaceAll("{", "{{").replaceAll("}", "}}").replaceAll('"', "%22")}",`,
    `        headers={"X-API-KEY": mock_bsg.api_key},`,
    `        json=${python(sent, 2)},`,
    "        timeout=10,",
    "    )",
    "    assert answer.status_code == 200",
    `    mock_bsg.advance("${scenarioDuration(passed)}")`,
    `    message = next(each for each in mock_bsg.messages if (each.channel, each.msisdn) == ("${of}", "${message.msisdn}"))`,
    `    assert message.status == "${message.status}"`,
    ...(sms ? [`    assert message.alt_route[0].status == "${sms.status}"`] : []),
    "",
  ].join("\n");
}

/** A JSON value as Python spells it, over several lines if it is long. */
function python(value, depth) {
  const short = spell(value);
  if (short.length < 80) return short;
  const indent = "    ".repeat(depth + 1);
  const items = Array.isArray(value)
    ? value.map((each) => python(each, depth + 1))
    : Object.entries(value ?? {}).map(([name, each]) => `${JSON.stringify(name)}: ${python(each, depth + 1)}`);
  if (typeof value !== "object" || !items.length) return short;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.map((item) => `${indent}${item},\n`).join("")}${"    ".repeat(depth)}${close}`;
}

function spell(value) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(spell).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${spell(each)}`).join(", ")}}`;
  return JSON.stringify(value);
}
