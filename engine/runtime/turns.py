"""One turn: a thing arrives, the kernel decides, the journal commits, then it may have effects.

A turn that cannot be committed is undone by building the kernel anew from the journal, the very
way a restart does it, so that memory is never ahead of the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from engine.domain.events import (
    AccountOpened,
    AccountRenamed,
    CashMoved,
    Event,
    OrderAdopted,
    OrderDenied,
    OrderInitialized,
)
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey
from engine.kernel import Arrival, Kernel, Step
from engine.ports.journal import Changes, Entry, Journal
from engine.runtime.counting import Counts
from engine.runtime.snapshots import SnapshotKeeper


class Turns:
    """The kernel behind one lock, with the journal before it."""

    def __init__(
        self,
        make_kernel: Callable[[], Kernel],
        journal: Journal,
        furnish: Callable[[Kernel], Awaitable[None]],
        snapshots: SnapshotKeeper | None = None,
    ) -> None:
        """`furnish` gives a rebuilt kernel what is not in the journal, such as past candles."""
        self._snapshots = snapshots
        self._make_kernel = make_kernel
        self._journal = journal
        self._furnish = furnish
        self._lock = asyncio.Lock()
        self._is_behind = False
        self.kernel = make_kernel()
        self.counts = Counts()
        self.written = 0
        """The number of the journal's last entry."""
        self.committed = asyncio.Event()
        """Set after each commit; whoever follows the journal clears it."""

    async def rebuild(self) -> None:
        """The kernel as the journal tells it. Raises StoreUnavailable, StateCorrupt."""
        fresh = self._make_kernel()
        # Prices are not in the journal, nor is which venue is reached; what was seen last serves.
        fresh.quotes.update(self.kernel.quotes)
        fresh.lines.update(self.kernel.lines)
        last = 0 if self._snapshots is None else await self._snapshots.recall(fresh)
        async for recorded in self._journal.read(last):
            fresh.apply(recorded.event)
            last = recorded.sequence
        self.written = last
        await self._furnish(fresh)
        self.kernel = fresh
        self._is_behind = False

    async def take(
        self, arrival: Arrival, key: IntentKey | None = None, correlation: str = ""
    ) -> Step:
        """Let the kernel have it and commit what happened.

        With a key that was used before, what came of it then is given back and nothing happens.
        Raises StoreUnavailable: then nothing has happened at all.
        """
        async with self._lock:
            if self._is_behind:
                await self.rebuild()
            if key is not None:
                earlier = await self._journal.find(key)
                if earlier is not None:
                    return Step(earlier)
            step = self.kernel.step(arrival)
            if step.events:
                await self._commit(step, key, correlation)
            return step

    async def came_of(self, key: IntentKey) -> tuple[Event, ...] | None:
        """What was written under a key; None where it was not used. Raises StoreUnavailable."""
        return await self._journal.find(key)

    async def idle(self) -> None:
        """Wait until all that has arrived so far is taken in."""
        async with self._lock:
            pass

    async def _commit(self, step: Step, key: IntentKey | None, correlation: str) -> None:
        entry = Entry(step.events, _changes(self.kernel, step), key, correlation)
        try:
            self.written = await self._journal.append(entry)
        except BaseException:
            # The kernel has moved and the disk has not, or nobody knows: start from the disk.
            self._is_behind = True
            raise
        self.counts.note(step.events)
        self.committed.set()


def _changes(kernel: Kernel, step: Step) -> Changes:
    """The rows that a step's events touched, as the kernel has them now."""
    names = dict.fromkeys(name for event in step.events if (name := _order_named(event)))
    orders = (kernel.orders.get(name) for name in names)
    touched = sorted({(fill.account, fill.symbol) for fill in step.fills})
    opened = [_account_named(event) for event in step.events]
    named = dict.fromkeys(account for account in opened if account is not None)
    entries = tuple(event.entry for event in step.events if isinstance(event, CashMoved))
    moved = (entry.account for entry in entries)
    paid = sorted({*moved, *(account for account, _ in touched), *named})
    return Changes(
        orders=tuple(order for order in orders if order is not None),
        fills=step.fills,
        positions=tuple(kernel.accounts[account].position(symbol) for account, symbol in touched),
        cash=tuple(
            (account, currency, amount)
            for account in paid
            for currency, amount in kernel.accounts[account].cash.items()
        ),
        accounts=tuple(kernel.accounts[account].account for account in named),
        entries=entries,
    )


def _account_named(event: Event) -> AccountId | None:
    match event:
        case AccountOpened():
            return event.account.id
        case AccountRenamed():
            return event.account
        case _:
            return None


def _order_named(event: Event) -> ClientOrderId | None:
    if isinstance(event, OrderInitialized | OrderDenied | OrderAdopted):
        return event.order.client_order_id
    return getattr(event, "client_order_id", None)
