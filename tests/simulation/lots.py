"""What each entry opened and still stands, first in first out, by the exchange's own fills."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from tests.simulation.exchange import Exchange
from tests.simulation.record import Record

_ZERO = Decimal(0)
EXITS = ("stop_loss", "take_profit", "exit")
"""The purposes of orders that close the entry that they belong to."""


@dataclass(slots=True)
class Lot:
    """What is left of one entry."""

    entry: str
    symbol: str
    left: Decimal
    sign: int = 1


class Lots:
    """Followed fill by fill."""

    def __init__(self, *, plain_first: bool = False) -> None:
        """`plain_first`: what is sold by hand is taken first of what no stop came with."""
        self._plain_first = plain_first
        self.by_entry: dict[str, Lot] = {}
        self._followed = 0

    def follow(self, exchange: Exchange, record: Record) -> None:
        for fill in islice(exchange.fills.values(), self._followed, None):
            self._followed += 1
            name = str(fill.client_order_id)
            symbol, sign = exchange.traded(fill)
            told = record.orders.get(name)
            is_exit = told is not None and told.body["purpose"] in EXITS
            own = self.by_entry.get(str(told.parent)) if told and is_exit else None
            opened = self._take(own, self._in_turn(symbol, record), sign, fill.quantity)
            if opened and (sign > 0 or exchange.goes_short):
                # What is opened in slices was opened by the whole.
                is_slice = told is not None and told.body["purpose"] == "slice"
                entry = str(told.parent) if told is not None and is_slice else name
                lot = self.by_entry.setdefault(entry, Lot(entry, symbol, _ZERO, sign))
                lot.left += opened

    def _in_turn(self, symbol: str, record: Record) -> list[Lot]:
        here = [each for each in self.by_entry.values() if each.symbol == symbol]
        if not self._plain_first:
            return here
        return sorted(here, key=lambda lot: record.orders[lot.entry].body["stop_loss"] is not None)

    def _take(self, own: Lot | None, here: list[Lot], sign: int, quantity: Decimal) -> Decimal:
        """From its own entry first where it is one's exit, then in turn; gives the rest."""
        first = [own] if own is not None else []
        for lot in (each for each in (*first, *here) if each.sign != sign):
            taken = min(lot.left, quantity)
            lot.left -= taken
            quantity -= taken
        for done in [e.entry for e in self.by_entry.values() if not e.left]:
            del self.by_entry[done]
        return quantity
