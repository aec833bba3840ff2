"""The strategies that come with the house, as documents beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.documents.reading import read_document
from engine.errors import StrategyInvalid
from engine.strategies.rules import Strategy

_FOLDER = Path(__file__).parent / "library"


@cache
def library_names() -> tuple[str, ...]:
    """Their names, in order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def library_text(name: str) -> str:
    """The document of a name. Raises StrategyInvalid with the names there are."""
    if name not in library_names():
        known = ", ".join(library_names())
        detail = f"there is no strategy {name[:40]!r}; the library has {known}"
        raise StrategyInvalid(detail, "", "strategy.not_in_library", word=name[:40], names=known)
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def library_strategy(name: str) -> Strategy:
    """The strategy of a name. Raises StrategyInvalid with the names there are."""
    return read_document(library_text(name))
