"""/watch — put instruments on your watchlist."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.forms import Symbols
from bot.presenters.undo import undo
from bot.voice import Voice
from engine.domain.identifiers import Symbol

MOST_WATCHED = 50


class Watch(Command, name="watch", effect=Effect.CHANGES_SETTINGS):
    """Put instruments on your watchlist."""

    symbols: Symbols = Field(description="One or more instruments, such as BTC/USDT ETH/USDT.")

    async def handle(self, context: Context) -> Outcome:
        """Add those that are not on it; one that is unknown stops all."""
        wanted = [context.desk.markets.find(symbol).symbol for symbol in self.symbols]
        person = context.principal.person
        watched = await context.watchlists.symbols(person)
        new = [symbol for symbol in wanted if symbol not in watched]
        if len(watched) + len(new) > MOST_WATCHED:
            raise self.wrong("symbols", "watched_too_many", most=str(MOST_WATCHED))
        await context.watchlists.add(person, new)
        return NowWatched(tuple(wanted), tuple(new), len(watched) + len(new))


@dataclass(frozen=True, slots=True)
class NowWatched:
    """What was asked for, what of it is new, and how many are on the list now."""

    wanted: tuple[Symbol, ...]
    new: tuple[Symbol, ...]
    count: int

    def card(self, voice: Voice) -> Card:
        """What is new on it, or that all were there."""
        key = "added" if self.new else "known"
        names = ", ".join(self.new or self.wanted)
        return Card(
            voice.say(f"watch.{key}", symbols=names),
            text=voice.say("watch.count", count=str(self.count)),
            buttons=undo("watch.undo", "unwatch", self.new, voice),
            hint=voice.say("watch.hint"),
            tone=Tone.GOOD if self.new else Tone.NEUTRAL,
        )
