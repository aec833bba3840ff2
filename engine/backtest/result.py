"""What a backtest comes to: trades, equity at each close, and the statistics of both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.backtest.settings import Settings
from engine.domain.candles import Candles, Floats
from engine.domain.identifiers import Symbol
from engine.domain.order import Side
from engine.reporting.curve import EquityCurve
from engine.reporting.history import History
from engine.reporting.performance import buy_and_hold_return, measured
from engine.reporting.trips import RoundTrip


class Reason(IntEnum):
    """Why a trade ended."""

    EXIT = 0
    STOP = 1
    TARGET = 2
    TRAIL = 3
    END = 4


COLUMNS = (
    "entry_bar",
    "entry_price",
    "exit_bar",
    "exit_price",
    "quantity",
    "side",
    "fee",
    "profit",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Trade:
    """One round trip: times are its bars' openings in UTC epoch seconds, `profit` net of `fee`."""

    entry_time: int
    entry_price: float
    exit_time: int
    exit_price: float
    quantity: float
    side: Side
    fee: float
    profit: float
    reason: Reason


@dataclass(frozen=True, eq=False)
class Trades:
    """Round trips in the order of their exits: float64 of shape (trades, 9), see `COLUMNS`.

    Bars count from 0; `side` is 1 for long and -1 for short; `quantity` is positive.
    """

    table: Floats

    def __len__(self) -> int:
        return len(self.table)

    def column(self, name: str) -> Floats:
        """One column of `COLUMNS`."""
        return self.table[:, COLUMNS.index(name)]

    def bars(self, name: str) -> NDArray[np.int64]:
        """`entry_bar` or `exit_bar` as indices."""
        return self.column(name).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Backtest:
    """The outcome over `candles`, whose bars last `bar_seconds`.

    `equity` has a value for each close, in quote currency. `denied` counts entries that were not
    placed: they cost more than there was, or their stop was unknown.
    """

    candles: Candles
    bar_seconds: int
    settings: Settings
    trades: Trades
    equity: Floats
    denied: int

    @property
    def equity_final(self) -> float:
        """What is left in the end."""
        return float(self.equity[-1]) if len(self.equity) else self.settings.cash

    @cached_property
    def rows(self) -> tuple[Trade, ...]:
        """The trades one by one."""
        times = self.candles.time
        entered = times[self.trades.bars("entry_bar")].tolist()
        left = times[self.trades.bars("exit_bar")].tolist()
        rows = zip(entered, left, self.trades.table.tolist(), strict=True)
        return tuple(_trade(start, end, row) for start, end, row in rows)

    @cached_property
    def history(self) -> History:
        """The same for the statistics: from the cash at the first open, then each close."""
        closes = self.candles.time + self.bar_seconds
        curve = EquityCurve(
            np.concatenate((self.candles.time[:1], closes)),
            np.concatenate(([self.settings.cash], self.equity)),
        )
        return History(curve, tuple(_trip(trade) for trade in self.rows))

    def metrics(self) -> dict[str, float | None]:
        """Every statistic by name, the return of holding, and fees, slippage and funding apart."""
        return {
            **measured(self.history),
            "buy_and_hold_return": buy_and_hold_return(
                EquityCurve(self.candles.time, self.candles.close)
            ),
            "slippage": self.slippage,
            "funding": 0.0,
        }

    @property
    def slippage(self) -> float:
        """What slippage cost, in quote currency; already within the trades' prices."""
        ratio, trades = self.settings.slippage, self.trades
        side, quantity = trades.column("side"), trades.column("quantity")
        entered = trades.column("entry_price") / (1 + side * ratio)
        left = trades.column("exit_price") / (1 - side * ratio)
        by_rule = trades.column("reason") == Reason.EXIT
        return float((ratio * quantity * (entered + left * by_rule)).sum())


def _trade(start: int, end: int, row: list[float]) -> Trade:
    _, entry, _, left, quantity, side, fee, profit, reason = row
    return Trade(
        entry_time=start,
        entry_price=entry,
        exit_time=end,
        exit_price=left,
        quantity=quantity,
        side=Side.BUY if side > 0 else Side.SELL,
        fee=fee,
        profit=profit,
        reason=Reason(int(reason)),
    )


def _trip(trade: Trade) -> RoundTrip:
    return RoundTrip(
        symbol=Symbol(""),
        quantity=trade.quantity * trade.side.sign,
        entry_time=float(trade.entry_time),
        entry_price=trade.entry_price,
        exit_time=float(trade.exit_time),
        exit_price=trade.exit_price,
        fees=trade.fee,
        profit=trade.profit,
    )
