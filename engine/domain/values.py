"""Frozen values, changed by making the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

_Value = TypeVar("_Value")
_Write = Callable[..., None]
_Slots = tuple[Callable[[object], tuple[Any, ...]], tuple[_Write, ...], dict[str, _Write]]
_KNOWN: dict[type, _Slots] = {}


def changed(value: _Value, **changes: object) -> _Value:
    """A copy of a frozen, slotted dataclass with other values in some of its fields.

    What `dataclasses.replace` gives, four times as quickly: the fields are copied slot by slot and
    no constructor runs, so the class must not have a `__post_init__`.
    """
    kind = type(value)
    read, writers, by_name = _KNOWN.get(kind) or _slots(kind)
    copy = object.__new__(kind)
    for write, old in zip(writers, read(value), strict=True):
        write(copy, old)
    for name, new in changes.items():
        by_name[name](copy, new)
    return copy


def _slots(kind: Any) -> _Slots:
    names = [field.name for field in fields(kind)]
    by_name = {name: getattr(kind, name).__set__ for name in names}
    known = _KNOWN[kind] = attrgetter(*names), tuple(by_name.values()), by_name
    return known
