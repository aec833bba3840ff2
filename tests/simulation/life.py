"""One process of the desk, from its start to its death, and the line on which its orders leave."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bot.chat import Chat as DeskChat
from bot.chat import serve
from bot.config import Config
from bot.errors import BotError
from bot.identity.credentials import Credentials
from bot.sections import DeskSection, RiskSection
from bot.wiring import Application, System, build
from engine.domain.commands import SubmitOrder
from engine.domain.identifiers import AccountId, PersonId
from engine.errors import EngineError, RateLimited, VenueUnavailable
from engine.ports.credentials import VenueKeys
from tests.simulation.chat import SimAdapter
from tests.simulation.margin_venue import KEY, SECRET, GoodKeys, MarginVenue
from tests.simulation.market import Feed, NoCandles
from tests.simulation.timeline import Killed, VirtualTimeLoop
from tests.simulation.venue import NastyVenue
from tests.standins.market import VENUE

if TYPE_CHECKING:
    from tests.simulation.world import World

LIMITS = RiskSection(max_order_value=Decimal(25_000), max_position_value=None, max_daily_loss=None)
OWNER = PersonId("telegram:max")
SNAPSHOT_EVERY = 100
"""Entries; some ten to a seed, so that most lives begin from one."""


class Life:
    """One process of the desk, from its start to its death."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._loop = VirtualTimeLoop(world.timeline)
        self.feed = Feed(world.prices, world.clock, world.exchange.nature, world.listed)
        self.app: Application | None = None
        self.is_alive = True
        self.is_serving = False
        self._since = world.seen.begun_at = world.timeline.now

    def serves_for(self) -> float:
        """Seconds."""
        return self._world.timeline.now - self._since

    @property
    def is_behind(self) -> bool:
        return self.app is None or self.app.runtime.turns._is_behind

    def live(self) -> None:
        self._loop.run_until_complete(self._main())

    def end(self) -> None:
        self.is_alive = self.is_serving = False
        world = self._world
        world.wire.line = None
        world.disk.died()
        self.app = None
        self._loop.abandon()

    def die_after(self, turns: int) -> None:
        if turns:
            self._loop.call_soon(self.die_after, turns - 1)
        else:
            self._world.kill("some await")

    def alive(self) -> None:
        if not self.is_alive:
            raise Killed

    async def _main(self) -> None:
        world = self._world
        system = System(
            world.clock,
            world.names,
            workers=False,
            connections=partial(world.disk.connect, alive=self.alive),
            durable=False,
            snapshot_every=SNAPSHOT_EVERY,
        )
        config = Config(
            desk=DeskSection(urgent_again=world.faces.urgent_again),
            people=world.faces.roles,
            accounts=(world.account,),
            risk=LIMITS,
        )
        is_live = world.account.mode == "live"
        self.app = await build(
            config,
            world.home,
            system,
            self.feed,
            venue=None if is_live else Leaving(world, self.alive),
            candles=NoCandles(),
            probe=GoodKeys() if is_live else None,
            connect=(lambda _keys, _quote: LeavingLive(world, self.alive)) if is_live else None,
        )
        world.disk.settle()
        if is_live:
            await self._turned_live(self.app.credentials)
        await serve(self.app, self._adapters)

    async def _turned_live(self, credentials: Credentials) -> None:
        """In its first life keys are entered and the decision is made."""
        account = AccountId(self._world.account.id)
        if await credentials.grant(account) is None:
            await credentials.enter(VenueKeys(account, VENUE, KEY, SECRET), OWNER)
            await credentials.turn_live(account, OWNER)

    def enter_keys(self) -> None:
        """As a command does."""
        if self.is_serving and self.app is not None:
            self._world.trace.note("keys are entered anew")
            keys = VenueKeys(AccountId(self._world.account.id), VENUE, KEY, SECRET)
            self._entering = self._loop.create_task(self._enter(self.app, keys))

    async def _enter(self, app: Application, keys: VenueKeys) -> None:
        with suppress(EngineError, BotError):
            await app.live.enter(keys, OWNER)

    def _adapters(self, chat: DeskChat) -> list[SimAdapter]:
        self.is_serving = True
        self._world.seen.app = self.app
        world = self._world
        return [SimAdapter(face, world.chat, self.alive) for face in world.faces.faces]


class Leaving(NastyVenue):
    """The venue, with an eye on what leaves for it."""

    def __init__(self, world: World, alive: Callable[[], None]) -> None:
        super().__init__(world.wire, alive)
        self._world = world

    async def submit(self, command: SubmitOrder) -> None:
        self._alive()
        name, sent = command.order.client_order_id, self._world.seen.sent
        earlier = sent.get(name, -math.inf)
        self._world.leaves(command.order)
        try:
            await super().submit(command)
        except (VenueUnavailable, RateLimited):
            sent[name] = earlier  # it was refused at the door
            raise


class LeavingLive(Leaving, MarginVenue):
    """The same of an account on margin."""
