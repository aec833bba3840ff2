"""From a text to rules that have passed every check."""

from __future__ import annotations

import re

from pydantic import ValidationError

from engine.documents.complaints import complaint
from engine.documents.document import ParameterPart, SidePart, StrategyDocument
from engine.documents.plug_ins import plug_in
from engine.documents.tree import read_tree
from engine.domain.identifiers import Symbol
from engine.errors import FormulaInvalid, StrategyInvalid
from engine.formula import RESERVED, Formula, Kind, parse
from engine.formula.constants import fold
from engine.strategies.levels import Level, is_percent
from engine.strategies.parameters import NAME, StrategyParameter, percent_or_number
from engine.strategies.rules import Limits, SideRules, Strategy
from engine.strategies.sizes import SizeKind, read_size

_MOST_PERCENT = {"stop_loss": 1.0, "trailing_stop": 1.0, "take_profit": 100.0}
_LONGEST_COOLDOWN = 100_000


def read_document(text: str) -> Strategy:
    """The strategy in a YAML or JSON text, at most 65,536 characters.

    Raises StrategyInvalid with the place in the document, the column in the formula and the
    nearest right word.
    """
    try:
        document = StrategyDocument.model_validate(read_tree(text))
    except ValidationError as error:
        raise complaint(error) from error
    return _Reader(document).strategy()


class _Reader:
    def __init__(self, document: StrategyDocument) -> None:
        self._document = document
        self._parameters = tuple(
            _parameter(name, part) for name, part in document.parameters.items()
        )
        self._names = tuple(parameter.name for parameter in self._parameters)

    def strategy(self) -> Strategy:
        document = self._document
        strategy = Strategy(
            name=document.strategy,
            version=document.version,
            about=document.about,
            timeframe=document.timeframe,
            symbols=tuple(Symbol(symbol) for symbol in document.symbols),
            parameters=self._parameters,
            long=self._side("long", document.long),
            short=self._side("short", document.short),
            size=read_size(document.size, self._names),
            stop_loss=self._level("stop_loss", document.stop_loss),
            take_profit=self._level("take_profit", document.take_profit),
            trailing_stop=self._level("trailing_stop", document.trailing_stop),
            limits=Limits(document.limits.max_positions, _cooldown(document.limits.cooldown)),
            plug_in=None if document.python is None else plug_in(document.python),
        )
        _check_whole(strategy)
        return strategy

    def _side(self, name: str, part: SidePart | None) -> SideRules | None:
        if part is None:
            return None
        leave = part.exit
        return SideRules(
            self._formula(f"{name}.enter", part.enter, Kind.CONDITION),
            None if leave is None else self._formula(f"{name}.exit", leave, Kind.CONDITION),
        )

    def _formula(self, place: str, text: str, kind: Kind) -> Formula:
        try:
            formula = parse(text, self._names, in_strategy=True)
        except FormulaInvalid as error:
            raise StrategyInvalid(
                str(error), place, f"formula.{error.kind}", **error.facts
            ) from error
        if formula.kind is not kind:
            remedy = "compare it, as in x > 0" if kind is Kind.CONDITION else "write a price"
            detail = f"it is a {formula.kind.value}; {remedy}"
            raise StrategyInvalid(detail, place, f"strategy.wants_{kind.value}")
        return formula

    def _level(self, place: str, words: str | float | None) -> Level | None:
        if words is None:
            return None
        text = words if isinstance(words, str) else f"{words:.12f}".rstrip("0").rstrip(".")
        formula = self._formula(place, text, Kind.NUMBER)
        percents = frozenset(each.name for each in self._parameters if each.is_percent)
        level = Level(formula, is_percent(formula.root, percents))
        self._check_level(place, level)
        return level

    def _check_level(self, place: str, level: Level) -> None:
        defaults = {each.name: each.default for each in self._parameters}
        value = fold(level.formula.root, defaults)
        most = _MOST_PERCENT[place]
        if value is None:
            return
        if value <= 0 or (level.is_percent and value >= most):
            limit = f" and below {most:.0%}" if level.is_percent else ""
            detail = f"it is above 0{limit}, not {level.text}"
            form = "level_below" if level.is_percent else "level"
            raise StrategyInvalid(
                detail, place, f"strategy.{form}", part=level.text, most=f"{most:.0%}"
            )


def _parameter(name: str, part: ParameterPart) -> StrategyParameter:
    place = f"parameters.{name[:40]}"
    if not NAME.fullmatch(name) or name in RESERVED:
        detail = "a name is small letters, and no word of the language"
        raise StrategyInvalid(detail, place, "strategy.parameter_name")
    (default, percent), (lowest, _), (highest, _) = (
        _number(place, words) for words in (part.default, *part.range)
    )
    if not lowest <= default <= highest:
        detail = f"its default {default:g} lies outside its range"
        raise StrategyInvalid(detail, place, "strategy.default_outside", word=f"{default:g}")
    return StrategyParameter(name, default, lowest, highest, percent)


def _number(place: str, words: str | float) -> tuple[float, bool]:
    if not isinstance(words, str):
        return words, False
    try:
        return percent_or_number(words)
    except ValueError as error:
        detail = f"{words[:40]!r} is no number; write 10 or 2%"
        raise StrategyInvalid(detail, place, "strategy.no_number", word=words[:40]) from error


def _cooldown(words: str | int) -> int:
    match = re.fullmatch(r"\s*([0-9]{1,6})\s*(?:bars?)?\s*", str(words))
    if match is None or int(match[1]) > _LONGEST_COOLDOWN:
        detail = f"{str(words)[:40]!r} is no number of bars; write 0 bars, at most 100000"
        raise StrategyInvalid(detail, "limits.cooldown", "strategy.cooldown", word=str(words)[:40])
    return int(match[1])


def _check_whole(strategy: Strategy) -> None:
    has_rules = strategy.long is not None or strategy.short is not None
    if strategy.plug_in is not None and has_rules:
        detail = "the plug-in decides; leave out long and short"
        raise StrategyInvalid(detail, "python", "strategy.plug_in_alone")
    if strategy.plug_in is None and not has_rules:
        detail = "there is nothing to enter; write long with its enter"
        raise StrategyInvalid(detail, "long", "strategy.no_side")
    stops = strategy.stop_loss or strategy.trailing_stop
    if strategy.size.kind is SizeKind.RISK and stops is None:
        detail = "a size by risk needs a stop_loss or a trailing_stop"
        raise StrategyInvalid(detail, "size", "strategy.risk_needs_stop")
