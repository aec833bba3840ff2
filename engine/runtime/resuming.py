"""Settles with an account's venue what was open when the process ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.identifiers import AccountId
from engine.domain.order import Order, OrderState
from engine.runtime.sender import Sender
from engine.runtime.turns import Turns


class Resuming:
    """For each account that is served here, once, when it is taken up."""

    def __init__(
        self,
        turns: Turns,
        sender: Sender,
        priced: Callable[[], Awaitable[None]],
        spawn: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        """`priced` waits until there are prices to judge by; `spawn` starts a supervised task."""
        self._turns = turns
        self._sender = sender
        self._priced = priced
        self._spawn = spawn
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._caught_up: set[AccountId] = set()

    def begin(
        self, group: asyncio.TaskGroup, account: AccountId, then: Callable[[AccountId], None]
    ) -> None:
        """Settle what the account left open; `then` is told once it is caught up with."""
        self._tasks[account] = group.create_task(self._settle(account, then))

    def drop(self, account: AccountId) -> asyncio.Task[None]:
        """Begin no more with it; gives what is still under way."""
        self._caught_up.discard(account)
        return self._tasks.pop(account)

    def tasks(self) -> Iterable[asyncio.Task[None]]:
        """They end when it is known what became of every order."""
        return self._tasks.values()

    def is_caught_up(self, account: AccountId) -> bool:
        """Whether its venue has answered about each order that it had taken.

        What became of one that was sent and never answered for may take minutes to know.
        """
        return account in self._caught_up

    async def _settle(self, account: AccountId, then: Callable[[AccountId], None]) -> None:
        everything = self._turns.kernel.orders.open.values()
        # What goes in slices is worked here; its slices are settled like all orders.
        orders = [order for order in everything if order.account == account and not order.twap]
        new = [order for order in orders if order.state is OrderState.INITIALIZED]
        left = [order for order in orders if order.state is not OrderState.INITIALIZED]
        is_asked = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for order in left:
                if order.state is OrderState.SUBMITTED:
                    group.create_task(self._take_up(order, is_asked))
            if orders:
                await self._priced()
            # Also what was sent and never answered for: it may be where all began.
            silent = await self._sender.catch_up(left)
            is_asked.set()
            for order in new:
                self._spawn(self._sender.send(SubmitOrder(order)))
            while silent:
                silent = await self._sender.catch_up(silent)
            for order in orders:
                if order.state is not OrderState.SUBMITTED:
                    self._ask_again(order)
            self._caught_up.add(account)
            then(account)

    async def _take_up(self, order: Order, is_asked: asyncio.Event) -> None:
        await self._sender.take_up(order, is_asked.wait)
        self._ask_again(order)

    def _ask_again(self, order: Order) -> None:
        """What was to be canceled or changed when the process ended is so still.

        What could open something is not asked for twice: the venue says what it rests at.
        """
        now = self._turns.kernel.orders.open.get(order.client_order_id)
        if now is None:
            return
        if now.state is OrderState.PENDING_CANCEL:
            self._spawn(self._sender.send(CancelOrder.of(now)))
        if now.asked is None:
            return
        if now.terms.reduce_only:
            self._spawn(self._sender.send(ModifyOrder.of(now, now.aimed)))
        else:
            self._spawn(self._sender.settle_change(now.account, now.client_order_id))
