"""What ib_async's decoder calls when the gateway speaks; the names are the library's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from ib_async.contract import Contract, ContractDescription, ContractDetails
from ib_async.objects import BarData, CommissionReport, Execution
from ib_async.order import Order, OrderState
from ib_async.util import UNSET_INTEGER

from connectors.ibkr.said import (
    CashSaid,
    OrderNews,
    OrderSaid,
    PositionSaid,
    QuoteSaid,
    StatusSaid,
    Trouble,
    commission_said,
    exact,
    execution_said,
    order_said,
)
from connectors.ibkr.states import INACTIVE
from engine.domain.money import ZERO

Key = int | str
"""A question's number, or its name where the protocol gives it none."""

_HISTORY_QUERY = 165
"""What the service of past data says while it works."""
OPEN_ORDERS, COMPLETED_ORDERS, POSITIONS, TIME = "orders", "completed", "positions", "time"


@dataclass(slots=True)
class Question:
    """One question, the parts of its answer so far, and whether that is whole."""

    answer: asyncio.Future[list[Any]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    parts: list[Any] = field(default_factory=list)

    def end(self) -> None:
        """The answer is whole."""
        if not self.answer.done():
            self.answer.set_result(self.parts)

    def fail(self, error: Exception) -> None:
        """There will be none."""
        if not self.answer.done():
            self.answer.set_exception(error)


class GatewayError(Exception):
    """The gateway answers a question, or an order, with an error."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble.code}: {trouble.text}")
        self.trouble = trouble


class _Zone:
    """Where ib_async looks for the zone of times that come without one."""

    TimezoneTWS = "UTC"


class Ear:
    """Hears for one connection: answers go to their questions, everything else is passed on."""

    defaultTimezone = UTC  # noqa: N815
    ib = _Zone

    def __init__(
        self,
        on_order: Callable[[OrderNews], None],
        on_quote: Callable[[QuoteSaid], None],
        on_trouble: Callable[[Trouble], None],
        on_close: Callable[[], None],
    ) -> None:
        self._on_order = on_order
        self._on_quote = on_quote
        self._on_trouble = on_trouble
        self._on_close = on_close
        self._shown: dict[int, int] = {}
        self.questions: dict[Key, Question] = {}
        self.accounts: tuple[str, ...] = ()
        self.next_id = 1
        self.last_trouble: Trouble | None = None

    # -- the line -------------------------------------------------------------------------------

    def connectAck(self) -> None:  # noqa: N802
        """The handshake is done."""

    def setEventsDone(self) -> None:  # noqa: N802
        """The library lets its subscriptions go; none of them is in use."""

    def connectionClosed(self) -> None:  # noqa: N802
        """The line fell."""
        self.hang_up()
        self._on_close()

    def hang_up(self) -> None:
        """Nothing that was asked is answered any more."""
        for question in self.questions.values():
            question.fail(ConnectionError("the line fell"))

    def managedAccounts(self, accounts: str) -> None:  # noqa: N802
        """Whose accounts this login has."""
        self.accounts = tuple(each for each in accounts.split(",") if each)

    def nextValidId(self, number: int) -> None:  # noqa: N802
        """From where on orders are numbered."""
        self.next_id = max(self.next_id, number)

    def currentTime(self, seconds: int) -> None:  # noqa: N802
        """The gateway's clock, in UTC epoch seconds."""
        self._part(TIME, seconds)
        self._end(TIME)

    def error(self, number: int, code: int, text: str, _advanced: str = "") -> None:
        """An error or a notice."""
        number = -1 if number == UNSET_INTEGER else number
        trouble = self.last_trouble = Trouble(number, code, text)
        question = self.questions.get(number) if number >= 0 else None
        if question is not None:
            if not _is_notice(code):
                question.fail(GatewayError(trouble))
        elif number >= 0:
            self._on_order(trouble)
        elif trouble.is_read_only:
            # Said of a question that has no number: those about orders are not answered then.
            for key in (OPEN_ORDERS, COMPLETED_ORDERS):
                if key in self.questions:
                    self.questions[key].fail(GatewayError(trouble))
        self._on_trouble(trouble)

    # -- orders ---------------------------------------------------------------------------------

    def openOrder(  # noqa: N802
        self, _number: int, contract: Contract, order: Order, state: OrderState
    ) -> None:
        """An order, asked for or not."""
        said = order_said(contract, order, state)
        if said.status == INACTIVE:
            # Its status, which follows, says whether it is over or waits for shares to borrow.
            said = replace(said, status="PendingSubmit")
        self.next_id = max(self.next_id, said.order_id + 1)
        asked = self.questions.get(OPEN_ORDERS)
        if asked is not None:
            self._shown[said.perm_id] = len(asked.parts)
            asked.parts.append(said)
        self._on_order(said)

    def orderStatus(  # noqa: N802, PLR0917 -- as the library calls it
        self,
        number: int,
        status: str,
        filled: float,
        remaining: float,
        _average: float,
        perm_id: int,
        _parent: int,
        _last: float,
        client_id: int,
        why_held: str = "",
        *_rest: object,
    ) -> None:
        """How an order stands; of those that were asked for it follows each."""
        if status == INACTIVE and why_held == "locate":
            status = "PreSubmitted"
        figures = exact(filled) or ZERO, exact(remaining) or ZERO
        said = StatusSaid(perm_id, max(0, number), client_id, status, *figures)
        asked = self.questions.get(OPEN_ORDERS)
        at = self._shown.get(perm_id)
        if asked is not None and at is not None:
            shown: OrderSaid = asked.parts[at]
            asked.parts[at] = shown.standing(said)
        self._on_order(said)

    def openOrderEnd(self) -> None:  # noqa: N802
        """That is all of them."""
        self._shown.clear()
        self._end(OPEN_ORDERS)

    def completedOrder(self, contract: Contract, order: Order, state: OrderState) -> None:  # noqa: N802
        """An order of today that is over."""
        self._part(COMPLETED_ORDERS, order_said(contract, order, state))

    def completedOrdersEnd(self) -> None:  # noqa: N802
        """That is all of them."""
        self._end(COMPLETED_ORDERS)

    def execDetails(self, number: int, contract: Contract, execution: Execution) -> None:  # noqa: N802
        """An execution, asked for or not."""
        said = execution_said(contract, execution)
        self._part(number, said)
        self._on_order(said)

    def execDetailsEnd(self, number: int) -> None:  # noqa: N802
        """That is all of them."""
        self._end(number)

    def commissionReport(self, report: CommissionReport) -> None:  # noqa: N802
        """What an execution cost."""
        self._on_order(commission_said(report))

    # -- what is there --------------------------------------------------------------------------

    def position(self, account: str, contract: Contract, held: float, _cost: float) -> None:
        """What an account holds of one contract."""
        self._part(POSITIONS, PositionSaid(account, contract.conId, exact(held) or ZERO))

    def positionEnd(self) -> None:  # noqa: N802
        """That is all of them."""
        self._end(POSITIONS)

    def accountSummary(  # noqa: N802
        self, number: int, account: str, tag: str, value: str, currency: str
    ) -> None:
        """One figure of an account."""
        self._part(number, CashSaid(account, tag, value, currency))

    def accountSummaryEnd(self, number: int) -> None:  # noqa: N802
        """That is all of them."""
        self._end(number)

    # -- contracts and prices -------------------------------------------------------------------

    def contractDetails(self, number: int, details: ContractDetails) -> None:  # noqa: N802
        """A contract that fits what was asked for."""
        self._part(number, details)

    def contractDetailsEnd(self, number: int) -> None:  # noqa: N802
        """That is all of them."""
        self._end(number)

    def symbolSamples(self, number: int, found: list[ContractDescription]) -> None:  # noqa: N802
        """Contracts whose names are near."""
        for each in found:
            self._part(number, each)
        self._end(number)

    def historicalData(self, number: int, bar: BarData) -> None:  # noqa: N802
        """A bar of the past."""
        self._part(number, bar)

    def historicalDataEnd(self, number: int, _start: str, _end: str) -> None:  # noqa: N802
        """That is all of them."""
        self._end(number)

    def headTimestamp(self, number: int, text: str) -> None:  # noqa: N802
        """Since when there are bars."""
        self._part(number, text)
        self._end(number)

    def priceSizeTick(self, number: int, kind: int, price: float, size: float) -> None:  # noqa: N802
        """A price of a subscription, with the size there."""
        self._on_quote(QuoteSaid(number, kind, exact(price) or ZERO, exact(size) or ZERO))

    def tickSize(self, number: int, kind: int, size: float) -> None:  # noqa: N802
        """A size of a subscription."""
        self._on_quote(QuoteSaid(number, kind, Decimal(0), exact(size) or ZERO))

    def _part(self, key: Key, part: object) -> None:
        question = self.questions.get(key)
        if question is not None:
            question.parts.append(part)

    def _end(self, key: Key) -> None:
        question = self.questions.get(key)
        if question is not None:
            question.end()


def _is_notice(code: int) -> bool:
    return 2100 <= code < 2200 or code == _HISTORY_QUERY
