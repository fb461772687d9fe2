"""All APIs as OpenAPI 3.1: generated from the functions, the routes, and the models of what they take and answer."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mock_bsg import __version__
from mock_bsg.control import one_api_paths
from mock_bsg.control.calls import (
    CALLS,
    EXAMPLE_SCENARIO,
    JSON,
    PATH_PARAMETERS,
    QUERY_PARAMETERS,
    REQUIRED,
    TAGS,
    YAML,
)
from mock_bsg.control.openapi_parts import (
    HEADERS,
    Json,
    Schemas,
    json_content,
    parameter,
    prune,
    reference,
    references,
    response,
    webhook,
    without_null,
)
from mock_bsg.control.snapshot_shapes import EVENTS
from mock_bsg.control.terms import Refusal
from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.rest import FUNCTIONS
from mock_bsg.rest.schemas.answer_models import ErrorAnswer, HlrState, MnpState, SmsState, ViberState
from mock_bsg.rest.schemas.published import PUBLISHED
from mock_bsg.rest.schemas.shapes import EVERY_ERROR, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mock_bsg.control.calls import CallShape
    from mock_bsg.control.handling import Route
    from mock_bsg.rest.call import Function
    from mock_bsg.rest.schemas.shapes import Shape

_BSG_TAGS = {"viber": "Viber", "sms": "SMS", "hlr": "HLR", "mnp": "MNP", "mnp-sync": "MNP", "common": "Account"}
_TAGS = (
    ("Viber", "Text with a picture and a button, and an SMS as the alternative route."),
    ("SMS", "To one phone or to many, with one-time codes; and what happened to them."),
    ("HLR", "Whether a phone can be reached, and in which network."),
    ("MNP", "Whose number it is."),
    ("Account", "Money and prices."),
    *one_api_paths.TAGS,
    ("Server", "The sandbox itself."),
    ("Scenarios", "What the sandbox does with messages."),
    ("Rules", "Rules that are added to a scenario while it is in use."),
    ("Accounts", "Each API key is an account of its own, with its own money, messages and clock."),
    ("Messages", "What was sent with a key, what became of it and why."),
    ("Journal", "Requests of BSG's API and their answers."),
    ("Reports", "Delivery reports to a callback_url."),
    ("Worlds", "An account's past: the log of all that was done, taken back, taken along, or written down."),
    ("Clock", "Advance, speed up or stop an account's time."),
    ("Events", "What happens, as it happens."),
)
_ABOUT = """\
A sandbox of the BSG messaging APIs: it answers as BSG would, and as a scenario says.

**API v1** is under `/rest` and, just the same, under `/v1.0`; a slash at the end of a path changes nothing. Any key
will do unless the server was given some. Every outcome is HTTP 200, whatever its error code says; only a function that
does not exist is 404 (error 4), and a body that is too large 413. A scenario can answer with any other status, late, or
not at all. The body is looked at, not its header: JSON under any Content-Type is JSON.

**The One API**, BSG's newer one, is under `/api`, for the same accounts. Log in with a key, and send the token that you
get as `Authorization: Bearer <token>`. Here the HTTP status tells the outcome; a scenario can answer with any other.

**The control API** is under `/_mock`. Its errors have one shape, whatever their status. Requests from
another site's pages are refused (403).
"""
_REFUSALS = {
    400: ("BadRequest", "Something is misspelt or out of range"),
    403: ("Forbidden", "The request comes from another site's page, or names a foreign host"),
    404: ("NotFound", "What was asked for does not exist"),
    409: ("Conflict", "Not possible in the current state"),
    413: ("TooLarge", "The body is larger than --max-body allows"),
    503: ("NotKept", "Accounts cannot be kept at the moment: nothing was done"),
    422: ("Unprocessable", "The scenario has mistakes: `detail` lists each with its place"),
}
_WITHOUT_BODY = frozenset({"GET", "DELETE", "HEAD"})
_PARAMETER = re.compile(r"\{(\w+)\}")


def describe(base: str, routes: tuple[Route, ...]) -> Json:
    """Describe BSG's APIs, and that of `routes`, for clients of the server at `base`, like http://127.0.0.1:8080."""
    return {**_describe(routes), "servers": [{"url": base}]}


@cache
def _describe(routes: tuple[Route, ...]) -> Json:
    schemas = Schemas()
    for function in FUNCTIONS:
        shape = SHAPES[function.path]
        schemas.add(shape.answer, shape.request)
    for route in routes:
        call = CALLS[operation_id(route)]
        schemas.add(call.answer, call.request, call.too_few)
    one_api_paths.add_schemas(schemas)
    schemas.add(*EVENTS.values(), ErrorAnswer, Refusal, *_REPORTS.values())
    schemas.make()
    paths: dict[str, Json] = {}
    for function in FUNCTIONS:
        for method in function.methods:
            paths.setdefault(f"/rest{function.path}", {})[method.lower()] = _function(schemas, function, method)
    for path, method, operation in one_api_paths.describe_functions(schemas):
        paths.setdefault(path, {})[method.lower()] = operation
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _call(schemas, route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "mock_bsg", "version": __version__, "description": _ABOUT, "license": {"name": "MIT"}},
        "servers": [],
        "tags": [{"name": name, "description": description} for name, description in _TAGS],
        "paths": paths,
        "webhooks": {
            **{f"{channel}-report": _report(schemas, channel) for channel in _REPORTS},
            "one-api-report": one_api_paths.describe_report(schemas),
        },
        "components": {
            "schemas": schemas.components,
            "parameters": {"Source": _SOURCE},
            "headers": HEADERS,
            "responses": {
                **{name: response(text, json_content(schemas.of(Refusal))) for name, text in _REFUSALS.values()},
                **one_api_paths.describe_refusals(schemas),
            },
            "securitySchemes": {
                "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-KEY"},
                **one_api_paths.SECURITY_SCHEMES,
            },
        },
    }


# --- BSG's API


def _function(schemas: Schemas, function: Function, method: str) -> Json:
    shape = SHAPES[function.path]
    published = PUBLISHED.get(function.path)
    operation: Json = {
        "operationId": _function_id(function, method),
        "tags": [_BSG_TAGS[function.path.split("/")[1]]],
        "summary": function.summary,
        "description": _describe_function(function, shape),
        "parameters": [
            *_path_parameters(function.path, function.path.split("/")[1]),
            *_query_of(shape, method),
            reference("parameters", "Source"),
        ],
        "security": [{"ApiKey": []}],
    }
    answers = {"schema": schemas.any_of(shape.answer, ErrorAnswer)}
    if published is not None:
        answers["example"] = published.answer
    responses = {"200": response("BSG's answer", {JSON: answers}) | {"headers": references("headers", HEADERS)}}
    if method not in _WITHOUT_BODY and shape.request is not None:
        body = {"schema": schemas.of(shape.request)}
        if published is not None:
            body["example"] = published.request
        content = {JSON: body}
        if shape.takes_form:
            content["application/x-www-form-urlencoded"] = content["multipart/form-data"] = {
                "schema": _single(schemas.of(shape.request))
            }
        operation["requestBody"] = {"required": shape.query is None, "content": content}
        responses["413"] = response("The body is larger than --max-body allows", json_content(schemas.of(ErrorAnswer)))
    operation["responses"] = responses
    return operation


def _function_id(function: Function, method: str) -> str:
    """`viber_create` for POST, or for GET where there is no other; what else there is tells its method."""
    words = [
        f"by_{part[1:-1]}" if part.startswith("{") else part.replace("-", "_")
        for part in function.path.split("/")[1:]
        if f"/{{{part}}}" not in function.path
    ]
    usual = "GET" if "GET" in function.methods else "POST"
    return "_".join(words if method == usual else [*words, method.lower()])


def _describe_function(function: Function, shape: Shape) -> str:
    parts = []
    if function.clients:
        parts.append(f"Called by BSG's own clients: {function.clients}.")
    if function.methods == ("PUT", "POST"):
        parts.append("PUT and POST do the same.")
    parts.append(f"Errors of the whole answer:\n\n{_tell_errors((*EVERY_ERROR, *shape.errors))}")
    if shape.entry_errors:
        parts.append(f"Errors of one entry:\n\n{_tell_errors(shape.entry_errors)}")
    return "\n\n".join(parts)


def _tell_errors(codes: Iterable[int]) -> str:
    return "\n".join(f"- `{code}` {ERROR_TEXTS[code]}" for code in sorted(codes))


def _query_of(shape: Shape, method: str) -> list[Json]:
    """Describe what can be asked for in the query; it is required only where no body can say it instead."""
    if shape.query is None:
        return []
    schema = prune(shape.query.model_json_schema())
    return [
        parameter(
            name,
            "query",
            without_null(part),
            is_required=name in schema.get("required", ()) and method in _WITHOUT_BODY,
        )
        for name, part in schema["properties"].items()
    ]


def _single(schema: Json) -> Json:
    """Of one thing or a list of it, the one thing: a form cannot say a list."""
    return next((one for one in schema.get("anyOf", ()) if "$ref" in one), schema)


_REPORTS = {"viber": ViberState, "sms": SmsState, "hlr": HlrState, "mnp": MnpState}


def _report(schemas: Schemas, channel: str) -> Json:
    about = f"Sent to a callback_url whenever the status of something sent through {channel} changes"
    return webhook(f"{channel}_report", about, schemas.of(_REPORTS[channel]))


# --- the control API


def operation_id(route: Route) -> str:
    """Name a call by the room and the name of its handler, like `messages_list_all`."""
    return f"{_room(route)}_{route.handle.__name__}"


def _room(route: Route) -> str:
    return route.handle.__module__.rpartition(".")[2]


def _call(schemas: Schemas, route: Route) -> Json:
    call = CALLS[operation_id(route)]
    content = json_content(schemas.of(call.answer)) if call.answer is not None else _text(call.content)
    for text in call.texts:
        content |= _text(text)
    content |= {kind: {} for kind in call.binary}
    responses = {"200": response("Done" if route.method != "GET" else route.summary, content)}
    if call.creates:
        responses["201"] = response("Created", content)
    statuses = {403, *call.errors} | ({413} if call.request is not None else set())
    if route.path.startswith("/_mock/accounts"):
        statuses.add(503)
    responses |= {str(status): reference("responses", _REFUSALS[status][0]) for status in sorted(statuses)}
    if call.too_few is not None:
        responses["408"] = response("Too few matched in time", json_content(schemas.of(call.too_few)))
    operation: Json = {
        "operationId": operation_id(route),
        "tags": [TAGS.get(_room(route), "Server")],
        "summary": route.summary,
        "parameters": [*_path_parameters(route.path, operation_id(route)), *_listed(route)],
        "responses": responses,
    }
    if call.request is not None:
        operation["requestBody"] = {"required": True, "content": _body(schemas, call)}
    if _room(route) == "events":
        operation["description"] = _describe_events(schemas)
    return operation


def _body(schemas: Schemas, call: CallShape) -> Json:
    if not call.takes_yaml:
        return json_content(schemas.of(call.request))
    return {**_text(YAML), **json_content(schemas.of(call.request))}


def _text(content: str) -> Json:
    kind = content if content in {YAML, "application/x-pem-file"} else f"{content}; charset=utf-8"
    example = {"example": EXAMPLE_SCENARIO} if content == YAML else {}
    return {kind: {"schema": {"type": "string"}, **example}}


def _listed(route: Route) -> list[Json]:
    """List the query parameters of a call, in the order in which they are described."""
    described: dict[str, str] = {}
    for owner in (f"{operation_id(route)}.", f"{_room(route)}.", ""):
        names = (key.removeprefix(owner) for key in QUERY_PARAMETERS if key.startswith(owner))
        described |= {name: owner + name for name in names if "." not in name and name not in described}
    return [
        parameter(
            name,
            "query",
            {**QUERY_PARAMETERS[key][0], "description": QUERY_PARAMETERS[key][1]},
            is_required=key in REQUIRED,
        )
        for name, key in described.items()
        if name in route.query
    ]


def _describe_events(schemas: Schemas) -> str:
    kinds = "\n".join(f"- `{kind}`: {schemas.of(model)['$ref'].rpartition('/')[2]}" for kind, model in EVENTS.items())
    return (
        "With the header `Last-Event-ID`, the events since that one come first. Each event has a kind, and JSON data "
        f"with one of these schemas:\n\n{kinds}"
    )


# --- API v1 and the control API


_SOURCE = {
    "name": "X-API-SOURCE",
    "in": "header",
    "description": "The name of the integration; BSG's client for PHP sends it. It is shown in the journal.",
    "schema": {"type": "string"},
}


def _path_parameters(path: str, owner: str) -> list[Json]:
    """List the parts of a path that vary; `owner` is the room or the call whose they are."""
    parameters = []
    for name in _PARAMETER.findall(path):
        description, example = PATH_PARAMETERS.get(f"{owner}.{name}") or PATH_PARAMETERS[name]
        schema = {"type": "string", "description": description, "examples": [example]}
        parameters.append(parameter(name, "path", schema, is_required=True))
    return parameters
