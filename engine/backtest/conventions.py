"""Five switches in which backtests differ, and how peers set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType


class FillTime(IntEnum):
    """Where a rule's order fills: at the next bar's open, or at the close that it was judged on."""

    NEXT_OPEN = 0
    SIGNAL_CLOSE = 1


class GapFill(IntEnum):
    """Where a level fills that the open lies beyond: the open, the level all the same, the level
    moved inside the bar's range, or a stop at the open and a target at its level.
    """

    OPEN = 0
    LEVEL = 1
    INSIDE = 2
    STOP_AT_OPEN = 3


class Anchor(IntEnum):
    """What levels are measured from: the fill, or the close of the signal's bar."""

    FILL = 0
    SIGNAL = 1


class BarOrder(IntEnum):
    """What counts where a stop and a target lie inside one bar.

    `OPEN_FIRST`: a level that the open lies beyond, then the stop. `STOP_FIRST`: the stop in any
    case. `TARGET_FIRST`: a level that the open lies beyond, then the target.
    """

    OPEN_FIRST = 0
    STOP_FIRST = 1
    TARGET_FIRST = 2


@dataclass(frozen=True, slots=True)
class Convention:
    """The five switches; the defaults are our own meaning of a backtest."""

    fill: FillTime = FillTime.NEXT_OPEN
    stops_on_entry_bar: bool = True
    gap: GapFill = GapFill.OPEN
    anchor: Anchor = Anchor.FILL
    order: BarOrder = BarOrder.OPEN_FIRST


CONVENTIONS: Mapping[str, Convention] = MappingProxyType(
    {
        "outcry": Convention(),
        "vectorbt": Convention(stops_on_entry_bar=False, order=BarOrder.STOP_FIRST),
        "backtesting.py": Convention(anchor=Anchor.SIGNAL, order=BarOrder.STOP_FIRST),
        "backtrader": Convention(stops_on_entry_bar=False, order=BarOrder.STOP_FIRST),
        "freqtrade": Convention(gap=GapFill.LEVEL, order=BarOrder.STOP_FIRST),
        "nautilus": Convention(
            fill=FillTime.SIGNAL_CLOSE, gap=GapFill.STOP_AT_OPEN, order=BarOrder.TARGET_FIRST
        ),
    }
)
