"""How the engine is, in figures: for whoever watches the desk from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.account import Account
from engine.domain.identifiers import Symbol
from engine.runtime.counting import LATENCIES, Counts
from engine.runtime.live import LiveRuntime


@dataclass(frozen=True, slots=True)
class AccountVitals:
    """An account, its worth and today's profit in its currency, whether it is halted."""

    account: Account
    equity: Decimal
    today: Decimal | None
    is_halted: bool


@dataclass(frozen=True, slots=True)
class Vitals:
    """Figures of one moment; ages in seconds, None where nothing has been seen.

    `counts` are since the process began; `price_ages` of what is held or ordered.
    """

    counts: Counts
    accounts: tuple[AccountVitals, ...]
    open_orders: int
    unknown_orders: int
    price_ages: Mapping[Symbol, float]
    newest_price_age: float | None
    differences: Mapping[str, int]
    reconciled_age: float | None
    entries: int

    @property
    def latency_buckets(self) -> tuple[tuple[str, int], ...]:
        """Upper ends in seconds with how many orders took at most that long."""
        ends = (*(f"{end:g}" for end in LATENCIES), "+Inf")
        total, sums = 0, []
        for end, count in zip(ends, self.counts.latencies, strict=True):
            total += count
            sums.append((end, total))
        return tuple(sums)


def vitals(runtime: LiveRuntime) -> Vitals:
    """As they are now."""
    kernel, now = runtime.kernel, runtime.clock.now_ms()

    def age(at: int) -> float:
        return max(0, now - at) / 1000

    wanted = {order.terms.symbol for order in kernel.orders.open.values()}
    for book in kernel.accounts.values():
        wanted |= {symbol for symbol, held in book.positions.items() if held.quantity}
    newest = max((tick.at for tick in kernel.quotes.values()), default=None)
    compared = runtime.reconciler.compared_at
    return Vitals(
        counts=runtime.turns.counts,
        accounts=tuple(_account(runtime, book.account) for book in kernel.accounts.values()),
        open_orders=len(kernel.orders.open),
        unknown_orders=sum(order.unknown for order in kernel.orders.open.values()),
        price_ages={s: age(kernel.quotes[s].at) for s in sorted(wanted) if s in kernel.quotes},
        newest_price_age=None if newest is None else age(newest),
        differences=Counter(each.kind.value for each in kernel.differences.values()),
        reconciled_age=age(compared) if compared else None,
        entries=runtime.turns.written,
    )


def _account(runtime: LiveRuntime, account: Account) -> AccountVitals:
    kernel = runtime.kernel
    equity, opened = kernel.valuation(account.id).equity, runtime.day_equity(account.id)
    return AccountVitals(
        account=account,
        equity=equity,
        today=None if opened is None else equity - opened,
        is_halted=kernel.kill_switch.in_force(account.id) is not None,
    )
