"""Every argument of every command, wrong in each way it can be, in both languages.

What the grammar and the readers refuse is worded and looked at as it is; what only the desk can
refuse goes through the room, of which all share one.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.card import Card, Tone
from bot.command import Catalogue, Command, choices_of, form_of
from bot.errors import BotError
from bot.failures import failed
from bot.forms import Form
from bot.homes import DATABASE
from bot.interpreter.slash import read_slash
from bot.voice import LANGUAGES, Voice
from tests.room import CONFIG, Room

CATALOGUE = Catalogue.discover()
COMMANDS = list(CATALOGUE)
READERS = {"en": "olga", "fr": "odile"}
LONG = "9" * 31

RIGHT = {
    "command": "/price BTC/USDT",
    "date": "2024-01-31",
    "decimal": "1",
    "duration": "1h",
    "formula": "price > 1",
    "formulas": "sma(close,5)",
    "id": "zzzz",
    "level": "5%",
    "params": "fast=10",
    "person": "terminal:odile",
    "percent": "10%",
    "period": "7d",
    "schedule": "0 8 * * 1-5",
    "strategy": "sma-cross",
    "symbol": "BTC/USDT",
    "symbols": "BTC/USDT",
    "text": "words",
    "timeframe": "1h",
    "word": "buy",
    "zone": "Europe/Paris",
}
"""By form; what is not here has choices, or takes a word."""
BESIDE = {"buy": {"quantity": "1"}, "sell": {"quantity": "1"}, "replace": {"price": "1"}}
"""What a command needs though no single field of it does."""

NUMBERS = ("abc", "-1", "NaN", "inf", "1e9", LONG, "0x10", "1.2.3")
WRONG = {
    "command": ("/nonsense", "/price 123", "/halt"),
    "date": ("soon", "31.01.2024", "2024-13-01", "1e9"),
    "decimal": NUMBERS,
    "duration": ("soon", "0m", "-5m", "999999d", "NaN", "1e9"),
    "formula": (
        *("price >", "smaa(close, 3) > 1", "price > NaN", "price", "rsi(close, 0) < 3", "1e9"),
        *(f"price > {LONG}", "price > -", "close = 3", "change(0d) > 1%", "sma(close > 1, 3) > 1"),
    ),
    "formulas": ("smaa(close,3)", "sma(close,0)", "sma(close", "nan", "1e9"),
    "id": ("#", "!", "no,such", "zzzz", "-1", "NaN", "1e9", LONG),
    "level": (*NUMBERS, "0", "0%", "-5%", "abc%"),
    "params": ("fast", "fast=abc", "=5", "fast=NaN", "fast=1e9", f"fast={LONG}"),
    "percent": ("abc", "-5%", "5", "0%", "101%", "NaN%", "1e9%", f"{LONG}%"),
    "person": ("nobody", "#", "-1", "1e9", "telegram:", LONG),
    "period": ("soon", "0d", "-7d", "999999d", "NaN", "1e9"),
    "schedule": ("soon", "0 25 * * *", "every day", "0 8 * * 1-9", "0 8 31 2 *", "*/0 * * * *"),
    "strategy": ("no/such", "nonsense", "NaN", "-"),
    "symbol": ("123", "doge", "hello big world", "XYZ/EUR", "NaN", "-1", "usdt", LONG),
    "symbols": ("123", "btc doge", "NaN", "-1", "usdt"),
    "timeframe": ("3h", "7m", "soon", "0h", "-1h", "NaN", "1e9"),
    "zone": ("Nowhere/City", "12345", "-1"),
}
CHOSEN = ("sideways", "-1", "NaN", "1e9", "0x10")
FREE = {"text"}
"""Any words are right."""
QUIET = {("unwatch", "symbols")}
"""Answered without a refusal: what is not on the list need not be taken off it."""
ABOVE_ZERO = {"quantity", "amount", "price", "stop_price", "depth"}

ENGLISH = re.compile(
    r"\b(the|is|are|must|should|most|such|did|you|mean|it|there|what|which|say|with|from|above|"
    r"below|number|missing|unknown|wrong|needs?|has|have|takes?|more|input|valid)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"«.*?»|“.*?”")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wrong") / "home"


@pytest.fixture(scope="module")
def room(home: Path) -> Iterator[Room]:
    people = {**CONFIG.people, "terminal:odile": "owner"}
    made = Room(home, CONFIG.model_copy(update={"people": people}))
    for symbol, price in (("BTC/USDT", 60_000), ("ETH/USDT", 3_000)):
        made.price(symbol, price)
    made.say("/language fr", who="odile")
    yield made
    made.close()


def effects(home: Path) -> dict[str, int]:
    """How many rows stand in each table that something done would add to."""
    with closing(sqlite3.connect(home / DATABASE)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("journal", "tickets", "schedules", "strategies", "watchlists", "audit")
        }


def value_of(command: type[Command], name: str) -> str:
    """A right word for an argument."""
    field = command.arguments().get(name)
    if field is None:
        return RIGHT["decimal"]
    choices = choices_of(field)
    return choices[0] if choices else RIGHT.get(form_of(field).name, RIGHT["word"])


def right(command: type[Command]) -> dict[str, str]:
    """The least that a command can be given."""
    needed = [name for name, field in command.arguments().items() if field.is_required()]
    return {name: value_of(command, name) for name in needed} | BESIDE.get(command.spec.name, {})


def line_of(command: type[Command], arguments: dict[str, str]) -> str:
    words = (f'{name}="{value}"' for name, value in arguments.items())
    return " ".join((f"/{command.spec.name}", *words))


def mistakes(command: type[Command]) -> Iterator[str]:
    """Lines that are wrong in one thing each."""
    base, name = right(command), command.spec.name
    for argument in command.arguments():
        yield line_of(command, base | {argument: ""})
        if argument in base and argument not in BESIDE.get(name, {}):
            yield line_of(command, {key: value for key, value in base.items() if key != argument})
        for wrong in wrongs(command, argument):
            yield line_of(command, base | {argument: wrong})
        yield f"{line_of(command, base | {argument: value_of(command, argument)})} {argument}=1"
    if not takes_all(command):
        words = [f'"{value_of(command, each)}"' for each in command.positionals()]
        yield " ".join((f"/{name}", *words, "sideways"))
        yield f"{line_of(command, base)} sideways=1"


def wrongs(command: type[Command], argument: str) -> tuple[str, ...]:
    field = command.arguments()[argument]
    form = form_of(field).name
    if (command.spec.name, argument) in QUIET or form in FREE:
        return ()
    if choices_of(field):
        return CHOSEN
    zero = ("0",) if argument in ABOVE_ZERO else ()
    return WRONG.get(form, ("nowhere",)) + zero


def takes_all(command: type[Command]) -> bool:
    fields = (command.arguments().get(name) for name in command.positionals())
    forms = [form_of(field) if field else Form("") for field in fields]
    return any(form.takes_rest or form.takes_many for form in forms)


def answers(line: str, room: Room) -> Iterator[tuple[str, list[Card]]]:
    try:
        read_slash(line, CATALOGUE)
    except BotError as error:
        for language in LANGUAGES:
            yield language, [failed(error, Voice(language))]
    else:
        for language in LANGUAGES:
            yield language, room.all_said(line, who=READERS[language])


def complaints(line: str, language: str, cards: list[Card]) -> Iterator[str]:
    """What an answer lacks of one clear line in the reader's language."""
    if len(cards) != 1:
        yield f"{len(cards)} answers"
        return
    card = cards[0]
    if card.tone is not Tone.BAD or card.attachments or card.table:
        yield "it was not refused"
    if card.title == Voice(language).say("errors.unforeseen.title"):
        yield "nobody foresaw it"
    if not card.text.strip() or "\n" in card.text or len(card.text) > 250:
        yield "it is not one clear line"
    if language == "fr":
        found = ENGLISH.search(QUOTED.sub("", f"{card.title} {card.text}"))
        if found:
            yield f"{found[0]!r} is English"


@pytest.mark.parametrize("command", COMMANDS, ids=[each.spec.name for each in COMMANDS])
def test_each_wrong_argument_gets_one_clear_line_and_does_nothing(
    command: type[Command], room: Room, home: Path
) -> None:
    before = effects(home)

    found = [
        f"{line[:100]} ({language}): {complaint}: {[(card.title, card.text) for card in cards]}"
        for line in mistakes(command)
        for language, cards in answers(line, room)
        for complaint in complaints(line, language, cards)
    ]

    assert not found, "\n".join(found)
    assert effects(home) == before
