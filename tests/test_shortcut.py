"""The shortcut leads where the router would, and leaves to the router what is not written plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.app import create_app
from mock_bsg.bsg import FUNCTIONS
from mock_bsg.bsg.call import BASES
from mock_bsg.shortcut import SHORTCUT

if TYPE_CHECKING:
    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings
    from mock_bsg.shortcut import Shortcut
    from tests.conftest import Client

KEY = {"X-API-KEY": "test_key"}


@pytest.fixture
def shortcut(app_settings: Settings, library: Library) -> Shortcut:
    return create_app(app_settings, library)[SHORTCUT]


def test_every_function_without_a_variable_part_has_one_under_both_bases(shortcut: Shortcut) -> None:
    for function in FUNCTIONS:
        for base in BASES:
            for method in function.methods:
                assert (shortcut.find(method, base + function.path) is not None) == ("{" not in function.path)


def test_id_is_told_to_what_answers(shortcut: Shortcut) -> None:
    found = shortcut.find("GET", "/rest/viber/217")

    assert found is not None
    assert found[1] == {"id": "217"}


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/rest/viber/create"),
        ("DELETE", "/rest/viber/create"),
        ("POST", "/rest/viber/create?x=1"),
        ("POST", "/rest/viber/%63reate"),
        ("POST", "/rest//viber/create"),
        ("POST", "http://localhost/rest/viber/create"),
        ("GET", "/rest/viber/ext_id_16"),
        ("GET", "/rest/viber/217?x=1"),
        ("GET", "/rest/viber/%3217"),
        ("GET", "/rest/viber/reference/217"),
        ("GET", "/rest/viber/"),
        ("POST", "/rest/viber/217"),
        ("GET", "/217"),
        ("OPTIONS", "*"),
        ("GET", "/_mock/health"),
    ],
)
def test_everything_else_is_left_to_the_router(shortcut: Shortcut, method: str, target: str) -> None:
    assert shortcut.find(method, target) is None


@pytest.mark.parametrize(("path", "error"), [("217", 40), ("ext_id_16", 40), ("2%317", 40), ("create", 4)])
async def test_answer_is_the_same_on_both_ways(client: Client, path: str, error: int) -> None:
    async with client.get(f"/rest/viber/{path}", headers=KEY) as short:
        answer: dict[str, Any] = await short.json()
    async with client.get(f"/rest/viber/{path}?on=the+long+way", headers=KEY) as long:
        assert await long.json() == answer
        assert long.status == short.status
    assert answer["error"] == error


async def test_client_that_waits_to_be_told_to_go_on_is_told(client: Client) -> None:
    body = b'{"messages": []}'
    async with client.post("/rest/viber/create", headers=KEY, data=body, expect100=True) as answer:
        assert (await answer.json())["error"] == 44
