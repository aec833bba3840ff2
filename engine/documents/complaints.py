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
    "range": "two numbers, as in range: [5, 50]",
    "size": "100% of equity, 0.5 units, 1000 quote or risk 1%",
}


def complaint(error: ValidationError) -> StrategyInvalid:
    """The first mistake: where, what, and the nearest right word."""
    first = error.errors(include_url=False, include_input=False)[0]
    path = [str(part) for part in first["loc"] if not _is_type_name(str(part))]
    place = ".".join(path)[:120]
    match first["type"]:
        case "extra_forbidden":
            return StrategyInvalid(_unknown(path), ".".join(path[:-1])[:120])
        case "missing":
            return StrategyInvalid(f"it is missing; write {_example(path)}", place)
        case _:
            return StrategyInvalid(f"{first['msg'].lower()}; write {_example(path)}", place)


def _is_type_name(part: str) -> bool:
    """A branch of a union, which a reader did not write."""
    return part in ("int", "float") or "[" in part


def _unknown(path: list[str]) -> str:
    model = _PARTS.get(path[0], StrategyDocument) if len(path) > 1 else StrategyDocument
    keys = list(model.model_fields)
    near = get_close_matches(path[-1].lower()[:64], keys, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"known: {', '.join(keys)}"
    return f"unknown key {path[-1][:40]!r}; {remedy}"


def _example(path: list[str]) -> str:
    known = [part for part in reversed(path) if part in _WORDS]
    return _WORDS[known[0]] if known else "it as text or a number, as the contract shows"
