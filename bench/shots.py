"""The requests of a load: every create has references that were never used, every status another message."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBERS = 10_000
"""How many different phones a load sends to."""
TEXT = "Your order is on its way to you"


@dataclass(frozen=True, slots=True)
class Create:
    """Creates with so many recipients each, from so many accounts in turn; `first` is the number of the first one.

    `number`: the one phone that everything goes to, instead of many.
    """

    recipients: int = 1
    key: str = "test_bench"
    accounts: int = 1
    path: str = "/rest/viber/create"
    first: int = 0
    number: str = ""

    def maker(self) -> Callable[[], bytes]:
        """A function that makes the next request, head and body."""
        recipients = self.recipients
        templates = []
        for place in range(0, NUMBERS, recipients):
            to = [
                f'{{"msisdn":"{self.number or f"38097{place + each:07}"}","reference":"r%(n)08d-{each:02}"}}'
                for each in range(recipients)
            ]
            templates.append(
                f'{{"tariff":"0","validity":"3600","messages":[{{"to":[{",".join(to)}],"text":"{TEXT}",'
                '"alpha_name":"BSG","is_promotional":false}]}'
            )
        # Every template gets as long as it will be: only the request's number and key are still to be put in.
        pieces = [template.split("%(n)08d") for template in templates]
        length = len("00000000".join(pieces[0]))
        heads = [
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-KEY: {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
            for key in self.keys()
        ]
        numbers = itertools.count(self.first)
        variants, accounts = len(pieces), len(heads)

        def make() -> bytes:
            number = next(numbers)
            return (heads[number % accounts] + f"{number:08}".join(pieces[number % variants])).encode()

        return make

    def keys(self) -> list[str]:
        return [self.key] if self.accounts == 1 else [f"{self.key}.{place}" for place in range(self.accounts)]


@dataclass(frozen=True, slots=True)
class Status:
    """Status requests for the messages from `oldest` on, so many of them, in an order that looks like none."""

    messages: int = 1
    oldest: int = 1
    key: str = "test_bench"

    def maker(self) -> Callable[[], bytes]:
        """A function that makes the next request."""
        tail = f" HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-KEY: {self.key}\r\n\r\n"
        numbers = itertools.count()

        def make() -> bytes:
            # A prime far from a power of two visits all messages, and neighbours never one after the other.
            message = self.oldest + next(numbers) * 7_368_787 % self.messages
            return f"GET /rest/viber/{message}{tail}".encode()

        return make


@dataclass(frozen=True, slots=True)
class Send:
    """Messages of the One API, each to one phone; `key` is a bearer token, `first` the number of the first message."""

    key: str
    first: int = 0

    def maker(self) -> Callable[[], bytes]:
        """A function that makes the next request."""
        numbers = itertools.count(self.first)

        def make() -> bytes:
            number = next(numbers)
            phone = f'{{"number":"38097{number % NUMBERS:07}","reference_id":"r{number:08}"}}'
            body = f'{{"channels":["viber"],"phone":{phone},"viber":{{"sender":"BSG","text":"{TEXT}"}},"validity":1}}'
            return (
                "POST /api/messages/send HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                f"{self.key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            ).encode()

        return make


Shot = Create | Status | Send
