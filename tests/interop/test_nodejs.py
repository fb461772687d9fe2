"""BSG's own client for Node.js, unmodified, calls https://app.bsg.hk and gets the sandbox; its own suite passes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.interop.conftest import Page, Road

CALLS = Path(__file__).with_name("calls.js")


async def test_what_the_page_says_leads_the_client_to_the_sandbox(
    page: Page, road: Road, shop: Path, modules: str
) -> None:
    (commands,) = page.commands("Node.js")

    ran = await road.run(commands, shop, NODE_PATH=modules)

    assert ran.code == 0, ran.told
    balance, order, status, lookup = ran.answers
    assert (balance["error"], balance["amount"]) == (0, "100.0000000")
    assert (order["result"][0]["error"], order["result"][0]["reference"]) == (0, "shop-1")
    assert (status["error"], status["msisdn"]) == (0, "447700900100")
    assert (lookup["result"][0]["error"], lookup["result"][0]["msisdn"]) == (0, "447700900100")
    assert road.asked == {"app.bsg.hk:443"}


async def test_its_own_suite_passes(page: Page, road: Road, shop: Path, modules: str) -> None:
    install, run_suite = page.commands("BSG's own test suites")[0].splitlines()
    assert install == "npm install --no-save bsg-nodejs mocha@3.2.0 should@11.2.0"
    (shop / "node_modules").symlink_to(modules)

    ran = await road.run(run_suite, shop)

    assert ran.code == 0, ran.out
    assert re.findall(r"(\d+) (passing|failing|pending)", ran.out) == [("12", "passing")]
    assert road.asked == {"app.bsg.hk:443"}


def published(file: str, exchange: int) -> object:
    path = Path(__file__).parent.parent / "golden" / f"{file}.json"
    return json.loads(path.read_text(encoding="utf-8"))["exchanges"][exchange]["answer"]


async def test_every_answer_is_what_bsg_published(road: Road, shop: Path, modules: str) -> None:
    ran = await road.run(
        f"node {CALLS}", shop, NODE_PATH=modules, NODE_EXTRA_CA_CERTS="mock-bsg-ca.pem", BSG_KEY="<YOUR_ACCESS_KEY>"
    )

    assert ran.code == 0, ran.told
    said = dict(ran.answers)
    assert said["balance"] == published("balance", 0)
    assert said["createHLR"]["result"][0]["error"] == 0
    assert [entry["error"] for entry in said["createHLRs"]["result"]] == [63, 0]
    assert (said["getHLR"]["status"], said["getHLR"]["msisdn"]) == ("active", "380972920000")
    assert said["createSMS"]["result"]["error"] == 0
    assert [entry["error"] for entry in said["createSMSes"]["result"]] == [0, 0]
    assert (said["createSMSesAgain"]["task_id"], said["createSMSesAgain"]["result"][0]["error"]) == ("7", 23)
    assert (said["getSMS"]["status"], said["getSMS"]["msisdn"]) == ("delivered", "380972000000")
    assert said["createViber"]["total_price"] == 0.23
    assert said["createViberAgain"] == published("viber-create-error", 1)
    assert (said["getViber"]["status"], said["getViber"]["price"]) == ("undeliverable", 0)
    for prices in ("HLRPrices", "SMSPrices", "viberPrices"):
        assert said[prices]["error"] == 0
        assert said[prices]["prices"][0]["price"]
    assert said["viberPricesOfUnknownTariff"] == {"error": 6, "errorDescription": "Invalid tariff code"}


async def test_client_checks_the_certificate(road: Road, shop: Path, modules: str) -> None:
    ran = await road.run("node shop.js", shop, NODE_PATH=modules)

    assert (ran.code, ran.out) == (1, "")
    assert road.asked == {"app.bsg.hk:443"}
