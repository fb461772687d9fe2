"""The pytest plugin: an account for each test, its scenario by a marker, and what was sent in a failing test's report.

Nothing of the sandbox is imported where no test asks for it; where one does, it is before the first test runs: whatever
tests do to time, files and sockets is done later.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mock_bsg.embedded.account import Account
    from mock_bsg.embedded.mock import MockBSG
    from mock_bsg.pytest_worlds import Worlds

_ACCOUNT: pytest.StashKey[Account] = pytest.StashKey()
_WORLDS: pytest.StashKey[Worlds] = pytest.StashKey()
_MARKER = "mock_bsg(scenario=…): what the fixture mock_bsg follows: a name, a file (beside the test), a dict, YAML text"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("mock_bsg").addoption(
        "--mock-bsg-worlds",
        metavar="DIR",
        help="keep what each failing test sent as DIR/TEST.world, to be looked at with: mock-bsg open FILE",
    )
    parser.addini("mock_bsg_worlds", "default of --mock-bsg-worlds, seen from the folder of this file", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)
    _find_worlds(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    if any("mock_bsg_server" in getattr(item, "fixturenames", ()) for item in session.items):
        import mock_bsg.embedded.mock  # noqa: F401, PLC0415 -- while nothing is patched yet


@pytest.fixture(scope="session")
def mock_bsg_server() -> Iterator[MockBSG]:
    """Share one server among the tests of a session; define a fixture of this name to start it in another way."""
    from mock_bsg.embedded.mock import MockBSG  # noqa: PLC0415 -- for those tests only that use it

    with MockBSG() as server:
        yield server


@pytest.fixture
def mock_bsg(request: pytest.FixtureRequest, mock_bsg_server: MockBSG) -> Account:
    """Give the test an account of BSG's of its own: a new key, no messages, and the scenario that the marker names."""
    account = request.node.stash[_ACCOUNT] = mock_bsg_server.account(scenario=_read_marker(request))
    return account


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    try:
        return (yield)
    finally:
        account = item.stash.get(_ACCOUNT, None)
        if account is not None:
            with suppress(RuntimeError):
                account.collect_log()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    account = item.stash.get(_ACCOUNT, None)
    if account is None:
        return report
    if report.failed:
        report.sections.append(("mock_bsg", _describe(account)))
        _keep_world(item, account, report)
    if call.when == "teardown":
        # Not by the fixture: another's end may fail, and is to be explained, too. Nor later: delivery reports must not
        # come to the webhook of the next test.
        del item.stash[_ACCOUNT]
        with suppress(RuntimeError):  # there is nothing to forget where the sandbox's process has gone
            account.forget()
    return report


def _describe(account: Account) -> str:
    from mock_bsg.embedded.account import describe  # noqa: PLC0415 -- for tests that fail

    try:
        return describe(account)
    except RuntimeError as gone:
        return str(gone)


def _find_worlds(config: pytest.Config) -> None:
    """Find out where worlds are to be kept; a relative path is seen from where pytest was started."""
    given: str | None = config.getoption("--mock-bsg-worlds")
    start = str(config.invocation_params.dir)
    if not given and config.getini("mock_bsg_worlds"):
        given = str((config.inipath or config.rootpath / "ini").parent / config.getini("mock_bsg_worlds"))
    if given:
        from mock_bsg.pytest_worlds import Troubles, Worlds  # noqa: PLC0415 -- for runs that keep worlds

        config.stash[_WORLDS] = Worlds(given, start)
        config.pluginmanager.register(Troubles(), "mock_bsg_troubles")


def _keep_world(item: pytest.Item, account: Account, report: pytest.TestReport) -> None:
    worlds = item.config.stash.get(_WORLDS, None)
    if worlds is None:
        return
    with suppress(RuntimeError):  # that the sandbox's process has gone is told already
        said, trouble = worlds.keep(item.nodeid, [each.nodeid for each in item.session.items], account)
        report.sections[-1] = ("mock_bsg", f"{report.sections[-1][1]}\n{said}")
        if trouble is not None:
            report.mock_bsg_trouble = trouble  # type: ignore[attr-defined] # pytest-xdist hands on what a report has


def _read_marker(request: pytest.FixtureRequest) -> Any:
    marker = request.node.get_closest_marker("mock_bsg")
    if marker is None:
        return None
    if marker.args or marker.kwargs.keys() != {"scenario"}:
        given = ", ".join([*map(repr, marker.args), *(f"{name}=…" for name in marker.kwargs)])
        raise pytest.UsageError(f"@pytest.mark.mock_bsg takes scenario=…, not ({given})")
    from mock_bsg.embedded.scenario_source import in_folder  # noqa: PLC0415 -- for tests with a marker

    return in_folder(marker.kwargs["scenario"], request.path.parent)
