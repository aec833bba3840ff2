"""The wire: HTTP and websockets on a free port of 127.0.0.1, and what may go wrong on it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from tests.standins.exchange.core import Core, Refused


class Fault(Enum):
    """What becomes of one order request; `AFTER` ones are carried out all the same."""

    MUTE = auto()  # carried out, and no answer ever comes
    CUT = auto()  # carried out, and the connection is cut
    LOST = auto()  # the connection is cut before it arrives
    LATE = auto()  # it arrives after the caller gave up
    ERROR_AFTER = auto()  # 503 with JSON, carried out
    ERROR_BEFORE = auto()  # 503 with JSON, not carried out
    HTML_AFTER = auto()  # 502 with a page, carried out
    HTML_BEFORE = auto()
    EMPTY_AFTER = auto()  # 200 with nothing, carried out
    CUT_SHORT_AFTER = auto()  # 200, half of the JSON, carried out
    TIMED_OUT_AFTER = auto()  # said to have timed out in there, carried out
    FLOOD = auto()  # 429, not carried out


AMBIGUOUS = (
    Fault.MUTE, Fault.CUT, Fault.LOST, Fault.LATE, Fault.ERROR_AFTER, Fault.ERROR_BEFORE,
    Fault.HTML_AFTER, Fault.HTML_BEFORE, Fault.EMPTY_AFTER, Fault.CUT_SHORT_AFTER,
    Fault.TIMED_OUT_AFTER,
)  # fmt: skip

CARRIED_OUT = (
    Fault.MUTE, Fault.CUT, Fault.ERROR_AFTER, Fault.HTML_AFTER, Fault.EMPTY_AFTER,
    Fault.CUT_SHORT_AFTER, Fault.TIMED_OUT_AFTER,
)  # fmt: skip

_NAMES = (
    "newClientOrderId", "clientAlgoId", "cl_ord_id", "client_order_id", "orderLinkId", "clOrdId",
)  # fmt: skip
PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str]
    raw: str

    @property
    def all(self) -> dict[str, Any]:
        """Query and body together."""
        return {**self.query, **self.body}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body that becomes JSON."""

    body: Any
    status: int = 200


Handler = Callable[[Asked], Answer | Any]


class Socket:
    """One websocket of a client, with what it asked for."""

    def __init__(self, path: str, query: dict[str, str], ws: web.WebSocketResponse) -> None:
        self.path, self.query = path, query
        self._ws = ws
        self.topics: dict[str, Any] = {}
        self._out: asyncio.Queue[Any] = asyncio.Queue()

    def say(self, message: Any) -> None:
        """Send, in order, when the loop comes to it."""
        self._out.put_nowait(message)

    async def write(self) -> None:
        with suppress(ConnectionError):
            while True:
                message = await self._out.get()
                text = message if isinstance(message, str) else orjson.dumps(message).decode()
                await self._ws.send_str(text)

    async def cut(self) -> None:
        await self._ws.close(code=1006)


class Wire:
    """What all exchanges' servers share. A subclass names routes and speaks as its exchange."""

    venue = ""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.asked: list[Asked] = []
        self.unknown: list[str] = []
        """Requests that no route here answers: a test fails on one."""
        self.faults: deque[Fault] = deque()
        self.late_seconds = 0.3
        self.arrived_at = 0.0
        """When the last order came, by the process's own counter of seconds."""
        self.fault_of: Callable[[Asked], Fault | None] = lambda _: None
        """What becomes of an order for which no fault stands ready."""
        self.struck: dict[str, Fault] = {}
        """What becomes of the next request to a path."""
        self.maintenance = False
        self.is_gone = False
        """Whether nobody is there: connections are made and fall at once."""
        self.is_deaf = False
        """Whether websockets are turned away."""
        self.sockets: list[Socket] = []
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self._runner: web.AppRunner | None = None
        self._late: set[asyncio.Task[None]] = set()
        self.address = ""
        core.listeners.append(self.on_order)
        core.price_listeners.append(self.on_price)
        self.add_routes()

    # -- what a subclass says -----------------------------------------------------------------

    def add_routes(self) -> None:
        raise NotImplementedError

    def is_order(self, asked: Asked) -> bool:
        """Whether the request places an order."""
        raise NotImplementedError

    def name_in(self, asked: Asked) -> str:
        """The client order id of an order that is being placed."""
        rows = asked.all.get("list") or [asked.all]
        return next((str(row[key]) for row in rows for key in _NAMES if key in row), "")

    def error(self, refused: Refused) -> Answer:
        """A refusal in the exchange's words."""
        raise NotImplementedError

    def unavailable(self) -> Answer:
        return Answer({"code": -1000, "msg": "service unavailable"}, 503)

    def timed_out(self) -> Answer:
        """What is said where one part of the exchange did not hear from another."""
        return self.unavailable()

    def in_maintenance(self) -> Answer:
        return self.unavailable()

    @property
    def is_followed(self) -> bool:
        """Whether a client hears of its orders."""
        raise NotImplementedError

    def on_order(self, placed: Any, report: Any) -> None:
        """Something happened to an order."""

    def on_price(self, tick: Any) -> None:
        """A price moved."""

    def heard(self, socket: Socket, message: dict[str, Any]) -> None:
        """A client said something on its websocket."""

    def connected(self, socket: Socket) -> None:
        """A client opened a websocket."""

    # -- serving -------------------------------------------------------------------------------

    def route(self, method: str, path: str, handler: Handler) -> None:
        self._routes.append((method, re.compile(path + "$"), handler))

    def route_first(self, method: str, path: str, answer: Answer) -> None:
        """Let this be the answer from now on, whatever it was."""
        self._routes.insert(0, (method, re.compile(path + "$"), lambda _: answer))

    @contextmanager
    def answering(self, method: str, path: str, answer: Answer) -> Iterator[None]:
        """The same for a while."""
        self.route_first(method, path, answer)
        mine = self._routes[0]
        try:
            yield
        finally:
            self._routes.remove(mine)

    async def open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.address = f"127.0.0.1:{port}"

    async def close(self) -> None:
        for task in self._late:
            task.cancel()
        for socket in tuple(self.sockets):
            with suppress(Exception):
                await socket.cut()
        if self._runner is not None:
            await self._runner.cleanup()

    async def cut_streams(self) -> None:
        """All websockets fall."""
        for socket in tuple(self.sockets):
            await socket.cut()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self.is_gone:
            request.transport.abort()  # type: ignore[union-attr]
            return web.Response()
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return web.Response(status=503) if self.is_deaf else await self._stream(request)
        asked = await _read(request)
        self.asked.append(asked)
        if self.maintenance:
            return _sent(self.in_maintenance())
        if self.is_order(asked) or asked.path in self.struck:
            return await self._order(request, asked)
        return _sent(self._answer(asked))

    async def _order(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        self.arrived_at = time.perf_counter()
        fault = self.struck.pop(asked.path, None)
        if fault is None:
            fault = self.faults.popleft() if self.faults else self.fault_of(asked)
        if fault is None:
            return _sent(self._answer(asked))
        if fault is Fault.LATE:
            self._later(asked)
        elif fault in CARRIED_OUT:
            answer = self._answer(asked)
            if fault is Fault.CUT_SHORT_AFTER:
                text = json.dumps(answer.body)
                return web.Response(text=text[: len(text) // 2], content_type="application/json")
        return await self._spoiled(request, fault)

    async def _spoiled(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault:
            case Fault.FLOOD:
                page = {"Retry-After": "1"}
                return web.Response(status=429, text=PAGE, headers=page, content_type="text/html")
            case Fault.ERROR_AFTER | Fault.ERROR_BEFORE:
                return _sent(self.unavailable())
            case Fault.TIMED_OUT_AFTER:
                return _sent(self.timed_out())
            case Fault.HTML_AFTER | Fault.HTML_BEFORE:
                return web.Response(status=502, text=PAGE, content_type="text/html")
            case Fault.EMPTY_AFTER:
                return web.Response(text="", content_type="application/json")
            case Fault.MUTE:
                await asyncio.sleep(30)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _later(self, asked: Asked) -> None:
        async def arrive() -> None:
            await asyncio.sleep(self.late_seconds)
            self._answer(asked)

        task = asyncio.ensure_future(arrive())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def landed(self) -> None:
        """Wait until nothing is under way any more."""
        while self._late:
            await asyncio.wait(tuple(self._late))

    def _answer(self, asked: Asked) -> Answer:
        for method, path, handler in self._routes:
            if method == asked.method and path.match(asked.path):
                try:
                    answer = handler(asked)
                except Refused as refused:
                    return self.error(refused)
                return answer if isinstance(answer, Answer) else Answer(answer)
        self.unknown.append(f"{asked.method} {asked.path} {asked.all}")
        return Answer({"unknown": asked.path}, 404)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(autoping=True)
        await ws.prepare(request)
        socket = Socket(request.path, dict(request.query), ws)
        self.sockets.append(socket)
        writing = asyncio.ensure_future(socket.write())
        self.connected(socket)
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    if message.data == "ping":
                        socket.say("pong")
                        continue
                    self.heard(socket, orjson.loads(message.data))
        finally:
            writing.cancel()
            self.sockets.remove(socket)
        return ws


def _sent(answer: Answer) -> web.Response:
    return web.Response(
        body=orjson.dumps(answer.body), status=answer.status, content_type="application/json"
    )


async def _read(request: web.Request) -> Asked:
    raw = await request.text()
    body: dict[str, Any] = {}
    if raw and "form" in request.content_type:
        body = dict(await request.post())
    elif raw:
        with suppress(ValueError):
            body = orjson.loads(raw)
        if not isinstance(body, dict):
            body = {"list": body}
    return Asked(
        request.method, request.path, dict(request.query), body, dict(request.headers), raw
    )
