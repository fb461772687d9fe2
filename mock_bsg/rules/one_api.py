"""What a scenario says about the One API alone: how long tokens live, and one-time codes with their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TEXT = "Your code is {code2fa}"


@dataclass(frozen=True, slots=True)
class TemplateSetting:
    """A template of one-time codes that an account has from the beginning.

    `countries` are ISO 3166 alpha-2 codes; none: numbers of all countries.
    """

    text: str = DEFAULT_TEXT
    name: str = "default"
    countries: tuple[str, ...] = ()
    status: Literal["requested", "approved", "rejected"] = "approved"


@dataclass(frozen=True, slots=True)
class OneApiSetting:
    """What holds in the One API; times in ms of the account's clock.

    `otp` are the digits of every one-time code, repeated or cut to its length; None: each is drawn. `moderation` is how
    long a new template waits for approval. `templates` are by id, without the default one; None: any id is approved.
    """

    token_life: int = 30 * 86_400_000
    otp: str | None = None
    moderation: int = 60_000
    templates: Mapping[int, TemplateSetting] | None = None
