"""The kernel's mix of arrivals: 80% ticks, 15% order and fill events, 5% commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.domain import events as facts
from engine.domain.account import Account
from engine.domain.identifiers import (
    AccountId,
    IntentKey,
    PersonId,
    Symbol,
    TradeId,
    VenueName,
    VenueOrderId,
)
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.domain.requests import CancelOrders, OpenAccount, PlaceOrder, SendOrder
from engine.execution.naming import client_order_id
from engine.kernel import Kernel
from tests.standins.market import instrument

EVENTS = 20_000
CASH = ((Currency("USDT"), Decimal(10**9)),)
BTC, SIZE = Symbol("BTC/USDT"), Quantity(Decimal("0.01"))
ANN, HERS = PersonId("p"), AccountId("a")
LIMITS = {
    "max_order_value": Decimal(10**7),
    "max_position_value": Decimal(10**15),
    "max_exposure": Decimal(10**15),
    "max_open_orders": Decimal(10**7),
}
_TICKS = 16


@dataclass(frozen=True, slots=True)
class Noted:
    """What the bare loop makes of an arrival: one value, as a kernel must at the least."""

    arrival: object


def account(name: str = HERS) -> Account:
    """One with money."""
    return Account(
        AccountId(name), VenueName("demo"), Currency("USDT"), is_paper=True, data_kind=DataKind.LIVE
    )


def opened() -> Kernel:
    """A kernel with one account."""
    kernel = Kernel([instrument("BTC/USDT")], LIMITS)
    kernel.step(OpenAccount(account(), CASH, 0))
    return kernel


def arrivals(events: int = EVENTS, name: str = "k") -> list[Any]:
    """The mix; each order is filled, by turns. `name` tells its orders from another mix's."""
    made: list[Any] = []
    for arrival in traded(events, name):
        if len(made) >= events:
            break
        made.append(arrival)
    return made


def traded(
    orders: int, name: str, on: AccountId = HERS, *, tick_every: int = _TICKS
) -> Iterator[Any]:
    """So many orders, bought and sold by turns, with `tick_every` prices before each."""
    for number in range(1, orders + 1):
        for tick in range(tick_every):
            yield _tick(number + tick, number)
        side = Side.BUY if number % 2 else Side.SELL
        terms = OrderTerms(BTC, side, OrderType.MARKET, SIZE)
        key = IntentKey(f"{name}{number}")
        yield PlaceOrder(key, on, terms, ANN, number, number + 60_000)
        order = client_order_id(key)
        yield SendOrder(order, number)
        yield facts.OrderAccepted(order, VenueOrderId("v"), number)
        yield facts.OrderFilled(
            order,
            TradeId(f"{name}t{number}"),
            SIZE,
            Price(Decimal(60_000)),
            Decimal("0.6"),
            Currency("USDT"),
            number,
        )
        if number % 10 == 0:
            yield CancelOrders(on, (), ANN, number)


def resting(count: int) -> Iterator[Any]:
    """So many open orders, far from the price."""
    yield _tick(0, 0)
    for number in range(count):
        price = Price(Decimal(1_000 + number % 1_000))
        terms = OrderTerms(BTC, Side.BUY, OrderType.LIMIT, SIZE, price=price)
        key = IntentKey(f"rest{number}")
        yield PlaceOrder(key, HERS, terms, ANN, 0, 0)
        yield SendOrder(client_order_id(key), 0)
        yield facts.OrderAccepted(client_order_id(key), VenueOrderId("v"), 0)


def rate(kernel: Kernel, mix: Sequence[Any]) -> float:
    """Arrivals a second of processor time: what else the machine does is not the kernel's cost."""
    step = kernel.step
    began = time.process_time()
    for arrival in mix:
        step(arrival)
    return len(mix) / (time.process_time() - began)


def bare_rate() -> float:
    """The same of a loop that only looks up who decides, and notes it."""
    mix = arrivals()
    table: dict[type, Callable[[object], Noted]] = {type(each): Noted for each in mix}
    began = time.process_time()
    for arrival in mix:
        table[type(arrival)](arrival)
    return len(mix) / (time.process_time() - began)


def _tick(move: int, at: int) -> Tick:
    price = Decimal(60_000 + move % 50)
    return Tick(BTC, price, price + 1, price, Decimal(1), at)
