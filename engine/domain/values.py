"""Frozen values, made and changed as quickly as values that may be written.

A frozen class guards its fields from its own constructor, too, which makes an order of two dozen
fields cost as much as its fill. Here a new value is for a moment of its class's twin: the same
fields at the same places, without the guard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

_Value = TypeVar("_Value")
_Kind = TypeVar("_Kind", bound=type)
_FEW = 4
"""Up to so many fields it is quicker to write each past the guard than to become the twin."""

_COPIERS: dict[tuple[object, ...], Callable[..., Any]] = {}
"""By class and the names of the fields that change."""


def quick(kind: _Kind) -> _Kind:
    """Give a frozen, slotted dataclass a constructor that takes the same and is quicker.

    Raises TypeError for a class that does more in its making than take its fields.
    """
    taken = fields(kind)
    if hasattr(kind, "__post_init__") or any(map(_is_odd, taken)):
        raise TypeError(f"{kind.__name__} does more than take its fields")
    names = _names(kind)
    given = {f"its_{field.name}": field.default for field in taken if field.default is not MISSING}
    words = [f"{name}=its_{name}" if f"its_{name}" in given else name for name in names]
    if len(names) > _FEW:
        lines = [" own = self.__class__", " become(self, twin)"]
        lines += [*(f" self.{name} = {name}" for name in names), " self.__class__ = own"]
    else:
        lines = [f" write_{name}(self, {name})" for name in names]
        given |= {f"write_{name}": getattr(kind, name).__set__ for name in names}
    init = _made("__init__", [f"def __init__(self, {', '.join(words)}):", *lines], kind, given)
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    setattr(kind, "__init__", init)  # noqa: B010 -- as dataclasses themselves do
    return kind


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
    lines = [f"def copied({', '.join(('value', *names))}):", " copy = new(twin)"]
    lines += [f" copy.{name} = {'' if name in names else 'value.'}{name}" for name in _names(kind)]
    made = _made("copied", [*lines, " copy.__class__ = kind", " return copy"], kind, {})
    _COPIERS[kind, *names] = made
    return made


def _made(name: str, lines: list[str], kind: Any, given: dict[str, Any]) -> Callable[..., Any]:
    """The function that these lines define; they know `new`, `become`, `kind` and its `twin`."""
    if list(kind.__slots__) != _names(kind):
        raise TypeError(f"{kind.__name__} has fields of another class, so it has no twin")
    twin = type(kind.__name__, (), {"__slots__": kind.__slots__})
    become = vars(object)["__class__"].__set__
    scope = {"new": object.__new__, "become": become, "kind": kind, "twin": twin, **given}
    exec("\n".join(lines), scope)  # noqa: S102 -- made of the fields' own names
    made: Callable[..., Any] = scope[name]
    return made


def _names(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def _is_odd(field: Field[Any]) -> bool:
    return field.default_factory is not MISSING or not field.init or bool(field.kw_only)
