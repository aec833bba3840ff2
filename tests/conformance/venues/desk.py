"""A desk that speaks to a venue through its port alone, in few words."""

import asyncio
from dataclasses import replace
from decimal import Decimal

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side, TimeInForce
from engine.errors import OrderRejected
from engine.runtime.system import SystemClock
from tests.conformance.venues.harness import NOON, Harness

DEADLINE_SECONDS = 5
ANN, BOB = AccountId("ann"), AccountId("bob")


class Desk:
    """Places orders by words and hears their reports one by one."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.heard = None
        self.placed: dict[str, Order] = {}

    async def open(self) -> None:
        """Make ready, the market at 99 to 101."""
        await self.harness.open()
        await self._listen()
        await self.price(99, 101, 100)

    async def close(self) -> None:
        """Let go."""
        if self.heard is not None:
            await self.heard.aclose()
        await self.harness.close()

    async def _listen(self) -> None:
        self.heard = self.harness.venue.reports()
        await self.harness.listening()

    def terms(self, words, price=None, stop=None, trail=None, tif="gtc", **flags) -> OrderTerms:
        """`buy 1 limit` and its figures."""
        side, quantity, kind = words.split()
        return OrderTerms(
            self.harness.instrument.symbol,
            Side(side),
            OrderType(kind),
            Quantity(Decimal(quantity)),
            None if price is None else Price(Decimal(str(price))),
            None if stop is None else Price(Decimal(str(stop))),
            None if trail is None else Decimal(str(trail)),
            time_in_force=TimeInForce(tif),
            **flags,
        )

    async def place(self, words, price=None, name="a", account=ANN, **figures) -> None:
        """Submit an order."""
        terms = self.terms(words, price, **figures)
        self.placed[name] = _order(name, account, terms)
        await self.harness.venue.submit(SubmitOrder(self.placed[name]))

    async def refused(self, words, price=None, **figures) -> str:
        """Submit an order that the venue refuses for good, and give its reason."""
        try:
            await self.place(words, price, **figures)
        except OrderRejected as refusal:
            return refusal.facts["reason"]
        raise AssertionError(f"{words} was taken")

    async def never_takes(self, words, price=None, **figures) -> None:
        """Submit a post-only order that would take: refused, or ended before it trades."""
        reason = ""
        try:
            await self.place(words, price, **figures)
        except OrderRejected as refusal:
            reason = refusal.facts["reason"].lower().replace("_", " ")
        else:
            await self.hears("accepted", "canceled")
        assert not reason or "post only" in reason or "would take" in reason

    async def cancel(self, name="a", account=ANN) -> None:
        """Ask to cancel."""
        await self.harness.venue.cancel(
            CancelOrder(account, ClientOrderId(name), None, self.harness.instrument.symbol)
        )

    async def replace(self, words, price=None, name="a", **figures) -> None:
        """Ask for other terms."""
        terms = self.terms(words, price, **figures)
        await self.harness.venue.modify(ModifyOrder(ANN, ClientOrderId(name), None, terms))

    async def price(self, bid, ask=None, last=None, size=10) -> None:
        """Move the market; ask and last are the bid where they are not told."""
        figures = (bid, bid if ask is None else ask, bid if last is None else last, size)
        await self.harness.price(*(Decimal(str(each)) for each in figures))

    async def hears(self, *expected):
        """The next reports, which must be of these kinds; the last of them."""
        if not self.harness.manifest.tells_triggers:
            expected = [kind for kind in expected if kind != "triggered"]
        async with asyncio.timeout(DEADLINE_SECONDS):
            reports = [await anext(self.heard) for _ in expected]
        kinds = [_kind(each) for each in reports]
        assert kinds == list(expected)
        return reports[-1] if reports else None

    async def hears_of_a_fill(self, *told):
        """The next fill after a restart: what was told before may be told again, as it was."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while _kind(report := await anext(self.heard)) != "filled" or report in told:
                assert report in told or _kind(report) in {"accepted", "triggered"}
        return report

    async def hears_nothing(self) -> None:
        """Nothing is left to hear: the next report is the answer to a question of our own."""
        await self.cancel("nobody")
        assert (await self.hears("cancelrejected")).client_order_id == "nobody"

    async def hears_whatever(self) -> None:
        """Everything that is left to hear, whatever it is."""
        await self.cancel("nobody")
        async with asyncio.timeout(DEADLINE_SECONDS):
            while (await anext(self.heard)).client_order_id != "nobody":
                pass

    async def find(self, name="a", account=ANN):
        """The order as the venue states it."""
        order = self.placed.get(name) or _order(name, account, self.terms("buy 1 limit", 90))
        return await self.harness.venue.find(replace(order, account=account), lambda _: False)

    async def resting(self, account=ANN) -> list[str]:
        """The ids of what rests."""
        held = await self.harness.venue.open_orders(account)
        return [each.order.client_order_id for each in held]

    async def restart(self) -> None:
        """The venue loses its memory and comes back; so does our line to it."""
        await self.heard.aclose()
        await self.harness.restart()
        await self._listen()

    async def place_and_lose_the_answer(self, words, price=None, **figures) -> None:
        """Submit an order that arrives while its answer does not; then the venue is back."""
        lost = self.harness.lose_next_answer()
        try:
            await self.place(words, price, **figures)
        except lost:
            await self.restart()
            return
        raise AssertionError("the answer was not lost")

    async def settled(self, name):
        """The order as the venue states it once nothing is under way any more."""
        await self.harness.landed()
        return await self.find(name)

    async def held(self) -> Decimal:
        """Base units that the venue holds for us."""
        return (await self.harness.venue.holdings(ANN))[self.harness.instrument.symbol]

    async def told_of_cash(self, days=1, account=ANN):
        """What moved apart from trades in the last days."""
        since = SystemClock().now_ms() - days * 86_400_000
        return await self.harness.venue.cash_entries(account, since)

    def fee_in_base(self, fill) -> Decimal:
        """What of a fill stayed away as its fee."""
        return fill.fee if fill.fee_currency == self.harness.instrument.base else Decimal(0)

    def fee(self, rate, fill):
        """What a buy pays at this rate, and in what, as far as the venue tells."""
        if not self.harness.tells_fees:
            return 0, self.harness.instrument.quote
        if self.harness.fees_in_base:
            return fill.quantity * Decimal(rate), self.harness.instrument.base
        return fill.quantity * fill.price * Decimal(rate), self.harness.instrument.quote

    def quantity_left(self, stated) -> Decimal:
        """What remains of an order, its fills being all there are."""
        total = sum((each.quantity for each in stated.fills), Decimal(0))
        assert total == stated.order.filled
        return stated.order.remaining


def _kind(report) -> str:
    return type(report).__name__.removeprefix("Order").lower()


def _order(name: str, account: AccountId, terms: OrderTerms) -> Order:
    return Order(ClientOrderId(name), account, terms, PersonId("ann"), NOON, NOON + 60_000)
