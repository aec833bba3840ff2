"""What people may say for a command, from `prompts/interpreter/examples/<command>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import yaml


def examples(command: str, language: str) -> Sequence[str]:
    """Phrases in a language; none where no file has any."""
    return _read(command).get(language, ())


@cache
def _read(command: str) -> Mapping[str, tuple[str, ...]]:
    file = resources.files("prompts").joinpath("interpreter", "examples", f"{command}.yaml")
    if not file.is_file():
        return {}
    # The base loader reads every word as text: `no` is a command here, not a falsehood.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    tree = yaml.load(file.read_text("utf-8"), loader)  # noqa: S506 -- it makes nothing but text
    return {
        name: tuple(str(row["say"]) for row in rows if isinstance(row, dict) and "say" in row)
        for name, rows in tree.items()
        if isinstance(rows, list)
    }
