"""The models of BSG's requests and answers say what the functions really take and answer."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import TypeAdapter

from mock_bsg.domain.lifecycle import STATUSES
from mock_bsg.rest import FUNCTIONS
from mock_bsg.rest.schemas import answer_models, request_models, terms
from mock_bsg.rest.schemas.published import PUBLISHED
from mock_bsg.rest.schemas.shapes import SHAPES

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tests.conftest import Client, Serve

GOLDEN = [
    (path.stem, exchange)
    for path in sorted((Path(__file__).parent.parent / "golden").glob("*.json"))
    for exchange in json.loads(path.read_text(encoding="utf-8"))["exchanges"]
]
TWO_WAY = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
incoming:
  - {msisdn: "380972920000", originator: "447700900999", text: Yes, at: 0s}
"""
NUMBER = "380972920000"


@cache
def reader(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def function_of(method: str, path: str) -> str | None:
    """The path of the function that a request calls, as in FUNCTIONS; None if there is none."""
    parts = path.partition("?")[0].rstrip("/").split("/")[2:]
    for function in FUNCTIONS:
        wanted = function.path.split("/")[1:]
        fits = len(wanted) == len(parts) and all(
            part.startswith("{") or part == found for part, found in zip(wanted, parts, strict=True)
        )
        if fits and method in function.methods:
            return function.path
    return None


def check_answer(function: str, answer: Any) -> None:
    """Hold an answer against the function's model, and its error codes against those that are told of."""
    shape = SHAPES[function]
    reader(shape.answer | answer_models.ErrorAnswer).validate_python(answer)
    if answer.get("error"):
        assert answer["error"] in {1, 2, 5, *shape.errors}
    result = answer.get("result", [])
    for entry in result if isinstance(result, list) else [result]:
        if entry.get("error"):
            assert entry["error"] in shape.entry_errors


class Session:
    """Calls BSG's API and checks every answer; remembers which functions were called."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.called: set[tuple[str, str]] = set()

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        function = function_of(method, f"/rest{path}")
        assert function is not None, path
        self.called.add((method, function))
        answer = await self._client.request(
            method, f"/rest{path}", data=None if body is None else json.dumps(body), headers={"X-API-KEY": "test_key"}
        )
        assert answer.status == 200, await answer.text()
        found = json.loads(await answer.text())
        check_answer(function, found)
        return found

    async def newest(self, channel: str) -> str:
        """The id of the newest message of a channel: answers of MNP don't tell it."""
        listed = await self._client.get(f"/_mock/accounts/test_key/messages?channel={channel}")
        return str((await listed.json())["messages"][0]["id"])

    async def advance(self) -> None:
        await self._client.post("/_mock/accounts/test_key/clock", json={"advance": "10s"})


def viber(reference: str, **fields: Any) -> dict[str, Any]:
    message = {"to": [{"msisdn": 380502920000, "reference": reference}], "text": "Hello", "alpha_name": "BSG"}
    return {"messages": [message | {"options": {"viber": {"alt_route": {"originator": "BSG", "text": "Hi"}}}} | fields]}


def sms(reference: str, **fields: Any) -> dict[str, Any]:
    return {
        "destination": "phone",
        "originator": "BSG",
        "body": "Hello",
        "msisdn": NUMBER,
        "reference": reference,
    } | fields


def phones(*references: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"msisdn": f"38097292000{n}", "reference": reference} | fields for n, reference in enumerate(references)]


async def test_answers_of_every_function_are_as_their_models_say(client: Client, serve: Serve) -> None:
    session = Session(client)
    await call_viber(session)
    await call_sms(session)
    await call_lookups(session)
    await call_common(session)
    two_way = Session(await serve(TWO_WAY))
    await two_way.call("GET", "/sms/2wayIncoming?start_date=2017-01-01&end_date=2017-02-01")
    await two_way.call("GET", "/sms/2waySenders")
    called = session.called | two_way.called
    assert {(method, function.path) for function in FUNCTIONS for method in function.methods} - called == set()


async def call_viber(session: Session) -> None:
    for method in ("PUT", "POST"):
        created = await session.call(method, "/viber/create", viber(f"v{method}"))
        await session.call(method, "/viber/create", viber("v v", alpha_name="far too long a name", options=5))
        await session.call(method, "/viber/create", [])
        await session.call(method, "/viber/price", viber(f"w{method}"))
        await session.call(method, "/viber/price", viber("w w"))
        message = created["result"][0]["id"]
        await session.call("GET", f"/viber/{message}")
        await session.advance()
        assert (await session.call("GET", f"/viber/{message}"))["alt_route"]
        await session.call("GET", f"/viber/reference/v{method}")
    await session.call("GET", "/viber/reference/nobody")
    await session.call("GET", "/viber/nobody")
    await session.call("GET", "/viber/prices")
    await session.call("GET", "/viber/prices/1")
    await session.call("GET", "/viber/prices/x")


async def call_sms(session: Session) -> None:
    for method in ("PUT", "POST"):
        created = await session.call(method, "/sms/create", sms(f"s{method}"))
        await session.call(method, "/sms/create", sms("s s", msisdn="x"))
        otp = sms(f"o{method}", destination="otp", body="Code {gen_otp_09,4}", msisdn=int(NUMBER))
        assert (await session.call(method, "/sms/create", otp))["result"]["otp_code"]
        many = phones(f"a{method}", f"b{method}", "c c")
        task = await session.call(method, "/sms/create", sms("", destination="phones", phones=many))
        await session.call(method, "/sms/create", sms("", destination="phones", phones=many))
        single = phones(f"d{method}", "e e", originator="BSG", body="Hi")
        await session.call(method, "/sms/create", {"destination": "individual", "phones": single})
        await session.call(method, "/sms/create", {"destination": "phones"})
        await session.call(method, "/sms/price", sms(f"p{method}"))
        message = created["result"]["id"]
        await session.call("GET", f"/sms/{message}")
        await session.call("GET", f"/sms/reference/s{method}")
        await session.call("GET", f"/sms/task/{task['task_id']}")
        await session.call("GET", f"/sms/task_id/{task['task_id']}")
        await session.call("POST", "/sms/getStatus", {"ids": [message, "999999", int(message)]})
        await session.advance()
        await session.call("GET", f"/sms/{message}")
        await session.call("POST", "/sms/getStatus", {"ids": [message]})
    for path in (
        "task/x",
        "task/99",
        "reference/nobody",
        "nobody",
        "prices",
        "prices/1",
        "2wayIncoming",
        "2waySenders",
    ):
        await session.call("GET", f"/sms/{path}")
    await session.call("POST", "/sms/getStatus", {})


async def call_lookups(session: Session) -> None:
    for method in ("PUT", "POST"):
        hlr = [*phones(f"h{method}", f"i{method}", "j j"), {"msisdn": 1, "tariff": "asd"}]
        created = await session.call(method, "/hlr/create", hlr)
        await session.call(method, "/hlr/create", hlr[0])
        await session.call(method, "/hlr/create", [])
        await session.call(method, "/hlr/check", {"msisdn": NUMBER})
        await session.call(method, "/hlr/check", {"msisdn": "x"})
        await session.call("GET", f"/hlr/{created['result'][0]['id']}")
        await session.advance()
        assert (await session.call("GET", f"/hlr/{created['result'][0]['id']}"))["details"]
        await session.call("GET", f"/hlr/reference/h{method}")
        for path, name in (("/mnp/create", "m"), ("/mnp-sync/create", "n")):
            batch = [*phones(f"{name}{method}", "n n"), {"msisdn": NUMBER[1:], "tariff": 99}]
            await session.call(method, path, {"msisdns": batch})
            await session.call(method, f"{path}?msisdn={NUMBER}")
            await session.call(method, path)
        await session.call("GET", f"/mnp/reference/m{method}")
    assert (await session.call("GET", f"/mnp/{await session.newest('mnp')}"))["operator"]
    for path in ("hlr/prices", "hlr/prices/0", "hlr/0", "hlr/reference/-=__", "mnp/prices", "mnp-sync/prices"):
        await session.call("GET", f"/{path}")
    await session.call("GET", "/mnp/reference/-=__")


async def call_common(session: Session) -> None:
    for method in ("GET", "POST"):
        for room in ("common", "viber", "sms", "hlr"):
            await session.call(method, f"/{room}/balance")
        await session.call(method, "/common/getbalance")
        await session.call(method, "/common/price?mcc=255&mnc=01&product=viber&tariff_code=1")
        await session.call(method, "/common/price?mcc=999")
        await session.call(method, "/common/price")
        await session.call(method, "/common/tariff")


@pytest.mark.parametrize(("name", "exchange"), GOLDEN)
def test_published_exchanges_are_as_the_models_say(name: str, exchange: dict[str, Any]) -> None:
    request, answer = exchange["request"], exchange["answer"]
    function = function_of(request["method"], request["path"])
    if "row" in exchange:
        answer = answer | {field: [row] for field, row in exchange["row"].items()}
    if function is None:
        assert name == "unknown-function"
        answer_models.ErrorAnswer(**answer)
    else:
        check_answer(function, answer)
        if request.get("body") is not None and '"error": ' not in json.dumps(answer).replace('"error": 0', ""):
            reader(SHAPES[function].request).validate_python(request["body"])


@pytest.mark.parametrize("path", PUBLISHED)
def test_examples_are_published_exchanges(path: str) -> None:
    example = PUBLISHED[path]
    assert any(
        exchange.get("answer") == example.answer
        and (example.request is None or exchange["request"].get("body") == example.request)
        for _, exchange in GOLDEN
    )
    check_answer(path, example.answer)


def test_every_function_has_models() -> None:
    assert set(SHAPES) == {function.path for function in FUNCTIONS}


def test_statuses_of_the_models_are_those_of_the_life_of_a_message() -> None:
    for kind, channel in ((terms.ViberStatus, "viber"), (terms.SmsStatus, "sms"), (terms.HlrStatus, "hlr")):
        assert set(get_args(kind)) == set(STATUSES[channel])  # type: ignore[index]  # a channel, one of three


ALL_FIELDS: list[tuple[str, type[BaseModel]]] = [
    ("/viber/create", request_models.ViberCreate),
    ("/sms/create", request_models.SmsToOne),
    ("/sms/create", request_models.SmsToMany),
    ("/sms/create", request_models.SmsIndividual),
    ("/sms/create", request_models.SmsCode),
    ("/sms/getStatus", request_models.Ids),
    ("/hlr/create", request_models.HlrLookup),
    ("/hlr/check", request_models.HlrCheck),
    ("/mnp/create", request_models.MnpBatch),
    ("/mnp/create", request_models.MnpLookup),
    ("/common/price", request_models.PriceQuestion),
]


def whole(model: type[BaseModel]) -> dict[str, Any]:
    """A request with every field of the model, as its examples say or with something."""
    schema = model.model_json_schema()
    return dict(_value({"$ref": f"#/$defs/{model.__name__}"}, schema.get("$defs", {}) | {model.__name__: schema}))


def _value(schema: dict[str, Any], known: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(known[schema["$ref"].rpartition("/")[2]], known)
    if "examples" in schema or "const" in schema:
        return schema["const"] if "const" in schema else schema["examples"][0]
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], known)
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: _value(part, known) for name, part in schema["properties"].items()}
    return [_value(schema["items"], known)] if schema["type"] == "array" else "text"


@pytest.mark.parametrize(("path", "model"), ALL_FIELDS)
async def test_every_field_of_a_request_model_is_known_to_its_function(
    serve: Serve, path: str, model: type[BaseModel]
) -> None:
    body = whole(model)
    assert body.keys() == {field.alias or name for name, field in model.model_fields.items()}
    client = await serve(TWO_WAY)
    headers = {"X-API-KEY": "test_key"}
    answer = await client.post(f"/rest{path}", json=body, headers=headers)
    check_answer(path, json.loads(await answer.text()))
    journal = await (await client.get("/_mock/accounts/test_key/requests")).json()
    assert journal["requests"][0]["notes"] == []
