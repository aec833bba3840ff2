"""Values made and changed the quick way are those that dataclasses would have made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.events import OrderSubmitted
from engine.domain.identifiers import ClientOrderId, Symbol
from engine.domain.money import Quantity
from engine.domain.order import OrderTerms, OrderType, Side, TimeInForce
from engine.domain.values import changed, constructor, copier, quick

TERMS = OrderTerms(Symbol("BTC/USDT"), Side.BUY, OrderType.MARKET, Quantity(Decimal(1)))
SENT = OrderSubmitted(ClientOrderId("a"), 1)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "side": st.sampled_from(Side),
        "quantity": st.decimals(allow_nan=False, allow_infinity=False),
        "price": st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        "time_in_force": st.sampled_from(TimeInForce),
        "reduce_only": st.booleans(),
    },
)


@dataclass(frozen=True, slots=True)
class Longer(OrderSubmitted):
    """Has fields of another class."""

    why: str = ""


@given(CHANGES)
def test_it_is_what_replace_gives(changes: dict[str, object]) -> None:
    after = changed(TERMS, **changes)

    assert after == replace(TERMS, **changes)  # type: ignore[arg-type]
    assert hash(after) == hash(replace(TERMS, **changes))  # type: ignore[arg-type]
    assert TERMS.price is None
    assert TERMS.quantity == 1


def test_a_copier_takes_the_fields_in_its_order() -> None:
    moved = copier(OrderTerms, "quantity", "side")

    assert moved(TERMS, Decimal(2), Side.SELL) == replace(
        TERMS, side=Side.SELL, quantity=Quantity(Decimal(2))
    )


def test_a_constructor_takes_what_its_class_takes() -> None:
    terms, sent = constructor(OrderTerms), constructor(OrderSubmitted)
    symbol, quantity = Symbol("BTC/USDT"), Quantity(Decimal(1))

    assert terms(symbol, Side.BUY, OrderType.MARKET, quantity=quantity) == TERMS
    assert sent(at=1, client_order_id=ClientOrderId("a")) == SENT
    assert repr(sent(ClientOrderId("a"), 1)) == repr(SENT)
    with pytest.raises(TypeError, match="missing 1 required"):
        sent(ClientOrderId("a"))  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="colour"):
        sent(ClientOrderId("a"), 1, colour="red")  # type: ignore[call-arg]


MADE = constructor(OrderSubmitted)(ClientOrderId("a"), 1)


@pytest.mark.parametrize("value", [TERMS, SENT, MADE, changed(TERMS, post_only=True)])
def test_what_is_made_is_of_its_class_and_frozen(value: OrderTerms | OrderSubmitted) -> None:
    assert type(value) in (OrderTerms, OrderSubmitted)
    for each in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, each.name, 1)
    assert not hasattr(value, "__dict__")


def test_defaults_and_names_are_those_of_the_class() -> None:
    assert OrderSubmitted(at=1, client_order_id=ClientOrderId("a")) == SENT
    assert (TERMS.trail, TERMS.time_in_force) == (None, TimeInForce.GTC)
    with pytest.raises(TypeError, match="missing 1 required"):
        OrderSubmitted(ClientOrderId("a"))  # type: ignore[call-arg]


def test_fields_of_another_class_are_refused() -> None:
    with pytest.raises(TypeError, match="fields of another class"):
        changed(Longer(ClientOrderId("a"), 1), why="so")
    with pytest.raises(TypeError, match="fields of another class"):
        quick(Longer)


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="OrderTerms has no colour"):
        changed(TERMS, colour="red")


@pytest.mark.parametrize(
    "made",
    [
        type("Fresh", (), {"__annotations__": {"all": list}, "all": field(default_factory=list)}),
        type("Checked", (), {"__annotations__": {"all": int}, "__post_init__": lambda _: None}),
    ],
)
def test_a_class_that_does_more_in_its_making_is_refused(made: type) -> None:
    with pytest.raises(TypeError, match="does more than take its fields"):
        quick(dataclass(frozen=True, slots=True)(made))
