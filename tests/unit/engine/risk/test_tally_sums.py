"""What a tally sums up beside its orders is what the orders themselves say."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.identifiers import AccountId, ClientOrderId, PersonId
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Purpose, Side
from engine.risk.tally import Tally
from tests.standins.market import instrument

BTC, ETH = instrument("BTC/USDT"), instrument("ETH/USDT")

ORDERS = st.builds(
    lambda name, price, stop, quantity, filled, state: Order(
        client_order_id=ClientOrderId(name),
        account=AccountId("a"),
        terms=OrderTerms(
            symbol=(BTC if name < "e" else ETH).symbol,
            side=Side.BUY if name in "aceg" else Side.SELL,
            type=OrderType.LIMIT,
            quantity=Quantity(Decimal(quantity)),
            price=Price(Decimal(price)) if price else None,
            stop_price=Price(Decimal(stop)) if stop else None,
            reduce_only=name == "d",
        ),
        placed_by=PersonId("p"),
        placed_at=0,
        expires_to_send_at=0,
        state=state,
        filled=Quantity(Decimal(filled)),
        purpose=Purpose.SLICE if name == "h" else Purpose.ENTRY,
        parent=ClientOrderId("g") if name == "h" else None,
    ),
    st.sampled_from("abcdefgh"),
    st.sampled_from([0, 100, 250]),
    st.sampled_from([0, 90]),
    st.integers(9, 12),
    st.integers(0, 9),
    st.sampled_from(OrderState),
)


@settings(deadline=None)
@given(st.lists(ORDERS, max_size=40))
def test_sums_follow_every_change_of_price_size_fill_and_state(story: list[Order]) -> None:
    tally = Tally({})
    for order in story:
        tally.follow(order)
        if order.purpose is Purpose.SLICE and order.is_open:
            assert (order.client_order_id in tally.open) is (order.parent not in tally.open)

        for symbol in (BTC.symbol, ETH.symbol):
            for side in Side:
                own = [
                    each
                    for each in tally.open.values()
                    if (each.terms.symbol, each.terms.side) == (symbol, side)
                ]
                prices = [each.terms.price or each.terms.stop_price for each in own]
                asked = tally.asked.get((symbol, side))
                sums = (asked.quantity, asked.value, asked.unpriced) if asked else (ZERO,) * 3
                pairs = list(zip(own, prices, strict=True))
                assert sums == (
                    sum((each.remaining for each in own), ZERO),
                    sum((each.remaining * p for each, p in pairs if p is not None), ZERO),
                    sum((each.remaining for each, p in pairs if p is None), ZERO),
                )
    assert not any(each.terms.reduce_only for each in tally.open.values())
