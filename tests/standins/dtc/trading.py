"""What a DTC server does about orders, before the matching core: orders in, news of them out, and
answers about accounts, what rests, what was filled and what is held.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderReplaced,
    OrderTriggered,
    VenueReport,
)
from engine.domain.identifiers import Symbol
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderState, OrderTerms, OrderType, Side, TimeInForce
from tests.standins.dtc.listed import SIZES, UNSET, Fields
from tests.standins.exchange.core import Core, Placed, Refused, Why

ACCOUNT = "Sim7654321"

KINDS = {1: OrderType.MARKET, 2: OrderType.LIMIT, 3: OrderType.STOP, 4: OrderType.STOP_LIMIT}
SIDES = {1: Side.BUY, 2: Side.SELL}
TIMES = {1: TimeInForce.DAY, 2: TimeInForce.GTC, 4: TimeInForce.IOC, 6: TimeInForce.FOK}
_NUMBER_OF = {
    table: {value: number for number, value in known.items()}
    for table, known in (("kind", KINDS), ("side", SIDES), ("time", TIMES))
}
_STATES = {
    OrderState.ACCEPTED: 4,
    OrderState.TRIGGERED: 4,
    OrderState.PARTIALLY_FILLED: 10,
    OrderState.FILLED: 7,
}
_RESTATED, _NEW, _GENERAL, _FILLED, _PARTLY, _CANCELED, _REPLACED = 1, 2, 3, 4, 5, 6, 7
_REJECTED, _CANCEL_REJECTED, _REPLACE_REJECTED = 8, 9, 10
_REASONS = {
    OrderAccepted: _NEW,
    OrderTriggered: _GENERAL,
    OrderReplaced: _REPLACED,
    OrderCanceled: _CANCELED,
    OrderExpired: _CANCELED,
}


class Fault(StrEnum):
    """What becomes of an order, or of its answer."""

    MUTE = "mute"
    """It is lost, and no answer comes."""
    LOST_ANSWER = "lost_answer"
    """It is placed, and no answer comes."""
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    LATE = "late"
    """It is placed long after, and told of by then."""
    SENT = "sent"
    """The server says that it has sent it on, and it is lost there."""
    GARBLED = "garbled"
    """It is placed, and the answer cannot be read."""
    STRANGE = "strange"
    """It is lost, with a status that nobody has heard of."""
    LOGGED_OFF = "logged_off"
    """It is placed, and the server logs us off."""


CARRIED_OUT = (Fault.LOST_ANSWER, Fault.CUT_AFTER, Fault.GARBLED, Fault.LOGGED_OFF)


class Wire(Protocol):
    """One client's line."""

    def say(self, kind: int, **fields: object) -> None: ...
    def raw(self, sent: bytes) -> None: ...
    def cut(self) -> None: ...


class Trading:
    """The orders of one trade account."""

    def __init__(self, core: Core, everybody: Callable[[], Sequence[Wire]]) -> None:
        self.core = core
        self._everybody = everybody
        self.account = ACCOUNT
        self.others: list[str] = []
        """Further accounts of the login, where nothing ever happens."""
        self.is_disabled = False
        """Whether the account may not trade."""
        self.faults: deque[Fault] = deque()
        self.fault_of: Callable[[Fields], Fault | None] = lambda _: None
        """What becomes of an order for which no fault stands ready."""
        self.late_seconds = 1.5
        self.refusals: deque[str] = deque()
        """With which words the next orders, cancels and changes are refused."""
        self.refused_questions: set[int] = set()
        """Kinds of question that are not answered but refused."""
        self.hides_orders = False
        """Whether it does not know yet what rests."""
        self.hides_fills = False
        self.has_balances = True
        self.renumbers = False
        """Whether an order that is changed gets another number."""
        self.numbers_fills = True
        """Whether fills have ids of their own."""
        self.tells_when_received = True
        self.numbers: dict[int, list[str]] = {}
        """The server's numbers of each order, oldest first."""
        self.late: set[asyncio.Task[None]] = set()
        self._renumbering = False
        self._fill_numbers: list[str] = []
        self._is_muted = False
        self.routes: dict[int, Callable[[Any, Fields], None]] = {
            203: self._cancel,
            204: self._replace,
            208: self._submit,
            300: self._open_orders,
            303: self._fills,
            305: self._positions,
            400: self._accounts,
            601: self._balances,
        }
        core.listeners.append(self._on_order)

    def stop(self) -> None:
        """Nothing that is late comes any more."""
        for task in self.late:
            task.cancel()

    def name_in(self, fields: Fields) -> str:
        """The name of an order that is being placed."""
        name: str = fields["ClientOrderID"]
        return name

    async def landed(self) -> None:
        """Wait until nothing is under way any more."""
        while self.late:
            await asyncio.wait(tuple(self.late))

    def size_of(self, symbol: Symbol) -> Decimal:
        """Base units of one contract."""
        return SIZES.get(symbol, Decimal(1))

    def number_of(self, placed: Placed) -> str:
        """The server's newest number of an order."""
        return self.numbers.setdefault(placed.number, [f"S{placed.number}"])[-1]

    # -- orders -------------------------------------------------------------------------------

    def _submit(self, session: Wire, fields: Fields) -> None:
        assert fields["TradeAccount"] == self.account
        fault = self.faults.popleft() if self.faults else self.fault_of(fields)
        match fault:
            case None:
                self._place(session, fields)
            case Fault.MUTE:
                pass
            case Fault.CUT_BEFORE:
                session.cut()
            case Fault.SENT | Fault.STRANGE:
                status = 1 if fault is Fault.SENT else 77
                session.say(301, ClientOrderID=fields["ClientOrderID"], OrderStatus=status)
            case Fault.LATE:
                self._later(lambda: self._place(session, fields))
            case _:
                self._is_muted = True
                self._place(session, fields)
                self._is_muted = False
                self._break(session, fault)

    def _break(self, session: Wire, fault: Fault) -> None:
        if fault is Fault.CUT_AFTER:
            session.cut()
        elif fault is Fault.GARBLED:
            session.raw(b'{"Type":301,"ClientOrderID":\0')
        elif fault is Fault.LOGGED_OFF:
            session.say(5, Reason="maintenance", DoNotReconnect=0)

    def _later(self, act: Callable[[], None]) -> None:
        async def arrive() -> None:
            await asyncio.sleep(self.late_seconds)
            act()

        task = asyncio.ensure_future(arrive())
        self.late.add(task)
        task.add_done_callback(self.late.discard)

    def _place(self, session: Wire, fields: Fields) -> None:
        try:
            self._refuse_if_told()
            self.core.place(fields["ClientOrderID"], self._terms(fields))
        except Refused as refused:
            if not self._is_muted:
                name = fields["ClientOrderID"]
                session.say(
                    301,
                    ClientOrderID=name,
                    TradeAccount=fields["TradeAccount"],
                    Symbol=fields["Symbol"],
                    OrderStatus=9,
                    OrderUpdateReason=_REJECTED,
                    InfoText=f"{self.account}: {refused}",
                )

    def _terms(self, fields: Fields) -> OrderTerms:
        symbol, kind = Symbol(fields["Symbol"]), KINDS[fields["OrderType"]]
        first, second = (_price(fields[each]) for each in ("Price1", "Price2"))
        stops = kind in (OrderType.STOP, OrderType.STOP_LIMIT)
        return OrderTerms(
            symbol=symbol,
            side=SIDES[fields["BuySell"]],
            type=kind,
            quantity=Quantity(Decimal(str(fields["Quantity"])) * self.size_of(symbol)),
            price={OrderType.LIMIT: first, OrderType.STOP_LIMIT: second}.get(kind),
            stop_price=first if stops else None,
            time_in_force=TIMES[fields["TimeInForce"]],
        )

    def _cancel(self, session: Wire, fields: Fields) -> None:
        self._act(session, fields, _CANCEL_REJECTED, self.core.cancel)

    def _replace(self, session: Wire, fields: Fields) -> None:
        def amend(placed: Placed) -> None:
            terms = self._terms(
                {
                    **fields,
                    "Symbol": placed.terms.symbol,
                    "OrderType": _NUMBER_OF["kind"][placed.terms.type],
                    "BuySell": _NUMBER_OF["side"][placed.terms.side],
                }
            )
            self._renumbering = self.renumbers
            self.core.amend(placed, terms)

        self._act(session, fields, _REPLACE_REJECTED, amend)
        self._renumbering = False

    def _act(
        self, session: Wire, fields: Fields, refused_as: int, act: Callable[[Placed], None]
    ) -> None:
        number = fields["ServerOrderID"]
        try:
            self._refuse_if_told()
            act(self._numbered(number))
        except Refused as refused:
            said = {"ClientOrderID": fields["ClientOrderID"], "ServerOrderID": number}
            session.say(301, **said, OrderUpdateReason=refused_as, InfoText=str(refused))

    def _refuse_if_told(self) -> None:
        if self.refusals:
            raise Refused(Why.OTHER, self.refusals.popleft())

    def _numbered(self, number: str) -> Placed:
        for each in self.core.orders.values():
            if self.number_of(each) == number:
                return each
        raise Refused(Why.NOT_FOUND)

    def _on_order(self, placed: Placed, report: VenueReport) -> None:
        before = self.number_of(placed)
        if isinstance(report, OrderReplaced) and self._renumbering:
            self.numbers[placed.number].append(f"{before}+")
        said = self._order(placed) | {"PreviousServerOrderID": ""}
        if self.number_of(placed) != before:
            said["PreviousServerOrderID"] = before
        if isinstance(report, OrderFilled):
            self._fill_numbers.append(self.number_of(placed))
            is_whole = placed.state is OrderState.FILLED
            said["OrderUpdateReason"] = _FILLED if is_whole else _PARTLY
        else:
            said["OrderUpdateReason"] = _REASONS[type(report)]
        if not self._is_muted:
            for session in self._everybody():
                session.say(301, **said)

    def _order(self, placed: Placed) -> Fields:
        terms, size = placed.terms, self.size_of(placed.terms.symbol)
        first = terms.stop_price if terms.stop_price is not None else terms.price
        second = terms.price if terms.type is OrderType.STOP_LIMIT else None
        return {
            "Symbol": terms.symbol,
            "TradeAccount": self.account,
            "ServerOrderID": self.number_of(placed),
            "ClientOrderID": placed.client_id,
            "OrderStatus": _STATES.get(placed.state, 8),
            "OrderType": _NUMBER_OF["kind"][terms.type],
            "BuySell": _NUMBER_OF["side"][terms.side],
            "Price1": float(first) if first is not None else UNSET,
            "Price2": float(second) if second is not None else UNSET,
            "OrderQuantity": float(terms.quantity / size),
            "FilledQuantity": float(placed.order.filled / size),
            "RemainingQuantity": float(placed.order.remaining / size),
            "AverageFillPrice": UNSET,
            "TimeInForce": _NUMBER_OF["time"][terms.time_in_force],
            "OrderReceivedDateTime": placed.at // 1000 if self.tells_when_received else 0,
        }

    # -- questions ------------------------------------------------------------------------------

    def _answer(
        self, session: Wire, fields: Fields, kind: int, parts: list[Fields], none: str
    ) -> None:
        request = fields["RequestID"]
        if fields["Type"] in self.refused_questions:
            refusal = {300: 302, 303: 308, 305: 307, 601: 602}[fields["Type"]]
            session.say(refusal, RequestID=request, RejectText="no")
            return
        total = "TotalNumMessages" if kind == 301 else "TotalNumberMessages"
        for number, each in enumerate(parts or [{none: 1}], start=1):
            counted = {total: max(1, len(parts)), "MessageNumber": number}
            session.say(kind, RequestID=request, **counted, **each)

    def _open_orders(self, session: Wire, fields: Fields) -> None:
        resting = [] if self.hides_orders else self.core.resting()
        parts = [self._order(each) | {"OrderUpdateReason": _RESTATED} for each in resting]
        self._answer(session, fields, 301, parts, "NoOrders")

    def _fills(self, session: Wire, fields: Fields) -> None:
        begins = (
            fields["StartDateTime"] or self.core.now() // 1000 - fields["NumberOfDays"] * 86_400
        )
        parts = []
        for at, (placed, fill) in enumerate([] if self.hides_fills else self.core.fills):
            if fill.at // 1000 < begins:
                continue
            parts.append(
                {
                    "Symbol": placed.terms.symbol,
                    "TradeAccount": self.account,
                    "ServerOrderID": self._fill_numbers[at],
                    "BuySell": _NUMBER_OF["side"][placed.terms.side],
                    "Price": float(fill.price),
                    "Quantity": float(fill.quantity / self.size_of(placed.terms.symbol)),
                    "DateTime": fill.at // 1000,
                    "UniqueExecutionID": f"E{at}" if self.numbers_fills else "",
                }
            )
        self._answer(session, fields, 304, parts, "NoOrderFills")

    def _positions(self, session: Wire, fields: Fields) -> None:
        parts = []
        for symbol, instrument in self.core.instruments.items():
            held = self.core.balances.get(instrument.base, Decimal(0))
            if held:
                quantity = float(held / self.size_of(symbol))
                account = self.account
                parts.append({"Symbol": symbol, "TradeAccount": account, "Quantity": quantity})
        self._answer(session, fields, 306, parts, "NoPositions")

    def _accounts(self, session: Wire, fields: Fields) -> None:
        disabled, accounts = int(self.is_disabled), [*self.others, self.account]
        parts = [{"TradeAccount": each, "TradingIsDisabled": disabled} for each in accounts]
        self._answer(session, fields, 401, parts, "")

    def _balances(self, session: Wire, fields: Fields) -> None:
        cash = float(self.core.balances["USD"])
        account = {"TradeAccount": self.account, "AccountCurrency": "USD", "CashBalance": cash}
        self._answer(
            session, fields, 600, [account] if self.has_balances else [], "NoAccountBalances"
        )


def _price(value: float) -> Price | None:
    return Price(Decimal(str(value))) if value else None
