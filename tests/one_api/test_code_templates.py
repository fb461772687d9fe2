"""Templates of one-time codes: requested, moderated, listed, looked at, deleted; and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.one_api.conftest import Api, log_in
from tests.one_api.test_codes import MANUAL, SMS, send

if TYPE_CHECKING:
    from tests.conftest import Serve

PATH = "2fa/authentications/templates"
NEW = {"name": "shop", "text": "Code {code2fa} of the shop"}
DEFAULT = {
    "template_id": 1,
    "name": "default",
    "text": "Your code is {code2fa}",
    "countries": [],
    "status": "approved",
    "updated_at": "2017-01-17 09:20:02",
}
GIVEN = """
one_api:
  moderation: 1h
  templates:
    57: {text: "Code {code2fa}", name: shop, countries: [UA]}
    58: {text: "{code2fa}!", name: late, status: requested}
    59: {text: "Win {code2fa}", name: ads, status: rejected}
"""


async def ids(api: Api, query: Any = ()) -> list[int]:
    return [each["template_id"] for each in (await api.get(PATH, query))["data"]["list"]]


async def refuse(api: Api, **changes: Any) -> Any:
    said = await api.post(PATH, NEW | changes, 422)
    assert said["message"] == "The given data was invalid."
    return said["errors"]


async def test_default_template_is_there_from_the_beginning(api: Api) -> None:
    assert await api.get(PATH) == {"data": {"list": [DEFAULT], "total": 1}}
    assert await api.get(f"{PATH}/1") == {"data": DEFAULT}


async def test_new_template_is_approved_when_moderation_is_over(api: Api) -> None:
    told = (await api.post(PATH, NEW | {"countries": ["ua", "DE", "UA"]}))["data"]
    assert list(told.items()) == [
        ("template_id", 2),
        ("name", "shop"),
        ("text", "Code {code2fa} of the shop"),
        ("countries", ["UA", "DE"]),
        ("status", "requested"),
        ("updated_at", "2017-01-17 09:20:02"),
    ]
    said = await api.post("2fa/authentications/otp", SMS | {"template_id": 2}, 422)
    assert said["errors"] == ["Template is not available."]
    await api.advance("59999ms")
    assert (await api.get(f"{PATH}/2"))["data"] == told
    await api.advance("1ms")
    approved = {"status": "approved", "updated_at": "2017-01-17 09:21:02"}
    assert (await api.get(f"{PATH}/2"))["data"] == told | approved
    assert (await send(api, template_id=2))["message_text"] == told["text"]


async def test_answer_to_a_request_says_requested_however_quick_moderation_is(serve: Serve) -> None:
    api = await log_in(await serve("one_api: {moderation: 0s}"))
    assert (await api.post(PATH, NEW))["data"]["status"] == "requested"
    assert (await api.get(f"{PATH}/2"))["data"]["status"] == "approved"


async def test_templates_of_the_scenario_are_there_and_ids_go_on_from_them(serve: Serve) -> None:
    api = await log_in(await serve(MANUAL + GIVEN))
    assert await ids(api) == [1, 57, 58, 59]
    assert (await api.get(f"{PATH}/57"))["data"] == {
        "template_id": 57,
        "name": "shop",
        "text": "Code {code2fa}",
        "countries": ["UA"],
        "status": "approved",
        "updated_at": "2017-01-17 09:20:02",
    }
    assert (await api.post(PATH, NEW | {"name": "mine"}))["data"]["template_id"] == 60
    await api.get(f"{PATH}/61", status=404)


async def test_every_id_has_a_template_where_the_scenario_names_none(api: Api) -> None:
    told = (await api.get(f"{PATH}/4711"))["data"]
    assert told == DEFAULT | {"template_id": 4711, "name": "template 4711"}
    assert await ids(api) == [1]
    assert await ids(api, {"filter[ids]": "4711"}) == [4711]
    await api.ask("DELETE", f"{PATH}/4711")
    assert (await api.get(f"{PATH}/4711"))["data"]["status"] == "deleted"
    said = await api.post("2fa/authentications/otp", SMS | {"template_id": 4711}, 422)
    assert said["errors"] == ["Template is not available."]


async def test_deleted_template_is_listed_only_if_asked_for(serve: Serve) -> None:
    api = await log_in(await serve(MANUAL + GIVEN))
    await api.advance("5s")
    said = await api.ask("DELETE", f"{PATH}/57")
    assert said == {"data": {"status": "Successfully removed"}}
    assert await ids(api) == [1, 58, 59]
    assert await ids(api, {"filter[ids]": "57"}) == []
    assert await ids(api, {"filter[status]": "deleted"}) == [57]
    told = (await api.get(f"{PATH}/57"))["data"]
    assert (told["status"], told["updated_at"]) == ("deleted", "2017-01-17 09:20:07")


async def test_template_deleted_while_it_waits_is_never_approved(api: Api) -> None:
    await api.post(PATH, NEW)
    await api.ask("DELETE", f"{PATH}/2")
    await api.advance("1h")
    assert (await api.get(f"{PATH}/2"))["data"]["status"] == "deleted"


@pytest.mark.parametrize("unknown", ["61", "0", "-1", "shop", "1000000000", "%D9%A1"])
async def test_unknown_template_is_not_found(serve: Serve, unknown: str) -> None:
    api = await log_in(await serve(GIVEN))
    assert await api.get(f"{PATH}/{unknown}", status=404) == {"message": "Model not found"}
    said = await api.ask("DELETE", f"{PATH}/{unknown}", status=404)
    assert said == {"message": "TwoFA Service error.", "errors": ["Template not found"]}


async def test_template_is_deleted_once(api: Api) -> None:
    await api.post(PATH, NEW)
    await api.ask("DELETE", f"{PATH}/2")
    said = await api.ask("DELETE", f"{PATH}/2", status=404)
    assert said == {"message": "TwoFA Service error.", "errors": ["Template not found"]}


async def test_default_template_cannot_be_deleted(api: Api) -> None:
    said = await api.ask("DELETE", f"{PATH}/1", status=422)
    assert said == {
        "message": "The given data was invalid.",
        "errors": ["Default template is not available for deletion"],
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ([("filter[status]", "approved")], [1, 57]),
        ([("filter[status]", "requested")], [58]),
        ([("filter[status]", "rejected")], [59]),
        ([("filter[ids]", "59"), ("filter[ids]", "1"), ("filter[ids]", "99")], [1, 59]),
        ([("filter[ids]", "58,59"), ("filter[status]", "rejected")], [59]),
        ([("way", "desc")], [59, 58, 57, 1]),
        ([("sort", "name")], [59, 1, 58, 57]),
        ([("sort", "status"), ("way", "desc")], [58, 59, 1, 57]),
        ([("sort", "updated_at")], [1, 57, 58, 59]),
        ([("page[offset]", "3")], [59]),
    ],
    ids=str,
)
async def test_templates_are_filtered_and_sorted(serve: Serve, query: list[tuple[str, str]], found: list[int]) -> None:
    api = await log_in(await serve(GIVEN))
    assert await ids(api, query) == found


@pytest.mark.parametrize(
    ("query", "field", "text"),
    [
        ({"page[limit]": "9"}, "pagelimit", "This value should be between 10 and 500."),
        ({"page[limit]": "501"}, "pagelimit", "This value should be between 10 and 500."),
        ({"page[offset]": "x"}, "pageoffset", "This value is not valid."),
        ({"filter[ids]": "shop"}, "filterids0", "This value is not valid."),
        ({"filter[ids]": ",".join(map(str, range(1, 102)))}, "filterids", "This value should be between 1 and 100."),
        ({"filter[status]": "new"}, "filterstatus", "The value you selected is not a valid choice."),
        ({"sort": "text"}, "sort", "The value you selected is not a valid choice."),
    ],
)
async def test_wrong_filter_is_refused_by_its_name(api: Api, query: dict[str, str], field: str, text: str) -> None:
    said = await api.get(PATH, query, 422)
    assert said == {"message": "The given data was invalid.", "errors": {field: [text]}}


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"name": None}, "name", "This value should not be blank."),
        ({"name": "ab"}, "name", "This value is too short. It should have 3 characters or more."),
        ({"name": "x" * 51}, "name", "This value is too long. It should have 50 characters or less."),
        ({"text": ""}, "text", "This value should not be blank."),
        ({"text": "x" * 766}, "text", "This value is too long. It should have 765 characters or less."),
        ({"text": ["x"]}, "text", "This value is not valid."),
        ({"countries": "UA"}, "countries", "This value is not valid."),
        ({"countries": ["UA", "XX"]}, "countries1", "The value you selected is not a valid choice."),
        ({"countries": [""]}, "countries0", "This value should not be blank."),
        ({"countries": [38]}, "countries0", "This value is not valid."),
    ],
)
async def test_wrong_field_is_refused_by_its_name(api: Api, changes: dict[str, Any], field: str, text: str) -> None:
    assert await refuse(api, **changes) == {field: [text]}
    assert await ids(api) == [1]


async def test_text_has_the_code_once(api: Api) -> None:
    assert await refuse(api, text="Your code is {code}") == ["The variable {code2fa} is required in the text"]
    twice = "{code2fa} is your code: {code2fa}"
    assert await refuse(api, text=twice) == ["The {code2fa} variable must occur only once in the text"]


async def test_name_is_taken_until_its_template_is_deleted(api: Api) -> None:
    await api.post(PATH, NEW)
    assert await refuse(api) == ["User has a template with the identical name!"]
    await api.ask("DELETE", f"{PATH}/2")
    assert (await api.post(PATH, NEW))["data"]["template_id"] == 3


async def test_ten_templates_may_wait_for_approval(api: Api) -> None:
    for number in range(10):
        await api.post(PATH, NEW | {"name": f"shop {number}"})
    (text,) = await refuse(api)
    assert text.startswith("The number of requests to create a template is limited to 10.")
    await api.advance("1m")
    await api.post(PATH, NEW)
