"""A changed value is the value `dataclasses.replace` would have made."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.identifiers import Symbol
from engine.domain.money import Quantity
from engine.domain.order import OrderTerms, OrderType, Side, TimeInForce
from engine.domain.values import changed

TERMS = OrderTerms(Symbol("BTC/USDT"), Side.BUY, OrderType.MARKET, Quantity(Decimal(1)))
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


@given(CHANGES)
def test_it_is_what_replace_gives(changes: dict[str, object]) -> None:
    after = changed(TERMS, **changes)

    assert after == replace(TERMS, **changes)  # type: ignore[arg-type]
    assert hash(after) == hash(replace(TERMS, **changes))  # type: ignore[arg-type]
    assert TERMS.price is None
    assert TERMS.quantity == 1


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        changed(TERMS, colour="red")
