"""100,000 price alerts on 500 instruments: what a tick costs, quiet and firing."""

from __future__ import annotations

import random
import time
from decimal import Decimal

from engine.alerts.book import AlertBook
from engine.domain.alert import Alert, Repeat
from engine.domain.identifiers import AlertId, PersonId, Symbol
from engine.domain.market import Tick
from engine.domain.timeframe import Timeframe

INSTRUMENTS = 500
ALERTS = 100_000
TICKS = 500_000
BAR = 1_000_000.0
_ROUNDS = 3


def run() -> list[tuple[str, float, float, str]]:
    """Rows of (measure, figure, bar, unit); a figure holds when it is at least its bar."""
    chance = random.Random(7)  # noqa: S311 -- made-up prices
    symbols = [Symbol(f"S{number}/USDT") for number in range(INSTRUMENTS)]
    quiet = _ticks(chance, symbols, spread="0.5")
    book, few = _book(chance, symbols, ALERTS), _book(chance, symbols, INSTRUMENTS * 2)
    many_rate = max(_rate(book, quiet) for _ in range(_ROUNDS))
    few_rate = max(_rate(few, quiet) for _ in range(_ROUNDS))
    return [
        ("ticks a second, 100,000 alerts, none fires", many_rate, BAR, "/s"),
        ("the same beside 1,000 alerts", many_rate / few_rate, 0.7, "x"),
        ("alerts fired a second", _firing_rate(book, symbols), 50_000.0, "/s"),
    ]


def _book(chance: random.Random, symbols: list[Symbol], count: int) -> AlertBook:
    """Half above 101, half below 99."""
    book = AlertBook()
    for number in range(count):
        distance = Decimal(chance.randint(100, 5_000)) / 100
        formula = f"price > {100 + distance}" if number % 2 else f"price < {100 - distance}"
        book.add(_alert(f"a{number}", symbols[number % len(symbols)], formula))
    return book


def _alert(name: str, symbol: Symbol, formula: str) -> Alert:
    owner = PersonId("ann")
    return Alert(AlertId(name), owner, "", symbol, formula, Timeframe.H1, Repeat.ONCE, "", 0)


def _ticks(chance: random.Random, symbols: list[Symbol], spread: str) -> list[Tick]:
    ticks = []
    for number in range(TICKS):
        price = 100 + Decimal(spread) * Decimal(chance.randint(-100, 100)) / 100
        ticks.append(_tick(symbols[number % len(symbols)], price, number))
    return ticks


def _tick(symbol: Symbol, price: Decimal, at: int) -> Tick:
    return Tick(symbol, price, price, price, Decimal(1), at)


def _rate(book: AlertBook, ticks: list[Tick]) -> float:
    take = book.on_tick
    began = time.perf_counter()
    for tick in ticks:
        take(tick)
    return len(ticks) / (time.perf_counter() - began)


def _firing_rate(book: AlertBook, symbols: list[Symbol]) -> float:
    """Prices that rise and fall until every alert has fired, each removed as the kernel does it."""
    held = len(book)
    began = time.perf_counter()
    for step in range(1, 52):
        for symbol in symbols:
            for price in (Decimal(100 + step), Decimal(100 - step)):
                for alert in book.on_tick(_tick(symbol, price, step)):
                    book.note_fired(alert.id, step)
    return (held - len(book)) / (time.perf_counter() - began)
