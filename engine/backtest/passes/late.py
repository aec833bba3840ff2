"""What is known only bar by bar: formulas that look at the position."""

# ruff: noqa: PLR0917 -- compiled code has no objects in which to bundle its arguments

from __future__ import annotations

import numpy as np

from engine.backtest.passes import codes
from engine.backtest.passes.codes import Floats, Ints, Program, Scratch, Terms, Walk
from engine.backtest.passes.jit import borrowing
from engine.backtest.passes.machine import both, chosen, either, known, truth
from engine.backtest.passes.money import decide


@borrowing
def output(
    number: int, program: Program, scratch: Scratch, at: int, held: tuple[float, ...]
) -> float:
    """An output of the program on the bar in place `at` of the registers, NaN where absent.

    `held` is position, entry price, bars held and open profit.
    """
    registers, slots = scratch.registers, scratch.slots
    how, index = program.outputs[number, 0], program.outputs[number, 1]
    if how == codes.BY_REGISTER:
        return float(registers[index, at])
    if how == codes.ABSENT:
        return np.nan
    for k in range(program.outputs[number, 2], program.outputs[number, 3]):
        row = program.late[k]
        slots[row[1]] = _value(row, program.late_constants[k], registers, at, slots, held)
    return float(slots[index])


@borrowing
def _value(
    row: Ints, constant: float, registers: Floats, at: int, slots: Floats, held: tuple[float, ...]
) -> float:
    operation = row[0]
    if operation == codes.CONSTANT:
        return constant
    if operation == codes.REGISTER:
        return float(registers[row[2], at])
    if operation == codes.HOLDING:
        return float(held[row[2]])
    if operation == codes.CHOICE:
        return chosen(slots[row[2]], slots[row[3]], slots[row[4]])
    return float(_joined(operation, slots[row[2]], slots[row[3]]))


@borrowing
def _joined(operation: int, a: float, b: float) -> float:
    if operation <= codes.NEGATE:
        return _calculated(operation, a, b)
    if operation == codes.AND:
        return both(a, b)
    if operation == codes.OR:
        return either(a, b)
    if operation == codes.NOT:
        return 1.0 - a
    return _compared(operation, a, b)


@borrowing
def _calculated(operation: int, a: float, b: float) -> float:
    if operation == codes.ADD:
        return known(a + b)
    if operation == codes.SUBTRACT:
        return known(a - b)
    if operation == codes.MULTIPLY:
        return known(a * b)
    if operation == codes.DIVIDE:
        return known(a / b)
    return -a


@borrowing
def _compared(operation: int, a: float, b: float) -> float:
    if operation == codes.LESS:
        return truth(a < b, a, b)
    if operation == codes.LESS_OR_EQUAL:
        return truth(a <= b, a, b)
    if operation == codes.EQUAL:
        return truth(a == b, a, b)
    return truth(a != b, a, b)


@borrowing
def late_decision(
    walk: Walk, terms: Terms, program: Program, scratch: Scratch, at: int, bar: int, close: float
) -> None:
    """What the four rules decide on a close, some of which look at the position."""
    side, entry = walk.side, walk.entry
    held = (0.0, np.nan, np.nan, np.nan)
    if side:
        age, profit = float(bar - walk.entry_bar), side * (close - entry) / entry
        held = (side * walk.quantity, entry, age, profit)
    decide(
        walk,
        terms,
        bar,
        output(codes.LONG_ENTER, program, scratch, at, held) == 1.0,
        output(codes.LONG_EXIT, program, scratch, at, held) == 1.0,
        output(codes.SHORT_ENTER, program, scratch, at, held) == 1.0,
        output(codes.SHORT_EXIT, program, scratch, at, held) == 1.0,
    )


@borrowing
def late_levels(
    walk: Walk, terms: Terms, program: Program, scratch: Scratch, at: int, price: float,
    close: float,
) -> None:  # fmt: skip
    """Levels given by formulas, for the entry that is about to fill at a price before slippage."""
    side = float(walk.enter)
    base = close if terms.by_signal else price * (1 + terms.slip * side)
    held = (side, base, 0.0, 0.0)
    if terms.stop_kind == codes.PRICE:
        walk.stop_value = output(codes.STOP, program, scratch, at, held)
    if terms.target_kind == codes.PRICE:
        walk.target_value = output(codes.TARGET, program, scratch, at, held)
    if program.outputs[codes.TRAIL, 0] != codes.ABSENT:
        walk.trail_value = output(codes.TRAIL, program, scratch, at, held)
