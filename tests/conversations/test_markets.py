"""Looking at markets: charts, books and the watchlist."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.card import AttachmentKind, Card, Tone
from bot.presenters.pictures.palette import PALETTES
from engine.domain.candles import Floats
from tests.room import Room

DARK = PALETTES["dark"]


def pixels(card: Card) -> Floats:
    """The card's picture, red green blue from 0 to 255."""
    (attachment,) = card.attachments
    assert attachment.kind is AttachmentKind.PICTURE
    with Image.open(attachment.path) as image:
        assert image.size == (1200, 800)
        return np.asarray(image.convert("RGB"), np.float64)


def has(picture: Floats, colour: object) -> bool:
    """Whether a colour of the palette is seen in it."""
    wanted = 255 * np.asarray(colour, np.float64)
    return bool((np.abs(picture - wanted).max(axis=2) <= 3).any())


def fields(card: Card) -> dict[str, str]:
    return dict(card.fields)


# -- charts -------------------------------------------------------------------------------


def test_a_chart_is_a_picture_with_its_figures_and_what_to_do_next(room: Room) -> None:
    card = room.say("/chart btc 4h")

    assert card.title == "BTC/USDT · 4h candles"
    assert card.badge == "simulated prices"
    assert len(np.unique(pixels(card).reshape(-1, 3), axis=0)) > 20
    assert set(fields(card)) == {"Shown", "Open", "High", "Low", "Close", "Change", "Volume"}
    assert fields(card)["Close"] == "60,000.00"
    assert "(150 candles)" in fields(card)["Shown"]
    lines = [button.line for button in card.buttons]
    assert lines == [
        "/chart BTC/USDT 2h",
        "/chart BTC/USDT 1d",
        "/chart BTC/USDT 1w",
        "/buy BTC/USDT 1%",
        "/alert BTC/USDT price > 60000",
    ]
    assert all(room.say(line).tone is not Tone.BAD for line in lines)


@pytest.mark.parametrize(
    ("words", "title", "count"),
    [
        ("", "1h", 150),
        ("1d", "1d", 150),
        ("7d", "1h", 169),
        ("24h", "15m", 97),
        ("4h 7d", "4h", 43),
        ("7d 4h", "4h", 43),
        ("period=7d timeframe=4h", "4h", 43),
        ("daily", "1d", 150),
        ("H4 sma(close,5)", "4h", 150),
        ("1m 30d", "1m", 2000),
        ("today", "5m", 109),
        ("1m 3h", "1m", 181),
        ("period=3h", "1m", 181),
        ("2d", "15m", 193),
    ],
)
def test_timeframe_and_period_suit_each_other_whatever_was_said(
    room: Room, words: str, title: str, count: int
) -> None:
    card = room.say(f"/chart btc {words}")

    assert card.title == f"BTC/USDT · {title} candles"
    assert f"({count} candles)" in fields(card)["Shown"]
    assert ("its last 2,000 candles" in card.text) == (count == 2000)


@pytest.mark.parametrize(
    "words",
    [
        "sma(close,20) rsi(close,14)",
        "sma(close, 20) rsi(close, 14)",
        "sma(close, 20), rsi(close, 14)",
        "1h indicators=sma(close, 20) rsi(close, 14)",
        "sma(close, 20) rsi(close, 14) period=7d",
    ],
)
def test_indicators_are_drawn_however_they_are_written(room: Room, words: str) -> None:
    picture = pixels(room.say(f"/chart eth {words}"))

    assert has(picture, DARK.series[0])
    assert has(picture[630:], DARK.series[2])


def test_a_line_starts_at_the_left_edge_because_its_past_is_fetched_too(room: Room) -> None:
    picture = pixels(room.say("/chart eth 1h 24h ema(close, 200)"))

    assert has(picture[160:650, 28:60], DARK.series[0])


def test_ones_own_position_orders_and_alerts_are_on_the_chart(room: Room) -> None:
    plain = pixels(room.say("/chart btc 1m"))
    room.say("/buy btc 0.1 stop_loss=5%")
    room.say("/yes")
    room.say("/alert btc price > 61000")

    picture = pixels(room.say("/chart btc 1m"))

    for tone in ("entry", "alert"):
        assert has(picture, DARK.tones[tone])
        assert not has(plain, DARK.tones[tone])
    assert not np.array_equal(picture, pixels(room.say("/chart btc 1m", who="bob")))


def test_recorded_stocks_are_shown_up_to_where_their_history_ends(room: Room) -> None:
    usual = room.say("/chart aapl")
    everything = room.say("/chart AAPL 1d all sma(close,50)")
    weeks = room.say("/chart AAPL all")

    assert usual.title == "AAPL · 1d candles"
    assert usual.badge == "recorded prices"
    assert fields(usual)["Shown"].endswith("2 Mar 2013 00:00 UTC (150 candles)")
    assert [button.line for button in usual.buttons] == ["/chart AAPL 1w"]
    assert "(2000 candles)" in fields(everything)["Shown"]
    assert "its last 2,000 candles" in everything.text
    assert weeks.title == "AAPL · 1w candles"
    assert fields(weeks)["Shown"].startswith("28 Feb 2000")
    assert "recorded" in room.say("/chart AAPL all").badge


def test_without_a_picture_the_figures_still_come(room: Room, tmp_path: Path) -> None:
    (tmp_path / "home" / "pictures").write_text("A file where the folder should be.")

    card = room.say("/chart btc")

    assert card.attachments == ()
    assert "could not be drawn" in card.text
    assert fields(card)["Close"] == "60,000.00"


def test_an_indicator_that_nothing_is_known_of_is_named(room: Room) -> None:
    card = room.say("/chart aapl 1w sma(close, 5000)")

    assert "sma(close, 5000)" in card.text
    assert card.attachments


def test_a_chart_speaks_the_readers_language(room: Room) -> None:
    room.say("/language fr")

    card = room.say("/chart btc 1d")

    assert card.title == "BTC/USDT · bougies 1d"
    assert card.badge == "prix simulés"
    assert fields(card)["Clôture"] == "60\u202f000,00"


# -- the book -----------------------------------------------------------------------------


def test_the_book_adds_up_its_sizes_and_says_who_is_heavier(room: Room) -> None:
    card = room.say("/book btc 3")

    assert card.table is not None
    assert card.table.header == ("Sum", "Size", "Bid", "Ask", "Size", "Sum")
    assert card.table.rows == (
        ("1", "1", "59,999.99", "60,000.01", "1", "1"),
        ("3", "2", "59,999.98", "60,000.02", "2", "3"),
        ("6", "3", "59,999.97", "60,000.03", "3", "6"),
    )
    assert fields(card)["Spread"].startswith("0.02 ")
    assert fields(card)["Balance"] == "even"


def test_the_book_has_ten_levels_unless_another_depth_is_said(room: Room) -> None:
    assert len(room.say("/book eth").table.rows) == 10  # type: ignore[union-attr]
    assert len(room.say("/book eth 50").table.rows) == 50  # type: ignore[union-attr]
    assert room.say("/book aapl").title == "No price of AAPL yet"


# -- the watchlist ------------------------------------------------------------------------


def test_a_watchlist_keeps_its_order_and_its_prices_come_with_it(room: Room) -> None:
    assert "nothing on it" in room.say("/watchlist").text
    room.say("/watch eth")
    assert room.say("/watch btc eth sol").title == "You now watch BTC/USDT, SOL/USDT"
    room.restart()
    room.price("ETH/USDT", 3100)
    room.price("BTC/USDT", 61000)

    card = room.say("/wl")

    assert card.table is not None
    assert [row[0] for row in card.table.rows] == ["ETH/USDT", "BTC/USDT", "SOL/USDT"]
    assert [row[1] for row in card.table.rows[:2]] == ["3,100", "61,000"]
    assert card.badge == "simulated prices"


def test_each_has_a_watchlist_of_their_own(room: Room) -> None:
    room.say("/watch btc", who="ann")

    assert "nothing on it" in room.say("/watchlist", who="bob").text


def test_watching_can_be_undone_and_so_can_that(room: Room) -> None:
    undo = room.say("/watch btc eth").buttons[0]
    assert undo.line == "/unwatch BTC/USDT ETH/USDT"

    back = room.say(undo.line)

    assert back.title == "You no longer watch BTC/USDT, ETH/USDT"
    assert back.buttons[0].line == "/watch BTC/USDT ETH/USDT"
    assert "nothing on it" in room.say("/watchlist").text


def test_watching_twice_and_unwatching_what_is_not_there_is_said(room: Room) -> None:
    room.say("/watch btc")

    assert room.say("/watch btc").title == "You watch BTC/USDT already"
    assert room.say("/unwatch eth").title == "ETH/USDT is not on your watchlist"


def test_a_recorded_stock_is_watched_with_its_last_close(room: Room) -> None:
    room.say("/watch aapl btc")

    card = room.say("/watchlist")

    assert card.table is not None
    assert card.table.rows[0] == ("AAPL", "56.1374", "−2.48%", "1 Mar 2013")
    assert card.badge == "recorded prices · simulated prices"


def test_one_unknown_symbol_stops_all_and_names_the_nearest(room: Room) -> None:
    card = room.say("/watch eth btc/eur")

    assert card.title == "No instrument matches BTC/EUR"
    assert card.text == "Did you mean BTC/USDT?"
    assert "nothing on it" in room.say("/watchlist").text


# -- bad input ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("/chart", "symbol: it is missing"),
        ("/chart 123", "symbol: “123” is not a symbol"),
        ("/chart btc 7x", "timeframe: “7x” is not a timeframe; it must be 1m, 5m"),
        ("/chart btc 3h", "timeframe: “3h” is not a timeframe; did you mean 2h or 4h?"),
        ("/chart btc 45m 7d", "did you mean 30m or 1h?"),
        ("/chart btc 12h", "did you mean 4h or 1d?"),
        ("/chart btc 2w timeframe=8h", "did you mean 4h or 1d?"),
        ("/chart btc -1h", "indicators: "),
        ("/chart btc timeframe=soon", "timeframe: “soon” is not a timeframe"),
        ("/chart btc 1h period=soon", "period: “soon” is not a period such as 24h"),
        ("/chart btc 1h period=-7d", "period: “-7d” is not a period such as 24h"),
        ("/chart btc 1h period=999999d", "period: “999999d” is not a period such as 24h"),
        ("/chart btc 1h 7d sma(close)", "indicators: "),
        ("/chart btc 1h 7d smaa(close,5)", "did you mean sma?"),
        ("/chart btc 1h 7d sma(close,0)", "indicators: "),
        ("/chart btc 1h 7d sma(close,99999999999)", "indicators: "),
        ("/chart btc " + " ".join(f"sma(close,{n})" for n in range(2, 9)), "at most 6"),
        ("/chart btc symbol=eth timeframe=1h timeframe=4h", "timeframe: it is given twice"),
        ("/book", "symbol: it is missing"),
        ("/book btc many", "depth: “many” is not a number"),
        ("/book btc 0", "depth: it must be a whole number from 1 to 50"),
        ("/book btc 51", "depth: it must be a whole number from 1 to 50"),
        ("/book btc 2.5", "depth: it must be a whole number from 1 to 50"),
        ("/book btc -3", "depth: “-3” is below zero"),
        ("/book btc " + "9" * 31, "depth: a number has at most 30 digits"),
        ("/book btc 5 5", "5: there is no place for it"),
        ("/watch", "symbols: it is missing"),
        ("/watch 5", "symbols: “5” is not a symbol"),
        ("/unwatch", "symbols: it is missing"),
        ("/unwatch 5", "symbols: “5” is not a symbol"),
        ("/watchlist btc", "btc: this command takes no arguments"),
    ],
)
def test_each_mistake_gets_one_clear_line_and_nothing_else(
    room: Room, line: str, problem: str
) -> None:
    (card,) = room.all_said(line)

    assert card.tone is Tone.BAD
    assert problem in card.text
    assert "\n" not in card.text
    assert card.hint.startswith("Usage: /")
    assert not card.attachments


@pytest.mark.parametrize("line", ["/chart doge", "/book doge", "/watch doge"])
def test_what_is_not_traded_here_is_said(room: Room, line: str) -> None:
    (card,) = room.all_said(line)

    assert card.title == "No instrument matches DOGE/USDT"
    assert card.text


def test_a_timeframe_without_history_is_said(room: Room) -> None:
    assert room.say("/chart AAPL 5m").title == "No candles of AAPL"


def test_where_there_is_no_perpetual_the_coin_is_not_offered_in_its_place(room: Room) -> None:
    card = room.say("/leverage btc-perp 3")

    assert "BTC/USDT:USDT" in card.title
    assert "Bybit, OKX or Binance" in card.text
    assert "Did you mean" not in card.text
