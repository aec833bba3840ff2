"""What is offered while an argument is typed: what everybody may know, and the best first."""

from __future__ import annotations

import asyncio

from bot.command import Catalogue
from bot.completions import completions
from bot.voice import Voice

VOICES = {name: Voice(name) for name in ("en", "fr")}
complete = completions(lambda: ("ETH/BTC", "BTC/USDT", "BTC/USD"))


def offered(form: str, typed: str) -> list[str]:
    return list(asyncio.run(complete(form, typed)))


def test_what_begins_as_typed_comes_before_what_holds_it() -> None:
    assert offered("symbol", "btc") == ["BTC/USDT", "BTC/USD", "ETH/BTC"]
    assert offered("timeframe", "1")[:3] == ["1m", "15m", "1h"]


def test_of_a_list_the_last_word_is_completed() -> None:
    assert offered("symbols", "ETH/BTC btc/usdt") == ["ETH/BTC BTC/USDT"]


def test_there_are_at_most_25_and_none_for_what_only_one_person_knows() -> None:
    assert len(offered("zone", "")) == 25
    assert offered("id", "") == []


def test_a_menu_says_what_is_for_one_person_alone_unless_groups_are_open() -> None:
    catalogue = Catalogue.discover()
    personal = {entry.name for entry in catalogue.menu(VOICES).entries if entry.is_personal}

    assert {"buy", "balance", "yes", "role"} <= personal
    assert not {"price", "chart", "help", "halt"} & personal
    opened = catalogue.menu(VOICES, has_open_groups=True)
    assert not any(entry.is_personal for entry in opened.entries)
