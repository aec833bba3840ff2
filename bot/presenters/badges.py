"""Where prices come from, said wherever they are shown."""

from __future__ import annotations

from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.market import DataKind


def badge(kind: DataKind, voice: Voice, account: Account | None = None) -> str:
    """`paper · simulated prices`, `live · Main`; nothing for a live price and no account.

    An account is named where there are several.
    """
    words = []
    if account is not None:
        words.append(voice.say("common.paper" if account.is_paper else "common.live"))
        words += [account.name] if account.name else []
    if kind is not DataKind.LIVE:
        words.append(voice.say(f"badge.{kind.value}"))
    return " · ".join(words)


def backtest_badge(kind: DataKind | None, voice: Voice) -> str:
    """`backtest · simulated prices`; `kind` is None for candles out of a person's own file."""
    source = badge(kind, voice) if kind else ""
    return " · ".join(word for word in (voice.say("backtest.badge"), source) if word)
