"""Taking back what was just done, where one line can say it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.card import Button
from bot.voice import Voice

LONGEST_LINE = 64


def undo(label: str, command: str, words: Sequence[str], voice: Voice) -> tuple[Button, ...]:
    """A button that says the opposite; none where there is nothing, or too much to say."""
    line = f"/{command} {' '.join(words)}"
    if not words or len(line.encode()) > LONGEST_LINE:
        return ()
    return (Button(voice.say(label), line),)
