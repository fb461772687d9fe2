"""A world file in the page: what a colleague sees of it, and that time stands still there until it is moved on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from tests.browser.conftest import READY
from tests.test_cli import clean_environ
from tests.worlds.data.__main__ import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that shows a world file: the pages of this module are its own."""
    file = tmp_path_factory.mktemp("opened") / "failed.world"
    shutil.copyfile(DATA / "version-1.world", file)
    with subprocess.Popen(
        [sys.executable, "-m", "mock_bsg", "open", str(file), "--port", "0"],
        env=clean_environ({}),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        found = READY.search(process.stdout.readline())
        assert found
        yield found[1]
        process.terminate()
        process.stdout.read()
    assert file.read_bytes() == Path(DATA / "version-1.world").read_bytes()


async def test_all_accounts_are_there_with_what_was_sent(page: Page, server: str) -> None:
    await page.goto(f"{server}/#key=test_alt_routes")
    await expect(page.locator(".row")).to_have_count(9)
    await page.goto(f"{server}/#key={quote('live_час')}")
    await expect(page.locator(".row")).to_have_count(1)
    await expect(page.locator("#clock-mode")).to_have_text("UTC, stopped")


async def test_time_stands_still_until_it_is_moved_on(page: Page, server: str) -> None:
    await page.goto(f"{server}/#key=test_reports")
    row = page.locator(".row", has_text="380972920001")
    await expect(row.locator(".status")).to_have_text("scheduled")
    await page.get_by_role("button", name="+10 s").click()
    await expect(row.locator(".status")).to_have_text("read")


async def test_one_goes_back_in_the_log_and_forth_again(page: Page, server: str) -> None:
    await page.goto(f"{server}/#key=test_alt_routes_fork")
    await expect(page.locator("#past-told")).to_contain_text("8 of 8 · ")
    await expect(page.locator(".row")).to_have_count(6)
    for number, rows in ((3, 2), (8, 6)):
        await page.locator("#past-slider").fill(str(number))
        await page.locator("#past-go").click()
        await expect(page.locator("#past-told")).to_contain_text(f"{number} of ")
        await expect(page.locator(".row")).to_have_count(rows)
