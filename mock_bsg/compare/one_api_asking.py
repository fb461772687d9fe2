"""Sends requests to a server's One API: logs in with the key, and shows the token that came for it nowhere else."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from multidict import CIMultiDict

from mock_bsg.compare.answers import NOT_JSON, Answer, Mask, form_of, hide_letters
from mock_bsg.compare.asking import Asker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.compare.asking import Limits, Pace
    from mock_bsg.compare.exchanges import Exchange

_AUTH = "/api/auth/"
_TOKEN = re.compile(r"[\x21-\x7e]{16,8192}")
_WEB_TOKEN = re.compile(r"(eyJ)[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?")
"""What looks like a JSON Web Token, whoever's it is."""
_LONG_TEXT = re.compile(r'(:\s*"[^"]{3})[^"]{13,}')
"""What may be a token where nothing else is answered but one."""


class OneApiAsker(Asker):
    """Asks one server's One API; what comes is read without any key and without any token."""

    def __init__(
        self, url: str, keys: Mapping[str, str], mask: Mask, limits: Limits, pace: Pace, proxy: str = ""
    ) -> None:
        super().__init__(url, keys, mask, limits, pace, proxy)
        self._token = ""
        self._token_mask: Mask | None = None

    @property
    def is_logged_in(self) -> bool:
        return self._token != ""

    def _content(self, exchange: Exchange) -> bytes | None:
        content = exchange.content
        if content is None:
            return None
        for name, key in (("{api_key}", self._keys["given"]), ("{wrong_key}", self._keys["wrong"])):
            content = content.replace(name.encode(), json.dumps(key)[1:-1].encode())
        return content

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        return {name: value.replace("{token}", self._token) for name, value in super()._headers(exchange).items()}

    def _credentials(self, exchange: Exchange) -> dict[str, str]:
        return {} if exchange.key == "none" else {"Authorization": "Bearer {token}"}

    def _read(self, exchange: Exchange, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
        whole = Answer(status, headers, body)
        if exchange.is_login:
            self._keep_token(whole)
        shown = body.decode("utf-8", "surrogateescape")
        is_good = 200 <= status < 300
        if is_good and exchange.path.startswith(_AUTH):
            shown = _LONG_TEXT.sub(r"\1…", shown)
        if is_good and exchange.method == "GET":  # it tells what the account has; its form is all that is looked at
            shown = _form(whole, shown)
        return Answer(
            status,
            CIMultiDict({name: self._hide(value) for name, value in headers.items()}),
            self._hide(shown).encode("utf-8", "surrogateescape"),
        )

    def _keep_token(self, answer: Answer) -> None:
        found = answer.value.get("bearer") if answer.status == 200 and isinstance(answer.value, dict) else None
        if isinstance(found, str) and _TOKEN.fullmatch(found):
            self._token, self._token_mask = found, Mask(found)

    def _hide(self, text: str) -> str:
        text = self._mask.hide(text)
        if self._token_mask is not None:
            text = self._token_mask.hide(text)
        return _WEB_TOKEN.sub(r"\1…", text)


def _form(answer: Answer, text: str) -> str:
    if answer.value is NOT_JSON:
        return hide_letters(text)
    try:
        return json.dumps(form_of(answer.value), separators=(",", ":"))
    except RecursionError:
        return hide_letters(text)
