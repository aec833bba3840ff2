"""/halt — the kill switch: no model, no confirmation, from any chat."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Table, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.presenters.orders import order_table
from bot.voice import Voice
from engine.desk import Holding
from engine.domain.identifiers import IntentKey
from engine.domain.order import Order


class Halt(Command, name="halt", effect=Effect.REDUCES_RISK, aliases=("panic",)):
    """Refuse every order that adds risk and cancel what rests; protection stays."""

    flatten: bool = Field(default=False, description="true: close all positions as well.")

    def consent(self) -> Consent:
        """Stopping needs none; closing everything is shown first."""
        return Consent.CONFIRM if self.flatten else Consent.NONE

    async def preview(self, context: Context) -> Preview:
        """What would be closed."""
        return FlattenPreview(tuple(context.desk.portfolio.holdings()))

    async def handle(self, context: Context) -> Outcome:
        """Latch it, in the database, before anything else."""
        key = IntentKey(context.intent)
        asked = await context.desk.risk.halt(key, context.principal.name, flatten=self.flatten)
        left = tuple(context.desk.orders.open()), tuple(context.desk.portfolio.holdings())
        return Halted(asked, *left, is_closing=self.flatten)


@dataclass(frozen=True, slots=True)
class FlattenPreview:
    """Everything that is held."""

    holdings: tuple[Holding, ...]
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """One row a position."""
        return Card(
            voice.say("halt.question", count=str(len(self.holdings))),
            text=voice.say("halt.question_text"),
            table=_held(self.holdings, voice) if self.holdings else None,
        )


@dataclass(frozen=True, slots=True)
class Halted:
    """Trading has stopped; what is left is named."""

    canceled: int
    left: tuple[Order, ...]
    holdings: tuple[Holding, ...]
    is_closing: bool

    def card(self, voice: Voice) -> Card:
        """What was asked to go, and what still stands; what closing leaves is told once seen."""
        flatten = Button(voice.say("halt.flatten_button"), "/halt flatten=true")
        return Card(
            voice.say("halt.title"),
            fields=(
                (voice.say("halt.canceled"), str(self.canceled)),
                (voice.say("halt.orders_left"), str(len(self.left))),
                (voice.say("halt.positions"), str(len(self.holdings))),
            ),
            table=order_table(self.left, voice) if self.left else None,
            buttons=(flatten,) if self.holdings and not self.is_closing else (),
            hint=voice.say("halt.closing_hint" if self.is_closing else "halt.hint"),
            tone=Tone.WARNING,
        )


def _held(holdings: tuple[Holding, ...], voice: Voice) -> Table:
    return Table(
        header=tuple(voice.say(f"fields.{name}") for name in ("symbol", "quantity", "value")),
        rows=tuple(
            (
                holding.position.symbol,
                voice.quantity(holding.position.quantity),
                voice.money(holding.value, holding.instrument.quote),
            )
            for holding in holdings
        ),
        numeric=(1, 2),
    )
