"""The statuses of each channel, and which may follow which."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

Channel = Literal["viber", "sms", "hlr", "mnp", "rcs", "voice", "telegram"]
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)

PLANNED: Final[tuple[Channel, ...]] = ("viber", "sms", "hlr", "rcs", "voice", "telegram")
"""The channels that have plans: an MNP lookup is answered at once."""

MODELS: Final[Mapping[Channel, Channel]] = MappingProxyType({"rcs": "viber", "telegram": "viber", "voice": "sms"})
"""Channels of the One API alone, and whose life, plans and prices they have where nobody gives them their own."""

LOOKUPS: Final[frozenset[Channel]] = frozenset({"hlr", "mnp"})
REFUNDED: Final = frozenset({"viber", "rcs", "telegram"})
"""Channels on which a message that ends undelivered costs nothing; v1's seed says so of Viber [assumed: the others]."""

# The way a message goes if nothing fails. "new" and "waiting" stand beside "scheduled" in the generated v1 SDK only;
# "accepted" was met by users.
_WAY: dict[Channel, tuple[str, ...]] = {
    "viber": ("scheduled", "new", "waiting", "sent", "delivered", "read"),
    "sms": ("scheduled", "accepted", "sent", "delivered"),
    "hlr": ("sent",),
    "mnp": (),
}

# How it may end otherwise. "failed", "deleted" and "not_viber_user" are the generated v1 SDK's;
# "barred" was met by users.
_ENDS: dict[Channel, tuple[str, ...]] = {
    "viber": ("undeliverable", "expired", "rejected", "unknown", "failed", "not_viber_user", "deleted"),
    "sms": ("undeliverable", "expired", "rejected", "unknown"),
    "hlr": ("active", "absent", "barred", "unknown", "failed"),
    "mnp": (),
}

for _channel, _model in MODELS.items():
    _WAY[_channel], _ENDS[_channel] = _WAY[_model], _ENDS[_model]

STATUSES: Final[Mapping[Channel, tuple[str, ...]]] = MappingProxyType({c: _WAY[c] + _ENDS[c] for c in CHANNELS})

EVERY_STATUS: Final = tuple(sorted({status for statuses in STATUSES.values() for status in statuses}))

INITIAL: Final[Mapping[Channel, str]] = MappingProxyType(
    {channel: "sent" if channel == "hlr" else "scheduled" for channel in PLANNED}
)

FAILED: Final = frozenset({"undeliverable", "rejected", "expired", "failed", "not_viber_user"})

# Nothing is sent of a message that is rejected or deleted before its time.
_WITHOUT_SENDING: Final = frozenset({"rejected", "deleted"})
_NEVER_IMPLIED: Final = frozenset({"scheduled", "new", "waiting", "accepted"})


def is_final(channel: Channel, status: str) -> bool:
    """Whether nothing can follow."""
    return status in _ENDS[channel] or (channel not in LOOKUPS and status == _WAY[channel][-1])


def may_follow(channel: Channel, before: str, after: str) -> bool:
    """Whether `after` can come later than `before`, maybe with steps between; never backwards, never after the end."""
    if is_final(channel, before) or after not in STATUSES[channel]:
        return False
    way = _WAY[channel]
    if before not in way:
        return False
    if after in way:
        return way.index(after) > way.index(before)
    return before != "delivered" or after == "deleted"


def implied(channel: Channel, before: str, after: str) -> tuple[str, ...]:
    """Tell the steps that lie between: `("sent",)` from scheduled to delivered; none where `after` cannot follow."""
    if after in _WITHOUT_SENDING or not may_follow(channel, before, after):
        return ()
    way = _WAY[channel]
    end = way.index(after if after in way else "sent") + (after not in way)
    return tuple(status for status in way[way.index(before) + 1 : end] if status not in _NEVER_IMPLIED)
