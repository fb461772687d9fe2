"""Bodies of campaigns of the One API: what is wrong with them is named by its path, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.one_api.conftest import log_in
from tests.one_api.test_campaigns import ANN, BOB, FALLBACK, INVALID, sms, viber

if TYPE_CHECKING:
    from tests.conftest import Serve
    from tests.one_api.conftest import Api

BLANK = "This value should not be blank."
NOT_VALID = "This value is not valid."
USED = "This value is already used."
TOO_SHORT = "This value is too short. It should have 9 characters or more."
TOO_LONG = "This value is too long. It should have 355 characters or less."
BARE: dict[str, Any] = {"channels": ["sms"], "sms": {"sender": "SHOP", "text": "Hi"}}


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("sms/send", sms(), {"phones": BLANK}),
        ("sms/send", sms() | {"phones": {}}, {"phones": NOT_VALID}),
        ("sms/send", sms(ANN, "12345678"), {"phones1number": TOO_SHORT}),
        ("sms/send", sms() | {"phones": [{"number": "0123456789"}]}, {"phones0number": NOT_VALID}),
        ("sms/send", sms(ANN, BOB, ANN), {"phones2number": USED}),
        (
            "sms/send",
            sms(ANN, validity=73, sender=""),
            {"sender": BLANK, "validity": "This value should be between 1 and 72."},
        ),
        ("sms/send", sms(ANN, text="ж" * 400), {"text": TOO_LONG}),
        ("viber/send", viber(ANN, button_caption="Go"), {"link_url": BLANK}),
        (
            "viber/send",
            viber(ANN, alternative_channel={"sms": {"sender": "SHOP"}}),
            {"alternative_channelsmstext": BLANK},
        ),
        (
            "viber/send",
            viber(*(f"38097{number:07}" for number in range(5001))),
            {"phones": "This value should be between 1 and 5000."},
        ),
        (
            "sms/send-individual",
            {"messages": [{"phone": ANN, "text": "Hi", "sender": "SHOP"}, {"phone": f"+{ANN}"}]},
            {
                "messages1text": BLANK,
                "messages1sender": BLANK,
                "messages1phone": USED,
            },
        ),
        ("send", BARE, {"recipients": BLANK}),
        ("send", BARE | {"recipients": {"groups": [7]}}, {"recipientsphones": BLANK, "recipientsgroups": NOT_VALID}),
        ("send", BARE | {"recipients": {"phones": [{"number": 7}]}}, {"recipientsphones0number": TOO_SHORT}),
        ("price", {"sender": "SHOP", "text": "Hi", "groups": [7]}, {"messages": BLANK, "groups": NOT_VALID}),
    ],
)
async def test_wrong_fields_are_named_by_their_paths(
    api: Api, path: str, body: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = await api.post(f"campaigns/{path}", body, status=422)
    assert answer == {"message": INVALID, "errors": {name: [text] for name, text in errors.items()}}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("sms/send", sms(ANN), "sender"),
        ("viber/send", viber(ANN, sender="BANK", **FALLBACK), "alternative_channelsmssender"),
        ("sms/send-individual", {"messages": [{"phone": ANN, "text": "Hi", "sender": "SHOP"}]}, "messages0sender"),
        ("send", BARE | {"recipients": {"phones": [{"number": ANN}]}}, "smssender"),
        ("price", {"sender": "SHOP", "text": "Hi", "messages": [{"phone": ANN}]}, "sender"),
    ],
)
async def test_senders_are_the_scenarios(serve: Serve, path: str, body: dict[str, Any], field: str) -> None:
    api = await log_in(await serve("account: {senders: [BANK]}\n"))
    answer = await api.post(f"campaigns/{path}", body, status=422)
    assert answer["errors"] == {field: [NOT_VALID]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sms/send", sms(ANN, tariff_code=77)),
        ("viber/send", viber(ANN, tariff_code=77)),
        ("sms/send-individual", {"messages": [{"phone": ANN, "text": "Hi", "sender": "SHOP", "tariff_code": 77}]}),
        ("price", {"sender": "SHOP", "text": "Hi", "messages": [{"phone": ANN}], "tariff_code": 77}),
    ],
)
async def test_tariffs_are_the_scenarios(api: Api, path: str, body: dict[str, Any]) -> None:
    answer = await api.post(f"campaigns/{path}", body, status=422)
    assert answer == {"message": "Tariff was not found", "errors": []}
