"""The account itself: its balance, its tariffs, its senders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from mock_bsg.domain.money import as_short_number
from mock_bsg.domain.times import time_text
from mock_bsg.one_api.call import Call, Function
from mock_bsg.one_api.fields import Part, choice, whole
from mock_bsg.one_api.paging import LARGEST_OFFSET
from mock_bsg.sandbox.answering import Answer

if TYPE_CHECKING:
    from mock_bsg.sandbox.account import Account

ANY_SENDER = "BSG"
"""What is listed where a scenario names no senders, and so any is registered [assumed]."""


class TariffQuery(Part):
    """Which page of the tariffs is asked for."""

    offset: Annotated[int, whole(0, LARGEST_OFFSET)] = Field(0, alias="page[offset]")
    limit: Annotated[int, whole(15, 500)] = Field(50, alias="page[limit]")


class SenderQuery(Part):
    """Which senders are asked for."""

    type: Annotated[str, choice("sms", "viber")]


def balance(call: Call) -> Answer:
    account = call.account
    told = {
        "balance": as_short_number(account.balance),
        "currency": account.currency,
        "credit": as_short_number(account.limit),
    }
    return Answer({"data": told})


def tariffs(call: Call) -> Answer:
    """List the scenario's tariffs: `id` is the code + 1, 0 is the default one [assumed]."""
    wanted = call.query(TariffQuery)
    codes = sorted(call.account.ruleset.account.tariffs)
    data = [
        {"id": code + 1, "name": f"Tariff {code}", "code": code, "is_active": True, "is_default": code == 0}
        for code in codes[wanted.offset : wanted.offset + wanted.limit]
    ]
    return Answer({"data": data, "total": len(codes)})


def senders(call: Call) -> Answer:
    call.query(SenderQuery)
    names = list_senders(call.account)
    since = time_text(call.account.began)
    data: list[dict[str, Any]] = [
        {
            "id": place,
            "status": "active",
            "country": None,
            "sender": name,
            "created_at": since,
            "is_default": place == 1,
        }
        for place, name in enumerate(names, 1)
    ]
    return Answer({"data": data, "total": len(data)})


def list_senders(account: Account) -> list[str]:
    registered = account.ruleset.account.senders
    return [ANY_SENDER] if registered is None else sorted(registered)


def is_registered(account: Account, sender: str) -> bool:
    """Whether messages may come from it: where a scenario names no senders, from any."""
    registered = account.ruleset.account.senders
    return registered is None or sender in registered


FUNCTIONS = (
    Function("GET", "/api/accounts/balance", balance, "account_balance", "BalanceApi", "Balance and credit"),
    Function("GET", "/api/accounts/tariff", tariffs, "account_tariffs", "BalanceApi", "Tariffs", query=TariffQuery),
    Function("GET", "/api/senders", senders, "senders", "SendersApi", "Registered senders", query=SenderQuery),
)
