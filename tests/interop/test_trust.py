"""docs/clients.md, followed to the letter in each language: under BSG's name the sandbox is reached and believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.interop.conftest import Page, Road


class Client(NamedTuple):
    """A client's language: what shows that it is here, and its program run without what the page says about trust.

    `is_in_ci`: .ci/run installs it, so that it must be there where CI is true.
    """

    probe: str
    plain: str
    is_in_ci: bool = True


CLIENTS = {
    "Python": Client("python -c 'import requests'", "python shop.py"),
    "PHP": Client("php -r 'exit(function_exists(\"curl_init\") ? 0 : 1);'", "php shop.php"),
    "Perl": Client("perl -MLWP::Protocol::https -e 1", "perl shop.pl"),
    "Ruby": Client("ruby -rnet/http -e 1", "ruby shop.rb"),
    "Java": Client("javac -version", "java Shop.java"),
    "Go": Client("go version", "go run shop.go", is_in_ci=False),
}
BY_TLS = [language for language in CLIENTS if language != "Ruby"]
EXAMPLES = [*((language, 0) for language in CLIENTS), ("Java", 1)]


async def obtain(language: str, road: Road) -> Client:
    """Find a client's language on this machine, or skip the test."""
    client = CLIENTS[language]
    await road.need(client.probe, is_in_ci=client.is_in_ci)
    return client


@pytest.mark.parametrize(("language", "example"), EXAMPLES)
async def test_what_the_page_says_leads_the_client_to_the_sandbox(
    language: str, example: int, page: Page, road: Road, shop: Path
) -> None:
    await obtain(language, road)

    ran = await road.run(page.commands(language)[example], shop)

    assert ran.code == 0, ran.told
    balance, order, status, lookup = ran.answers
    assert (balance["error"], balance["amount"]) == (0, "100.0000000")
    assert (order["result"][0]["error"], order["result"][0]["reference"]) == (0, "shop-1")
    assert (status["error"], status["msisdn"]) == (0, "447700900100")
    assert (lookup["result"][0]["error"], lookup["result"][0]["msisdn"]) == (0, "447700900100")
    assert road.asked == ({"api.bsg.world:443"} if language in BY_TLS else set())


@pytest.mark.parametrize("language", BY_TLS)
async def test_client_that_was_not_told_whom_to_trust_believes_nothing(language: str, road: Road, shop: Path) -> None:
    client = await obtain(language, road)

    ran = await road.run(client.plain, shop)

    assert ran.code != 0
    assert "errorDescription" not in ran.out
    assert re.search("certificat", ran.told, re.IGNORECASE)
    assert road.asked == {"api.bsg.world:443"}


async def test_java_sees_no_certificate_in_its_store_without_the_password(page: Page, road: Road, shop: Path) -> None:
    await obtain("Java", road)
    password = re.compile(r"-Djavax\.net\.ssl\.trustStorePassword=\S+ ")
    told, count = password.subn("", page.commands("Java")[0])
    assert count == 1

    ran = await road.run(told, shop)

    assert ran.code != 0
    assert "the trustAnchors parameter must be non-empty" in ran.told


async def test_ruby_passes_no_proxy_by_that_its_client_was_given(road: Road, shop: Path) -> None:
    await obtain("Ruby", road)

    ran = await road.run("ruby shop.rb", shop, http_proxy="http://127.0.0.1:9")

    assert ran.code != 0
    assert "127.0.0.1:9" in ran.told


def test_examples_are_all_that_the_page_has(page: Page) -> None:
    assert [(language, number) for language in CLIENTS for number in range(len(page.commands(language)))] == sorted(
        EXAMPLES, key=lambda example: (list(CLIENTS).index(example[0]), example[1])
    )
