"""The catalogue as the example files give it: each command's arguments, needs and phrases."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class Example:
    """What a person may say and the arguments it gives; `commands` where it gives several."""

    command: str
    language: str
    say: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One command of the catalogue: name → form of each argument, and which it cannot do without."""

    name: str
    arguments: Mapping[str, str]
    needs: tuple[str, ...]
    examples: tuple[Example, ...]


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Entry]:
    """Every command, by name, from `prompts/interpreter/examples`."""
    folder = resources.files("prompts").joinpath("interpreter", "examples")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    entries = [_entry(file.read_text("utf-8")) for file in files]
    return {entry.name: entry for entry in entries}


def _entry(text: str) -> Entry:
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 -- both are safe
    name = str(data["command"])
    return Entry(
        name=name,
        arguments={str(k): str(v) for k, v in (data.get("arguments") or {}).items()},
        needs=tuple(data.get("needs") or ()),
        examples=tuple(_examples(name, data)),
    )


def _examples(name: str, data: Mapping[str, Any]) -> Iterator[Example]:
    for language in LANGUAGES:
        for row in data.get(language) or ():
            yield Example(name, language, str(row["say"]), row.get("args") or {})
