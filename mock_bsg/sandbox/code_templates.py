"""Templates of one-time codes: the default one, the scenario's, and those that were created, until they are deleted."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mock_bsg.rules.one_api import CODE_VARIABLE, DEFAULT_TEMPLATE, TemplateSetting, default_name
from mock_bsg.sandbox.blocks import Blocks

if TYPE_CHECKING:
    from mock_bsg.rules.one_api import OneApiSetting
    from mock_bsg.sandbox.blocks import Block

TemplateStatus: TypeAlias = Literal["requested", "approved", "rejected", "deleted"]

MOST_REQUESTED = 10
"""So many may wait for approval [spec]."""
HIGHEST_ID = 999_999_999
_CAPTURED_TOGETHER = 500
"""Ids in a block of a checkpoint."""


class Template(NamedTuple):
    """A template; it is never changed, only replaced. Times are in ms of the account's clock.

    `countries` are ISO 3166 alpha-2 codes; none: numbers of all countries. `approved_at` is when moderation is over.
    """

    id: int
    name: str
    text: str
    countries: tuple[str, ...]
    status: TemplateStatus
    updated_at: int
    approved_at: int | None = None

    def at(self, now: int) -> Template:
        """Tell it as it is at that instant."""
        if self.approved_at is None or now < self.approved_at:
            return self
        return self._replace(status="approved", updated_at=self.approved_at, approved_at=None)

    def is_for(self, country: str) -> bool:
        """Whether it may go to a number of this country; "" is one of nobody."""
        return not self.countries or country in self.countries


class CodeTemplates:
    """What has become of an account's templates: those that were created here, and those that were deleted.

    The others are its scenario's, which may change; so each question is told the `setting`, and since when (ms) the
    account has been there.
    """

    __slots__ = ("_blocks", "_own")

    def __init__(self) -> None:
        self._own: dict[int, Template] = {}
        self._blocks: Blocks[Template] = Blocks(_CAPTURED_TOGETHER)

    def find(self, template_id: int, setting: OneApiSetting, since: int, now: int) -> Template | None:
        """Find a template, also one that was deleted. Where the scenario names none, there is one of every id."""
        own = self._own.get(template_id)
        if own is not None:
            return own.at(now)
        given = (setting.templates or {}).get(template_id)
        if given is None:
            if template_id != DEFAULT_TEMPLATE and (
                setting.templates is not None or not 1 <= template_id <= HIGHEST_ID
            ):
                return None
            given = TemplateSetting(name=default_name(template_id))
        return Template(template_id, given.name, given.text, given.countries, given.status, since)

    def list_all(self, setting: OneApiSetting, since: int, now: int) -> list[Template]:
        """List the default template, the scenario's, and those that were created or deleted, by id."""
        found = (self.find(template_id, setting, since, now) for template_id in sorted(self._known(setting)))
        return [template for template in found if template is not None]

    def create(self, name: str, text: str, countries: tuple[str, ...], setting: OneApiSetting, now: int) -> Template:
        """Request a template: it is approved when the scenario's moderation is over.

        Its id follows the highest one; where that is the highest there may be, it is the lowest that is free.
        """
        known = self._known(setting)
        number = max(known) + 1
        if number > HIGHEST_ID:
            number = next(free for free in count(1) if free not in known)
        template = Template(number, name, text, countries, "requested", now, now + setting.moderation)
        self._keep(template)
        return template

    def delete(self, template: Template, now: int) -> None:
        self._keep(template._replace(status="deleted", updated_at=now, approved_at=None))

    def capture(self) -> tuple[Block[Template], ...]:
        """Tell what is kept here; the block objects are the same where nothing has changed since it was last asked."""
        return self._blocks.collect(self._read)

    @classmethod
    def restore(cls, blocks: tuple[Block[Template], ...]) -> CodeTemplates:
        templates = cls()
        templates._own = {each.id: each for block in blocks for each in block.rows}
        templates._blocks.adopt(blocks)
        return templates

    def _known(self, setting: OneApiSetting) -> set[int]:
        return {DEFAULT_TEMPLATE, *(setting.templates or ()), *self._own}

    def _keep(self, template: Template) -> None:
        self._own[template.id] = template
        self._blocks.touch(template.id)

    def _read(self, first: int, end: int) -> list[Template]:
        return [self._own[number] for number in range(first, end) if number in self._own]


def fill(text: str, code: str) -> str:
    """Put a code into the text of a template."""
    return text.replace(CODE_VARIABLE, code)
