"""The instruments that a desk watches at Interactive Brokers, each made sure of there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ib_async.contract import Contract

from connectors.ibkr.codes import is_no_definition
from connectors.ibkr.ear import GatewayError
from connectors.ibkr.line import Line
from connectors.ibkr.said import exact
from connectors.ibkr.sessions import Sessions, sessions
from connectors.ibkr.symbols import KINDS, contract_of, split
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import Currency

_ONE = Decimal(1)
_NEAREST = 3
_AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One instrument and its contract; `size` is the base units that the gateway counts as one."""

    instrument: Instrument
    contract: Contract
    size: Decimal
    sessions: Sessions


class Listing:
    """Interactive Brokers has no list of all: it is asked for what is watched, one by one."""

    def __init__(self, venue: VenueName, line: Line, entries: Sequence[str]) -> None:
        """`entries` are symbols, with `@EXCHANGE` where one is said."""
        self._venue = venue
        self._line = line
        self._entries = tuple(split(each) for each in entries)
        self._now: dict[Symbol, Listed] = {}
        self._ever: dict[Symbol, Listed] = {}
        self._by_id: dict[int, Listed] = {}
        self._socket = 0
        self.ambiguous: Mapping[Symbol, tuple[str, ...]] = {}
        """Symbols that stand for more than one instrument, with what to write instead."""

    async def refresh(self) -> None:
        """Learn anew what there is to learn, once a connection. Raises VenueError.

        What is not found now, as happens while IB's farm of definitions is away, stays as it was:
        orders of what is listed no more are refused there.
        """
        if self._socket == self._line.sockets:
            return
        before = self._now
        await self.load()
        self._now = {**before, **self._now}
        self._socket = self._line.sockets

    async def load(self) -> None:
        """Ask for all of them anew. Raises VenueError."""
        found: dict[Symbol, Listed] = {}
        twice: dict[Symbol, tuple[str, ...]] = {}
        for (symbol, _), fits in await self._all_asked():
            if len(fits) > 1:
                twice[symbol] = tuple(_exact_form(symbol, each) for each in fits)
            elif fits and (listed := self._read(symbol, fits[0])) is not None:
                found[symbol] = listed
        self._now, self.ambiguous = found, twice
        # What is listed no more is still known, for there may be orders of it.
        self._remember(found)

    async def learn(self, symbol: Symbol) -> Listed | None:
        """One that is not watched any more, for what was done with it. Raises VenueError."""
        fits = await self._asked(symbol, "")
        listed = self._read(symbol, fits[0]) if len(fits) == 1 else None
        if listed is not None:
            self._remember({symbol: listed})
        return listed

    def _remember(self, found: Mapping[Symbol, Listed]) -> None:
        self._ever |= found
        self._by_id = {each.contract.conId: each for each in self._ever.values()}

    def all(self) -> Sequence[Instrument]:
        """All that can be traded now."""
        return tuple(each.instrument for each in self._now.values())

    def get(self, symbol: Symbol) -> Listed | None:
        """One that can be traded now."""
        return self._now.get(symbol)

    def known(self, symbol: Symbol) -> Listed | None:
        """One that is or was."""
        return self._ever.get(symbol)

    def of(self, contract_id: int) -> Listed | None:
        """The one with this contract."""
        return self._by_id.get(contract_id)

    async def nearest(self, symbol: Symbol) -> Sequence[str]:
        """Shares with such a name, and where they are listed. Raises VenueError."""
        number = self._line.new_id()
        ticker = symbol.partition(".")[0]
        try:
            found = await self._line.ask(number, lambda c: c.reqMatchingSymbols(number, ticker))
        except GatewayError as error:
            raise self._line.failures.of_question(error) from None
        shares = [each.contract for each in found if each.contract.secType == "STK"]
        return tuple(f"{c.symbol}@{c.primaryExchange} ({c.currency})" for c in shares[:_NEAREST])

    def _read(self, symbol: Symbol, details: Any) -> Listed | None:
        return _listed(self._venue, symbol, details)

    async def _all_asked(self) -> list[tuple[tuple[Symbol, str], list[Any]]]:
        """Each entry with what fits it; several at a time, but fewer than would have to queue."""
        answers: list[tuple[tuple[Symbol, str], list[Any]]] = []
        for first in range(0, len(self._entries), _AT_A_TIME):
            entries = self._entries[first : first + _AT_A_TIME]
            found = await asyncio.gather(*(self._asked(*each) for each in entries))
            answers += zip(entries, found, strict=True)
        return answers

    async def _asked(self, symbol: Symbol, exchange: str) -> list[Any]:
        asked = contract_of(symbol, exchange)
        if asked is None:
            return []
        number = self._line.new_id()
        try:
            found = await self._line.ask(number, lambda c: c.reqContractDetails(number, asked))
        except GatewayError as error:
            if is_no_definition(error):
                return []
            raise self._line.failures.of_question(error) from None
        return list({each.contract.conId: each for each in found}.values())


def _exact_form(symbol: Symbol, details: Any) -> str:
    contract = details.contract
    return f"{symbol}@{contract.primaryExchange or contract.exchange}"


def _listed(venue: VenueName, symbol: Symbol, details: Any) -> Listed | None:
    """None for what is not offered here: other kinds, and prices in other units than their
    currency's, such as pence.
    """
    contract, kind = details.contract, KINDS.get(details.contract.secType)
    if kind is None or details.priceMagnifier != 1:
        return None
    size = Decimal(contract.multiplier or 1)
    step = (exact(details.sizeIncrement) or _ONE) * size
    base = contract.symbol if kind in (InstrumentKind.FOREX, InstrumentKind.STOCK) else symbol
    return Listed(
        instrument=Instrument(
            symbol=symbol,
            venue=venue,
            kind=kind,
            base=Currency(base),
            quote=Currency(contract.currency),
            price_step=exact(details.minTick) or Decimal("0.01"),
            quantity_step=step,
            minimum_quantity=(exact(details.minSize) or _ONE) * size,
            name=details.longName,
            sets_aside=True,  # so that a sale and the stop it replaces never both fill
        ),
        contract=_traded(contract),
        size=size,
        sessions=sessions(details.liquidHours or details.tradingHours, details.timeZoneId),
    )


def _traded(contract: Contract) -> Contract:
    """By its id and where to send orders of it, which is all that an order needs."""
    return Contract(
        secType=contract.secType,
        conId=contract.conId,
        symbol=contract.symbol,
        exchange=contract.exchange,
        currency=contract.currency,
    )
