"""Templates of one-time codes: requested, listed, looked at, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from mock_bsg.domain.phones import COUNTRIES
from mock_bsg.domain.times import time_text
from mock_bsg.one_api import refusals
from mock_bsg.one_api.call import Call, Function
from mock_bsg.one_api.fields import BLANK, NO_CHOICE, NOT_VALID, Part, Reader, Several, choice, string, whole, wrong
from mock_bsg.one_api.paging import Paged, cut
from mock_bsg.rules.one_api import CODE_VARIABLE, DEFAULT_TEMPLATE
from mock_bsg.sandbox.answering import Answer
from mock_bsg.sandbox.code_templates import HIGHEST_ID, MOST_REQUESTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mock_bsg.sandbox.code_templates import Template

NO_CODE = "The variable {code2fa} is required in the text"
TWO_CODES = "The {code2fa} variable must occur only once in the text"
TOO_MANY = (
    "The number of requests to create a template is limited to 10. "
    "Please wait for the manager approve before making a new request."
)
SAME_NAME = "User has a template with the identical name!"
NOT_FOUND = "Template not found"
IS_DEFAULT = "Default template is not available for deletion"
"""What is refused, and how [spec]."""

_LONGEST_TEXT = 765
"""As of an SMS [assumed]."""
_PATH = "/api/2fa/authentications/templates"


def _read_country(found: Any) -> str:
    if not isinstance(found, str):
        raise wrong(NOT_VALID)
    if found.upper() not in COUNTRIES:
        raise wrong(NO_CHOICE if found else BLANK)
    return found.upper()


class CreateTemplate(Part):
    """The body that requests a template."""

    name: Annotated[str, string(3, 50)]
    text: Annotated[str, string(1, _LONGEST_TEXT)]
    countries: Annotated[
        list[Annotated[str, Reader(_read_country, {"type": "string", "pattern": "^[A-Za-z]{2}$", "examples": ["UA"]})]],
        Several(0, 300),
    ] = Field(default_factory=list)


class TemplateQuery(Paged):
    """Which templates are asked for."""

    limit: Annotated[int, whole(10, 500)] = Field(10, alias="page[limit]")
    sort: Annotated[str, choice("template_id", "status", "name", "updated_at")] = "template_id"
    ids: Annotated[list[Annotated[int, whole(1, HIGHEST_ID)]] | None, Several(1, 100)] = Field(
        None, alias="filter[ids]"
    )
    status: Annotated[str | None, choice("requested", "approved", "rejected", "deleted")] = Field(
        None, alias="filter[status]"
    )


def list_templates(call: Call) -> Answer:
    """List templates; those that were deleted only if they are asked for [assumed]."""
    wanted = call.query(TemplateQuery)
    found = [
        template
        for template in _candidates(call, wanted.ids)
        if (template.status != "deleted" if wanted.status is None else template.status == wanted.status)
    ]
    found.sort(key=_ORDERS[wanted.sort], reverse=wanted.way == "desc")
    rows = [word_template(template) for template in cut(found, wanted)]
    return Answer({"data": {"list": rows, "total": len(found)}})


_ORDERS: Mapping[str, Callable[[Template], Any]] = {
    "template_id": lambda template: template.id,
    "status": lambda template: template.status,
    "name": lambda template: template.name,
    "updated_at": lambda template: template.updated_at,
}


def create(call: Call) -> Answer:
    """Request a template; the answer says so, however quick moderation is."""
    wanted = call.body(CreateTemplate)
    if CODE_VARIABLE not in wanted.text:
        raise refusals.against_rules(NO_CODE)
    if wanted.text.count(CODE_VARIABLE) > 1:
        raise refusals.against_rules(TWO_CODES)
    there = [template for template in _candidates(call, None) if template.status != "deleted"]
    if any(template.name == wanted.name for template in there):
        raise refusals.against_rules(SAME_NAME)
    if sum(template.status == "requested" for template in there) >= MOST_REQUESTED:
        raise refusals.against_rules(TOO_MANY)
    countries = tuple(dict.fromkeys(wanted.countries))
    account = call.account
    template = account.code_templates.create(wanted.name, wanted.text, countries, account.ruleset.one_api, call.now)
    return Answer({"data": word_template(template)})


def show(call: Call) -> Answer:
    template = _find(call)
    if template is None:
        raise refusals.no_such_model()
    return Answer({"data": word_template(template)})


def delete(call: Call) -> Answer:
    template = _find(call)
    if template is None or template.status == "deleted":
        raise refusals.no_such_code(NOT_FOUND)
    if template.id == DEFAULT_TEMPLATE:
        raise refusals.against_rules(IS_DEFAULT)
    call.account.code_templates.delete(template, call.now)
    return Answer({"data": {"status": "Successfully removed"}})


def _find(call: Call) -> Template | None:
    written = call.params["id"]
    if not written.isascii() or not written.isdigit() or len(written) > len(str(HIGHEST_ID)):
        return None
    account = call.account
    return account.code_templates.find(int(written), account.ruleset.one_api, account.began, call.now)


def _candidates(call: Call, ids: list[int] | None) -> Iterable[Template]:
    """Tell the templates of these ids, or all that there are, by id."""
    account = call.account
    templates, setting = account.code_templates, account.ruleset.one_api
    if ids is None:
        return templates.list_all(setting, account.began, call.now)
    found = (templates.find(each, setting, account.began, call.now) for each in sorted(set(ids)))
    return (template for template in found if template is not None)


def word_template(template: Template) -> dict[str, Any]:
    return {
        "template_id": template.id,
        "name": template.name,
        "text": template.text,
        "countries": list(template.countries),
        "status": template.status,
        "updated_at": time_text(template.updated_at),
    }


FUNCTIONS = (
    Function(
        "GET",
        _PATH,
        list_templates,
        "otp_template_list",
        "TwoFATemplatesApi",
        "List templates of one-time codes",
        query=TemplateQuery,
    ),
    Function(
        "POST",
        _PATH,
        create,
        "otp_template_create",
        "TwoFATemplatesApi",
        "Request a template",
        body=CreateTemplate,
    ),
    Function("GET", f"{_PATH}/{{id}}", show, "otp_template", "TwoFATemplatesApi", "A template"),
    Function("DELETE", f"{_PATH}/{{id}}", delete, "otp_template_delete", "TwoFATemplatesApi", "Delete a template"),
)
