"""/positions — what is held, what it is worth, and what protects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import Field

from bot.card import Button, Card, Table
from bot.command import Context, Effect, Outcome
from bot.families.accounts import AccountCommand
from bot.forms import SymbolText
from bot.presenters.badges import badge
from bot.presenters.margin import held_line, leverage_words
from bot.presenters.orders import described
from bot.voice import Voice
from engine.desk import AccountView, Holding
from engine.domain.identifiers import Symbol
from engine.domain.margin import Leverage
from engine.domain.money import ZERO
from engine.domain.order import OrderType
from engine.ports.venue import HeldOnMargin


class Positions(
    AccountCommand, name="positions", effect=Effect.READS, aliases=("pos",), is_personal=True
):
    """Show open positions with their profit and their stops."""

    symbol: SymbolText | None = Field(default=None, description="Only this instrument.")

    async def handle(self, context: Context) -> Outcome:
        """Read them with the last prices."""
        symbol, margin = Symbol(self.symbol) if self.symbol else None, context.desk.margin
        asked = context.desk.markets.find(symbol) if symbol else None
        holdings = context.desk.portfolio.holdings(symbol)
        backed = [each for each in holdings if each.margin is not None]
        stated = await margin.held() if backed else {}
        lines = tuple(
            Backed(each, margin.leverage(name), stated.get(name))
            for each in backed
            if (name := each.position.symbol)
        )
        account = context.desk.portfolio.account()
        if asked is not None and asked.kind.is_margined and not holdings:
            return NothingOnMargin(account, margin.leverage(asked.symbol))
        return PositionsSeen(account, tuple(holdings), lines)


@dataclass(frozen=True, slots=True)
class Backed:
    """A position on margin, as the desk and its venue have it."""

    holding: Holding
    leverage: Leverage | None
    stated: HeldOnMargin | None


@dataclass(frozen=True, slots=True)
class NothingOnMargin:
    """No position in a perpetual, and the leverage that one would open with."""

    account: AccountView
    leverage: Leverage | None

    def card(self, voice: Voice) -> Card:
        """As where nothing is held, with the leverage."""
        said = (voice.say("leverage.label"), leverage_words(self.leverage, voice))
        return replace(PositionsSeen(self.account, ()).card(voice), fields=(said,))


@dataclass(frozen=True, slots=True)
class PositionsSeen:
    """Holdings of one account."""

    account: AccountView
    holdings: Sequence[Holding]
    backed: Sequence[Backed] = ()

    def card(self, voice: Voice) -> Card:
        """A table, and a button to close each."""
        account = self.account.account
        mark = badge(account.data_kind, voice, account)
        if not self.holdings:
            return Card(
                voice.say("positions.none.title"),
                text=voice.say("positions.none.text"),
                badge=mark,
                hint=voice.say("positions.none.hint"),
            )
        columns = ("symbol", "quantity", "entry", "price", "value", "profit", "stop")
        return Card(
            voice.say("positions.title", count=str(len(self.holdings))),
            text="\n".join(
                held_line(each.holding, each.leverage, each.stated, voice) for each in self.backed
            ),
            table=Table(
                header=tuple(voice.say(f"positions.{name}") for name in columns),
                rows=tuple(_row(holding, voice) for holding in self.holdings),
                numeric=(1, 2, 3, 4, 5),
            ),
            badge=mark,
            buttons=tuple(
                Button(
                    voice.say("positions.close", symbol=holding.position.symbol),
                    f"/close {holding.position.symbol}{account.argument}",
                )
                for holding in self.holdings[:4]
            ),
            hint=voice.say("positions.hint"),
        )


def _row(holding: Holding, voice: Voice) -> tuple[str, ...]:
    position, instrument = holding.position, holding.instrument
    entry = position.average_price
    return (
        position.symbol,
        voice.quantity(position.quantity),
        voice.price(instrument.price(entry)) if entry is not None else "–",
        _mark(holding, voice),
        voice.money(holding.value, instrument.quote),
        voice.money(holding.unrealized, instrument.quote, signed=True),
        _stops(holding, voice) or voice.say("positions.unprotected"),
    )


def _stops(holding: Holding, voice: Voice) -> str:
    """What rests to end it, and of how much where that is not all."""
    orders, held = holding.protection, abs(holding.position.quantity)
    stops = [described(order.terms, voice) for order in orders]
    # A target ends nothing that falls.
    resting = (order for order in orders if order.terms.type is not OrderType.LIMIT)
    covered = sum((order.remaining for order in resting), ZERO)
    if held - covered >= holding.instrument.quantity_step:
        sizes = (voice.quantity(order.remaining) for order in orders)
        pairs = zip(stops, sizes, strict=True)
        stops = [voice.say("positions.partly", stop=stop, size=size) for stop, size in pairs]
    return ", ".join(stops)


def _mark(holding: Holding, voice: Voice) -> str:
    """The price it is valued at and how old that is."""
    if holding.tick is None or holding.price_age_seconds is None:
        return voice.price(None)
    age = voice.ago(holding.price_age_seconds)
    return voice.say("positions.mark", price=voice.price(holding.tick.last), age=age)
