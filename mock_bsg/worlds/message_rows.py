"""Messages as rows and columns: what several share is written once, and so is every text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox.message import (
    AltRoute,
    FollowingSms,
    Judged,
    Message,
    Origin,
    Submission,
    ViberOptions,
)
from mock_bsg.sandbox.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.rules.ruleset import Decision, Ruleset
    from mock_bsg.sandbox.timeline import Cause
    from mock_bsg.worlds.records import ScenarioOf

One = TypeVar("One")
Value = TypeVar("Value", bound="Hashable")
_MOST_SHARED_TIMELINES = 1_000
_UNKNOWN = "?"
_CAUSES: Mapping[str, Cause | None] = {
    "r": "request", "p": "plan", "h": "hand", "v": "validity", "s": "stopped", _UNKNOWN: None,
}  # fmt: skip
_LETTERS: Mapping[Cause | None, str] = {cause: letter for letter, cause in _CAUSES.items()}


class _Pool(Generic[One]):
    """Objects that rows refer to by their places, each object once; they have to live as long as the pool."""

    __slots__ = ("_places", "_tell", "rows")

    def __init__(self, tell: Callable[[One], Any]) -> None:
        self._places: dict[int, int] = {}
        self._tell = tell
        self.rows: list[Any] = []

    def place(self, one: One) -> int:
        place = self._places.get(id(one))
        if place is None:
            place = self._places[id(one)] = len(self.rows)
            self.rows.append(self._tell(one))
        return place


class _Values(Generic[Value]):
    """Values that rows refer to by their places, each value once."""

    __slots__ = ("_places",)

    def __init__(self) -> None:
        self._places: dict[Value, int] = {}

    def place(self, value: Value) -> int:
        return self._places.setdefault(value, len(self._places))

    @property
    def rows(self) -> list[Value]:
        return list(self._places)


class MessageWriter:
    """Writes messages; used once."""

    def __init__(self) -> None:
        self._scenarios: _Pool[Ruleset] = _Pool(scenario_hash)
        self._texts: _Values[str | None] = _Values()
        self._courses: _Values[tuple[str, ...]] = _Values()
        self._prices: _Values[int] = _Values()
        self._options: _Pool[ViberOptions | None] = _Pool(_tell_options)
        self._submissions: _Pool[Submission] = _Pool(self._tell_submission)
        self._timelines: _Pool[Timeline] = _Pool(self._tell_timeline)
        self._decisions: dict[tuple[int, Channel], int] = {}
        self._decided: list[Any] = []

    def tell(self, messages: Iterable[Message]) -> dict[str, Any]:
        messages = list(messages)
        place_of_submission, place_of_timeline = self._submissions.place, self._timelines.place
        place_of_text, place_of_price = self._texts.place, self._prices.place
        columns = {
            "id": [message.id for message in messages],
            "submission": [place_of_submission(message.submission) for message in messages],
            "msisdn": [message.msisdn for message in messages],
            "country": [place_of_text(message.country) for message in messages],
            "reference": [message.reference for message in messages],
            "price": [place_of_price(message.price) for message in messages],
            "timeline": [place_of_timeline(message.timeline) for message in messages],
            "decision": [self._place_of_decision(message) for message in messages],
        }
        counterparts = [(place, one.counterpart) for place, one in enumerate(messages) if one.counterpart is not None]
        following = [
            (place, self._submissions.place(one.judged.submission), one.judged.reference)
            for place, one in enumerate(messages)
            if isinstance(one, FollowingSms)
        ]
        return {
            "messages": columns,
            "counterparts": counterparts,
            "following": following,
            "decisions": self._decided,
            "timelines": self._timelines.rows,
            "courses": self._courses.rows,
            "submissions": self._submissions.rows,
            "options": self._options.rows,
            "scenarios": self._scenarios.rows,
            "texts": self._texts.rows,
            "prices": self._prices.rows,
        }

    def _place_of_decision(self, message: Message) -> int | None:
        decision = message.decision
        if decision is None:
            return None
        # The rules were asked about the Viber message where an SMS follows its rule.
        judged = message.judged.submission
        key = id(decision), judged.channel
        place = self._decisions.get(key)
        if place is None:
            place = self._decisions[key] = len(self._decided)
            scenario = self._scenarios.place(judged.ruleset)
            self._decided.append((scenario, judged.channel, *judged.ruleset.place_of(judged.channel, decision)))
        return place

    def _tell_timeline(self, timeline: Timeline) -> Any:
        causes = "".join(_LETTERS[cause] for cause in timeline.causes)
        return self._courses.place((timeline.channel, *timeline.statuses)), timeline.offsets, self._texts.place(causes)

    def _tell_submission(self, submission: Submission) -> Any:
        return (
            submission.channel,
            self._scenarios.place(submission.ruleset),
            submission.time_in,
            submission.start,
            self._texts.place(submission.sender),
            self._texts.place(submission.text),
            submission.tariff,
            submission.validity,
            submission.is_promotional,
            self._options.place(submission.options),
            self._texts.place(submission.callback_url),
            submission.parts,
            submission.request,
            *(() if submission.origin is None else (tuple(submission.origin),)),
        )


def _tell_options(options: ViberOptions | None) -> Any:
    if options is None:
        return None
    route = options.alt_route
    return options.img, options.caption, options.action, None if route is None else tuple(route)


class MessageReader:
    """Reads messages; those of one checkpoint share their timelines, as those of an account do."""

    def __init__(self, find_scenario: ScenarioOf) -> None:
        self._find_scenario = find_scenario
        self._shared: dict[tuple[tuple[Channel, tuple[str, ...]], tuple[int, ...], str | None], Timeline] = {}

    def read(self, told: dict[str, Any]) -> list[Message]:
        rulesets = [self._find_scenario(each) for each in told["scenarios"]]
        texts, prices = told["texts"], told["prices"]
        options = [_read_options(each) for each in told["options"]]
        submissions = [
            Submission(
                channel,
                rulesets[scenario],
                time_in=time_in,
                start=start,
                sender=texts[sender],
                text=texts[text],
                tariff=tariff,
                validity=validity,
                is_promotional=is_promotional,
                options=options[chosen],
                callback_url=texts[callback_url],
                parts=parts,
                request=request,
                origin=Origin(*origin[0]) if origin else None,
            )
            for (
                channel, scenario, time_in, start, sender, text, tariff, validity, is_promotional, chosen, callback_url,
                parts, request, *origin,
            ) in told["submissions"]
        ]  # fmt: skip
        courses = [(channel, tuple(statuses)) for channel, *statuses in told["courses"]]
        timelines = [
            self._read_timeline(courses[course], tuple(offsets), texts[causes[0]] if causes else None)
            for course, offsets, *causes in told["timelines"]
        ]
        decisions: list[Decision | None] = [
            rulesets[scenario].decision_at(channel, tuple(place)) for scenario, channel, *place in told["decisions"]
        ]
        columns = told["messages"]
        following = {place: (judged, reference) for place, judged, reference in told["following"]}
        messages = [
            Message(
                message_id,
                submissions[submission],
                msisdn,
                texts[country],
                reference,
                prices[price],
                timelines[timeline],
                None if decision is None else decisions[decision],
            )
            for message_id, submission, msisdn, country, reference, price, timeline, decision in zip(
                *(columns[name] for name in _COLUMNS), strict=True
            )
        ]
        for place, (judged, reference) in following.items():
            messages[place] = _follow(messages[place], Judged(submissions[judged], reference))
        for place, counterpart in told["counterparts"]:
            messages[place].counterpart = counterpart
        return messages

    def _read_timeline(
        self, course: tuple[Channel, tuple[str, ...]], offsets: tuple[int, ...], letters: str | None
    ) -> Timeline:
        """Read one; `letters` say what caused each step, which formats before the third do not tell."""
        key = course, offsets, letters
        timeline = self._shared.get(key)
        if timeline is None:
            causes = tuple(_CAUSES[letter] for letter in letters or _UNKNOWN * len(offsets))
            timeline = Timeline.of(*course, offsets, causes)
            if len(self._shared) < _MOST_SHARED_TIMELINES:
                self._shared[key] = timeline
        return timeline


_COLUMNS = ("id", "submission", "msisdn", "country", "reference", "price", "timeline", "decision")


def _follow(sms: Message, judged: Judged) -> FollowingSms:
    following = FollowingSms(
        sms.id, sms.submission, sms.msisdn, sms.country, sms.reference, sms.price, sms.timeline, sms.decision
    )
    following.judged = judged
    return following


def _read_options(told: list[Any] | None) -> ViberOptions | None:
    if told is None:
        return None
    img, caption, action, route = told
    return ViberOptions(img, caption, action, None if route is None else AltRoute(*route))
