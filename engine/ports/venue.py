"""A venue as the runtime uses it, and the book a paper venue keeps of itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, runtime_checkable

from engine.domain.account import CashEntry
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import OrderFilled, VenueReport
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, VenueName, VenueOrderId
from engine.domain.margin import Leverage
from engine.domain.order import Order, Purpose, Side

IsAnothers = Callable[[VenueOrderId], bool]
"""Whether a number of the venue's is that of another order in the desk's books."""


@dataclass(frozen=True, slots=True)
class VenueOrder:
    """An order as the venue states it, with every fill it has had."""

    order: Order
    venue_order_id: VenueOrderId
    fills: tuple[OrderFilled, ...]


@dataclass(frozen=True, slots=True)
class FeeRates:
    """What an account pays for a trade, as ratios of its value."""

    taker: Decimal
    maker: Decimal


@runtime_checkable
class TellsFees(Protocol):
    """A venue that says what trades there cost its account."""

    def fees(self, symbol: Symbol) -> FeeRates | None:
        """As far as it is known now; None where it is not."""
        ...


@dataclass(frozen=True, slots=True)
class HeldOnMargin:
    """A position as its venue states it: base units, signed; prices and margin in quote currency.

    None is what the venue does not say.
    """

    quantity: Decimal
    entry_price: Decimal | None = None
    margin: Decimal | None = None
    liquidation_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ForcedTrade:
    """An execution that its venue made by itself, and says so: a liquidation or a deleveraging.

    Its fill names no order of ours.
    """

    purpose: Purpose
    order: VenueOrderId
    side: Side
    fill: OrderFilled


@runtime_checkable
class TradesOnMargin(Protocol):
    """A venue where positions are backed by a margin rather than paid for."""

    async def leverage(self, symbol: Symbol) -> Leverage | None:
        """How it is held there now; None where it is not listed, or could be kept in no books.

        Raises VenueUnavailable, RateLimited.
        """
        ...

    async def set_leverage(self, symbol: Symbol, leverage: Leverage) -> None:
        """Ask for another leverage and read it back.

        Raises OrderRejected where it is then not what was asked for; VenueUnavailable, RateLimited.
        """
        ...

    async def on_margin(self, account: AccountId) -> Mapping[Symbol, HeldOnMargin]:
        """All that is held so. Raises VenueUnavailable, RateLimited."""
        ...

    async def forced(self, account: AccountId, symbol: Symbol, since: int) -> Sequence[ForcedTrade]:
        """What the venue closed of it by itself at or after a moment (UTC ms), oldest first.

        Raises VenueUnavailable, RateLimited.
        """
        ...

    async def maintenance(
        self, symbol: Symbol, quantity: Decimal, price: Decimal
    ) -> Decimal | None:
        """The ratio of its value that a position of so many base units may not fall below.

        None where the venue does not say. Raises VenueUnavailable, RateLimited.
        """
        ...


class Venue(Protocol):
    """Executes orders. A call that raises nothing was taken; what comes of it is a report."""

    @property
    def name(self) -> VenueName:
        """Its name."""
        ...

    @property
    def client_ids_are_unique(self) -> bool:
        """Whether it refuses a client order id that it has ever seen, so that one order which
        never arrived may safely be sent again.
        """
        ...

    @property
    def in_flight_seconds(self) -> float:
        """How long after it was sent an order may still turn up that `find` does not know:
        the request's own validity, the clocks' error and the reads' lag.
        """
        ...

    @property
    def connections(self) -> int:
        """How often the line that reports come by was made; one more, and some may be lost."""
        ...

    async def submit(self, command: SubmitOrder) -> None:
        """Send an order.

        Raises OrderRejected (final), VenueUnavailable and RateLimited (it never left),
        OrderStateUnknown (it may exist).
        """
        ...

    async def cancel(self, command: CancelOrder) -> None:
        """Ask to cancel; the outcome is a report."""
        ...

    async def modify(self, command: ModifyOrder) -> None:
        """Ask to change a resting order; the outcome is a report.

        Raises OrderStateUnknown (it may have been changed), VenueError where it was not.
        """
        ...

    def reports(self) -> AsyncIterator[VenueReport]:
        """What happens to the orders here, as it happens."""
        ...

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        """The order as the venue knows it, or None when it never arrived.

        It is looked for by what the desk knows of it. Some venues tell of fills by their own
        numbers of orders alone: those that `is_anothers` are not taken for this one's.
        """
        ...

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        """All that rests there for the account."""
        ...

    async def holdings(self, account: AccountId) -> Mapping[Symbol, Decimal]:
        """Base units held there of each instrument, signed; what is not named is flat."""
        ...

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        """Cash that moved there apart from trades, at or after a moment (UTC ms), oldest first:
        funding, interest, charges, deposits and withdrawals. Repeats are harmless.
        """
        ...


class PaperBook(Protocol):
    """A paper venue's own durable memory, apart from the desk's, as an exchange's would be."""

    async def load(self) -> Sequence[VenueOrder]:
        """Every order that is still open, and those closed within the last day."""
        ...

    async def find(self, order: ClientOrderId) -> VenueOrder | None:
        """One order, open or closed."""
        ...

    async def holdings(self) -> Mapping[tuple[AccountId, Symbol], Decimal]:
        """Base units held of each instrument, signed: what all fills come to."""
        ...

    async def save(
        self, orders: Sequence[VenueOrder], holdings: Mapping[tuple[AccountId, Symbol], Decimal]
    ) -> None:
        """Keep these, whole, in one transaction: orders and the holdings that changed."""
        ...
