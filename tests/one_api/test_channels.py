"""What a message of the One API says on each channel: what passes, and how what does not is refused by its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.one_api.test_messages import ANN, INVALID, SAID, listed, message, send

if TYPE_CHECKING:
    from tests.one_api.conftest import Api

BLANK = "This value should not be blank."
NO_CHOICE = "The value you selected is not a valid choice."
NOT_VALID = "This value is not valid."
LINK = "https://shop.test/sale"


def too_long(most: int) -> str:
    return f"This value is too long. It should have {most} characters or less."


def too_short(fewest: int) -> str:
    return f"This value is too short. It should have {fewest} characters or more."


def between(low: int, high: int) -> str:
    return f"This value should be between {low} and {high}."


def sms(**fields: Any) -> dict[str, Any]:
    return message("sms", sms=SAID["sms"] | fields)


def viber(**fields: Any) -> dict[str, Any]:
    return message("viber", viber=SAID["viber"] | fields)


async def test_a_channel_may_be_written_in_capitals_and_a_number_with_a_plus(api: Api) -> None:
    body = message("sms") | {"channels": ["SMS"], "phone": {"number": f"+{ANN}"}}
    assert (await api.post("messages/send", body))["data"]["phone"] == int(ANN)


async def test_cards_of_rcs_are_read_out(api: Api) -> None:
    cards = [{"title": "Sale", "text": "Today"}, {"text": "Tomorrow"}]
    await send(api, "rcs", rcs={"cards": cards})
    (row,) = await listed(api)
    assert (row["text"], row["sender"]) == ("Sale\nToday\n\nTomorrow", None)


async def test_an_sms_is_transliterated_and_paid_by_its_parts(api: Api) -> None:
    sms = {"sender": "SHOP", "text": "ж" * 160, "transliterate": True}
    assert (await send(api, "sms", sms=sms))["amount"]["value"] == "0.0690000"
    (row,) = await listed(api)
    assert (row["text"], row["parts"]) == ("zh" * 160, 3)


@pytest.mark.parametrize(
    "body",
    [
        sms(sender="abc"),
        sms(sender="x" * 11),
        sms(sender="1" * 15),
        sms(sender=447),
        sms(text="x" * 765),
        sms(text="ж" * 355),
        sms(text="ж" * 350, transliterate=True),
        sms(transliterate="1", short_links=None),
        viber(sender="x" * 40, text="ж" * 1000),
        viber(image_url="https://shop.test/a.PNG", button_caption="x" * 20, link_url=LINK),
        viber(image_url="", button_caption="", link_url=""),
        message("rcs", rcs={"text": "x" * 160}),
        message("rcs", rcs={"cards": [{"title": "Sale", "media": {}, "suggestions": [{}]}] * 10}),
        message("voice", voice={"text": "x" * 1000, "category": "OTP", "voice": "sonya", "lang": "en"}),
        message("telegram", telegram={"text": "x"}),
        message("sms", callback_url=""),
        message("sms", callback_url=None, viber=None),
        message("sms", viber=SAID["viber"]),
        message("sms", to="123456789"),
        message("sms", to="1" * 15, reference="x" * 32),
        message("sms") | {"phone": {"number": int(ANN), "reference_id": 7}},
    ],
)
async def test_what_fits_is_sent(api: Api, body: dict[str, Any]) -> None:
    assert (await api.post("messages/send", body))["data"]["id"] == 217


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"channels": BLANK, "phone": BLANK}),
        (message(), {"channels": BLANK}),
        (message("sms", "sms", "sms"), {"channels": between(1, 2)}),
        (message("sms") | {"channels": "sms"}, {"channels": NOT_VALID}),
        (message("sms") | {"channels": ["whatsapp"]}, {"channels0": NO_CHOICE}),
        (message("sms", "viber"), {"channels": NO_CHOICE}),
        (message("viber", "rcs"), {"channels": NO_CHOICE}),
        (message("sms", sms=None), {"sms": BLANK}),
        (message("viber", "sms", sms="by SMS"), {"sms": NOT_VALID}),
        (message("sms") | {"phone": {}}, {"phonenumber": BLANK}),
        (message("sms", to="38097"), {"phonenumber": too_short(9)}),
        (message("sms", to="1" * 16), {"phonenumber": too_long(15)}),
        (message("sms", to="38097-292"), {"phonenumber": NOT_VALID}),
        (message("sms", to="0380972920000"), {"phonenumber": NOT_VALID}),
        (message("sms", reference="x" * 33), {"phonereference_id": too_long(32)}),
        (message("sms", reference="a-b"), {"phonereference_id": NOT_VALID}),
        (sms(sender="ab"), {"smssender": too_short(3)}),
        (sms(sender="x" * 12), {"smssender": too_long(11)}),
        (sms(sender="1" * 16), {"smssender": too_long(15)}),
        (sms(text=""), {"smstext": BLANK}),
        (sms(text="x" * 766), {"smstext": too_long(765)}),
        (sms(text="ж" * 356), {"smstext": too_long(355)}),
        (sms(transliterate="maybe"), {"smstransliterate": NOT_VALID}),
        (sms(unsubscribe_caption="x" * 51), {"smsunsubscribe_caption": too_long(50)}),
        (viber(sender="x" * 41), {"vibersender": too_long(40)}),
        (viber(text="x" * 1001), {"vibertext": too_long(1000)}),
        (viber(image_url="https://shop.test/a.pdf"), {"viberimage_url": NOT_VALID}),
        (viber(button_caption="x" * 21, link_url=LINK), {"viberbutton_caption": too_long(20)}),
        (viber(button_caption="Buy"), {"viberlink_url": BLANK}),
        (viber(link_url="x" * 256), {"viberlink_url": too_long(255)}),
        (message("rcs", rcs={}), {"rcstext": BLANK}),
        (message("rcs", rcs={"text": "x" * 161}), {"rcstext": too_long(160)}),
        (message("rcs", rcs={"cards": [{}] * 11}), {"rcscards": between(1, 10)}),
        (message("voice", voice={"text": "x", "category": "spam"}), {"voicecategory": NO_CHOICE}),
        (message("voice", voice={"text": "x"}), {"voicecategory": BLANK}),
        (message("voice", voice=SAID["voice"] | {"voice": "bob"}), {"voicevoice": NO_CHOICE}),
        (message("telegram", telegram={}), {"telegramtext": BLANK}),
        (message("sms", validity=0, validity_seconds=29), {
            "validity": between(1, 72), "validity_seconds": between(30, 86_400)
        }),
        (message("sms", validity=73), {"validity": between(1, 72)}),
        (message("sms", tariff_code="x"), {"tariff_code": NOT_VALID}),
        (message("sms", callback_url="nowhere"), {"callback_url": NOT_VALID}),
        (message("sms", callback_url="http://shop.test/" + "x" * 90), {"callback_url": too_long(100)}),
        (message("sms", dry_run=7), {"dry_run": NOT_VALID}),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused_by_its_field(
    api: Api, body: dict[str, Any], errors: dict[str, str]
) -> None:
    answer = await api.post("messages/send", body, status=422)
    assert answer == {"message": INVALID, "errors": {name: [text] for name, text in errors.items()}}
