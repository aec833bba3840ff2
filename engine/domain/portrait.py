"""All that a state remembers as plain values and back, for a snapshot.

Numbers, text, lists and nothing else, so that it can be stored, compared and read by no code but
this. Objects keep their class's name and their fields; what can change and is shared is shared
again.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from engine.errors import StateCorrupt

Plain: TypeAlias = "bool | int | str | list[Plain] | None"

_HOME = "engine."
_BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def packed(value: object) -> Plain:
    """A value and all that hangs on it. Raises TypeError for what has no plain form."""
    return _Packer().pack(value)


def unpacked(plain: Plain) -> Any:
    """What was packed, built anew. Raises StateCorrupt where it cannot be."""
    try:
        return _Unpacker().unpack(plain)
    except _BROKEN as error:
        raise StateCorrupt(f"a snapshot cannot be read: {error!r}") from error


class _Packer:
    """One walk; `seen` numbers what may be met again, in the order it was met."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._classes: dict[type, int] = {}

    def pack(self, value: Any) -> Plain:
        kind = type(value)
        if value is None or kind in (bool, int, str):
            return value  # type: ignore[no-any-return]
        if kind is Decimal:
            return ["d", str(value)]
        if kind is tuple:
            return ["t", *map(self.pack, value)]
        if isinstance(value, Enum):
            return ["e", *self._named(kind), value.value]
        if _is_value(kind):
            return self._whole(kind, value)
        number = self._seen.get(id(value))
        if number is not None:
            return ["r", number]
        self._seen[id(value)] = len(self._seen)
        return self._whole(kind, value)

    def _whole(self, kind: type, value: Any) -> list[Plain]:
        if kind in (list, deque):
            return ["l" if kind is list else "q", *map(self.pack, value)]
        if kind in (dict, OrderedDict):
            flat = (part for item in value.items() for part in item)
            return ["m" if kind is dict else "o", *map(self.pack, flat)]
        if kind is set:
            return ["s", *map(self.pack, sorted(value))]
        if not kind.__module__.startswith(_HOME):
            raise TypeError(f"{kind.__qualname__} has no plain form")
        names = _fields(kind)
        return ["c", *self._named(kind), *(self.pack(getattr(value, name)) for name in names)]

    def _named(self, kind: type) -> Iterable[Plain]:
        """The class's number, and at its first occurrence its name."""
        number = self._classes.get(kind)
        if number is not None:
            return (number,)
        self._classes[kind] = len(self._classes)
        return (f"{kind.__module__}:{kind.__qualname__}",)


class _Unpacker:
    def __init__(self) -> None:
        self._seen: list[Any] = []
        self._classes: list[type] = []
        self._makers: dict[str, Callable[[Sequence[Any]], Any]] = {
            "d": lambda parts: Decimal(parts[0]),
            "t": lambda parts: tuple([self.unpack(part) for part in parts]),
            "e": lambda parts: self._class(parts[0])(parts[1]),
            "r": lambda parts: self._seen[parts[0]],
            "l": lambda parts: self._filled([], list.append, parts),
            "q": lambda parts: self._filled(deque(), deque.append, parts),
            "s": lambda parts: self._filled(set(), set.add, parts),
            "m": lambda parts: self._mapped({}, parts),
            "o": lambda parts: self._mapped(OrderedDict(), parts),
            "c": self._object,
        }

    def unpack(self, plain: Any) -> Any:
        if type(plain) is not list:
            return plain
        return self._makers[plain[0]](plain[1:])

    def _filled(self, whole: Any, add: Callable[[Any, Any], None], parts: Sequence[Any]) -> Any:
        self._seen.append(whole)
        for part in parts:
            add(whole, self.unpack(part))
        return whole

    def _mapped(self, whole: Any, parts: Sequence[Any]) -> Any:
        self._seen.append(whole)
        for place in range(0, len(parts), 2):
            key = self.unpack(parts[place])
            whole[key] = self.unpack(parts[place + 1])
        return whole

    def _object(self, parts: Sequence[Any]) -> Any:
        kind = self._class(parts[0])
        value = object.__new__(kind)
        if not _is_value(kind):
            self._seen.append(value)
        names, write = _fields(kind), object.__setattr__
        if len(names) != len(parts) - 1:
            raise ValueError(f"{kind.__qualname__} has other fields")
        for name, part in zip(names, parts[1:], strict=True):
            write(value, name, self.unpack(part))
        return value

    def _class(self, named: Any) -> Any:
        if isinstance(named, int):
            return self._classes[named]
        module, _, name = named.partition(":")
        kind = getattr(sys.modules[module], name) if module.startswith(_HOME) else None
        if not isinstance(kind, type):
            raise TypeError(f"{named} is no class of the engine")
        self._classes.append(kind)
        return kind


def _is_value(kind: type) -> bool:
    """Whether equal ones are the same, so that it does not matter who shares them."""
    parameters = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


_known: dict[type, tuple[str, ...]] = {}


def _fields(kind: type) -> Sequence[str]:
    """The slots of a class; a class without them has no plain form."""
    names = _known.get(kind)
    if names is None:
        if not hasattr(kind, "__slots__"):
            raise TypeError(f"{kind.__qualname__} has no slots")
        slots = [each.__dict__.get("__slots__", ()) for each in reversed(kind.__mro__)]
        names = _known[kind] = tuple(name for each in slots for name in each)
    return names
