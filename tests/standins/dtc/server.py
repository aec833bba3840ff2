"""A stand-in of a DTC server: agreement on JSON, logon, heartbeat, definitions, prices, bars; what
it does about orders is in `trading`.

Fields by the names of the protocol's public domain header DTCProtocol.h, version 8; its numbers are
written down here again, so that a slip in the client's shows. It answers only what it knows:
anything else is noted in `unknown`, and a test fails on it.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from tests.standins.dtc.listed import DEFINED, UNSET, Fields, core
from tests.standins.dtc.trading import Trading
from tests.standins.exchange.bars import Bars
from tests.standins.exchange.core import Core

CANARY = "planted-canary"
"""The password, which no text may contain."""

MOST_BARS = 10_000


class Session:
    """One client that is connected."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.logon: Fields = {}
        self.heartbeats = 0
        self.followed: dict[str, int] = {}
        """The SymbolID of each symbol whose prices are asked for."""

    def say(self, kind: int, **fields: object) -> None:
        """Send one message."""
        self.raw(json.dumps({"Type": kind, **fields}).encode() + b"\0")

    def raw(self, sent: bytes) -> None:
        """Send these bytes, whatever they are."""
        self.writer.write(sent)

    def cut(self) -> None:
        """The line falls."""
        self.writer.transport.abort()


class DtcServer:
    """One server with one trade account."""

    def __init__(
        self, username: str = "ann", password: str = CANARY, market: Core | None = None
    ) -> None:
        self.username, self.password = username, password
        self.core = market or core()
        self.trading = Trading(self.core, self.sessions_on)
        self.sessions: list[Session] = []
        self.heard: list[Fields] = []
        self.unknown: list[Fields] = []
        self.encoding = 2
        """What it answers to who asks for JSON."""
        self.logon_result = 0
        """What it answers to every logon, where it is not 0."""
        self.is_silent = False
        """Whether nothing at all is said any more."""
        self.defined = dict(DEFINED)
        self.trading_is_supported = True
        self.changes_orders = True
        self.mute_on: set[int] = set()
        """Kinds of message that are not answered."""
        self.hold_on: set[int] = set()
        """Kinds that are answered when `release` says so."""
        self.held: list[tuple[Session, Fields]] = []
        self.bars = Bars()
        self.bar_refusals: list[Fields] = []
        """What the next questions about history are refused with."""
        self.overshoots_seconds = 0
        """How much more it gives than is asked for, before and after."""
        self.in_microseconds = False
        """Whether bars tell their time so."""
        self.history_port = self.port = 0
        self._servers: list[asyncio.Server] = []
        self._routes: dict[int, Callable[[Session, Fields], None]] = {
            1: self._logon,
            3: self._heartbeat,
            5: lambda s, _: s.writer.close(),
            101: self._follow,
            506: self._define,
            800: self._history,
            **self.trading.routes,
        }
        self.core.price_listeners.append(self._on_price)

    async def open(self) -> None:
        """Listen, on the ports of before where there were some."""
        for port in (self.port, self.history_port):
            self._servers.append(await asyncio.start_server(self._serve, "127.0.0.1", port))
        ports = [each.sockets[0].getsockname()[1] for each in self._servers]
        self.port, self.history_port = ports

    async def restart(self, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        """Go away, let this happen, and come back."""
        await self._stop()
        if meanwhile is not None:
            await meanwhile()
        await self.open()

    async def close(self) -> None:
        """End every line and listen no more."""
        self.trading.stop()
        await self._stop()

    def sessions_on(self) -> list[Session]:
        """Everybody who is logged on."""
        return [each for each in self.sessions if each.logon]

    async def _stop(self) -> None:
        for each in self._servers:
            each.close()
        self._servers = []
        for session in tuple(self.sessions):
            session.cut()
        while self.sessions:
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(writer)
        self.sessions.append(session)
        try:
            size, kind, version, encoding, name = struct.unpack(
                "<HHii4s", await reader.readexactly(16)
            )
            assert (size, kind, version, encoding, name) == (16, 6, 8, 2, b"DTC\0")
            session.raw(struct.pack("<HHii4s", 16, 7, 8, self.encoding, b"DTC\0"))
            while True:
                body = await reader.readuntil(b"\0")
                self._take(session, json.loads(body[:-1]))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.sessions.remove(session)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _take(self, session: Session, fields: Fields) -> None:
        self.heard.append(fields)
        if fields["Type"] in self.hold_on:
            self.held.append((session, fields))
            return
        route = self._routes.get(fields["Type"])
        if route is None:
            self.unknown.append(fields)
        elif not self.is_silent and fields["Type"] not in self.mute_on:
            route(session, fields)

    def release(self) -> None:
        """Answer what was held, and hold no more."""
        held, self.held, self.hold_on = self.held, [], set()
        for session, fields in held:
            self._take(session, fields)

    def _logon(self, session: Session, fields: Fields) -> None:
        session.logon = fields
        is_known = (fields["Username"], fields["Password"]) == (self.username, self.password)
        session.say(
            2,
            ProtocolVersion=8,
            Result=self.logon_result or (1 if is_known else 3),
            ResultText=f"Logon of {fields['Username']}",
            ReconnectAddress="203.0.113.9:11099" if self.logon_result == 4 else "",
            ServerName="Stand-in",
            TradingIsSupported=int(self.trading_is_supported),
            OCOOrdersSupported=0,
            OrderCancelReplaceSupported=int(self.changes_orders),
            SecurityDefinitionsSupported=1,
            HistoricalPriceDataSupported=1,
            MarketDataSupported=1,
        )

    def _heartbeat(self, session: Session, _: Fields) -> None:
        session.heartbeats += 1
        self.beat(session)

    def beat(self, session: Session) -> None:
        """Say that we are there, and what time it is."""
        session.say(3, NumDroppedMessages=0, CurrentDateTime=self.core.now() // 1000)

    def _define(self, session: Session, fields: Fields) -> None:
        request, key = fields["RequestID"], (fields["Symbol"], fields["Exchange"])
        if key not in self.defined or key[0] in self.core.delisted:
            session.say(509, RequestID=request, RejectText=f"{key[0]} is not known")
            return
        said = self.defined[key]
        session.say(
            507, RequestID=request, Symbol=key[0], Exchange=key[1], IsFinalMessage=1, **said
        )

    def _follow(self, session: Session, fields: Fields) -> None:
        key = fields["SymbolID"]
        if (fields["Symbol"], fields["Exchange"]) not in self.defined:
            session.say(103, SymbolID=key, RejectText="not known")
            return
        assert fields["RequestAction"] == 1
        session.followed[fields["Symbol"]] = key
        none = dict.fromkeys(("BidPrice", "AskPrice", "LastTradePrice", "LastTradeVolume"), UNSET)
        session.say(104, SymbolID=key, **none)
        tick = self.core.quotes.get(Symbol(fields["Symbol"]))
        if tick is not None:
            self._on_price(tick)

    def price(self, symbol: str, kind: int, **fields: object) -> None:
        """Tell everybody who follows it."""
        for session in self.sessions:
            if symbol in session.followed:
                session.say(kind, SymbolID=session.followed[symbol], **fields)

    def _on_price(self, tick: Tick) -> None:
        size = self.trading.size_of(tick.symbol)
        bid, ask, last = float(tick.bid), float(tick.ask), float(tick.last)
        self.price(tick.symbol, 108, BidPrice=bid, AskPrice=ask, BidQuantity=1, AskQuantity=1)
        self.price(tick.symbol, 107, Price=last, Volume=float(tick.size / size))

    def _history(self, session: Session, fields: Fields) -> None:
        """Bars of the wave that the exchanges' stand-ins have; one question a connection."""
        request, step = fields["RequestID"], fields["RecordInterval"]
        on = session.writer.get_extra_info("sockname")[1]
        assert on == self.history_port
        assert step in {60, 300, 600, 900, 1800, 3600, 7200, 86_400, 604_800}
        if self.bar_refusals:
            session.say(802, RequestID=request, RejectText="no", **self.bar_refusals.pop(0))
            return
        start = (fields["StartDateTime"] - self.overshoots_seconds) * 1000
        end = (fields["EndDateTime"] + self.overshoots_seconds) * 1000
        rows = self.bars.between(step * 1000, start, end, MOST_BARS, end)
        session.say(801, RequestID=request, RecordInterval=step, NoRecordsToReturn=int(not rows))
        for number, (time, opened, high, low, last, volume) in enumerate(rows, start=1):
            session.say(
                803,
                RequestID=request,
                StartDateTime=int(time) * 1000 if self.in_microseconds else int(time) // 1000,
                OpenPrice=opened,
                HighPrice=high,
                LowPrice=low,
                LastPrice=last,
                Volume=volume,
                IsFinalRecord=int(number == len(rows)),
            )
        session.writer.close()
