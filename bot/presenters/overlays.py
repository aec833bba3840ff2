"""Formulas as curves of a candle chart: over the price, or in a panel of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from bot.presenters.pictures.spec import Overlay
from engine.domain.candles import Candles, Floats
from engine.domain.timeframe import Timeframe
from engine.formula import Formula, evaluate, parse
from engine.formula.traits import depends_on_its_start

MOST_WARMUP = 5_000
_SETTLED = 4
"""An average that feeds on itself is given so many times its length, to forget its start."""


def warmup_of(formulas: Sequence[str], timeframe: Timeframe) -> int:
    """Candles before the first one shown, so that every curve starts at the left edge."""
    needed = [0]
    for formula in map(parse, formulas):
        bars = formula.warmup_at(timeframe)
        needed.append(bars * _SETTLED if depends_on_its_start(formula.root) else bars)
    return min(max(needed), MOST_WARMUP)


def overlays_of(
    formulas: Sequence[str], candles: Candles, shown: int, timeframe: Timeframe
) -> tuple[Overlay, ...]:
    """A curve each over the last `shown` candles, computed on all of them."""
    return tuple(overlay(parse(text), candles, shown, timeframe, {}) for text in formulas)


def is_unknown(overlay: Overlay) -> bool:
    """Whether there is nothing of it to see."""
    return not bool(np.isfinite(overlay.values).any())


def overlay(
    formula: Formula,
    candles: Candles,
    shown: int,
    timeframe: Timeframe,
    parameters: Mapping[str, float],
) -> Overlay:
    """A formula's curve, over the price where it is one, with a strategy's parameters."""
    values = evaluate(formula, candles, timeframe=timeframe, parameters=parameters)
    seen = values[-shown:]
    panel: Literal["price", "below"] = "below"
    if _is_near(seen, candles[-shown:]) and _doubles(
        values, evaluate(formula, _doubled(candles), timeframe=timeframe, parameters=parameters)
    ):
        panel = "price"
    return Overlay(formula.text, seen, panel)


def _doubled(candles: Candles) -> Candles:
    return replace(
        candles,
        open=candles.open * 2,
        high=candles.high * 2,
        low=candles.low * 2,
        close=candles.close * 2,
    )


def _doubles(values: Floats, twice: Floats) -> bool:
    """A price doubles when all prices do; an oscillator does not, and a fixed level is a price."""
    known = np.isfinite(values) & np.isfinite(twice)
    is_level = bool((values[known] == values[known][:1]).all())
    return is_level or bool(np.allclose(twice[known], 2 * values[known], rtol=1e-6))


def _is_near(values: Floats, candles: Candles) -> bool:
    """Whether most of it lies about where the candles do."""
    known = values[np.isfinite(values)]
    if not len(known):
        return True
    low, high = float(np.nanmin(candles.low)), float(np.nanmax(candles.high))
    middle = float(np.median(known))
    return low / 2 <= middle <= high * 2
