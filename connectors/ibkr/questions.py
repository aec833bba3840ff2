"""Asking the gateway: what rests, what is over, what was executed, and what is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import structlog
from ib_async.objects import ExecutionFilter

from connectors.ibkr.access import Access
from connectors.ibkr.ear import COMPLETED_ORDERS, OPEN_ORDERS, POSITIONS, GatewayError, Key
from connectors.ibkr.ledger import Ledger, filled
from connectors.ibkr.line import Act
from connectors.ibkr.said import CashSaid, CommissionSaid, ExecutionSaid, OrderSaid, PositionSaid
from connectors.ibkr.states import ENDED, REFUSED
from engine.domain.events import OrderFilled
from engine.domain.identifiers import ClientOrderId, Symbol
from engine.domain.instrument import InstrumentKind
from engine.domain.money import ZERO
from engine.errors import VenueUnavailable
from engine.ports.shared import Shared

_log = structlog.get_logger(__name__)

COST_PATIENCE_SECONDS = 2.0
"""How long the cost of an execution is waited for."""
_TURN_SECONDS = 0.02
_IMPATIENCE_SECONDS, _SILENCE_MS = 1.0, 10_000
"""How long a question is waited for that was not answered the last time, and how long it is left
alone first: whatever else is asked waits for it.
"""


class Questions:
    """Reads only; whatever goes wrong leaves as VenueUnavailable or RateLimited."""

    def __init__(self, at: Access, ledger: Ledger) -> None:
        self._line, self._listing, self._clock = at.line, at.listing, at.clock
        self._ledger = ledger
        self._completed_seconds: float | None = None
        self._silent_until = 0
        self.open_orders = Shared(self._open_orders)
        self.completed_orders = Shared(self._completed_orders)
        self.executions = Shared(self._executions)

    async def _open_orders(self) -> list[OrderSaid]:
        """All that rests, whoever placed it."""
        said = await self._ask(OPEN_ORDERS, lambda client: client.reqAllOpenOrders())
        return [each for each in said if self._is_ours(each.account)]

    async def _completed_orders(self) -> list[OrderSaid]:
        """What is over since the gateway's last midnight.

        Some gateways do not answer that, or not while another client asks: nothing is said then,
        for what traded is in the executions.
        """
        if self._clock.now_ms() < self._silent_until:
            return []
        try:
            said = await self._ask(
                COMPLETED_ORDERS,
                lambda client: client.reqCompletedOrders(False),
                seconds=self._completed_seconds,
                may_fail=True,
            )
        except VenueUnavailable as error:
            if error.facts.get("why") == "read_only" or not self._line.is_connected:
                raise
            _log.warning("completed_orders_not_told")
            self._completed_seconds = _IMPATIENCE_SECONDS
            self._silent_until = self._clock.now_ms() + _SILENCE_MS
            return []
        self._completed_seconds = None
        ours = [each for each in said if self._is_ours(each.account)]
        return [each if each.status in ENDED else replace(each, status=REFUSED) for each in ours]

    async def _executions(self) -> list[ExecutionSaid]:
        """What was executed since the gateway's last midnight."""
        number = self._line.new_id()
        only = ExecutionFilter(acctCode=self._line.account)
        said = await self._ask(number, lambda client: client.reqExecutions(number, only))
        return [each for each in said if self._is_ours(each.account)]

    async def order(self, name: str) -> OrderSaid | None:
        """One by its name, or by IB's number of it where it has none; among those that rest first,
        for what ends meanwhile is over then.
        """
        for ask in (self.open_orders, self.completed_orders):
            for said in await ask():
                if (said.ref or str(said.perm_id)) == name:
                    return said
        return None

    async def fills(self, executions: Sequence[ExecutionSaid], perm_id: int) -> list[OrderFilled]:
        """The fills of one order, with their costs if those come; of each execution the last
        correction counts.
        """
        corrected: dict[str, ExecutionSaid] = {}
        for each in sorted(executions, key=lambda each: each.exec_id):
            if each.perm_id == perm_id:
                corrected[each.trade] = each
        await self.costs(list(corrected.values()))
        return [fill for each in corrected.values() if (fill := self._fill(each)) is not None]

    async def holdings(self) -> dict[Symbol, Decimal]:
        """Base units of each instrument that is watched; of a pair, what there is of its base."""
        held: dict[Symbol, Decimal] = {}
        positions: list[PositionSaid] = await self._ask(
            POSITIONS, lambda client: client.reqPositions()
        )
        for each in positions:
            listed = self._listing.of(each.contract_id)
            if listed is None or not self._is_ours(each.account):
                continue
            if listed.instrument.kind is not InstrumentKind.FOREX:
                held[listed.instrument.symbol] = each.held * listed.size
        held = {symbol: units for symbol, units in held.items() if units}
        pairs = [each for each in self._listing.all() if each.kind is InstrumentKind.FOREX]
        if pairs:
            cash = await self.balances()
            held |= {each.symbol: cash[each.base] for each in pairs if cash.get(each.base)}
        return held

    async def balances(self) -> dict[str, Decimal]:
        """Cash by currency."""
        number = self._line.new_id()
        try:
            said: list[CashSaid] = await self._ask(
                number, lambda client: client.reqAccountSummary(number, "All", "$LEDGER:ALL")
            )
        finally:
            if self._line.is_open:
                self._line.subscribe(lambda client: client.cancelAccountSummary(number))
        return {
            each.currency: Decimal(each.value)
            for each in said
            if each.tag == "CashBalance" and each.currency != "BASE" and self._is_ours(each.account)
        }

    async def _ask(
        self, key: Key, act: Act, *, seconds: float | None = None, may_fail: bool = False
    ) -> list[Any]:
        try:
            return await self._line.ask(key, act, seconds=seconds, may_fail=may_fail)
        except GatewayError as error:
            raise self._line.failures.of_question(error) from None

    async def costs(self, executions: Sequence[ExecutionSaid]) -> None:
        """Wait until all are there, or for as long as they are worth waiting for."""
        waited = 0.0
        while waited < COST_PATIENCE_SECONDS:
            if all(self._ledger.cost(each.exec_id) is not None for each in executions):
                return
            await self._clock.sleep(_TURN_SECONDS)
            waited += _TURN_SECONDS

    def _fill(self, said: ExecutionSaid) -> OrderFilled | None:
        listed = self._listing.of(said.contract_id)
        if listed is None:
            return None
        nothing = CommissionSaid(said.exec_id, ZERO, listed.instrument.quote)
        cost = self._ledger.cost(said.exec_id) or nothing
        name = said.ref or str(said.perm_id)
        return filled(ClientOrderId(name), said, cost, listed)

    def _is_ours(self, account: str) -> bool:
        return account == self._line.account
