"""BSG's own clients are understood: the bytes and headers that each of them sends, under every spelling of a path."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Client

PHP_BOUNDARY = "------------------------3f1b2c9d8e7a6f50"
PHP_SINGLE_HLR = "".join(
    f'--{PHP_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in (
        ("destination", "phone"),
        ("msisdn", "380501111111"),
        ("reference", "hlrTest1"),
        ("tariff", "0"),
    )
)


@dataclass(frozen=True)
class Sent:
    """What a client sends: the function, headers beside the key, and the body byte by byte."""

    client: str
    path: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.client} {self.path}"


PYTHON = {"Content-type": "application/json; charset=utf-8", "Accept": "application/json "}
NODE = {"Content-type": "multipart/form-data"}
GO = {"Content-Type": "multipart/form-data", "User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}
PHP = {"Content-type": "text/json; charset=utf-8", "X-API-SOURCE": "BSG PHP Library", "Accept": "*/*"}
PHP_FORM = {
    "Content-Type": f"multipart/form-data; boundary={PHP_BOUNDARY}",
    "X-API-SOURCE": "BSG PHP Library",
    "Accept": "*/*",
}
PERL = {"Content-Type": "application/json", "User-Agent": "libwww-perl/6.67"}
PERL_FORM = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "libwww-perl/6.67"}
RUBY = {"Content-Type": "application/json", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
JAVA = {"Content-Type": "application/json", "Accept": "multipart/form-data", "User-Agent": "Jersey/2.25.1"}
CURL = {"Accept": "*/*", "User-Agent": "curl/7.88.1"}
CURL_FORM = CURL | {"Content-Type": "application/x-www-form-urlencoded"}

SEED = (
    '{"tariff": "0", "validity": "1", "messages": [{"to": [{"msisdn": "380972920000", "reference": "ext_id_19"}], '
    '"text": "My Viber message", "alpha_name": "BSG", "is_promotional": false, "options": {"viber": '
    '{"img": "http://mysite.com/logo.png", "caption": "See Details", "action": "http://mysite.com/", '
    '"alt_route": {"originator": "BSG", "text": "My SMS"}}}}]}'
)

REQUESTS = [
    Sent(
        "Python",
        "/viber/create",
        '{"messages": [{"to": [{"msisdn": 380960000001, "reference": "5f2b8c11"}, {"msisdn": 380960000002, '
        '"reference": "0d9e77aa"}], "text": "test message text to many recipients", "alpha_name": "BSG", '
        '"options": {"viber": {"alt_route": {"originator": "BSG", "text": "SMS message"}}}}], "validity": 86400}',
        PYTHON,
    ),
    Sent(
        "Python",
        "/sms/create",
        '{"body": "test message text", "originator": "BSG RESTAPI", "destination": "phones", "phones": [{"msisdn": '
        '"380967770000", "reference": "aa10bb20"}, {"msisdn": "380967770001", "reference": "cc30dd40"}], '
        '"validity": 72}',
        PYTHON,
    ),
    Sent("Python", "/hlr/create", '[{"msisdn": 380960000000, "reference": "1a2b3c4d"}]', PYTHON),
    Sent(
        "Node.js",
        "/viber/create",
        '{"tariff":0,"validity":1,"messages":[{"to":[{"msisdn":380972920000,"reference":"ext_id_19"}],"text":"My Viber '
        'messages","alpha_name":"BSG","is_promotional":false,"options":{"viber":{"img":"http://mysite.com/logo.png",'
        '"caption":"See Details","action":"http://mysite.com/"}}}]}',
        NODE,
    ),
    Sent(
        "Node.js",
        "/sms/create",
        '{"destination":"phone","originator":"alpha name","body":"message text","msisdn":"380972000000","reference":'
        '"ext_id_16","validity":"1","tariff":"0"}',
        NODE,
    ),
    Sent(
        "Node.js",
        "/hlr/create",
        '[{"msisdn":"380972920000","reference":"extid1","tariff":"0","callback_url":"http://someurl.com/callback/?id=1"}]',
        NODE,
    ),
    Sent(
        "Go",
        "/viber/create",
        '{"validity":"1","tariff":null,"messages":[{"to":[{"msisdn":"79999999999","reference":"ext_1"}],"text":"123",'
        '"alpha_name":"BSG","is_promotional":false,"options":{"viber":{"img":"123","caption":"123","action":"123"}}}]}',
        GO,
    ),
    Sent(
        "Go",
        "/sms/create",
        '{"destination":"phone","originator":"me","body":"123","msisdn":"79999999999","reference":"ext_2","validity":"1",'
        '"tariff":null}',
        GO,
    ),
    Sent(
        "Go",
        "/hlr/create",
        '[{"msisdn":"380972920001","reference":"ext_3","tariff":null,"callback_url":""},'
        '{"msisdn":"380972920002","reference":"ext_4","tariff":"9","callback_url":"http://someurl.com/callback"}]',
        GO,
    ),
    Sent(
        "PHP",
        "/viber/create",
        '{"validity":86400,"messages":[{"to":[{"msisdn":"380967770002"}],"text":"\\u0442\\u0435\\u0441\\u0442","alpha_name":'
        '"BSG","callback_url":"http:\\/\\/mysite.com\\/","options":{"viber":{"caption":"See","action":"http:\\/\\/mysite.com"}}}]}',
        PHP,
    ),
    Sent(
        "PHP",
        "/sms/create",
        '{"destination":"individual","phones":[{"msisdn":"380967770002","body":"test","reference":"1500000000",'
        '"originator":"BSG"},{"msisdn":"380967770003","body":"tes2","reference":"1500000001","originator":"BSG"}],'
        '"validity":72}',
        PHP,
    ),
    Sent("PHP", "/hlr/create", '[{"msisdn":"380937029501","reference":"airt1500000000","tariff":0}]', PHP),
    Sent("PHP, single HLR", "/hlr/create", f"{PHP_SINGLE_HLR}--{PHP_BOUNDARY}--\r\n", PHP_FORM),
    Sent("Perl", "/viber/create", SEED, PERL),
    Sent(
        "Perl",
        "/sms/create",
        '{"reference":"ext_id_16","originator":"alpha name","msisdn":"380972000000","destination":"phone","body":"x"}',
        PERL,
    ),
    Sent("Perl", "/hlr/create", '[{"reference":"extid1","msisdn":"380972920000"}]', PERL),
    Sent("Perl, single HLR", "/hlr/create", "msisdn=380972920000&reference=extid1&tariff=0", PERL_FORM),
    Sent("Ruby", "/viber/create", SEED, RUBY),
    Sent(
        "Ruby",
        "/sms/create",
        '{"destination":"phone","originator":"alpha name","body":"message text","msisdn":"380972000000","reference":'
        '"ext_id_16","validity":"1","tariff":"0"}',
        RUBY,
    ),
    Sent("Ruby", "/hlr/create", '[{"msisdn":"380972920000","reference":"extid1"}]', RUBY),
    Sent(
        "Java",
        "/viber/create",
        '{"tariff":"0","validity":"1","messages":[{"to":[{"msisdn":"380972920000","reference":"ext_id_19"}],"text":"text",'
        '"alpha_name":"BSG","is_promotional":false,"options":{"viber":{"img":"http://a/b.png","caption":"See Details",'
        '"action":"http://a/"}}}]}',
        JAVA,
    ),
    Sent(
        "Java",
        "/sms/create",
        '{"validity":"1","tariff":"0","destination":"phones","originator":"alpha_name","body":"message text","phones":'
        '[{"msisdn":"380972000000","reference":"ext_id_17"},{"msisdn":"380972000001","reference":"ext_id_18"}]}',
        JAVA,
    ),
    Sent(
        "Java", "/hlr/create", '[{"msisdn":"380972920000","reference":"extid1","tariff":"0","callback_url":null}]', JAVA
    ),
    Sent("curl", "/viber/create", SEED, CURL),
    Sent("curl -d", "/viber/create", SEED, CURL_FORM),
    Sent("curl -d", "/hlr/create", '{"msisdn":"380972920000","reference":"extid1"}', CURL_FORM),
    Sent("v1 SDK", "/mnp/create", '{"msisdns":[{"msisdn":"380953227271","tariff":5}],"reference":"batch"}', PERL),
    Sent(
        "v1 SDK",
        "/sms/price",
        '{"destination":"phone","msisdn":"380953227271","originator":"BSG","body":"Hello!","transliterate":true}',
        PERL,
    ),
    Sent("v1 SDK", "/hlr/check", '{"msisdn":"380953227271"}', PERL),
]


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("base", ["/rest", "/v1.0"])
@pytest.mark.parametrize("sent", REQUESTS, ids=str)
async def test_what_a_client_sends_is_understood(
    client: Client, key: str, sent: Sent, base: str, slash: str, method: str
) -> None:
    answer = await client.request(
        method,
        f"{base}{sent.path}{slash}",
        data=sent.body.encode(),
        headers={"X-API-KEY": key, **sent.headers},
        skip_auto_headers=["Content-Type"],
    )

    assert (answer.status, answer.content_type) == (200, "application/json")
    found = json.loads(await answer.text())
    result = found.get("result", found)
    entries = result if isinstance(result, list) else [result]
    assert [entry["error"] for entry in entries] == [0] * len(entries), found


@pytest.mark.parametrize("headers", [PYTHON, {}, GO, PHP, PERL, RUBY, JAVA], ids=str)
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("base", ["/rest", "/v1.0"])
async def test_what_a_client_reads_is_answered(
    client: Client, key: str, headers: dict[str, str], base: str, slash: str
) -> None:
    sms = '{"destination":"phones","originator":"a","body":"b","phones":[{"msisdn":"380972000000","reference":"r"}]}'
    own = {"X-API-KEY": key, **headers}
    await client.post(f"{base}/sms/create", data=sms, headers=own)
    for path in (
        "/common/balance",
        "/viber/prices",
        "/sms/prices/0",
        "/hlr/prices",
        "/sms/217",
        "/sms/reference/r",
        "/sms/task/1",
        "/sms/task_id/1",
    ):
        answer = await client.get(f"{base}{path}{slash}", headers=own)
        assert (answer.status, (await answer.json())["error"]) == (200, 0), path
