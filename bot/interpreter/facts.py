"""What a model is told of an outcome: numbers, symbols and other typed values, never free text.

Free text (a note, a name that somebody chose, a venue's message) may carry instructions. It is
replaced by a handle, and the turn that met it can no longer propose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NewType, get_args, get_type_hints

from bot.arguments.numbers import plain

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None

_MOST_ROWS = 40
_DEEPEST = 8
# An identifier or a canonical word: no spaces, and too short to tell anybody to do anything.
_TYPED_NAME = re.compile(r"[\w./:@#%+-]{1,40}")
_SHORT_WORD = re.compile(r"[\w./:%+-]{0,16}")


@dataclass(slots=True)
class Facts:
    """An outcome as JSON, and the values in it that a proposal may lean on."""

    json: Json = None
    numbers: set[Decimal] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    withheld: int = 0
    """How many free texts were kept back."""


def facts_of(outcome: object) -> Facts:
    """The typed fields of an outcome."""
    facts = Facts()
    facts.json = _value(outcome, type(outcome), facts, 0)
    return facts


def _value(value: object, hint: Any, facts: Facts, depth: int) -> Json:
    if depth > _DEEPEST:
        return None
    match value:
        case None | bool():
            return value
        case Enum():
            return str(value.value)
        case int() | float() | Decimal():
            return _number(Decimal(str(value)), facts)
        case date():
            return value.isoformat()
        case str():
            return _text(value, hint, facts)
        case _:
            return _inside(value, hint, facts, depth + 1)


def _inside(value: object, hint: Any, facts: Facts, depth: int) -> Json:
    if is_dataclass(value):
        hints = _hints(type(value))
        named = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {n: _value(v, hints.get(n), facts, depth) for n, v in named if _is_telling(v)}
    inner = next(iter(get_args(hint)), None)
    if isinstance(value, Mapping):
        kinds = get_args(hint) or (None, None)
        rows = list(value.items())[:_MOST_ROWS]
        return {
            str(_value(k, kinds[0], facts, depth)): _value(v, kinds[-1], facts, depth)
            for k, v in rows
        }
    if isinstance(value, Sequence):
        return [_value(item, inner, facts, depth) for item in value[:_MOST_ROWS]]
    return None


def _hints(kind: type) -> dict[str, Any]:
    try:
        return get_type_hints(kind)
    except NameError:  # a name that only a type checker sees
        return {}


def _is_telling(value: object) -> bool:
    return value is not None and not callable(value)


def _number(value: Decimal, facts: Facts) -> Json:
    if not value.is_finite():
        return None
    facts.numbers.add(abs(value))
    return plain(value)


def _text(value: str, hint: Any, facts: Facts) -> Json:
    typed = any(isinstance(kind, NewType) for kind in _kinds(hint))
    if typed and _TYPED_NAME.fullmatch(value):
        facts.names.add(value.lower())
        return value
    if not typed and _SHORT_WORD.fullmatch(value):
        if value.isupper():
            facts.names.add(value.lower())
        return value
    facts.withheld += 1
    return f"(text {facts.withheld} withheld)"


def _kinds(hint: Any) -> Iterator[Any]:
    yield hint
    yield from get_args(hint)
