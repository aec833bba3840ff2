"""The strategies that need no file: the house's own, and those of installed plug-ins."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.documents.plug_ins import installed, plug_in_text
from engine.documents.reading import read_document
from engine.errors import StrategyInvalid
from engine.strategies.rules import Strategy

_FOLDER = Path(__file__).parent / "library"


@cache
def library_names() -> tuple[str, ...]:
    """Those that came with the house, in order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def plug_in_names() -> tuple[str, ...]:
    """Those of plug-ins that can be used, in order; the house's own name wins."""
    return tuple(name for name in installed() if name not in library_names() and _is_sound(name))


def _is_sound(name: str) -> bool:
    try:
        _of_plug_in(name)
    except StrategyInvalid:
        return False  # asked for by its name, it says why
    return True


def _of_plug_in(name: str) -> str:
    text = plug_in_text(name)
    if read_document(text).name != name:
        detail = f"the document of the plug-in {name} is named otherwise"
        raise StrategyInvalid(detail, "strategy", "strategy.plug_in_name", word=name)
    return text


def library_text(name: str) -> str:
    """The document of a name. Raises StrategyInvalid with the names there are."""
    if name not in library_names() and name in installed():
        return _of_plug_in(name)
    if name not in library_names():
        known = ", ".join(library_names())
        detail = f"there is no strategy {name[:40]!r}; the library has {known}"
        raise StrategyInvalid(detail, "", "strategy.not_in_library", word=name[:40], names=known)
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def library_strategy(name: str) -> Strategy:
    """The strategy of a name. Raises StrategyInvalid with the names there are."""
    return read_document(library_text(name))
