"""Texts by language and key, from `texts/<language>/<section>.yaml`; nesting joins with dots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import yaml

# French sets its high punctuation off by spaces at which no line may break.
_NARROW = re.compile(r" (?=[;?]|!(?!=))")
_WIDE = re.compile(r" (?=[:»])|(?<=«) ")

_Tree = Mapping[str, "str | _Tree"]


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of a language by its full key, such as `price.title`."""
    found: dict[str, str] = {}
    # The base loader reads every word as text: `no` is a command here, not a falsehood.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    for file in sorted(files("bot.voice").joinpath("texts", language).iterdir(), key=str):
        tree = yaml.load(file.read_text("utf-8"), loader)  # noqa: S506 -- it makes nothing but text
        for key, text in _flat(tree, ""):
            if key in found:
                raise ValueError(f"the text {key} stands twice")
            found[key] = _set_in_french(text) if language == "fr" else text
    return found


def _set_in_french(text: str) -> str:
    return _WIDE.sub("\N{NO-BREAK SPACE}", _NARROW.sub("\N{NARROW NO-BREAK SPACE}", text))


def _flat(tree: _Tree, prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield f"{prefix}{key}", value
        else:
            yield from _flat(value, f"{prefix}{key}.")
