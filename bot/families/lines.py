"""Slash lines that stand for commands: written from arguments, parted from the time beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.arguments.schedules import read_cron
from bot.command import Command

_CRON_WORD = re.compile(r"[\d*][\d*,/-]*|[\d*,/a-z-]{3,}")
_RECURS = re.compile(r"every|each|tous|toutes|chaque", re.IGNORECASE)
# In `/report daily at 8am` the adverb is the report's kind, never a part of the time.
_KIND = re.compile(r"/?report (?:daily|weekly|monthly)\b", re.IGNORECASE)


def line_of(name: str, arguments: Mapping[str, object]) -> str:
    """`/buy symbol=BTC/USDT amount=50`: the line that gives this command when it is read."""
    named = (f"{key}={_quoted(value)}" for key, value in arguments.items())
    return " ".join((f"/{name}", *named))


def canonical_line(command: Command) -> str:
    """A command as the line that says it."""
    return line_of(command.spec.name, command.canonical())


def parted(text: str) -> tuple[str, str]:
    """`/report daily every weekday at 8am` as the line and the time; no time is empty.

    The time is the longest end that reads as one, or else what was surely meant as one, so that
    its own reader says what is wrong with it.
    """
    words = text.split()
    for place in range(2 if _KIND.match(" ".join(words)) else 1, len(words)):
        if _is_schedule(" ".join(words[place:])):
            return " ".join(words[:place]), " ".join(words[place:])
    place = _meant_from(words)
    return " ".join(words[:place]), " ".join(words[place:])


def _is_schedule(text: str) -> bool:
    try:
        read_cron(text)
    except ValueError:
        return False
    return True


def _meant_from(words: Sequence[str]) -> int:
    """Where a mistaken time begins: five words like cron's, or a word of recurrence."""
    if len(words) > 5 and all(_CRON_WORD.fullmatch(word) for word in words[-5:]):
        return len(words) - 5
    places = (place for place, word in enumerate(words) if place and _RECURS.fullmatch(word))
    return next(places, len(words))


def _quoted(value: object) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = text.replace('"', "")
    return f'"{text}"' if " " in text else text
