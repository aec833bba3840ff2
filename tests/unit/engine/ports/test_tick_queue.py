"""Quotes that nobody takes in time: the newest of each symbol stays, and in its order."""

import asyncio
from decimal import Decimal

from engine.domain.market import Tick
from engine.ports.tick_queue import TickQueue


def quote(symbol: str, last: int) -> Tick:
    price = Decimal(last)
    return Tick(symbol, price, price, price, Decimal(1), last)


def took(queue: TickQueue, count: int) -> list[tuple[str, int]]:
    async def take() -> list[Tick]:
        return [await queue.take() for _ in range(count)]

    return [(tick.symbol, int(tick.last)) for tick in asyncio.run(take())]


def test_what_is_beyond_the_bound_is_the_newest_of_each_symbol() -> None:
    queue = TickQueue("venue", bound=2)
    for last in range(1, 6):
        queue.put(quote("BTC/USDT", last))
        queue.put(quote("ETH/USDT", last))

    assert queue.passed_over == 6
    assert took(queue, 4) == [("BTC/USDT", 1), ("ETH/USDT", 1), ("BTC/USDT", 5), ("ETH/USDT", 5)]


def test_a_newer_quote_never_comes_before_an_older_one_of_its_symbol() -> None:
    queue = TickQueue("venue", bound=2)
    for last in (1, 2, 3):
        queue.put(quote("BTC/USDT", last))
    before = took(queue, 1)
    queue.put(quote("BTC/USDT", 4))

    assert before + took(queue, 2) == [("BTC/USDT", 1), ("BTC/USDT", 2), ("BTC/USDT", 4)]
