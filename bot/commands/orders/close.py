"""/close — close a position at market, or all of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from bot.arguments.numbers import read_decimal
from bot.arguments.symbols import read_symbol
from bot.card import Card, Table, Tone
from bot.command import Context, Effect, Outcome, Preview
from bot.families.accounts import AccountCommand
from bot.forms import Form, PercentText, ShownTexts
from bot.presenters.badges import badge
from bot.presenters.order_outcomes import OrderPlaced, OrderRefused, placed_or_refused
from bot.presenters.orders import DraftPreview, refusal_card, slippage_words
from bot.voice import Voice
from engine.desk import Draft, Holding, OrderWish, Outlook, Refused
from engine.domain.identifiers import IntentKey, Symbol
from engine.domain.order import Side
from engine.errors import InstrumentNotFound, PositionNotFound, QuoteNotFound

ALL = "all"
OTHERWISE = "not_as_shown"
_EXACTLY = re.compile(r"(?P<symbol>.+):(?P<quantity>[\d.,]+)")
DUST = "dust"
UNLISTED, UNPRICED = "unlisted", "no_quote"
_OWN = frozenset({OTHERWISE, DUST})
"""Refusals of the card's own, which the desk does not know."""
_Unable = Mapping[Symbol, Refused]
"""What no order can be reckoned for, and why."""


def _holding(text: object) -> str:
    """`all`, an instrument, or exactly these: `BTC/USDT:0.05 ETH/USDT:1`."""
    said = str(text).strip()
    if said.lower() == ALL:
        return ALL
    if not all(_EXACTLY.fullmatch(word) for word in said.split()):
        return read_symbol(said)
    return " ".join(f"{symbol}:{quantity:f}" for symbol, quantity in _parts(said))


def _parts(said: str) -> Iterator[tuple[str, Decimal]]:
    """Instruments with their quantities, where they are said; a perpetual's name has a colon."""
    for word in said.split():
        exactly = _EXACTLY.fullmatch(word)
        if exactly is not None:
            yield read_symbol(exactly["symbol"]), Decimal(read_decimal(exactly["quantity"]))


HoldingText = Annotated[str, BeforeValidator(_holding), Form("symbol")]


class Close(AccountCommand, name="close", effect=Effect.MOVES_MONEY, aliases=("flat",)):
    """Close an open position at market, whole or in part."""

    symbol: HoldingText = Field(description="What to close, such as BTC/USDT, or all.")
    percent: PercentText | None = Field(default=None, description="How much of it; all of it.")
    shown: ShownTexts = Field(default=(), description="The side of each order on the card.")

    def bound(self, context: Context) -> Self:
        """With the very quantities and sides that the card shows: a yes is for those alone."""
        wishes, (drafts, _) = self._wishes(context), self._drafts(context)
        exactly = " ".join(f"{wish.symbol}:{wish.quantity:f}" for wish in wishes)
        shown = tuple(_sided(draft) for draft in drafts if draft.refusal is None)
        update = {"symbol": exactly, "percent": None, "shown": shown}
        return super().bound(context).model_copy(update=update)

    async def preview(self, context: Context) -> Preview:
        """What each sale would bring."""
        drafts, unable = self._drafts(context)
        outlooks = [await context.desk.orders.outlook(draft.terms) for draft in drafts]
        if len(drafts) == 1 and not unable:
            return DraftPreview(drafts[0], outlooks[0])
        return ClosePreview(tuple(drafts), tuple(outlooks), unable)

    async def handle(self, context: Context) -> Outcome:
        """Send one order a position, each once for this confirmation."""
        outcomes = await self._came_of_it(context)
        drafts, unable = self._drafts(context, tuple(outcomes))
        for draft in drafts:
            outcomes[draft.terms.symbol] = await self._closed(draft, context)
        outcomes.update((symbol, OrderRefused(refusal)) for symbol, refusal in unable.items())
        if len(outcomes) == 1:
            return next(iter(outcomes.values()))
        return ClosesPlaced(tuple(outcomes.items()))

    async def _came_of_it(self, context: Context) -> dict[Symbol, OrderPlaced | OrderRefused]:
        """What was done for this very yes before a crash."""
        desk, account = context.desk.orders, context.desk.orders.account
        found: dict[Symbol, OrderPlaced | OrderRefused] = {}
        for name, _ in _parts(self.symbol):
            symbol = Symbol(name)
            outcome = await desk.came_of(_key(symbol, context))
            if outcome is not None:
                found[symbol] = placed_or_refused(outcome, account.data_kind, account)
        return found

    async def _closed(self, draft: Draft, context: Context) -> OrderPlaced | OrderRefused:
        if draft.refusal is not None and draft.refusal.rule in _OWN:
            return OrderRefused(draft.refusal)
        accepted = await context.desk.orders.place(
            draft,
            _key(draft.terms.symbol, context),
            context.intent,
            confirmed_ms_ago=context.age_ms,
        )
        return placed_or_refused(accepted, draft.kind, draft.account)

    def _drafts(
        self, context: Context, done: Collection[Symbol] = ()
    ) -> tuple[Sequence[Draft], _Unable]:
        """What each comes to, or why not: it is dust, or the card did not show it so.

        Nothing is asked anew of what is `done`.
        Raises InstrumentNotFound, QuoteNotFound where one alone was asked for.
        """
        wishes, named = self._wishes(context, done), tuple(_parts(self.symbol))
        drafts: list[Draft] = []
        unable: dict[Symbol, Refused] = {}
        for wish in wishes:
            try:
                draft = context.desk.orders.draft(wish)
            except (InstrumentNotFound, QuoteNotFound) as error:
                if max(len(wishes), len(named)) == 1:
                    raise
                rule = UNPRICED if isinstance(error, QuoteNotFound) else UNLISTED
                unable[wish.symbol] = Refused(rule, {"symbol": wish.symbol})
            else:
                drafts.append(replace(draft, refusal=self._own_refusal(draft) or draft.refusal))
        return drafts, unable

    def _own_refusal(self, draft: Draft) -> Refused | None:
        symbol, instrument = draft.terms.symbol, draft.instrument
        if not instrument.closable(draft.position_before):
            least = max(instrument.minimum_quantity, instrument.quantity_step)
            facts = {"held": f"{abs(draft.position_before):f}", "limit": f"{least:f}"}
            return Refused(DUST, {"symbol": symbol, **facts})
        if self.shown and draft.refusal is None and _sided(draft) not in self.shown:
            return Refused(OTHERWISE, {"symbol": symbol})
        return None

    def _wishes(self, context: Context, done: Collection[Symbol] = ()) -> Sequence[OrderWish]:
        """One for each position; never more than is held by now."""
        share = self.percent.value if self.percent else Decimal(100)
        exactly = dict(_parts(self.symbol))
        wishes = []
        for holding in self._holdings(context, tuple(exactly), done):
            held = abs(holding.position.quantity)
            wanted = exactly.get(holding.position.symbol, held * share / 100)
            wishes.append(
                OrderWish(
                    symbol=holding.position.symbol,
                    side=Side.SELL if holding.position.quantity > 0 else Side.BUY,
                    quantity=holding.instrument.quantity(min(held, wanted)),
                )
            )
        return wishes

    def _holdings(
        self, context: Context, named: Sequence[str], done: Collection[Symbol]
    ) -> Sequence[Holding]:
        holdings = context.desk.portfolio.holdings()
        if self.symbol != ALL:
            symbols = named or (context.desk.markets.find(self.symbol).symbol,)
            holdings = [each for each in holdings if each.position.symbol in symbols]
        if not (holdings or done) and self.symbol == ALL:
            raise PositionNotFound(why="all")
        if not (holdings or done):
            raise PositionNotFound(symbol=", ".join(named) or self.symbol.upper())
        return [each for each in holdings if each.position.symbol not in done]


@dataclass(frozen=True, slots=True)
class ClosePreview:
    """Several positions at once, each with its order or why there can be none."""

    drafts: tuple[Draft, ...]
    outlooks: tuple[Outlook, ...]
    unable: _Unable

    @property
    def is_refused(self) -> bool:
        """Whether none of them can be closed."""
        return not self._closing

    @property
    def reference_price(self) -> str:
        """What all that can be closed is worth, for the quantities stay as they are."""
        return f"{sum((draft.notional for draft, _ in self._closing), Decimal(0)):f}"

    @property
    def _closing(self) -> Sequence[tuple[Draft, Outlook]]:
        pairs = zip(self.drafts, self.outlooks, strict=True)
        return [(draft, outlook) for draft, outlook in pairs if draft.refusal is None]

    def card(self, voice: Voice) -> Card:
        """One row a position, and a line for each that cannot be closed."""
        columns = ("symbol", "quantity", "price", "age", "value", "fee", "slippage")
        rows = [_row(*each, voice) for each in self._closing]
        refused = [(d.terms.symbol, d.refusal) for d in self.drafts if d.refusal is not None]
        refused += self.unable.items()
        table = Table(
            header=tuple(voice.say(f"fields.{name}") for name in columns),
            rows=tuple(rows),
            numeric=(1, 2, 3, 4, 5, 6),
        )
        question = voice.say("close.question", count=str(len(rows)))
        return Card(
            question if rows else voice.say("close.none"),
            text="\n".join(_not_closed(symbol, refusal, voice) for symbol, refusal in refused),
            table=table if rows else None,
            badge=next((badge(d.kind, voice, d.account) for d in self.drafts), ""),
            hint="" if rows else voice.say("close.none_hint"),
            tone=Tone.ASK if rows else Tone.BAD,
        )


@dataclass(frozen=True, slots=True)
class ClosesPlaced:
    """One outcome a position, by its instrument."""

    outcomes: tuple[tuple[Symbol, OrderPlaced | OrderRefused], ...]

    def card(self, voice: Voice) -> Card:
        """A line for each; fills are told as they come."""
        placed = [each.card(voice) for _, each in self.outcomes if isinstance(each, OrderPlaced)]
        lines = [card.title for card in placed]
        lines += [
            _not_closed(symbol, each.refusal, voice)
            for symbol, each in self.outcomes
            if isinstance(each, OrderRefused)
        ]
        count = str(len(placed))
        return Card(
            voice.say("close.placed", count=count) if placed else voice.say("close.none"),
            text="\n".join(lines),
            badge=placed[0].badge if placed else "",
            hint=voice.say("close.hint" if placed else "close.none_hint"),
            tone=Tone.GOOD if len(placed) == len(self.outcomes) else Tone.WARNING,
        )


def _not_closed(symbol: Symbol, refusal: Refused, voice: Voice) -> str:
    card = refusal_card(refusal, voice)
    return voice.say("close.refused", symbol=symbol, reason=f"{card.text} {card.hint}")


def _key(symbol: Symbol, context: Context) -> IntentKey:
    return IntentKey(f"{context.intent}:{symbol}")


def _sided(draft: Draft) -> str:
    return f"{draft.terms.symbol}:{draft.terms.side.value}"


def _row(draft: Draft, outlook: Outlook, voice: Voice) -> tuple[str, ...]:
    quote = draft.instrument.quote
    return (
        draft.instrument.symbol,
        voice.quantity(draft.terms.quantity),
        voice.price(draft.price),
        voice.ago(draft.price_age_seconds),
        voice.money(draft.notional, quote),
        voice.money(draft.fee, quote),
        slippage_words(outlook, quote, voice),
    )
