"""A strategy in Python, installed beside the house: listed, copied, tested, run, taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.storage.candles.store import ParquetCandleStore
from engine.documents import installed, read_document
from engine.domain.candles import Candles
from engine.domain.identifiers import AccountId, PersonId, Symbol
from engine.domain.market import BarClosed
from engine.domain.timeframe import Timeframe
from tests.plug_ins import plug_ins
from tests.room import Room
from tests.standins.market import VENUE

__all__ = ["plug_ins"]

pytestmark = pytest.mark.usefixtures("plug_ins")

FALLS = (60_000, 59_900, 59_800, 59_700)


@pytest.fixture
def desk(plug_ins: Path, room: Room) -> Room:
    """A room in whose house the sample package is installed."""
    assert plug_ins.exists()
    return room


def bar(room: Room, price: int) -> None:
    """A minute goes by that closes at a price."""
    for _ in range(12):
        room.price("BTC/USDT", price)
        room.wait(5)
    room.price("BTC/USDT", price)
    room.wait(1)


def held(room: Room) -> Decimal:
    seen = room.app.door.open(PersonId("terminal:ann"), AccountId("paper"))
    return sum((each.position.quantity for each in seen.portfolio.holdings()), Decimal(0))


def seen(room: Room, prices: Sequence[int], restart_after: int = -1) -> list[bool]:
    """Whether something is held after each bar."""
    states, closed = [], list[BarClosed]()
    room.app.runtime.bar_listeners.append(closed.append)
    for at, price in enumerate(prices):
        bar(room, price)
        states.append(held(room) > 0)
        if at == restart_after:
            # A real market's history holds what was seen live; the scripted one's does not.
            bars = Candles.of(each.candle for each in closed if _is_minute(each))
            store = ParquetCandleStore(room.app.home / "candles", threads=False)
            room.run(store.write(VENUE, Symbol("BTC/USDT"), Timeframe.M1, bars))
            room.restart()
            for symbol, last in (("BTC/USDT", price), ("ETH/USDT", 3000), ("SOL/USDT", 150)):
                room.price(symbol, last)
            room.price("NVDA", 120)
            room.wait(1)
    return states


def _is_minute(bar: BarClosed) -> bool:
    return bar.symbol == "BTC/USDT" and bar.timeframe is Timeframe.M1


def test_it_stands_in_the_catalogue_with_its_release(desk: Room) -> None:
    table = desk.say("/strategies").table
    assert table is not None
    assert "patient-dips" in {row[0] for row in table.rows}

    facts = dict(desk.say("/strategy patient-dips").fields)
    assert facts["Decided by"] == "patient-dips 1.2.0"
    assert facts["Numbers"] == "falls 3 (1–10) · pause 5 (0–100)"


def test_it_is_copied_and_exported_as_a_document(desk: Room) -> None:
    desk.say("/import patient-dips name=my-dips")
    text = desk.say("/export my-dips").attachments[0].path.read_text("utf-8")

    assert "python: patient-dips==1.2.0" in text
    assert read_document(text).plug_in is not None
    assert dict(desk.say("/strategy my-dips").fields)["Made from"] == "patient-dips@1"


def test_it_is_backtested_like_any_other(desk: Room) -> None:
    card = desk.say("/backtest patient-dips BTC/USDT 1h 90d falls=2")

    assert card.title.startswith("patient-dips@1 on BTC/USDT 1h: ")
    assert int(dict(card.fields)["Closed trades"]) > 0


def test_it_trades_on_paper_under_a_mandate(desk: Room) -> None:
    asked = desk.say("/run patient-dips BTC/USDT 1m 1000")
    assert dict(asked.fields)["Decided by"] == "patient-dips 1.2.0"
    assert held(desk) == 0

    desk.say("/yes")
    assert seen(desk, FALLS)[-1]
    bar(desk, 59_950)
    assert held(desk) == 0


def test_it_trades_with_the_numbers_that_it_was_asked_with(desk: Room) -> None:
    desk.say("/run patient-dips BTC/USDT 1m 1000 falls=2")
    begun = desk.say("/yes")

    assert dict(begun.fields)["Numbers"] == "falls = 2"
    assert seen(desk, FALLS[:3]) == [False, False, True]


# It buys on the third fall, sells on a rise below what it paid, and then waits for five bars.
PRICES = (*FALLS, 59_500, 59_550, *(59_540 - 10 * n for n in range(9)))


@pytest.mark.parametrize("restart_after", [4, 5, 7])
def test_what_it_remembers_is_there_again_after_a_restart(
    desk: Room, tmp_path: Path, restart_after: int
) -> None:
    for line in ("/run patient-dips BTC/USDT 1m 1000", "/yes"):
        desk.say(line)
    unbroken = seen(desk, PRICES)
    other = Room(tmp_path / "other")
    for symbol, price in (("BTC/USDT", 60000), ("ETH/USDT", 3000), ("SOL/USDT", 150)):
        other.price(symbol, price)
    for line in ("/run patient-dips BTC/USDT 1m 1000", "/yes"):
        other.say(line)
    broken = seen(other, PRICES, restart_after)
    other.close()

    assert unbroken[4:6] == [True, False]
    assert unbroken.index(True, 6) == 10
    assert broken == unbroken


def test_one_that_is_gone_is_told_and_buys_nothing(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in ("/run patient-dips BTC/USDT 1m 1000", "/yes"):
        desk.say(line)
    monkeypatch.undo()
    installed.cache_clear()

    assert not any(seen(desk, FALLS))
    card = desk.say("/strategies")
    assert card.table is not None
    assert "no plug-in" in desk.say("/backtest patient-dips BTC/USDT 1h 30d").text or (
        "No strategy" in desk.say("/strategy patient-dips").title
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("moody", "RuntimeError: not today"),
        ("half-a-class", "its class has no on_fill"),
        ("broken-import", "No module named"),
        ("nowhere", "there is no plug-in “nowhere”"),
    ],
)
def test_one_that_cannot_be_used_is_refused_with_the_reason(
    desk: Room, tmp_path: Path, name: str, said: str
) -> None:
    path = tmp_path / "wish.yaml"
    path.write_text(
        f"strategy: wish\ntimeframe: 1h\nsymbols: [BTC/USDT]\npython: {name}\n", "utf-8"
    )
    card = desk.say(f"/import {path}")

    assert card.title == "The strategy has a mistake"
    assert said in card.text
