"""Puts the built-in scenarios into a wheel compiled, too, so that a start needs neither pydantic nor YAML."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileScenarios(BuildHookInterface):  # type: ignore[type-arg] # hatchling's own way to write it
    """Lays a `.ruleset` beside each `.yaml` of the wheel; an editable install reads the YAML as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from mock_bsg.scenario import compiled  # noqa: PLC0415 -- the package that is being built
        from mock_bsg.scenario.library import compile_text  # noqa: PLC0415 -- likewise
        from mock_bsg.scenario.texts import read_file  # noqa: PLC0415 -- likewise

        self._folder = tempfile.TemporaryDirectory()
        for path in sorted((Path(self.root) / "scenarios").glob("*.yaml")):
            made = Path(self._folder.name, path.with_suffix(compiled.SUFFIX).name)
            # A ruleset counts for its text to the letter, line ends included: it must be read as the library reads it.
            compiled.write(made, compile_text(read_file(path), path.stem, str(path)))
            build_data["force_include"][str(made)] = f"mock_bsg/builtin/{made.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 -- theirs
        if version != "editable":
            self._folder.cleanup()
