"""The way to the exchange, and back: nothing on it can be relied upon.

What was sent is on its way whatever becomes of the process that sent it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from decimal import Decimal
from random import Random

from engine.domain.account import CashEntry
from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder
from engine.domain.events import OrderReplaced, VenueReport
from engine.domain.identifiers import AccountId, Symbol, VenueName
from engine.domain.order import Order
from engine.errors import OrderRejected, OrderStateUnknown, RateLimited, VenueUnavailable
from engine.ports.venue import IsAnothers, VenueOrder
from tests.simulation.exchange import Exchange
from tests.simulation.timeline import Timeline
from tests.simulation.weather import Weather
from tests.standins.market import VENUE

PATIENCE_SECONDS = 3.0
"""How long a caller waits for an answer."""
_LATE_SECONDS = 2.0
CANARY = "sk-canary-of-the-venue-0123456789abcdef"
"""A secret that the venue's own error texts spill."""


class Wire:
    """The network between desk and exchange; it outlives the desk's processes."""

    def __init__(
        self,
        timeline: Timeline,
        chance: Random,
        weather: Weather,
        arrived: Callable[[Order], None],
    ) -> None:
        self.timeline = timeline
        self.chance = chance
        self.weather = weather
        self.arrived = arrived
        self.exchange: Exchange
        self.line: NastyVenue | None = None
        self.connections = 1
        self.answers_late = False
        """Whether what follows a change may be heard before the word that it was made."""
        self._last_report = 0.0

    def turned(self) -> None:
        """The line speaks of what is no order of the desk's, which is reason to compare."""
        if self.line is not None and "stream.cut" not in self.weather:
            self.timeline.after(self.chance.uniform(0.02, 0.2), self._turn)

    def _turn(self) -> None:
        self.connections += 1

    def told(self, report: VenueReport) -> None:
        """The exchange says something; whether it is heard is another matter."""
        weather, chance, timeline = self.weather, self.chance, self.timeline
        line = self.line
        if line is None:
            weather.trouble()
            return
        if "stream.cut" in weather:
            return
        for _ in range(2 if weather.strikes("stream.twice") else 1):
            moment = timeline.now + chance.uniform(0.02, 0.2)
            if weather.strikes("stream.shuffled"):
                moment += chance.uniform(0, 5)
            else:
                moment = self._last_report = max(self._last_report, moment)
            if self.answers_late and isinstance(report, OrderReplaced):
                moment += chance.uniform(0, _LATE_SECONDS)
            timeline.at(moment, lambda: line.hear(report))


class NastyVenue:
    """The venue port of one life of the desk."""

    def __init__(self, wire: Wire, is_alive: Callable[[], None]) -> None:
        """`is_alive` raises where the process that asks is dead."""
        self._wire = wire
        self._alive = is_alive
        self._heard: asyncio.Queue[VenueReport] = asyncio.Queue()
        wire.line = self

    @property
    def name(self) -> VenueName:
        return VENUE

    @property
    def client_ids_are_unique(self) -> bool:
        return self._wire.exchange.nature.unique == "ever"

    @property
    def in_flight_seconds(self) -> float:
        return self._wire.exchange.nature.in_flight_seconds

    @property
    def connections(self) -> int:
        return self._wire.connections

    def hear(self, report: VenueReport) -> None:
        self._heard.put_nowait(report)

    async def reports(self) -> AsyncIterator[VenueReport]:
        while True:
            yield await self._heard.get()

    async def submit(self, command: SubmitOrder) -> None:
        order = command.order
        refusals: list[str] = []

        def arrive() -> None:
            self._wire.arrived(order)
            refusals.append(self._wire.exchange.place(order))

        if self._wire.weather.strikes("venue.refusing"):
            arrive = lambda: refusals.append("the matching engine is busy")
        await self._send(arrive, order.client_order_id)
        reason = refusals[0]
        if reason:
            raise OrderRejected(f"{reason} [{CANARY}]", reason=reason)

    async def cancel(self, command: CancelOrder) -> None:
        name = command.client_order_id
        await self._send(lambda: self._wire.exchange.cancel(name), name)

    async def modify(self, command: ModifyOrder) -> None:
        name, terms = command.client_order_id, command.terms
        exchange = self._wire.exchange
        if exchange.nature.amends:
            await self._send(lambda: exchange.modify(name, terms), name)
        elif terms.reduce_only:
            # What cannot be changed is canceled, upon which the desk places it anew.
            await self._send(lambda: exchange.cancel(name), name)
        else:
            await self._send(lambda: exchange.refuse_change(name), name)

    async def find(self, order: Order, is_anothers: IsAnothers) -> VenueOrder | None:
        await self._ask()
        return self._wire.exchange.stated(order.client_order_id, self._lag())

    async def open_orders(self, account: AccountId) -> Sequence[VenueOrder]:
        await self._ask()
        return self._wire.exchange.open_orders(self._lag())

    async def holdings(self, account: AccountId) -> Mapping[Symbol, Decimal]:
        await self._ask()
        return self._wire.exchange.holdings(self._lag())

    async def cash_entries(self, account: AccountId, since: int) -> Sequence[CashEntry]:
        await self._ask()
        return self._wire.exchange.cash_entries(account, since, self._lag())

    async def _send(self, arrive: Callable[[], None], name: str) -> None:
        """Bring a request there and its answer back. Raises as the port says."""
        self._alive()
        wire, weather = self._wire, self._wire.weather
        self._connect()
        there = wire.chance.uniform(0.02, 0.15)
        if weather.strikes("venue.late"):
            latest = wire.exchange.nature.latest_seconds
            there = PATIENCE_SECONDS + wire.chance.uniform(0.1, latest - PATIENCE_SECONDS)
        is_lost = weather.strikes("venue.lost")
        is_mute = weather.strikes("venue.mute")
        if not is_lost:
            wire.timeline.after(there, arrive)
        if is_lost or is_mute or there > PATIENCE_SECONDS:
            weather.trouble(wire.exchange.nature.latest_seconds)
            await asyncio.sleep(PATIENCE_SECONDS)
            self._alive()
            raise OrderStateUnknown(f"no answer for {name} [{CANARY}]")
        await asyncio.sleep(there + wire.chance.uniform(0.02, 0.1))
        self._alive()

    async def _ask(self) -> None:
        self._alive()
        self._connect()
        await asyncio.sleep(self._wire.chance.uniform(0.04, 0.2))
        self._alive()

    def _connect(self) -> None:
        weather = self._wire.weather
        if weather.strikes("venue.down", 0.9):
            raise VenueUnavailable(f"connection refused [{CANARY}]")
        if weather.strikes("venue.flood"):
            raise RateLimited(self._wire.chance.choice((1.0, 5.0)))

    def _lag(self) -> float:
        weather = self._wire.weather
        if "venue.stale_reads" in weather:
            return self._wire.chance.uniform(0, self._wire.exchange.nature.lag_seconds)
        return 0.0
