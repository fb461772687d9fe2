"""How a scenario has BSG's API v1 answer, where the running platform was seen to differ from what is documented."""

from dataclasses import dataclass
from typing import Literal

from mock_bsg.encoding import JSON_TYPE

MissingKey = Literal[1, "1"]


@dataclass(frozen=True, slots=True)
class AnswerSetting:
    """What all answers of BSG's API have in common."""

    content_type: str | None = None
    """None: that of JSON, and of HTML where something that stands before BSG answers."""
    missing_key: MissingKey = 1
    """The code 1 as it is written where no key came; seen live as a text, while other codes were numbers."""
    alt_route_messages: bool = False
    """Whether a Viber message's status lists its SMS whole [spec]."""

    @property
    def json_type(self) -> str:
        """Tell the Content-Type of an answer in JSON."""
        return self.content_type or JSON_TYPE
