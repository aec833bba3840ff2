"""Commands that are about one of the orders that rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.command import Choices, Context
from bot.families.accounts import AccountCommand
from bot.presenters.badges import badge
from bot.presenters.orders import SHORT_ID, order_table

_MOST = 5


class RestingOrderCommand(AccountCommand):
    """A command whose `order` is the id of one that rests."""

    @classmethod
    def choices(cls, context: Context, said: Mapping[str, Any]) -> Choices | None:
        """The same of each order that rests, where they are few."""
        desk = context.open_desk(said["account"]) if "account" in said else context.desk
        orders = desk.orders.open()
        if not 0 < len(orders) <= _MOST:
            return None
        names = (order.client_order_id[:SHORT_ID] for order in orders)
        return Choices(
            tuple(cls.model_validate({**said, "order": name}) for name in names),
            order_table(orders, context.voice),
            badge(desk.orders.account.data_kind, context.voice, desk.orders.account),
        )
