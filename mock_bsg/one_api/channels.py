"""What a message says on each channel: the objects of a body, read, and made drafts of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import PydanticCustomError

from mock_bsg.domain.sms_parts import GSM_LIMIT, UCS2_LIMIT, count_parts, is_too_long, split_parts, transliterate
from mock_bsg.domain.web_address import WebAddress
from mock_bsg.one_api.fields import (
    BLANK,
    FLAG,
    NO_CHOICE,
    NOT_VALID,
    Part,
    Reader,
    Several,
    check_length,
    choice,
    digits,
    read_flag,
    string,
    too_long,
    whole,
    wrong,
)
from mock_bsg.sandbox.message import AltRoute, Origin, Submission, ViberOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mock_bsg.domain.lifecycle import Channel
    from mock_bsg.one_api.call import Call

CHANNELS: tuple[Channel, ...] = ("sms", "rcs", "viber", "voice", "telegram")
HOUR = 3_600_000
"""ms"""
MOST_HOURS = 72
_IMAGES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tiff")
_is_reference = re.compile(r"[A-Za-z0-9]*").fullmatch
_LONGEST_REFERENCE = 32


def _read_reference(found: Any) -> str:
    written = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if not isinstance(written, str) or not _is_reference(written):
        raise wrong(NOT_VALID)
    return check_length(written, 1, _LONGEST_REFERENCE)


def _read_address(most: int) -> Reader:
    def read(found: Any) -> str:
        if not isinstance(found, str):
            raise wrong(NOT_VALID)
        check_length(found, 0, most)
        if found:  # empty is none, as BSG's own example has it [spec]
            try:
                WebAddress.read(found)
            except ValueError:
                raise wrong(NOT_VALID) from None
        return found

    return Reader(read, {"type": "string", "maxLength": most, "examples": ["http://127.0.0.1:9000/hook"]})


def _read_image(found: Any) -> str:
    if not isinstance(found, str) or (found and not found.lower().endswith(_IMAGES)):
        raise wrong(NOT_VALID)
    return check_length(found, 0, _LONGEST_LINK)


def read_sms_sender(found: Any) -> str:
    """Read a name of 3 to 11 characters, or a number of 3 to 15 digits [spec]."""
    written = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if not isinstance(written, str):
        raise wrong(NOT_VALID)
    return check_length(written, 3, 15 if written.isascii() and written.isdigit() else 11)


_LONGEST_LINK = 255
CALLBACK_URL = _read_address(100)
LINK = _read_address(_LONGEST_LINK)
IMAGE = Reader(
    _read_image,
    {
        "type": "string",
        "maxLength": _LONGEST_LINK,
        "pattern": r"\.(jpe?g|png|gif|bmp|tiff)$",
        "examples": ["http://127.0.0.1:9000/picture.png"],
    },
)
REFERENCE = Reader(_read_reference, {"type": ["string", "integer"], "pattern": "^[A-Za-z0-9]{1,32}$", "minimum": 0})
SMS_SENDER = Reader(read_sms_sender, {"type": "string", "minLength": 3, "maxLength": 15, "examples": ["SHOP"]})
VIBER_SENDER = string(1, 40)


class Phone(Part):
    """Whom a message goes to."""

    number: Annotated[str, digits(9, 15)]
    reference_id: Annotated[str | None, REFERENCE] = None


class Sms(Part):
    """An SMS."""

    sender: Annotated[str, SMS_SENDER]
    text: Annotated[str, string(1, 765)]
    transliterate: Annotated[bool, FLAG] = False
    unsubscribe_caption: Annotated[str | None, string(0, 50)] = None
    short_links: list[Any] | None = None
    validity: Annotated[int | None, whole(1, MOST_HOURS)] = None
    validity_seconds: Annotated[int | None, whole(30, 86_400)] = None


class Viber(Part):
    """A Viber message."""

    sender: Annotated[str, VIBER_SENDER]
    text: Annotated[str, string(1, 1000)]
    image_url: Annotated[str | None, IMAGE] = None
    button_caption: Annotated[str | None, string(0, 20)] = None
    link_url: Annotated[str | None, LINK] = None


class Card(Part):
    """A card of an RCS message."""

    title: Annotated[str | None, string(0, 200)] = None
    text: Annotated[str | None, string(1, 1000)] = None
    media: dict[str, Any] | None = None
    suggestions: Annotated[list[dict[str, Any]] | None, Several(0, 4)] = None


class Rcs(Part):
    """An RCS message: a text, or cards."""

    sender: Annotated[str | None, VIBER_SENDER] = None
    text: Annotated[str | None, string(1, 160)] = None
    cards: Annotated[list[Card] | None, Several(1, 10)] = None


class Voice(Part):
    """A call in which a text is read out."""

    text: Annotated[str, string(1, 1000)]
    category: Annotated[str, choice("otp", "transactional", "marketing")]
    sender: Annotated[str | None, VIBER_SENDER] = None
    voice: Annotated[str | None, choice("ostap", "dariya", "sonya", "amala")] = None
    lang: Annotated[str | None, string(0, 40)] = None


class Telegram(Part):
    """A Telegram message."""

    text: Annotated[str, string(1, 4096)]
    sender: Annotated[str | None, string(0, 40)] = None


class Content(Part):
    """What a message says on its channel, or on two, of which the second takes over if the first fails."""

    channels: Annotated[list[Annotated[str, choice(*CHANNELS)]], Several(1, 2)]
    sms: Sms | None = None
    viber: Viber | None = None
    rcs: Rcs | None = None
    voice: Voice | None = None
    telegram: Telegram | None = None
    validity: Annotated[int, whole(1, MOST_HOURS)] = MOST_HOURS
    validity_seconds: Annotated[int | None, whole(30, 86_400)] = None
    tariff_code: Annotated[int, whole(0, 2**31 - 1)] = 0
    callback_url: Annotated[str | None, CALLBACK_URL] = None
    dry_run: Annotated[bool, FLAG] = False
    respect_curfew: Annotated[bool, FLAG] = False
    add_to_contact_book: Annotated[bool, FLAG] = True
    check_stop_list: Annotated[bool, FLAG] = True

    @property
    def lifetime(self) -> int:
        """How long the message is valid, in ms; seconds win over hours, which BSG's SDK always sends [sdk]."""
        return self.validity * HOUR if self.validity_seconds is None else self.validity_seconds * 1000

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        channels = found.get("channels")
        names = [each.lower() for each in channels if isinstance(each, str)] if isinstance(channels, list) else []
        for name in dict.fromkeys(names):
            if name in CHANNELS and not isinstance(found.get(name), dict):
                yield name, BLANK if found.get(name) is None else NOT_VALID
        if len(names) == 2 and (names[0] == "sms" or names[1] != "sms") and set(names) <= set(CHANNELS):
            yield "channels", NO_CHOICE  # an SMS alone takes over [assumed]
        for name in dict.fromkeys(names):
            part = found.get(name)
            if isinstance(part, dict) and name in _CLASHES:
                yield from _CLASHES[name](part)


def find_sms_clashes(found: Mapping[str, Any], where: str = "sms") -> Iterator[tuple[str, str]]:
    """Find a text that is too long in its alphabet; it is measured as the phone gets it."""
    said = found.get("text")
    if isinstance(said, str) and len(said) <= 765:
        said = transliterate(said) if _is_set(found.get("transliterate")) else said
        if is_too_long(said):
            yield f"{where}text", too_long(UCS2_LIMIT if split_parts(said).encoding == "UCS-2" else GSM_LIMIT)


def _is_set(found: Any) -> bool:
    """Whether it is a flag that is set; what is none is told elsewhere."""
    try:
        return read_flag(found)
    except PydanticCustomError:
        return False


def find_viber_clashes(found: Mapping[str, Any], where: str = "viber") -> Iterator[tuple[str, str]]:
    if found.get("button_caption") and not found.get("link_url"):
        yield f"{where}link_url", BLANK


def _find_rcs_clashes(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if found.get("text") is None and found.get("cards") is None:
        yield "rcstext", BLANK


_CLASHES = {"sms": find_sms_clashes, "viber": find_viber_clashes, "rcs": _find_rcs_clashes}


def make_submission(call: Call, content: Content, start: int | None = None, origin: Origin | None = None) -> Submission:
    """Make the submission of what a body says; `start` is when it is to be sent, in ms, None: at once."""
    channel = content.channels[0]
    route = _alt_route(content) if len(content.channels) == 2 else None
    sender, said, options, parts = _say(content, channel, route)
    return Submission(
        channel,  # type: ignore[arg-type] # it is one of CHANNELS
        call.account.ruleset,
        time_in=call.now,
        start=start,
        sender=sender,
        text=said,
        tariff=content.tariff_code,
        validity=content.lifetime,
        options=options,
        callback_url=content.callback_url or None,
        parts=parts,
        request=call.request,
        origin=origin or ORIGIN,
    )


ORIGIN = Origin()
"""Of messages that were sent one by one."""


def _say(content: Content, channel: str, route: AltRoute | None) -> tuple[str, str, ViberOptions | None, int]:
    """Tell sender, text, options and parts of the message on its first channel."""
    bare = None if route is None else ViberOptions(alt_route=route)
    if channel == "sms" and content.sms is not None:
        said = sms_text(content.sms)
        return content.sms.sender, said, None, count_parts(said)
    if channel == "viber" and content.viber is not None:
        viber = content.viber
        options = ViberOptions(viber.image_url or None, viber.button_caption or None, viber.link_url or None, route)
        return viber.sender, viber.text, None if options == _NO_OPTIONS else options, 1
    if channel == "rcs" and content.rcs is not None:
        return content.rcs.sender or "", content.rcs.text or _read_out(content.rcs.cards or ()), bare, 1
    spoken = content.voice if channel == "voice" else content.telegram
    assert spoken is not None  # noqa: S101 -- told to the type checker: find_clashes looked
    return spoken.sender or "", spoken.text, bare, 1


_NO_OPTIONS = ViberOptions()


def _read_out(cards: Sequence[Card]) -> str:
    return "\n\n".join("\n".join(filter(None, (card.title, card.text))) for card in cards)


def sms_text(sms: Sms) -> str:
    """Tell the text of an SMS as the phone gets it."""
    return transliterate(sms.text) if sms.transliterate else sms.text


def _alt_route(content: Content) -> AltRoute:
    assert content.sms is not None  # noqa: S101 -- told to the type checker: find_clashes looked
    return make_alt_route(content.sms, content.callback_url or None, content.lifetime)


def make_alt_route(sms: Sms, callback_url: str | None, lifetime: int) -> AltRoute:
    """Make the SMS that takes over; it is as long valid as the first message, in ms, if it does not say itself."""
    if sms.validity_seconds is not None:
        lifetime = sms.validity_seconds * 1000
    elif sms.validity is not None:
        lifetime = sms.validity * HOUR
    return AltRoute(sms.sender, sms_text(sms), callback_url, None, lifetime)


def senders_of(content: Content) -> Iterator[tuple[str, str]]:
    """Tell the senders of a message with the names of their fields."""
    for name in content.channels:
        sender = getattr(getattr(content, name), "sender", None)
        if sender:
            yield f"{name}sender", sender
