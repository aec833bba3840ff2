"""Alerts: set, judged, told, snoozed, removed, and kept over a restart."""

from __future__ import annotations

import pytest

from bot.card import Card, Tone
from engine.desk.alerts import MOST_ALERTS
from engine.domain.alert import Alert, Repeat
from engine.domain.identifiers import AlertId, PersonId, Symbol
from engine.domain.requests import SetAlert
from engine.domain.timeframe import Timeframe
from tests.room import Room

FIRED = "Alert: BTC/USDT"


def fields(card: Card) -> dict[str, str]:
    return dict(card.fields)


def alert_id(card: Card) -> str:
    """The id that a card names in its remove button."""
    return next(b.line for b in card.buttons if b.line.startswith("/unalert")).split()[1]


def told(room: Room, who: str = "ann") -> int:
    """How often an alert on bitcoin has been told."""
    return room.titles(who).count(FIRED)


# -- levels of the price ------------------------------------------------------------------


def test_an_alert_says_what_it_waits_for_and_fires_once(room: Room) -> None:
    card = room.say("/alert btc price > 61000 note=sell the rest")

    assert card.title == f"Alert {alert_id(card)} watches BTC/USDT"
    assert fields(card) == {
        "Condition": "price > 61000",
        "Judged": "with every price",
        "Repeats": "no, it fires once",
        "Now": "price = 60,000",
        "Distance": "+1.67%",
        "Note": "sell the rest",
    }
    assert card.badge == "simulated prices"

    room.price("BTC/USDT", 61000)
    assert told(room) == 0
    room.price("BTC/USDT", 61001)
    room.price("BTC/USDT", 60000)
    room.price("BTC/USDT", 62000)

    assert told(room) == 1
    assert fields(room.cards()[-1])["Note"] == "sell the rest"
    assert room.say("/alerts").title == "You have no alerts"


def test_one_that_is_true_already_says_so_and_fires_at_once(room: Room) -> None:
    card = room.say("/alert btc price > 50000")
    assert "fires at once" in card.text

    room.price("BTC/USDT", 60001)

    assert told(room) == 1


def test_one_that_repeats_fires_each_time_it_becomes_true(room: Room) -> None:
    card = room.say("/alert btc price >= 60000 repeat=always")
    assert "the next time it becomes true" in card.text

    for price in (60001, 59999, 60000, 60500, 59000, 60000):
        room.price("BTC/USDT", price)

    assert told(room) == 2


def test_an_alert_is_told_to_the_one_who_set_it(room: Room) -> None:
    room.say("/alert btc price > 61000", who="bob")

    room.price("BTC/USDT", 61500)

    assert told(room, "bob") == 1
    assert told(room, "ann") == 0


def test_what_fired_before_a_restart_does_not_fire_again_and_what_waits_still_does(
    room: Room,
) -> None:
    room.say("/alert btc price > 61000")
    room.say("/alert btc price > 60500 repeat=always")
    room.say("/alert btc price < 50000")
    room.price("BTC/USDT", 61500)
    assert told(room) == 2
    room.restart()
    room.price("BTC/USDT", 61600)
    assert told(room) == 0

    room.price("BTC/USDT", 49000)
    room.price("BTC/USDT", 60501)

    assert told(room) == 2
    assert len(room.say("/alerts").table.rows) == 1  # type: ignore[union-attr]


def test_one_that_repeats_and_held_when_it_was_set_is_silent_after_a_restart(room: Room) -> None:
    room.say("/alert btc price > 50000 repeat=always")
    room.restart()

    room.price("BTC/USDT", 60000)

    assert told(room) == 0


def test_a_message_that_is_delivered_twice_sets_one_alert(room: Room) -> None:
    room.deliver("/alert btc price > 61000", "u1")
    room.deliver("/alert btc price > 61000", "u1")

    assert room.say("/alerts").title == "Your alerts: 1"


# -- changes and indicators ---------------------------------------------------------------


def test_a_change_is_measured_against_the_price_of_then(room: Room) -> None:
    room.wait(120)
    card = room.say("/alert btc change(1m) < -5%")
    assert fields(card)["Judged"] == "with every price"

    room.price("BTC/USDT", 60000)
    room.wait(61)
    room.price("BTC/USDT", 57001)
    assert told(room) == 0
    room.price("BTC/USDT", 56999)

    assert told(room) == 1


def test_an_indicator_is_judged_when_its_candle_closes(room: Room) -> None:
    card = room.say("/alert btc close > 60500 timeframe=5m")
    assert fields(card)["Judged"] == "when a 5m candle closes"

    room.price("BTC/USDT", 61000)
    assert told(room) == 0
    room.wait(301)

    assert told(room) == 1


def test_an_alert_says_what_its_indicators_are_now(room: Room) -> None:
    card = room.say("/alert eth rsi(close, 14) < 30 and close > 100 timeframe=4h")

    now = fields(card)["Now"]
    assert "rsi(close, 14) = " in now
    assert "close = " in now


# -- lists, snoozing, removing ------------------------------------------------------------


def test_alerts_are_listed_with_their_distance(room: Room) -> None:
    room.say("/alert btc price > 66000")
    room.say("/alert eth rsi(close, 14) < 30 timeframe=4h repeat=always")

    card = room.say("/alerts")

    assert card.table is not None
    rows = [row[1:] for row in card.table.rows]
    assert rows == [
        ("BTC/USDT", "price > 66000", "no, it fires once", "waiting", "+10.00%"),
        ("ETH/USDT", "rsi(close, 14) < 30 (4h)", "each time it becomes true", "waiting", "–"),
    ]
    assert [row[1] for row in room.say("/alerts eth").table.rows] == ["ETH/USDT"]  # type: ignore[union-attr]
    assert room.say("/alerts sol").title == "You have no alerts"
    assert room.say("/alerts", who="bob").title == "You have no alerts"


def test_a_snoozed_alert_is_quiet_and_then_fires_if_it_is_still_true(room: Room) -> None:
    name = alert_id(room.say("/alert btc price > 61000"))

    card = room.say(f"/snooze {name} 30m")
    assert card.title == f"Alert {name} is quiet until 2 Mar 2026 09:30 UTC"
    assert "quiet until" in room.say("/alerts").table.rows[0][4]  # type: ignore[union-attr]
    room.price("BTC/USDT", 62000)
    assert told(room) == 0
    room.wait(1801)
    room.price("BTC/USDT", 62001)

    assert told(room) == 1


def test_removing_can_be_undone_and_is_final_otherwise(room: Room) -> None:
    name = alert_id(room.say("/alert btc price > 61000 repeat=always"))

    card = room.say(f"/unalert #{name.upper()}")
    assert card.title == f"Alert {name} is removed"
    room.price("BTC/USDT", 62000)
    assert told(room) == 0
    room.price("BTC/USDT", 60000)

    assert card.buttons[0].line == "/alert BTC/USDT price > 61000 repeat=always"
    room.say(card.buttons[0].line)
    room.price("BTC/USDT", 62000)
    assert told(room) == 1


def test_all_alerts_or_those_of_one_instrument_are_removed(room: Room) -> None:
    for line in ("btc price > 90k", "btc price < 1", "eth price > 90k", "sol price > 1"):
        room.say(f"/alert {line}")

    assert room.say("/unalert all btc").title == "2 alerts are removed"
    assert room.say("/unalert all").title == "2 alerts are removed"
    assert room.say("/unalert all").title == "There was no alert to remove"


def test_nobody_can_touch_the_alert_of_another(room: Room) -> None:
    name = alert_id(room.say("/alert btc price > 61000"))

    for line in (f"/unalert {name}", f"/snooze {name} 1h"):
        assert room.say(line, who="bob").title == f"No alert {name}"
    assert room.say("/unalert all", who="bob").title == "There was no alert to remove"

    room.price("BTC/USDT", 62000)
    assert told(room) == 1


def test_nobody_has_more_alerts_than_one_person_may(room: Room) -> None:
    room.say("/alert btc price > 61000")
    (person,) = {alert.owner for alert in room.app.runtime.kernel.alerts}
    for number in range(MOST_ALERTS - 1):
        room.app.runtime.kernel.step(SetAlert(_waiting(number, person), 0))

    card = room.say("/alert btc price > 62000")

    assert card.title == "You have too many alerts"
    assert "1,000" in card.text
    assert room.say("/alerts").title == "Your alerts: 1000"


def _waiting(number: int, owner: PersonId) -> Alert:
    return Alert(
        AlertId(f"n{number}"),
        owner,
        "",
        Symbol("SOL/USDT"),
        "price > 9000",
        Timeframe.H1,
        Repeat.ONCE,
        "",
        1,
    )


def test_alerts_speak_the_readers_language(room: Room) -> None:
    room.say("/language fr")

    card = room.say("/alert btc price > 61000")

    assert fields(card)["Vérifiée"] == "à chaque prix"
    assert room.say("/alerts").title == "Vos alertes\u00a0: 1"


# -- bad input ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("/alert", "symbol: it is missing"),
        ("/alert btc", "formula: it is missing"),
        ("/alert 5 price > 1", "symbol: “5” is not a symbol"),
        ("/alert btc price", "price is a number and never true or false"),
        ("/alert btc 70000", "70000 is a number and never true or false"),
        ("/alert btc price >", "formula: "),
        ("/alert btc price > abc", "nothing is called “abc”, at column 9"),
        ("/alert btc price > " + "9" * 100, "formula: "),
        ("/alert btc rsi(close) < 30", "“rsi” at column 1 has 1 arguments; write rsi(x, n)"),
        ("/alert btc rsi(close, -5) < 30", "formula: "),
        ("/alert btc change(5x) < 1%", "formula: "),
        (
            "/alert btc close > 1 timeframe=3h",
            "timeframe: “3h” is not a timeframe; did you",
        ),
        ("/alert btc on(1h, close) > 1 timeframe=4h", "timeframe: the formula looks at 1h"),
        ("/alert btc price > 1 repeat=often", "repeat: it must be once or always"),
        ("/alert btc price > 1 repeat=once repeat=once", "repeat: it is given twice"),
        ("/alert btc price > 1 note=" + "x" * 201, "note: it may have at most 200 characters"),
        ("/alert aapl price > 1", "symbol: the prices of AAPL are recorded"),
        ("/alerts 5", "symbol: “5” is not a symbol"),
        ("/alerts btc eth", "eth: there is no place for it"),
        ("/unalert", "alert: it is missing"),
        ("/unalert all 5", "symbol: “5” is not a symbol"),
        ("/snooze", "alert: it is missing"),
        ("/snooze abcd", "duration: it is missing"),
        ("/snooze abcd long", "duration: “long” is not a duration such as 30m"),
        ("/snooze abcd -5m", "duration: “-5m” is not a duration such as 30m"),
        ("/snooze abcd 0m", "duration: “0m” is not a duration such as 30m"),
        ("/snooze abcd 31d", "duration: at most 30d"),
        ("/snooze abcd 999999d", "duration: “999999d” is not a duration such as 30m"),
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
    assert len(room.app.runtime.kernel.alerts) == 0


@pytest.mark.parametrize("line", ["/alert doge price > 1", "/alerts doge", "/unalert all doge"])
def test_what_is_not_traded_here_is_said(room: Room, line: str) -> None:
    assert room.say(line).title == "No instrument matches DOGE/USDT"


@pytest.mark.parametrize("line", ["/unalert zzzz", "/snooze zzzz 1h"])
def test_an_alert_that_does_not_exist_is_said(room: Room, line: str) -> None:
    assert room.say(line).title == "No alert zzzz"
