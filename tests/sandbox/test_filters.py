import pytest

from mock_bsg.sandbox.filters import MessageFilter
from mock_bsg.scenario.domains import LONGEST_CARDS


def test_a_text_that_is_longer_than_any_message_is_refused() -> None:
    assert MessageFilter(text="x" * LONGEST_CARDS).text
    with pytest.raises(ValueError, match=f"no message has a text of more than {LONGEST_CARDS} characters"):
        MessageFilter(text="x" * (LONGEST_CARDS + 1))
