"""Turns a scenario as it was read into a ruleset: plain objects, made for quick answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from mock_bsg.domain.durations import Span
from mock_bsg.domain.lifecycle import MODELS, PLANNED, Channel
from mock_bsg.rules.answers import AnswerSetting
from mock_bsg.rules.faults import Effect, FaultRule
from mock_bsg.rules.one_api import DEFAULT_TEMPLATE, OneApiSetting, TemplateSetting, default_name
from mock_bsg.rules.plan import Plan
from mock_bsg.rules.rule import Outcome, Rule, is_added
from mock_bsg.rules.ruleset import AccountSetting, ClockSetting, IncomingSms, MessageFacts, ReportSetting, Ruleset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mock_bsg.rules.matchers import Matcher
    from mock_bsg.scenario import model

    R = TypeVar("R", bound=model.Response)


def _steps(**seconds: int) -> tuple[tuple[str, Span], ...]:
    return tuple((status, Span(1000 * at, 1000 * at)) for status, at in seconds.items())


# A message is delivered one second after it was sent: BSG's own example sends with a validity of one second, and what
# has arrived by then has not expired.
DEFAULT_PLANS: Final[dict[Channel, Plan]] = {
    "viber": Plan("viber", _steps(sent=1, delivered=2, read=5)),
    "sms": Plan("sms", _steps(sent=1, delivered=2)),
    "hlr": Plan("hlr", _steps(active=2)),
}


def compile_scenario(scenario: model.Scenario, name: str, source: str) -> Ruleset:
    """Make the ruleset of a scenario; `source` is the text that it was read from."""
    return Ruleset(
        name=name,
        source=source,
        description=scenario.description.strip(),
        seed=scenario.seed,
        first_id=scenario.first_id,
        clock=ClockSetting(scenario.clock.start, scenario.clock.speed, scenario.clock.manual),
        account=_account(scenario.account),
        prices=scenario.prices,
        defaults=_with_followers(DEFAULT_PLANS | _plans(scenario.defaults)),
        rules=tuple(_rule(rule, place, own) for place, own, rule in _counted(scenario.rules)),
        faults=tuple(_fault(fault, place, own) for place, own, fault in _counted(scenario.faults)),
        reports=_reports(scenario.reports),
        incoming=tuple(
            IncomingSms(each.msisdn, each.originator, each.text, each.at)
            for each in sorted(scenario.incoming, key=lambda each: each.at)
        ),
        answers=_answers(scenario.answers),
        one_api=_one_api(scenario.one_api),
    )


def _account(account: model.Account) -> AccountSetting:
    setting = AccountSetting(
        balance=account.balance,
        limit=account.limit,
        currency=account.currency,
        blocked=account.blocked,
        senders=account.senders,
    )
    return setting if account.tariffs is None else replace(setting, tariffs=account.tariffs)


def _reports(reports: model.Reports) -> ReportSetting:
    return ReportSetting(reports.delay, reports.duplicate, reports.lose, reports.reorder)


def _answers(answers: model.Answers) -> AnswerSetting:
    return AnswerSetting(answers.content_type, answers.missing_key, answers.alt_route_messages)


def _one_api(one_api: model.OneApi) -> OneApiSetting:
    templates: dict[int, TemplateSetting] | None = None
    if "templates" in one_api.model_fields_set:  # an empty mapping is one, too: of the default template alone
        given = {
            place: TemplateSetting(each.text, each.name or default_name(place), each.countries, each.status)
            for place, each in one_api.templates.items()
        }
        templates = dict(sorted(({DEFAULT_TEMPLATE: TemplateSetting()} | given).items()))
    return OneApiSetting(one_api.token_life, one_api.otp, one_api.moderation, templates)


def _plans(plans: model.Plans) -> dict[Channel, Plan]:
    given: dict[Channel, Plan | None] = {channel: getattr(plans, channel) for channel in PLANNED}
    return {channel: plan for channel, plan in given.items() if plan is not None}


def _with_followers(plans: dict[Channel, Plan]) -> dict[Channel, Plan]:
    """Give the channels that follow another one its plan, unless they have their own."""
    following = {each: replace(plans[model], channel=each) for each, model in MODELS.items() if model in plans}
    return following | plans


def _counted(responses: Sequence[R]) -> Iterator[tuple[int, int, R]]:
    """Tell each with its place, and with that among those that were not added while the scenario was in use."""
    before = 0
    for place, response in enumerate(responses):
        yield place, before, response
        before += not is_added(response.name)


def _rule(rule: model.Rule, place: int, number: int) -> Rule:
    own = _plans(rule)
    outcomes = tuple(Outcome(each.weight, _with_followers(own | _plans(each))) for each in rule.outcomes)
    if not outcomes and own:
        outcomes = (Outcome(1.0, _with_followers(own)),)
    effect = _effect(rule, "rule", number)
    # The error of a rule is its recipient's alone; an effect is the whole request's.
    changes_request = effect.ends_request or effect.delay is not None or bool(effect.headers)
    match = rule.match
    keys = tuple((key, getattr(match, key)) for key in MessageFacts._fields)
    message_keys: tuple[tuple[str, Matcher], ...] = tuple((key, found) for key, found in keys if found is not None)
    return Rule(
        name=effect.name,
        index=place,
        drawn_as=effect.name if is_added(effect.name) else f"{number}",
        error=rule.error,
        effect=effect if changes_request else None,
        outcomes=outcomes,
        times=rule.times,
        message_keys=message_keys,
        msisdn=match.msisdn,
        country=match.country,
        reference=match.reference,
    )


def _effect(response: model.Response, origin: Literal["rule", "fault"], own: int) -> Effect:
    return Effect(
        name=response.name or f"{origin} {own + 1}",
        origin=origin,
        status=response.status,
        headers=response.headers,
        delay=response.delay,
        fault=response.fault,
        error=response.error if origin == "fault" else None,
    )


def _fault(fault: model.RequestFault, place: int, own: int) -> FaultRule:
    return FaultRule(
        index=place,
        effect=_effect(fault, "fault", own),
        method=fault.match.method,
        path=fault.match.path,
        header=fault.match.header,
        body=fault.match.body,
        times=fault.times,
        every=fault.every,
        probability=fault.probability,
    )
