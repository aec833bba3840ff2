"""A stand-in of IB Gateway: its socket protocol at server version 176, before the matching core.

Field by field as IB's clients of that version read and write it; which number means what is taken
from IB's published message codes. It answers only what it knows: anything else is noted in
`unknown`, and a test fails on it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.events import (
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderReplaced,
    OrderTriggered,
    VenueReport,
)
from engine.domain.market import Tick
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side, TimeInForce
from tests.standins.exchange.core import Core, Placed, Refused, Why
from tests.standins.ibgateway import messages
from tests.standins.ibgateway.frames import framed, read_fields
from tests.standins.ibgateway.listed import LISTED, Listed
from tests.standins.ibgateway.messages import KINDS, Owned

VERSION = 176
ACCOUNT = "DU7654321"
_DELAYED, _NO_DEFINITION, _UNKNOWN_ORDER, _NOT_CANCELED = 354, 200, 10147, 10148


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
    NO_LINE_BEFORE = "no_line_before"
    """The gateway says that it has lost its own line, and the order with it."""
    NO_LINE_AFTER = "no_line_after"
    GARBLED = "garbled"
    """It is placed, and the answer cannot be read."""
    STRANGE = "strange"
    """It is lost, with an error that nobody has heard of."""


CARRIED_OUT = (Fault.LOST_ANSWER, Fault.CUT_AFTER, Fault.NO_LINE_AFTER, Fault.GARBLED)
_REFUSALS = {Why.SYMBOL: _NO_DEFINITION, Why.STEP: 110}

STEPS = {
    "1 min": 60,
    "5 mins": 300,
    "15 mins": 900,
    "30 mins": 1_800,
    "1 hour": 3_600,
    "1 day": 86_400,
}
LONGEST = {
    "1 min": 86_400,
    "5 mins": 7 * 86_400,
    "15 mins": 7 * 86_400,
    "30 mins": 31 * 86_400,
    "1 hour": 31 * 86_400,
    "1 day": 365 * 86_400,
}
"""Seconds that one question may be about."""

ABOUT_ORDERS = ("3", "4", "5", "16", "99")

Handler = Callable[["Session", list[str]], None]


class Session:
    """One client that is connected."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.client_id = -1
        self.quotes: dict[str, Listed] = {}
        self.is_mute = False

    def say(self, *fields: object) -> None:
        """Send one message."""
        if not self.is_mute:
            self.writer.write(framed(fields))

    def error(self, number: object, code: int, text: str) -> None:
        """Message 4."""
        self.say(4, 2, number, code, text, "")

    def cut(self) -> None:
        """The line falls."""
        self.writer.transport.abort()


class IbGateway:
    """One gateway with one account logged in."""

    def __init__(self, core: Core, account: str = ACCOUNT) -> None:
        self.core = core
        self.account = account
        self.sessions: list[Session] = []
        self.faults: deque[Fault] = deque()
        self.unknown: list[str] = []
        self.asked: list[list[str]] = []
        self.late_seconds = 1.5
        self.fault_of: Callable[[list[str]], Fault | None] = lambda _: None
        """What becomes of an order for which no fault stands ready."""
        self.line_back_seconds: float | None = None
        """After how long a line of its own that fell is back by itself."""
        self.is_read_only = False
        """Whether its settings keep every client from orders."""
        self.is_silent = False
        """Whether nothing at all is answered."""
        self.first_id = 1
        """The number from which on the next client may count."""
        self.refusals: deque[tuple[int, str]] = deque()
        """What the next orders are refused with."""
        self.notices: deque[tuple[int, str]] = deque()
        """What is said of the next orders before they are taken."""
        self.begins = 1_600_000_000
        """Since when there are bars, in epoch seconds."""
        self.bar_refusals: deque[tuple[int, str]] = deque()
        self.tells_completed = True
        """Whether it answers what is over."""
        self.hides_orders = False
        """Whether it does not know yet what rests."""
        self.forgets_completed = False
        """Whether orders that are over are shown no more."""
        self.commissions_wait: list[tuple[Session, list[object]]] | None = None
        """Commissions that are held back, where they are."""
        self.late: set[asyncio.Task[None]] = set()
        self.owners: dict[int, Owned] = {}
        self.port = 0
        self._by_symbol = {each.symbol: each for each in LISTED}
        self._by_id = {each.con_id: each for each in LISTED}
        self._numbers: dict[tuple[int, int], int] = {}
        self._placing: Owned | None = None
        self._muted = False
        self._server: asyncio.Server | None = None
        self._routes: dict[str, Handler] = {
            "1": self._quotes,
            "2": lambda s, f: s.quotes.pop(f[2], None) and None,
            "3": self._order,
            "4": self._cancel,
            "5": lambda s, _: self._open_orders(s, every=False),
            "7": self._executions,
            "8": lambda s, _: s.say(9, 1, self._next_id(s.client_id)),
            "9": self._details,
            "16": lambda s, _: self._open_orders(s, every=True),
            "20": self._bars,
            "49": lambda s, _: s.say(49, 1, self.core.now() // 1000),
            "59": lambda _s, _f: None,
            "61": lambda s, _: self._positions(s),
            "62": self._summary,
            "63": lambda _s, _f: None,
            "71": self._start,
            "81": self._samples,
            "87": self._head,
            "99": lambda s, _: self._completed(s),
        }
        core.listeners.append(self._on_order)
        core.price_listeners.append(self._on_price)

    # -- the line -----------------------------------------------------------------------------

    async def open(self) -> None:
        """Listen, on the port of before where there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End every line and listen no more."""
        for task in self.late:
            task.cancel()
        await self._stop()

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for session in tuple(self.sessions):
            session.cut()
        while self.sessions:
            await asyncio.sleep(0)

    async def restart(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        """Go away as every night, let this happen, and come back."""
        await self._stop()
        if meanwhile is not None:
            await meanwhile()
        await self.open()

    def name_in(self, fields: list[str]) -> str:
        """The name of an order that is being placed."""
        return fields[26]

    async def landed(self) -> None:
        """Wait until nothing is under way any more."""
        while self.late:
            await asyncio.wait(tuple(self.late))

    def lose_line(self) -> None:
        """The gateway's own line to the servers falls."""
        for session in self.sessions:
            session.error(-1, 1100, "Connectivity between IB and the Workstation has been lost.")
        if self.line_back_seconds is not None:
            self._later(self.find_line, self.line_back_seconds)

    def find_line(self, *, data_lost: bool = False) -> None:
        """It is back."""
        for session in self.sessions:
            code = 1101 if data_lost else 1102
            session.error(-1, code, "Connectivity between IB and the Workstation is restored.")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer)
        self.sessions.append(session)
        try:
            await reader.readexactly(4)  # API\0
            await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big"))
            session.say(VERSION, "20261129 10:00:00 UTC")
            while True:
                self._heard(session, await read_fields(reader))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.sessions.remove(session)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _heard(self, session: Session, fields: list[str]) -> None:
        self.asked.append(fields)
        route = self._routes.get(fields[0])
        if route is None:
            self.unknown.append(" ".join(fields))
        elif self.is_read_only and fields[0] in ABOUT_ORDERS:
            text = "cause - The API interface is currently in Read-Only mode."
            nobody = -1 if fields[0] == "99" else 2**31 - 1
            session.error(fields[1] if fields[0] in ("3", "4") else nobody, 321, text)
        elif not self.is_silent:
            route(session, fields)

    def _start(self, session: Session, fields: list[str]) -> None:
        client_id = int(fields[2])
        if any(each.client_id == client_id for each in self.sessions):
            text = "Unable to connect as the client id is already in use."
            session.error(-1, 326, text)
            session.writer.close()
            return
        session.client_id = client_id
        session.say(15, 1, self.account)
        session.say(9, 1, self._next_id(client_id))
        session.error(-1, 2104, "Market data farm connection is OK:usfarm")

    def _next_id(self, client_id: int) -> int:
        used = [number for owner, number in self._numbers if owner == client_id]
        return max([self.first_id, *(each + 1 for each in used)])

    # -- orders -------------------------------------------------------------------------------

    def _order(self, session: Session, fields: list[str]) -> None:
        fault = self.faults.popleft() if self.faults else self.fault_of(fields)
        place = self._placed_by(session, fields)
        match fault:
            case None:
                place()
            case Fault.MUTE:
                pass
            case Fault.STRANGE:
                session.error(fields[1], 9_999, f"What no list has of {self.account}")
            case Fault.CUT_BEFORE:
                session.cut()
            case Fault.NO_LINE_BEFORE:
                self.lose_line()
            case Fault.LATE:
                self._later(place, self.late_seconds)
            case _:
                self._muted = True
                place()
                self._muted = False
                if fault is Fault.CUT_AFTER:
                    session.cut()
                elif fault is Fault.NO_LINE_AFTER:
                    self.lose_line()
                elif fault is Fault.GARBLED:
                    session.say(messages.OPEN_ORDER, fields[1], "what")

    def _placed_by(self, session: Session, fields: list[str]) -> Callable[[], None]:
        def place() -> None:
            try:
                self._place(session, fields)
            except Refused as refused:
                if not self._muted:
                    code = _REFUSALS.get(refused.why, 201)
                    session.error(fields[1], code, f"Order rejected - reason:{refused}")

        return place

    def _later(self, act: Callable[[], None], seconds: float) -> None:
        async def arrive() -> None:
            await asyncio.sleep(seconds)
            act()

        task = asyncio.ensure_future(arrive())
        self.late.add(task)
        task.add_done_callback(self.late.discard)

    def _place(self, session: Session, fields: list[str]) -> None:
        key = (session.client_id, int(fields[1]))
        if self.refusals:
            session.error(fields[1], *self.refusals.popleft())
            return
        if self.notices:
            session.error(fields[1], *self.notices.popleft())
        terms = self._terms(fields)
        known = self._numbers.get(key)
        if known is not None:
            placed = self.core.orders[known]
            if not placed.order.is_open:
                session.error(fields[1], 104, "Cannot modify a filled order.")
            else:
                self.core.amend(placed, terms)
            return
        if key[1] < self._next_id(session.client_id):
            session.error(fields[1], 103, "Duplicate order id")
            return
        self._placing = Owned(session.client_id, key[1], fields[26])
        self.core.place(fields[26], terms)

    def _terms(self, fields: list[str]) -> OrderTerms:
        listed = self._by_id.get(int(fields[2]))
        if listed is None or listed.symbol in self.core.delisted:
            raise Refused(Why.SYMBOL, "No security definition has been found for the request")
        size, kind = Decimal(listed.multiplier or 1), KINDS[fields[18]]
        limit, aux, percent = fields[19], fields[20], fields[70]
        trails = kind is OrderType.TRAILING_STOP
        trail = Decimal(percent) / 100 if percent else Decimal(aux or 0)
        return OrderTerms(
            symbol=listed.symbol,
            side=Side(fields[16].lower()),
            type=kind,
            quantity=Quantity(Decimal(fields[17]) * size),
            price=Price(Decimal(limit)) if limit else None,
            stop_price=Price(Decimal(aux)) if aux and not trails else None,
            trail=trail if trails else None,
            trail_is_percent=trails and bool(percent),
            time_in_force=TimeInForce(fields[21].lower()),
        )

    def _cancel(self, session: Session, fields: list[str]) -> None:
        number = self._numbers.get((session.client_id, int(fields[2])))
        if number is None:
            text = f"OrderId {fields[2]} that needs to be cancelled is not found."
            session.error(fields[2], _UNKNOWN_ORDER, text)
            return
        placed = self.core.orders[number]
        try:
            self.core.cancel(placed)
        except Refused:
            state = messages.status(placed)
            text = f"OrderId {fields[2]} that needs to be cancelled cannot be cancelled, state: "
            session.error(fields[2], _NOT_CANCELED, f"{text}{state}.")

    def _on_order(self, placed: Placed, report: VenueReport) -> None:
        owned = self.owners.get(placed.number)
        if owned is None:
            owned = self._placing or Owned(0, 0, placed.client_id)
            self.owners[placed.number], self._placing = owned, None
            self._numbers[owned.client_id, owned.order_id] = placed.number
        listed = self._by_symbol[placed.terms.symbol]
        for session in self.sessions:
            if session.client_id == owned.client_id and not self._muted:
                self._tell(session, placed, owned, listed, report)

    def _tell(
        self, session: Session, placed: Placed, owned: Owned, listed: Listed, report: VenueReport
    ) -> None:
        stands = messages.open_order(placed, owned, listed, self.account)
        match report:
            case OrderAccepted() | OrderReplaced() | OrderTriggered():
                session.say(*stands)
                session.say(*messages.order_status(placed, owned, listed, Decimal(0)))
            case OrderFilled():
                fill = placed.fills[-1]
                said = messages.execution(-1, placed, owned, listed, fill, self.account)
                session.say(*said)
                session.say(*stands)
                session.say(*messages.order_status(placed, owned, listed, fill.price))
                self._commission(session, messages.commission(placed, fill))
            case OrderCanceled() | OrderExpired():
                session.say(*messages.order_status(placed, owned, listed, Decimal(0)))
                session.error(owned.order_id, 202, "Order Canceled - reason:")

    def _commission(self, session: Session, said: list[object]) -> None:
        if self.commissions_wait is None:
            session.say(*said)
        else:
            self.commissions_wait.append((session, said))

    def send_commissions(self) -> None:
        """Those that were held back."""
        waiting, self.commissions_wait = self.commissions_wait or [], None
        for session, said in waiting:
            session.say(*said)

    # -- questions ------------------------------------------------------------------------------

    def _open_orders(self, session: Session, *, every: bool) -> None:
        for placed in () if self.hides_orders else self.core.resting():
            owned = self.owners[placed.number]
            if every or owned.client_id == session.client_id:
                listed = self._by_symbol[placed.terms.symbol]
                session.say(*messages.open_order(placed, owned, listed, self.account))
                session.say(*messages.order_status(placed, owned, listed, Decimal(0)))
        session.say(53, 1)

    def _completed(self, session: Session) -> None:
        if not self.tells_completed:
            return
        for placed in () if self.forgets_completed else self.core.closed():
            listed = self._by_symbol[placed.terms.symbol]
            owned = self.owners[placed.number]
            session.say(*messages.completed(placed, owned, listed, self.account))
        session.say(102)

    def _executions(self, session: Session, fields: list[str]) -> None:
        request = int(fields[2])
        for placed, fill in self.core.fills:
            listed, owned = self._by_symbol[placed.terms.symbol], self.owners[placed.number]
            session.say(*messages.execution(request, placed, owned, listed, fill, self.account))
            if self.commissions_wait is None:
                session.say(*messages.commission(placed, fill))
        session.say(55, 1, request)

    def _details(self, session: Session, fields: list[str]) -> None:
        found = [
            each
            for each in LISTED
            if each.symbol not in self.core.delisted and each.is_asked_by(fields[3:15])
        ]
        if not found:
            text = "No security definition has been found for the request"
            session.error(fields[2], _NO_DEFINITION, text)
            return
        for each in found:
            session.say(*each.details(fields[2], self.core.now()))
        session.say(52, 1, fields[2])

    def _samples(self, session: Session, fields: list[str]) -> None:
        near = [each for each in LISTED if each.kind == "STK" and fields[2] in each.ticker]
        said = [
            part
            for each in near
            for part in (each.con_id, each.ticker, "STK", each.primary, each.currency, 0, "", "")
        ]
        session.say(79, fields[1], len(near), *said)

    def _positions(self, session: Session) -> None:
        for each in self._by_symbol.values():
            held = self.core.balances.get(self.core.instruments[each.symbol].base, Decimal(0))
            if each.kind != "CASH" and held:
                size = Decimal(each.multiplier or 1)
                session.say(61, 3, self.account, *each.at_account, held / size, 0)
        session.say(62, 1)

    def _summary(self, session: Session, fields: list[str]) -> None:
        traded = {self.core.instruments[each.symbol].base for each in LISTED if each.kind != "CASH"}
        for currency, held in self.core.balances.items():
            if currency not in traded:
                session.say(63, 1, fields[2], self.account, "CashBalance", held, currency)
        session.say(63, 1, fields[2], self.account, "CashBalance", 0, "BASE")
        session.say(64, 1, fields[2])

    # -- prices ---------------------------------------------------------------------------------

    def _quotes(self, session: Session, fields: list[str]) -> None:
        listed = self._by_id[int(fields[3])]
        if listed.symbol == "TWIN":
            text = "Requested market data is not subscribed. Delayed market data is available."
            session.error(fields[2], _DELAYED, text)
            return
        session.quotes[fields[2]] = listed
        session.say(58, 1, fields[2], 1)
        tick = self.core.quotes.get(listed.symbol)
        if tick is not None:
            self._quote(session, fields[2], tick)

    def _on_price(self, tick: Tick) -> None:
        for session in self.sessions:
            for number, listed in session.quotes.items():
                if listed.symbol == tick.symbol:
                    self._quote(session, number, tick)

    def _quote(self, session: Session, number: str, tick: Tick) -> None:
        for kind, price in ((1, tick.bid), (2, tick.ask), (4, tick.last)):
            session.say(1, 6, number, kind, price, tick.size, 0)

    def _bars(self, session: Session, fields: list[str]) -> None:
        """Bars of the wave that the exchanges' stand-ins have, of weekdays only."""
        if self.bar_refusals:
            session.error(fields[1], *self.bar_refusals.popleft())
            return
        listed, step = self._by_id[int(fields[2])], STEPS[fields[16]]
        amount, unit = fields[17].split(" ")
        length = int(amount) * {"S": 1, "D": 86_400}[unit]
        if length > LONGEST[fields[16]]:
            text = "Historical Market Data Service error message:Time length exceed max."
            session.error(fields[1], 162, text)
            return
        moment = datetime.strptime(fields[15], "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
        end = int(moment.timestamp())
        since = max(end - length, self.begins)
        rows = self.core.bars.between(step * 1000, since * 1000, end * 1000, 5_000, self.core.now())
        said = [_bar(row, step) for row in rows if _weekday(row[0]) < 5 or listed.kind == "CASH"]
        if not said:
            text = "Historical Market Data Service error message:HMDS query returned no data"
            session.error(fields[1], 162, text)
            return
        flat = [part for row in said for part in row]
        session.say(17, fields[1], "", "", len(said), *flat)

    def _head(self, session: Session, fields: list[str]) -> None:
        session.say(88, fields[1], self.begins)


def _weekday(opened_ms: float) -> int:
    return datetime.fromtimestamp(opened_ms / 1000, UTC).weekday()


def _bar(row: list[float], step: int) -> list[object]:
    opened = int(row[0]) // 1000
    day = datetime.fromtimestamp(opened, UTC).strftime("%Y%m%d")
    return [day if step == 86_400 else opened, *row[1:5], row[5], row[4], 7]
