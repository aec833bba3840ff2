"""The words of traders as tables: concepts, commands, guards, and lists of plain words."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources


def wordset(line: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(line.split())


def phraseset(line: str) -> frozenset[str]:
    """The phrases of a line, between commas."""
    return frozenset(phrase.strip() for phrase in line.split(","))


@lru_cache(maxsize=8)
def words(name: str) -> frozenset[str]:
    """One of the word lists beside this file; a line that begins with # is a remark."""
    text = resources.files(__name__).joinpath(f"{name}.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())
