"""The command: says what will be sent, asks, sends, tells what came of it, writes the report."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mock_bsg.compare import report
from mock_bsg.compare.comparison import Comparison, StoppedError
from mock_bsg.compare.target import check_report, explain_report
from mock_bsg.http.sockets import ServerError
from mock_bsg.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mock_bsg.compare.comparison import Finding
    from mock_bsg.compare.target import Target

AS_ASSUMED = 0
CANNOT_TELL = 1
DIFFERS = 3
INTERRUPTED = 130


class InconclusiveError(Exception):
    """Nothing could be told; the text says why."""


def run(
    target: Target, report_path: Path | None, say: Callable[[str], None], confirm: Callable[[], bool] | None
) -> int:
    """Run the comparison and tell the exit code: 0 all as assumed, 3 something differs, else 1; 130 interrupted.

    `confirm` asks whether to send, None if that was agreed to. Raises SettingsError where nothing is sent, or the key
    is refused, or the report cannot be written in the end; InconclusiveError where the first request tells that the
    rest is no use.
    """
    if report_path is not None:
        check_report(report_path)
    comparison = Comparison(target)

    for line in report.announce(comparison):
        say(line)
    if confirm is not None and not confirm():
        raise SettingsError("compare: nothing was sent")
    code = _obtain(comparison, say, report_path)
    say(report.sum_up(comparison) + (f"; report in {report_path}" if report_path and comparison.findings else ""))
    return code


def _obtain(comparison: Comparison, say: Callable[[str], None], report_path: Path | None) -> int:
    def tell(finding: Finding) -> None:
        for line in report.tell(finding):
            say(line)

    try:
        asyncio.run(comparison.run(tell))
    except StoppedError as why:
        text = f"compare: cannot tell anything about {comparison.target.url}: {why}"
        raise (SettingsError if why.is_refused else InconclusiveError)(text) from None
    except ServerError as fault:
        raise SettingsError(f"compare: the sandbox to compare with: {fault}") from None
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    finally:
        if report_path is not None and comparison.findings:
            _write(comparison, report_path)
    decisions = {finding.decision for finding in comparison.findings}
    if "differs" in decisions:
        return DIFFERS
    return CANNOT_TELL if "cannot tell" in decisions else AS_ASSUMED


def _write(comparison: Comparison, path: Path) -> None:
    try:
        report.write_report(comparison, path)
    except OSError as fault:
        raise SettingsError(f"compare: {explain_report(path, fault)}") from None
