"""The line to a server, made anew whenever it falls, and the gate before what is sent.

The gate opens only after those who follow the server have read back what happened meanwhile. Each
side says something within the agreed interval; when the other was silent for two of them, the
line is as good as down and is made anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from connectors.dtc.handshake import Socket, hang_up, shake_hands
from connectors.dtc.messages import Kind
from connectors.dtc.server import DTC, Server
from connectors.dtc.wire import Message, NotUnderstood, number, read_message, written
from engine.errors import KeysRefused, VenueError, VenueUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 10.0
"""How long making the line may take, and an answer."""
SILENT_INTERVALS = 2
CLOCK_ERROR_SECONDS = 1.5
"""How far the clocks may be apart; beyond it no order is sent."""
_CLOCK_STEP_MS = 1_000
"""A server tells its time in whole seconds, rounded down."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 4.0


@dataclass(slots=True)
class _Question:
    """What was asked and is not wholly answered; `is_last` knows the answer's last part."""

    is_last: Callable[[Message], bool]
    answer: asyncio.Future[list[Message]]
    parts: list[Message]


class Line:
    """One connection to one server. `open` it or `begin`, and `close` it when done."""

    def __init__(
        self, server: Server, clock: Clock, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        """`patience_seconds` is how long making the line may take, and an answer."""
        self.server = server
        self.connections = 0
        """How often the gate was opened."""
        self.greeting: Message = {}
        """What the server said of itself at the last logon."""
        self.is_clock_off = False
        self.on_message: list[Callable[[Message], None]] = []
        self.on_shut: list[Callable[[], None]] = []
        """Called when the line falls: what was not answered yet is not answered any more."""
        self.on_back: list[Callable[[], Awaitable[object]]] = []
        """Called, one by one, before the gate opens: to read back what happened meanwhile."""
        self._clock = clock
        self._patience = patience_seconds
        self._socket: Socket | None = None
        self._why: VenueError = VenueUnavailable("the server is away", why="server_away")
        self._is_heard = False
        self._is_refused = False
        self._wake = asyncio.Event()
        self._opened = asyncio.Event()
        self._connecting = asyncio.Lock()
        self._keeping: asyncio.Future[None] | None = None
        self._serving: tuple[asyncio.Future[None], ...] = ()
        self._questions: dict[int, _Question] = {}
        self._asked = 0

    # -- opening and closing --------------------------------------------------------------------

    @property
    def changes_orders(self) -> bool:
        """Whether the server changes an order that rests."""
        return bool(self.greeting.get("OrderCancelReplaceSupported", 1))

    async def open(self) -> None:
        """Connect now, and keep connected. Raises VenueUnavailable, KeysRefused."""
        await self._mend()
        self.begin()

    def begin(self) -> None:
        """Connect as soon as it can be done, and keep connected."""
        if self._keeping is None:
            self._keeping = asyncio.ensure_future(self._keep())
            self._wake.set()

    async def close(self) -> None:
        """Let go, for good."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        self._opened.clear()
        serving = self._serving
        self._let_go()
        await asyncio.gather(*serving, return_exceptions=True)

    @property
    def is_open(self) -> bool:
        """Whether something may be sent."""
        return self._opened.is_set()

    async def opened(self) -> None:
        """Wait until something may be sent."""
        await self._opened.wait()

    def check_open(self) -> None:
        """Raises VenueUnavailable or KeysRefused with the reason while the gate is shut."""
        if not self.is_open:
            raise self._why

    def send(self, kind: Kind, **fields: object) -> None:
        """Say something, also before the gate is open: who reads back must ask.

        Raises VenueUnavailable where there is no line: then nothing left.
        """
        if self._socket is None:
            raise VenueUnavailable("the server is away", why="server_away")
        self._socket.writer.write(written(kind, **fields))

    def order(self, kind: Kind, **fields: object) -> None:
        """Say what moves an order: only while the gate is open, and the clocks agree.

        Raises VenueUnavailable, KeysRefused: then nothing left.
        """
        self.check_open()
        if self.is_clock_off:
            raise VenueUnavailable("the clock is off", why="clock_off")
        self.send(kind, **fields)

    async def ask(
        self, kind: Kind, is_last: Callable[[Message], bool], **fields: object
    ) -> list[Message]:
        """Ask under a RequestID of its own, and wait for all parts of the answer.

        A refusal is an answer too: `is_last` knows it. Raises VenueUnavailable.
        """
        self._asked += 1
        answer: asyncio.Future[list[Message]] = asyncio.get_running_loop().create_future()
        self._questions[self._asked] = _Question(is_last, answer, [])
        mine = self._asked
        try:
            self.send(kind, RequestID=mine, **fields)
            async with asyncio.timeout(self._patience):
                return await answer
        except TimeoutError:
            raise VenueUnavailable("the server does not answer", why="server_away") from None
        finally:
            del self._questions[mine]

    # -- the gate -------------------------------------------------------------------------------

    async def _keep(self) -> None:
        """Mend the line whenever it needs it, until it is refused for good."""
        while not self._is_refused:
            await self._wake.wait()
            self._wake.clear()
            pause, said = _FIRST_PAUSE_SECONDS, ""
            while not self.is_open and not self._is_refused:
                try:
                    await self._mend()
                except VenueError as error:
                    if str(error) != said:
                        said = str(error)
                        _log.warning("server_not_back", why=said)
                    await self._clock.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _mend(self) -> None:
        """Connect, read back what happened, and open the gate. Raises VenueError."""
        async with self._connecting:
            if self.is_open:
                return
            try:
                await self._connect()
            except VenueError as error:
                self._let_go()
                self._why = error
                self._is_refused = isinstance(error, KeysRefused)
                raise
            except BaseException:
                self._let_go()
                raise

    async def _connect(self) -> None:
        self._let_go()
        socket = self._socket = await shake_hands(self.server, self._patience)
        self.greeting = socket.greeting
        self._is_heard = True
        self._serving = (
            asyncio.ensure_future(self._listen(socket)),
            asyncio.ensure_future(self._beat(socket)),
        )
        for read_back in self.on_back:
            await read_back()
        if socket is not self._socket:
            raise VenueUnavailable("the line fell again", why="server_away")
        self.connections += 1
        self._opened.set()
        _log.info("server_connected", host=self.server.host, port=self.server.port)

    def _let_go(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            hang_up(socket)
        for question in self._questions.values():
            if not question.answer.done():
                away = VenueUnavailable("the server is away", why="server_away")
                question.answer.set_exception(away)
        for task in self._serving:
            task.cancel()
        self._serving = ()

    def _fell(self, socket: Socket, why: str) -> None:
        if socket is not self._socket:
            return
        _log.warning("server_lost", why=why)
        self._opened.clear()
        self._why = VenueUnavailable("the server is away", why="server_away")
        self._let_go()
        for tell in tuple(self.on_shut):
            tell()
        self._wake.set()

    # -- what is said -----------------------------------------------------------------------------

    async def _listen(self, socket: Socket) -> None:
        try:
            while (said := await read_message(socket.reader))["Type"] != Kind.LOGOFF:
                self._is_heard = True
                self._take(said)
                for hear in tuple(self.on_message):
                    hear(said)
        except (OSError, EOFError):
            self._fell(socket, "the connection ended")
        except NotUnderstood as error:
            self._fell(socket, f"not understood: {error}")
        else:
            # Who is told to stay away stays away, until a person starts the desk again.
            self._is_refused = bool(said.get("DoNotReconnect"))
            self._fell(socket, "the server logged us off")

    def _take(self, said: Message) -> None:
        if said["Type"] == Kind.HEARTBEAT:
            self._compare_clocks(said)
        asked = said.get("RequestID")
        question = self._questions.get(asked) if isinstance(asked, int) else None
        if question is None or question.answer.done():
            return
        question.parts.append(said)
        if question.is_last(said):
            question.answer.set_result(question.parts)

    def _compare_clocks(self, said: Message) -> None:
        there = int(number(said, "CurrentDateTime") or 0) * 1000
        if not there:
            return  # it does not tell
        ahead = there - self._clock.now_ms()
        error = (max(0, ahead) + min(0, ahead + _CLOCK_STEP_MS)) / 1000
        was_off, self.is_clock_off = self.is_clock_off, abs(error) > CLOCK_ERROR_SECONDS
        if self.is_clock_off and not was_off:
            _log.error("clock_is_off", venue=DTC, seconds=round(error, 1))

    async def _beat(self, socket: Socket) -> None:
        """Say that we are there, and notice when the other side says nothing."""
        silent = 0
        while silent < SILENT_INTERVALS:
            await self._clock.sleep(self.server.heartbeat_seconds)
            silent = 0 if self._is_heard else silent + 1
            self._is_heard = False
            now = self._clock.now_ms() // 1000
            socket.writer.write(written(Kind.HEARTBEAT, NumDroppedMessages=0, CurrentDateTime=now))
        self._fell(socket, "the server is silent")
