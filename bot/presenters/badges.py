"""Where prices come from, said wherever they are shown."""

from __future__ import annotations

from bot.voice import Voice
from engine.domain.market import DataKind


def badge(kind: DataKind, voice: Voice, *, is_paper: bool = False) -> str:
    """`paper · simulated prices`; nothing for a live price on a live account."""
    words = [voice.say("common.paper")] if is_paper else []
    if kind is not DataKind.LIVE:
        words.append(voice.say(f"badge.{kind.value}"))
    return " · ".join(words)


def backtest_badge(kind: DataKind | None, voice: Voice) -> str:
    """`backtest · simulated prices`; `kind` is None for candles out of a person's own file."""
    source = badge(kind, voice) if kind else ""
    return " · ".join(word for word in (voice.say("backtest.badge"), source) if word)
