"""Commands that are about one order."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Choices, Command, Context, HalfSaid
from bot.families.accounts import AccountCommand
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID, order_table
from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.order import Order

MOST_CHOICES = 5


def about(orders: Sequence[Order], half: HalfSaid) -> Sequence[Order]:
    """Those of the instruments that were named, all where none was."""
    named = half.instruments
    return [order for order in orders if not named or order.terms.symbol.lower() in named]


def choices_among(
    orders: Sequence[Order],
    account: Account,
    command: type[Command],
    half: HalfSaid,
    voice: Voice,
) -> Choices | None:
    """A command for each of a few orders, beside all else that was said of it."""
    if not 0 < len(orders) <= MOST_CHOICES:
        return None
    names = (order.client_order_id[:SHORT_ID] for order in orders)
    return Choices(
        tuple(command.model_validate({**half.args, "order": name}) for name in names),
        order_table(orders, voice),
        badge(account.data_kind, voice, account),
    )


class RestingOrderCommand(AccountCommand):
    """A command whose `order` is the id of one that rests."""

    @classmethod
    async def choices(cls, context: Context, half: HalfSaid) -> Choices | None:
        """Those that rest, where they are few."""
        account = half.args.get("account")
        desk = (context.open_desk(account) if account else context.desk).orders
        return choices_among(about(desk.open(), half), desk.account, cls, half, context.voice)
