"""A scenario file as pydantic models; its JSON Schema, for editors, comes from them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core.core_schema import (
    CoreSchema,
    no_info_before_validator_function,
    no_info_plain_validator_function,
)

from mock_bsg.domain.durations import NO_TIME, Span
from mock_bsg.rules.answers import AnswerSetting, MissingKey
from mock_bsg.rules.faults import FaultKind
from mock_bsg.rules.matchers import FlagMatch, NumberMatch, TextMatch
from mock_bsg.rules.one_api import DEFAULT_TEXT, OneApiSetting, TemplateStatus
from mock_bsg.rules.plan import Plan
from mock_bsg.rules.ruleset import AccountSetting
from mock_bsg.scenario import domains
from mock_bsg.scenario import json_schemas as schemas
from mock_bsg.scenario.fault_patterns import (
    read_body_pattern,
    read_header_patterns,
    read_method_pattern,
    read_path_pattern,
)
from mock_bsg.scenario.one_api import (
    read_otp,
    read_template_countries,
    read_template_id,
    read_template_name,
    read_template_status,
    read_template_text,
    read_token_life,
)
from mock_bsg.scenario.patterns import (
    read_channel_pattern,
    read_country_pattern,
    read_flag_match,
    read_msisdn_pattern,
    read_tariff_pattern,
    read_validity_pattern,
    text_pattern,
)
from mock_bsg.scenario.plans import plan_of
from mock_bsg.scenario.sections import CLOCK_WORDS, read_clock_word, read_prices, read_senders, read_tariffs
from mock_bsg.scenario.snippets import SNIPPETS
from mock_bsg.scenario.values import (
    read_chance,
    read_content_type,
    read_currency,
    read_duration,
    read_error_code,
    read_fault_kind,
    read_flag,
    read_headers,
    read_missing_key,
    read_moment,
    read_money,
    read_name,
    read_phone,
    read_probability,
    read_signed_money,
    read_span,
    read_speed,
    read_status,
    read_text,
    read_weight,
    whole_number,
)

_BIG: Final = 2**53 - 1
_NORMAL: Final = AccountSetting()
_DOCUMENTED: Final = AnswerSetting()
_ONE_API: Final = OneApiSetting()


class _Reader:
    """Lets pydantic read a value by a function of ours, whatever the type of its result, and describe it as we say."""

    __slots__ = ("_json_schema", "_read")

    def __init__(self, read: Callable[[Any], Any], json_schema: schemas.Schema) -> None:
        self._read = read
        self._json_schema = json_schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self._json_schema)


class _ClockWords:
    """Lets pydantic read a clock's mapping, or the word for one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(read_clock_word, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(CLOCK_WORDS)}, handler(core)]}


def _whole_number(low: int, high: int) -> _Reader:
    return _Reader(whole_number(low, high), schemas.whole_number(low, high))


# One reader for each kind of value, so that each mistake is told once, in one sentence.
_Text = Annotated[str, _Reader(read_text, schemas.TEXT)]
_Name = Annotated[str | None, _Reader(read_name, schemas.NAME)]
_Flag = Annotated[bool, _Reader(read_flag, schemas.FLAG)]
_Duration = Annotated[int, _Reader(read_duration, schemas.DURATION)]
_Span = Annotated[Span, _Reader(read_span, schemas.SPAN)]
_MaybeSpan = Annotated[Span | None, _Reader(read_span, schemas.SPAN)]
_Money = Annotated[int, _Reader(read_money, schemas.MONEY)]
_SignedMoney = Annotated[int, _Reader(read_signed_money, schemas.SIGNED_MONEY)]
_Currency = Annotated[str, _Reader(read_currency, schemas.CURRENCY)]
_Probability = Annotated[float, _Reader(read_probability, schemas.PROBABILITY)]
_Chance = Annotated[float | None, _Reader(read_chance, schemas.CHANCE)]
_Weight = Annotated[float, _Reader(read_weight, schemas.WEIGHT)]
_Seed = Annotated[int, _whole_number(-_BIG, _BIG)]
_FirstId = Annotated[int, _whole_number(1, 10**15)]
_Times = Annotated[int | None, _whole_number(1, 10**9)]
_ErrorCode = Annotated[int | None, _Reader(read_error_code, schemas.ERROR_CODE)]
_Status = Annotated[int | None, _Reader(read_status, schemas.HTTP_STATUS)]
_FaultKind = Annotated[FaultKind | None, _Reader(read_fault_kind, schemas.FAULT_KIND)]
_Headers = Annotated[tuple[tuple[str, str], ...], _Reader(read_headers, schemas.HEADERS)]
_ContentType = Annotated[str | None, _Reader(read_content_type, schemas.CONTENT_TYPE)]
_MissingKey = Annotated[MissingKey, _Reader(read_missing_key, schemas.MISSING_KEY)]
_Moment = Annotated[int | None, _Reader(read_moment, schemas.MOMENT)]
_Speed = Annotated[float, _Reader(read_speed, schemas.SPEED)]
_Prices = Annotated[dict[str, dict[str, int]], _Reader(read_prices, schemas.PRICES)]
_Tariffs = Annotated[dict[int, Decimal] | None, _Reader(read_tariffs, schemas.TARIFFS)]
_Senders = Annotated[frozenset[str] | None, _Reader(read_senders, schemas.SENDERS)]
_Phone = Annotated[str, _Reader(read_phone, schemas.PHONE)]
_ViberPlan = Annotated[Plan | None, _Reader(plan_of("viber"), schemas.plan("viber"))]
_SmsPlan = Annotated[Plan | None, _Reader(plan_of("sms"), schemas.plan("sms"))]
_RcsPlan = Annotated[Plan | None, _Reader(plan_of("rcs"), schemas.plan("rcs"))]
_VoicePlan = Annotated[Plan | None, _Reader(plan_of("voice"), schemas.plan("voice"))]
_TelegramPlan = Annotated[Plan | None, _Reader(plan_of("telegram"), schemas.plan("telegram"))]
_HlrPlan = Annotated[Plan | None, _Reader(plan_of("hlr"), schemas.plan("hlr"))]
_Reference = Annotated[TextMatch | None, _Reader(text_pattern(domains.REFERENCES), schemas.REFERENCE_PATTERN)]
_AlphaName = Annotated[TextMatch | None, _Reader(text_pattern(domains.ALPHA_NAMES), schemas.ALPHA_NAME_PATTERN)]
_Originator = Annotated[TextMatch | None, _Reader(text_pattern(domains.ORIGINATORS), schemas.ORIGINATOR_PATTERN)]
_MessageText = Annotated[TextMatch | None, _Reader(text_pattern(domains.TEXTS), schemas.MESSAGE_TEXT_PATTERN)]
_MsisdnMatch = Annotated[TextMatch | None, _Reader(read_msisdn_pattern, schemas.MSISDN_PATTERN)]
_CountryMatch = Annotated[TextMatch | None, _Reader(read_country_pattern, schemas.COUNTRY_PATTERN)]
_ChannelMatch = Annotated[TextMatch | None, _Reader(read_channel_pattern, schemas.CHANNEL_PATTERN)]
_TariffMatch = Annotated[NumberMatch | None, _Reader(read_tariff_pattern, schemas.TARIFF_PATTERN)]
_ValidityMatch = Annotated[NumberMatch | None, _Reader(read_validity_pattern, schemas.VALIDITY_PATTERN)]
_PathMatch = Annotated[TextMatch | None, _Reader(read_path_pattern, schemas.PATH_PATTERN)]
_MethodMatch = Annotated[TextMatch | None, _Reader(read_method_pattern, schemas.METHOD_PATTERN)]
_HeaderMatch = Annotated[tuple[tuple[str, TextMatch], ...], _Reader(read_header_patterns, schemas.HEADER_PATTERNS)]
_BodyMatch = Annotated[TextMatch | None, _Reader(read_body_pattern, schemas.BODY_PATTERN)]
_FlagMatch = Annotated[FlagMatch | None, _Reader(read_flag_match, schemas.FLAG)]
_TokenLife = Annotated[int, _Reader(read_token_life, schemas.TOKEN_LIFE)]
_Otp = Annotated[str | None, _Reader(read_otp, schemas.OTP)]
_TemplateId = Annotated[int, _Reader(read_template_id, schemas.TEXT)]
_TemplateText = Annotated[str, _Reader(read_template_text, schemas.TEMPLATE_TEXT)]
_TemplateName = Annotated[str | None, _Reader(read_template_name, schemas.TEMPLATE_NAME)]
_TemplateCountries = Annotated[tuple[str, ...], _Reader(read_template_countries, schemas.COUNTRY_PATTERN)]
_TemplateStatus = Annotated[TemplateStatus, _Reader(read_template_status, schemas.TEMPLATE_STATUS)]


class Section(BaseModel):
    """A mapping of the file: every key is known, and most may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Clock(Section):
    """How an account's clock runs."""

    model_config = ConfigDict(json_schema_extra=schemas.CLOCK_SENSE)

    start: _Moment = Field(None, description="What the clock shows when the account is first seen; UTC.")
    speed: _Speed = Field(1.0, description="How many of its seconds pass in one real second.")
    manual: _Flag = Field(False, description="Whether the clock moves only when it is told to.")  # noqa: FBT003 -- a default


class Account(Section):
    """What an account starts with."""

    balance: _SignedMoney = Field(_NORMAL.balance, description="Money in the account.")
    limit: _Money = Field(_NORMAL.limit, description="Credit: how far below 0 the balance may go.")
    currency: _Currency = Field(_NORMAL.currency, description="Currency of the account and of all prices.")
    blocked: _Flag = Field(_NORMAL.blocked, description="Whether BSG has blocked the account (error 2).")
    senders: _Senders = Field(None, description="Registered Viber senders; if left out, any name counts as registered.")
    tariffs: _Tariffs = Field(
        None, description="Tariff codes that exist, as a list or as a mapping to price factors; if left out, 0 to 9."
    )


class Plans(Section):
    """What happens to a message on each channel."""

    viber: _ViberPlan = Field(None, description="Statuses of a Viber message, with times from its creation.")
    sms: _SmsPlan = Field(None, description="Statuses of an SMS, with times from its creation.")
    hlr: _HlrPlan = Field(None, description="Statuses of an HLR lookup, with times from its creation.")
    rcs: _RcsPlan = Field(None, description="Statuses of an RCS message; if left out, those of a Viber message.")
    voice: _VoicePlan = Field(None, description="Statuses of a voice call; if left out, those of an SMS.")
    telegram: _TelegramPlan = Field(
        None, description="Statuses of a Telegram message; if left out, those of a Viber message."
    )


class RuleMatch(Section):
    """Which recipients of which messages the rule applies to; without any key, all."""

    model_config = ConfigDict(json_schema_extra=schemas.MATCH_SENSE)

    msisdn: _MsisdnMatch = Field(
        None, description="The number: digits, a glob, a /regular expression/ or a range A..B."
    )
    reference: _Reference = Field(None, description="The reference that the sender gave this recipient.")
    alpha_name: _AlphaName = Field(None, description="The sender name of a Viber message.")
    originator: _Originator = Field(None, description="The sender of any other message.")
    text: _MessageText = Field(None, description="The text of the message.")
    country: _CountryMatch = Field(None, description="The country of the number, as two capital letters.")
    channel: _ChannelMatch = Field(None, description="viber, sms, hlr, mnp, rcs, voice or telegram.")
    is_promotional: _FlagMatch = Field(None, description="Whether a Viber message is marked as promotional.")
    has_alt_route: _FlagMatch = Field(None, description="Whether the message may be followed by an SMS.")
    tariff: _TariffMatch = Field(None, description="The tariff code of the request.")
    validity: _ValidityMatch = Field(None, description="The validity of the message, in seconds.")


class Outcome(Plans):
    """One of several things that may happen to a recipient's message."""

    weight: _Weight = Field(1.0, description="How likely it is, relative to the weights of the other outcomes.")


class Response(Section):
    """What a request gets along with its answer, or instead of it."""

    name: _Name = Field(None, description="Its name in response headers, in the journal and on the page.")
    times: _Times = Field(None, description="How many times it applies in each account before it is used up.")
    error: _ErrorCode = Field(None, description="An error code of BSG's API.")
    status: _Status = Field(None, description="The HTTP status with which the whole request is answered.")
    headers: _Headers = Field((), description="Headers added to the answer.")
    delay: _MaybeSpan = Field(None, description="How long the answer is held back.")
    fault: _FaultKind = Field(None, description="What goes wrong with the connection or the answer.")


class Rule(Response, Plans):
    """What happens to the recipients that it matches, unless a rule above it has decided."""

    model_config = ConfigDict(json_schema_extra=schemas.RULE_SENSE)

    match: RuleMatch = Field(RuleMatch(), description="Which recipients it applies to; if left out, all.")
    outcomes: list[Outcome] = Field(
        [], min_length=1, description="Alternative plans; one of them is drawn for each recipient."
    )


class FaultMatch(Section):
    """Which requests the fault applies to; without any key, all."""

    method: _MethodMatch = Field(None, description="The HTTP method.")
    path: _PathMatch = Field(
        None, description="The path: of API v1 without /rest or /v1.0, of the One API with /api; no trailing slash."
    )
    header: _HeaderMatch = Field((), description="Headers by name, each with a pattern for its value.")
    body: _BodyMatch = Field(None, description="The body as text; a glob must match all of it.")


class RequestFault(Response):
    """What goes wrong with a request, before anything else is done with it."""

    model_config = ConfigDict(json_schema_extra=schemas.FAULT_SENSE)

    match: FaultMatch = Field(FaultMatch(), description="Which requests it applies to; if left out, all.")
    every: _Times = Field(None, description="Only every nth matching request: 10 hits the 10th, 20th, 30th …")
    probability: _Chance = Field(None, description="The share of matching requests that it hits, drawn from the seed.")


class Answers(Section):
    """What all answers of BSG's API v1 have in common; without any key, what BSG documents."""

    content_type: _ContentType = Field(
        _DOCUMENTED.content_type,
        description="The Content-Type of every answer; if left out, application/json; charset=utf-8.",
    )
    missing_key: _MissingKey = Field(
        _DOCUMENTED.missing_key,
        description="How error code 1 is written when a request has no key: as a number or as a text. "
        "Only the server's default scenario decides this.",
    )
    alt_route_messages: _Flag = Field(
        _DOCUMENTED.alt_route_messages,
        description="Whether the status of a Viber message also lists its SMS in full, next to alt_route.",
    )


class Reports(Section):
    """Delays and mishaps of delivery reports; without any key, none."""

    delay: _Span = Field(NO_TIME, description="How long after the change of status the report is sent.")
    duplicate: _Probability = Field(0.0, description="The probability that a report is sent twice.")
    lose: _Probability = Field(0.0, description="The probability that a report is never sent.")
    reorder: _Probability = Field(
        0.0, description="The probability that a report is sent after the one that should follow it."
    )


class Incoming(Section):
    """An SMS that a phone sends to one of the account's two-way numbers."""

    msisdn: _Phone = Field(description="The phone that sends it.")
    originator: _Text = Field("", description="The two-way number or name to which it is sent.")
    text: _Text = Field(description="Its text.")
    at: _Duration = Field(0, description="When it arrives, counted from the moment the account is first seen.")


class Template(Section):
    """A template of one-time codes that the account has from the beginning."""

    text: _TemplateText = Field(DEFAULT_TEXT, description="Its text, with {code2fa} where the code is to stand.")
    name: _TemplateName = Field(None, description="Its name; if left out, 'template' and its id.")
    countries: _TemplateCountries = Field(
        (), description="The countries of the numbers for which it can be used; if left out, all."
    )
    status: _TemplateStatus = Field("approved", description="Whether BSG has approved it, so that it can be used.")


class OneApi(Section):
    """What holds in BSG's One API alone."""

    token_life: _TokenLife = Field(_ONE_API.token_life, description="How long a token is valid; if left out, 30d.")
    otp: _Otp = Field(
        _ONE_API.otp,
        description="The digits of every one-time code, repeated or cut to its length; if left out, drawn.",
    )
    moderation: _Duration = Field(
        _ONE_API.moderation, description="How long a new template waits for approval; if left out, 1m."
    )
    templates: dict[_TemplateId, Template] = Field(
        {},
        description="Templates of one-time codes by id; 1 is the default one. If left out, any id is approved.",
        json_schema_extra=schemas.TEMPLATE_IDS,
    )


class Scenario(Section):
    """A scenario of mock_bsg: what an account starts with, and what happens to its messages and requests."""

    description: _Text = Field("", description="What the scenario shows; its first line appears in lists.")
    seed: _Seed = Field(0, description="The same seed and the same requests give the same draws.")
    first_id: _FirstId = Field(1, description="The id of the first message.")
    clock: Annotated[Clock, _ClockWords()] = Field(Clock(), description="How the account's clock runs.")
    account: Account = Field(Account(), description="What the account starts with.")
    prices: _Prices = Field(
        {}, description="Prices that replace the built-in ones, by channel and by country or default."
    )
    defaults: Plans = Field(Plans(), description="What happens to recipients that no rule matches.")
    rules: list[Rule] = Field(
        [], description="Tried from top to bottom for every recipient; the first that matches decides."
    )
    faults: list[RequestFault] = Field(
        [], description="Tried from top to bottom for every request; the first that hits decides."
    )
    answers: Answers = Field(Answers(), description="What all answers of BSG's API v1 have in common.")
    one_api: OneApi = Field(OneApi(), description="Tokens and one-time codes of BSG's One API.")
    reports: Reports = Field(Reports(), description="What goes wrong with delivery reports.")
    incoming: list[Incoming] = Field([], description="SMS that phones send to the account.")


def schema() -> dict[str, Any]:
    """Make the JSON Schema (Draft 2020-12) of scenario files."""
    written = Scenario.model_json_schema()
    # Defaults are told in the descriptions: pydantic would write them as they are inside, money in tiny units.
    plain = _without(written, ("default", "title"))
    for section, snippets in SNIPPETS.items():
        offered = [{"label": label, "bodyText": text} for label, text in snippets.items()]
        plain["properties"][section]["defaultSnippets"] = offered  # as editors for YAML and JSON know them
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "mock_bsg scenario", **plain}


def _without(schema: Any, keywords: tuple[str, ...], *, are_names: bool = False) -> Any:
    """Leave out keywords of JSON Schema, but not the properties that are named like them."""
    if isinstance(schema, list):
        return [_without(part, keywords) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without(part, keywords, are_names=key == "properties" and not are_names)
        for key, part in schema.items()
        if are_names or key not in keywords
    }
