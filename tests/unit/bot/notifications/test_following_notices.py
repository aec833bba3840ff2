"""Every notice about orders that belong together can be said, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.card import Tone
from bot.notifications.notices import Subject, notice
from bot.voice import LANGUAGES, Voice
from engine.domain.events import ProtectionDiffers, ProtectionRestored, Remedy
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId
from engine.domain.market import DataKind
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Purpose, Side
from tests.standins.market import instrument

BTC = instrument("BTC/USDT")
ENTRY = Order(
    ClientOrderId("a1b2c3d4e5f6a7b8c9"),
    AccountId("paper"),
    OrderTerms(BTC.symbol, Side.BUY, OrderType.MARKET, Quantity(Decimal("0.1"))),
    PersonId("ann"),
    0,
    0,
    stop_loss=Price(Decimal(58_000)),
)
SUBJECT = Subject(BTC, DataKind.SIMULATED, ENTRY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("remedy", Remedy)
@pytest.mark.parametrize("purpose", [Purpose.STOP_LOSS, Purpose.TAKE_PROFIT, Purpose.EXIT])
def test_missing_protection_is_said_with_what_is_done(
    language: str, remedy: Remedy, purpose: Purpose
) -> None:
    event = ProtectionDiffers(
        ENTRY.client_order_id, purpose, Quantity(Decimal("0.1")), Quantity(Decimal(0)), remedy, 0
    )
    card = notice(event, SUBJECT, Voice(language))

    assert card is not None
    assert card.tone is Tone.BAD
    assert "BTC/USDT" in card.title
    assert "notice." not in card.title + card.text + card.hint
    assert len(card.text.splitlines()) == 2
    assert card.buttons[0].line == "/close BTC/USDT"


@pytest.mark.parametrize("language", LANGUAGES)
def test_protection_that_is_back_is_said(language: str) -> None:
    card = notice(ProtectionRestored(ENTRY.client_order_id, 0), SUBJECT, Voice(language))

    assert card is not None
    assert card.tone is Tone.GOOD
    assert "BTC/USDT" in card.title
