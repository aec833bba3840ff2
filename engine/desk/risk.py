"""The desk's limits and the kill switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.account import Account, Position
from engine.domain.events import OrderCanceled, OrderCancelRequested, TradingHalted
from engine.domain.identifiers import AccountId, IntentKey, PersonId
from engine.domain.instrument import Instrument
from engine.domain.limits import Limit, Scope
from engine.domain.order import Order
from engine.domain.requests import HaltTrading, ResumeTrading, SetRiskLimit
from engine.risk.gate import RULES, Use, uses
from engine.risk.rule import Rule
from engine.runtime.live import LiveRuntime


@dataclass(frozen=True, slots=True)
class Exposed:
    """A position on any account of the desk; `value` in quote currency, None without a price."""

    position: Position
    instrument: Instrument
    value: Decimal | None


class RiskDesk:
    """Rules of the whole desk, seen from one account."""

    def __init__(self, runtime: LiveRuntime, account: AccountId, person: PersonId) -> None:
        self._runtime = runtime
        self._account = account
        self._person = person

    @property
    def halted(self) -> TradingHalted | None:
        """The halt that the account is under, or None."""
        return self._runtime.kernel.kill_switch.in_force(self._account)

    @property
    def halts(self) -> Sequence[TradingHalted]:
        """Every halt of the desk; a resume lifts all of them."""
        return self._runtime.kernel.kill_switch.halts

    def accounts(self) -> Mapping[AccountId, Account]:
        """Every account of the desk, for a halt of the desk is one of all of them."""
        return {name: book.account for name, book in self._runtime.kernel.accounts.items()}

    def held(self) -> Sequence[Exposed]:
        """Open positions of all these, by account and symbol: what `flatten` closes."""
        books = self._runtime.kernel.accounts.values()
        return [
            self._exposed(position)
            for book in books
            for _, position in sorted(book.positions.items())
            if position.quantity
        ]

    def resting(self) -> Sequence[Order]:
        """Open orders of all these, by account, oldest first."""
        books = self._runtime.kernel.accounts.values()
        return [
            order
            for book in books
            for order in sorted(
                book.orders.values(), key=lambda o: (o.placed_at, o.client_order_id)
            )
        ]

    def names(self) -> Sequence[str]:
        """The rules that can be set."""
        return tuple(RULES)

    def rule(self, name: str) -> Rule | None:
        """A rule by its name, or None."""
        return RULES.get(name)

    def limit(self, rule: str, scope: Scope) -> Limit | None:
        """What is set for exactly this."""
        return self._runtime.kernel.limits.at(rule, scope)

    def uses(self) -> Sequence[Use]:
        """Every rule with each of its limits and their use now, on this account."""
        return uses(self._runtime.kernel.standing(self._account, self._runtime.clock.now_ms()))

    async def set(self, rule: str, scope: Scope, limit: Limit | None) -> None:
        """Set a rule's limit; None takes it away."""
        now = self._runtime.clock.now_ms()
        await self._runtime.ask(SetRiskLimit(rule, scope, limit, self._person, now))

    async def halt(self, key: IntentKey, reason: str, *, flatten: bool) -> int:
        """Refuse what adds risk, cancel what rests; gives how many cancels were asked for."""
        now = self._runtime.clock.now_ms()
        request = HaltTrading(key, self._person, reason, flatten, now)
        events = await self._runtime.ask(request, key)
        return sum(isinstance(e, OrderCanceled | OrderCancelRequested) for e in events)

    async def resume(self) -> None:
        """Lift every halt."""
        await self._runtime.ask(ResumeTrading(self._person, self._runtime.clock.now_ms()))

    def _exposed(self, position: Position) -> Exposed:
        kernel = self._runtime.kernel
        tick = kernel.quotes.get(position.symbol)
        value = position.quantity * tick.last if tick else None
        return Exposed(position, kernel.instruments[position.symbol], value)
