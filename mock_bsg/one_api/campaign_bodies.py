"""What campaigns are asked for with: bodies to many numbers, each made the content of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator

from mock_bsg.domain.phones import is_msisdn
from mock_bsg.one_api.channels import (
    CALLBACK_URL,
    IMAGE,
    LINK,
    MOST_HOURS,
    REFERENCE,
    SMS_SENDER,
    VIBER_SENDER,
    Content,
    Phone,
    Sms,
    Viber,
    find_sms_clashes,
    find_viber_clashes,
    senders_of,
)
from mock_bsg.one_api.fields import (
    FLAG,
    MOMENT,
    NOT_VALID,
    USED,
    Part,
    Reader,
    Several,
    digits,
    read_moment,
    string,
    whole,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_PHONES = 10_000
MOST_VIBER_PHONES = 5_000
_LONGEST_SMS = 765


def _check_number(found: str) -> str:
    if not is_msisdn(found):
        raise wrong(NOT_VALID)
    return found


NUMBER = AfterValidator(_check_number)


def _refuse_groups(found: Any) -> None:
    """Refuse groups of contacts, which are out of scope; an empty list is none."""
    if found not in ([], ""):
        raise wrong(NOT_VALID)


def _read_start(found: Any) -> int | None:
    """Read when individual messages are to be sent: a date [spec]; an integer, which BSG's SDK sends, is ignored."""
    if (isinstance(found, int) and not isinstance(found, bool)) or (isinstance(found, str) and found.isdigit()):
        return None
    return read_moment(found)


NO_GROUPS = Reader(_refuse_groups, {"type": "array", "maxItems": 0})
START = Reader(_read_start, {"type": ["string", "integer"], "examples": ["2026-02-03 04:05:06"]})
HOURS = whole(1, MOST_HOURS)
TARIFF = whole(0, 2**31 - 1)


class Addressee(Phone):
    """One of those whom a campaign goes to."""

    number: Annotated[str, digits(9, 15), NUMBER]


class Recipients(Part):
    """Whom a campaign goes to."""

    phones: Annotated[list[Addressee], Several(1, MOST_PHONES)]
    groups: Annotated[None, NO_GROUPS] = None


class CampaignSend(Content):
    """The body that sends a campaign on one channel or two."""

    recipients: Recipients
    start_at: Annotated[int | None, MOMENT] = None

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from super().find_clashes(found)
        recipients = found.get("recipients")
        if isinstance(recipients, dict):
            yield from _find_repeated(recipients.get("phones"), "recipientsphones", "number")

    @property
    def senders(self) -> Iterator[tuple[str, str]]:
        """The senders with the names of their fields."""
        return senders_of(self)


class SmsSend(Part):
    """The body that sends one SMS to many."""

    phones: Annotated[list[Addressee], Several(1, MOST_PHONES)]
    sender: Annotated[str, SMS_SENDER]
    text: Annotated[str, string(1, _LONGEST_SMS)]
    validity: Annotated[int, HOURS] = MOST_HOURS
    start_at: Annotated[int | None, MOMENT] = None
    tariff_code: Annotated[int, TARIFF] = 0
    callback_url: Annotated[str | None, CALLBACK_URL] = None
    transliterate: Annotated[bool, FLAG] = False
    short_links: list[Any] | None = None

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from find_sms_clashes(found, "")
        yield from _find_repeated(found.get("phones"), "phones", "number")

    @property
    def senders(self) -> Iterator[tuple[str, str]]:
        """The sender with the name of its field."""
        yield "sender", self.sender

    @property
    def content(self) -> Content:
        """What every one of them gets."""
        return Content.model_construct(
            channels=["sms"],
            sms=Sms.model_construct(sender=self.sender, text=self.text, transliterate=self.transliterate),
            validity=self.validity,
            tariff_code=self.tariff_code,
            callback_url=self.callback_url,
        )


class IndividualSms(Part):
    """An SMS to one of many, who each get another."""

    phone: Annotated[str, digits(9, 15), NUMBER]
    text: Annotated[str, string(1, _LONGEST_SMS)]
    sender: Annotated[str, SMS_SENDER]
    reference_id: Annotated[str | None, REFERENCE] = None
    tariff_code: Annotated[int | None, TARIFF] = None
    transliterate: Annotated[bool, FLAG] = False


class IndividualSend(Part):
    """The body that sends many SMS, each to one."""

    messages: Annotated[list[IndividualSms], Several(1, MOST_PHONES)]
    validity: Annotated[int, HOURS] = MOST_HOURS
    start_at: Annotated[int | None, START] = None
    tariff_code: Annotated[int, TARIFF] = 0
    callback_url: Annotated[str | None, CALLBACK_URL] = None
    short_links: list[Any] | None = None

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        messages = found.get("messages")
        if isinstance(messages, list):
            for place, each in enumerate(messages):
                if isinstance(each, dict):
                    yield from find_sms_clashes(each, f"messages{place}")
            yield from _find_repeated(messages, "messages", "phone")

    @property
    def senders(self) -> Iterator[tuple[str, str]]:
        """The senders with the names of their fields."""
        return ((f"messages{place}sender", each.sender) for place, each in enumerate(self.messages))

    def content_of(self, each: IndividualSms) -> Content:
        """Tell what one of them gets."""
        return Content.model_construct(
            channels=["sms"],
            sms=Sms.model_construct(sender=each.sender, text=each.text, transliterate=each.transliterate),
            validity=self.validity,
            tariff_code=self.tariff_code if each.tariff_code is None else each.tariff_code,
            callback_url=self.callback_url,
        )


class FollowingSms(Part):
    """The SMS that takes over."""

    text: Annotated[str, string(1, _LONGEST_SMS)]
    sender: Annotated[str, SMS_SENDER]
    validity: Annotated[int, HOURS] = MOST_HOURS
    validity_seconds: Annotated[int | None, whole(30, 86_400)] = None
    check_stop_list: Annotated[bool, FLAG] = True


class AlternativeChannel(Part):
    """What takes over if Viber fails."""

    sms: FollowingSms


class ViberSend(Part):
    """The body that sends one Viber message to many."""

    phones: Annotated[list[Addressee], Several(1, MOST_VIBER_PHONES)]
    sender: Annotated[str, VIBER_SENDER]
    text: Annotated[str, string(1, 1000)]
    image_url: Annotated[str | None, IMAGE] = None
    button_caption: Annotated[str | None, string(0, 20)] = None
    link_url: Annotated[str | None, LINK] = None
    validity: Annotated[int, HOURS] = MOST_HOURS
    start_at: Annotated[int | None, MOMENT] = None
    tariff_code: Annotated[int, TARIFF] = 0
    alternative_channel: AlternativeChannel | None = None
    add_to_contact_book: Annotated[bool, FLAG] = True
    check_stop_list: Annotated[bool, FLAG] = True

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from find_viber_clashes(found, "")
        yield from _find_repeated(found.get("phones"), "phones", "number")
        alternative = found.get("alternative_channel")
        sms = alternative.get("sms") if isinstance(alternative, dict) else None
        if isinstance(sms, dict):
            yield from find_sms_clashes(sms, "alternative_channelsms")

    @property
    def senders(self) -> Iterator[tuple[str, str]]:
        """The senders with the names of their fields."""
        yield "sender", self.sender
        if self.alternative_channel is not None:
            yield "alternative_channelsmssender", self.alternative_channel.sms.sender

    @property
    def content(self) -> Content:
        """What every one of them gets."""
        route = None if self.alternative_channel is None else self.alternative_channel.sms
        return Content.model_construct(
            channels=["viber"] if route is None else ["viber", "sms"],
            viber=Viber.model_construct(
                sender=self.sender,
                text=self.text,
                image_url=self.image_url,
                button_caption=self.button_caption,
                link_url=self.link_url,
            ),
            sms=None
            if route is None
            else Sms.model_construct(
                sender=route.sender,
                text=route.text,
                validity=route.validity,
                validity_seconds=route.validity_seconds,
            ),
            validity=self.validity,
            tariff_code=self.tariff_code,
        )


class PricedPhone(Part):
    """A number whose SMS would cost something."""

    phone: Annotated[str, digits(9, 15), NUMBER]


class PriceAsk(Part):
    """The body that asks what a campaign of SMS would cost."""

    sender: Annotated[str, SMS_SENDER]
    text: Annotated[str, string(1, _LONGEST_SMS)]
    messages: Annotated[list[PricedPhone], Several(1, MOST_PHONES)]
    groups: Annotated[None, NO_GROUPS] = None
    tariff_code: Annotated[int, TARIFF] = 0

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from find_sms_clashes(found, "")


def _find_repeated(found: Any, where: str, name: str) -> Iterator[tuple[str, str]]:
    """Find numbers that have been there before: those of a campaign are unique [spec]."""
    if not isinstance(found, list) or len(found) > MOST_PHONES:
        return
    seen = set()
    for place, each in enumerate(found):
        number = each.get(name) if isinstance(each, dict) else None
        if isinstance(number, str | int):
            written = str(number).removeprefix("+")
            if written in seen:
                yield f"{where}{place}{name}", USED
            seen.add(written)
