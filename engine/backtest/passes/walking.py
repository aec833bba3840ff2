"""The walk over one block of bars, from one bar that matters to the next.

What runs for each such bar takes numbers and records only: handing an array to a function costs
more than all that is done there, because numba counts its references.
"""

# ruff: noqa: PLR0917 -- compiled code has no objects in which to bundle its arguments

from __future__ import annotations

import numpy as np

from engine.backtest.passes import codes
from engine.backtest.passes.codes import Bars, Floats, Ints, Program, Scratch, Terms, Walk
from engine.backtest.passes.jit import borrowing
from engine.backtest.passes.late import late_decision, late_levels
from engine.backtest.passes.money import decide, enter, inside, leave_by_rule


@borrowing
def walk_block(  # noqa: C901, PLR0912, PLR0915 -- a call with arrays costs more than a bar
    walk: Walk, terms: Terms, program: Program, bars: Bars, scratch: Scratch, rows: Ints,
    equity: Floats, trades: Floats, start: int, count: int,
) -> None:  # fmt: skip
    """Live through the block; `rows` are the registers of the four rules, and of both entries."""
    opened, high, low, close = bars.open, bars.high, bars.low, bars.close
    registers = scratch.registers
    long, exit_long = rows[codes.LONG_ENTER], rows[codes.LONG_EXIT]
    short, exit_short = rows[codes.SHORT_ENTER], rows[codes.SHORT_EXIT]
    entry = rows[codes.ENTRY]
    j = 0
    while j < count:
        until = j
        if not _is_busy(walk, terms):
            sided = exit_long if walk.side > 0 else exit_short
            rule, first = np.uint64(entry if walk.side == 0 else sided), np.uint64(start + j)
            here, (below, above) = np.uint64(1 + j), _bounds(walk, terms)
            cash, position = walk.cash, walk.side * walk.quantity
            # Each kind of run in a loop of its own: the processor foretells by where it came from
            # what follows. The step is one, unknown to the compiler: in vectors it would be
            # slower, so short are runs.
            past, step, left = np.uint64(0), np.uint64(terms.one), np.uint64(count - j)
            if walk.side == 0:
                while past < left and registers[rule, here + past] != 1.0:
                    equity[first + past] = cash
                    past += step
            elif terms.has_levels:
                while past < left and registers[rule, here + past] != 1.0:
                    if low[first + past] <= below or high[first + past] >= above:
                        break
                    equity[first + past] = cash + position * close[first + past]
                    past += step
            else:
                # High and low stay unread, for memory is what a long history costs.
                while past < left and registers[rule, here + past] != 1.0:
                    equity[first + past] = cash + position * close[first + past]
                    past += step
            until = j + int(np.int64(past))
        if until == count:
            break
        i, at = start + until, until + 1
        if walk.leave:
            leave_by_rule(walk, terms, i, opened[i])
            write(trades, walk)
        if walk.enter:
            if terms.late_levels:
                late_levels(walk, terms, program, scratch, until, opened[i], close[i - 1])
            enter(walk, terms, i, opened[i], close[i - 1])
        if walk.side and terms.has_levels:
            inside(walk, terms, i, opened[i], high[i], low[i])
            if walk.closed:
                write(trades, walk)
        if terms.late_rules:
            late_decision(walk, terms, program, scratch, at, i, close[i])
        else:
            decide(
                walk, terms, i, registers[long, at] == 1.0, registers[exit_long, at] == 1.0,
                registers[short, at] == 1.0, registers[exit_short, at] == 1.0,
            )  # fmt: skip
        if terms.at_close:
            _at_close(walk, terms, program, scratch, trades, i, at, close[i])
        equity[i] = walk.cash + walk.side * walk.quantity * close[i]
        j = at


@borrowing
def _is_busy(walk: Walk, terms: Terms) -> bool:
    """Whether there is something to do on each bar."""
    trails = walk.side and walk.trail > 0
    return bool(walk.leave or walk.enter or terms.late_rules or trails)


@borrowing
def _bounds(walk: Walk, terms: Terms) -> tuple[float, float]:
    """Below and above which a level is reached."""
    if walk.side == 0 or not terms.has_levels:
        return -np.inf, np.inf
    return (walk.stop, walk.target) if walk.side > 0 else (walk.target, walk.stop)


@borrowing
def _at_close(
    walk: Walk, terms: Terms, program: Program, scratch: Scratch, trades: Floats, bar: int, at: int,
    close: float,
) -> None:  # fmt: skip
    """Fill at once what the close decided."""
    if walk.leave:
        leave_by_rule(walk, terms, bar, close)
        write(trades, walk)
    if walk.enter:
        if terms.late_levels:
            late_levels(walk, terms, program, scratch, at, close, close)
        enter(walk, terms, bar, close, close)


@borrowing
def write(trades: Floats, walk: Walk) -> None:
    """The trade just closed, after those before."""
    row = walk.count
    trades[row, 0] = walk.entry_bar
    trades[row, 1] = walk.entry
    trades[row, 2] = walk.left_at
    trades[row, 3] = walk.exit_price
    trades[row, 4] = walk.quantity
    trades[row, 5] = walk.closed
    trades[row, 6] = walk.paid
    trades[row, 7] = walk.profit
    trades[row, 8] = walk.reason
    walk.count += 1
    walk.closed = 0
