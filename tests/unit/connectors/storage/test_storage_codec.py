"""Values come back from text as they were."""

import types
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import NewType, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.card import Attachment, AttachmentKind, Card
from bot.message import AuditEntry, Schedule
from connectors.storage.codec import canonical, codec, decode_event, encode_event
from engine.domain.account import Account, Fill, Position
from engine.domain.events import Event, OrderSubmitted
from engine.domain.order import Order
from engine.errors import StateCorrupt
from engine.ports.venue import VenueOrder
from tests.unit.connectors.storage.desk import BTC, order

SCALARS = {
    str: st.text(max_size=20),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=None),
    Path: st.text("abc/.é ", min_size=1).map(Path),
    object: st.none() | st.text(max_size=5) | st.integers(0, 9) | st.lists(st.text(max_size=3)),
}


def values_of(form):
    """A strategy for any type that the desk stores, from its type hints."""
    if isinstance(form, NewType):
        return values_of(form.__supertype__)
    if form is type(None):
        return st.none()
    if form in SCALARS:
        return SCALARS[form]
    origin, arms = get_origin(form), get_args(form)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values_of, arms))
    if origin is tuple:
        if arms[1:] == (Ellipsis,):
            return st.lists(values_of(arms[0]), max_size=3).map(tuple)
        return st.tuples(*map(values_of, arms))
    if isinstance(form, type) and issubclass(form, Enum):
        return st.sampled_from(form)
    if is_dataclass(form):
        hints = get_type_hints(form)
        return st.builds(
            form, **{field.name: values_of(hints[field.name]) for field in fields(form)}
        )
    return st.dictionaries(st.text(max_size=5), values_of(arms[1]), max_size=3)


@pytest.mark.parametrize("form", get_args(Event), ids=lambda form: form.__name__)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_an_event_comes_back_equal(form, data):
    event = data.draw(values_of(form))
    assert decode_event(encode_event(event)) == event
    assert encode_event(decode_event(encode_event(event))) == encode_event(event)


STORED = (Order, Fill, Position, Account, Card, AuditEntry, Schedule, VenueOrder)


@pytest.mark.parametrize("form", STORED, ids=lambda form: form.__name__)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_stored_value_comes_back_equal(form, data):
    value = data.draw(values_of(form))
    assert codec(form).decode(codec(form).encode(value)) == value


def test_an_event_carries_the_name_of_its_class():
    text = encode_event(OrderSubmitted("o1", 5))
    assert text == '{"kind":"OrderSubmitted","client_order_id":"o1","at":5}'


def test_a_decimal_keeps_its_precision():
    back = codec(Order).decode(codec(Order).encode(order()))
    assert str(back.terms.quantity) == "0.10"


def test_a_card_keeps_the_path_of_its_picture():
    card = Card("Chart", attachments=(Attachment(Path("/a/chart.png"), AttachmentKind.PICTURE),))
    assert codec(Card).decode(codec(Card).encode(card)) == card


def test_a_field_that_is_new_takes_its_default_in_old_text():
    text = codec(Position).encode(Position("paper", BTC, Decimal(1)))
    older = text.replace(',"opened_at":0', "")
    assert older != text
    assert codec(Position).decode(older) == Position("paper", BTC, Decimal(1))


def test_a_field_that_is_gone_is_passed_over_in_old_text():
    assert decode_event('{"kind":"OrderSubmitted","client_order_id":"o","at":1,"mood":2}') == (
        OrderSubmitted("o", 1)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"kind":"OrderForgotten"}',
        '{"kind":"OrderSubmitted","at":1}',
        '{"kind":"DayOpened","account":"a","day":"d","equity":"much","at":1}',
        '{"kind":"OrderSubmitted","client_order_id":"o","at":1',
    ],
)
def test_text_that_holds_no_event_is_a_corrupt_state(text):
    with pytest.raises(StateCorrupt):
        decode_event(text)


def test_equal_mappings_have_one_canonical_text():
    assert canonical({"b": Decimal("1.0"), "a": 2}) == canonical({"a": 2, "b": Decimal("1.0")})


def test_a_value_without_a_json_form_is_refused():
    with pytest.raises(TypeError):
        canonical({"a": {1, 2}})
