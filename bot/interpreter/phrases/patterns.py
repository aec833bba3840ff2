"""Patterns over concepts, as `vocabulary.intents` writes them, compiled to regular expressions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.interpreter.phrases.tokens import Token

_GAP = r"(?:\S+ )*?"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `weight` is how much it says when it fits."""

    regex: re.Pattern[str]
    weight: float

    def fits(self, signature: str) -> bool:
        """Whether it stands somewhere in the signature of a clause."""
        return self.regex.search(signature) is not None


def signature(tokens: Sequence[Token]) -> str:
    """The concepts of a clause as text: `|BUY| |<number>| |<symbol>| `; unknown words are `_`."""
    parts = [_part(token) for token in tokens]
    return "".join(f"{part} " for part in parts if part)


def _part(token: Token) -> str:
    if token.kind in {"mark", "quote"} and not token.isa("QUESTION"):
        return ""
    concepts = token.concepts - {"FILLER", "REQ"}
    if concepts:
        return f"|{'|'.join(sorted(concepts))}|"
    return "" if token.concepts else "_"


def compiled(line: str) -> Pattern:
    """One line of the table."""
    parts, weight = ["(?:^|(?<= ))"], 0.0
    for item in line.split():
        if re.fullmatch(r"[+-][\d.]+", item):
            weight += float(item)
            continue
        source, adds = _item(item)
        parts.append(source)
        weight += adds
    return Pattern(re.compile("".join(parts)), weight)


def _item(item: str) -> tuple[str, float]:
    if item == "~":
        return _GAP, 0
    if item == "^":
        return item, 0
    if item == "$":
        return rf"(?:{_token('QUESTION')})?$", 0
    if item.startswith("?"):
        return rf"(?:{_token(item[1:])})?", 0
    return _token(item), 1


def _token(item: str) -> str:
    names = "|".join(map(re.escape, item.split("|")))
    return rf"\|(?:\S*\|)?(?:{names})\|\S* "
