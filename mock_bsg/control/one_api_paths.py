"""The One API as OpenAPI: each function with its body and query, its answers and its refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mock_bsg.control.openapi_parts import (
    HEADERS,
    json_content,
    parameter,
    prune,
    reference,
    references,
    response,
    webhook,
    without_null,
)
from mock_bsg.one_api.answer_models import ANSWERS, StatusReport
from mock_bsg.one_api.functions import FUNCTIONS
from mock_bsg.one_api.refusal_models import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mock_bsg.control.openapi_parts import Json, Schemas
    from mock_bsg.one_api.call import Function

_ABOUT_TAGS: Mapping[str, str] = {
    "AuthApi": "A key becomes a token, and a token another one.",
    "BalanceApi": "Money and tariffs.",
    "SendersApi": "What messages may come from.",
    "MessagesApi": "A message on SMS, RCS, Viber, voice or Telegram, and on a second channel if the first fails.",
    "MessagesSMSApi": "What was sent, through either of BSG's APIs.",
    "TwoFAOTPApi": "One-time codes: sent, sent again, verified.",
    "TwoFATemplatesApi": "The texts that one-time codes come in.",
    "CampaignApi": "Messages to many: sent, listed, stopped, counted.",
    "CampaignSMSApi": "SMS to many.",
    "CampaignViberApi": "Viber messages to many.",
}
TAGS = tuple((tag, _ABOUT_TAGS[tag]) for tag in dict.fromkeys(function.tag for function in FUNCTIONS))
"""The classes of BSG's SDKs, each with what it is for."""

SECURITY_SCHEMES: Mapping[str, Json] = {
    "Bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The token of /api/auth/login",
    }
}
_REFUSED: Mapping[int, str] = {
    400: "The body is no JSON",
    401: "There is no token, or none that is valid here and now; at login, the key is not valid",
    403: "The scenario blocks the account",
    404: "What was asked for does not exist",
    413: "The body is larger than --max-body allows",
    422: "A field is wrong, or it is not possible as things are",
    429: "The scenario says so",
}
_OF_EVERY_FUNCTION = (401, 403, 429)
_PATH_PARAMETERS: Mapping[str, Json] = {
    "/api/2fa/authentications/templates/": {
        "type": "integer",
        "minimum": 1,
        "description": "The template's id",
        "examples": [1],
    },
    "/api/2fa/authentications/": {
        "type": "string",
        "description": "The session's id",
        "examples": ["5f0c2b5e-8a1d-4c3b-9e7f-0a1b2c3d4e5f"],
    },
    "/api/campaigns/": {"type": "integer", "minimum": 1, "description": "The campaign's id", "examples": [1]},
}
"""What varies in paths that begin so; the first one that fits."""

EXAMPLES: Mapping[str, Json] = {
    "login": {"api_key": "test_shop"},
    "send_message": {
        "channels": ["viber", "sms"],
        "phone": {"number": "447700900100"},
        "viber": {"sender": "SHOP", "text": "Your parcel is on its way"},
        "sms": {"sender": "SHOP", "text": "Your parcel is on its way"},
    },
    "send_otp": {
        "recipient": "447700900100",
        "channel": "sms",
        "sender": "SHOP",
        "template_id": 1,
        "code_lifetime": 300,
        "code_max_tries": 3,
        "code_digits": 5,
    },
    "verify_otp": {"access_code": "12345"},
    "otp_template_create": {"name": "shop", "text": "Your code is {code2fa}", "countries": ["GB", "UA"]},
    "campaign_price": {"sender": "SHOP", "text": "Sale", "messages": [{"phone": 447700900100}]},
    "campaign_send": {
        "channels": ["sms"],
        "recipients": {"phones": [{"number": "447700900100"}, {"number": "447700900101"}]},
        "sms": {"sender": "SHOP", "text": "Sale"},
    },
    "sms_send": {"sender": "SHOP", "text": "Sale", "phones": [{"number": 447700900100}, {"number": 447700900101}]},
    "sms_send_individual": {
        "messages": [
            {"phone": 447700900100, "text": "Sale, Ann", "sender": "SHOP"},
            {"phone": 447700900101, "text": "Sale, Bob", "sender": "SHOP"},
        ]
    },
    "viber_send": {
        "sender": "SHOP",
        "text": "Sale",
        "phones": [{"number": 447700900100}, {"number": 447700900101}],
        "alternative_channel": {"sms": {"sender": "SHOP", "text": "Sale"}},
    },
}
"""A body of each function that has one, by its name in BSG's SDKs."""


def add_schemas(schemas: Schemas) -> None:
    """Add what the functions take and answer, before the schemas are made."""
    for function in FUNCTIONS:
        schemas.add(ANSWERS[function.operation], function.body)
    schemas.add(*(REFUSALS[status] for status in _REFUSED), StatusReport)


def describe_functions(schemas: Schemas) -> Iterator[tuple[str, str, Json]]:
    """Describe each function: path, method, operation."""
    for function in FUNCTIONS:
        yield function.path, function.method, _describe(schemas, function)


def describe_refusals(schemas: Schemas) -> dict[str, Json]:
    """Describe what all functions refuse alike, by names among the components."""
    return {
        _name(status): response(text, json_content(schemas.of(REFUSALS[status]))) for status, text in _REFUSED.items()
    }


def describe_report(schemas: Schemas) -> Json:
    about = "Sent to a callback_url whenever the status of something sent through the One API changes"
    return webhook("one_api_report", about, schemas.of(StatusReport))


def list_refusals(function: Function) -> list[int]:
    """Tell the HTTP statuses that a function refuses with."""
    statuses = set(_OF_EVERY_FUNCTION)
    if function.body is not None:
        statuses |= {400, 413}
    if function.body is not None or function.query is not None or (function.method != "GET" and "{" in function.path):
        statuses.add(422)
    if "{" in function.path:
        statuses.add(404)
    return sorted(statuses)


def _describe(schemas: Schemas, function: Function) -> Json:
    found = response("Done", json_content(schemas.of(ANSWERS[function.operation])))
    operation: Json = {
        "operationId": function.operation,
        "tags": [function.tag],
        "summary": function.summary,
        "parameters": [*_path_parameters(function), *_query(function)],
        "security": [] if function.is_open else [{"Bearer": []}],
        "responses": {
            str(function.status): found | {"headers": references("headers", HEADERS)},
            **{str(status): reference("responses", _name(status)) for status in list_refusals(function)},
        },
    }
    if function.body is not None:
        body = {"schema": schemas.of(function.body), "example": EXAMPLES[function.operation]}
        operation["requestBody"] = {"required": True, "content": {"application/json": body}}
    return operation


def _name(status: int) -> str:
    return f"OneApi{status}"


def _path_parameters(function: Function) -> list[Json]:
    return [
        parameter(name, "path", schema, is_required=True)
        for name in re.findall(r"\{(\w+)\}", function.path)
        for schema in [next(found for begin, found in _PATH_PARAMETERS.items() if function.path.startswith(begin))]
    ]


def _query(function: Function) -> list[Json]:
    if function.query is None:
        return []
    schema: dict[str, Any] = prune(function.query.model_json_schema())
    return [
        parameter(name, "query", without_null(part), is_required=name in schema.get("required", ()))
        for name, part in schema["properties"].items()
    ]
