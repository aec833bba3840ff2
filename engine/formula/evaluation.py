"""The value of a formula on every bar of a history, in vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.domain.candles import Candles, Floats
from engine.domain.resampling import openings, resample
from engine.domain.timeframe import Timeframe
from engine.errors import FormulaInvalid
from engine.formula.checker import BARS_BACK, out_of_range
from engine.formula.constants import ParameterValue, fold
from engine.formula.formula import Formula
from engine.formula.syntax import (
    Arithmetic,
    Calculated,
    Call,
    Choice,
    Compared,
    Duration,
    Holding,
    Joined,
    Junction,
    Negative,
    Node,
    Not,
    Number,
    OnTimeframe,
    Parameter,
    Series,
    Shifted,
)
from engine.formula.text import text_of
from engine.formula.traits import depends_on_its_start, warmup
from engine.formula.vocabulary import form_of
from engine.indicators import WORDS, Kind, Needs
from engine.indicators import Parameter as Signature
from engine.indicators.unknown import both, compared, divided, either, known, negated, shifted

# Bars beside what a tail needs, for repeated times in recorded data.
_SLACK = 16


@dataclass(frozen=True, slots=True, eq=False)
class PositionState:
    """What a strategy holds on each bar, or on all of them: NaN where it holds nothing.

    `position` in units of the base, below 0 when short; `entry_price` a price; `open_profit` a
    ratio of what was paid, 0.05 being 5%.
    """

    position: Floats | float = 0.0
    entry_price: Floats | float = np.nan
    bars_held: Floats | float = np.nan
    open_profit: Floats | float = np.nan

    @property
    def fixed(self) -> bool:
        """Whether it is the same on all bars."""
        values = (self.position, self.entry_price, self.bars_held, self.open_profit)
        return all(np.ndim(value) == 0 for value in values)


_NOTHING_KNOWN = PositionState(position=np.nan)


def evaluate(
    formula: Formula,
    candles: Candles,
    *,
    timeframe: Timeframe,
    others: Mapping[Timeframe, Candles] | None = None,
    parameters: Mapping[str, ParameterValue] | None = None,
    position: PositionState | None = None,
) -> Floats:
    """The value on every bar as float64, as it was known at the bar's close; NaN is unknown.

    A condition is 1.0, 0.0 or NaN. `others` holds the candles of the timeframes in `on(...)`;
    those not given are made from `candles`. Raises FormulaInvalid on a parameter without a value
    or out of its range.
    """
    return Workspace(
        candles,
        timeframe=timeframe,
        others=others,
        parameters=parameters,
        position=position,
    ).evaluate(formula)


def latest(
    formula: Formula,
    candles: Candles,
    *,
    timeframe: Timeframe,
    others: Mapping[Timeframe, Candles] | None = None,
    parameters: Mapping[str, ParameterValue] | None = None,
    position: PositionState | None = None,
) -> float:
    """The last value of `evaluate`, from the tail of the history where the rest cannot matter.

    An average that feeds on itself depends on where it starts, so it reads the whole history.
    """
    if not len(candles):
        return float("nan")
    if (position is None or position.fixed) and not depends_on_its_start(formula.root):
        needed = warmup(formula.root, timeframe, parameters or {})
        candles = candles[-(2 * needed + _SLACK) :]
    values = evaluate(
        formula,
        candles,
        timeframe=timeframe,
        others=others,
        parameters=parameters,
        position=position,
    )
    return float(values[-1])


class Workspace:
    """One history, on which several formulas share what they have in common.

    The parts of a formula are kept, so that the rules of a strategy compute an average once.
    `known` are parts that were computed elsewhere, a value for each bar.
    """

    def __init__(
        self,
        candles: Candles,
        *,
        timeframe: Timeframe,
        others: Mapping[Timeframe, Candles] | None = None,
        parameters: Mapping[str, ParameterValue] | None = None,
        position: PositionState | None = None,
        known: Mapping[Node, Floats] | None = None,
    ) -> None:
        self._candles = candles
        self._timeframe = timeframe
        self._others = others or {}
        self._parameters = parameters or {}
        self._position = position or _NOTHING_KNOWN
        self._values: dict[Node, Floats] = dict(known or {})
        self._higher: dict[Timeframe, Workspace] = {}

    def evaluate(self, formula: Formula) -> Floats:
        """The formula's value on every bar; see `evaluate`. The array is the caller's own."""
        with np.errstate(all="ignore"):
            return known(self._column(formula.root))

    def _column(self, node: Node) -> Floats:
        """A value for every bar, also of a constant."""
        value = self._value(node)
        return value if value.ndim else np.full(len(self._candles), value)

    def _value(self, node: Node) -> Floats:
        found = self._values.get(node)
        if found is None:
            found = self._values[node] = np.asarray(self._computed(node), np.float64)
        return found

    def _computed(self, node: Node) -> Floats | float:
        match node:
            case Negative():
                return -self._value(node.operand)
            case Not():
                return negated(self._value(node.operand))
            case Calculated():
                return _calculated(node.operator, self._value(node.left), self._value(node.right))
            case Compared():
                return compared(node.operator, self._value(node.left), self._value(node.right))
            case Joined():
                join = both if node.operator is Junction.AND else either
                return join(self._value(node.left), self._value(node.right))
            case Choice():
                return self._chosen(node)
            case _:
                return self._leaf(node)

    def _leaf(self, node: Node) -> Floats | float:
        match node:
            case Number() | Duration() | Parameter():
                return self._constant(node)
            case Series():
                return WORDS[node.name][0].function(self._candles)
            case Holding():
                value: Floats | float = getattr(self._position, node.name)
                return value
            case Shifted():
                bars = self._fixed(node.bars, BARS_BACK)
                return shifted(self._column(node.series), int(bars))
            case Call():
                return self._called(node)
            case OnTimeframe():
                return self._on(node)
            case _:
                raise AssertionError(node)

    def _chosen(self, node: Choice) -> Floats:
        condition = self._value(node.condition)
        chosen = np.where(condition == 1, self._value(node.then), self._value(node.otherwise))
        return np.where(np.isnan(condition), np.nan, chosen)

    def _called(self, call: Call) -> Floats:
        form = form_of(call)
        arguments: list[Floats | float | Candles] = []
        if form.needs is not Needs.ARGUMENTS:
            arguments.append(self._candles)
        if form.needs is Needs.CLOCK:
            arguments.append(self._timeframe.seconds)
        for parameter, argument in zip(form.parameters, call.arguments, strict=True):
            if parameter.constant:
                arguments.append(self._fixed(argument, parameter))
            else:
                arguments.append(self._column(argument))
        return known(form.function(*arguments))

    def _constant(self, node: Node) -> float:
        value = fold(node, self._parameters)
        if value is None:
            raise FormulaInvalid("no_value", node.column, part=text_of(node))
        return float(value)

    def _fixed(self, node: Node, parameter: Signature) -> float:
        """A constant argument, checked anew because a parameter may have decided it."""
        value = self._constant(node)
        if parameter.kind is Kind.DURATION:
            return value
        if not parameter.admits(value):
            part = f"{text_of(node)} = {value:g}"
            raise out_of_range(parameter, parameter.name, part, node.column)
        return int(value) if parameter.whole else value

    def _on(self, node: OnTimeframe) -> Floats:
        if node.timeframe is self._timeframe:
            return self._column(node.operand)
        closes = self._candles.time + self._timeframe.seconds
        return self._on_timeframe(node.timeframe).last_closed(node.operand, closes)

    def last_closed(self, node: Node, moments: NDArray[np.int64]) -> Floats:
        """The value on the last bar closed by each moment, UTC epoch seconds; unknown before."""
        with np.errstate(all="ignore"):
            values = self._column(node)
        last = np.searchsorted(self._candles.time, moments - self._timeframe.seconds, side="right")
        return np.concatenate(([np.nan], values))[last]

    def _on_timeframe(self, timeframe: Timeframe) -> Workspace:
        if timeframe not in self._higher:
            self._higher[timeframe] = Workspace(
                self._of_timeframe(timeframe),
                timeframe=timeframe,
                parameters=self._parameters,
            )
        return self._higher[timeframe]

    def _of_timeframe(self, timeframe: Timeframe) -> Candles:
        """The candles given for it, else made from ours, the first left out unless whole."""
        if timeframe in self._others:
            return self._others[timeframe]
        # A shorter timeframe cannot be had from a longer one: unknown throughout.
        if timeframe.seconds < self._timeframe.seconds or not len(self._candles):
            return Candles.empty()
        bars = resample(self._candles, timeframe)
        first = self._candles.time[:1]
        return bars if openings(first, timeframe)[0] == first[0] else bars[1:]


def _calculated(operator: Arithmetic, left: Floats, right: Floats) -> Floats:
    match operator:
        case Arithmetic.ADD:
            return known(left + right)
        case Arithmetic.SUBTRACT:
            return known(left - right)
        case Arithmetic.MULTIPLY:
            return known(left * right)
        case Arithmetic.DIVIDE:
            return divided(left, right)
