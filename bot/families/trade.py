"""What buying and selling share: the size in one word, the draft, the order."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from bot.arguments.numbers import plain
from bot.command import Command, Context, Outcome, Preview
from bot.forms import AboveZeroText, LevelText, Percent, PercentText, SymbolText, WordText
from bot.presenters.order_outcomes import placed_or_refused
from bot.presenters.orders import DraftPreview
from engine.desk import OrderWish
from engine.domain.identifiers import IntentKey, Symbol
from engine.domain.order import Side, TimeInForce

_AMOUNT = re.compile(
    r"[$€]\s?(?P<signed>.+)|(?P<named>.+?)(?:usdt|usdc|usd|eur|\$|€)", re.IGNORECASE
)


class Trade(Command):
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
    stop_price: AboveZeroText | None = Field(
        default=None, description="Waits for this price, then trades at market."
    )
    trail: LevelText | None = Field(
        default=None, description="A stop that follows the price: a percent or a distance."
    )
    stop_loss: LevelText | None = Field(
        default=None, description="Closes at a loss: a price, or a percent from the entry."
    )
    take_profit: LevelText | None = Field(
        default=None, description="Closes at a profit: a price, or a percent from the entry."
    )
    time_in_force: TimeInForce | None = Field(
        default=None, description="How long it stands: gtc, ioc, fok or day."
    )
    venue: WordText | None = Field(default=None, description="Where, if the desk has several.")

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
        falling = {"trail": self.trail, **self._levels_below()}
        for name, level in falling.items():
            if isinstance(level, Percent) and level.ratio >= 1:
                raise self.wrong(name, "level_too_far", said=str(level))
        return self

    def _levels_below(self) -> dict[str, Decimal | Percent | None]:
        """What stands below the entry price, and so cannot be all of it."""
        is_buy = self.side is Side.BUY
        return {"stop_loss": self.stop_loss} if is_buy else {"take_profit": self.take_profit}

    async def resolved(self, context: Context) -> Self:
        """With the quantity that will be sent, and stops as prices."""
        draft = context.desk.orders.draft(self._wish(context))
        exact = self.model_dump(mode="json", exclude_none=True, exclude={"amount", "percent"})
        exact["quantity"] = plain(draft.terms.quantity)
        for name, level in (("stop_loss", draft.stop_loss), ("take_profit", draft.take_profit)):
            if level is not None and level <= 0:
                raise self.wrong(name, "not_above_zero", said=plain(level))
            if level is not None:
                exact[name] = plain(level)
        return type(self).model_validate(exact) if draft.terms.quantity > 0 else self

    async def preview(self, context: Context) -> Preview:
        """Quantity, price and its age, value, fee, cash and position after, the stop's loss."""
        return DraftPreview(context.desk.orders.draft(self._wish(context)))

    async def handle(self, context: Context) -> Outcome:
        """Send it, once for this confirmation."""
        draft = context.desk.orders.draft(self._wish(context))
        outcome = await context.desk.orders.place(draft, IntentKey(context.intent), context.intent)
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
            stop_price=self.stop_price,
            trail=_number(self.trail),
            trail_is_ratio=isinstance(self.trail, Percent),
            stop_loss=_number(self.stop_loss),
            stop_loss_is_ratio=isinstance(self.stop_loss, Percent),
            take_profit=_number(self.take_profit),
            take_profit_is_ratio=isinstance(self.take_profit, Percent),
            time_in_force=self.time_in_force or TimeInForce.GTC,
        )

    def _check_venue(self, context: Context) -> None:
        here = context.desk.markets.find(self.symbol).venue
        if self.venue is not None and self.venue.lower() != here:
            raise self.wrong("venue", "choice", detail=here)


def _number(level: Decimal | Percent | None) -> Decimal | None:
    return level.ratio if isinstance(level, Percent) else level
