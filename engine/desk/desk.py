"""Five rooms behind one door, opened for one person on one account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.desk.alerts import AlertDesk
from engine.desk.markets import MarketDesk
from engine.desk.orders import OrderDesk
from engine.desk.portfolio import PortfolioDesk
from engine.desk.risk import RiskDesk
from engine.domain.identifiers import AccountId, PersonId
from engine.ports.journal import TradeHistory
from engine.runtime.live import LiveRuntime


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a principal can do to the engine."""

    account: AccountId
    markets: MarketDesk
    orders: OrderDesk
    portfolio: PortfolioDesk
    alerts: AlertDesk
    risk: RiskDesk


class DeskDoor:
    """Opens desks; held by the wiring and the pipeline, never by a command."""

    def __init__(self, runtime: LiveRuntime, history: TradeHistory, taker_fee: Decimal) -> None:
        self._runtime = runtime
        self._history = history
        self._taker_fee = taker_fee

    def open(self, person: PersonId, account: AccountId) -> Desk:
        """The desk of one person, on one of their accounts."""
        runtime = self._runtime
        return Desk(
            account=account,
            markets=MarketDesk(runtime),
            orders=OrderDesk(runtime, self._history, account, person, self._taker_fee),
            portfolio=PortfolioDesk(runtime, account),
            alerts=AlertDesk(runtime, person),
            risk=RiskDesk(runtime, account, person),
        )

    async def settled(self) -> None:
        """Wait until every command given so far has been carried out."""
        await self._runtime.settled()
