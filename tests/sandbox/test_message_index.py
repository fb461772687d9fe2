"""Messages by their number or reference, whether noted before the first question or after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from mock_bsg.sandbox.message_index import MessageIndex

if TYPE_CHECKING:
    from mock_bsg.sandbox.message import Message


class Named:
    """What a directory looks at in a message."""

    def __init__(self, message_id: int, name: str | None) -> None:
        self.id = message_id
        self.name = name


class Folder(dict[int, Any]):
    """Messages, with the directory that is to know them."""

    def __init__(self) -> None:
        self.directory = MessageIndex(self, lambda message: cast("Named", message).name)

    def put(self, *names: str | None) -> None:
        new = [cast("Message", Named(len(self) + place, name)) for place, name in enumerate(names, 1)]
        self.update({message.id: message for message in new})
        self.directory.add(new)

    def withdraw(self, message_id: int) -> None:
        self.directory.remove(self.pop(message_id))

    def drop_below(self, message_id: int) -> None:
        gone = [self.pop(each) for each in list(self) if each < message_id]
        self.directory.drop(gone, message_id)

    def ids(self, name: str, before: int | None = None) -> list[int]:
        return [message.id for message in self.directory.newest_first(name, before)]


@pytest.fixture(params=["asked before", "asked later"])
def folder(request: pytest.FixtureRequest) -> Folder:
    folder = Folder()
    if request.param == "asked before":
        assert folder.ids("a") == []
    folder.put("a", "b", "a", None, "a")
    return folder


def test_messages_of_a_name_come_newest_first(folder: Folder) -> None:
    assert (folder.ids("a"), folder.ids("b"), folder.ids("c")) == ([5, 3, 1], [2], [])


def test_messages_that_come_later_are_known_too(folder: Folder) -> None:
    assert folder.ids("a") == [5, 3, 1]
    folder.put("b", "a")
    assert (folder.ids("a"), folder.ids("b")) == ([7, 5, 3, 1], [6, 2])


@pytest.mark.parametrize(("before", "found"), [(9, [5, 3, 1]), (5, [3, 1]), (4, [3, 1]), (1, []), (0, [])])
def test_page_goes_on_below_an_id(folder: Folder, before: int, found: list[int]) -> None:
    assert folder.ids("a", before) == found


def test_messages_that_were_withdrawn_are_not_there(folder: Folder) -> None:
    folder.withdraw(3)
    folder.withdraw(4)
    assert folder.ids("a") == [5, 1]
    folder.withdraw(2)
    folder.withdraw(1)
    folder.withdraw(5)
    assert (folder.ids("a"), folder.ids("b")) == ([], [])


@pytest.mark.parametrize(
    ("oldest_kept", "a", "b"), [(1, [5, 3, 1], [2]), (2, [5, 3], [2]), (3, [5, 3], []), (5, [5], []), (6, [], [])]
)
def test_messages_that_were_dropped_are_not_there(folder: Folder, oldest_kept: int, a: list[int], b: list[int]) -> None:
    folder.drop_below(oldest_kept)
    assert (folder.ids("a"), folder.ids("b")) == (a, b)
