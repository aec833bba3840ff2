"""The small machine that a formula is turned into: its operations and its tables."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Records = NDArray[np.void]

# Operations: the result first, then what it is made of (registers unless said otherwise).
COLUMN, CONSTANT = 0, 1  # a: the column's number
ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE = 2, 3, 4, 5, 6
LESS, LESS_OR_EQUAL, EQUAL, UNEQUAL = 7, 8, 9, 10  # a > b is written b < a
AND, OR, NOT, CHOICE = 11, 12, 13, 14  # of a choice: then, condition, otherwise
PREVIOUS, CROSSES_ABOVE = 15, 16  # a below b is b above a
# a: the column's number, b: bars, c: where its memory starts
LAG, SMA, RSI, HIGHEST, LOWEST = 20, 21, 22, 23, 24
# Only in what is asked bar by bar.
REGISTER, HOLDING = 30, 31  # a: the register, or which of the four facts about the position

# The columns of the bars themselves; what follows was computed beforehand.
OPEN, HIGH, LOW, CLOSE, VOLUME, COMPUTED = 0, 1, 2, 3, 4, 5
# How an output of the program is had.
ABSENT, BY_REGISTER, BY_BAR = 0, 1, 2
# The outputs in order: four rules, then three levels.
LONG_ENTER, LONG_EXIT, SHORT_ENTER, SHORT_EXIT, RULES = 0, 1, 2, 3, 4
ENTRY = 4  # of the registers: where either side enters
STOP, TARGET, TRAIL = 4, 5, 6
# How a level is given.
NO_LEVEL, PERCENT, PRICE = 0, 1, 2
BY_EQUITY, BY_UNITS, BY_QUOTE, BY_RISK = 0, 1, 2, 3
# Why a trade ended, as `engine.backtest.result.Reason`.
EXIT, AT_STOP, AT_TARGET, AT_TRAIL, END = 0, 1, 2, 3, 4

LONG_AGO = -(10**15)
TRADE_COLUMNS = 9


class Bars(NamedTuple):
    """The history: float64 of shape (bars,), `computed` of shape (columns, bars)."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    computed: Floats


class Program(NamedTuple):
    """A strategy as numbers: no operation is made from its text, so all share compiled code.

    `code` has rows (operation, result, a, b, c) and runs over blocks of bars; `late` has the same
    and runs for one bar, where the position is known. `outputs` has rows (how, register or slot,
    first and last row of `late`). `sizes`: registers and floats of memory that the code
    needs, and the register where either side enters, below 0 where one side has no rules.
    """

    code: Ints
    constants: Floats
    late: Ints
    late_constants: Floats
    outputs: Ints
    sizes: Ints


class Scratch(NamedTuple):
    """What a run works on: registers of a block, memory of averages, slots of `late`."""

    registers: Floats
    memory: Floats
    slots: Floats


def _record(floats: str, whole: str) -> np.dtype[np.void]:
    fields = [(name, np.float64) for name in floats.split()]
    return np.dtype(fields + [(name, np.int64) for name in whole.split()])


WALK = _record(
    "cash quantity entry entry_fee stop target trail extreme stop_value target_value trail_value "
    "exit_price paid profit",
    "side entry_bar leave enter count left_at denied closed reason",
)
TERMS = _record(
    "cash fee slip amount step stop_value target_value trail_value",
    "size at_close on_entry_bar gap by_signal order cooldown last stop_kind target_kind trail_kind "
    "late_rules late_levels has_levels one",
)
# Compiled code reads and writes the fields of a record in place, without counting references.


class Walk(Protocol):
    """What a run remembers: a record of `WALK`, changed in place."""

    cash: float
    quantity: float
    entry: float
    entry_fee: float
    stop: float
    target: float
    trail: float
    extreme: float
    stop_value: float
    target_value: float
    trail_value: float
    exit_price: float
    paid: float
    profit: float
    side: int
    entry_bar: int
    leave: int
    enter: int
    count: int
    left_at: int
    denied: int
    closed: int
    reason: int


class Terms(Protocol):
    """What a run is told: a record of `TERMS`."""

    cash: float
    fee: float
    slip: float
    amount: float
    step: float
    stop_value: float
    target_value: float
    trail_value: float
    size: int
    at_close: int
    on_entry_bar: int
    gap: int
    by_signal: int
    order: int
    cooldown: int
    last: int
    stop_kind: int
    target_kind: int
    trail_kind: int
    late_rules: int
    late_levels: int
    has_levels: int
    one: int
