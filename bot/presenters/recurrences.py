"""What recurs in words: when it is due, and an answer that comes late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.card import Card
from bot.voice import Voice

LATE_MS = 60_000
"""An answer to a schedule that begins later than this says so."""


def due_times(times: Sequence[int], voice: Voice) -> str:
    """The next due times (UTC ms) in the reader's zone, each to the minute."""
    return " · ".join(voice.minute(time) for time in times) or voice.say("common.none")


def made_up(card: Card, due_at: int, voice: Voice) -> Card:
    """The same card, saying that it was due then and is made up now."""
    late = voice.say("schedule.made_up", due=voice.minute(due_at))
    return replace(card, text=f"{late}\n{card.text}" if card.text else late)
