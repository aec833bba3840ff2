"""Argument types of commands: each reads what people write and keeps the canonical value.

A form's name is what menus, help and the model's tools show; the readers are `bot.arguments`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from bot.arguments.numbers import plain, read_decimal, read_percent
from bot.arguments.symbols import read_symbol
from bot.arguments.times import read_duration, read_period, read_timeframe
from bot.errors import Unreadable
from engine.errors import FormulaInvalid
from engine.formula import parse
from engine.strategies.parameters import percent_or_number

_WHOLE = Decimal(100)
_ID = re.compile(r"[\w.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Form:
    """What an argument is called in menus and how the slash grammar takes it.

    `takes_rest`: it runs to the end of the line, up to a known `name=`. `takes_many`: a list
    separated by spaces. `takes_pairs`: its own words are `name=value`.
    """

    name: str
    takes_rest: bool = False
    takes_many: bool = False
    takes_pairs: bool = False


BOUND = "bound"
"""The form of what nobody says and only a ticket holds: what its card showed."""


@dataclass(frozen=True, slots=True)
class Percent:
    """So many hundredths."""

    value: Decimal

    @property
    def ratio(self) -> Decimal:
        """As a share of one."""
        return self.value / 100

    def __str__(self) -> str:
        return f"{plain(self.value)}%"


@dataclass(frozen=True, slots=True)
class Goal:
    """A take profit: a price or a percent from the entry, and how much of the order it closes."""

    level: Decimal | Percent
    size: Decimal | Percent | None = None

    def __str__(self) -> str:
        level = _plain(self.level)
        return level if self.size is None else f"{level}:{_plain(self.size)}"


def _decimal(text: object) -> Decimal:
    if isinstance(text, Decimal):
        return text
    return Decimal(read_decimal(str(text)))


def _above_zero(text: object) -> Decimal:
    number = _decimal(text)
    if number <= 0:
        raise Unreadable("not_above_zero", plain(number))
    return number


def _percent(text: object) -> Percent:
    if isinstance(text, Percent):
        return text
    return Percent(Decimal(read_percent(str(text)).rstrip("%")))


def _share(text: object) -> Percent:
    share = _percent(text)
    if not 0 < share.value <= _WHOLE:
        raise Unreadable("no_share", str(share))
    return share


def _level(text: object) -> Decimal | Percent:
    level = text if isinstance(text, Decimal | Percent) else _read_level(str(text).strip())
    if (level.value if isinstance(level, Percent) else level) <= 0:
        raise Unreadable("not_above_zero", _plain(level))
    return level


def _read_level(text: str) -> Decimal | Percent:
    try:
        return _percent(text) if text.endswith("%") else _decimal(text)
    except Unreadable as error:
        kind = "level" if error.kind in {"number", "percent"} else error.kind
        raise Unreadable(kind, **{**error.facts, "said": text}) from error


def _goals(value: object) -> tuple[Goal, ...]:
    """`66000`, or several with their sizes: `62000:50% 64000:0.05`."""
    if isinstance(value, Decimal | Percent):
        return (Goal(value),)
    items = value if isinstance(value, list | tuple) else str(value).split()
    if not items:
        raise Unreadable("level", str(value))
    return tuple(item if isinstance(item, Goal) else _goal(str(item)) for item in items)


def _goal(text: str) -> Goal:
    level, colon, size = text.partition(":")
    return Goal(_level(level), _level(size) if colon else None)


def _limit(value: object) -> Decimal | Percent | tuple[str, ...]:
    """A number, a percent, or a list of instruments; raises ValueError."""
    if isinstance(value, Decimal | Percent | list | tuple):
        return tuple(value) if isinstance(value, list | tuple) else value
    try:
        return _read_level(str(value).strip())
    except Unreadable:
        if "/" not in str(value) and "," not in str(value):
            raise
        return _symbols(value)


def _formula(text: object) -> str:
    try:
        return parse(str(text)).text
    except FormulaInvalid as error:
        raise Unreadable(f"formula.{error.kind}", **error.facts) from error


def _id(text: str) -> str:
    name = text.strip().lstrip("#").lower()
    if not _ID.fullmatch(name):
        raise Unreadable("id", text)
    return name


def _symbols(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else str(value).replace(",", " ").split()
    if not items:
        raise Unreadable("symbol")
    return tuple(dict.fromkeys(read_symbol(str(item)) for item in items))


def _formulas(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else _split_formulas(str(value))
    return tuple(_formula(item) for item in items)


def _split_formulas(text: str) -> list[str]:
    """Split at spaces and commas that no parenthesis holds."""
    parts, depth, current = [], 0, ""
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter in " ,;":
            parts.append(current)
            current = ""
        else:
            current += letter
    return [part for part in [*parts, current] if part.strip()]


def _texts(reader: Any) -> BeforeValidator:
    return BeforeValidator(lambda text: reader(str(text)))


def _strategy(text: str) -> str:
    """`SMA Cross` as `sma-cross`; `sma-cross@2` is one version of it."""
    said = re.sub(r"[\s_]+", "-", text.strip().lower())
    if not _STRATEGY.fullmatch(said):
        raise Unreadable("strategy_name", text)
    return said


def _params(value: object) -> tuple[str, ...]:
    """`fast=10 slow=30`, a list of such, or a mapping, as a tuple of `fast=10`."""
    if isinstance(value, Mapping):
        words = [f"{name}={number}" for name, number in value.items()]
    elif isinstance(value, list | tuple):
        words = [str(word) for word in value]
    else:
        words = str(value).replace(",", " ").split()
    for word in words:
        name, sign, number = word.partition("=")
        try:
            percent_or_number(number)
        except ValueError as error:
            raise Unreadable("params", word) from error
        if not (sign and name):
            raise Unreadable("params", word)
    return tuple(words)


def _ranges(value: object) -> tuple[str, ...]:
    """`fast=5..50` or `stop=1%..5%:1%`, as a tuple of such."""
    words = list(value) if isinstance(value, list | tuple) else str(value).replace(",", " ").split()
    for word in words:
        if not _RANGE.fullmatch(str(word)):
            raise Unreadable("ranges", str(word))
    return tuple(map(str, words))


_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?%?"
_RANGE = re.compile(rf"[a-z][a-z0-9_]{{0,31}}={_NUMBER}\.\.{_NUMBER}(?::{_NUMBER})?")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise Unreadable("date", text) from error


_STRATEGY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}(@[0-9]{1,7})?")
_AS_TEXT = PlainSerializer(lambda value: value if value is None else _plain(value), str)


def _plain(value: Decimal | Percent | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


SymbolText = Annotated[str, _texts(read_symbol), Form("symbol")]
Symbols = Annotated[tuple[str, ...], BeforeValidator(_symbols), Form("symbols", takes_many=True)]
DecimalText = Annotated[Decimal, BeforeValidator(_decimal), _AS_TEXT, Form("decimal")]
AboveZeroText = Annotated[Decimal, BeforeValidator(_above_zero), _AS_TEXT, Form("decimal")]
PercentText = Annotated[Percent, BeforeValidator(_share), _AS_TEXT, Form("percent")]
LevelText = Annotated[Decimal | Percent, BeforeValidator(_level), _AS_TEXT, Form("level")]
Goals = Annotated[
    tuple[Goal, ...],
    BeforeValidator(_goals),
    PlainSerializer(lambda goals: goals and " ".join(map(str, goals)), str | None),
    Form("levels", takes_many=True),
]
LimitText = Annotated[
    Decimal | Percent | tuple[str, ...], BeforeValidator(_limit), _AS_TEXT, Form("limit")
]
TimeframeText = Annotated[str, _texts(read_timeframe), Form("timeframe")]
PeriodText = Annotated[str, _texts(read_period), Form("period")]
DurationText = Annotated[str, _texts(read_duration), Form("duration")]
FormulaText = Annotated[str, BeforeValidator(_formula), Form("formula", takes_rest=True)]
Formulas = Annotated[tuple[str, ...], BeforeValidator(_formulas), Form("formulas", takes_many=True)]
Params = Annotated[
    tuple[str, ...], BeforeValidator(_params), Form("params", takes_many=True, takes_pairs=True)
]
Ranges = Annotated[
    tuple[str, ...], BeforeValidator(_ranges), Form("ranges", takes_many=True, takes_pairs=True)
]
DayText = Annotated[str, _texts(_day), Form("date")]
StrategyText = Annotated[str, _texts(_strategy), Form("strategy")]
IdText = Annotated[str, _texts(_id), Form("id")]
FileText = Annotated[str, _texts(str.strip), Form("file")]
WordText = Annotated[str, _texts(str.strip), Form("word")]
ShownText = Annotated[str, Form(BOUND)]
ShownTexts = Annotated[tuple[str, ...], Form(BOUND)]
RestText = Annotated[str, _texts(str.strip), Form("text", takes_rest=True)]
