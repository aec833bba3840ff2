"""Profit and loss by instrument, from fills and the last prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.domain.account import CashEntry, Fill
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.money import ZERO


@dataclass(frozen=True, slots=True)
class ProfitLine:
    """One instrument over a period, in its quote currency.

    `realized` is by average cost, `realized_fifo` with the oldest units sold first;
    `unrealized` is the open profit now, whenever the position was opened; fees in the quote
    currency are counted, others are told with the fills. `funding` is what the venue paid for it
    (or took, below zero) in that currency.
    """

    symbol: Symbol
    currency: str
    realized: Decimal
    realized_fifo: Decimal
    unrealized: Decimal
    fees: Decimal
    trades: int
    funding: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Realised and open profit less fees, with funding."""
        return self.realized + self.unrealized - self.fees + self.funding


@dataclass(frozen=True, slots=True)
class Profit:
    """A period's lines, and by currency what was paid or taken that is of none of them.

    Such are interest and charges, and funding in another currency. A period that `is_over` tells no
    open profit, for that is known of now alone.
    """

    lines: Sequence[ProfitLine]
    charges: Mapping[str, Decimal]
    is_over: bool = False


def profit_lines(
    fills: Iterable[Fill],
    open_profit: Mapping[Symbol, Decimal],
    instruments: Mapping[Symbol, Instrument],
    paid: Iterable[CashEntry] = (),
) -> Sequence[ProfitLine]:
    """A line for each instrument that was traded, is held or was paid for, by symbol."""
    funding: dict[Symbol, Decimal] = {}
    for entry in paid:
        known = _paid_for(entry, instruments)
        if known is not None:
            funding[known] = funding.get(known, ZERO) + entry.amount
    traded: dict[Symbol, list[Fill]] = {}
    for fill in fills:
        traded.setdefault(fill.symbol, []).append(fill)
    return [
        replace(
            _line(
                symbol, traded.get(symbol, []), open_profit.get(symbol, ZERO), instruments[symbol]
            ),
            funding=funding.get(symbol, ZERO),
        )
        for symbol in sorted({*traded, *open_profit, *funding})
    ]


def charges(
    paid: Iterable[CashEntry], instruments: Mapping[Symbol, Instrument]
) -> Mapping[str, Decimal]:
    """What no line has of what was paid or taken, by currency."""
    sums: dict[str, Decimal] = {}
    for entry in paid:
        if _paid_for(entry, instruments) is None:
            sums[entry.currency] = sums.get(entry.currency, ZERO) + entry.amount
    return sums


def _paid_for(entry: CashEntry, instruments: Mapping[Symbol, Instrument]) -> Symbol | None:
    known = instruments.get(entry.symbol) if entry.symbol is not None else None
    return known.symbol if known is not None and known.quote == entry.currency else None


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
