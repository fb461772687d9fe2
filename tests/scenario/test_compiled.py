"""A scenario compiled beforehand stands for its text, for exactly that text, and for this version only."""

from pathlib import Path

import pytest

from mock_bsg.rules.ruleset import MessageFacts
from mock_bsg.rules.usage import Usage
from mock_bsg.scenario import compiled, library
from mock_bsg.scenario.library import BUILTIN, Library, compile_text
from mock_bsg.scenario.texts import read_file

TEXT = "rules:\n  - {name: no Viber, match: {msisdn: '38050*'}, viber: {sent: 1s, undeliverable: 2s}}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario's file with its ruleset beside it."""
    file = tmp_path / "some.yaml"
    file.write_text(TEXT, "utf-8")
    compiled.write(file.with_suffix(compiled.SUFFIX), compile_text(TEXT, "some"))
    return file


def test_compiled_scenario_decides_as_its_text_does(file: Path) -> None:
    ruleset = compiled.find(file, TEXT)

    assert ruleset is not None
    decision = ruleset.narrow(MessageFacts("viber")).choose("380501234567", "UA", "", Usage())
    assert decision is not None
    assert decision.rule is ruleset.rules[0]
    assert [status for status, _ in decision.plans["viber"].steps] == ["sent", "undeliverable"]


@pytest.mark.parametrize("path", sorted(BUILTIN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_built_in_scenario_can_be_kept(path: Path, tmp_path: Path) -> None:
    text = read_file(path)
    kept = tmp_path / path.name
    compiled.write(kept.with_suffix(compiled.SUFFIX), compile_text(text, path.stem))

    ruleset = compiled.find(kept, text)

    assert ruleset is not None
    assert [rule.name for rule in ruleset.rules] == [rule.name for rule in Library().get(path.stem).rules]


def test_compiled_scenario_stands_for_a_text_with_line_ends_of_windows(tmp_path: Path) -> None:
    file = tmp_path / "some.yaml"
    file.write_bytes(TEXT.replace("\n", "\r\n").encode())
    compiled.write(file.with_suffix(compiled.SUFFIX), compile_text(read_file(file), "some"))

    assert compiled.find(file, read_file(file)) is not None


def test_changed_text_is_read_anew(file: Path) -> None:
    assert compiled.find(file, TEXT + "seed: 1\n") is None


def test_ruleset_of_another_version_is_passed_over(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "__version__", "0.0.0")

    assert compiled.find(file, TEXT) is None


def test_file_that_was_renamed_is_read_anew(file: Path) -> None:
    file.with_suffix(compiled.SUFFIX).rename(file.with_name("other" + compiled.SUFFIX))

    assert compiled.find(file.with_name("other.yaml"), TEXT) is None


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x80\x05N."])
def test_broken_ruleset_is_passed_over(file: Path, content: bytes) -> None:
    file.with_suffix(compiled.SUFFIX).write_bytes(content)

    assert compiled.find(file, TEXT) is None


def test_library_takes_rulesets_of_built_in_scenarios_only(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "compile_text", lambda *_: pytest.fail("the YAML was read"))

    with pytest.raises(pytest.fail.Exception):
        Library((file.parent,)).get("some")
    monkeypatch.setattr(library, "BUILTIN", file.parent)
    assert Library().get("some").rules[0].name == "no Viber"
