"""Past candles are fetched from the chat: begun, told, stopped, taken up again, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.message import Job
from engine.domain.identifiers import PersonId, Symbol, VenueName
from engine.domain.timeframe import Timeframe
from tests.room import Room

DEMO, BTC = VenueName("demo"), Symbol("BTC/USDT")


def day(room: Room, ago: int) -> str:
    now = datetime.fromtimestamp(room.clock.now_ms() / 1000, UTC)
    return (now - timedelta(days=ago)).date().isoformat()


def bars(room: Room) -> int:
    read = room.app.runtime.downloader._store.read(DEMO, BTC, Timeframe.M1, 0, 2**40)
    return len(room.run(read))


def test_a_download_says_how_far_it_is_and_what_is_there(room: Room) -> None:
    before = len(room.cards())
    room.say(f"/download demo BTC/USDT 1m {day(room, 10)}")
    room.run(room.chat.jobs.settled())
    room.wait(0)

    assert room.cards()[before].title == "Fetching BTC/USDT 1m from demo"
    done = room.cards()[-1]
    assert done.title == "BTC/USDT 1m from demo is here"
    assert done.text == "Nothing is missing."
    assert bars(room) > 10 * 1440
    assert f"{bars(room):,} / {bars(room):,}" in dict(done.fields).values()


def test_what_was_fetched_is_what_a_backtest_and_a_chart_read(room: Room) -> None:
    room.say(f"/download demo BTC/USDT 1h {day(room, 60)}")
    room.run(room.chat.jobs.settled())

    assert room.say("/backtest sma-cross BTC/USDT 1h 30d").title.startswith("sma-cross")
    assert room.say("/chart BTC/USDT 1h 7d").attachments


def test_what_cannot_be_fetched_is_refused_with_the_way_out(room: Room) -> None:
    since = day(room, 5)

    assert "demo" in room.say(f"/download mars BTC/USDT 1m {since}").text
    assert "BTC/EUR" in room.say(f"/download demo BTC/EUR 1m {since}").title
    assert "yet to come" in room.say(f"/download demo BTC/USDT 1m {day(room, -5)}").text
    assert "7x" in room.say(f"/download demo BTC/USDT 7x {since}").text
    assert room.say("/download demo BTC/USDT 1m").text.endswith("2024-01-31.")
    assert "no download of yours" in room.say("/download stop=j0").text
    assert room.say(f"/download demo BTC/USDT 1m {since}", who="vic").title == (
        "You may not do that here"
    )


def test_one_that_a_restart_interrupts_is_taken_up_again(room: Room) -> None:
    line = f"/download demo BTC/USDT 1m {day(room, 300)}"
    message = replace(room.message(line, "ann", "before"), id=1)
    room.say("/status")
    room.run(room.app.stores.jobs.add(Job("j1", PersonId("terminal:ann"), message, line, 0)))
    room.restart()
    room.price("BTC/USDT", 60_000)
    room.run(room.chat.jobs.settled())
    room.wait(0)

    assert "BTC/USDT 1m from demo is here" in room.titles()
    assert bars(room) > 300 * 1440
