"""What buying and selling share: the size in one word, the draft, the order."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from bot.arguments.numbers import plain
from bot.command import Context, Outcome, Preview
from bot.errors import BotError
from bot.families.accounts import AccountCommand
from bot.forms import (
    AboveZeroText,
    DurationText,
    Form,
    Goal,
    Goals,
    LevelText,
    Percent,
    PercentText,
    SymbolText,
    WordText,
)
from bot.presenters.order_outcomes import placed_or_refused
from bot.presenters.orders import DraftPreview
from engine.desk import Draft, OrderWish, TargetWish
from engine.domain.identifiers import IntentKey, Symbol
from engine.domain.order import Side, TimeInForce
from engine.domain.timeframe import duration_seconds

_AMOUNT = re.compile(
    r"[$€]\s?(?P<signed>.+)|(?P<named>.+?)(?:usdt|usdc|usd|eur|\$|€)", re.IGNORECASE
)


TWICE = "duplicate_window"
"""The rule that notices the same order placed once more."""


class Trade(AccountCommand):
    """An order; its size is a quantity, an amount or a percent."""

    side: ClassVar[Side]

    symbol: SymbolText = Field(description="What to trade, such as BTC/USDT.")
    quantity: AboveZeroText | None = Field(default=None, description="How much, in base units.")
    amount: AboveZeroText | None = Field(
        default=None, description="How much, in the quote currency: 500USDT or $500."
    )
    percent: PercentText | None = Field(
        default=None, description="Share of free cash to buy, of the position to sell: 10%."
    )
    price: AboveZeroText | None = Field(default=None, description="Makes it a limit order.")
    stop_price: LevelText | None = Field(
        default=None,
        description="Waits for this price, or so many percent from now, then trades at market.",
    )
    trail: LevelText | None = Field(
        default=None, description="A stop that follows the price: a percent or a distance."
    )
    stop_loss: LevelText | None = Field(
        default=None, description="Closes at a loss: a price, or a percent from the entry."
    )
    take_profit: Goals | None = Field(
        default=None,
        description="Closes at a profit: a price or a percent; several as 62000:50% 64000:50%.",
    )
    time_in_force: TimeInForce | None = Field(
        default=None, description="How long it stands: gtc, ioc, fok or day."
    )
    post_only: bool = Field(
        default=False, description="true: it rests or is refused; it never takes."
    )
    reduce_only: bool = Field(
        default=False, description="true: it may make a position smaller, nothing else."
    )
    oco: AboveZeroText | None = Field(
        default=None, description="Price of a second order; the one that fills cancels the other."
    )
    oto: Annotated[str, Form("command")] | None = Field(
        default=None, description='An order that follows once this one has filled: "sell …".'
    )
    twap: DurationText | None = Field(
        default=None, description="Goes in equal slices over this time: 30m, 2h, at most 7d."
    )
    slices: int | None = Field(default=None, description="How many slices; 10 unless you say.")
    venue: WordText | None = Field(default=None, description="Where, if the desk has several.")
    again: bool = Field(
        default=False, description="true: on purpose, though the same order was placed just now."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/buy symbol size price`."""
        return ("symbol", "size", "price")

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """`0.1` is a quantity, `500USDT` or `$500` an amount, `10%` a percent."""
        if name != "size":
            return {name: token}
        if token.endswith("%"):
            return {"percent": token}
        amount = _AMOUNT.fullmatch(token)
        if amount is not None:
            return {"amount": amount["signed"] or amount["named"]}
        return {"quantity": token}

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        sizes = [s for s in (self.quantity, self.amount, self.percent) if s is not None]
        if len(sizes) != 1:
            raise self.wrong("size", "size")
        for name, level in (("trail", self.trail), *self._levels_below()):
            if isinstance(level, Percent) and level.ratio >= 1:
                raise self.wrong(name, "level_too_far", said=str(level))
        return self

    def _levels_below(self) -> list[tuple[str, Decimal | Percent | None]]:
        """What stands below the price, and so cannot be all of it."""
        if self.side is Side.BUY:
            return [("stop_loss", self.stop_loss)]
        goals = [("take_profit", goal.level) for goal in self.take_profit or ()]
        return [("stop_price", self.stop_price), *goals]

    async def resolved(self, context: Context) -> Self:
        """With the quantity that will be sent, and stops as prices."""
        # Whoever is shown that it is the same once more, and says yes, means it.
        wish = replace(self._wish(context), repeats=True)
        draft = context.desk.orders.draft(wish)
        exact = self.model_dump(mode="json", exclude_none=True, exclude={"amount", "percent"})
        exact["quantity"] = plain(draft.terms.quantity)
        if TWICE in draft.warnings:
            exact["again"] = True
        self._check_levels(draft)
        if draft.terms.stop_price is not None:
            exact["stop_price"] = plain(draft.terms.stop_price)
        if draft.stop_loss is not None:
            exact["stop_loss"] = plain(draft.stop_loss)
        if draft.targets and draft.refusal is None:
            exact["take_profit"] = [str(goal) for goal in _exact(draft)]
        return type(self).model_validate(exact) if draft.terms.quantity > 0 else self

    def _check_levels(self, draft: Draft) -> None:
        """A level that rounds to nothing is none."""
        targets = [("take_profit", target.price) for target in draft.targets]
        levels = (("stop_price", draft.terms.stop_price), ("stop_loss", draft.stop_loss), *targets)
        for name, level in levels:
            if level is not None and level <= 0:
                raise self.wrong(name, "not_above_zero", said=plain(level))

    async def preview(self, context: Context) -> Preview:
        """Quantity, price and its age, value, fee, cash and position after, the stop's loss."""
        draft = context.desk.orders.draft(self._wish(context))
        return DraftPreview(draft, await context.desk.orders.outlook(draft.terms))

    async def handle(self, context: Context) -> Outcome:
        """Send it, once for this confirmation."""
        draft = context.desk.orders.draft(self._wish(context))
        key = IntentKey(context.intent)
        outcome = await context.desk.orders.place(
            draft, key, context.intent, confirmed_ms_ago=context.age_ms
        )
        return placed_or_refused(outcome, draft)

    def _wish(self, context: Context) -> OrderWish:
        self._check_venue(context)
        return OrderWish(
            symbol=Symbol(self.symbol),
            side=self.side,
            quantity=self.quantity,
            amount=self.amount,
            percent=self.percent.value if self.percent else None,
            price=self.price,
            stop_price=_number(self.stop_price),
            stop_price_is_ratio=isinstance(self.stop_price, Percent),
            trail=_number(self.trail),
            trail_is_ratio=isinstance(self.trail, Percent),
            stop_loss=_number(self.stop_loss),
            stop_loss_is_ratio=isinstance(self.stop_loss, Percent),
            targets=tuple(_target(goal) for goal in self.take_profit or ()),
            time_in_force=self.time_in_force or TimeInForce.GTC,
            post_only=self.post_only,
            reduce_only=self.reduce_only,
            oco=self.oco,
            triggers=self._then(context),
            twap_ms=duration_seconds(self.twap) * 1000 if self.twap else None,
            slices=self.slices,
            repeats=self.again,
        )

    def _then(self, context: Context) -> OrderWish | None:
        """The order that follows, read as if it were typed."""
        if self.oto is None:
            return None
        try:
            then = context.read_line("/" + self.oto.strip().lstrip("/"))
        except BotError as error:
            raise self.wrong("oto", "no_order", said=self.oto) from error
        if not isinstance(then, Trade) or context.on(then).desk.account != context.desk.account:
            raise self.wrong("oto", "no_order", said=self.oto)
        # It would be reckoned once for the card and once more after the yes, at another price.
        if isinstance(then.stop_price, Percent):
            raise self.wrong("oto", "stop_in_percent", said=str(then.stop_price))
        return then._wish(context)  # noqa: SLF001 -- another one of the same family

    def _check_venue(self, context: Context) -> None:
        here = context.desk.markets.find(self.symbol).venue
        if self.venue is not None and self.venue.lower() != here:
            raise self.wrong("venue", "elsewhere", said=self.venue, detail=here)


def _number(level: Decimal | Percent | None) -> Decimal | None:
    return level.ratio if isinstance(level, Percent) else level


def _target(goal: Goal) -> TargetWish:
    return TargetWish(
        level=_number(goal.level) or Decimal(0),
        is_ratio=isinstance(goal.level, Percent),
        size=_number(goal.size),
        size_is_ratio=isinstance(goal.size, Percent),
    )


def _exact(draft: Draft) -> list[Goal]:
    """The targets as they would be placed; a single one for the whole needs no size."""
    whole = draft.terms.quantity
    if len(draft.targets) == 1 and draft.targets[0].quantity == whole:
        return [Goal(draft.targets[0].price)]
    return [Goal(target.price, target.quantity) for target in draft.targets]
