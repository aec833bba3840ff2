"""Frozen values, changed by making the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

_Value = TypeVar("_Value")
_Write = Callable[..., None]
_Known = tuple[Callable[[Any], Any], dict[str, _Write]]
_KNOWN: dict[type, _Known] = {}


def changed(value: _Value, **changes: object) -> _Value:
    """A copy of a frozen, slotted dataclass with other values in some of its fields.

    What `dataclasses.replace` gives, six times as quickly: the fields are copied slot by slot and
    no constructor runs, so the class must not have a `__post_init__`.
    """
    kind = type(value)
    copied, writers = _KNOWN.get(kind) or _learnt(kind)
    copy: _Value = copied(value)
    for name, new in changes.items():
        writers[name](copy, new)
    return copy


def _learnt(kind: Any) -> _Known:
    """A class's copier, written out field by field as dataclasses write their constructors."""
    names = [field.name for field in fields(kind)]
    writers = {name: getattr(kind, name).__set__ for name in names}
    lines = [f"  write_{name}(copy, value.{name})" for name in names]
    head = ", ".join(("new", "kind", *(f"write_{name}" for name in names)))
    source = [f"def make({head}):", " def copied(value):", "  copy = new(kind)", *lines]
    scope: dict[str, Any] = {}
    exec("\n".join([*source, "  return copy", " return copied"]), scope)  # noqa: S102 -- own names
    known = _KNOWN[kind] = scope["make"](object.__new__, kind, *writers.values()), writers
    return known
