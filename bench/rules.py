"""What a scenario of a hundred rules costs, where only the last one matches, beside one of that rule alone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.load import shoot
from bench.report import Row, print_table, spread
from bench.shots import Create

if TYPE_CHECKING:
    from bench.servers import Servers

RULES = 100
NUMBER = "380970000007"
# What a rule of that kind asks for: the one that matches last, and those before it, which do not.
KINDS = {
    "number": (f'msisdn: "{NUMBER}"', 'msisdn: "4915100000{place:02}"'),
    "beginning of a number": ('msisdn: "38097*"', 'msisdn: "4915{place:02}*"'),
    "range of numbers": ("msisdn: 380970000000..380979999999", "msisdn: 4915{place:02}0000000..4915{place:02}9999999"),
    "part of the text": ('text: "*on its way*"', 'text: "*campaign {place:02}*"'),
    "reference": ('reference: "r*"', 'reference: "campaign-{place:02}-*"'),
}


def measure(servers: Servers, rounds: int, seconds: float) -> None:
    """Print the rate of creates with one rule and with a hundred, for each kind of rule."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [_row(servers, rounds, seconds, Path(folder), kind) for kind in KINDS]
    print_table("rules, creates a second", ("1 rule", f"{RULES} rules", "ratio", "ratios apart"), rows)


def _row(servers: Servers, rounds: int, seconds: float, folder: Path, kind: str) -> Row:
    one, hundred = folder / "one.yaml", folder / "hundred.yaml"
    one.write_text(_scenario(kind, 1), "utf-8")
    hundred.write_text(_scenario(kind, RULES), "utf-8")
    rates: dict[Path, list[float]] = {one: [], hundred: []}
    for _ in range(rounds):
        for file, kept in rates.items():
            with servers.sandbox("--scenario", str(file)) as server:
                kept.append(shoot(server, Create(number=NUMBER), seconds).rate)
    ratios = [many / single for single, many in zip(rates[one], rates[hundred], strict=True)]
    return Row(
        kind, (f"{median(rates[one]):,.0f}", f"{median(rates[hundred]):,.0f}", f"{median(ratios):.2f}", spread(ratios))
    )


def _scenario(kind: str, count: int) -> str:
    last, others = KINDS[kind]
    matches = [*(others.format(place=place) for place in range(count - 1)), last]
    rules = "".join(f"  - match: {{{match}}}\n    viber: {{sent: 1s, delivered: 2s}}\n" for match in matches)
    return f"account: {{balance: 1000000}}\nrules:\n{rules}"
