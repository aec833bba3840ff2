"""The instruments that a desk watches at a server, each as the server defines it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import structlog

from connectors.dtc.line import Line
from connectors.dtc.messages import Kind, Security
from connectors.dtc.wire import Message, number
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import Currency

_log = structlog.get_logger(__name__)

_ONE = Decimal(1)
_KINDS = {Security.FUTURES: InstrumentKind.FUTURE, Security.STOCK: InstrumentKind.STOCK}


@dataclass(frozen=True, slots=True)
class Listed:
    """One instrument, and where it is traded; `size` is the base units of one contract."""

    instrument: Instrument
    exchange: str
    size: Decimal


def symbol_of(entry: str) -> Symbol:
    """The symbol of a server's, without the exchange that may follow it."""
    return Symbol(entry.partition("@")[0])


class Listing:
    """The protocol has no list of all: the server is asked for what is watched, one by one."""

    def __init__(self, venue: VenueName, line: Line, entries: Sequence[str]) -> None:
        """`entries` are the server's symbols, with `@EXCHANGE` where it needs one."""
        self._venue = venue
        self._line = line
        self._entries = tuple(entries)
        self._listed: dict[Symbol, Listed] = {}

    async def load(self) -> None:
        """Ask for all of them anew. Raises VenueUnavailable."""
        listed: dict[Symbol, Listed] = {}
        for entry in self._entries:
            symbol, _, exchange = entry.partition("@")
            answer = await self._line.ask(
                Kind.SECURITY_DEFINITION_FOR_SYMBOL_REQUEST,
                _is_last,
                Symbol=symbol,
                Exchange=exchange,
            )
            found = _read(self._venue, Symbol(symbol), exchange, answer[-1])
            if found is None:
                _log.warning("not_offered", venue=self._venue, symbol=symbol)
            else:
                instrument = replace(found.instrument, amends=self._line.changes_orders)
                listed[Symbol(symbol)] = replace(found, instrument=instrument)
        self._listed = listed

    def all(self) -> Sequence[Listed]:
        """All that were found, in the order of the entries."""
        return tuple(self._listed.values())

    def get(self, symbol: Symbol) -> Listed | None:
        """One that was found."""
        return self._listed.get(symbol)


def _is_last(said: Message) -> bool:
    return said["Type"] == Kind.SECURITY_DEFINITION_REJECT or bool(said.get("IsFinalMessage"))


def _read(venue: VenueName, symbol: Symbol, exchange: str, said: Message) -> Listed | None:
    """None for what is not defined, or not well enough to be counted in money: nothing is guessed.

    A contract's size is what a step of the price is worth, for each unit of that step.
    """
    kind, currency = _KINDS.get(said.get("SecurityType", 0)), said.get("Currency")
    step = _single(number(said, "MinPriceIncrement"))
    worth = _single(number(said, "CurrencyValuePerIncrement"))
    is_share = kind is InstrumentKind.STOCK
    if kind is None or not currency or not step or not (worth or is_share):
        return None
    if number(said, "DisplayPriceMultiplier") not in (None, _ONE):
        return None
    size = _ONE if is_share or worth is None else worth / step
    # Where quantities go in fractions, this says in which; nothing, where they are whole.
    parts = _single(number(said, "IntToFloatQuantityDivisor"))
    quantity_step = size / parts if parts is not None and parts > 1 else size
    instrument = Instrument(
        symbol=symbol,
        venue=venue,
        kind=kind,
        base=Currency(symbol),
        quote=Currency(currency),
        price_step=step,
        quantity_step=quantity_step,
        minimum_quantity=quantity_step,
        name=said.get("Description", ""),
        sets_aside=True,  # so that a sale and the stop it replaces never both fill
    )
    return Listed(instrument, exchange, size)


def _single(value: Decimal | None) -> Decimal | None:
    """A number that was a single-precision one, without the digits that it never had."""
    return None if value is None else Decimal(f"{value:.7g}").normalize()
