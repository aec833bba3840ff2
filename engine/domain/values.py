"""Frozen values, made and changed as quickly as values that may be written.

A frozen class guards its fields from its own constructor, too, which makes an order of two dozen
fields cost as much as its fill. Here a new value is for a moment of an open class: the same fields
at the same places, without the guard. A `quick` class has its fields from that open class, so that
becoming one from the other takes no comparing of all their fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

_Value = TypeVar("_Value")
_Kind = TypeVar("_Kind", bound=type)
_FEW = 2
"""Up to so many fields it is quicker to write each past the guard than to become open."""

_COPIERS: dict[tuple[object, ...], Callable[..., Any]] = {}
"""By class and the names of the fields that change."""

_OPEN: dict[type, type] = {}
"""What the values of a class are for a moment."""


def quick(kind: _Kind) -> _Kind:
    """A frozen, slotted dataclass anew, with a constructor that takes the same and is quicker.

    Raises TypeError for a class that does more in its making than take its fields.
    """
    words, given = _signature(kind)
    names = _names(kind)
    its_open = _opened(kind)
    own = {name: value for name, value in vars(kind).items() if name not in names}
    made = type(kind)(kind.__name__, (its_open,), own | {"__slots__": ()})
    _OPEN[made] = its_open
    if len(names) > _FEW:
        lines = [" _become(self, _open)", *(f" self.{name} = {name}" for name in names)]
        lines += [" self.__class__ = _kind"]
    else:
        lines = [f" write_{name}(self, {name})" for name in names]
        given |= {f"write_{name}": getattr(made, name).__set__ for name in names}
    init = _made("__init__", [f"def __init__(self, {', '.join(words)}):", *lines], made, given)
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    setattr(made, "__init__", init)  # noqa: B010 -- as dataclasses themselves do
    return made


def changed(value: _Value, **changes: object) -> _Value:
    """A copy of a frozen, slotted dataclass with other values in some of its fields.

    What `dataclasses.replace` gives, many times as quickly: no constructor runs, so the class must
    not have a `__post_init__`, nor fields of another class. Raises TypeError for a field that it
    has not.
    """
    kind = type(value)
    copied = _COPIERS.get((kind, *changes)) or copier(kind, *changes)
    copy: _Value = copied(value, **changes)
    return copy


def copier(kind: type[_Value], *names: str) -> Callable[..., _Value]:
    """What `changed` does, for one class and these fields: takes a value, then theirs, in order.

    Raises TypeError for a field that the class has not, and where `changed` would.
    """
    if strange := [name for name in names if name not in _names(kind)]:
        raise TypeError(f"{kind.__name__} has no {strange[0]}")
    sources = {name: f"_value.{name}" for name in _names(kind)} | {name: name for name in names}
    made = _filling("copied", ["_value", *names], kind, sources, {})
    _COPIERS[kind, *names] = made
    return made


def constructor(kind: type[_Value]) -> type[_Value]:
    """What a class does when it is called, as a function: Python calls one more quickly.

    It takes what the class takes and is no class, whatever its type says. Raises TypeError where
    `quick` would.
    """
    words, given = _signature(kind)
    sources = {name: name for name in _names(kind)}
    made: type[_Value] = _filling("made", words, kind, sources, given)  # type: ignore[assignment]
    return made


def _signature(kind: Any) -> tuple[list[str], dict[str, Any]]:
    """The words between a constructor's parentheses, and the defaults that they name."""
    taken = fields(kind)
    if hasattr(kind, "__post_init__") or any(map(_is_odd, taken)):
        raise TypeError(f"{kind.__name__} does more than take its fields")
    given = {f"its_{field.name}": field.default for field in taken if field.default is not MISSING}
    names = [field.name for field in taken]
    return [f"{name}=its_{name}" if f"its_{name}" in given else name for name in names], given


def _filling(
    name: str, takes: list[str], kind: Any, sources: dict[str, str], given: dict[str, Any]
) -> Callable[..., Any]:
    """A function that gives a value whose fields are filled from these sources."""
    lines = [f"def {name}({', '.join(takes)}):", " _it = _new(_open)"]
    lines += [f" _it.{field} = {source}" for field, source in sources.items()]
    return _made(name, [*lines, " _it.__class__ = _kind", " return _it"], kind, given)


def _made(name: str, lines: list[str], kind: Any, given: dict[str, Any]) -> Callable[..., Any]:
    """The function that these lines define; they know `_new`, `_become`, `_kind` and `_open`."""
    become = vars(object)["__class__"].__set__
    its_open = _OPEN.get(kind) or _opened(kind)
    scope = {"_new": object.__new__, "_become": become, "_kind": kind, "_open": its_open, **given}
    exec("\n".join(lines), scope)  # noqa: S102 -- made of the fields' own names
    made: Callable[..., Any] = scope[name]
    return made


def _opened(kind: Any) -> type:
    """A class with the same fields at the same places, which may be written."""
    if list(kind.__slots__) != _names(kind):
        raise TypeError(f"{kind.__name__} has fields of another class, so it cannot be open")
    return type(kind.__name__, (), {"__slots__": kind.__slots__})


def _names(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def _is_odd(field: Field[Any]) -> bool:
    return field.default_factory is not MISSING or not field.init or bool(field.kw_only)
