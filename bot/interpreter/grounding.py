"""Whether what a model proposes stands in the person's own words or in a typed fact."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from bot.command import Command, form_of
from bot.interpreter.phrases.own_words import OwnWords

_FIGURES = frozenset({"decimal", "percent", "level"})
_SELF_EVIDENT = frozenset({"all", "true", "paper", "gtc"})


def ungrounded(
    command: Command, words: OwnWords, names: Collection[str], numbers: Collection[Decimal]
) -> tuple[str, ...]:
    """The arguments that neither `words` nor the typed `names` and `numbers` hold, in order."""
    known_names = words.names | set(names)
    known_numbers = words.numbers | set(numbers)
    said = command.canonical()
    return tuple(
        name
        for name, value in said.items()
        if not all(
            _stands(form_of(command.arguments()[name]).name, item, known_names, known_numbers)
            for item in _items(value)
        )
    )


def _stands(form: str, value: str, names: Collection[str], numbers: Collection[Decimal]) -> bool:
    if form in _FIGURES:
        return _number(value) in numbers
    low = value.lower().lstrip("#")
    if low in _SELF_EVIDENT:
        return True
    if form == "symbol":
        return low in names
    return low in names or low.lstrip("@") in names or _number(value) in numbers


def _items(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _items(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _items(inner)
    else:
        yield str(value.value if isinstance(value, Enum) else value)


def _number(value: str) -> Decimal | None:
    try:
        return abs(Decimal(value.rstrip("%")))
    except InvalidOperation:
        return None
