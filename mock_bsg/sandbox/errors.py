"""What stops a request, in BSG's own codes; what can't be done with an account, in words."""

from collections.abc import Sequence

from mock_bsg.rules.faults import Effect


class NothingThereError(ValueError):
    """An account, or something in one, that was asked for and is not there."""


class BadOrderError(ValueError):
    """An order or question that makes no sense; `choices` are what could have been said."""

    def __init__(self, text: str, choices: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.choices = choices


class ImpossibleReplyError(ValueError):
    """A phone was to answer a message that it cannot answer: it is no SMS, or has not arrived."""


class LogTooShortError(ValueError):
    """A command was asked for that an account's log does not have, or not any more."""


class KeyTakenError(ValueError):
    """An account was to begin whose key another one has."""


class RuleChangeError(Exception):
    """A rule was not added or taken back: whenever that was tried, somebody else had changed the scenario."""


class NotKeptError(Exception):
    """What was asked cannot be kept, and so was not done: the store cannot be reached or written; the text says why.

    `is_in_doubt`: it may have been done after all, as the store has gone before it could say so.
    """

    def __init__(self, text: str, *, is_in_doubt: bool = False) -> None:
        super().__init__(text)
        self.is_in_doubt = is_in_doubt

    def tell(self) -> str:
        """Say what that means for whoever asked, and why."""
        return f"{'It is not known whether this was done' if self.is_in_doubt else 'Nothing was done'}: {self}"


class ApiError(Exception):
    """The whole answer is this error code of BSG's; nothing was created.

    `text` replaces the code's usual description, where BSG words it differently.
    """

    def __init__(self, code: int, text: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class RequestEnded(Exception):  # noqa: N818 -- no error of ours: the scenario asked for it
    """The rule of this index gives the whole request an HTTP status or a broken connection; nothing was created."""

    def __init__(self, effect: Effect, rule: int) -> None:
        super().__init__(effect.name)
        self.effect = effect
        self.rule = rule
