"""Commands that are about one order."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Choices, Command, Context, HalfSaid
from bot.families.accounts import AccountCommand
from bot.families.lines import line_of
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID, order_table
from engine.domain.order import Order, Purpose

MOST_CHOICES = 5


def about(orders: Sequence[Order], half: HalfSaid) -> Sequence[Order]:
    """Those of the instruments and kinds that were named, all where none was or none is there."""
    named = half.instruments
    found = [order for order in orders if not named or order.terms.symbol.lower() in named]
    return [order for order in found if _kind(order) in half.kinds] or found


def _kind(order: Order) -> str:
    """As people call it."""
    if order.terms.stop_price is not None or order.terms.trail is not None:
        return "stop"
    if order.purpose is Purpose.TAKE_PROFIT:
        return "target"
    return "limit" if order.terms.price is not None else "market"


def choices_among(
    orders: Sequence[Order], command: type[Command], half: HalfSaid, context: Context
) -> Choices | None:
    """A command for each of a few orders, beside all else that was said. Raises ArgumentInvalid."""
    if not 0 < len(orders) <= MOST_CHOICES:
        return None
    names = (order.client_order_id[:SHORT_ID] for order in orders)
    lines = (line_of(command.spec.name, {**half.args, "order": name}) for name in names)
    account, voice = context.desk.orders.where(orders[0]).account, context.voice
    return Choices(
        tuple(map(context.read_line, lines)),
        order_table(orders, voice),
        badge(account.data_kind, voice, account),
        is_meant=len(orders) == 1 and _kind(orders[0]) in half.kinds,
    )


class RestingOrderCommand(AccountCommand):
    """A command whose `order` is the id of one that rests."""

    @classmethod
    async def choices(cls, context: Context, half: HalfSaid) -> Choices | None:
        """Those that rest, where they are few."""
        account = half.args.get("account")
        desk = context.open_desk(account) if account else context.desk
        return choices_among(about(desk.orders.open(), half), cls, half, context)
