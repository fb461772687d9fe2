// Written by tests/control/page_types.py from the OpenAPI description and the page's HTML.
type AccountEvent = {
	"key": string;
	"scenario": string;
	"balance": number;
	"limit": number;
	"currency": string;
	"messages": number;
	"messages_dropped": number;
	"requests": number;
	"clock": ClockState;
	"change": "new" | "opened" | "rewound" | "forgotten" | "scenario";
};
type AccountPage = {
	"accounts": Array<AccountState>;
	"next": string | null;
};
type AccountState = {
	"key": string;
	"scenario": string;
	"balance": number;
	"limit": number;
	"currency": string;
	"messages": number;
	"messages_dropped": number;
	"requests": number;
	"clock": ClockState;
};
type AddedRule = {
	"name": string;
	"kind": "rule" | "fault";
	"line": number;
	"text": string;
	"times": number | null;
	"used": number | null;
};
type AddedRulePage = {
	"rules": Array<AddedRule>;
	"next": string | null;
};
type AltRouteShown = {
	"originator": string;
	"text": string;
	"callback_url": string | null;
	"reference": string | null;
	"validity": number;
};
type AltRouteSms = {
	"id": string;
	"channel": "viber" | "sms" | "hlr" | "mnp" | "rcs" | "voice" | "telegram";
	"msisdn": string;
	"reference": string | null;
	"sender": string;
	"text": string;
	"status": string;
	"price": number;
	"time_in": string;
	"rule": string;
	"options": OptionsShown | null;
	"alt_route_of"?: string | null;
	"otp": OneTimeCode | null;
	"campaign": number | null;
	"timeline": Array<TimelineStep>;
};
type Attempt = {
	"at": string;
	"status": number | null;
	"error": string | null;
	"duration_ms": number;
	"answer": string;
};
type ClockOrder = {
	"advance"?: string | null;
	"speed"?: number | null;
	"manual"?: boolean | null;
};
type ClockState = {
	"now": string;
	"speed": number;
	"manual": boolean;
};
type ClockTold = {
	"now": string;
	"speed": number;
	"manual": boolean;
	"next": string | null;
};
type CodeOfError = {
	"code": number;
	"text": string;
};
type CodeTemplate = {
	"id": number;
	"name": string;
	"text": string;
	"status": "requested" | "approved" | "rejected";
};
type CodeTemplates = {
	"templates": Array<CodeTemplate>;
};
type Cost = {
	"charged": number;
	"now": number;
	"country": string | null;
	"country_name": string | null;
	"parts": number;
	"tariff": number;
	"tariff_factor": string;
	"currency": string;
	"refunded": boolean;
};
type DeliveryReport = {
	"n": number;
	"message": string;
	"channel": "viber" | "sms" | "hlr" | "mnp" | "rcs" | "voice" | "telegram";
	"msisdn": string;
	"reference": string | null;
	"status": string;
	"url": string;
	"at": string;
	"state": "pending" | "delivered" | "given_up" | "refused" | "lost";
	"duplicate_of": number | null;
	"body": string | null;
	"attempts": Array<Attempt>;
	"next_attempt": string | null;
};
type ErrorCodes = {
	"error_codes": Array<CodeOfError>;
};
type Explanation = {
	"rule": string;
	"scenario": string;
	"passed_over": Array<PassedOver>;
	"line": number | null;
	"in_use": boolean;
};
type Fault = {
	"path": string;
	"line": number;
	"column": number;
	"message": string;
};
type Forgotten = {
	"forgotten": number;
};
type ForkOrder = {
	"key": string;
	"until"?: number | null;
};
type Found = {
	"country_name": string;
	"mcc": string;
	"mnc": string;
	"brand": string;
	"operator": string;
	"ported": boolean;
	"roaming": boolean | null;
	"imsi": string | null;
	"location_msc": string | null;
};
type LogEntry = {
	"n": number;
	"at": string;
	"kind": "begin" | "head" | "request" | "refused" | "held" | "note" | "scenario" | "rule" | "advance" | "clock" | "status" | "reply" | "resend" | "report" | "dropped";
	"what": string;
	"step": boolean;
	"request": number | null;
	"message": string | null;
	"report": number | null;
};
type LogPage = {
	"commands": Array<LogEntry>;
	"next": string | null;
	"dropped"?: number;
};
type MagicNumber = {
	"msisdn": string;
	"outcome": string;
};
type MagicNumbers = {
	"numbers": Array<MagicNumber>;
};
type MessagePage = {
	"messages": Array<MessageSummary>;
	"next": string | null;
};
type MessageSummary = {
	"id": string;
	"channel": "viber" | "sms" | "hlr" | "mnp" | "rcs" | "voice" | "telegram";
	"msisdn": string;
	"reference": string | null;
	"sender": string;
	"text": string;
	"status": string;
	"price": number;
	"time_in": string;
	"rule": string;
	"options": OptionsShown | null;
	"alt_route_of"?: string | null;
	"otp": OneTimeCode | null;
	"campaign": number | null;
};
type MessageWhole = {
	"id": string;
	"channel": "viber" | "sms" | "hlr" | "mnp" | "rcs" | "voice" | "telegram";
	"msisdn": string;
	"reference": string | null;
	"sender": string;
	"text": string;
	"status": string;
	"price": number;
	"time_in": string;
	"rule": string;
	"options": OptionsShown | null;
	"alt_route_of"?: string | null;
	"otp": OneTimeCode | null;
	"campaign": number | null;
	"currency": string;
	"is_promotional": boolean;
	"tariff": number;
	"validity": number | null;
	"callback_url": string | null;
	"timeline": Array<TimelineStep>;
	"request": number;
	"alt_route": Array<AltRouteSms>;
	"scheduled": string | null;
	"can_become": Array<string>;
	"explain": Explanation;
	"cost": Cost;
	"found": Found | null;
	"alt_route_planned": AltRouteSms | null;
	"reports": Array<DeliveryReport>;
};
type OneTimeCode = {
	"id": string;
	"code": string;
	"status": "pending" | "verified" | "failed" | "canceled" | "expired" | "void";
};
type OptionsShown = {
	"img": string | null;
	"caption": string | null;
	"action": string | null;
	"alt_route": AltRouteShown | null;
};
type PassedOver = {
	"rule": string;
	"key": string;
	"expected": string;
	"found": string;
};
type Refusal = {
	"error": string;
	"detail": Array<Fault | string>;
};
type RequestPage = {
	"requests": Array<RequestWhole>;
	"next": string | null;
	"dropped"?: number;
};
type RequestWhole = {
	"n": number;
	"at": string;
	"method": string;
	"path": string;
	"status": number | null;
	"duration_ms": number;
	"rules": Array<string>;
	"fault": string | null;
	"notes": Array<string>;
	"outcome": "failed" | "noted" | "fine" | "waiting";
	"headers": Array<Array<string>>;
	"body": string;
	"body_size": number;
	"json": any;
	"answer": string;
	"answer_size": number;
	"answer_json": any;
	"messages": Array<string>;
};
type RewindOrder = {
	"to"?: number | null;
	"last"?: number | null;
};
type RuleAdded = {
	"name": string;
	"kind": "rule" | "fault";
	"line": number;
	"text": string;
	"times": number | null;
	"used": number | null;
	"scenario": string;
};
type Sample = {
	"name": string;
	"msisdn": string;
	"sender": string;
	"text": string;
	"img": string | null;
	"caption": string;
	"action": string;
	"sms": string;
	"reference": string;
};
type Samples = {
	"samples": Array<Sample>;
};
type ScenarioChecked = {
	"description": string | null;
	"faults": Array<Fault>;
};
type ScenarioChoice = {
	"name": string;
};
type ScenarioKept = {
	"name": string;
	"description": string;
};
type ScenarioListed = {
	"name": string;
	"description": string;
	"default": boolean;
};
type ScenarioPage = {
	"scenarios": Array<ScenarioListed>;
	"next": string | null;
};
type StatusOrder = {
	"status": string;
};
type TimelineStep = {
	"at": string;
	"status": string;
	"happened": boolean;
	"cause": "request" | "rule" | "defaults" | "by hand" | "validity" | "stopped" | null;
};
/** The control calls that the page makes. */
type ControlCalls = {
	"accounts": (query: {
		"key"?: string | number | null;
	}) => Promise<AccountPage>;
	"account": (key: string | number) => Promise<AccountState>;
	"clearAccount": (key: string | number) => Promise<Forgotten>;
	"messages": (key: string | number, query: {
		"channel"?: string | number | null;
		"status"?: string | number | null;
		"msisdn"?: string | number | null;
		"reference"?: string | number | null;
		"text"?: string | number | null;
		"campaign"?: string | number | null;
		"search"?: string | number | null;
		"after"?: string | number | null;
		"limit"?: string | number | null;
		"count"?: string | number | null;
		"wait"?: string | number | null;
	}) => Promise<MessagePage>;
	"message": (key: string | number, id: string | number) => Promise<MessageWhole>;
	"setStatus": (key: string | number, id: string | number, body: StatusOrder) => Promise<MessageWhole>;
	"requests": (key: string | number, query: {
		"method"?: string | number | null;
		"path"?: string | number | null;
		"status"?: string | number | null;
		"error"?: string | number | null;
		"rule"?: string | number | null;
		"fault"?: string | number | null;
		"body"?: string | number | null;
		"note"?: string | number | null;
		"outcome"?: string | number | null;
		"after"?: string | number | null;
		"limit"?: string | number | null;
		"count"?: string | number | null;
		"wait"?: string | number | null;
	}) => Promise<RequestPage>;
	"exchange": (key: string | number, n: string | number) => Promise<RequestWhole>;
	"resendReport": (key: string | number, n: string | number) => Promise<DeliveryReport>;
	"clock": (key: string | number) => Promise<ClockTold>;
	"setClock": (key: string | number, body: ClockOrder) => Promise<ClockTold>;
	"log": (key: string | number, query: {
		"after"?: string | number | null;
		"limit"?: string | number | null;
		"count"?: string | number | null;
		"wait"?: string | number | null;
	}) => Promise<LogPage>;
	"rewind": (key: string | number, body: RewindOrder) => Promise<AccountState>;
	"fork": (key: string | number, body: ForkOrder) => Promise<AccountState>;
	"scenarios": () => Promise<ScenarioPage>;
	"scenario": (name: string | number) => Promise<string>;
	"keepScenario": (name: string | number, body: string) => Promise<ScenarioKept>;
	"checkScenario": (body: string) => Promise<ScenarioChecked>;
	"followedScenario": (key: string | number) => Promise<string>;
	"useScenario": (key: string | number, body: ScenarioChoice | string) => Promise<AccountState>;
	"codeTemplates": (key: string | number) => Promise<CodeTemplates>;
	"rules": (key: string | number) => Promise<AddedRulePage>;
	"addRule": (key: string | number, body: string) => Promise<RuleAdded>;
	"takeBackRule": (key: string | number, name: string | number) => Promise<AddedRulePage>;
	"schema": () => Promise<Record<string, any>>;
	"numbers": () => Promise<MagicNumbers>;
	"errorCodes": () => Promise<ErrorCodes>;
	"samples": (query: {
		"seed"?: string | number | null;
		"count"?: string | number | null;
	}) => Promise<Samples>;
};
/** The elements of the page by their id. */
type Ids = {
	"version": HTMLElementTagNameMap["span"];
	"find": HTMLElementTagNameMap["input"];
	"key": HTMLElementTagNameMap["input"];
	"open-all": HTMLElementTagNameMap["button"];
	"rooms": HTMLElementTagNameMap["nav"];
	"calls": HTMLElementTagNameMap["main"];
	"about": HTMLElementTagNameMap["div"];
	"found": HTMLElementTagNameMap["p"];
	"operations": HTMLElementTagNameMap["div"];
	"skip": HTMLElementTagNameMap["a"];
	"choose-account": HTMLElementTagNameMap["button"];
	"account-key": HTMLElementTagNameMap["span"];
	"open-scenario": HTMLElementTagNameMap["button"];
	"scenario-draft": HTMLElementTagNameMap["span"];
	"scenario-name": HTMLElementTagNameMap["span"];
	"balance": HTMLElementTagNameMap["span"];
	"run-clock": HTMLElementTagNameMap["button"];
	"clock": HTMLElementTagNameMap["time"];
	"clock-mode": HTMLElementTagNameMap["span"];
	"next-step": HTMLElementTagNameMap["button"];
	"past": HTMLElementTagNameMap["section"];
	"undo": HTMLElementTagNameMap["button"];
	"undo-what": HTMLElementTagNameMap["span"];
	"past-back": HTMLElementTagNameMap["button"];
	"past-slider": HTMLElementTagNameMap["input"];
	"past-on": HTMLElementTagNameMap["button"];
	"past-told": HTMLElementTagNameMap["p"];
	"past-subject": HTMLElementTagNameMap["button"];
	"past-go": HTMLElementTagNameMap["button"];
	"past-hint": HTMLElementTagNameMap["span"];
	"past-copy": HTMLElementTagNameMap["button"];
	"live": HTMLElementTagNameMap["span"];
	"live-label": HTMLElementTagNameMap["span"];
	"open-numbers": HTMLElementTagNameMap["button"];
	"open-help": HTMLElementTagNameMap["button"];
	"compose": HTMLElementTagNameMap["button"];
	"desk": HTMLElementTagNameMap["main"];
	"tab-messages": HTMLElementTagNameMap["button"];
	"message-count": HTMLElementTagNameMap["span"];
	"tab-requests": HTMLElementTagNameMap["button"];
	"request-count": HTMLElementTagNameMap["span"];
	"list-panel": HTMLElementTagNameMap["div"];
	"filters": HTMLElementTagNameMap["form"];
	"search": HTMLElementTagNameMap["input"];
	"search-hint": HTMLElementTagNameMap["p"];
	"filter-channel": HTMLElementTagNameMap["select"];
	"filter-status": HTMLElementTagNameMap["select"];
	"filter-outcome": HTMLElementTagNameMap["select"];
	"filter-method": HTMLElementTagNameMap["select"];
	"newer": HTMLElementTagNameMap["button"];
	"scroller": HTMLElementTagNameMap["div"];
	"space": HTMLElementTagNameMap["div"];
	"nothing": HTMLElementTagNameMap["div"];
	"phone": HTMLElementTagNameMap["div"];
	"phone-time": HTMLElementTagNameMap["span"];
	"phone-number": HTMLElementTagNameMap["h2"];
	"phone-place": HTMLElementTagNameMap["p"];
	"thread": HTMLElementTagNameMap["div"];
	"details": HTMLElementTagNameMap["section"];
	"details-body": HTMLElementTagNameMap["div"];
	"welcome": HTMLElementTagNameMap["div"];
	"compose-dialog": HTMLElementTagNameMap["dialog"];
	"compose-form": HTMLElementTagNameMap["form"];
	"compose-sample": HTMLElementTagNameMap["button"];
	"choose-number": HTMLElementTagNameMap["button"];
	"compose-to": HTMLElementTagNameMap["input"];
	"to-hint": HTMLElementTagNameMap["small"];
	"compose-sender": HTMLElementTagNameMap["input"];
	"compose-reference": HTMLElementTagNameMap["input"];
	"compose-by": HTMLElementTagNameMap["select"];
	"compose-template": HTMLElementTagNameMap["select"];
	"template-hint": HTMLElementTagNameMap["small"];
	"compose-digits": HTMLElementTagNameMap["input"];
	"compose-life": HTMLElementTagNameMap["input"];
	"compose-tries": HTMLElementTagNameMap["input"];
	"compose-text": HTMLElementTagNameMap["textarea"];
	"text-hint": HTMLElementTagNameMap["small"];
	"compose-caption": HTMLElementTagNameMap["input"];
	"compose-action": HTMLElementTagNameMap["input"];
	"compose-img": HTMLElementTagNameMap["input"];
	"compose-alt": HTMLElementTagNameMap["div"];
	"compose-originator": HTMLElementTagNameMap["input"];
	"compose-sms": HTMLElementTagNameMap["input"];
	"sms-hint": HTMLElementTagNameMap["small"];
	"compose-tariff": HTMLElementTagNameMap["input"];
	"validity-label": HTMLElementTagNameMap["label"];
	"compose-validity": HTMLElementTagNameMap["input"];
	"compose-scheduled": HTMLElementTagNameMap["input"];
	"compose-callback": HTMLElementTagNameMap["input"];
	"compose-faults": HTMLElementTagNameMap["div"];
	"compose-note": HTMLElementTagNameMap["p"];
	"stop-waiting": HTMLElementTagNameMap["button"];
	"compose-discard": HTMLElementTagNameMap["button"];
	"compose-send": HTMLElementTagNameMap["button"];
	"scenario-dialog": HTMLElementTagNameMap["dialog"];
	"scenario-hint": HTMLElementTagNameMap["p"];
	"scenario-list": HTMLElementTagNameMap["ul"];
	"gutter": HTMLElementTagNameMap["ol"];
	"marks": HTMLElementTagNameMap["div"];
	"yaml": HTMLElementTagNameMap["textarea"];
	"notes": HTMLElementTagNameMap["ol"];
	"verdict": HTMLElementTagNameMap["p"];
	"keep-name": HTMLElementTagNameMap["input"];
	"open-next": HTMLElementTagNameMap["button"];
	"drop-draft": HTMLElementTagNameMap["button"];
	"use-scenario": HTMLElementTagNameMap["button"];
	"next-dialog": HTMLElementTagNameMap["dialog"];
	"next-form": HTMLElementTagNameMap["form"];
	"next-times": HTMLElementTagNameMap["select"];
	"next-of": HTMLElementTagNameMap["select"];
	"next-value-label": HTMLElementTagNameMap["label"];
	"next-value": HTMLElementTagNameMap["input"];
	"next-what": HTMLElementTagNameMap["select"];
	"next-late": HTMLElementTagNameMap["input"];
	"next-sms": HTMLElementTagNameMap["div"];
	"next-sms-plan": HTMLElementTagNameMap["select"];
	"next-yaml": HTMLElementTagNameMap["pre"];
	"next-list": HTMLElementTagNameMap["section"];
	"next-added": HTMLElementTagNameMap["ul"];
	"next-verdict": HTMLElementTagNameMap["p"];
	"next-use": HTMLElementTagNameMap["button"];
	"account-dialog": HTMLElementTagNameMap["dialog"];
	"account-form": HTMLElementTagNameMap["form"];
	"account-search": HTMLElementTagNameMap["input"];
	"account-list": HTMLElementTagNameMap["ul"];
	"account-total": HTMLElementTagNameMap["p"];
	"clear-account": HTMLElementTagNameMap["button"];
	"clear-dialog": HTMLElementTagNameMap["dialog"];
	"clear-now": HTMLElementTagNameMap["button"];
	"copy-dialog": HTMLElementTagNameMap["dialog"];
	"copy-form": HTMLElementTagNameMap["form"];
	"copy-until": HTMLElementTagNameMap["span"];
	"copy-key": HTMLElementTagNameMap["input"];
	"numbers-dialog": HTMLElementTagNameMap["dialog"];
	"numbers": HTMLElementTagNameMap["tbody"];
	"help-dialog": HTMLElementTagNameMap["dialog"];
	"help-client": HTMLElementTagNameMap["div"];
	"text-dialog": HTMLElementTagNameMap["dialog"];
	"text-to-copy": HTMLElementTagNameMap["textarea"];
	"toast": HTMLElementTagNameMap["div"];
	"announcer": HTMLElementTagNameMap["div"];
};
/** The fields of each form by their names. */
type Forms = {
	"filters": {
	};
	"compose-form": {
		"channel": RadioNodeList;
		"to": HTMLElementTagNameMap["input"];
		"sender": HTMLElementTagNameMap["input"];
		"reference": HTMLElementTagNameMap["input"];
		"code_channel": HTMLElementTagNameMap["select"];
		"template": HTMLElementTagNameMap["select"];
		"code_digits": HTMLElementTagNameMap["input"];
		"code_lifetime": HTMLElementTagNameMap["input"];
		"code_max_tries": HTMLElementTagNameMap["input"];
		"text": HTMLElementTagNameMap["textarea"];
		"caption": HTMLElementTagNameMap["input"];
		"action": HTMLElementTagNameMap["input"];
		"img": HTMLElementTagNameMap["input"];
		"has_sms": HTMLElementTagNameMap["input"];
		"originator": HTMLElementTagNameMap["input"];
		"sms_text": HTMLElementTagNameMap["input"];
		"tariff": HTMLElementTagNameMap["input"];
		"validity": HTMLElementTagNameMap["input"];
		"scheduled": HTMLElementTagNameMap["input"];
		"transactional": HTMLElementTagNameMap["input"];
		"callback_url": HTMLElementTagNameMap["input"];
	};
	"next-form": {
		"times": HTMLElementTagNameMap["select"];
		"of": HTMLElementTagNameMap["select"];
		"value": HTMLElementTagNameMap["input"];
		"what": HTMLElementTagNameMap["select"];
		"late": HTMLElementTagNameMap["input"];
		"sms": HTMLElementTagNameMap["select"];
	};
	"account-form": {
	};
	"copy-form": {
	};
};
/** The drawings at the end of index.html. */
type IconName = "clock" | "tick" | "ticks" | "failed" | "unknown" | "search" | "step" | "undo" | "pause" | "play" | "pen" | "picture" | "person" | "signal" | "battery" | "call" | "copy" | "tap";
