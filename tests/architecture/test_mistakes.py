"""Each kind of mistake that the code can raise has words in the catalogues."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from bot.voice.catalogue import texts

ROOT = Path(__file__).parents[2]
PACKAGES = "bot", "engine", "connectors"
PLACES = {"Unreadable": (0, ""), "FormulaInvalid": (0, "formula."), "wrong": (1, "")}
PLACES |= {"StrategyInvalid": (2, ""), "CandlesInvalid": (0, "candles.")}
"""By what is called: which argument is the kind, and what its text's key has before it."""


def kinds() -> Iterator[str]:
    """Every kind that is written out where it is raised."""
    for file in chain.from_iterable(ROOT.glob(f"{name}/**/*.py") for name in PACKAGES):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            place, prefix = PLACES.get(name, (0, ""))
            if name in PLACES and len(call.args) > place:
                yield from (f"{prefix}{kind}" for kind in literals(call.args[place]))


def literals(kind: ast.expr) -> Iterator[str]:
    match kind:
        case ast.Constant(value=str(word)):
            yield word
        case ast.IfExp():
            yield from (*literals(kind.body), *literals(kind.orelse))


def test_every_kind_of_mistake_has_its_words() -> None:
    found = {kind for kind in kinds() if kind}

    assert len(found) > 50
    assert [kind for kind in sorted(found) if f"errors.argument.{kind}" not in texts("en")] == []
