"""The wheel holds all that the checkout has, and works away from it; the image is told of every file it needs."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = sorted(path.name for path in (ROOT / "scenarios").iterdir())


def package_files() -> Iterator[str]:
    for path in sorted((ROOT / "mock_bsg").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix()


def build(target: str, folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=ROOT, capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds: all that an installer would put there but the command itself."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # noqa: S202 -- of our own making
    return folder


def run_installed(installed: Path, empty: Path, *arguments: str) -> str:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("MOCK_BSG_")}
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=empty, env=environ | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip


def test_wheel_holds_the_whole_package_and_all_scenarios(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert SCENARIOS
    assert {f"mock_bsg/builtin/{name}" for name in SCENARIOS} <= names
    assert set(package_files()) - names == set()
    assert "mock_bsg/py.typed" in names


def test_wheel_names_command_plugin_and_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.partition(".dist-info/")[2]: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }

    assert "mock-bsg = mock_bsg.cli:main" in texts["entry_points.txt"]
    assert "mock_bsg = mock_bsg.pytest_plugin" in texts["entry_points.txt"]
    assert texts["licenses/LICENSE"] == (ROOT / "LICENSE").read_text()
    assert "License-Expression: MIT" in texts["METADATA"]


def test_version_is_told_once(wheel: Path, installed: Path, tmp_path: Path) -> None:
    told = run_installed(installed, tmp_path, "-c", "import mock_bsg; print(mock_bsg.__version__)").strip()

    assert wheel.name == f"mock_bsg-{told}-py3-none-any.whl"


def test_wheel_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run_installed(installed, tmp_path, "-c", "import mock_bsg; print(mock_bsg.__file__)").strip()
    listed = run_installed(installed, tmp_path, "-m", "mock_bsg", "scenarios")
    health = run_installed(
        installed, tmp_path, "-m", "mock_bsg", "exec", "--", sys.executable, "-c",
        "import os, urllib.request as r; print(r.urlopen(os.environ['MOCK_BSG_URL'] + '/_mock/health').status)",
    )  # fmt: skip

    assert Path(where) == installed / "mock_bsg" / "__init__.py"
    assert [line.split()[0] for line in listed.splitlines()] == sorted(Path(name).stem for name in SCENARIOS)
    assert health == "200\n"
    assert list(tmp_path.iterdir()) == []


def test_installed_server_starts_without_pydantic_and_yaml(installed: Path, tmp_path: Path) -> None:
    told = run_installed(
        installed, tmp_path, "-c",
        "import sys; from mock_bsg.http.server import open_library; from mock_bsg.settings import Settings; "
        "open_library(Settings()); "
        "print({'pydantic', 'ruamel', 'jwt'} & {name.partition('.')[0] for name in sys.modules})",
    )  # fmt: skip

    assert told == "set()\n"


def test_source_distribution_holds_what_a_wheel_is_built_from(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    needed = {*package_files(), *(f"scenarios/{name}" for name in SCENARIOS), "pyproject.toml", "README.md", "LICENSE"}
    assert needed - names == set()


def test_image_is_built_from_files_that_are_sent_to_the_builder() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert {name for names in copied for name in names.split()} == sent
    for name in sent:
        assert (ROOT / name).exists()
