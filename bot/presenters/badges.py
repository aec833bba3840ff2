"""Where prices come from, said wherever they are shown."""

from __future__ import annotations

from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.market import DataKind


def badge(kind: DataKind, voice: Voice, account: Account | None = None) -> str:
    """`paper · simulated prices`, `LIVE · Main`; nothing for a live price and no account.

    An account is named where there are several.
    """
    words = []
    if account is not None:
        words.append(mode(account, voice))
        words += [account.name] if account.name else []
    if kind is not DataKind.LIVE:
        words.append(voice.say(f"badge.{kind.value}"))
    return " · ".join(words)


def mode(account: Account, voice: Voice) -> str:
    """Paper, live, or on a venue's test network, where no money moves either."""
    if account.is_paper:
        return voice.say("common.paper")
    return voice.say("common.test" if account.is_test else "common.live")


def backtest_badge(kind: DataKind | None, voice: Voice) -> str:
    """`backtest · simulated prices`; `kind` is None for candles out of a person's own file."""
    source = badge(kind, voice) if kind else ""
    return " · ".join(word for word in (voice.say("backtest.badge"), source) if word)
