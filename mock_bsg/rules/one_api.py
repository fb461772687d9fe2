"""What a scenario says about the One API alone: how long tokens live, and one-time codes with their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

TemplateStatus = Literal["requested", "approved", "rejected"]
"""What can have become of a template before an account is first seen."""

CODE_VARIABLE: Final = "{code2fa}"
"""What stands in a template's text in the place of the code [spec]."""
DEFAULT_TEMPLATE: Final = 1
"""The id of the template that every account has, and that cannot be removed."""
DEFAULT_TEXT: Final = f"Your code is {CODE_VARIABLE}"


def default_name(template: int) -> str:
    """Name a template that has no name of its own."""
    return "default" if template == DEFAULT_TEMPLATE else f"template {template}"


@dataclass(frozen=True, slots=True)
class TemplateSetting:
    """A template of one-time codes that an account has from the beginning.

    `countries` are ISO 3166 alpha-2 codes; none: numbers of all countries.
    """

    text: str = DEFAULT_TEXT
    name: str = default_name(DEFAULT_TEMPLATE)
    countries: tuple[str, ...] = ()
    status: TemplateStatus = "approved"


@dataclass(frozen=True, slots=True)
class OneApiSetting:
    """What holds in the One API; times in ms of the account's clock.

    `otp` are the digits of every one-time code, repeated or cut to its length; None: each is drawn. `moderation` is how
    long a new template waits for approval. `templates` by id, rising, the default one always among them; None: any id
    is approved, with the default text.
    """

    token_life: int = 30 * 86_400_000
    otp: str | None = None
    moderation: int = 60_000
    templates: Mapping[int, TemplateSetting] | None = None
