"""A bracket in the pit: how it is entered, what may happen to it, and what always holds."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderType, Purpose, Side, Target
from engine.execution.legs import takes_the_market
from tests.unit.engine.kernel.pit import Pit

WHOLE = Quantity(Decimal(10))


STOP = Price(Decimal(90))


TARGETS = (
    Target(Price(Decimal(110)), Quantity(Decimal(5)), WHOLE),
    Target(Price(Decimal(120)), Quantity(Decimal(3)), WHOLE),
)


def steps_of(
    prices: tuple[int, int], most_sold: int, *more: st.SearchStrategy[tuple]
) -> st.SearchStrategy[list[tuple]]:
    """What may happen, at last prices from the one to the other."""
    return st.lists(
        st.one_of(
            st.tuples(st.just("price"), st.integers(*prices), st.sampled_from([1, 3, 7, 10**6])),
            st.tuples(st.just("out"), st.integers(1, 4)),
            st.tuples(st.just("in"), st.integers(1, 4)),
            st.tuples(st.just("time"), st.integers(1, 20)),
            st.tuples(st.just("sell"), st.integers(1, most_sold)),
            *more,
            st.tuples(st.just("crash")),
        ),
        max_size=25,
    )


STEPS = steps_of((80, 130), 6)


def happened(pit: Pit, step: tuple) -> None:
    """Let one thing happen."""
    match step:
        case ("price", last, size):
            pit.price(Decimal(last), Decimal(size))
        case ("out", count):
            pit.let_out(count)
        case ("in", count):
            pit.let_in(count)
        case ("time", seconds):
            pit.pass_time(seconds)
        case ("sell", quantity):
            pit.place(Side.SELL, Decimal(quantity), OrderType.MARKET, reduce_only=True)
        case ("crash",):
            pit.crash()


def lived(pit: Pit, steps: list[tuple]) -> None:
    """Let these happen, never with less than nothing held."""
    for step in steps:
        happened(pit, step)
        assert pit.held_there >= 0, "more was closed than was held"
        assert pit.held >= 0


def entered(pit: Pit, kind: OrderType = OrderType.MARKET, **more: object):
    return pit.place(Side.BUY, WHOLE, kind, stop_loss=STOP, targets=TARGETS, **more)


def is_sale(order: Order) -> bool:
    """Whether it sells at market now, and is no stop."""
    is_stop = order.purpose is Purpose.STOP_LOSS
    return order.terms.side is Side.SELL and takes_the_market(order) and not is_stop


def is_protected(pit: Pit, parent) -> None:
    """The stop covers what is held of the entry, the targets no more than that.

    Where coins are set aside, it covers what no sale at market is about to take.
    """
    children = pit.children(parent)
    stops = [o for o in children if o.purpose is Purpose.STOP_LOSS]
    goals = [o for o in children if o.purpose is Purpose.TAKE_PROFIT]

    standing = sum((o.remaining for o in stops), Decimal(0))
    begun = sum((o.remaining for o in pit.open() if pit.sets_aside and is_sale(o)), Decimal(0))
    if any(takes_the_market(order) for order in stops):
        assert standing >= pit.held - begun, (
            "what has triggered is made smaller by the exchange alone"
        )
    else:
        assert standing == max(pit.held - begun, Decimal(0))
    resting = (o.remaining for o in goals if not takes_the_market(o))
    assert sum(resting, Decimal(0)) <= pit.held
    assert pit.held == pit.held_there


def stops(pit: Pit) -> dict[str, tuple[Side, Decimal]]:
    """What rests at the exchange to protect, by its parent."""
    resting: list[Order] = [each.order for each in pit.venue.open_orders(pit.open()[0].account)]
    return {
        str(each.parent): (each.terms.side, each.remaining)
        for each in resting
        if each.purpose is Purpose.STOP_LOSS
    }
