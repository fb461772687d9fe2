"""The sandbox answers as BSG's description of 2026 says, but for what docs/fidelity.md names.

The description is not ours to give away: the check runs where its file is at hand.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from mock_bsg.http.app import create_app
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings
from tests.conftest import Receiver
from tests.rest.described.accepted import find_doubled, find_gone, find_strange, read_accepted
from tests.rest.described.description import Description
from tests.rest.described.examination import Examiner, ask_everything, scenarios_for
from tests.rest.described.ledger import Ledger
from tests.rest.described.provocations import provoke_everything, provoking_scenarios, read_reports

ROOT = Path(__file__).parent.parent.parent
NAMED = os.environ.get("BSG_DESCRIPTION", "")
FILE = Path(NAMED) if NAMED else ROOT / "../shared/data/bsg-rest-v1.openapi.json"
pytestmark = pytest.mark.slow

ACCEPTED = read_accepted((ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8"))


async def examine(description: Description) -> Ledger:
    """Ask a sandbox everything, and read its delivery reports; none of them leaves the machine."""
    ledger = Ledger(description)
    library = Library(texts=scenarios_for(description) | provoking_scenarios())
    hook = Receiver()
    receiver = Application()
    receiver.router.add_route("POST", "/hook", hook.handle)
    async with (
        TestServer(receiver) as hook_server,
        TestClient(TestServer(create_app(Settings(scenario="first-1", callbacks="off"), library))) as client,
        TestClient(TestServer(create_app(Settings(scenario="first-1"), library))) as reporting,
    ):
        hook.url = str(hook_server.make_url("/hook"))
        examiner = Examiner(client, ledger)
        await ask_everything(examiner)
        await provoke_everything(examiner)
        await read_reports(Examiner(reporting, ledger), hook)
    return ledger


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """The ledger of an examination. A file that BSG_DESCRIPTION names has to be there."""
    if not NAMED and not FILE.exists():
        pytest.skip("BSG's description of API v1 is not at hand; BSG_DESCRIPTION would name its file")
    return asyncio.run(examine(Description.read(FILE)))


def test_every_example_of_the_description_is_sent(ledger: Ledger) -> None:
    assert ledger.unsent() == []


def test_every_difference_from_the_description_is_accepted(ledger: Ledger) -> None:
    strange = find_strange(ledger.found(), ACCEPTED)

    assert not strange, "docs/fidelity.md does not know that the sandbox differs here:\n" + "\n".join(strange)


def test_every_accepted_difference_is_still_met(ledger: Ledger) -> None:
    gone = find_gone(ledger.found(), ACCEPTED)

    assert not gone, "docs/fidelity.md tells of differences that there are not:\n" + "\n".join(gone)


def test_no_difference_is_accepted_twice() -> None:
    assert find_doubled(ACCEPTED) == []
