"""Exchanges that BSG has published, as examples: each as its pages print it [seed] [docs], but for ids and task."""

from collections.abc import Mapping
from typing import Any, NamedTuple

_NO_ERRORS = {"error": 0, "errorDescription": "No errors"}


class Exchange(NamedTuple):
    """A request's body, None if it has none, and its answer."""

    request: Any
    answer: Any


_VIBER_CREATE = {
    "tariff": "0",
    "validity": "1",
    "messages": [
        {
            "to": [{"msisdn": "380972920000", "reference": "ext_id_19"}],
            "text": "My Viber messages is shinier than your SMS messages",
            "alpha_name": "BSG",
            "is_promotional": False,
            "options": {
                "viber": {
                    "img": "http://mysite.com/logo.png",
                    "caption": "See Details",
                    "action": "http://mysite.com/",
                    "alt_route": {"originator": "BSG", "text": "My SMS"},
                }
            },
        }
    ],
}
_VIBER_STATE = Exchange(
    None,
    _NO_ERRORS
    | {
        "id": "217",
        "msisdn": "380972920000",
        "reference": "ext_id_19",
        "time_in": "2017-01-17 09:20:02",
        "time_sent": "2017-01-17 09:20:02",
        "time_dr": "2017-01-17 09:20:02",
        "status": "undeliverable",
        "price": 0.0,
        "currency": "EUR",
        "alt_route": [{"channel": "sms", "id": "218", "status": "delivered", "price": "0.023"}],
    },
)
_HLR_STATE = Exchange(
    None,
    _NO_ERRORS
    | {
        "name_ru": "Украина",
        "name_en": "Ukraine",
        "brand": "Vodafone",
        "name": "PrJSC VF Ukraine",
        "country_name": "Ukraine",
        "brand_name": "PrJSC VF Ukraine",
        "msisdn": "380953227271",
        "id": "212",
        "reference": "extid1",
        "network": "25501",
        "status": "active",
        "details": {"imsi": "255019955595387", "location_msc": "380500945999", "ported": 0, "roaming": 0},
        "createdDatetime": "2017-03-03T13:04:56+00:00",
        "statusDatetime": "2017-03-03T13:04:56+00:00",
    },
)
_MNP_CREATE = Exchange(
    {"msisdn": "380953227271"},
    {
        "result": [
            _NO_ERRORS
            | {
                "msisdn": "380953227271",
                "tariff_code": "0",
                "price": 0.001,
                "currency": "EUR",
                "id": "217",
                "info": {
                    "country": "Ukraine",
                    "mcc": "255",
                    "mnc": "01",
                    "ported": 0,
                    "brand": "Vodafone",
                    "operator": "PrJSC VF Ukraine",
                },
            }
        ],
        "total_price": 0.001,
        "currency": "EUR",
    },
)
_BALANCE = Exchange(None, _NO_ERRORS | {"amount": "100.0000000", "currency": "EUR", "limit": "7"})

PUBLISHED: Mapping[str, Exchange] = {
    "/viber/create": Exchange(
        _VIBER_CREATE,
        {
            "result": [_NO_ERRORS | {"reference": "ext_id_19", "id": "217", "price": 0.23, "currency": "EUR"}],
            "currency": "EUR",
            "total_price": 0.23,
        },
    ),
    "/viber/reference/{reference}": _VIBER_STATE,
    "/viber/{id}": _VIBER_STATE,
    "/sms/create": Exchange(
        {
            "destination": "phone",
            "originator": "alpha name",
            "body": "message text",
            "msisdn": "380972000000",
            "reference": "ext_id_16",
            "validity": "1",
            "tariff": "0",
        },
        {"result": _NO_ERRORS | {"reference": "ext_id_16", "id": "213", "price": 0.23, "currency": "EUR"}},
    ),
    "/hlr/create": Exchange(
        [{"msisdn": "380972920000", "reference": "extid1", "tariff": "0", "callback_url": ""}],
        {
            "result": [
                _NO_ERRORS
                | {
                    "msisdn": "380972920000",
                    "reference": "extid1",
                    "tariff_code": "0",
                    "callback_url": "",
                    "price": 0.0025,
                    "currency": "EUR",
                    "id": "212",
                }
            ],
            "total_price": 0.0025,
            "currency": "EUR",
        },
    ),
    "/hlr/reference/{reference}": _HLR_STATE,
    "/hlr/{id}": _HLR_STATE,
    "/mnp/create": _MNP_CREATE,
    "/mnp-sync/create": _MNP_CREATE,
    "/common/balance": _BALANCE,
}
"""By the path of the function."""
