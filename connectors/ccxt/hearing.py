"""What becomes of the orders at an exchange, each thing told once.

What its streams tell is believed and completed by asking: after every order, after every fall of a
stream, and from time to time while something rests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from connectors.ccxt.access import Access
from connectors.ccxt.ledger import Ledger, Told
from connectors.ccxt.questions import Questions
from connectors.ccxt.stated import Raw, Seen, fill, forced
from connectors.ccxt.streams import Streams
from engine.domain.events import OrderFilled, VenueReport
from engine.domain.identifiers import ClientOrderId, Symbol, VenueOrderId
from engine.errors import RateLimited, VenueError

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
"""How long a stream is trusted to tell what an order came to before it is asked for."""
TURN_SECONDS = 0.25
_ROUND_SECONDS = 15.0
_AFTER_A_FALL_SECONDS = 0.3, 2.0
_MOST_UNNAMED = 1_000


class Hearing:
    """Reads the streams, asks for what they leave out, and keeps what is to be reported."""

    def __init__(
        self,
        at: Access,
        questions: Questions,
        ledger: Ledger,
        check_clock: Callable[[], Awaitable[float]],
    ) -> None:
        """`check_clock` is called with every round of asking; it raises VenueError."""
        self._at = at
        self._questions = questions
        self._ledger = ledger
        self._check_clock = check_clock
        self._streams = Streams(at, self._look_at_all_soon)
        self._heard: asyncio.Queue[VenueReport] = asyncio.Queue()
        self._due: dict[ClientOrderId, int] = {}
        self._rounds: list[int] = []
        self._unnamed: dict[VenueOrderId, list[Raw]] = {}
        self.closed_by_itself = 0
        """How often the exchange closed something that nobody had asked it to."""

    @property
    def connections(self) -> int:
        """How often the streams were made."""
        return self._streams.connections

    async def next(self) -> VenueReport:
        """The next thing that happened, once it has."""
        return await self._heard.get()

    def say(self, *reports: VenueReport) -> None:
        """Let these be told."""
        for report in reports:
            self._heard.put_nowait(report)

    async def follow(self) -> None:
        """Read the streams, until canceled."""
        await self._streams.follow(self._on_order, self._on_trade)

    async def _on_order(self, raw: Raw) -> None:
        order = self._questions.seen(raw)
        told = self._ledger.of(order.id, order.symbol)
        if forced(raw, self._at.contract) is not None and told is None:
            self.closed_by_itself += 1
            return
        await self.see(order)

    async def _on_trade(self, raw: Raw) -> None:
        number = VenueOrderId(str(raw.get("order") or ""))
        told = self._ledger.of(number, Symbol(str(raw.get("symbol") or "")))
        if told is None:
            if forced(raw, self._at.contract) is not None:
                self.closed_by_itself += 1
                return
            # The stream may be ahead of the answer that says whose order this is.
            waiting = self._unnamed.setdefault(number, [])
            waiting.append(raw)
            while len(self._unnamed) > _MOST_UNNAMED:
                del self._unnamed[next(iter(self._unnamed))]
            return
        size = self._at.listing.contract_size(told.symbol)
        now, coin = self._at.clock.now_ms(), self._at.contract.fee_coin
        read = fill(raw, told.name, size, now, coin)
        if read is None:
            self.look_soon(told.name, 0)
        else:
            if self._at.contract.stream_fees_are_signed:
                read = replace(read, fee=-read.fee)
            self.say(*self._ledger.fill(told, [read]))

    async def see(self, order: Seen) -> None:
        """Tell what an order shown now adds to what was told; its end only after its fills."""
        at = self._at.clock.now_ms()
        self.say(*self._ledger.see(order, at))
        told = self._ledger.of(order.id, order.symbol)
        if told is None:
            return
        for raw in (*self._unnamed.pop(order.id, ()), *self._unnamed.pop(order.trades_as, ())):
            await self._on_trade(raw)
        if told.ending is not None and not told.closed:
            self.say(*self._ledger.see(order, at))
        if told.lacks:
            self.look_soon(told.name, 0 if told.ending is not None else _LOOK_SECONDS)
        if order.is_stop and order.filled is None and not told.closed:
            # It has triggered; what it has become tells the rest.
            self.look_soon(told.name, 0)

    # -- asking -------------------------------------------------------------------------------

    def look_soon(self, name: ClientOrderId, seconds: float = _LOOK_SECONDS) -> None:
        """Ask for this order after so long, unless all of it was told by then."""
        self._due[name] = self._at.clock.now_ms() + int(seconds * 1000)

    def _look_at_all_soon(self) -> None:
        """A stream fell: what is open is asked for at once, and once more when it is back."""
        now = self._at.clock.now_ms()
        self._rounds = [now + int(seconds * 1000) for seconds in _AFTER_A_FALL_SECONDS]

    async def look_after(self) -> None:
        """Ask for what is due, until canceled."""
        next_round = self._at.clock.now_ms() + int(_ROUND_SECONDS * 1000)
        while True:
            await self._at.clock.sleep(TURN_SECONDS)
            now = self._at.clock.now_ms()
            if now >= next_round or any(each <= now for each in self._rounds):
                next_round = now + int(_ROUND_SECONDS * 1000)
                await self._check_clock_quietly()
                self._rounds = [each for each in self._rounds if each > now]
                self._due |= dict.fromkeys((told.name for told in self._ledger.open()), now)
            for name in [each for each, when in self._due.items() if when <= now]:
                del self._due[name]
                told = self._ledger.get(name)
                if told is not None and not told.closed:
                    await self.look(told)

    async def _check_clock_quietly(self) -> None:
        try:
            await self._check_clock()
        except VenueError as error:
            _log.warning("clock_not_checked", venue=self._at.venue, why=str(error))

    async def look(self, told: Told) -> None:
        """Ask for one order and tell what was missed of it."""
        try:
            found = await self._questions.order(told.name, told.symbol, told.id)
            if found is None:
                return
            fills = await self._fills(found, told)
        except VenueError as error:
            _log.warning("not_looked_at", order=told.name, why=str(error))
            pause = error.retry_after_seconds if isinstance(error, RateLimited) else _LOOK_SECONDS
            self.look_soon(told.name, pause)
            return
        at = self._at.clock.now_ms()
        self.say(*self._ledger.meet(found, at))
        self.say(*self._ledger.fill(told, fills))
        self.say(*self._ledger.see(found, at))
        if told.lacks:
            self.look_soon(told.name)

    async def _fills(self, order: Seen, told: Told) -> Sequence[OrderFilled]:
        is_behind = order.filled is None or order.filled > told.filled
        return await self._questions.fills(order) if is_behind else ()
