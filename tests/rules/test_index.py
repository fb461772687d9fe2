import itertools
import random
from fnmatch import fnmatchcase

from mock_bsg.rules.rule import Rule
from mock_bsg.rules.ruleset import MessageFacts, Ruleset
from mock_bsg.rules.usage import Usage
from mock_bsg.scenario.library import compile_text


def _decide(ruleset: Ruleset, msisdn: str) -> Rule | None:
    decision = ruleset.narrow(MessageFacts("viber")).choose(msisdn, "UA", "", Usage())
    return None if decision is None else decision.rule


def test_index_finds_what_looking_at_every_rule_finds() -> None:
    dice = random.Random(5)  # noqa: S311 -- no secret
    patterns: list[str] = []
    for _ in range(120):
        digits = "".join(dice.choice("12") for _ in range(8))
        kind = dice.randrange(6)
        low, high = sorted((digits, "".join(dice.choice("12") for _ in range(8))))
        prefix = digits[: dice.randrange(1, 7)]
        patterns.append(
            (digits, f"{prefix}*", f"{low}..{high}", f"/{prefix[:3]}$/", f"*{prefix[:3]}", "????1111")[kind]
        )
    references = ('""', '["", a]')
    lines = [
        f'  - {{match: {{msisdn: "{pattern}", reference: {dice.choice(references)}}}, viber: {{sent: {place}s}}}}'
        for place, pattern in enumerate(patterns)
    ]
    ruleset = compile_text("rules:\n" + "\n".join(lines), "test")

    def fits(pattern: str, number: str) -> bool:
        if ".." in pattern:
            low, _, high = pattern.partition("..")
            return int(low) <= int(number) <= int(high)
        if pattern.startswith("/"):
            return number.endswith(pattern[1:-2])
        return fnmatchcase(number, pattern)

    for digits_of_number in itertools.islice(itertools.product("12", repeat=8), 0, 256, 3):
        number = "".join(digits_of_number)
        first = next((place for place, pattern in enumerate(patterns) if fits(pattern, number)), None)
        rule = _decide(ruleset, number)
        assert (None if rule is None else rule.index) == first, number


def test_overlapping_ranges_and_their_ends_are_exact() -> None:
    ruleset = compile_text(
        """
        rules:
          - {name: a, match: {msisdn: 10000010..10000020}, viber: {sent: 1s}}
          - {name: b, match: {msisdn: 10000005..10000015}, viber: {sent: 1s}}
          - {name: c, match: {msisdn: [10000030..10000030, 99999990..99999999]}, viber: {sent: 1s}}
    """,
        "test",
    )
    expected = {
        "10000004": None, "10000005": "b", "10000009": "b", "10000010": "a", "10000020": "a", "10000021": None,
        "10000029": None, "10000030": "c", "10000031": None, "99999989": None, "99999999": "c", "100000010": None,
    }  # fmt: skip
    rules = {number: _decide(ruleset, number) for number in expected}
    assert {number: None if rule is None else rule.name for number, rule in rules.items()} == expected


def test_references_are_found_by_text_and_by_beginning() -> None:
    ruleset = compile_text(
        """
        rules:
          - {name: one, match: {reference: order-1}, viber: {sent: 1s}}
          - {name: many, match: {reference: ["order-*", x]}, viber: {sent: 1s}}
          - {name: ended, match: {reference: "*-9"}, viber: {sent: 1s}}
          - {name: here, match: {reference: "tail*", country: UA}, viber: {sent: 1s}}
    """,
        "test",
    )
    expected = {
        "order-1": "one",
        "order-12": "many",
        "x": "many",
        "y-9": "ended",
        "tailor": "here",
        "order": None,
        "": None,
    }

    found = {}
    for reference in expected:
        decision = ruleset.narrow(MessageFacts("viber")).choose("380972920000", "UA", reference, Usage())
        found[reference] = None if decision is None or decision.rule is None else decision.rule.name
    assert found == expected
