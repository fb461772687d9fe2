"""What the One API refuses with: the forms of its errors by HTTP status, for its description and tests."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from mock_bsg.one_api.answer_models import Answered


class Unauthorized(Answered):
    """Nobody knows whose request it is."""

    code: Literal[401]
    message: Literal["JWT Token not found", "Invalid JWT Token", "Expired JWT Token", "Invalid credentials."]


class Refused(Answered):
    """What is wrong, in one sentence, and which rules were broken."""

    message: str = Field(examples=["The given data was invalid."])
    errors: list[str] = Field(examples=[["Template is not available."]])


class WrongFields(Answered):
    """Which fields are wrong; the name of a nested one is its path without punctuation, like `messages0phone`."""

    message: Literal["The given data was invalid."]
    errors: dict[str, Annotated[list[str], Field(min_length=1)]] = Field(
        examples=[{"channel": ["The value you selected is not a valid choice."]}]
    )


class Told(Answered):
    """What is wrong, in one sentence."""

    message: str = Field(examples=["Model not found"])


REFUSALS: Mapping[int, Any] = {
    400: Refused,
    401: Unauthorized,
    403: Refused,
    404: Told | Refused,
    405: Refused,
    413: Refused,
    422: Refused | WrongFields,
    429: Told,
}
"""What comes with each HTTP status that is no success."""
