"""/seen — acknowledge an urgent piece of news, so that the desk knows who has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.errors import NewsNotFound
from bot.forms import IdText
from bot.presenters.news import news_sequence
from bot.voice import Voice


class Seen(Command, name="seen", effect=Effect.CHANGES_SETTINGS, aliases=("ack",)):
    """Say that you have seen an urgent piece of news."""

    news: IdText | None = Field(
        default=None,
        description="Its id, as its button has it: news:812; the last one if not said.",
    )

    async def handle(self, context: Context) -> Outcome:
        """Only what the person was told can be seen by them."""
        sequence, me = news_sequence(self.news or ""), context.principal.person
        is_named = self.news is not None
        heard = None
        if sequence is not None or not is_named:
            heard = await context.outbox.heard(me, sequence)
        if heard is None:
            raise NewsNotFound(news=self.news or "urgent")
        sequence = heard.sequence
        is_new = await context.acknowledgements.see(sequence, me, context.now)
        others = []
        for person, at in await context.acknowledgements.seen_by(sequence):
            member = await context.people.get(person)
            if person != me and member is not None:
                others.append((member.name, at))
        return NewsSeen(is_new, tuple(others))


@dataclass(frozen=True, slots=True)
class NewsSeen:
    """Whether that is new, and who else has seen it and when (UTC ms), the first one first."""

    is_new: bool
    others: Sequence[tuple[str, int]]

    def card(self, voice: Voice) -> Card:
        """Noted, and who has it as well."""
        names = ", ".join(f"{name} ({voice.when(at)})" for name, at in self.others)
        return Card(
            voice.say("seen.noted" if self.is_new else "seen.before"),
            text=voice.say("seen.others", names=names) if names else voice.say("seen.first"),
            hint=voice.say("seen.hint"),
            tone=Tone.GOOD,
        )
