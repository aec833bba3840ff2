"""One seed: people, market, exchange and chat, and a desk among them that dies and comes back."""

from __future__ import annotations

import gc
import logging
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import structlog

from bot.card import Card
from bot.homes import DATABASE
from bot.message import OutgoingMessage
from bot.sections import AccountSection
from connectors.storage.schema import migrate
from engine.domain.account import CashReason
from engine.domain.market import Tick
from engine.domain.order import Order
from engine.errors import StoreUnavailable
from engine.ports.boundary import watch_boundaries
from tests.simulation import invariants
from tests.simulation.chance import Chance
from tests.simulation.chat import Chat
from tests.simulation.disk import Disk
from tests.simulation.evidence import Broken, Evidence, held
from tests.simulation.exchange import QUOTE, Exchange
from tests.simulation.faces import ROWS as FACES
from tests.simulation.leveraged import Leveraged
from tests.simulation.life import LIMITS, Life
from tests.simulation.losses import DAILY_LOSS, DRAWDOWN
from tests.simulation.margin_venue import KEY, SECRET
from tests.simulation.market import INSTRUMENTS, PERPETUALS, Prices
from tests.simulation.nature import drawn, of_row
from tests.simulation.people import Crowd
from tests.simulation.perpetuals import Forced, Perpetuals
from tests.simulation.record import Record
from tests.simulation.scene import OWN, SPOT, Scene, dealt
from tests.simulation.timeline import (
    CountedNames,
    Killed,
    Timeline,
    WallClock,
)
from tests.simulation.trace import Trace
from tests.simulation.venue import CANARY, Wire
from tests.simulation.weather import Weather
from tests.standins.market import VENUE

HOURS = 5.0
"""One seed's length."""
CALM_SECONDS = 600.0
"""Without faults or people at the end, so that all can come to rest."""
TICKET_KEY = b"canary-of-the-ticket-key-0123456"
LIVE = AccountSection(id="main", mode="live", venue=VENUE)
"""What is held on margin is held for real: paper accounts hold none."""

DIED = "the_desk_does_not_die_by_itself"

_BETWEEN_CRASHES = 1_000.0
_BETWEEN_CASH = 1_500.0
_BETWEEN_LIMITS = 900.0
_BETWEEN_KEYS = 600.0
_LEAST_CASH = Decimal(500)
"""What nobody takes out beyond."""
_TAKES = (CashReason.WITHDRAWAL, CashReason.TRANSFER, CashReason.CHARGE)
_CHECK_SECONDS = 10.0
_HEARD_MS = 3_000
"""How long what the exchange says in fair weather, and what follows from it, is on its way."""
_STILL_TOLD = 4
"""How often the end may wait for news that has only just become due."""
_JUMPS_MS = (-3_600_000, -3_000, 3_000, 3_600_000)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a seed came to."""

    seed: int
    scene: Scene
    hours: float
    messages: int
    orders: int
    fills: int
    crashes: int
    faults: dict[str, int]
    digest: str
    broken: str = ""
    tail: Sequence[str] = ()


class Done(KeyboardInterrupt):
    """The time is over."""


class World:
    """All of it, from one seed."""

    def __init__(
        self,
        seed: int,
        home: Path,
        hours: float,
        scene: Scene,
        *,
        whole: bool = False,
    ) -> None:
        chance = Chance(seed)
        self.scene = scene
        self.faces = faces = FACES[scene.faces]
        self.seed = seed
        self.hours = hours
        self.home = home
        self.timeline = Timeline()
        self.trace = Trace(self.timeline, whole=whole)
        self.clock = WallClock(self.timeline)
        self.names = CountedNames()
        self.weather = Weather(self.timeline, chance.stream("weather"), self._strike)
        self.disk = Disk(home / DATABASE)
        self.wire = Wire(self.timeline, chance.stream("wire"), self.weather, self._arrived)
        paper = AccountSection(cash={"USDT": scene.cash})
        self.account = paper if scene.market == SPOT else LIVE
        self.listed = INSTRUMENTS if scene.market == SPOT else PERPETUALS
        is_own, on_margin = scene.row == OWN, scene.market != SPOT
        self.exchange = (Perpetuals if on_margin else Exchange)(
            self.timeline,
            chance.stream("exchange"),
            scene.cash,
            self._told,
            nature=drawn(chance.stream("venue"))
            if is_own
            else of_row(scene.row, on_margin=on_margin),
            is_thin=scene.is_scarce,
        )
        self.wire.exchange = self.exchange
        self.wire.answers_late = scene.is_scarce
        self.chat = Chat(
            self.timeline, chance.stream("chat"), self.weather, self.clock, self._shown, faces
        )
        self.prices = Prices(self.timeline, chance.stream("prices"), self._ticked, self.listed)
        self.crowd = (Leveraged if on_margin else Crowd)(
            self.timeline,
            chance.stream("people"),
            self.chat,
            self.exchange,
            self.prices,
            self.trace.note,
            talk=scene.talk,
            is_restless=scene.is_scarce,
            symbols=[each.symbol for each in self.listed],
        )
        self.seen = Evidence(
            self.timeline,
            self.weather,
            self.exchange,
            self.chat,
            self.prices,
            Record(self.disk, self.account.id, faces.roles),
            LIMITS.limits(),
            (CANARY, TICKET_KEY.decode(), KEY, SECRET),
            self.account.id,
            self.listed,
        )
        self._chance = chance.stream("crashes")
        self._funds = chance.stream("cash")
        self._contracts = chance.stream("contracts")
        self._straits = chance.stream("straits")
        self._life: Life | None = None
        self._to_boundary = 0
        self.boundary_to_die_at = ""
        self.crashes = 0
        self.left = 0

    def run(self) -> Summary:
        """Live through it. Raises Broken."""
        timeline = self.timeline
        self.prices.begin()
        self.crowd.begin()
        self.weather.begin()
        if isinstance(self.exchange, Perpetuals):
            self.exchange.begin(self._contracts, self._forced)
        timeline.after(_CHECK_SECONDS, self._look)
        timeline.after(3_600, self._look_closely)
        timeline.after(self._chance.expovariate(1 / _BETWEEN_CRASHES), self._crash_soon)
        timeline.after(self._funds.expovariate(1 / _BETWEEN_CASH), self._cash_moves)
        if self.scene.is_scarce:
            timeline.after(self._straits.expovariate(1 / _BETWEEN_LIMITS), self._limit_moves)
            if self.account.mode == "live":
                timeline.after(self._straits.expovariate(1 / _BETWEEN_KEYS), self._keys_change)
        timeline.at(self.hours * 3_600, self._calm)
        timeline.at(self.hours * 3_600 + CALM_SECONDS, self._end)
        watch_boundaries(self._passed)
        try:
            while self._lived():
                pass
        finally:
            watch_boundaries(None)
            self._died()
            self.disk.close()
        return self.summary()

    def summary(self, broken: str = "") -> Summary:
        return Summary(
            self.seed,
            self.scene,
            self.hours,
            len(self.chat.updates),
            len(self.seen.record.orders),
            len(self.exchange.fills),
            self.crashes,
            dict(sorted(self.weather.counts.items())),
            self.trace.digest,
            broken,
            tuple(self.trace.lines),
        )

    # -- the desk's lives ------------------------------------------------------------------

    def _lived(self) -> bool:
        """One life, to its end; whether another one is to come."""
        life = self._life = Life(self)
        try:
            life.live()
        except Killed:
            pass
        except Done:
            return False
        except StoreUnavailable as error:
            # It does not start on such a file and says so; somebody starts it again.
            self.trace.note(f"not started: {error}")
        except BaseExceptionGroup as group:
            raise Broken(DIED, repr(group.exceptions)) from group
        self._died()
        down = self._chance.choice((0.5, 2.0, 5.0, 20.0, 60.0, 60.0, 600.0, 2_400.0))
        if self.weather.is_calm:
            down = 5.0
        self.weather.trouble(down)
        self.timeline.pass_until(self.timeline.now + down)
        self.weather.trouble(10.0)
        return True

    def _died(self) -> None:
        life, self._life = self._life, None
        if life is not None:
            self._excuse_what_was_not_noted()
            life.end()
            self.seen.app = None
            self._to_boundary = 0

    def _excuse_what_was_not_noted(self) -> None:
        """What was shown and could not be noted so before the end may be shown again."""
        self.chat.died()
        for platform, conversation, key in self.disk.rows(
            "SELECT platform, conversation, key FROM outbox WHERE state = 'pending'"
        ):
            shown = self.chat.shown.get((platform, conversation, key))
            if shown is not None and shown.cards:
                shown.excuses += 1

    def _crash_soon(self) -> None:
        """Die at one of the next boundaries, or between two turns of the loop."""
        if self.weather.is_calm:
            return
        self.timeline.after(self._chance.expovariate(1 / _BETWEEN_CRASHES), self._crash_soon)
        if self._life is None:
            return
        if self._chance.random() < 0.7:
            self._to_boundary = self._chance.randint(1, 60)
        else:
            self._life.die_after(self._chance.randint(1, 40))

    def _passed(self, name: str) -> None:
        life = self._life
        if life is None or not life.is_alive:
            raise Killed
        if name == "journal.appended":
            self._written()
        if self.boundary_to_die_at == name:
            self.boundary_to_die_at = ""
            self.kill(name)
        if self._to_boundary:
            self._to_boundary -= 1
            if not self._to_boundary:
                self.kill(name)

    def kill(self, where: str) -> None:
        self.crashes += 1
        self.trace.note(f"killed at {where}")
        if self._life is not None:
            self._life.is_alive = False
        raise Killed

    # -- what happens ----------------------------------------------------------------------

    def _ticked(self, tick: Tick) -> None:
        self.exchange.tick(tick)
        if self._life is not None and "feed.silent" not in self.weather:
            self._life.feed.hear(tick)

    def _cash_moves(self) -> None:
        """Somebody pays in or takes out, or the exchange settles what it owes or is owed."""
        if self.weather.is_calm:
            return
        self.timeline.after(self._funds.expovariate(1 / _BETWEEN_CASH), self._cash_moves)
        reason = self._funds.choice(tuple(CashReason))
        amount = Decimal(self._funds.randint(1, 100_000)) / 100
        if reason in _TAKES or (reason is CashReason.FUNDING and self._funds.random() < 0.5):
            amount = -amount
        if amount < 0 and self.exchange.cash[QUOTE] + amount < _LEAST_CASH:
            return  # there is no more to take
        self.trace.note(f"exchange: {reason} of {amount}")
        self.exchange.move_cash(reason, amount)

    def _limit_moves(self) -> None:
        """A little more may be lost than is lost already, until the account is halted or closed."""
        if self.weather.is_calm:
            return
        self.timeline.after(self._straits.expovariate(1 / _BETWEEN_LIMITS), self._limit_moves)
        worth, losses = self.exchange.worth(), self.seen.losses
        rule = self._straits.choice((DAILY_LOSS, DAILY_LOSS, DRAWDOWN))
        lost = max(Decimal(0), losses.lost(rule, worth))
        more = self._straits.randint(40, 250)
        most = f"{lost + more:.0f}" if rule == DAILY_LOSS else f"{(lost + more / worth) * 100:.2f}%"
        self.crowd.allow_to_lose(rule, most, closes=self._straits.random() < 0.7)

    def _keys_change(self) -> None:
        """The owner enters the keys anew, and what the old line has not answered it never will."""
        if self.weather.is_calm:
            return
        self.timeline.after(self._straits.expovariate(1 / _BETWEEN_KEYS), self._keys_change)
        if self._life is not None:
            self._life.enter_keys()

    def _forced(self, trade: Forced) -> None:
        self.trace.note(f"exchange: {trade!r}")
        self.wire.turned()

    def _told(self, report: object) -> None:
        self.trace.note(f"exchange: {report!r}")
        self.wire.told(report)  # type: ignore[arg-type]

    def _arrived(self, order: Order) -> None:
        self.trace.note(f"arrives: {order.client_order_id} {order.terms}")
        self.timeline.after(0.0, lambda: held(invariants.AT_ARRIVAL, self.seen, order))

    def leaves(self, order: Order) -> None:
        self.seen.sent[order.client_order_id] = self.timeline.now
        held(invariants.AT_SENDING, self.seen, order)

    def _shown(self, message: OutgoingMessage, card: Card) -> None:
        self.trace.note(f"{message.conversation} reads: {card.title} {card.fields} {card.text}")
        held(invariants.AT_SHOWING, self.seen, message, card)
        self.crowd.saw(message, card)

    def _strike(self, kind: str) -> None:
        self.trace.note(f"weather: {kind}")
        match kind:
            case "store.locked":
                self.disk.lock()
            case "over:store.locked":
                self.disk.unlock()
            case "store.full":
                self.disk.fill(full=True)
            case "over:store.full":
                self.disk.fill(full=False)
            case "over:stream.cut":
                self.wire.connections += 1
            case "clock.jumps":
                self.clock.error_ms = self._chance.choice(_JUMPS_MS)
                self.seen.jumped_at = self.timeline.now
            case "over:clock.jumps":
                self.clock.error_ms = 0
                self.seen.jumped_at = self.timeline.now

    # -- watching ----------------------------------------------------------------------------

    def _written(self) -> None:
        for row in self.seen.record.news():
            held(invariants.EACH_ROW, self.seen, row)
            self.seen.losses.fold(row, self.seen.worth())
            self.trace.note(f"journal {row.sequence}: {row.kind}")
        if self._life is not None and self._life.app is not None:
            self.seen.app = self._life.app
            if self._life.is_serving:
                held(invariants.EACH_COMMIT, self.seen)

    def _look(self) -> None:
        self.timeline.after(_CHECK_SECONDS, self._look)
        if self._life is not None and self._life.is_serving:
            self.seen.app = self._life.app
            held(invariants.FROM_TIME_TO_TIME, self.seen)
        if self.seen.record.is_halted and self._chance.random() < 0.05:
            self.crowd.resume()

    def _look_closely(self) -> None:
        self.timeline.after(3_600, self._look_closely)
        life = self._life
        if life is not None and life.is_serving and not life.is_behind:
            held(invariants.FROM_HOUR_TO_HOUR, self.seen)

    def _calm(self) -> None:
        self.crowd.is_quiet = True
        if isinstance(self.exchange, Perpetuals):
            self.exchange.calm()
        self.weather.calm()
        self._to_boundary = 0
        self.trace.note("calm")

    def _end(self, waited: int = 0) -> None:
        life = self._life
        is_settled = life is not None and life.is_serving and life.serves_for() >= CALM_SECONDS
        last = next(reversed(self.exchange.fills.values()), None)
        is_under_way = last is not None and self.timeline.ms() - last.at < _HEARD_MS
        is_told = not self.disk.rows("SELECT 1 FROM outbox WHERE state = 'pending'")
        if not is_settled or is_under_way or not (is_told or waited >= _STILL_TOLD):
            again = waited + (not is_told)
            self.timeline.after(5.0, lambda: self._end(again))
            return
        held(invariants.FROM_HOUR_TO_HOUR, self.seen)
        held(invariants.AT_THE_END, self.seen)
        raise Done


def simulated(
    seed: int, hours: float = HOURS, scene: Scene | None = None, *, whole: bool = False
) -> Summary:
    """Run a seed in a home of its own, in memory where the machine has such a place.

    It is set in the `scene` that is dealt to it where none is given.
    """
    _quieten()
    place = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108
    home = Path(tempfile.mkdtemp(prefix="outcry-", dir=place))
    (home / "ticket.key").write_bytes(TICKET_KEY)
    (home / DATABASE).write_bytes(_new_database())
    world = World(seed, home, hours, scene or dealt(seed), whole=whole)
    gc.collect()
    gc.disable()
    try:
        return world.run()
    except Broken as broken:
        return world.summary(str(broken))
    except Exception as error:  # noqa: BLE001 -- a failure of any kind is this seed's
        return world.summary(f"{type(error).__name__}: {error}")
    finally:
        gc.enable()
        shutil.rmtree(home, ignore_errors=True)


@cache
def _new_database() -> bytes:
    """An empty database of this version; making one takes longer than an hour of the desk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE
        migrate(path)
        return path.read_bytes()


@cache
def _quieten() -> None:
    """Nothing is logged, and what is there already is never searched for garbage."""
    gc.collect()
    gc.freeze()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
