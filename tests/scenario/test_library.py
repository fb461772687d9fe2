from pathlib import Path

import pytest

from mock_bsg.scenario.errors import ScenarioError, UnknownScenario
from mock_bsg.scenario.library import BUILTIN, Library, scenario_of_key

_BUILTIN_NAMES = {
    "as-seen-live", "blocked-account", "default", "documented", "expired", "flaky-gateway", "insufficient-funds",
    "not-on-viber", "random", "rate-limited", "rejected", "slow-delivery", "sms-fallback",
}  # fmt: skip


def test_all_built_in_scenarios_are_found() -> None:
    library = Library()
    assert set(library.names()) == _BUILTIN_NAMES
    assert library.get("documented").name == "documented"
    assert library.get("documented").source == (BUILTIN / "documented.yaml").read_text(encoding="utf-8")


def test_scenario_is_read_once() -> None:
    library = Library()
    assert library.get("expired") is library.get("expired")


def test_later_folder_comes_before_an_earlier_one_and_before_the_built_in(tmp_path: Path) -> None:
    for folder, seed in (("one", 1), ("two", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.yaml").write_text(f"seed: {seed}")
    (tmp_path / "one" / "default.yaml").write_text("seed: 99")
    (tmp_path / "one" / "notes.txt").write_text("no scenario")
    (tmp_path / "two" / "other.json").write_text('{"seed": 5}')
    library = Library([tmp_path / "one", tmp_path / "two"])
    assert library.get("mine").seed == 2
    assert library.get("default").seed == 99
    assert library.get("other").seed == 5
    assert set(library.names()) == _BUILTIN_NAMES | {"mine", "other"}


def test_of_files_of_one_name_yaml_counts_before_yml_and_that_before_json(tmp_path: Path) -> None:
    for seed, suffix in ((3, "json"), (2, "yml"), (1, "yaml")):
        (tmp_path / f"mine.{suffix}").write_text(f'{{"seed": {seed}}}')
        assert Library([tmp_path]).get("mine").seed == seed


def test_texts_come_before_folders_and_what_is_put_before_all(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("seed: 1")
    library = Library([tmp_path], {"mine": "seed: 2"})
    assert library.get("mine").seed == 2
    assert library.put("mine", "seed: 3").seed == 3
    assert library.get("mine").seed == 3
    assert Library([tmp_path]).get("mine").seed == 1


def test_file_that_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("seed: 1")
    library = Library([tmp_path])
    assert library.get("mine").seed == 1
    file.write_text("seed: 1000")
    assert library.get("mine").seed == 1000
    file.unlink()
    assert not library.has("mine")


def test_wrong_text_is_not_put_and_what_was_there_stays() -> None:
    library = Library()
    library.put("mine", "seed: 1")
    with pytest.raises(ScenarioError) as caught:
        library.put("mine", "sed: 1")
    assert caught.value.problems[0].path == "sed"
    assert library.get("mine").seed == 1


def test_faults_of_a_file_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("sed: 1")
    with pytest.raises(ScenarioError) as caught:
        Library([tmp_path]).get("mine")
    assert str(caught.value).startswith(f"{tmp_path / 'mine.yaml'}:1:1: sed: ")


def test_file_that_is_no_text_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder.yaml").mkdir()
    library = Library([tmp_path])
    for name in ("binary", "folder"):
        with pytest.raises(ScenarioError, match=r"cannot be read|not UTF-8"):
            library.get(name)


def test_unknown_name_is_answered_with_a_suggestion_and_all_names() -> None:
    with pytest.raises(UnknownScenario) as caught:
        Library().get("sms-falback")
    assert "did you mean 'sms-fallback'?" in str(caught.value)
    assert set(caught.value.names) == _BUILTIN_NAMES


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../default", "a/b", "/etc/passwd", "a\\b", "a..b", ".hidden", "é", "a b", "a\n", "x" * 101, "\0"],
)
def test_name_from_outside_never_leads_out_of_the_folders(name: str, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "default.yaml").write_text("seed: 1")
    library = Library([tmp_path / "inner"])
    assert not library.has(name)
    with pytest.raises(UnknownScenario):
        library.get(name)
    with pytest.raises(ScenarioError, match="cannot be a scenario's name"):
        library.put(name, "seed: 1")


def test_list_tells_of_broken_scenarios_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("sed: 1")
    listings = {listing.name: listing for listing in Library([tmp_path]).describe()}
    assert listings.keys() == _BUILTIN_NAMES | {"broken"}
    assert "sed" in (listings["broken"].problem or "")
    assert listings["default"].problem is None
    assert listings["default"].description


def test_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert set(Library([tmp_path / "nowhere"]).names()) == _BUILTIN_NAMES


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("test_sms-fallback", "sms-fallback"),
        ("test_sms-fallback.anything", "sms-fallback"),
        ("live_sms-fallback.a.b", "sms-fallback"),
        ("test_default", "default"),
        ("test_", None),
        ("test_.x", None),
        ("test_unheard-of", None),
        ("test_../default", None),
        ("sms-fallback", None),
        ("TEST_sms-fallback", None),
        ("", None),
    ],
)
def test_key_chooses_the_scenario(key: str, name: str | None) -> None:
    assert scenario_of_key(key, Library()) == name


def test_key_chooses_a_scenario_that_was_put() -> None:
    library = Library()
    assert scenario_of_key("test_mine.1", library) is None
    library.put("mine", "")
    assert scenario_of_key("test_mine.1", library) == "mine"
