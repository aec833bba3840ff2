"""Wherever a paper venue is killed and started again, its book reads as if it had not been."""

import asyncio
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ports.boundary import watch_boundaries
from tests.unit.connectors.paper.counter import NOW, Counter

PRICES = st.integers(9_000, 11_000).map(lambda cents: Decimal(cents) / 100)
STORIES = st.lists(
    st.one_of(
        st.tuples(st.just("place"), PRICES),
        st.tuples(st.just("price"), PRICES),
        st.tuples(st.just("cancel"), st.integers(0, 10)),
    ),
    min_size=5,
    max_size=25,
)
MODEL = {
    "taker_fee": Decimal("0.001"),
    "maker_fee": Decimal("0.0004"),
    "slippage": Decimal("0.0005"),
    "participation": Decimal("0.05"),
    "delay_ms": 1_500,
}


class Died(BaseException):
    """The process ended at a boundary."""


async def told(story, deaths):
    """The book after a story in which the process dies at these commits."""
    counter, commits = Counter(**MODEL), 0

    def die(name):
        nonlocal commits
        commits += 1
        if commits in deaths:
            raise Died

    watch_boundaries(die)
    last = Decimal(100), NOW
    await counter.price(*last)
    for number, (what, figure) in enumerate(story, 1):
        counter.clock.ms = NOW + 1_000 * number
        last = (figure, counter.clock.ms) if what == "price" else last
        try:
            await act(counter, what, figure, number)
        except Died:
            counter = await started_again(counter.book, *last)
    return counter.book.orders


async def started_again(book, price, at):
    """Another venue on the same book, whose feed tells its last price once more."""
    counter = Counter(book, **MODEL)
    counter.clock.ms = at
    try:
        await counter.price(price, at)
    except Died:
        return await started_again(book, price, at)
    return counter


async def act(counter, what, figure, number):
    """One event of the story, at its second."""
    if what == "place":
        await counter.place(figure, name=f"o{number}", quantity="1.2")
    elif what == "price":
        await counter.price(figure, at=counter.clock.ms)
    else:
        await counter.cancel(f"o{figure}")


def ended(orders):
    """Each order's state, terms and fills, times of requests apart."""
    return {name: (each.order.state, each.order.terms, each.fills) for name, each in orders.items()}


@given(STORIES, st.sets(st.integers(1, 40), max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_venue_that_dies_at_any_commit_ends_as_one_that_never_died(story, deaths):
    try:
        unbroken = asyncio.run(told(story, set()))
        broken = asyncio.run(told(story, deaths))
    finally:
        watch_boundaries(None)

    assert ended(broken) == ended(unbroken)
