"""A paper venue remembers its orders by itself."""

from dataclasses import replace
from decimal import Decimal

from connectors.storage.paper_book import DAY
from engine.domain.order import OrderState
from engine.ports.venue import VenueOrder
from tests.unit.connectors.storage.desk import filled, order


def stated(identity="o1", at=1_000, state=OrderState.ACCEPTED, fills=()):
    return VenueOrder(replace(order(identity, state=state), updated_at=at), f"v-{identity}", fills)


def test_an_order_is_found_as_it_was_last_saved(desk):
    async def save(stores):
        await stores.paper_book.save([stated()], {})
        await stores.paper_book.save([stated(fills=(filled("f1"), filled("f2")))], {})
        return await stores.paper_book.find("o1"), await stores.paper_book.find("o2")

    assert desk(save) == (stated(fills=(filled("f1"), filled("f2"))), None)


def test_open_orders_and_those_closed_within_a_day_are_loaded(desk):
    async def save(stores):
        long_open = stated("open", at=1_000)
        closed = [
            stated("old", 2_000, OrderState.FILLED),
            stated("recent", 2_001, OrderState.CANCELED),
            stated("latest", DAY + 2_001, OrderState.FILLED),
        ]
        await stores.paper_book.save([long_open, *closed], {})

    desk(save)
    loaded = desk(lambda stores: stores.paper_book.load())
    assert [found.order.client_order_id for found in loaded] == ["open", "recent", "latest"]


def test_what_is_held_is_kept_with_the_orders(desk):
    async def save(stores):
        await stores.paper_book.save([stated()], {("a", "BTC/USDT"): Decimal("0.30")})
        await stores.paper_book.save([], {("a", "BTC/USDT"): Decimal(0), ("b", "X"): Decimal(2)})
        return await stores.paper_book.holdings()

    assert desk(save) == {("a", "BTC/USDT"): 0, ("b", "X"): 2}
