"""What a value can be at all, by its kind; whether a pattern fits one of them is asked in reach.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import ascii_letters, ascii_uppercase, digits, printable
from typing import Final

# The most that BSG takes of each by either of its APIs; the checks of requests have the same limits, or narrower ones.
LONGEST_REFERENCE: Final = 32
LONGEST_SENDER: Final = 40  # by the One API; v1 takes 14 characters
LONGEST_TEXT: Final = 1000
LONGEST_SMS: Final = 765
LONGEST_TELEGRAM: Final = 4096  # Telegram's own limit; BSG names none
LONGEST_CARDS: Final = 10 * (200 + 1 + 1000) + 9 * 2  # of an RCS message: title and text, with blank lines between
SHORTEST_VALIDITY: Final = 30  # by the One API; v1 takes a second for a Viber message
LONGEST_VALIDITY: Final = 86_400
MOST_HOURS: Final = 72
HOUR: Final = 3600

LONGEST_EXPRESSION: Final = 1000  # without the slashes
LONGEST_SMS_ORIGINATOR: Final = 16  # a plus sign and 15 digits
_UNLIMITED: Final = 1 << 30


@dataclass(frozen=True)
class Domain:
    """The texts that a value of some kind can be: what is not among them is certainly none, the rest may be one.

    `chars` of None: any but those of `never`. `first` of None: whatever may stand elsewhere. `is_one_line`: without
    line breaks. `besides` are whole values that break the rules. `what` and `rule` are for messages: a phone number,
    which has 8 to 15 digits.
    """

    what: str
    rule: str
    low: int = 0
    high: int = _UNLIMITED
    chars: frozenset[str] | None = None
    never: str = ""
    first: frozenset[str] | None = None
    not_first: str = ""
    not_last: str = ""
    is_one_line: bool = True
    besides: frozenset[str] = frozenset()

    def has(self, char: str) -> bool:
        """Whether the character can stand in such a value, after its beginning."""
        if self.is_one_line and char == "\n":
            return False
        return char not in self.never if self.chars is None else char in self.chars

    def may_begin_with(self, char: str) -> bool:
        if self.first is not None and char not in self.first:
            return False
        return char not in self.not_first and self.has(char)

    def holds(self, text: str) -> bool:
        """Whether the text can be such a value."""
        if text in self.besides:
            return True
        if not self.low <= len(text) <= self.high:
            return False
        if text and (text[-1] in self.not_last or not self.may_begin_with(text[0])):
            return False
        return all(self.has(char) for char in text)

    def may_go_on(self, beginning: str) -> bool:
        """Whether such a value can begin with the text."""
        if not beginning:
            return True
        if len(beginning) > self.high or not self.may_begin_with(beginning[0]):
            return False
        return all(self.has(char) for char in beginning)


NUMBERS: Final = Domain(
    "phone number",
    "has 8 to 15 digits and is international, without +, 00 or a trunk 0",
    8,
    15,
    chars=frozenset(digits),
    not_first="0",
)
REFERENCES: Final = Domain(
    "reference",
    f"has up to {LONGEST_REFERENCE} of A-Z, a-z, 0-9, _ and -",
    high=LONGEST_REFERENCE,
    chars=frozenset(ascii_letters + digits + "_-"),
)
ALPHA_NAMES: Final = Domain(
    "alpha_name", f"has up to {LONGEST_SENDER} characters", high=LONGEST_SENDER, is_one_line=False
)
ORIGINATORS: Final = replace(ALPHA_NAMES, what="originator")
SMS_ORIGINATORS: Final = Domain(
    "originator",
    "is a name of up to 14 characters or a number of up to 15 digits, in plain ASCII",
    1,
    LONGEST_SMS_ORIGINATOR,
    chars=frozenset(char for char in printable if char.isprintable()),
)
TEXTS: Final = Domain("text", f"has up to {LONGEST_CARDS} characters", high=LONGEST_CARDS, is_one_line=False)
METHODS: Final = Domain(
    "method", "is one word in capitals", 1, chars=frozenset(ascii_uppercase + digits + "!#$%&'*+-.^_`|~")
)
PATHS: Final = Domain(
    "path",
    "begins with '/', does not end with one, and has no query",
    1,
    never="?",
    first=frozenset("/"),
    not_last="/",
    besides=frozenset("/"),
)
HEADER_VALUES: Final = Domain(
    "header's value", "is one line without blanks around it", never="\r\0", not_first=" \t", not_last=" \t"
)
KEYS: Final = Domain("API key", "is one line that is not empty", 1, never="\r\0", not_first=" \t", not_last=" \t")
BODIES: Final = Domain("body", "is any text", is_one_line=False)


def _up_to(high: int, domain: Domain, low: int = 1) -> Domain:
    return replace(domain, low=low, high=high, rule=f"has {low} to {high} characters")


# Senders are optional but for Viber and SMS. An RCS message is made of a text or of cards, which may be pictures.
_OPTIONAL_SENDER: Final = _up_to(LONGEST_SENDER, ORIGINATORS, 0)
TEXTS_OF: Final[Mapping[str, Mapping[str, Domain]]] = {
    "alpha_name": {"viber": _up_to(LONGEST_SENDER, ALPHA_NAMES)},
    "originator": {"sms": SMS_ORIGINATORS, **dict.fromkeys(("rcs", "voice", "telegram"), _OPTIONAL_SENDER)},
    "text": {
        **dict.fromkeys(("viber", "voice"), _up_to(LONGEST_TEXT, TEXTS)),
        "sms": _up_to(LONGEST_SMS, TEXTS),
        "telegram": _up_to(LONGEST_TELEGRAM, TEXTS),
        "rcs": _up_to(LONGEST_CARDS, TEXTS, 0),
    },
}
"""What messages have behind a key of `match`, by channel; those of other channels have an empty text there."""

FLAGS_OF: Final[Mapping[str, frozenset[str]]] = {
    "is_promotional": frozenset({"viber"}),
    "has_alt_route": frozenset({"viber", "rcs", "voice", "telegram"}),
}
"""The keys of `match` that are false for messages of other channels than these."""
