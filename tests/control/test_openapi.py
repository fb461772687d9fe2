"""The description of all APIs is valid OpenAPI, names every route, and says what really comes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from mock_bsg.control.calls import CALLS
from mock_bsg.control.openapi import describe, operation_id
from mock_bsg.control.routes import ROUTES
from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.http.app import create_app
from mock_bsg.one_api.functions import FUNCTIONS as ONE_API_FUNCTIONS
from mock_bsg.rest import FUNCTIONS
from mock_bsg.scenario.model import schema as scenario_schema
from tests.conftest import PATIENCE_S, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp import ClientResponse

    from mock_bsg.scenario.library import Library
    from mock_bsg.settings import Settings
    from tests.conftest import Client, Receiver, Serve

KEY = "test_key"
PAGE_FILES = {("GET", "/"), ("GET", "/_mock/page/{file}")}
NO_VIBER = {"to": [{"msisdn": "380502920000", "reference": "r1"}], "text": "Hello", "alpha_name": "BSG"}


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    return describe("http://127.0.0.1:8080", ROUTES)


def operations(api: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


async def test_description_is_served_with_the_address_that_was_asked(client: Client, api: dict[str, Any]) -> None:
    answer = await client.get("/_mock/openapi.json")
    assert answer.content_type == "application/json"
    served = await answer.json()
    assert served["servers"] == [{"url": str(client.make_url("")).rstrip("/")}]
    assert served["paths"] == json.loads(json.dumps(api["paths"]))


async def test_page_of_the_description_may_load_nothing_from_elsewhere(client: Client) -> None:
    answer = await client.get("/_mock/docs")
    assert answer.content_type == "text/html"
    assert "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "http" not in (await answer.text()).replace("http-equiv", "")


def test_description_is_valid_openapi(api: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(api).iter_errors()) == []


def test_schemas_have_names_that_code_can_have(api: dict[str, Any]) -> None:
    names = set(api["components"]["schemas"])
    assert names > {"OneApiPhone", "AccountBalanceData", "SenderToldRows"}
    assert [name for name in names if not name.isalnum()] == []


def test_every_schema_is_valid_json_schema(api: dict[str, Any]) -> None:
    for schema in api["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_description_names_every_route_and_no_other(
    app_settings: Settings, library: Library, api: dict[str, Any]
) -> None:
    routes = {(method, f"/rest{function.path}") for function in FUNCTIONS for method in function.methods}
    routes |= {(function.method, function.path) for function in ONE_API_FUNCTIONS}
    for route in create_app(app_settings, library).router.routes():
        assert route.resource is not None
        path = route.resource.canonical
        if route.method not in {"*", "HEAD"}:
            routes.add((route.method, path.rstrip("/") or "/"))
    assert {(method, path) for method, path, _ in operations(api)} == routes - PAGE_FILES
    assert len(routes) > len(ROUTES) + len(FUNCTIONS) + len(ONE_API_FUNCTIONS)


def test_operations_have_ids_of_their_own_and_known_tags(api: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(api)]
    assert len(set(ids)) == len(ids)
    tags = {tag["name"] for tag in api["tags"]}
    assert {tag for _, _, operation in operations(api) for tag in operation["tags"]} == tags


def test_every_control_call_is_described_with_all_that_its_query_may_ask_for(api: dict[str, Any]) -> None:
    assert {operation_id(route) for route in ROUTES} == set(CALLS)
    for route in ROUTES:
        described = api["paths"][route.path][route.method.lower()]["parameters"]
        assert {one["name"] for one in described if one["in"] == "query"} == route.query, route.path


def test_every_parameter_is_explained(api: dict[str, Any]) -> None:
    for _, path, operation in operations(api):
        for parameter in operation["parameters"]:
            if parameter.get("in") == "path":
                assert f"{{{parameter['name']}}}" in path
                assert parameter["description"]
                assert parameter["schema"]["examples"]


def test_every_answer_is_described_by_what_it_is(api: dict[str, Any]) -> None:
    responses = [
        (path, response.get("description"))
        for _, path, operation in operations(api)
        for response in operation["responses"].values()
        if "$ref" not in response
    ]
    assert [each for each in responses if len(each[1] or "") < len("Done") or each[1].startswith("It ")] == []


def test_nothing_is_worded_as_no_native_reader_would(api: dict[str, Any]) -> None:
    text = json.dumps([api, scenario_schema()])
    assert [
        words for words in ("so-manieth", " is to be ", " are to be ", " is to say ", "left out: ") if words in text
    ] == []


def test_errors_are_told_once_with_their_texts(api: dict[str, Any]) -> None:
    told = {one["const"]: one["description"] for one in api["components"]["schemas"]["ErrorCode"]["oneOf"]}
    assert told == dict(ERROR_TEXTS)


def test_examples_fit_their_schemas(api: dict[str, Any]) -> None:
    count = 0
    for _, _, operation in operations(api):
        success = next(answer for status, answer in operation["responses"].items() if status < "300")
        for part in (operation.get("requestBody", {}), success):
            for kind, content in part.get("content", {}).items():
                if "json" in kind and "example" in content:
                    check(api, content["schema"], content["example"])
                    count += 1
    assert count > 10


def test_importing_the_server_imports_no_models() -> None:
    program = "import sys, mock_bsg.http.server; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    slow = {
        "pydantic",
        "mock_bsg.rest.schemas",
        "mock_bsg.control.shapes",
        "mock_bsg.control.openapi",
        "mock_bsg.one_api.functions",
    }
    assert "mock_bsg.control.routes" in loaded
    assert slow.isdisjoint(loaded)


def check(api: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Hold a value against a schema of the description."""
    found = Draft202012Validator({**schema, "components": api["components"]}).iter_errors(value)
    problems = [f"{'.'.join(map(str, problem.path))}: {problem.message}" for problem in found]
    assert problems == [], value


class Session:
    """Makes control calls and holds each answer against the description; remembers which were made."""

    def __init__(self, client: Client, api: dict[str, Any]) -> None:
        self.client = client
        self._api = api
        self.made: set[str] = set()

    async def call(self, operation: str, status: int = 200, query: str = "", body: Any = None, **path: str) -> Any:
        method, template, described = next(
            found for found in operations(self._api) if found[2]["operationId"] == operation
        )
        self.made.add(operation)
        target = template.format(**{name: quote(value, safe="") for name, value in path.items()})
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        answer = await self.client.request(method, target + query, data=data, headers={"X-API-KEY": KEY})
        assert answer.status == status, await answer.text()
        return await self._check(described, answer)

    async def _check(self, described: dict[str, Any], answer: ClientResponse) -> Any:
        response = described["responses"][str(answer.status)]
        if "$ref" in response:
            response = self._api["components"]["responses"][response["$ref"].rpartition("/")[2]]
        kinds = {kind.partition(";")[0]: content for kind, content in response["content"].items()}
        content = kinds[answer.content_type]
        if answer.content_type != "application/json":
            return await answer.text()
        value = json.loads(await answer.text())
        check(self._api, content["schema"], value)
        return value


async def test_answers_of_every_control_call_are_as_described(
    client: Client, api: dict[str, Any], receiver: Receiver
) -> None:
    session = Session(client, api)
    await call_server(session)
    await call_scenarios(session)
    await call_messages(session, receiver)
    await call_incoming(session)
    await call_journal_and_reports(session)
    await call_worlds(session)
    await call_accounts(session)
    left = {operation_id(route) for route in ROUTES} - session.made
    assert left == {"events_stream"}  # its answer never ends; see below


async def call_server(session: Session) -> None:
    await session.call("server_health")
    await session.call("server_numbers")
    await session.call("server_openapi")
    await session.call("server_ca_pem", 404)
    await session.call("page_docs")
    await session.call("page_picture", query="?url=http://127.0.0.1/a.png")
    await session.call("page_picture", 400)
    await session.call("samples_list_all", query="?count=20&seed=4")
    await session.call("samples_list_all", 400, query="?count=0")
    await session.call("metrics_get")


async def call_scenarios(session: Session) -> None:
    await session.call("scenarios_list_all")
    await session.call("scenarios_get", name="default")
    await session.call("scenarios_get", 404, name="none")
    await session.call("scenarios_put", 201, name="mine", body="seed: 4")
    await session.call("scenarios_put", 200, name="mine", body={"seed": 4})
    await session.call("scenarios_put", 422, name="mine", body="sed: 4")
    await session.call("scenarios_schema")
    await session.call("server_error_codes")
    await session.call("scenarios_check", body="sed: 4")
    await session.call("scenarios_check", body="seed: 4")
    await session.call("scenarios_get_followed", 404, key=KEY)
    await session.call("accounts_use_scenario", key=KEY, body={"name": "times"})
    await session.call("accounts_use_scenario", 404, key=KEY, body={"name": "none"})
    await session.call("accounts_use_scenario", 400, key=KEY, body="")
    await session.call("accounts_use_scenario", 422, key=KEY, body="sed: 4")
    await session.call("scenarios_get_followed", key=KEY)
    await session.call("rules_add", 201, key=KEY, body='rules: [{match: {msisdn: "49*"}, times: 1, error: 46}]')
    await session.call("rules_add", 201, key=KEY, body={"faults": [{"match": {"path": "/hlr/*"}, "delay": "0s"}]})
    await session.call("rules_add", 422, key=KEY, body="seed: 4")
    await session.call("rules_add", 400, key=KEY, body="")
    await session.call("rules_list_all", key=KEY)
    await session.call("rules_take_back", key=KEY, name="next time 1")
    await session.call("rules_take_back", 404, key=KEY, name="next time 1")
    await session.call("rules_take_back", key=KEY, name="next time 2")


async def call_messages(session: Session, receiver: Receiver) -> None:
    await session.call("code_templates_list_all", key=KEY)
    await session.call("code_templates_list_all", 404, key="never seen")
    await session.call("code_templates_list_all", 400, key=KEY, query="?status=approved")
    await session.call("messages_list_all", key=KEY)
    button = {"caption": "See", "action": "http://127.0.0.1/", "alt_route": {"originator": "BSG", "text": "Hi"}}
    asked = NO_VIBER | {"callback_url": receiver.url, "options": {"viber": button}}
    message = (await session.call("viber_create", body={"messages": [asked]}))["result"][0]["id"]
    sms = {"destination": "phone", "originator": "BSG", "body": "Hi", "msisdn": "49301234567", "reference": "s"}
    await session.call("sms_create_put", body=sms)
    await session.call("hlr_check", body={"msisdn": "380972920000"})
    await session.call("mnp_create", query="?msisdn=380972920000")
    await session.call("viber_create", body="{")
    await session.call("messages_get", key=KEY, id=message)
    await session.call("messages_get", 404, key=KEY, id="x")
    await session.call("clock_get", key=KEY)
    await session.call("clock_get", 404, key="test_nobody")
    for order in ({"advance": "1s"}, {"advance": "next"}, {"advance": "1h"}, {"speed": 60}, {"manual": True}):
        await session.call("clock_set_clock", key=KEY, body=order)
    await session.call("clock_set_clock", 400, key=KEY, body={"advance": 5})
    whole = await session.call("messages_get", key=KEY, id=message)
    assert whole["alt_route"]
    assert whole["reports"][0]["attempts"]
    for found in (await session.call("messages_list_all", key=KEY))["messages"]:
        await session.call("messages_get", key=KEY, id=found["id"])
    await session.call("messages_list_all", query="?limit=1&channel=viber", key=KEY)
    await session.call("messages_list_all", 400, query="?chanel=viber", key=KEY)
    await session.call("messages_list_all", 404, key="test_nobody")
    await session.call("messages_list_all", 408, query="?count=99&wait=10ms", key=KEY)
    await session.call("messages_list_all", 408, query="?count=99&wait=10ms", key="test_nobody")
    fresh = await session.call("viber_create_put", body={"messages": [NO_VIBER | {"to": [{"msisdn": 380672920000}]}]})
    await session.call("messages_set_status", key=KEY, id=fresh["result"][0]["id"], body={"status": "read"})
    await session.call("messages_set_status", 409, key=KEY, id=message, body={"status": "sent"})
    await session.call("messages_set_status", 400, key=KEY, id=message, body={"status": "eaten"})


async def call_incoming(session: Session) -> None:
    order = {
        "destination": "phone",
        "originator": "BSG",
        "body": "Hi",
        "msisdn": "380972920009",
        "reference": "two-way",
    }
    message = (await session.call("sms_create", body=order))["result"]["id"]
    await session.call("incoming_reply", 409, key=KEY, id=message, body={"text": "Yes"})
    await session.call("clock_set_clock", key=KEY, body={"advance": "1h"})
    await session.call("incoming_reply", key=KEY, id=message, body={"text": "Yes"})
    await session.call("incoming_reply", 400, key=KEY, id=message, body={"text": ""})
    await session.call("incoming_reply", 404, key=KEY, id="99", body={"text": "Yes"})
    await session.call("incoming_list_all", key=KEY)
    await session.call("incoming_list_all", query="?msisdn=38097*&limit=1", key=KEY)
    await session.call("incoming_list_all", 400, query="?msisdn=050", key=KEY)
    await session.call("incoming_list_all", 404, key="test_nobody")
    await session.call("incoming_list_all", 408, query="?count=99&wait=10ms", key=KEY)


async def call_journal_and_reports(session: Session) -> None:
    await session.call("journal_list_all", key=KEY)
    await session.call("journal_list_all", 408, query="?count=99&wait=10ms", key=KEY)
    await session.call("journal_list_all", 408, query="?count=99&wait=10ms", key="test_nobody")
    await session.call("journal_get", key=KEY, n="1")
    await session.call("journal_get", 404, key=KEY, n="99")
    await session.call("reports_list_all", key=KEY)
    await session.call("reports_list_all", 400, query="?state=eaten", key=KEY)
    await session.call("reports_list_all", 408, query="?count=99&wait=10ms", key=KEY)
    await session.call("reports_get", key=KEY, n="1")
    await session.call("reports_get", 404, key=KEY, n="99")
    await session.call("reports_resend", key=KEY, n="1")
    await session.call("reports_resend", 404, key=KEY, n="99")


async def call_worlds(session: Session) -> None:
    await session.call("worlds_log", key=KEY)
    await session.call("worlds_log", 400, query="?limit=0", key=KEY)
    await session.call("worlds_log", 404, key="test_nobody")
    await session.call("worlds_log", 408, query="?count=999&wait=10ms", key=KEY)
    await session.call("worlds_export", key=KEY)
    await session.call("worlds_export", query="?format=csv", key=KEY)
    await session.call("worlds_export", query="?format=md&limit=2", key=KEY)
    await session.call("worlds_export", 400, query="?format=pdf", key=KEY)
    await session.call("worlds_export", 404, key="test_nobody")
    await session.call("worlds_fork", key=KEY, body={"key": "test_copy", "until": 3})
    await session.call("worlds_fork", key=KEY, body={"key": "test_copy_of_all"})
    await session.call("worlds_fork", 400, key=KEY, body={"until": 3})
    await session.call("worlds_fork", 404, key="test_nobody", body={"key": "test_other"})
    await session.call("worlds_fork", 409, key=KEY, body={"key": "test_copy"})
    await session.call("worlds_rewind", key=KEY, body={"last": 1})
    await session.call("worlds_rewind", key=KEY, body={"to": 5})
    await session.call("worlds_rewind", 400, key=KEY, body={"to": 5, "last": 1})
    await session.call("worlds_rewind", 404, key="test_nobody", body={"last": 1})
    await session.call("worlds_rewind", 409, key=KEY, body={"to": 9999})


async def call_accounts(session: Session) -> None:
    await session.call("accounts_list_all")
    await session.call("accounts_get", key=KEY)
    await session.call("accounts_forget", key=KEY)
    await session.call("accounts_forget", 404, key=KEY)
    await session.call("accounts_get", 404, key="a key/with {odd} letters")
    await session.call("accounts_forget_all")


async def test_events_are_as_described(client: Client, api: dict[str, Any], receiver: Receiver) -> None:
    described = api["paths"]["/_mock/events"]["get"]["description"]
    models = dict(line[3:].split("`: ") for line in described.splitlines() if line.startswith("- `"))
    async with client.get("/_mock/events", headers={"Last-Event-ID": "unknown-1"}) as stream:
        assert stream.content_type in api["paths"]["/_mock/events"]["get"]["responses"]["200"]["content"].popitem()[0]
        await client.post(
            "/rest/viber/create",
            json={"messages": [NO_VIBER | {"callback_url": receiver.url}]},
            headers={"X-API-KEY": KEY},
        )
        await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "1h"})
        order = {"destination": "phone", "originator": "BSG", "body": "Hi", "msisdn": "380972920000", "reference": "s"}
        sms = await client.post("/rest/sms/create", json=order, headers={"X-API-KEY": KEY})
        await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "1h"})
        answered = json.loads(await sms.text())["result"]["id"]
        await client.post(f"/_mock/accounts/{KEY}/messages/{answered}/reply", json={"text": "Yes"})
        missing, kind = set(models), ""
        async with within(PATIENCE_S, "one event of each kind"):
            while missing:
                line = (await stream.content.readuntil(b"\n")).decode().strip()
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    check(api, {"$ref": f"#/components/schemas/{models[kind]}"}, json.loads(value))
                    missing.discard(kind)


async def test_delivery_reports_are_as_described(client: Client, api: dict[str, Any], receiver: Receiver) -> None:
    headers = {"X-API-KEY": KEY}
    message = NO_VIBER | {"callback_url": receiver.url}
    lookup = {"msisdn": "380972920000", "reference": "r", "callback_url": receiver.url}
    sms = lookup | {"destination": "phone", "originator": "BSG", "body": "Hi"}
    await client.post("/rest/viber/create", json={"messages": [message]}, headers=headers)
    await client.post("/rest/sms/create", json=sms, headers=headers)
    await client.post("/rest/hlr/create", json=lookup, headers=headers)
    await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "1h"})
    bodies = [hook["post"]["requestBody"]["content"] for hook in api["webhooks"].values()]
    assert len(receiver.reports) >= 5
    for report in receiver.reports:
        check(api, {"anyOf": [body["application/json"]["schema"] for body in bodies]}, report)


ODD = ["x", "0", "-1", "9" * 30, "ü%00", "{}", "a b", "%ff", "..", "*"]


async def test_no_get_of_the_description_gives_a_500(client: Client, api: dict[str, Any]) -> None:
    await client.post("/rest/viber/create", json={"messages": [NO_VIBER]}, headers={"X-API-KEY": KEY})
    for method, path, operation in operations(api):
        if method != "GET" or operation["operationId"] == "events_stream":
            continue
        parameters = [each for each in operation["parameters"] if "$ref" not in each]
        for odd in ODD:
            target = path.replace("{key}", KEY)
            for parameter in parameters:
                if parameter["in"] == "path":
                    target = target.replace(f"{{{parameter['name']}}}", quote(odd, safe="%"))
            for asked in ["", *(f"?{one['name']}={quote(odd)}" for one in parameters if one["in"] == "query")]:
                answer = await client.get(target + asked, headers={"X-API-KEY": KEY})
                known = {int(status) for status in operation["responses"]} | ({404} if odd == ".." else set())
                assert answer.status in known, f"{target}{asked}: {await answer.text()}"


async def test_key_of_a_broken_scenario_is_told_as_described(serve: Serve, api: dict[str, Any]) -> None:
    client = await serve("sed: 4")
    session = Session(client, api)
    await session.call("clock_set_clock", 422, key=KEY, body={"speed": 2})
