"""Heavy work is done elsewhere: while it lasts, everybody else is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from bot.presenters.reports import composed, drawn, filed
from bot.presenters.studio import Studio
from engine.desk.performance import Reckoning
from engine.domain.account import Fill
from engine.domain.identifiers import AccountId, ClientOrderId, Symbol, TradeId
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Side
from engine.ports.journal import Changes, Entry
from tests.room import Room
from tests.standins.clock import CountedIdentities

T = TypeVar("T")
FILLS = 10_000


class GatedStudio(Studio):
    """The real worker process, with a gate before a reckoning."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, CountedIdentities())
        self.asked: list[Callable[..., object]] = []
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()

    async def run(self, work: Callable[..., T], *values: object) -> T:
        self.asked.append(work)
        if work is Reckoning.performance:
            self.begun.set()
            await self.gate.wait()
        return await super().run(work, *values)


@pytest.fixture
def studio(tmp_path: Path) -> GatedStudio:
    return GatedStudio(tmp_path / "pictures")


@pytest.fixture
def room(tmp_path: Path, studio: GatedStudio) -> Iterator[Room]:
    room = Room(tmp_path / "home", studio=studio)
    room.price("BTC/USDT", 60_000)
    yield room
    studio.gate.set()
    room.close()


def filled(number: int, at: int) -> Fill:
    """Bought and sold by turns, each a little dearer than the one before."""
    return Fill(
        AccountId("paper"),
        ClientOrderId(f"o{number}"),
        TradeId(f"t{number:05}"),
        Symbol("BTC/USDT"),
        Side.SELL if number % 2 else Side.BUY,
        Quantity(Decimal("0.01")),
        Price(Decimal(60_000 + number)),
        Decimal("0.06"),
        Currency("USDT"),
        Decimal(0),
        at + number,
    )


def test_others_are_answered_while_a_report_of_ten_thousand_fills_is_made(
    room: Room, studio: GatedStudio
) -> None:
    begin = room.clock.now_ms()
    past = tuple(filled(number, begin) for number in range(FILLS))
    room.run(room.app.stores.journal.append(Entry((), Changes(fills=past))))
    room.wait(3_600)
    room.price("BTC/USDT", 61_000)

    async def asked() -> None:
        """Ann asks for the report; once it is being made, Vic asks for a price."""
        report = room.message("/report performance", "ann", "report")
        price = room.message("/price BTC/USDT", "vic", "price")
        await room.chat.intake.receive(report)
        await studio.begun.wait()
        await room.chat.intake.receive(price)
        await room.chat.intake.idle(price.conversation)
        await room.chat.settled()
        assert [card.title for card in room.cards("vic")] == ["BTC/USDT 61,000 USDT"]
        assert room.cards("ann") == []
        studio.gate.set()
        await room.chat.intake.idle(report.conversation)
        await room.chat.settled()

    room.run(asked())

    (card,) = room.cards("ann")
    assert [a.path.suffix for a in card.attachments] == [".png", ".pdf", ".csv"]
    assert card.attachments[2].path.read_bytes().count(b"\n") == FILLS + 1
    assert studio.asked[-4:] == [Reckoning.performance, drawn, composed, filed]
