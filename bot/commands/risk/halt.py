"""/halt — the kill switch: no model, no confirmation, from any chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import Field

from bot.card import Button, Card, Table, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.presenters.orders import order_table
from bot.voice import Voice
from engine.desk import Exposed
from engine.domain.account import Account
from engine.domain.identifiers import AccountId, IntentKey
from engine.domain.order import Order


class Halt(Command, name="halt", effect=Effect.REDUCES_RISK, aliases=("panic",)):
    """Refuse every order that adds risk and cancel what rests; protection stays."""

    flatten: bool = Field(default=False, description="true: close all positions as well.")

    def consent(self) -> Consent:
        """Stopping needs none; closing everything is shown first."""
        return Consent.CONFIRM if self.flatten else Consent.NONE

    async def preview(self, context: Context) -> Preview:
        """What would be closed, on every account."""
        risk = context.desk.risk
        return FlattenPreview(tuple(risk.held()), risk.accounts())

    async def handle(self, context: Context) -> Outcome:
        """Latch it, in the database, before anything else."""
        key, risk = IntentKey(context.intent), context.desk.risk
        asked = await risk.halt(key, context.principal.name, flatten=self.flatten)
        left = tuple(risk.resting()), tuple(risk.held())
        return Halted(asked, *left, risk.accounts(), is_closing=self.flatten)


@dataclass(frozen=True, slots=True)
class FlattenPreview:
    """Everything that is held, on whichever account: the halt is the whole desk's."""

    held: tuple[Exposed, ...]
    accounts: Mapping[AccountId, Account]
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """One row a position."""
        return Card(
            voice.say("halt.question", count=str(len(self.held))),
            text=voice.say("halt.question_text"),
            table=_held(self.held, self.accounts, voice) if self.held else None,
        )


@dataclass(frozen=True, slots=True)
class Halted:
    """Trading has stopped; what is left is named."""

    canceled: int
    left: tuple[Order, ...]
    held: tuple[Exposed, ...]
    accounts: Mapping[AccountId, Account]
    is_closing: bool

    def card(self, voice: Voice) -> Card:
        """What was asked to go, and what still stands; what closing leaves is told once seen."""
        flatten = Button(voice.say("halt.flatten_button"), "/halt flatten=true")
        return Card(
            voice.say("halt.title"),
            fields=(
                (voice.say("halt.canceled"), str(self.canceled)),
                (voice.say("halt.orders_left"), str(len(self.left))),
                (voice.say("halt.positions"), str(len(self.held))),
            ),
            table=_orders(self.left, self.accounts, voice) if self.left else None,
            buttons=(flatten,) if self.held and not self.is_closing else (),
            hint=voice.say("halt.closing_hint" if self.is_closing else "halt.hint"),
            tone=Tone.WARNING,
        )


def _held(held: Sequence[Exposed], accounts: Mapping[AccountId, Account], voice: Voice) -> Table:
    table = Table(
        header=tuple(voice.say(f"fields.{name}") for name in ("symbol", "quantity", "value")),
        rows=tuple(
            (
                each.position.symbol,
                voice.quantity(each.position.quantity),
                voice.money(each.value, each.instrument.quote),
            )
            for each in held
        ),
        numeric=(1, 2),
    )
    return _beside([accounts[each.position.account] for each in held], table, accounts, voice)


def _orders(orders: Sequence[Order], accounts: Mapping[AccountId, Account], voice: Voice) -> Table:
    own = [accounts[order.account] for order in orders]
    return _beside(own, order_table(orders, voice), accounts, voice)


def _beside(
    own: Sequence[Account], table: Table, accounts: Mapping[AccountId, Account], voice: Voice
) -> Table:
    """The rows with the account of each, where a desk has several."""
    if len(accounts) == 1:
        return table
    names = (account.name or account.id for account in own)
    return replace(
        table,
        header=(voice.say("fields.account"), *table.header),
        rows=tuple((name, *row) for name, row in zip(names, table.rows, strict=True)),
        numeric=tuple(column + 1 for column in table.numeric),
    )
