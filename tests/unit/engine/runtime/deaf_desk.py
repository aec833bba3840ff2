"""A kernel, its journal and a paper venue, put together by hand, whose reports nobody hears.

All of it works on the loop itself, so that a second passes when nothing is left to do in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from decimal import Decimal
from pathlib import Path

from connectors.paper.venue import PaperVenue
from connectors.storage.driver import Creator, inline
from connectors.storage.stores import open_stores
from engine.domain.account import Account
from engine.domain.commands import SubmitOrder
from engine.domain.difference import DifferenceKind, Settlement
from engine.domain.events import DifferenceFound, DifferenceSettled
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, PersonId, VenueName
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.domain.requests import OpenAccount, PlaceOrder
from engine.kernel import Kernel
from engine.matching.model import FillModel
from engine.ports.venue import IsAnothers, VenueOrder
from engine.runtime.cash import CashWatch
from engine.runtime.reconcile import Reconciler
from engine.runtime.sender import Sender
from engine.runtime.turns import Turns
from tests.conformance.venues.memory_book import MemoryBook
from tests.standins.clock import ManualClock
from tests.standins.market import instrument

BTC = instrument("BTC/USDT")
ANN = AccountId("ann")
_TURNS = 50
"""More turns of the loop than anything here takes."""


class SlowVenue(PaperVenue):
    """One on whose way a request may be for a minute, and that may have lost what it had."""

    has_lost_all = False

    @property
    def in_flight_seconds(self) -> float:
        return 60.0

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        return () if self.has_lost_all else await super().open_orders(account)

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        return None if self.has_lost_all else await super().find(order, is_anothers)


class DeafDesk:
    """One account of a hundred thousand; `participation` as in the fill model."""

    def __init__(self, participation: Decimal | None = None) -> None:
        self.fills = FillModel(participation=participation)

    async def open(
        self, home: Path, kind: type[PaperVenue] = PaperVenue, creator: Creator | None = inline
    ) -> DeafDesk:
        """`creator` None has threads write, as a desk does."""
        self.clock = ManualClock()
        self.stores = await open_stores(home / "desk.db", creator=creator)
        self.turns = self._turns()
        self.venue = kind(VenueName("demo"), [BTC], MemoryBook(), self.clock, self.fills)
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self.sender = Sender(self.turns, {ANN: self.venue}, self.clock, self.spawn)
        watch = CashWatch(self.turns, {ANN: self.venue}, self.clock)
        self.reconciler = Reconciler(
            self.turns, {ANN: self.venue}, self.sender, self.clock, cash=watch
        )
        account = Account(
            ANN, VenueName("demo"), Currency("USDT"), is_paper=True, data_kind=DataKind.SIMULATED
        )
        cash = ((Currency("USDT"), Decimal(100_000)),)
        await self.turns.take(OpenAccount(account, cash, self.clock.now_ms()))
        await self.price(100)
        return self

    async def restart(self) -> None:
        """What the journal tells is known, and no price."""
        self.turns = self._turns()
        await self.turns.rebuild()

    def _turns(self) -> Turns:
        return Turns(lambda: Kernel([BTC], {}), self.stores.journal, self._furnish)

    async def pass_time(self, seconds: int) -> None:
        """Let so many seconds pass, one by one."""
        for _ in range(seconds):
            await self.clock.advance(1)
            await self.rest()

    async def rest(self) -> None:
        """Let all go on that waits for no time."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def price(self, price: int, size: int = 10) -> None:
        tick = self.tick(price, size)
        await self.turns.take(tick)
        await self.venue.on_tick(tick)

    def tick(self, price: int, size: int = 10) -> Tick:
        value = Decimal(price)
        return Tick(BTC.symbol, value, value, value, Decimal(size), self.clock.now_ms())

    async def buy(self, quantity: int, price: int) -> ClientOrderId:
        """Place a limit order and wait until it has left."""
        order, sending = await self.place(quantity, price)
        await sending
        return order

    async def place(
        self, quantity: int, price: int, stop_loss: Price | None = None
    ) -> tuple[ClientOrderId, asyncio.Task[None]]:
        """Place a limit order; its sending is under way."""
        terms = OrderTerms(
            BTC.symbol,
            Side.BUY,
            OrderType.LIMIT,
            Quantity(Decimal(quantity)),
            Price(Decimal(price)),
        )
        now = self.clock.now_ms()
        key = IntentKey(f"k{price}")
        wish = PlaceOrder(key, ANN, terms, PersonId("ann"), now, 0, stop_loss=stop_loss)
        step = await self.turns.take(wish, key)
        (command,) = step.commands
        sending = self._group.create_task(self.sender.send(command))
        return next(reversed(self.turns.kernel.orders.open)), sending

    async def trade_by_hand(self, name: str, quantity: int, price: int | None = None) -> None:
        """Somebody buys at the venue itself, past the desk, at market or so that it rests."""
        order = Order(
            client_order_id=ClientOrderId(name),
            account=ANN,
            terms=OrderTerms(
                BTC.symbol,
                Side.BUY,
                OrderType.MARKET if price is None else OrderType.LIMIT,
                Quantity(Decimal(quantity)),
                None if price is None else Price(Decimal(price)),
            ),
            placed_by=PersonId("somebody"),
            placed_at=self.clock.now_ms(),
            expires_to_send_at=0,
        )
        await self.venue.submit(SubmitOrder(order))

    async def compare(self) -> float:
        """Compare once; gives the seconds that it took."""
        began = self.clock.now_ms()
        comparing = asyncio.ensure_future(self.reconciler.compare(ANN))
        while not comparing.done():
            await self.pass_time(1)
        await comparing
        return (self.clock.now_ms() - began) / 1000

    async def there(self, name: ClientOrderId) -> VenueOrder | None:
        """An order as the venue has it."""
        order = self.turns.kernel.orders.get(name)
        assert order is not None
        return await self.venue.find(order, lambda _: False)

    async def settle(self, how: Settlement) -> None:
        """End the one difference that there is."""
        (difference,) = self.turns.kernel.differences.values()
        key, by = IntentKey(f"settle:{self.clock.now_ms()}"), PersonId("olga")
        await self.reconciler.settle(difference, how, key, by)

    async def told(self) -> list[tuple[DifferenceKind, Settlement | None]]:
        """What was found that is a person's to settle, and how it ended, in order."""
        events = [each.event async for each in self.stores.journal.read()]
        return [
            (e.difference.kind, e.how if isinstance(e, DifferenceSettled) else None)
            for e in events
            if isinstance(e, DifferenceFound | DifferenceSettled)
            if not e.difference.kind.is_certain
        ]

    async def settled(self) -> list[tuple[DifferenceKind, Settlement]]:
        events = [each.event async for each in self.stores.journal.read()]
        return [(e.difference.kind, e.how) for e in events if isinstance(e, DifferenceSettled)]

    async def close(self) -> None:
        await self._group.__aexit__(None, None, None)
        await self.stores.close()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Start something that the desk waits for at its end."""
        self._group.create_task(work)

    async def _furnish(self, kernel: Kernel) -> None:
        del kernel
