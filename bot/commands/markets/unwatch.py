"""/unwatch — take instruments off your watchlist."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.forms import Symbols
from bot.presenters.undo import undo
from bot.voice import Voice
from engine.domain.identifiers import Symbol


class Unwatch(Command, name="unwatch", effect=Effect.CHANGES_SETTINGS):
    """Take instruments off your watchlist."""

    symbols: Symbols = Field(description="One or more instruments, such as BTC/USDT ETH/USDT.")

    async def handle(self, context: Context) -> Outcome:
        """Take off those that are on it."""
        wanted = tuple(Symbol(symbol) for symbol in self.symbols)
        gone = await context.watchlists.remove(context.principal.person, wanted)
        return NoLongerWatched(wanted, tuple(gone))


@dataclass(frozen=True, slots=True)
class NoLongerWatched:
    """What was asked for, and what of it was on the list."""

    wanted: tuple[Symbol, ...]
    gone: tuple[Symbol, ...]

    def card(self, voice: Voice) -> Card:
        """What is off it, or that nothing of it was there."""
        key = "removed" if self.gone else "unknown"
        return Card(
            voice.say(f"unwatch.{key}", symbols=", ".join(self.gone or self.wanted)),
            buttons=undo("unwatch.undo", "watch", self.gone, voice),
            hint=voice.say("unwatch.hint"),
            tone=Tone.GOOD if self.gone else Tone.NEUTRAL,
        )
