"""The simulated exchange of perpetuals is itself what it has to be."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from engine.domain.account import CashReason
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.margin import Leverage
from engine.domain.market import Tick
from engine.domain.money import Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Purpose, Side
from tests.simulation.chance import Chance
from tests.simulation.nature import Nature
from tests.simulation.perpetuals import Forced, Perpetuals
from tests.simulation.timeline import Timeline

BTC = Symbol("BTC/USDT:USDT")
FIVE = Leverage(Decimal(5))


class Steady(Random):
    """Every fill is whole, every fee in the quote currency."""

    def random(self) -> float:
        return 0.5


class Place(Perpetuals):
    """One customer with 10,000, BTC at 100, five times, without chance in its fills."""

    def __init__(self) -> None:
        self.time = Timeline()
        self.reports: list[object] = []
        self.closed: list[Forced] = []
        self._named = 0
        super().__init__(
            self.time, Steady(), Decimal(10_000), self.reports.append, nature=Nature("ever")
        )
        self.begin(Chance(1).stream("contracts"), self.closed.append)
        self.price(100)
        assert self.set_leverage(BTC, FIVE) == ""

    def price(self, last: int | str) -> None:
        at = Decimal(last)
        self.tick(Tick(BTC, at, at, at, Decimal(5), self.time.ms()))

    def order(self, side: Side, quantity: str, *, reduce_only: bool = False) -> str:
        """Immediately and whole: what is left ends at once."""
        self._named += 1
        terms = OrderTerms(
            BTC, side, OrderType.MARKET, Quantity(Decimal(quantity)), reduce_only=reduce_only
        )
        name, nobody = ClientOrderId(f"n{self._named}"), PersonId("")
        reason = self.place(Order(name, AccountId("main"), terms, nobody, 0, 0))
        while self.orders.get(name, []) and self.orders[name][-1].is_open:
            self.price(self._quotes[BTC].last)
        return reason

    @property
    def fees(self) -> Decimal:
        return sum((each.quantity * each.price for each in self.fills.values()), Decimal(0)) / 1000


@pytest.fixture
def place() -> Place:
    return Place()


def test_what_closes_settles_its_profit_and_leaves_the_rest_at_its_mean(place: Place) -> None:
    place.order(Side.SELL, "2")
    place.price(106)
    place.order(Side.SELL, "1")
    place.price(90)
    place.order(Side.BUY, "2")

    assert place.held[BTC] == -1
    assert place.cash["USDT"] == 10_000 + 2 * (102 - 90) - place.fees


def test_what_goes_through_zero_is_opened_anew(place: Place) -> None:
    place.order(Side.BUY, "1")
    place.price(110)
    place.order(Side.SELL, "3")
    place.price(100)
    place.order(Side.BUY, "2")

    assert place.held[BTC] == 0
    assert place.cash["USDT"] == 10_000 + 10 + 20 - place.fees


def test_what_only_reduces_never_opens(place: Place) -> None:
    assert place.order(Side.SELL, "1", reduce_only=True).startswith("reduce only")
    place.order(Side.BUY, "1")
    assert place.order(Side.BUY, "1", reduce_only=True).startswith("reduce only")
    place.order(Side.SELL, "3", reduce_only=True)

    assert place.held[BTC] == 0


def test_a_margin_that_is_gone_ends_the_position_and_costs_no_more(place: Place) -> None:
    place.order(Side.SELL, "2")
    place.price(119)
    assert not place.closed
    place.price(150)
    place.price(150)

    assert place.held[BTC] == 0
    assert {each.purpose for each in place.closed} == {Purpose.LIQUIDATION}
    assert place.cash["USDT"] == 10_000 - 2 * 100 // 5 - place.fees


def test_another_leverage_is_refused_where_it_would_liquidate(place: Place) -> None:
    place.order(Side.BUY, "1")
    place.price(98)

    assert place.set_leverage(BTC, Leverage(Decimal(50))) == "it would be liquidated"
    assert place.leverage(BTC) == FIVE


def test_long_and_short_pay_each_other_by_the_hour(place: Place) -> None:
    for hour in range(1, 21):
        place.order(Side.BUY if hour % 2 else Side.SELL, "1")
        place.time.pass_until(hour * 3_600)
        place.order(Side.SELL if hour % 2 else Side.BUY, "1", reduce_only=True)

    paid = [each.amount for each in place.moved]
    assert {each.reason for each in place.moved} == {CashReason.FUNDING}
    assert min(paid) < 0 < max(paid)
    assert all(abs(each) <= Decimal("0.075") for each in paid)
    assert place.cash["USDT"] == 10_000 + sum(paid) - place.fees


def test_no_more_is_opened_than_the_cash_backs(place: Place) -> None:
    assert place.order(Side.BUY, "501") == "insufficient margin"
    assert place.order(Side.BUY, "400") == ""
    assert place.order(Side.SELL, "400", reduce_only=True) == ""
