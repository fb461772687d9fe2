"""One request's recipients: checked, priced, decided by the scenario, and turned into messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mock_bsg.domain.error_codes import NOT_ENOUGH_MONEY, TOO_MANY_RECIPIENTS, UNKNOWN_TARIFF, Codes
from mock_bsg.domain.lifecycle import LOOKUPS
from mock_bsg.domain.phones import country_of, is_msisdn
from mock_bsg.domain.references import is_reference
from mock_bsg.rules.usage import Quote
from mock_bsg.sandbox.account import DEFAULTS
from mock_bsg.sandbox.alt_routes import plan_alt_routes
from mock_bsg.sandbox.errors import ApiError, RequestEnded
from mock_bsg.sandbox.message import Message, Submission, facts_of
from mock_bsg.sandbox.timeline import Step, lay_out

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from mock_bsg.domain.money import Amount
    from mock_bsg.rules.faults import Effect
    from mock_bsg.rules.plan import Plan
    from mock_bsg.rules.ruleset import Decision
    from mock_bsg.rules.usage import Usage
    from mock_bsg.sandbox.account import Account
    from mock_bsg.sandbox.timeline import Timeline

_Priced: TypeAlias = "list[tuple[str, str | None, str, Amount]]"
"""Of each recipient of a message: number, reference, country ("" if it is nobody's number), what it would cost."""
_NO_TIMELINE = lay_out("mnp", [], None)
MAX_RECIPIENTS = 50
"""In all messages of a request together [seed]."""


class Recipient(NamedTuple):
    """Whom a message goes to, as the request says: not checked yet."""

    msisdn: str
    reference: str | None


class Draft(NamedTuple):
    """One message of a request as it came: what its recipients share, and who they are.

    `error` is the code of the rule that the message itself breaks; then each of its recipients gets it. Its submission
    need not say more than what it would have cost: of 0 parts it is what has no price.

    `keeps_refused`: a recipient that is refused gets a message nevertheless, which is rejected at once and costs
    nothing. Then a reference is used if a message of any channel has it.
    """

    submission: Submission
    recipients: Sequence[Recipient]
    error: int = 0
    keeps_refused: bool = False


class Refusal(NamedTuple):
    """A recipient that gets an error instead of a message."""

    error: int
    reference: str | None
    msisdn: str = ""


@dataclass(slots=True)
class Receipt:
    """What became of a request: one entry for each recipient, in request order."""

    entries: list[Message | Refusal] = field(default_factory=list)
    created: list[Message] = field(default_factory=list)
    rejected: list[Message] = field(default_factory=list)
    """Those of them whose recipients were refused."""
    total: Amount = 0
    rules: dict[str, None] = field(default_factory=dict)
    """Names of the rules that decided, each once, in order."""
    effects: list[Effect] = field(default_factory=list)
    """Delays and headers that rules add to the answer."""

    @property
    def refusals(self) -> list[int]:
        """The codes of the recipients that got no message."""
        if len(self.entries) == len(self.created):
            return []
        return [entry.error for entry in self.entries if isinstance(entry, Refusal)]


def send(account: Account, drafts: Sequence[Draft], codes: Codes, now: int) -> Receipt:
    """Check every recipient, and create a message for each that passes.

    Raises ApiError(8) if the money doesn't cover the request as it stands, mistakes and all: that is looked at before
    numbers and references [live], and before the rules, of which none is used then. Raises RequestEnded where a rule
    gives the request an HTTP status or a fault; nothing is created then, and only that rule is used by it. The
    request's size and tariff were checked before (`check_batch_size`).
    """
    account.process_due(now)
    quotes, total = _price_all(account, drafts)
    usage = Quote(account.usage)
    try:
        receipt = _decide_all(account, usage, quotes, total, codes)
    except RequestEnded as ended:
        usage.take_over_only(ended.rule)
        raise
    usage.take_over()
    _commit(account, receipt, now)
    return receipt


def _commit(account: Account, receipt: Receipt, now: int) -> None:
    """Keep what a request created: its money, ids, references, alternative routes, and all that follows at once."""
    created = receipt.created
    if not created:
        return
    stored = len(account.messages)
    account.balance -= receipt.total
    account.created_counts[created[0].channel] += len(created)
    if receipt.rejected:
        rejected = set(receipt.rejected)
        accepted = [message for message in created if message not in rejected]
        account.add(created, named=accepted)
        account.nameless.update(message.id for message in rejected if message.reference is not None)
        plan_alt_routes(account, accepted)
    else:
        account.add(created)
        plan_alt_routes(account, created)
    account.note_steps(created)
    account.process_due(now)
    account.retention.take(account, len(account.messages) - stored)


def rehearse(account: Account, drafts: Sequence[Draft], codes: Codes, now: int) -> Receipt:
    """Tell what `send` would answer, and change nothing; raises what `send` raises."""
    account.process_due(now)
    quotes, total = _price_all(account, drafts)
    return _decide_all(account, Quote(account.usage), quotes, total, codes)


def check_batch_size(recipients: int) -> None:
    """Raise ApiError(12) if a request has too many recipients."""
    if recipients > MAX_RECIPIENTS:
        raise ApiError(TOO_MANY_RECIPIENTS)


def check_tariff(account: Account, tariff: int | None) -> int:
    """Tell the tariff's code back, or raise ApiError(6) if the account has no such tariff."""
    if tariff is None or not account.prices.has_tariff(tariff):
        raise ApiError(UNKNOWN_TARIFF)
    return tariff


def _price_all(account: Account, drafts: Sequence[Draft]) -> tuple[list[tuple[Draft, _Priced]], Amount]:
    """Price every recipient, whatever is wrong with it; tells the sum, too.

    Raises ApiError(8) if the money doesn't cover it.
    """
    price_of = account.prices.price
    quotes = []
    total = 0
    for draft in drafts:
        submission = draft.submission
        channel, tariff, parts = submission.channel, submission.tariff, submission.parts
        priced: _Priced = []
        for msisdn, reference in draft.recipients:
            country = country_of(msisdn)
            price = price_of(channel, country, tariff) if parts else 0
            if parts > 1:  # else messages share the number; a million of them are 32 MB
                price *= parts
            total += price
            priced.append((msisdn, reference, country, price))
        quotes.append((draft, priced))
    if total and total > account.available:
        raise ApiError(NOT_ENOUGH_MONEY)
    return quotes, total


def _decide_all(
    account: Account, usage: Usage, quotes: Sequence[tuple[Draft, _Priced]], total: Amount, codes: Codes
) -> Receipt:
    """Decide about every recipient; `total` is the price of all, from which that of the refused is taken off."""
    receipt = Receipt(total=total)
    phones: set[str] = set()
    taken: set[str] = set()
    for draft, priced in quotes:
        if draft.error:
            for msisdn, reference, _, price in priced:
                _refuse(receipt, draft.error, reference, msisdn, price)
        else:
            _decide_draft(account, usage, draft, priced, codes, receipt, phones, taken)
    return receipt


def _refuse(receipt: Receipt, error: int, reference: str | None, msisdn: str, price: Amount) -> None:
    receipt.entries.append(Refusal(error, reference, msisdn))
    receipt.total -= price


def _reject(
    receipt: Receipt, submission: Submission, recipient: tuple[str, str | None, str, Amount], decision: Decision | None
) -> None:
    """Make the message of a recipient that is refused: nothing is sent of it, and nothing is to be paid."""
    msisdn, reference, country, price = recipient
    lead = submission.start - submission.time_in
    timeline = lay_out(
        submission.channel, [Step("rejected", -lead, "request" if decision is None else "plan")], None, lead
    )
    message = Message(0, submission, msisdn, country, reference, 0, timeline, decision)
    receipt.entries.append(message)
    receipt.created.append(message)
    receipt.rejected.append(message)
    receipt.total -= price


def _decide_draft(
    account: Account,
    usage: Usage,
    draft: Draft,
    priced: _Priced,
    codes: Codes,
    receipt: Receipt,
    phones: set[str],
    taken: set[str],
) -> None:
    """Decide about one message; `phones` and `taken` are the numbers and references none of its recipients may have."""
    submission = draft.submission
    channel = submission.channel
    taken |= _find_taken(account, draft)
    ruleset = account.ruleset
    candidates = ruleset.narrow_without_facts(channel) or ruleset.narrow(facts_of(submission))
    default_plan = ruleset.defaults.get(channel)
    rules, entries, created = receipt.rules, receipt.entries, receipt.created
    timelines: dict[Plan | None, Timeline] = {None: _NO_TIMELINE}
    for msisdn, reference, country, price in priced:
        decision = None
        plan: Plan | None = default_plan
        error = _find_mistake(msisdn, reference, country, codes, phones, taken)
        if not error:
            if not candidates.always_default:
                decision = candidates.choose(msisdn, country, reference or "", usage)
            if decision is None:
                rules[DEFAULTS] = None
            else:
                error = _obey(decision, receipt)
                plan = decision.plans.get(channel, default_plan)
        if error:
            if draft.keeps_refused:
                _reject(receipt, submission, (msisdn, reference, country, price), decision)
            else:
                _refuse(receipt, error, reference, msisdn, price)
            continue
        timeline = timelines.get(plan)
        if timeline is None:
            assert plan is not None  # noqa: S101 -- told to the type checker: None has a timeline
            timeline = account.timeline_of(plan, submission, msisdn, decision, usage)
            if plan.is_fixed:
                timelines[plan] = timeline
        message = Message(0, submission, msisdn, country, reference, price, timeline, decision)
        entries.append(message)
        created.append(message)
        if reference is not None:
            taken.add(reference)


def _find_taken(account: Account, draft: Draft) -> set[str]:
    """Find the references of a message's recipients that were used before."""
    # Looked up all at once: among a million, each look waits for the memory, and so they wait together.
    names = [reference for _, reference in draft.recipients]
    if not draft.keeps_refused:
        return account.references[draft.submission.channel].keys() & names
    used = (taken.keys() & names for channel, taken in account.references.items() if channel not in LOOKUPS)
    return set().union(*used)


def _find_mistake(
    msisdn: str, reference: str | None, country: str, codes: Codes, phones: set[str], taken: Container[str]
) -> int:
    """Tell the code of what is wrong with a recipient, 0 if nothing is; its phone is among `phones` then."""
    if not is_msisdn(msisdn):
        return codes.msisdn
    if not country and codes.country_unsupported is not None:
        return codes.country_unsupported
    if msisdn in phones:
        return codes.duplicate
    phones.add(msisdn)
    if reference is None:
        return codes.reference_absent or 0
    if not is_reference(reference):
        return codes.reference
    return codes.reference_used if reference in taken else 0


def _obey(decision: Decision, receipt: Receipt) -> int:
    """Note what a rule decided about its recipient; tells the error that the recipient gets, 0 if none."""
    receipt.rules[decision.rule.name] = None
    if decision.effect is not None:
        if decision.effect.ends_request:
            raise RequestEnded(decision.effect, decision.rule.index)
        if decision.effect not in receipt.effects:  # a rule makes the answer late once, however many it decides about
            receipt.effects.append(decision.effect)
    return decision.error or 0
