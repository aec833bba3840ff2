"""/reconcile — where the desk and a venue disagree, and the three ways to end it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field

from bot.card import Button, Card, Table, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.forms import WordText
from bot.presenters.orders import described
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


_MARK_LETTERS = 16
_MARKED = re.compile(rf"(?P<id>.+)#[0-9a-f]{{{_MARK_LETTERS}}}")


class Reconcile(Command, name="reconcile", effect=Effect.ADMINISTERS):
    """Compare the desk with its venues, and end what differs: adopt, close or ignore it."""

    action: Action = Field(default=Action.SHOW, description="adopt, close, ignore, or just show.")
    difference: WordText | None = Field(default=None, description="Its id, as /reconcile shows it.")

    def consent(self) -> Consent:
        """Looking needs none; ending one is shown first."""
        return Consent.NONE if self.action is Action.SHOW else super().consent()

    def bound(self, context: Context) -> Self:
        """With a mark of all that the card shows: a yes is for that and for nothing since."""
        found = self._found(context)
        return self if found is None else self.model_copy(update={"difference": _marked(found)})

    async def preview(self, context: Context) -> Preview:
        """What would be taken in, ended or left."""
        difference = self._found(context)
        if difference is None:
            return DifferenceChanged(self._now(context))
        price = None
        if difference.kind is DifferenceKind.SIZE_DRIFT:
            price = await context.desk.reconciliation.price(difference)
        may = difference.may_be_adopted or self.action is not Action.ADOPT
        if self.action is Action.CLOSE:
            may = context.desk.reconciliation.may_close(difference)
        needs_price = difference.kind is DifferenceKind.SIZE_DRIFT
        is_refused = not may or (needs_price and price is None and self.action is not Action.IGNORE)
        return SettlePreview(self.action, difference, price, is_refused)

    async def handle(self, context: Context) -> Outcome:
        """Show what is known and ask the venues again, or do what was confirmed."""
        desk = context.desk.reconciliation
        if self.action is Action.SHOW:
            found = self._found(context) if self.difference else None
            desk.compare_soon()
            return DifferencesSeen((found,) if found else desk.differences(), desk.compared_at)
        key = IntentKey(context.intent)
        if (done := await desk.settled(key)) is not None:
            return Settled(self.action, done, is_over=True)
        difference = self._found(context)
        if difference is None:
            return DifferenceChanged(self._now(context))
        is_over = await desk.settle(difference, _SETTLES[self.action], key)
        return Settled(self.action, difference, is_over)

    def _found(self, context: Context) -> Difference | None:
        """The one that is meant; None where it is not what a card showed any more."""
        known = context.desk.reconciliation.differences()
        said = self.difference or ""
        if _MARKED.fullmatch(said):
            return next((each for each in known if _marked(each) == said), None)
        fitting = _fitting(said, known)
        if len(fitting) != 1:
            raise self.wrong("difference", "choice", detail=", ".join(_names(known)) or "–")
        return fitting[0]

    def _now(self, context: Context) -> Difference | None:
        """What differs there by now."""
        marked = _MARKED.fullmatch(self.difference or "")
        known = context.desk.reconciliation.differences()
        return next((each for each in known if marked and each.id == marked["id"]), None)


def _fitting(said: str, known: Sequence[Difference]) -> Sequence[Difference]:
    """Those that are called just that, or else those whose names begin with it."""
    wanted = said.casefold()
    names = {each.id: (each.id.casefold(), each.short_id.casefold()) for each in known}
    return (
        [each for each in known if each.id == said]
        or [each for each in known if wanted in names[each.id]]
        or [each for each in known if wanted and any(n.startswith(wanted) for n in names[each.id])]
    )


def _names(known: Sequence[Difference]) -> Iterator[str]:
    """What each is called: in short, where no other is called so."""
    short = Counter(each.short_id for each in known)
    return (each.id if short[each.short_id] > 1 else each.short_id for each in known)


def _marked(difference: Difference) -> str:
    terms = difference.order.terms if difference.order is not None else None
    said = difference.account, difference.kind.value, difference.ours, difference.theirs, terms
    return f"{difference.id}#{hashlib.sha256(repr(said).encode()).hexdigest()[:_MARK_LETTERS]}"


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
                rows=tuple(
                    _row(name, each, voice)
                    for name, each in zip(_names(self.differences), self.differences, strict=True)
                ),
                numeric=(3, 4),
            ),
            buttons=_buttons(self.differences[0], voice),
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

    @property
    def reference_price(self) -> str:
        """The price it would be booked at; what is left alone has none."""
        is_priced = self.price is not None and self.action is not Action.IGNORE
        return f"{self.price:f}" if is_priced else ""

    def card(self, voice: Voice) -> Card:
        """Both sides, and what the yes would do."""
        fields = list(_fields(self.difference, voice))
        if self.price is not None:
            fields.append((voice.say("fields.price"), voice.price(self.price)))
        if self.is_refused:
            key = "cannot" if self.difference.may_be_adopted else "cannot_adopt"
            title = voice.say(f"reconcile.{key}", what=_what(self.difference, voice))
            return Card(title, fields=tuple(fields), hint=voice.say(f"reconcile.{key}_hint"))
        kind = self.difference.kind
        return Card(
            voice.say(f"reconcile.question.{self.action}", what=_what(self.difference, voice)),
            text=voice.say(f"reconcile.effect.{kind}.{self.action}"),
            fields=tuple(fields),
        )


@dataclass(frozen=True, slots=True)
class DifferenceChanged:
    """Not what the card showed any more, so that no yes to it counts."""

    now: Difference | None
    is_refused: bool = True
    reference_price: str = ""

    def card(self, voice: Voice) -> Card:
        """What differs by now, to be decided anew."""
        return Card(
            voice.say("reconcile.changed"),
            fields=() if self.now is None else _fields(self.now, voice),
            buttons=() if self.now is None else _buttons(self.now, voice),
            hint=voice.say("reconcile.changed_hint"),
            tone=Tone.WARNING,
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
        if self.is_over and self.action is Action.CLOSE and not self.difference.may_be_adopted:
            key = "reconcile.done.end"
        return Card(
            voice.say(key, what=_what(self.difference, voice)),
            hint=voice.say("reconcile.done_hint"),
            tone=Tone.GOOD if self.is_over else Tone.NEUTRAL,
        )


def _what(difference: Difference, voice: Voice) -> str:
    return voice.say(f"difference.{difference.kind}", symbol=difference.symbol)


def _buttons(difference: Difference, voice: Voice) -> tuple[Button, ...]:
    """The three ways to end it, by its whole name: a short one may become another one's."""
    return tuple(
        Button(voice.say(f"reconcile.{action}"), f"/reconcile {action} {difference.id}")
        for action in (Action.ADOPT, Action.CLOSE, Action.IGNORE)
        if action is not Action.ADOPT or difference.may_be_adopted
    )


def _fields(difference: Difference, voice: Voice) -> tuple[tuple[str, str], ...]:
    fields = [
        (voice.say("fields.account"), difference.account),
        (voice.say("fields.symbol"), difference.symbol),
        (voice.say("reconcile.ours"), voice.quantity(difference.ours)),
        (voice.say("reconcile.theirs"), voice.quantity(difference.theirs)),
    ]
    if difference.order is not None:
        terms = difference.order.terms
        fields += [
            (voice.say("fields.side"), voice.say(f"side.{terms.side.value}")),
            (voice.say("fields.quantity"), voice.quantity(terms.quantity)),
            (voice.say("fields.type"), described(terms, voice)),
        ]
    return tuple(fields)


def _row(name: str, difference: Difference, voice: Voice) -> tuple[str, ...]:
    return (
        name,
        _what(difference, voice),
        difference.symbol,
        voice.quantity(difference.ours),
        voice.quantity(difference.theirs),
    )
