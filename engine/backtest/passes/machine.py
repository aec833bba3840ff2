"""The machine that runs a program over one block of bars.

Register 0 of each row is the value on the bar before the block, so that a cross looks back.
"""

# ruff: noqa: PLR0917 -- compiled code has no objects in which to bundle its arguments

from __future__ import annotations

import numpy as np

from engine.backtest.passes import codes
from engine.backtest.passes.codes import Bars, Floats, Ints
from engine.backtest.passes.indicators import extreme, moving_average, relative_strength
from engine.backtest.passes.jit import borrowing


@borrowing
def execute(
    row: Ints, bars: Bars, registers: Floats, start: int, count: int, memory: Floats
) -> None:
    """Run one operation over the block."""
    operation = row[0]
    if operation == codes.CONSTANT:
        return
    out, a, b = registers[row[1]], row[2], row[3]
    if operation >= codes.LAG or operation == codes.COLUMN:
        _of_bars(row, bars, out, start, count, memory)
    elif operation <= codes.NEGATE:
        _arithmetic(operation, out, registers[a], registers[b], count)
    elif operation <= codes.UNEQUAL:
        _comparison(operation, out, registers[a], registers[b], count)
    elif operation == codes.CHOICE:
        _choice(out, registers[a], registers[b], registers[row[4]], count)
    elif operation <= codes.NOT:
        _logic(operation, out, registers[a], registers[b], count)
    else:
        _across(operation, out, registers[a], registers[b], count)


@borrowing
def _of_bars(row: Ints, bars: Bars, out: Floats, start: int, count: int, memory: Floats) -> None:
    """What is read from a column of the bars, or from one that was computed."""
    operation, number, x = row[0], row[2], bars.close
    if number == codes.OPEN:
        x = bars.open
    elif number == codes.HIGH:
        x = bars.high
    elif number == codes.LOW:
        x = bars.low
    elif number == codes.VOLUME:
        x = bars.volume
    elif number >= codes.COMPUTED:
        x = bars.computed[number - codes.COMPUTED]
    if operation in (codes.HIGHEST, codes.LOWEST):
        # Apart from the averages: together, the compiler does those in twice the time.
        sign = 1.0 if operation == codes.HIGHEST else -1.0
        extreme(out, x, start, count, row[3], memory, row[4], sign)
    else:
        _of_column(operation, out, x, start, count, row[3], memory, row[4])


@borrowing
def _of_column(
    operation: int, out: Floats, x: Floats, start: int, count: int, bars: int, memory: Floats,
    at: int,
) -> None:  # fmt: skip
    if operation == codes.SMA:
        moving_average(out, x, start, count, bars, memory, at)
    elif operation == codes.RSI:
        relative_strength(out, x, start, count, bars, memory, at)
    elif operation == codes.COLUMN:
        for j in range(count):
            out[1 + j] = x[start + j]
    else:
        for j in range(count):
            out[1 + j] = x[start + j - bars] if start + j >= bars else np.nan


@borrowing
def known(value: float) -> float:
    """The value, unknown where it is not finite."""
    return value if value - value == 0.0 else np.nan


@borrowing
def _arithmetic(operation: int, out: Floats, a: Floats, b: Floats, count: int) -> None:
    if operation == codes.ADD:
        for j in range(1, count + 1):
            out[j] = known(a[j] + b[j])
    elif operation == codes.SUBTRACT:
        for j in range(1, count + 1):
            out[j] = known(a[j] - b[j])
    elif operation == codes.MULTIPLY:
        for j in range(1, count + 1):
            out[j] = known(a[j] * b[j])
    elif operation == codes.DIVIDE:
        for j in range(1, count + 1):
            out[j] = known(a[j] / b[j])
    else:
        for j in range(1, count + 1):
            out[j] = -a[j]


@borrowing
def truth(is_true: bool, a: float, b: float) -> float:
    """A comparison's outcome, unknown where either side is."""
    return (1.0 if is_true else 0.0) if a == a and b == b else np.nan  # noqa: PLR0124 -- NaN


@borrowing
def _comparison(operation: int, out: Floats, a: Floats, b: Floats, count: int) -> None:
    if operation == codes.LESS:
        for j in range(1, count + 1):
            out[j] = truth(a[j] < b[j], a[j], b[j])
    elif operation == codes.LESS_OR_EQUAL:
        for j in range(1, count + 1):
            out[j] = truth(a[j] <= b[j], a[j], b[j])
    elif operation == codes.EQUAL:
        for j in range(1, count + 1):
            out[j] = truth(a[j] == b[j], a[j], b[j])
    else:
        for j in range(1, count + 1):
            out[j] = truth(a[j] != b[j], a[j], b[j])


@borrowing
def both(a: float, b: float) -> float:
    """Kleene's `and`."""
    return 0.0 if a == 0.0 or b == 0.0 else a * b


@borrowing
def either(a: float, b: float) -> float:
    """Kleene's `or`."""
    return 1.0 if a == 1.0 or b == 1.0 else a + b


@borrowing
def chosen(then: float, condition: float, otherwise: float) -> float:
    """`then if condition else otherwise`, unknown where the condition is."""
    found = then if condition == 1.0 else otherwise
    return found if condition == condition else np.nan  # noqa: PLR0124 -- NaN


@borrowing
def _logic(operation: int, out: Floats, a: Floats, b: Floats, count: int) -> None:
    if operation == codes.AND:
        for j in range(1, count + 1):
            out[j] = both(a[j], b[j])
    elif operation == codes.OR:
        for j in range(1, count + 1):
            out[j] = either(a[j], b[j])
    else:
        for j in range(1, count + 1):
            out[j] = 1.0 - a[j]


@borrowing
def _choice(out: Floats, then: Floats, condition: Floats, otherwise: Floats, count: int) -> None:
    for j in range(1, count + 1):
        out[j] = chosen(then[j], condition[j], otherwise[j])


@borrowing
def _across(operation: int, out: Floats, a: Floats, b: Floats, count: int) -> None:
    if operation == codes.PREVIOUS:
        for j in range(count):
            out[1 + j] = a[j]
        return
    for j in range(1, count + 1):
        # Both comparisons in one, in Kleene's logic: false where either is, whatever is unknown.
        true = (a[j] > b[j]) & (a[j - 1] <= b[j - 1])
        false = (a[j] <= b[j]) | (a[j - 1] > b[j - 1])
        out[j] = 1.0 if true else 0.0 if false else np.nan
