"""Templates of one-time codes: the default one, the scenario's, and those of an account's own."""

from __future__ import annotations

from mock_bsg.rules.one_api import OneApiSetting, TemplateSetting
from mock_bsg.sandbox.code_templates import HIGHEST_ID, CodeTemplates, Template, fill

ANY = OneApiSetting(moderation=60_000)
GIVEN = OneApiSetting(templates={1: TemplateSetting(), 57: TemplateSetting("{code2fa}!", "shop", ("UA",), "requested")})
NONE = OneApiSetting(templates={1: TemplateSetting()})


def known(templates: CodeTemplates, setting: OneApiSetting, now: int = 0) -> list[tuple[int, str]]:
    return [(each.id, each.status) for each in templates.list_all(setting, 0, now)]


def test_scenario_s_templates_are_there_since_the_account_is() -> None:
    templates = CodeTemplates()
    assert templates.find(57, GIVEN, 5, 9) == Template(57, "shop", "{code2fa}!", ("UA",), "requested", 5)
    assert templates.find(58, GIVEN, 5, 9) is None
    assert known(templates, GIVEN) == [(1, "approved"), (57, "requested")]


def test_every_id_has_a_template_unless_the_scenario_names_them() -> None:
    templates = CodeTemplates()
    assert [templates.find(each, ANY, 0, 0) is not None for each in (0, 1, 4711, HIGHEST_ID, HIGHEST_ID + 1)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert known(templates, ANY) == [(1, "approved")]


def test_created_template_is_approved_in_its_time_and_stays_when_the_scenario_changes() -> None:
    templates = CodeTemplates()
    created = templates.create("mine", "{code2fa}", ("DE",), GIVEN, 100)
    assert (created.id, created.status, created.updated_at) == (58, "requested", 100)
    assert created.at(60_099) == created
    assert created.at(60_100) == Template(58, "mine", "{code2fa}", ("DE",), "approved", 60_100)
    assert known(templates, NONE, 60_100) == [(1, "approved"), (58, "approved")]


def test_deleted_template_of_a_scenario_stays_deleted() -> None:
    templates = CodeTemplates()
    found = templates.find(57, GIVEN, 0, 0)
    assert found is not None
    templates.delete(found, 7)
    for setting in (GIVEN, NONE, ANY):
        assert templates.find(57, setting, 0, 9) == found._replace(status="deleted", updated_at=7)


def test_ids_are_never_given_twice() -> None:
    templates = CodeTemplates()
    first = templates.create("first", "{code2fa}", (), NONE, 0)
    templates.delete(first, 1)
    assert templates.create("second", "{code2fa}", (), NONE, 2).id == first.id + 1


def test_captured_templates_come_back() -> None:
    templates = CodeTemplates()
    for number in range(1_200):
        templates.create(f"shop {number}", "{code2fa}", ("UA",), NONE, number)
    before = templates.capture()
    found = templates.find(900, NONE, 0, 0)
    assert found is not None
    templates.delete(found, 5)
    after = templates.capture()
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, True]
    restored = CodeTemplates.restore(after)
    assert restored.list_all(NONE, 0, 9) == templates.list_all(NONE, 0, 9)


def test_template_without_countries_is_for_all() -> None:
    everywhere = Template(1, "all", "{code2fa}", (), "approved", 0)
    somewhere = everywhere._replace(countries=("UA", "DE"))
    assert everywhere.is_for("GB")
    assert everywhere.is_for("")
    assert [somewhere.is_for(each) for each in ("UA", "GB", "")] == [True, False, False]


def test_code_stands_where_the_template_says() -> None:
    assert fill("Your code is {code2fa}.", "12345") == "Your code is 12345."
