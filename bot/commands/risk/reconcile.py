"""/reconcile — where the desk and a venue disagree, and the three ways to end it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from bot.card import Button, Card, Table, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.forms import WordText
from bot.voice import Voice
from engine.domain.difference import Difference, DifferenceKind, Settlement
from engine.domain.identifiers import IntentKey


class Action(StrEnum):
    """What to do with a difference."""

    SHOW = "show"
    ADOPT = "adopt"
    CLOSE = "close"
    IGNORE = "ignore"


_SETTLES = {
    Action.ADOPT: Settlement.ADOPTED,
    Action.CLOSE: Settlement.CLOSED,
    Action.IGNORE: Settlement.IGNORED,
}


class Reconcile(Command, name="reconcile", effect=Effect.ADMINISTERS):
    """Compare the desk with its venues, and end what differs: adopt, close or ignore it."""

    action: Action = Field(default=Action.SHOW, description="adopt, close, ignore, or just show.")
    difference: WordText | None = Field(default=None, description="Its id, as /reconcile shows it.")

    def consent(self) -> Consent:
        """Looking needs none; ending one is shown first."""
        return Consent.NONE if self.action is Action.SHOW else super().consent()

    async def preview(self, context: Context) -> Preview:
        """What would be taken in, ended or left."""
        difference = self._found(context)
        price = await context.desk.reconciliation.price(difference)
        may = self.action is not Action.CLOSE or context.desk.reconciliation.may_close(difference)
        needs_price = difference.kind is DifferenceKind.SIZE_DRIFT
        is_refused = not may or (needs_price and price is None and self.action is not Action.IGNORE)
        return SettlePreview(self.action, difference, price, is_refused)

    async def handle(self, context: Context) -> Outcome:
        """Show what is known and ask the venues again, or do what was confirmed."""
        desk = context.desk.reconciliation
        if self.action is Action.SHOW:
            shown = (self._found(context),) if self.difference else desk.differences()
            desk.compare_soon()
            return DifferencesSeen(shown, desk.compared_at)
        difference = self._found(context)
        key = IntentKey(context.intent)
        is_over = await desk.settle(difference, _SETTLES[self.action], key)
        return Settled(self.action, difference, is_over)

    def _found(self, context: Context) -> Difference:
        wanted = (self.difference or "").casefold()
        known = context.desk.reconciliation.differences()
        fitting = [each for each in known if wanted and each.short_id.startswith(wanted)]
        if len(fitting) != 1:
            ids = ", ".join(each.short_id for each in known) or "–"
            raise self.wrong("difference", "choice", detail=ids)
        return fitting[0]


@dataclass(frozen=True, slots=True)
class DifferencesSeen:
    """All that is not settled; trading on those accounts only reduces."""

    differences: Sequence[Difference]
    compared_at: int

    def card(self, voice: Voice) -> Card:
        """A row each, and buttons for the first."""
        if not self.differences:
            when = voice.when(self.compared_at) if self.compared_at else "–"
            return Card(
                voice.say("reconcile.none"),
                text=voice.say("reconcile.compared", when=when),
                hint=voice.say("reconcile.none_hint"),
                tone=Tone.GOOD,
            )
        columns = ("id", "what", "symbol", "ours", "theirs")
        return Card(
            voice.say("reconcile.title", count=str(len(self.differences))),
            text=voice.say("reconcile.text"),
            table=Table(
                header=tuple(voice.say(f"reconcile.{name}") for name in columns),
                rows=tuple(_row(each, voice) for each in self.differences),
                numeric=(3, 4),
            ),
            buttons=tuple(
                Button(voice.say(f"reconcile.{action}"), f"/reconcile {action} {first.short_id}")
                for first in self.differences[:1]
                for action in (Action.ADOPT, Action.CLOSE, Action.IGNORE)
            ),
            hint=voice.say("reconcile.hint"),
            tone=Tone.WARNING,
        )


@dataclass(frozen=True, slots=True)
class SettlePreview:
    """One difference and what would become of it."""

    action: Action
    difference: Difference
    price: Decimal | None
    is_refused: bool
    reference_price: str = ""

    def card(self, voice: Voice) -> Card:
        """Both sides, and what the yes would do."""
        fields = [
            (voice.say("fields.symbol"), self.difference.symbol),
            (voice.say("reconcile.ours"), voice.quantity(self.difference.ours)),
            (voice.say("reconcile.theirs"), voice.quantity(self.difference.theirs)),
        ]
        if self.price is not None and self.difference.kind is DifferenceKind.SIZE_DRIFT:
            fields.append((voice.say("fields.price"), voice.price(self.price)))
        if self.is_refused:
            title = voice.say("reconcile.cannot", what=_what(self.difference, voice))
            return Card(title, fields=tuple(fields), hint=voice.say("reconcile.cannot_hint"))
        kind = self.difference.kind
        return Card(
            voice.say(f"reconcile.question.{self.action}", what=_what(self.difference, voice)),
            text=voice.say(f"reconcile.effect.{kind}.{self.action}"),
            fields=tuple(fields),
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """It is over, or it was already."""

    action: Action
    difference: Difference
    is_over: bool

    def card(self, voice: Voice) -> Card:
        """What was done."""
        key = f"reconcile.done.{self.action}" if self.is_over else "reconcile.over_already"
        return Card(
            voice.say(key, what=_what(self.difference, voice)),
            hint=voice.say("reconcile.done_hint"),
            tone=Tone.GOOD if self.is_over else Tone.NEUTRAL,
        )


def _what(difference: Difference, voice: Voice) -> str:
    return voice.say(f"difference.{difference.kind}", symbol=difference.symbol)


def _row(difference: Difference, voice: Voice) -> tuple[str, ...]:
    return (
        difference.short_id,
        _what(difference, voice),
        difference.symbol,
        voice.quantity(difference.ours),
        voice.quantity(difference.theirs),
    )
