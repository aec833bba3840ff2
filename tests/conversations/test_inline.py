"""What may be put into any chat: prices and charts without anything of the person's own."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.markets.chart import Chart, ChartDrawn
from tests.room import Room


def drawn(room: Room, *, is_public: bool) -> ChartDrawn:
    async def asked() -> ChartDrawn:
        message = replace(room.message("/chart BTC/USDT 1h", "ann", "u-chart"), is_public=is_public)
        principal = await room.app.directory.principal(message)
        context = room.chat.open_context(principal, message, "test")
        outcome = await Chart(symbol="BTC/USDT", timeframe="1h").handle(context)
        assert isinstance(outcome, ChartDrawn)
        return outcome

    return room.run(asked())


def test_a_chart_for_others_shows_nothing_of_ones_own(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1 stop_loss=50000")
    room.say("/yes")
    room.say("/alert BTC/USDT price > 61000")

    own, public = drawn(room, is_public=False).spec, drawn(room, is_public=True).spec

    assert own.marks
    assert len(own.levels) >= 3
    assert (public.marks, public.levels) == ((), ())


def test_only_prices_and_charts_are_offered_and_without_buttons(room: Room) -> None:
    room.say("/buy BTC/USDT 0.1")
    room.say("/yes")

    def offered(typed: str) -> list[str]:
        message = replace(room.message(typed, "ann", "u-typed"), is_private=False)
        cards = room.run(room.chat.offer(message))
        assert all(not card.buttons and not card.hint for card in cards)
        return [card.title for card in cards]

    assert offered("btc") == offered("/price btc") == offered("BTC/USDT")
    assert offered("btc")[0].startswith("BTC/USDT ")
    assert offered("chart btc 4h") == ["BTC/USDT · 4h candles"]
    assert offered("/positions") == offered("buy 1 btc") == offered("chart btc nonsense(") == []
