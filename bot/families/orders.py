"""Commands that are about one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.command import Choices, Command, Context
from bot.families.accounts import AccountCommand
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID, order_table
from bot.voice import Voice
from engine.domain.account import Account
from engine.domain.order import Order

MOST_CHOICES = 5


def choices_among(
    orders: Sequence[Order],
    account: Account,
    command: type[Command],
    said: Mapping[str, Any],
    voice: Voice,
) -> Choices | None:
    """A command for each of a few orders, beside all else that was said of it."""
    if not 0 < len(orders) <= MOST_CHOICES:
        return None
    names = (order.client_order_id[:SHORT_ID] for order in orders)
    return Choices(
        tuple(command.model_validate({**said, "order": name}) for name in names),
        order_table(orders, voice),
        badge(account.data_kind, voice, account),
    )


class RestingOrderCommand(AccountCommand):
    """A command whose `order` is the id of one that rests."""

    @classmethod
    async def choices(cls, context: Context, said: Mapping[str, Any]) -> Choices | None:
        """Those that rest, where they are few."""
        named = context.open_desk(said["account"]) if "account" in said else context.desk
        desk = named.orders
        return choices_among(desk.open(), desk.account, cls, said, context.voice)
