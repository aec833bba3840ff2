"""Patterns over concepts, as `vocabulary.intents` writes them, compiled to regular expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.interpreter.phrases.tokens import Token


class Pattern:
    """`weight` is how much it says when it fits; its expression is compiled when first tried."""

    __slots__ = ("_regex", "_source", "needs", "weight")

    def __init__(self, source: str, needs: tuple[frozenset[str], ...], weight: float) -> None:
        self._source = source
        self._regex: re.Pattern[str] | None = None
        self.needs = needs
        self.weight = weight

    def fits(self, said: str, concepts: frozenset[str]) -> bool:
        """Whether it stands somewhere in a signature that bears these concepts."""
        if any(concepts.isdisjoint(need) for need in self.needs):
            return False
        if self._regex is None:
            self._regex = re.compile(self._source)
        return self._regex.search(said) is not None


def borne(said: str) -> frozenset[str]:
    """The concepts that a signature bears."""
    return frozenset(re.split(r"[| ]+", said))


def signature(tokens: Sequence[Token]) -> str:
    """The concepts of a clause as text: `|BUY| |<number>| |<symbol>| `; unknown words are `_`."""
    parts = [_part(token) for token in tokens]
    return "".join(f"{part} " for part in parts if part)


def _part(token: Token) -> str:
    if token.kind in {"mark", "quote"} and not token.isa("QUESTION"):
        return ""
    concepts = token.concepts - {"FILLER", "REQ", "THESE"}
    if concepts:
        return f"|{'|'.join(sorted(concepts))}|"
    return "" if token.concepts else "_"


def pattern(line: str) -> Pattern:
    """One line of the table."""
    parts, weight = ["(?:^|(?<= ))"], 0.0
    needs: list[frozenset[str]] = []
    for item in line.split():
        if re.fullmatch(r"[+-][\d.]+", item):
            weight += float(item)
            continue
        parts.append(_source(item))
        if item not in _MARKS and not item.startswith("?"):
            weight += 1
            needs.append(frozenset(item.split("|")))
    return Pattern("".join(parts), tuple(needs), weight)


def _source(item: str) -> str:
    if item in _MARKS:
        return _MARKS[item]
    return rf"(?:{_token(item[1:])})?" if item.startswith("?") else _token(item)


def _token(item: str) -> str:
    names = "|".join(map(re.escape, item.split("|")))
    return rf"\|(?:\S*\|)?(?:{names})\|\S* "


# A question mark at the end of a clause leaves it the end.
_MARKS = {"~": r"(?:\S+ )*?", "^": "^", "$": f"(?:{_token('QUESTION')})?$"}
