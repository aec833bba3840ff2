"""What pydantic says of a document, in words that help."""

from __future__ import annotations

from difflib import get_close_matches

from pydantic import BaseModel, ValidationError

from engine.documents.document import (
    LimitsPart,
    ParameterPart,
    SidePart,
    StrategyDocument,
)
from engine.domain.timeframe import Timeframe
from engine.errors import StrategyInvalid

_PARTS: dict[str, type[BaseModel]] = {
    "long": SidePart,
    "short": SidePart,
    "limits": LimitsPart,
    "parameters": ParameterPart,
}
_WORDS = {
    "strategy": "a name of small letters, digits and dashes, such as sma-cross",
    "timeframe": f"one of {', '.join(Timeframe)}",
    "symbols": "a list such as [BTC/USDT]",
    "version": "a whole number from 1",
    "max_positions": "a whole number from 1 to 100",
    "python": "the name of an installed plug-in",
    "range": "two numbers, as in range: [5, 50]",
    "size": "100% of equity, 0.5 units, 1000 quote or risk 1%",
}
_ANYTHING = "it as text or a number, as the contract shows"


def complaint(error: ValidationError) -> StrategyInvalid:
    """The first mistake: where, what, and the nearest right word."""
    first = error.errors(include_url=False, include_input=False)[0]
    path = [str(part) for part in first["loc"] if not _is_type_name(str(part))]
    place = ".".join(path)[:120]
    match first["type"]:
        case "extra_forbidden":
            return _unknown(path)
        case "missing":
            return _with_example("missing", "it is missing", path, place)
        case _:
            return _with_example("wrong", first["msg"].lower(), path, place)


def _is_type_name(part: str) -> bool:
    """A branch of a union, which a reader did not write."""
    return part in ("int", "float") or "[" in part


def _with_example(kind: str, what: str, path: list[str], place: str) -> StrategyInvalid:
    known = next((part for part in reversed(path) if part in _WORDS), "other")
    detail = f"{what}; write {_WORDS.get(known, _ANYTHING)}"
    return StrategyInvalid(detail, place, f"strategy.{kind}", example=known)


def _unknown(path: list[str]) -> StrategyInvalid:
    model = _PARTS.get(path[0], StrategyDocument) if len(path) > 1 else StrategyDocument
    keys = list(model.model_fields)
    near = next(iter(get_close_matches(path[-1].lower()[:64], keys, n=1)), "")
    remedy = f"did you mean {near}?" if near else f"known: {', '.join(keys)}"
    return StrategyInvalid(
        f"unknown key {path[-1][:40]!r}; {remedy}",
        ".".join(path[:-1])[:120],
        "strategy.unknown_key",
        word=path[-1][:40],
        nearest=near,
        names=", ".join(keys),
    )
