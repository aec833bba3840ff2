"""Values of the desk as JSON text and back, compiled once for each type from its type hints.

Decimals and paths are strings, enums their values, tuples arrays; an event carries the name of its
class under `kind`. A field that the text lacks takes its default, one that it has too much is
passed over, so that values may grow fields.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import orjson

from engine.domain.events import Event
from engine.errors import StateCorrupt

T = TypeVar("T")
_Reader = Callable[[Any], Any]
_BROKEN = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    InvalidOperation,
    orjson.JSONDecodeError,
)


_made: dict[object, Codec[Any]] = {}


class Codec(Generic[T]):
    """One type's way to text and back."""

    def __init__(self, form: object) -> None:
        self._read = _reader(form)

    def encode(self, value: T) -> str:
        """JSON text."""
        return orjson.dumps(value, default=_plain).decode()

    def decode(self, text: str) -> T:
        """The value. Raises StateCorrupt when the text does not hold one."""
        try:
            return cast("T", self._read(orjson.loads(text)))
        except _BROKEN as error:
            raise StateCorrupt(f"what is stored cannot be read: {text[:200]}") from error


def codec(form: type[T]) -> Codec[T]:
    """The codec of a dataclass, made once."""
    if form not in _made:
        _made[form] = Codec(form)
    return _made[form]


def encode_event(event: Event) -> str:
    """JSON text with the class's name under `kind`."""
    form: type = type(event)
    names, get = _parts(form)
    values = dict(zip(names, get(event), strict=True))
    return orjson.dumps({"kind": type(event).__name__, **values}, default=_plain).decode()


def decode_event(text: str) -> Event:
    """The event. Raises StateCorrupt when the text does not hold one."""
    try:
        raw = orjson.loads(text)
        return cast("Event", _event_readers()[raw["kind"]](raw))
    except _BROKEN as error:
        raise StateCorrupt(f"a journal entry cannot be read: {text[:200]}") from error


def canonical(value: object) -> str:
    """JSON text with sorted keys: equal values give equal text."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: object) -> str:
    if isinstance(value, Decimal | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


@cache
def _parts(form: type) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    names = tuple(field.name for field in fields(form))
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda value: tuple(getattr(value, name) for name in names)


@cache
def _event_readers() -> Mapping[str, _Reader]:
    return {form.__name__: _reader(form) for form in get_args(Event)}


def _as_it_is(value: object) -> object:
    return value


@cache
def _reader(form: object) -> Any:
    """What turns parsed JSON into the type."""
    if isinstance(form, NewType):
        return _reader(form.__supertype__)
    origin = get_origin(form)
    if origin in (Union, types.UnionType):
        return _optional_reader(form)
    if origin is tuple:
        return _tuple_reader(get_args(form))
    if isinstance(form, type) and origin is None:
        return _class_reader(form)
    return _as_it_is


def _class_reader(form: type) -> _Reader:
    if form is Decimal or form is Path:
        return cast("_Reader", form)
    if issubclass(form, Enum):
        return {member.value: member for member in form}.__getitem__
    if is_dataclass(form):
        return _dataclass_reader(form)
    return _as_it_is


def _optional_reader(form: object) -> _Reader:
    inner = [arm for arm in get_args(form) if arm is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"only an optional value has a form without a kind, not {form}")
    read = _reader(inner[0])
    return lambda value: None if value is None else read(value)


def _tuple_reader(arms: tuple[object, ...]) -> _Reader:
    if len(arms) == 2 and arms[1] is Ellipsis:
        read = _reader(arms[0])
        if read is _as_it_is:
            return tuple
        return lambda values: tuple([read(value) for value in values])
    readers = tuple(_reader(arm) for arm in arms)
    return lambda values: tuple([read(value) for read, value in zip(readers, values, strict=True)])


def _dataclass_reader(form: type) -> _Reader:
    hints = get_type_hints(form)
    readers = {field.name: _reader(hints[field.name]) for field in fields(form)}
    plain = tuple(name for name, read in readers.items() if read is _as_it_is)
    turned = tuple((name, read) for name, read in readers.items() if read is not _as_it_is)
    optional = frozenset(
        field.name
        for field in fields(form)
        if field.default is not MISSING or field.default_factory is not MISSING
    )

    def read_grown(raw: Mapping[str, Any]) -> Any:
        present = {name: read(raw[name]) for name, read in readers.items() if name in raw}
        if missing := readers.keys() - present.keys() - optional:
            raise KeyError(min(missing))
        return form(**present)

    def read(raw: Mapping[str, Any]) -> Any:
        try:
            values = {name: raw[name] for name in plain}
            for name, turn in turned:
                values[name] = turn(raw[name])
        except KeyError:
            return read_grown(raw)
        return form(**values)

    return read
