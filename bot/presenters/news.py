"""How a piece of news is named and answered: seen, or once more later."""

from __future__ import annotations

import re

from bot.card import Button
from bot.voice import Voice

_NAME = re.compile(r"news:([0-9]{1,18})")


def news_name(sequence: int) -> str:
    """What a person calls it by."""
    return f"news:{sequence}"


def news_sequence(name: str) -> int | None:
    """The entry of the journal behind such a name, None for another name."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


def news_buttons(sequence: int, voice: Voice) -> tuple[Button, ...]:
    """Say that it was seen, or have it said again."""
    name = news_name(sequence)
    return (
        Button(voice.say("news.seen"), f"/seen {name}"),
        Button(voice.say("news.again"), f"/snooze {name} 1h"),
    )
