"""The ways on from a command that is half said: lines to press, each a whole command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.command import Command
from bot.errors import BotError
from bot.families.lines import canonical_line
from bot.interpreter.phrases.reading import LISTED_BY

_LONGEST_BUTTON = 64
# A part of what is held, or of the cash that is free; either is asked about again before it moves.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "buy": ("5%", "10%", "25%"),
    "sell": ("25%", "50%", "100%"),
}
# Where a leverage begins that loses little of its margin at once.
_TIMES = ("1", "2", "3")
_HELD = ("close", "sell")


def fits_a_button(line: str) -> bool:
    """Whether every platform can carry the line behind a button."""
    return len(line.encode()) <= _LONGEST_BUTTON


def ways_on(
    name: str,
    args: Mapping[str, Any],
    missing: Sequence[str],
    build: Callable[[str, Mapping[str, Any]], Command],
) -> tuple[str, ...]:
    """Lines that say the whole, or that list what could be meant; `build` makes the command."""
    return tuple(dict.fromkeys(_lines(name, args, missing, build)))


def _lines(
    name: str,
    args: Mapping[str, Any],
    missing: Sequence[str],
    build: Callable[[str, Mapping[str, Any]], Command],
) -> Iterator[str]:
    for command, arguments in _candidates(name, args, missing):
        try:
            line = canonical_line(build(command, arguments))
        except BotError:
            continue
        if fits_a_button(line):
            yield line


def _candidates(
    name: str, args: Mapping[str, Any], missing: Sequence[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if list(missing) == ["quantity"] and "symbol" in args:
        for part in _PARTS.get(name, ()):
            yield name, {**args, "percent": part}
    if list(missing) == ["times"] and "symbol" in args:
        for times in _TIMES:
            yield name, {**args, "times": times}
    for argument in missing:
        if argument in LISTED_BY:
            yield LISTED_BY[argument], {}
        elif argument == "symbol" and name in _HELD:
            yield "positions", {}
        elif argument in {"symbol", "symbols"}:
            yield "watchlist", {}
