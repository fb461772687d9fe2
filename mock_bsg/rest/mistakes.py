"""What people write when they mean something else: each mistake in a sentence for the journal and the log.

Only the unlucky pay: patterns and tables are made when a mistake is first explained.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from mock_bsg.domain.phones import is_msisdn
from mock_bsg.domain.references import is_reference
from mock_bsg.encoding import decode
from mock_bsg.sandbox.answering import MOST_EXPLAINED
from mock_bsg.sandbox.sending import Refusal
from mock_bsg.scenario.errors import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mock_bsg.domain.error_codes import Codes
    from mock_bsg.sandbox.sending import Receipt

_LONGEST_NAME = 40
_LONGEST_SHOWN = 40

# BSG's fields, and what people call them: in BSG's own older pages (`external_id` [docs]), in its other API, in the
# APIs of others. A word may mean several; the first that is known where it stands is told.
_CALLED = {
    "reference": "external_id ext_id extern_id client_id client_ref client_reference custom_id message_id order_id ref",
    "msisdn": "phone phone_number number to recipient receiver mobile tel telephone address",
    "phones": "recipients receivers numbers phone_numbers msisdns to messages",
    "to": "recipients receivers phones numbers phone_numbers msisdns msisdn phone number",
    "msisdns": "phones numbers phone_numbers recipients",
    "body": "text message msg content message_text sms_text",
    "text": "body message msg content message_text",
    "originator": "sender from source alpha_name sender_id sender_name source_addr",
    "alpha_name": "sender originator from source sender_id sender_name",
    "callback_url": "callback webhook webhook_url dlr_url notify_url status_url report_url",
    "validity": "ttl validity_period lifetime expires",
    "scheduled_datetime": "schedule scheduled scheduled_at schedule_time send_at send_time date send_date",
    "start_date": "from date_from since",
    "end_date": "to date_to until",
    "tariff": "tariff_code price_grid",
    "tariff_code": "tariff price_grid",
    "destination": "type kind mode",
    "product": "service channel",
    "img": "image picture image_url photo",
    "caption": "button button_text button_caption",
    "action": "button_url url link href",
    "options": "viber params",
    "alt_route": "fallback alternative failover sms",
    "is_promotional": "promotional promo is_promo",
    "transliterate": "translit transliteration",
    "data_coding_ucs2": "unicode ucs2 data_coding",
    "2way": "two_way",
    "ids": "id message_ids",
}


def _fold(name: str) -> str:
    """Write a name as all its spellings have it: externalId, external-id and External_ID are one."""
    return re.sub(r"[\s_.-]+", "", name).casefold()


@cache
def _read_words() -> Mapping[str, Sequence[str]]:
    """Turn the table around: word as it is folded → the fields that it may mean."""
    meant: dict[str, list[str]] = {}
    for name, words in _CALLED.items():
        for word in words.split():
            meant.setdefault(_fold(word), []).append(name)
    return meant


def explain_field(name: str, known: Collection[str], found: Collection[str]) -> str:
    """Say what a field that BSG does not know is called, "" if it is nothing like a known one that is missing."""
    if len(name) > _LONGEST_NAME:
        return ""
    missing = [each for each in known if each not in found]
    folded = {_fold(each): each for each in missing}
    word = _fold(name)
    meant = folded.get(word) or next((each for each in _read_words().get(word, ()) if each in missing), None)
    return f": the field is called '{meant}'" if meant else suggest(name, sorted(missing))


_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}


def explain_shape(where: str, found: Any, expected: str) -> str:
    """Say that a part of the body, "" for all of it, is something else than expected."""
    place = where or "the body"
    if found is None:
        return f"{place} is missing: {expected} is expected"
    if isinstance(found, str):
        return f"{place} is a string{_look_inside(found)}: {expected} is expected"
    return f"{place} is {_name_kind(found)}: {expected} is expected"


def _name_kind(found: Any) -> str:
    kind = _KINDS.get(type(found), "a number")
    return kind.replace("an ", "an empty ") if found in ([], {}) else kind


def _look_inside(text: str) -> str:
    """Say so if a string holds JSON: it was encoded twice then."""
    if text.lstrip()[:1] not in {"{", "["}:
        return ""
    try:
        decode(text.encode())
    except ValueError:
        return ""
    return " that holds JSON, which was encoded twice"


def explain_array(orders: list[Any]) -> str:
    """Say what is wrong with an array as the body of a function that takes one order."""
    if len(orders) == 1:
        return "the body is an array: an object is expected, so its one order goes without the brackets"
    return "the body is an array: one object is expected, in which `phones` lists several recipients"


def explain_destination(order: Mapping[str, Any], known: Collection[str]) -> str:
    """Say which destinations there are, and the one that was probably meant."""
    found = order.get("destination")
    listed = ", ".join(sorted(known))
    phones = order.get("phones")
    near = suggest(found, known) if isinstance(found, str) and len(found) <= _LONGEST_NAME else ""
    if not near and isinstance(phones, list):
        has_own_texts = any(isinstance(phone, dict) and "body" in phone for phone in phones)
        near = f" (did you mean '{'individual' if has_own_texts else 'phones'}'?)"
    elif not near and "msisdn" in order:
        near = " (did you mean 'phone'?)"
    if found is None:
        return f"destination is missing: there are {listed}{near}"
    written = f"'{_shorten(found)}' is unknown" if isinstance(found, str) else f"is {_name_kind(found)}"
    return f"destination {written}: there are {listed}{near}"


def explain_refusals(receipt: Receipt, codes: Codes) -> Iterable[str]:
    """Say what is wrong with numbers and references that were refused, each thing once."""
    said: dict[str, None] = {}
    for entry in receipt.entries:
        if len(said) == MOST_EXPLAINED:
            break
        if isinstance(entry, Refusal):
            sentence = ""
            if entry.error == codes.msisdn:
                sentence = _explain_number(entry.msisdn)
            elif entry.error == codes.reference and entry.reference is not None:
                sentence = _explain_reference(entry.reference)
            if sentence:
                said[sentence] = None
    return said


def _explain_number(msisdn: str) -> str:
    if not msisdn or is_msisdn(msisdn):
        return ""
    shown = f"msisdn '{_shorten(msisdn)}'"
    bare = re.sub(r"[\s().+\-\u2010-\u2015/]+", "", msisdn[: 2 * _LONGEST_SHOWN])
    international = bare.removeprefix("00")
    if is_msisdn(international):
        return f"{shown} is not written as BSG wants it: digits in international form, {international}"
    if not (bare.isascii() and bare.isdigit()):
        return f"{shown} has characters that are no digits: 8 to 15 digits in international form are expected"
    if bare.startswith("0"):
        return f"{shown} begins with 0: the international form is expected, with the country's code, like 380501234567"
    return f"{shown} has {len(bare)} digits: 8 to 15 are expected, with the country's code"


def _explain_reference(reference: str) -> str:
    if is_reference(reference):
        return ""
    if not reference:
        return "a reference is empty, or neither text nor number: 1 to 32 letters, digits, _ or - are expected"
    shown = f"reference '{_shorten(reference)}'"
    if len(reference) > 32:
        return f"{shown} has {len(reference)} characters: at most 32 are expected"
    return f"{shown} has characters other than letters, digits, _ and -"


def explain_originator(originator: str) -> str:
    """Say so if an originator is accepted here, but of a length that BSG's description or phones do not know [spec]."""
    if len(originator) < 3:
        return f"originator '{originator}' is shorter than the 3 characters that BSG's description asks for"
    if 12 <= len(originator) <= 14 and not originator.removeprefix("+").isdigit():
        return f"originator '{originator}' has {len(originator)} characters: phones show a name of at most 11"
    return ""


def explain_moment(field: str, given: str) -> str:
    """Say so if a time is not written as BSG's description has it, in UTC and with a Z [spec]."""
    if given.endswith("Z"):
        return ""
    is_bare = re.search(r"[+-]\d\d:?(\d\d)?$", given[10:]) is None
    read_as = "it was read as UTC" if is_bare else "it was read with its offset"
    return f"{field} '{_shorten(given)}' has no Z: {read_as}, but BSG's description wants UTC (2030-01-17T09:20:02Z)"


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
