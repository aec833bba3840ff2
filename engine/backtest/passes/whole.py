"""A whole run: block after block, so that what a program works on stays in the cache."""

# ruff: noqa: PLR0917 -- compiled code has no objects in which to bundle its arguments

from __future__ import annotations

import numpy as np
from numba import prange

from engine.backtest.passes import codes
from engine.backtest.passes.codes import Bars, Floats, Ints, Program, Records, Scratch, Terms, Walk
from engine.backtest.passes.indicators import extreme, moving_average, relative_strength
from engine.backtest.passes.jit import borrowing, compiled, compiled_parallel
from engine.backtest.passes.machine import execute
from engine.backtest.passes.money import leave
from engine.backtest.passes.walking import walk_block, write

BLOCK = 2048
# A bar closes two trades at most, and the end one more.
_TRADES = 2 * BLOCK + 1


@compiled
def run_whole(
    program: Program, terms: Terms, walk: Walk, bars: Bars, scratch: Scratch, equity: Floats
) -> Floats:
    """Fill `equity` (a value for each close) and give the trades; `walk` is a record of zeros."""
    total = len(equity)
    # Room for a trade every 16 bars; what is not written takes no memory.
    trades = np.empty((_TRADES + total // 16, codes.TRADE_COLUMNS))
    _begin(program, terms, walk, scratch)
    rows = _rows(program)
    for start in range(0, total, BLOCK):
        count = min(BLOCK, total - start)
        if walk.count + _TRADES > len(trades):
            trades = _larger(trades)
        _block(program, terms, walk, bars, scratch, rows, equity, trades, start, count)
    if walk.side and total:
        leave(walk, terms, total - 1, bars.close[total - 1], codes.END)
        equity[total - 1] = walk.cash
        write(trades, walk)
    return trades[: walk.count]


@compiled
def scratch_for(program: Program) -> Scratch:
    """The room that a run needs beside its results."""
    return Scratch(
        np.empty((program.sizes[0] + 1, BLOCK + 1)),
        np.empty(program.sizes[1]),
        np.empty(len(program.late)),
    )


@compiled
def _begin(program: Program, terms: Terms, walk: Walk, scratch: Scratch) -> None:
    scratch.registers[:] = np.nan
    scratch.memory[:] = 0.0
    for k in range(len(program.code)):
        if program.code[k, 0] == codes.CONSTANT:
            scratch.registers[program.code[k, 1]] = program.constants[k]
    walk.cash = terms.cash
    walk.left_at = codes.LONG_AGO
    walk.stop_value = terms.stop_value
    walk.target_value = terms.target_value
    walk.trail_value = terms.trail_value


@borrowing
def _block(
    program: Program, terms: Terms, walk: Walk, bars: Bars, scratch: Scratch, rows: Ints,
    equity: Floats, trades: Floats, start: int, count: int,
) -> None:  # fmt: skip
    """The rules over a block, then the walk."""
    registers = scratch.registers
    for k in range(len(program.code)):
        execute(program.code[k], bars, registers, start, count, scratch.memory)
    scratch.memory[0] = _fetched(bars.open, start, count)
    walk_block(walk, terms, program, bars, scratch, rows, equity, trades, start, count)
    for k in range(len(registers)):
        registers[k, 0] = registers[k, count]


@borrowing
def _fetched(x: Floats, start: int, count: int) -> float:
    """Have the block in the cache: opens are read here and there, and each would be waited for.

    The sum of one value a cache line is of no use but that it must be computed.
    """
    total, first = 0.0, np.uint64(start)
    for k in range(np.uint64(count // 8)):
        total += x[first + k * np.uint64(8)]
    return total


@compiled
def _rows(program: Program) -> Ints:
    """Where the four rules are: the last register, always unknown, for one that is not there."""
    rows = np.empty(codes.RULES + 1, np.int64)
    for rule in range(codes.RULES):
        ready = program.outputs[rule, 0] == codes.BY_REGISTER
        rows[rule] = program.outputs[rule, 1] if ready else program.sizes[0]
    both = rows[codes.LONG_ENTER] if program.sizes[2] < 0 else program.sizes[2]
    only_short = program.outputs[codes.LONG_ENTER, 0] == codes.ABSENT
    rows[codes.ENTRY] = rows[codes.SHORT_ENTER] if only_short else both
    return rows


@compiled
def _larger(trades: Floats) -> Floats:
    """The same in a table with twice the room."""
    larger = np.empty((2 * len(trades), codes.TRADE_COLUMNS))
    larger[: len(trades)] = trades
    return larger


@compiled_parallel
def run_many(
    program: Program, code: Ints, constants: Floats, late_constants: Floats, terms: Records,
    walks: Records, bars: Bars,
) -> Floats:  # fmt: skip
    """One program with other numbers in each run: rows of trades and what `measure` gives.

    `code` is of shape (runs, operations, 5), the others likewise.
    """
    out = np.empty((len(code), 4))
    for run in prange(len(code)):
        one = Program(
            code[run], constants[run], program.late, late_constants[run], program.outputs,
            program.sizes,
        )  # fmt: skip
        equity = np.empty(len(bars.close))
        run_whole(one, terms[run], walks[run], bars, scratch_for(one), equity)
        out[run, 0] = walks[run].count
        measure(equity, terms[run].cash, out, run)
    return out


@compiled
def whole_column(operation: int, x: Floats, n: int) -> Floats:
    """An indicator over all bars."""
    out, memory = np.empty(len(x) + 1), np.zeros(2 * n + 3)
    if operation == codes.SMA:
        moving_average(out, x, 0, len(x), n, memory, 0)
    elif operation in (codes.HIGHEST, codes.LOWEST):
        sign = 1.0 if operation == codes.HIGHEST else -1.0
        extreme(out, x, 0, len(x), n, memory, 0, sign)
    else:
        relative_strength(out, x, 0, len(x), n, memory, 0)
    return out[1:]


@borrowing
def measure(equity: Floats, cash: float, out: Floats, run: int) -> None:
    """Into `out[run, 1:]`: the final equity, the deepest fall and the Sharpe ratio a bar."""
    top, fall, before, total, squares = cash, 0.0, cash, 0.0, 0.0
    for i in range(len(equity)):
        value = equity[i]
        gain = value / before - 1.0 if before > 0 else 0.0
        total, squares, before = total + gain, squares + gain * gain, value
        top = max(top, value)
        fall = max(fall, (top - value) / top)
    count = len(equity)
    mean = total / count if count else 0.0
    variance = (squares - count * mean * mean) / (count - 1) if count > 1 else 0.0
    out[run, 1], out[run, 2] = before, fall
    out[run, 3] = mean / np.sqrt(variance) if variance > 0 else np.nan
