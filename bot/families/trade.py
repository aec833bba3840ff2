"""What buying and selling share: the size in one word, the draft, the order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from bot.arguments.numbers import plain
from bot.command import Context, Outcome, Preview
from bot.errors import BotError
from bot.families.accounts import AccountCommand
from bot.families.lines import canonical_line
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
from engine.desk import OrderWish, TargetWish
from engine.domain.identifiers import IntentKey, Symbol
from engine.domain.money import Quantity
from engine.domain.order import Contingent, Side, Target, TimeInForce
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
        """With the quantity that will be sent, and stops as prices; of what follows it too."""
        # Whoever is shown that it is the same once more, and says yes, means it.
        wish = replace(self._wish(context), repeats=True)
        draft = context.desk.orders.draft(wish)
        if draft.terms.quantity <= 0:
            return self
        goals = draft.targets if draft.refusal is None else ()
        exact = self.as_drafted(Contingent(draft.terms, draft.stop_loss, goals))
        then = self._following(context)
        if then is not None and draft.triggers is not None:
            line = canonical_line(then.as_drafted(draft.triggers))
            exact = exact.model_copy(update={"oto": line})
        return exact.model_copy(update={"again": True}) if TWICE in draft.warnings else exact

    def as_drafted(self, drafted: Contingent) -> Self:
        """With the quantity and the levels of a draft, which would be others at another price.

        Raises ArgumentInvalid where one of them rounds to nothing.
        """
        terms, stop, goals = drafted.terms, drafted.stop_loss, drafted.targets
        levels = (("stop_price", terms.stop_price), ("stop_loss", stop))
        targets = (("take_profit", goal.price) for goal in goals)
        for name, figure in (("quantity", terms.quantity), *levels, *targets):
            if figure is not None and figure <= 0:
                raise self.wrong(name, "not_above_zero", said=plain(figure))
        exact = self.model_dump(mode="json", exclude_none=True, exclude={"amount", "percent"})
        exact.update({name: plain(level) for name, level in levels if level is not None})
        exact.update(quantity=plain(terms.quantity), reduce_only=terms.reduce_only)
        if goals:
            exact["take_profit"] = [str(goal) for goal in _goals(goals, terms.quantity)]
        return type(self).model_validate(exact)

    async def preview(self, context: Context) -> Preview:
        """Quantity, price and its age, value, fee, cash and position after, the stop's loss."""
        draft = context.desk.orders.draft(self._wish(context))
        return DraftPreview(draft, await context.desk.orders.outlook(draft.terms, beside=draft.oco))

    async def handle(self, context: Context) -> Outcome:
        """Send it, once for this confirmation."""
        draft = context.desk.orders.draft(self._wish(context))
        key = IntentKey(context.intent)
        outcome = await context.desk.orders.place(
            draft, key, context.intent, confirmed_ms_ago=context.age_ms
        )
        return placed_or_refused(outcome, draft.kind, draft.account)

    def _wish(self, context: Context) -> OrderWish:
        self._check_venue(context)
        then = self._following(context)
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
            triggers=then._wish(context) if then is not None else None,  # noqa: SLF001 -- one family
            twap_ms=duration_seconds(self.twap) * 1000 if self.twap else None,
            slices=self.slices,
            repeats=self.again,
        )

    def _following(self, context: Context) -> Trade | None:
        """The order that follows, read as if it were typed."""
        if self.oto is None:
            return None
        try:
            then = context.read_line("/" + self.oto.strip().lstrip("/"))
        except BotError as error:
            raise self.wrong("oto", "no_order", said=self.oto) from error
        if not isinstance(then, Trade) or context.on(then).desk.account != context.desk.account:
            raise self.wrong("oto", "no_order", said=self.oto)
        return then

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


def _goals(targets: Sequence[Target], whole: Quantity) -> list[Goal]:
    """The targets as they would be placed; a single one for the whole needs no size."""
    if len(targets) == 1 and targets[0].quantity == whole:
        return [Goal(targets[0].price)]
    return [Goal(target.price, target.quantity) for target in targets]
