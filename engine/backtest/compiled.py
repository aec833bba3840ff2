"""The fast engine: rules in vectors, money in one compiled pass. Imports numba: import it late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.backtest.passes import codes
from engine.backtest.passes.codes import Bars, Floats, Program
from engine.backtest.passes.whole import run_whole, scratch_for
from engine.backtest.program import Draft, as_formula, drafted, levels_of, value_of
from engine.backtest.result import Backtest, Trades
from engine.backtest.settings import Settings
from engine.domain.candles import Candles
from engine.domain.timeframe import Timeframe
from engine.formula import Workspace, parse
from engine.formula.constants import fold
from engine.formula.syntax import Node
from engine.strategies.levels import Level
from engine.strategies.rules import SideRules, Strategy
from engine.strategies.sizes import Size, SizeKind

_KINDS = {
    SizeKind.EQUITY: codes.BY_EQUITY,
    SizeKind.UNITS: codes.BY_UNITS,
    SizeKind.QUOTE: codes.BY_QUOTE,
    SizeKind.RISK: codes.BY_RISK,
}


def run(
    strategy: Strategy,
    candles: Candles,
    timeframe: Timeframe,
    settings: Settings,
    given: Mapping[str, float] | None = None,
) -> Backtest:
    """The same as `engine.backtest.reference.run`, to the last digit but for its speed.

    Raises NotCompilable where a rule looks at the position's past, and as the reference does.
    """
    values = strategy.values(given or {})
    draft = drafted(strategy, values)
    bars = bars_of(candles, computed(draft, candles, timeframe))
    walk = np.zeros(1, codes.WALK)
    terms = np.array([terms_of(draft, strategy, settings, len(candles))], codes.TERMS)
    equity = np.empty(len(candles))
    program = program_of(draft)
    table = run_whole(program, terms[0], walk[0], bars, scratch_for(program), equity)
    denied = int(walk["denied"][0])
    return Backtest(candles, timeframe.seconds, settings, Trades(table), equity, denied)


def computed(draft: Draft, candles: Candles, timeframe: Timeframe) -> Floats:
    """The columns that the program reads ready-made, float64 of shape (columns, bars)."""
    out = np.empty((len(draft.columns), len(candles)))
    for row, node in zip(out, draft.columns, strict=True):
        # One for each, because it keeps all it computes, and histories are long.
        workspace = Workspace(candles, timeframe=timeframe, parameters=draft.values)
        row[:] = workspace.evaluate(as_formula(node))
    return out


def bars_of(candles: Candles, columns: Floats) -> Bars:
    """The history as the pass takes it."""
    opened, high, low, close, volume = (
        np.ascontiguousarray(column, np.float64) for column in candles.columns()[1:]
    )
    return Bars(opened, high, low, close, volume, columns)


def program_of(draft: Draft) -> Program:
    """The draft as arrays."""
    return Program(
        code=np.array(draft.code, np.int64).reshape(-1, 5),
        constants=numbers(draft.constants, draft.values),
        late=np.array(draft.late, np.int64).reshape(-1, 5),
        late_constants=numbers(draft.late_constants, draft.values),
        outputs=np.array(draft.outputs, np.int64),
        sizes=np.array((len(draft.code), draft.memory + 1, draft.entry), np.int64),
    )


def numbers(constants: Sequence[Node | None], values: Mapping[str, float]) -> Floats:
    """What the constants of a program are with these parameters."""
    return np.array([value_of(constant, values) for constant in constants], np.float64)


def terms_of(draft: Draft, strategy: Strategy, settings: Settings, bars: int) -> tuple[float, ...]:
    """What the walk is told, in the order of `TERMS`."""
    by, levels = settings.convention, levels_of(strategy)
    how = [output[0] for output in draft.outputs]
    terms = {
        "cash": settings.cash,
        "fee": settings.fee,
        "slip": settings.slippage,
        "amount": strategy.size.value(draft.values),
        "step": settings.quantity_step,
        "size": _KINDS[strategy.size.kind],
        "at_close": by.fill,
        "on_entry_bar": by.stops_on_entry_bar,
        "gap": by.gap,
        "by_signal": by.anchor,
        "order": by.order,
        "cooldown": strategy.limits.cooldown,
        "last": bars - 1,
        "one": 1,
        "late_rules": codes.BY_BAR in how[: codes.RULES],
        "has_levels": any(level is not None for level in levels),
        "late_levels": any(level is not None and not level.is_percent for level in levels),
    }
    for name, level in zip(("stop", "target", "trail"), levels, strict=True):
        terms[f"{name}_kind"], terms[f"{name}_value"] = _level(level, draft.values)
    return tuple(terms[name] for name in codes.TERMS.names or ())


def _level(level: Level | None, values: Mapping[str, float]) -> tuple[int, float]:
    """How a level is given, and its percent where it is one."""
    if level is None:
        return codes.NO_LEVEL, 0.0
    if not level.is_percent:
        return codes.PRICE, 0.0
    return codes.PERCENT, float(fold(level.formula.root, values) or 0)


def prepare() -> None:
    """Load the compiled code, or compile it: half a minute, once, for set-up to pay."""
    strategy, candles = a_small_case()
    run(strategy, candles, Timeframe.M1, Settings())


def a_small_case() -> tuple[Strategy, Candles]:
    """Something to run for the sake of running it."""
    candles = Candles(np.arange(4) * 60, *(np.ones(4) for _ in range(5)))
    strategy = Strategy(
        name="prepare",
        version=1,
        about="",
        timeframe=Timeframe.M1,
        symbols=(),
        parameters=(),
        long=SideRules(parse("close > 0")),
        short=None,
        size=Size(SizeKind.EQUITY, "100"),
    )
    return strategy, candles
