"""Values come back from text as they were."""

from decimal import Decimal
from pathlib import Path
from typing import get_args

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
from tests.unit.connectors.storage.values import values_of


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
