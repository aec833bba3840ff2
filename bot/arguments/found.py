"""What a reader finds inside a longer text: where, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Found:
    """`value` read from the folded text between `start` and `end`."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over folded text and what a match of it comes to; None is no match."""

    source: str
    value: Callable[[re.Match[str]], str | None]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed, for a start needs none of them."""
        return _bounded(self.source)


@cache
def _bounded(source: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.-])(?<!\d,)(?:{source})(?![\w/']|-\w)")


def rule(pattern: str, value: str | Callable[[re.Match[str]], str | None]) -> Rule:
    """A rule bounded by word ends; a text value stands for itself."""
    return Rule(pattern, value if callable(value) else lambda _match: value)


def find(rules: Sequence[Rule], folded: str) -> Iterator[Found]:
    """Every match, rule by rule; an earlier rule hides what a later one would find in its place."""
    taken: list[Found] = []
    for each in rules:
        for match in each.pattern.finditer(folded):
            value = each.value(match)
            free = all(match.end() <= t.start or t.end <= match.start() for t in taken)
            if value is not None and free:
                taken.append(Found(match.start(), match.end(), value))
    yield from sorted(taken, key=lambda found: found.start)


def whole(rules: Sequence[Rule], folded: str) -> str | None:
    """The value of the first rule that matches all of the text."""
    for each in rules:
        match = each.pattern.fullmatch(folded)
        value = each.value(match) if match else None
        if value is not None:
            return value
    return None
