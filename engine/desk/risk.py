"""The desk's limits and the kill switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.events import TradingHalted
from engine.domain.identifiers import AccountId, IntentKey, PersonId
from engine.domain.money import ZERO
from engine.domain.requests import HaltTrading, ResumeTrading, SetRiskLimit
from engine.risk.gate import LIMIT_NAMES
from engine.runtime.live import LiveRuntime


@dataclass(frozen=True, slots=True)
class RiskUse:
    """A limit and how much of it is used now, in account or quote currency."""

    rule: str
    limit: Decimal | None
    used: Decimal | None


class RiskDesk:
    """Rules of the whole desk, seen from one account."""

    def __init__(self, runtime: LiveRuntime, account: AccountId, person: PersonId) -> None:
        self._runtime = runtime
        self._account = account
        self._person = person

    @property
    def halted(self) -> TradingHalted | None:
        """The halt in force, or None."""
        return self._runtime.kernel.halted

    def names(self) -> Sequence[str]:
        """The rules that can be set."""
        return LIMIT_NAMES

    def uses(self) -> Sequence[RiskUse]:
        """Every rule with its figure and its use."""
        limits = self._runtime.kernel.limits
        used = {
            "max_position_value": self._largest_position(),
            "max_daily_loss": self._lost_today(),
        }
        return [RiskUse(name, limits.get(name), used.get(name)) for name in LIMIT_NAMES]

    async def set(self, rule: str, value: Decimal | None) -> None:
        """Set a rule's figure; None takes it away."""
        now = self._runtime.clock.now_ms()
        await self._runtime.ask(SetRiskLimit(rule, value, self._person, now))

    async def halt(self, key: IntentKey, reason: str, *, flatten: bool) -> int:
        """Refuse what adds risk, cancel what rests; gives how many cancels were asked for."""
        now = self._runtime.clock.now_ms()
        request = HaltTrading(key, self._person, reason, flatten, now)
        events = await self._runtime.ask(request, key)
        return sum(type(event).__name__.startswith("OrderCancel") for event in events)

    async def resume(self) -> None:
        """Lift the halt."""
        await self._runtime.ask(ResumeTrading(self._person, self._runtime.clock.now_ms()))

    def _largest_position(self) -> Decimal:
        kernel = self._runtime.kernel
        values = [
            abs(position.quantity) * kernel.quotes[symbol].last
            for symbol, position in kernel.accounts[self._account].positions.items()
            if position.quantity and symbol in kernel.quotes
        ]
        return max(values, default=ZERO)

    def _lost_today(self) -> Decimal | None:
        kernel = self._runtime.kernel
        opening = kernel.accounts[self._account].day_equity
        if opening is None:
            return None
        return max(ZERO, opening - kernel.valuation(self._account).equity)
