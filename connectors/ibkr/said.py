"""What a gateway says, as frozen values: ib_async's own objects change behind one's back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ib_async.contract import Contract
from ib_async.objects import CommissionReport, Execution
from ib_async.order import Order, OrderState
from ib_async.util import UNSET_DOUBLE

from engine.domain.money import ZERO


@dataclass(frozen=True, slots=True)
class OrderSaid:
    """An order as the gateway shows it; figures in its own units, None where it says none.

    `perm_id` names it for ever, `order_id` only between one client and the gateway; it is 0 for
    what is completed, or was placed by hand. `filled` is None until a status says it.
    """

    perm_id: int
    order_id: int
    client_id: int
    ref: str
    account: str
    contract_id: int
    action: str
    kind: str
    quantity: Decimal
    limit: Decimal | None
    aux: Decimal | None
    trailing_percent: Decimal | None
    tif: str
    status: str
    filled: Decimal | None = None

    def standing(self, status: StatusSaid) -> OrderSaid:
        """The same with what was said of it since."""
        return replace(
            self, status=status.status, filled=status.filled, perm_id=status.perm_id or self.perm_id
        )


@dataclass(frozen=True, slots=True)
class StatusSaid:
    """How an order stands."""

    perm_id: int
    order_id: int
    client_id: int
    status: str
    filled: Decimal
    remaining: Decimal


@dataclass(frozen=True, slots=True)
class ExecutionSaid:
    """One execution, without what it cost; `at` in UTC ms."""

    exec_id: str
    perm_id: int
    order_id: int
    client_id: int
    ref: str
    account: str
    contract_id: int
    side: str
    shares: Decimal
    price: Decimal
    at: int

    @property
    def trade(self) -> str:
        """What stays the same when an execution is corrected: the last part counts."""
        return self.exec_id.rpartition(".")[0] or self.exec_id


@dataclass(frozen=True, slots=True)
class CommissionSaid:
    """What an execution cost, which is said apart and later."""

    exec_id: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class PositionSaid:
    """What an account holds of one contract, in the gateway's units."""

    account: str
    contract_id: int
    held: Decimal


@dataclass(frozen=True, slots=True)
class CashSaid:
    """One figure of an account's summary."""

    account: str
    tag: str
    value: str
    currency: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error or a notice: `number` is the order's or question's, -1 where it is of neither."""

    number: int
    code: int
    text: str

    @property
    def is_read_only(self) -> bool:
        """Whether the gateway says that its settings keep everything from orders."""
        return "read-only" in self.text.lower()


@dataclass(frozen=True, slots=True)
class QuoteSaid:
    """A price or a size of a subscription; `field` is IB's number of what it is of."""

    number: int
    field: int
    price: Decimal
    size: Decimal


OrderNews = OrderSaid | StatusSaid | ExecutionSaid | CommissionSaid | Trouble


def order_said(contract: Contract, order: Order, state: OrderState) -> OrderSaid:
    """Out of ib_async's."""
    return OrderSaid(
        perm_id=order.permId,
        order_id=max(0, order.orderId),
        client_id=order.clientId,
        ref=order.orderRef,
        account=order.account,
        contract_id=contract.conId,
        action=order.action,
        kind=order.orderType,
        quantity=exact(order.totalQuantity) or exact(order.filledQuantity) or ZERO,
        limit=exact(order.lmtPrice) or None,
        aux=exact(order.auxPrice) or None,
        trailing_percent=exact(order.trailingPercent) or None,
        tif=order.tif,
        status=state.status,
        filled=exact(order.filledQuantity),
    )


def execution_said(contract: Contract, execution: Execution) -> ExecutionSaid:
    """Out of ib_async's."""
    return ExecutionSaid(
        exec_id=execution.execId,
        perm_id=execution.permId,
        order_id=execution.orderId,
        client_id=execution.clientId,
        ref=execution.orderRef,
        account=execution.acctNumber,
        contract_id=contract.conId,
        side=execution.side,
        shares=exact(execution.shares) or ZERO,
        price=exact(execution.price) or ZERO,
        at=int(execution.time.timestamp() * 1000),
    )


def left_behind(executions: Sequence[ExecutionSaid], name: str) -> OrderSaid | None:
    """An order of which only its executions are known any more: it is over, with these."""
    its = [each for each in executions if each.ref == name]
    if not its:
        return None
    first, shares = its[0], {each.trade: each.shares for each in its}
    total = sum(shares.values(), ZERO)
    return OrderSaid(
        perm_id=first.perm_id,
        order_id=0,
        client_id=first.client_id,
        ref=name,
        account=first.account,
        contract_id=first.contract_id,
        action="BUY" if first.side == "BOT" else "SELL",
        kind="MKT",
        quantity=total,
        limit=None,
        aux=None,
        trailing_percent=None,
        tif="",
        status="Cancelled",
        filled=total,
    )


def commission_said(report: CommissionReport) -> CommissionSaid:
    """Out of ib_async's."""
    return CommissionSaid(report.execId, exact(report.commission) or ZERO, report.currency)


def exact(value: float | Decimal | None) -> Decimal | None:
    """A figure by its shortest digits, which are those on the wire; None where it is not set."""
    if value is None or value == UNSET_DOUBLE:
        return None
    return Decimal(str(value)).normalize() + ZERO
