"""The line to a gateway, made anew whenever it falls, and the gate before its orders.

On ib_async's client and decoder, which speak the protocol, and not on its `IB` class, whose orders
and subscriptions change behind one's back. A gateway restarts every night: the gate shuts when
the line falls, or when the gateway says that its own has; the line is made anew, what happened
meanwhile is read back, and only then may an order leave.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from ib_async.client import Client

from connectors.ibkr.codes import (
    DATA_LOST,
    DUPLICATE_ID,
    FARMS_BACK,
    FARMS_DOWN,
    LINE_BACK,
    LINE_LOST,
    Failures,
)
from connectors.ibkr.ear import TIME, Ear, Key, Question
from connectors.ibkr.gateway import IBKR, Gateway
from connectors.ibkr.handshake import account_of, shake_hands
from connectors.ibkr.said import OrderNews, QuoteSaid, Trouble
from engine.errors import KeysRefused, RateLimited, VenueError, VenueUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

CLOCK_ERROR_SECONDS = 1.5
"""How far the clocks may be apart; beyond it nothing is sent."""
READ_PATIENCE_SECONDS = 10.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 4.0
_BEAT_SECONDS = 15.0
_CLOCK_STEP_MS = 1_000
"""The gateway tells its time in whole seconds, rounded down."""
_LONGEST_QUEUE_SECONDS = 1.0

Act = Callable[[Client], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the gate is shut: words for the log, and the key of a text for people."""

    text: str
    why: str


AWAY = Problem("the gateway is away", "gateway_away")


class Line:
    """One client of one gateway. `open` it, and `close` it when done."""

    def __init__(
        self, gateway: Gateway, clock: Clock, *, patience_seconds: float = READ_PATIENCE_SECONDS
    ) -> None:
        """`patience_seconds` is how long a question waits for its answer."""
        self.gateway = gateway
        self.failures = Failures()
        self.account = gateway.account
        self.connections = 0
        """How often the gate was opened."""
        self.opened_at = 0
        """When that was last, UTC ms."""
        self.sockets = 0
        """How often the gateway was connected to."""
        self.on_order: list[Callable[[OrderNews], None]] = []
        self.on_quote: list[Callable[[QuoteSaid], None]] = []
        self.on_shut: list[Callable[[], None]] = []
        """Called when the gate shuts: what was not answered yet is not answered any more."""
        self.on_back: list[Callable[[], Awaitable[object]]] = []
        """Called, one by one, before the gate opens: to read back what happened meanwhile."""
        self.is_clock_off = False
        self._clock = clock
        self._patience = patience_seconds
        self._ear: Ear | None = None
        self._client: Client | None = None
        self._next_id = 1
        self._is_cut_off = False
        self._is_throttling = False
        self._problem = AWAY
        self._wake = asyncio.Event()
        self._opened = asyncio.Event()
        self._naming = asyncio.Lock()
        self._connecting = asyncio.Lock()
        self._keeping: tuple[asyncio.Future[None], ...] = ()

    # -- opening and closing --------------------------------------------------------------------

    async def open(self) -> None:
        """Connect now, and keep connected. Raises VenueUnavailable, KeysRefused."""
        async with self._connecting:
            if not self.is_open:
                try:
                    await self._connect()
                    await self._go_on()
                except BaseException:
                    self._hang_up()
                    raise
        self.begin()

    def begin(self) -> None:
        """Connect as soon as it can be done, and keep connected."""
        if not self._keeping:
            keepers = (self._keep(), self._beat())
            self._keeping = tuple(asyncio.ensure_future(each) for each in keepers)
            self._wake.set()

    async def close(self) -> None:
        """Let go, for good."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        self._opened.clear()
        self._hang_up()

    def drop(self) -> None:
        """The line is of no use: make another one."""
        self._hang_up()
        self._shut()

    @property
    def is_open(self) -> bool:
        """Whether orders may leave."""
        return self._opened.is_set()

    @property
    def is_connected(self) -> bool:
        """Whether there is a socket."""
        return self._client is not None

    async def opened(self) -> None:
        """Wait until orders may leave."""
        await self._opened.wait()

    def check_open(self) -> None:
        """Raises VenueUnavailable with the reason while the gate is shut."""
        if not self.is_open:
            raise VenueUnavailable(self._problem.text, why=self._problem.why)

    async def _connect(self) -> None:
        ear = Ear(self._heard, self._quoted, self._troubled, self._fell)
        client = await shake_hands(self.gateway, ear, self._patience)
        client.throttleStart += self._throttle
        client.throttleEnd += self._flow
        self._ear, self._client = ear, client
        self._is_cut_off = self._is_throttling = False
        self.sockets += 1
        self._next_id = max(self._next_id, ear.next_id)
        self.failures.secrets = ear.accounts
        try:
            self.account = account_of(self.gateway, ear.accounts)
        except KeysRefused:
            self._hang_up()
            raise
        at = self.gateway
        _log.info("gateway_connected", host=at.host, port=at.port, client_id=at.client_id)

    def _hang_up(self) -> None:
        client, ear, self._client, self._ear = self._client, self._ear, None, None
        if client is not None and ear is not None:
            client.disconnect()
            ear.hang_up()

    # -- the gate -------------------------------------------------------------------------------

    async def _keep(self) -> None:
        """Mend the line whenever it needs it, until canceled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            pause, said = _FIRST_PAUSE_SECONDS, ""
            while not self.is_open and not self._is_cut_off:
                try:
                    async with self._connecting:
                        if self._client is None:
                            await self._connect()
                        if not self.is_open:
                            await self._go_on()
                except VenueError as error:
                    self._problem = Problem(str(error), error.facts.get("why") or error.code)
                    if str(error) != said:
                        said = str(error)
                        _log.warning("gateway_not_back", why=said)
                    await self._clock.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _go_on(self) -> None:
        """Read back what happened, and open the gate."""
        await self.check_clock()
        for read_back in self.on_back:
            await read_back()
        if self._client is None or self._is_cut_off:
            raise VenueUnavailable("the line fell again", why="gateway_away")
        self.connections += 1
        self.opened_at = self._clock.now_ms()
        self._opened.set()

    def _shut(self) -> None:
        self._problem = AWAY
        was_open = self.is_open
        self._opened.clear()
        if was_open:
            _log.warning("gateway_lost", cut_off=self._is_cut_off)
        for tell in self.on_shut:
            tell()
        self._wake.set()

    def _fell(self) -> None:
        """The socket closed."""
        self._client = self._ear = None
        self._is_cut_off = False
        self._shut()

    def _troubled(self, trouble: Trouble) -> None:
        """Notices that concern the line itself."""
        code = trouble.code
        if code in LINE_LOST:
            self._is_cut_off = True
            self._shut()
        elif code in LINE_BACK:
            self._is_cut_off = False
            if code == DATA_LOST:
                _log.warning("gateway_lost_subscriptions")
            self._wake.set()
        elif code == DUPLICATE_ID:
            # Another program counts as we do: go on from where the gateway says.
            self.subscribe(lambda client: client.reqIds(1))
        elif code in FARMS_DOWN:
            _log.warning("farm_down", text=self.failures.text(trouble.text))
        elif code not in FARMS_BACK:
            _log.info("gateway_says", code=code, text=self.failures.text(trouble.text))

    async def _beat(self) -> None:
        """Ask for the time now and then: a line that is dead without saying so is found out."""
        while True:
            await self._clock.sleep(_BEAT_SECONDS)
            if not self.is_open:
                continue
            try:
                await self.check_clock()
            except VenueError as error:
                _log.warning("gateway_silent", why=str(error))

    async def check_clock(self) -> float:
        """Compare clocks; while they are too far apart, no order is sent.

        Gives how many seconds the gateway is ahead for certain. Raises VenueUnavailable.
        """
        before = self._clock.now_ms()
        answer = await self.ask(TIME, lambda client: client.reqCurrentTime())
        after = self._clock.now_ms()
        there = int(answer[0]) * 1000
        least, most = there - after, there + _CLOCK_STEP_MS - before
        error = (max(0, least) + min(0, most)) / 1000
        self.is_clock_off = abs(error) > CLOCK_ERROR_SECONDS
        if self.is_clock_off:
            _log.error("clock_is_off", venue=IBKR, seconds=round(error, 1))
        return error

    # -- saying and asking ------------------------------------------------------------------------

    def send(self, act: Act) -> None:
        """Say something at once that is not a question; orders only. Raises VenueUnavailable,
        RateLimited where it would have to wait.
        """
        self.check_open()
        if self._client is None:
            raise VenueUnavailable("the gateway is away", why="gateway_away")
        if self.is_clock_off:
            raise VenueUnavailable("the clock is off", why="clock_off")
        if self._is_throttling:
            raise RateLimited(_LONGEST_QUEUE_SECONDS)
        self._do(act, self._client)

    def new_id(self) -> int:
        """A number that no order and no question has had, here or at the gateway."""
        if self._ear is not None:
            self._next_id = max(self._next_id, self._ear.next_id)
        number, self._next_id = self._next_id, self._next_id + 1
        return number

    async def ask(
        self, key: Key, act: Act, *, seconds: float | None = None, may_fail: bool = False
    ) -> list[Any]:
        """Ask, and wait for the whole answer: the parts of it.

        Questions by name are asked one at a time, and one that is not answered costs the line,
        unless it `may_fail`. Raises GatewayError, VenueUnavailable.
        """
        if isinstance(key, str):
            async with self._naming:
                return await self._asked(key, act, seconds, costs_line=not may_fail)
        return await self._asked(key, act, seconds, costs_line=False)

    async def _asked(
        self, key: Key, act: Act, seconds: float | None, *, costs_line: bool
    ) -> list[Any]:
        client, ear = self._client, self._ear
        if client is None or ear is None:
            raise VenueUnavailable("the gateway is away", why="gateway_away")
        question = ear.questions[key] = Question()
        try:
            self._do(act, client)
            async with asyncio.timeout(seconds or self._patience):
                return await question.answer
        except (OSError, TimeoutError):
            if costs_line and client is self._client:
                # Its answer may still come, and be taken for a part of the next one's.
                self.drop()
            raise VenueUnavailable("the gateway does not answer", why="gateway_away") from None
        finally:
            ear.questions.pop(key, None)

    def subscribe(self, act: Act) -> None:
        """Say something that is neither a question nor an order. Raises VenueUnavailable."""
        if self._client is None:
            raise VenueUnavailable("the gateway is away", why="gateway_away")
        self._do(act, self._client)

    def _do(self, act: Act, client: Client) -> None:
        try:
            act(client)
        except ConnectionError:
            raise VenueUnavailable("the gateway is away", why="gateway_away") from None

    def _throttle(self) -> None:
        self._is_throttling = True

    def _flow(self) -> None:
        self._is_throttling = False

    def _heard(self, news: OrderNews) -> None:
        for hear in tuple(self.on_order):
            hear(news)

    def _quoted(self, quote: QuoteSaid) -> None:
        for hear in tuple(self.on_quote):
            hear(quote)
