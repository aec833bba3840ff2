"""Profit and loss by instrument, from fills and the last prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.account import Fill
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.money import ZERO


@dataclass(frozen=True, slots=True)
class ProfitLine:
    """One instrument over a period, in its quote currency.

    `realized` is by average cost, `realized_fifo` with the oldest units sold first;
    `unrealized` is the open profit now, whenever the position was opened; fees in the quote
    currency are counted, others are told with the fills.
    """

    symbol: Symbol
    currency: str
    realized: Decimal
    realized_fifo: Decimal
    unrealized: Decimal
    fees: Decimal
    trades: int

    @property
    def net(self) -> Decimal:
        """Realised and open profit less fees."""
        return self.realized + self.unrealized - self.fees


def profit_lines(
    fills: Iterable[Fill],
    open_profit: Mapping[Symbol, Decimal],
    instruments: Mapping[Symbol, Instrument],
) -> Sequence[ProfitLine]:
    """A line for each instrument that was traded or is held, by symbol."""
    traded: dict[Symbol, list[Fill]] = {}
    for fill in fills:
        traded.setdefault(fill.symbol, []).append(fill)
    return [
        _line(symbol, traded.get(symbol, []), open_profit.get(symbol, ZERO), instruments[symbol])
        for symbol in sorted({*traded, *open_profit})
    ]


def _line(
    symbol: Symbol, fills: Sequence[Fill], unrealized: Decimal, instrument: Instrument
) -> ProfitLine:
    quote = instrument.quote
    return ProfitLine(
        symbol=symbol,
        currency=quote,
        realized=sum((fill.realized for fill in fills), ZERO),
        realized_fifo=sum((fill.realized_fifo for fill in fills), ZERO),
        unrealized=unrealized,
        fees=sum((fill.fee for fill in fills if fill.fee_currency == quote), ZERO),
        trades=len(fills),
    )
