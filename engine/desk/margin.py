"""What backs the positions of a principal's account, and how many times that is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.desk.conditions import Refused
from engine.domain.account import Account, Position
from engine.domain.identifiers import AccountId, IntentKey, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.margin import WHOLE, Leverage, liquidation_price, margin_of
from engine.domain.market import DataKind
from engine.domain.money import ZERO
from engine.ports.venue import HeldOnMargin
from engine.runtime.live import LiveRuntime


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands for a position; amounts in quote currency.

    `liquidation` is about where the venue would close it, by its own `maintenance` ratio; None
    where the venue does not say that, and where there is no such price. `leverage` is None where
    none is confirmed.
    """

    leverage: Leverage | None
    margin: Decimal
    maintenance: Decimal | None
    liquidation: Decimal | None


@dataclass(frozen=True, slots=True)
class LeverageDraft:
    """A leverage as it would be: what it does to free cash and to the position that is held."""

    account: Account
    instrument: Instrument
    kind: DataKind
    position: Position
    before: Backing
    after: Backing
    free_before: Decimal
    free_after: Decimal
    open_orders: int
    refusal: Refused | None


class MarginDesk:
    """One account's margins."""

    def __init__(self, runtime: LiveRuntime, account: AccountId, person: PersonId) -> None:
        self._runtime = runtime
        self._account = account
        self._person = person

    def leverage(self, symbol: Symbol) -> Leverage | None:
        """As it was confirmed and read back; None where none is known."""
        return self._runtime.kernel.accounts[self._account].leverage.get(symbol)

    async def held(self) -> Mapping[Symbol, HeldOnMargin]:
        """What the venue states of positions on margin now; nothing where it cannot be asked."""
        return await self._runtime.leverages.held(self._account)

    async def backing(
        self, position: Position, instrument: Instrument, leverage: Leverage | None
    ) -> Backing:
        """What would stand for a position."""
        times, entry = leverage or WHOLE, position.average_price
        margin = margin_of(abs(position.cost), times)
        if entry is None:
            return Backing(leverage, margin, None, None)
        ratio = await self._runtime.leverages.maintenance(
            self._account, position.symbol, position.quantity, entry
        )
        ends = None if ratio is None else liquidation_price(position.quantity, entry, times, ratio)
        if ends is not None:
            ends = instrument.price(ends)
        return Backing(leverage, margin, ratio, ends)

    async def draft(self, symbol: Symbol, leverage: Leverage) -> LeverageDraft:
        """What a leverage would change; nothing is asked for yet. Raises InstrumentNotFound."""
        kernel, instrument = self._runtime.kernel, self._runtime.markets.find(symbol)
        book = kernel.accounts[self._account]
        position, known = book.position(symbol), book.leverage.get(symbol)
        before = await self.backing(position, instrument, known)
        after = await self.backing(position, instrument, leverage)
        standing = kernel.standing(self._account, self._runtime.clock.now_ms())
        free = standing.free_cash(instrument.quote)
        open_orders = [o for o in book.open_orders(symbol) if not o.terms.reduce_only]
        more = after.margin - before.margin
        more += standing.set_aside(symbol, leverage) - standing.set_aside(symbol, known or WHOLE)
        return LeverageDraft(
            account=book.account,
            instrument=instrument,
            kind=self._runtime.markets.kind(symbol),
            position=position,
            before=before,
            after=after,
            free_before=free,
            free_after=free - more,
            open_orders=len(open_orders),
            refusal=self._refusal(instrument, book.account, free - more),
        )

    def _refusal(self, instrument: Instrument, account: Account, free: Decimal) -> Refused | None:
        facts = {"symbol": str(instrument.symbol), "venue": str(account.venue)}
        if not instrument.kind.is_margined:
            return Refused("not_on_margin", facts)
        if account.is_paper:
            return Refused("margin_on_paper", facts)
        if instrument.venue != account.venue:
            return Refused("elsewhere", {**facts, "other": str(instrument.venue)})
        if free < ZERO:
            return Refused("margin_lacks", {**facts, "lacking": f"{-free:f} {instrument.quote}"})
        return None

    async def set(self, symbol: Symbol, leverage: Leverage, key: IntentKey) -> None:
        """Ask the venue and read it back, once a key. Raises VenueError, StoreUnavailable."""
        await self._runtime.leverages.set(self._account, symbol, leverage, self._person, key)
