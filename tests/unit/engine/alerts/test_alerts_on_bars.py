"""Alerts on indicators are judged when a bar closes, once a bar, with their past loaded."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.alerts.book import AlertBook
from engine.domain.alert import Alert, Repeat
from engine.domain.candles import Candle, Candles
from engine.domain.identifiers import AlertId, PersonId, Symbol
from engine.domain.market import BarClosed, Tick
from engine.domain.timeframe import Timeframe
from engine.formula import evaluate, parse

BTC = Symbol("BTC/USDT")
HOUR = 3_600
FORMULAS = ("close > 100", "sma(close, 3) > 100", "close > 99 and change(2h) < 1%")


def alert(formula: str, repeat: Repeat = Repeat.ONCE, held: bool = False) -> Alert:
    name = AlertId(f"{formula}:{repeat}")
    return Alert(name, PersonId("ann"), "", BTC, formula, Timeframe.H1, repeat, "", 0, held=held)


def bar(number: int, close: float) -> BarClosed:
    candle = Candle(number * HOUR, close, close, close, close, 1.0)
    return BarClosed(BTC, Timeframe.H1, candle, (number + 1) * HOUR * 1000)


def tick(price: str, at: int) -> Tick:
    return Tick(BTC, Decimal(price), Decimal(price), Decimal(price), Decimal(1), at)


def candles(closes: list[float]) -> Candles:
    return Candles.of([bar(number, close).candle for number, close in enumerate(closes)])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([98.0, 99.5, 100.0, 100.5, 102.0]), min_size=1, max_size=30),
    st.integers(0, 10),
    st.sampled_from(FORMULAS),
    st.sampled_from(Repeat),
)
def test_it_fires_on_the_bars_on_which_its_formula_becomes_true(
    closes: list[float], known: int, formula: str, repeat: Repeat
) -> None:
    known = min(known, len(closes))
    values = evaluate(parse(formula), candles(closes), timeframe=Timeframe.H1)
    held = known > 0 and bool(values[known - 1] == 1.0)
    book = AlertBook()
    book.add(alert(formula, repeat, held))
    book.on_history(BTC, Timeframe.H1, candles(closes[:known]))

    fired = []
    for number in range(known, len(closes)):
        if book.on_bar(bar(number, closes[number])):
            fired.append(number)
            book.note_fired(alert(formula, repeat).id, (number + 1) * HOUR * 1000)

    expected: list[int] = []
    state = held
    for number in range(known, len(closes)):
        is_true = values[number] == 1.0
        if repeat is Repeat.ONCE:
            expected += [number] if is_true and not expected else []
        elif is_true and not state:
            expected.append(number)
        state = state if np.isnan(values[number]) else bool(is_true)
    assert fired == expected


def test_one_that_is_true_already_fires_with_the_next_price_and_never_again() -> None:
    book = AlertBook()
    held = alert("close > 100", held=True)
    book.add(held)
    book.on_history(BTC, Timeframe.H1, candles([99.0, 101.0]))

    assert list(book.on_tick(tick("50", 3 * HOUR * 1000))) == [held]
    book.note_fired(held.id, 3 * HOUR * 1000)
    assert not book.on_tick(tick("50", 3 * HOUR * 1000 + 1))
    assert not book.on_bar(bar(2, 101.0))
    assert len(book) == 0


def test_one_that_repeats_and_is_true_already_waits_for_the_next_time() -> None:
    book = AlertBook()
    held = alert("close > 100", Repeat.ALWAYS, held=True)
    book.add(held)
    book.on_history(BTC, Timeframe.H1, candles([99.0, 101.0]))

    assert not book.on_tick(tick("101", 2 * HOUR * 1000))
    assert not book.on_bar(bar(2, 101.0))
    assert not book.on_bar(bar(3, 99.0))
    assert list(book.on_bar(bar(4, 101.0))) == [held]


def test_a_bar_that_made_it_true_while_nobody_watched_is_told_after_a_restart() -> None:
    book = AlertBook()
    missed = alert("sma(close, 3) > 100")
    book.add(missed)
    book.on_history(BTC, Timeframe.H1, candles([99.0, 101.0, 102.0]))

    assert list(book.on_tick(tick("102", 4 * HOUR * 1000))) == [missed]


def test_a_snoozed_alert_is_judged_again_with_the_first_bar_after_it() -> None:
    book = AlertBook()
    quiet = alert("close > 100")
    book.add(quiet)
    book.snooze(quiet.id, 3 * HOUR * 1000)

    assert not book.on_bar(bar(0, 101.0))
    assert not book.on_bar(bar(1, 101.0))
    assert [one.id for one in book.on_bar(bar(2, 101.0))] == [quiet.id]


def test_a_removed_alert_leaves_nothing_behind() -> None:
    book = AlertBook()
    for formula in (
        "price > 100",
        "change(1d) < -5%",
        "price > 1 and change(1h) > 0%",
        "close > 1",
    ):
        one = alert(formula)
        book.add(one)
        book.remove(one.id)

    assert len(book) == 0
    assert not book.on_tick(tick("101", 0))
    assert not book.on_bar(bar(0, 101.0))


def test_a_condition_of_price_and_change_together_is_judged_on_every_tick() -> None:
    book = AlertBook()
    both = alert("price > 90 and change(1m) <= -5%", Repeat.ALWAYS)
    book.add(both)
    minute = Candle(0, 100.0, 100.0, 100.0, 100.0, 1.0)
    book.on_bar(BarClosed(BTC, Timeframe.M1, minute, 60_000))

    fired = [bool(book.on_tick(tick(price, 60_000 + n))) for n, price in enumerate(
        ("96", "95", "94", "96", "94", "89", "91")
    )]  # fmt: skip
    assert fired == [False, True, False, False, True, False, True]


def test_a_change_over_more_than_a_week_is_measured_on_hours() -> None:
    book = AlertBook()
    month = alert("change(30d) < -5%")
    assert book.history_needed(month)[0] is Timeframe.H1
    book.add(month)
    closes = [100.0] * (31 * 24)
    book.on_history(BTC, Timeframe.H1, candles(closes))

    now = len(closes) * HOUR * 1000
    assert not book.on_tick(tick("95", now))
    assert list(book.on_tick(tick("94.99", now + 1))) == [month]
