"""What is asked about all functions: keys, headers, paths, prices, and the account itself. Nothing is created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.compare import judging
from mock_bsg.compare.exchanges import DRAMA_NUMBERS, Exchange, Question

if TYPE_CHECKING:
    from mock_bsg.compare.exchanges import Run

SENDER = "BSG"


def list_questions(run: Run) -> list[Question]:
    """List the questions about keys, frames, bodies, tariffs and the account."""
    return [*_about_frames(), *_about_bodies(run), *_about_tariffs(run), *_about_common()]


def order(run: Run, *numbers: str, **fields: Any) -> dict[str, Any]:
    """Make a body for Viber's create and price: one message to these numbers, or to the next one."""
    to = [{"msisdn": number} for number in numbers or (run.number(),)]
    return {**fields, "messages": [{"to": to, "text": "mock_bsg compares", "alpha_name": SENDER}]}


def _about_frames() -> list[Question]:
    balance = Exchange("the balance", "GET", "/rest/common/balance")
    no_key = Exchange("no key", "GET", "/rest/common/balance", key="none")
    empty_key = Exchange("an empty key", "GET", "/rest/common/balance", key="empty")
    wrong_key = Exchange("a wrong key", "GET", "/rest/common/balance", key="wrong")
    lost = Exchange("an unknown function", "GET", "/rest/compare/nothing")
    not_found = Exchange("an unknown message", "GET", "/rest/viber/reference/never-used-by-anybody")
    list_of_prices = Exchange("the prices", "GET", "/rest/viber/prices")
    bare = Exchange("the other base, a slash at the end", "GET", "/v1.0/common/balance/")
    method = Exchange("a method that nobody documents", "PATCH", "/rest/common/balance")
    preflight = Exchange(
        "a browser's question before a call",
        "OPTIONS",
        "/rest/viber/create",
        key="none",
        headers=(
            ("Origin", "http://shop.example"),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "x-api-key,content-type"),
        ),
    )
    prices = judging.whole(decimals=("amount", "price"))
    return [
        Question("price-types", "Are amounts and prices texts with seven decimals?", (balance, list_of_prices), prices),
        Question("missing-key", "Is code 1 a number where no key is sent?", (no_key,), judging.whole()),
        Question("empty-key", "Is it where an empty key is sent?", (empty_key,), judging.whole()),
        Question("bad-key", "Is a wrong key error 1?", (wrong_key,), judging.refusal),
        Question(
            "content-type",
            "Which Content-Type do answers have?",
            (balance, no_key, lost, not_found),
            judging.content_type,
        ),
        Question("unknown-function", "What is the body of a 404?", (lost,), judging.whole()),
        Question(
            "always-200", "Is an error HTTP 200, and only an unknown function 404?", (not_found, lost), judging.status
        ),
        Question("two-bases", "Do /v1.0 and a slash at the end do the same?", (bare,), judging.whole()),
        Question("other-methods", "Is a method that nobody documents an unknown function?", (method,), judging.whole()),
        Question("cross-origin", "May a page on another origin call?", (preflight,), judging.cors),
    ]


def _about_bodies(run: Run) -> list[Question]:
    price = "/rest/viber/price"
    by_put = Exchange("PUT", "PUT", price, order(run))
    unlabelled = Exchange("JSON as a form", "POST", price, order(run), content_type="multipart/form-data")
    loose = order(run, validity="60", tariff="0", no_such_field=None)
    loose["messages"][0]["is_promotional"] = "1"
    loose["messages"][0]["to"][0]["msisdn"] = int(loose["messages"][0]["to"][0]["msisdn"])
    fraction = Exchange("validity 60.5", "POST", price, order(run, validity=60.5))
    return [
        Question("put-and-post", "Does PUT do what POST does?", (by_put,), judging.whole()),
        Question("body-not-header", "Is JSON read whatever its Content-Type says?", (unlabelled,), judging.whole()),
        Question(
            "loose-types",
            "May numbers be texts, texts numbers, flags 1, and unknown fields there?",
            (Exchange("loose types", "POST", price, loose),),
            judging.whole(),
        ),
        Question("strict-numbers", "Is a fraction no whole number?", (fraction,), judging.whole()),
    ]


def _about_tariffs(run: Run) -> list[Question]:
    listed = Exchange("prices in tariff 10", "GET", "/rest/viber/prices/10")
    sms = {"destination": "phone", "originator": SENDER, "body": "mock_bsg compares", "msisdn": run.number()}
    priced = Exchange("the price of an SMS in tariff 10", "POST", "/rest/sms/price", {**sms, "tariff": 10})
    many = Exchange("51 recipients", "POST", "/rest/viber/price", order(run, *DRAMA_NUMBERS[:51]))
    return [
        Question("unknown-tariff", "Is an unknown tariff error 6, worded as in prices?", (listed,), judging.whole()),
        Question("spec-tariffs", "Is there no tariff 10?", (priced,), judging.whole()),
        Question("fifty-recipients", "Are 51 recipients error 12?", (many,), judging.whole()),
    ]


def _about_common() -> list[Question]:
    nothing = Exchange("a price without an MCC", "GET", "/rest/common/price")
    unknown = Exchange("a price of an unknown MCC", "GET", "/rest/common/price?mcc=000&product=sms")
    ukraine = Exchange("a price of Ukraine", "GET", "/rest/common/price?mcc=255&product=sms")
    tariff = Exchange("the tariff", "GET", "/rest/common/tariff")
    return [
        Question("codes-2-and-3", "Is a missing parameter error 3?", (nothing,), judging.whole()),
        Question(
            "common-price", "What does common/price answer?", (unknown, ukraine), judging.whole(decimals=("price",))
        ),
        Question("common-tariff", "What does common/tariff answer?", (tariff,), judging.whole(decimals=("price",))),
    ]
