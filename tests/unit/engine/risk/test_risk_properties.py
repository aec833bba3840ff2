"""What holds for all orders: what reduces passes, and more never uses less."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from small_desk import ANN, BTC, ETH, OLGA, PAPER, SmallDesk

from engine.domain.events import OrderDenied, OrderInitialized
from engine.domain.identifiers import IntentKey
from engine.domain.limits import DESK, Limit
from engine.domain.money import Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.domain.requests import HaltTrading, SetRiskLimit
from engine.risk.gate import RULES
from engine.risk.proposal import Asker

STEP = Decimal("0.0001")
# Rules whose figure is not the order's own: they must not fall with its size either.
FIGURES = sorted(set(RULES) - {"allowed_instruments", "duplicate_window", "max_data_age"})

units = st.integers(1, 15_000).map(lambda number: number * STEP)
limits = st.dictionaries(st.sampled_from(sorted(RULES)), st.decimals("0.0001", 1_000, places=4))


def trading(held: Decimal, waiting: int) -> SmallDesk:
    desk = SmallDesk(cash=1_000_000)
    desk.trade(Side.BUY, BTC, str(held), 60_000)
    for number in range(waiting):
        desk.place(Side.BUY, ETH, "0.1", 2_000 + number)
    return desk


@settings(max_examples=150, deadline=None)
@given(held=units, part=units, rules=limits, halted=st.booleans(), fall=st.integers(0, 59_000))
def test_an_order_that_reduces_passes_whatever_is_set(
    held: Decimal, part: Decimal, rules: dict[str, Decimal], halted: bool, fall: int
) -> None:
    desk = trading(held, 3)
    for rule, value in rules.items():
        desk.take(SetRiskLimit(rule, DESK, Limit(value), OLGA, desk.now))
    desk.price(BTC, 60_000 - fall)
    desk.silence(3_600)
    if halted:
        desk.take(HaltTrading(IntentKey("halt"), OLGA, "Olga", False, desk.now))

    (event,) = desk.place(Side.SELL, BTC, min(held, part)).events

    assert isinstance(event, OrderInitialized)
    assert event.warnings == ()


@settings(max_examples=150, deadline=None)
@given(
    held=units,
    smaller=units,
    more=units,
    side=st.sampled_from(list(Side)),
    waiting=st.integers(0, 3),
    rule=st.sampled_from(FIGURES),
)
def test_a_larger_order_uses_no_less_of_any_limit(
    held: Decimal, smaller: Decimal, more: Decimal, side: Side, waiting: int, rule: str
) -> None:
    desk = trading(held, waiting)

    def used(quantity: Decimal) -> Decimal | None:
        terms = OrderTerms(BTC, side, OrderType.MARKET, Quantity(quantity))
        proposal = desk.kernel.proposal(PAPER, terms, desk.now, asker=Asker(ANN))
        return None if proposal.reduces else RULES[rule].after(proposal, DESK)

    little, much = used(smaller), used(smaller + more)

    if little is not None:
        assert much is not None
        assert much >= little


@settings(max_examples=100, deadline=None)
@given(quantity=units, limit=st.integers(1, 200_000), lower=st.integers(1, 200_000))
def test_a_lower_limit_never_lets_more_through(quantity: Decimal, limit: int, lower: int) -> None:
    def passes(value: int) -> bool:
        desk = SmallDesk({"max_order_value": value, "max_exposure": value}, cash=1_000_000)
        (event,) = desk.place(Side.BUY, BTC, quantity).events
        return not isinstance(event, OrderDenied)

    assert passes(max(limit, lower)) or not passes(min(limit, lower))
