"""What a platform is told on virtual time: a broadcast to a crowd, and an hour that it was away.

The couriers, the pacing and the store are the real ones, and a platform's limits are enforced by
its stand-in's windows; only the wire is left out.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from statistics import quantiles

from bot.card import Card
from bot.errors import TryLater, Undeliverable
from bot.message import Delivery, OutgoingMessage, Priority
from bot.notifications.notices import Subject
from bot.notifications.sender import OutboxSender
from bot.notifications.wording import Wording
from bot.ports.platforms import Pacing, Receipt, Room
from connectors.storage.driver import inline
from connectors.storage.stores import Stores, open_stores
from engine.domain.events import Event, OrderFilled
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, TradeId
from engine.domain.market import DataKind
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Side
from engine.ports.journal import Recorded
from tests.bench.chat_stages import WINDOWS, Windows
from tests.bench.rows import Row
from tests.simulation.timeline import Timeline, VirtualTimeLoop, WallClock
from tests.standins.market import instrument

CROWD = 10_000
FILLS = 5_000
_A_STOP_OUT = 50
"""One fill in so many is urgent."""
LETTERS = 300
BTC = instrument("BTC/USDT")
TENTH, PRICE = Quantity(Decimal("0.1")), Price(Decimal(30_000))


@dataclass
class Wireless:
    """A platform without its wire: its limits, and 30 to 120 ms for an answer."""

    clock: WallClock
    windows: Windows
    chance: random.Random
    is_down: bool = False
    refused: int = 0
    arrived: list[tuple[str, int]] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wait = self.windows.limits(self.clock)

    @property
    def platform(self) -> str:
        return self.windows.platform

    @property
    def pacing(self) -> Pacing:
        return self.windows.pacing

    def room(self, conversation: str) -> Room:
        return self.windows.room_of(conversation)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        await self.clock.sleep(self.chance.uniform(0.01, 0.06))
        if self.is_down:
            raise TryLater("away", everywhere=True)
        wait = self._wait(self.room(message.conversation).id)
        if wait:
            self.refused += 1
            raise TryLater("too many", wait)
        self.arrived.append((message.key, self.clock.now_ms()))
        self.times.setdefault(message.key, self.clock.now_ms())
        await self.clock.sleep(self.chance.uniform(0.02, 0.06))
        return Receipt()

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        raise Undeliverable(reference)


class _Fills:
    """A journal in which every entry is a fill of an order of its own."""

    async def entry(self, sequence: int) -> Recorded:
        return Recorded(sequence, _filled(sequence), "")


def _row(windows: Windows, chat: int, priority: Priority, key: str, now: int) -> OutgoingMessage:
    return OutgoingMessage(
        platform=windows.platform,
        conversation=windows.conversation(chat),
        person=PersonId(""),
        priority=priority,
        key=key,
        created_at=now,
        card=Card("News", text="x" * LETTERS),
    )


def _virtual(work) -> None:
    timeline = Timeline()
    loop = VirtualTimeLoop(timeline)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work(WallClock(timeline)))


def _filled(sequence: int) -> OrderFilled:
    order, trade = ClientOrderId(f"{sequence:018x}"), TradeId(str(sequence))
    return OrderFilled(order, trade, TENTH, PRICE, Decimal("3.0"), BTC.quote, 0)


async def _subject(event: Event) -> Subject | None:
    terms = OrderTerms(BTC.symbol, Side.BUY, OrderType.MARKET, TENTH)
    name = ClientOrderId(str(getattr(event, "client_order_id", "")))
    order = Order(
        name, AccountId("paper"), terms, PersonId(""), 0, 0, OrderState.FILLED, filled=TENTH
    )
    return Subject(BTC, DataKind.SIMULATED, order)


def _sender(stores: Stores, adapter: Wireless, clock: WallClock) -> OutboxSender:
    wording = Wording(
        _Fills(), stores.outbox, stores.people, stores.hearings, _subject, clock=clock
    )
    return OutboxSender(
        {adapter.platform: adapter},
        stores.outbox,
        stores.platform_notes,
        stores.people,
        wording,
        clock,
    )


def broadcast(platform: str) -> list[Row | str]:
    """10,000 private chats, an urgent row each two seconds, three kills on the way."""
    windows = WINDOWS[platform]
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    seen: dict[str, object] = {}

    async def story(clock: WallClock) -> None:
        chance = random.Random(1)  # noqa: S311 -- repeatable
        adapter = Wireless(clock, windows, chance)
        began = clock.now_ms()
        stores = await open_stores(home / "desk.db", creator=inline, durable=False)
        crowd = [_row(windows, n + 1, Priority.BULK, f"b{n}", began) for n in range(CROWD)]
        await stores.outbox.follow("bench", 1, crowd)
        asked: dict[str, int] = {}
        for life in range(4):
            filled = asyncio.Event()
            filled.set()
            sending = asyncio.ensure_future(_sender(stores, adapter, clock).run(filled))
            until = clock.now_ms() + 60_000 if life < 3 else began + 10**9
            while clock.now_ms() < until and len(adapter.times) < CROWD + len(asked):
                key, now = f"u{len(asked)}", clock.now_ms()
                if sum(k.startswith("b") for k in adapter.times) >= CROWD:
                    break
                asked[key] = now
                urgent = _row(windows, 20_000 + len(asked), Priority.URGENT, key, now)
                await stores.outbox.follow("bench", 1, [urgent])
                filled.set()
                await clock.sleep(2)
            if life < 3:
                sending.cancel()  # what was on its way is there, and nothing says so
                await asyncio.gather(sending, return_exceptions=True)
        await clock.sleep(5)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await stores.close()
        last = max(at for key, at in adapter.times.items() if key.startswith("b"))
        there = adapter.times
        waits = [(there[key] - at) / 1000 for key, at in asked.items() if key in there]
        seen.update(
            seconds=(last - began) / 1000,
            lost=CROWD + len(asked) - len(adapter.times),
            refused=adapter.refused,
            repeats=len(adapter.arrived) - len(adapter.times),
            urgent=quantiles(waits, n=100)[98],
        )

    _virtual(story)
    shutil.rmtree(home)
    name = windows.platform
    twice = f"{seen['repeats']} of {CROWD:,} sent twice over 3 kills"
    rows: list[Row | str] = [
        f"  {name}: {twice}, all there after {seen['seconds']:.0f} s (virtual time)",
        (f"{name}: broadcast to 10,000, answers of 429", float(seen["refused"]), 0.0, "< answers"),
        (f"{name}: broadcast, lost over 3 kills", float(seen["lost"]), 0.0, "< messages"),
        (f"{name}: urgent during the broadcast, p99", float(seen["urgent"]), 1.0, "< s"),
    ]
    if name == "telegram":
        rows.append(("telegram: broadcast to 10,000", float(seen["seconds"]), 425.0, "< s"))
    return rows


def outage(platform: str) -> list[Row | str]:
    """An hour away, 5,000 fills of 1,000 people meanwhile; told when their row is settled."""
    windows = WINDOWS[platform]
    home = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    seen: dict[str, float] = {}

    async def story(clock: WallClock) -> None:
        chance = random.Random(2)  # noqa: S311 -- repeatable
        adapter = Wireless(clock, windows, chance, is_down=True)
        stores = await open_stores(home / "desk.db", creator=inline, durable=False)
        filled = asyncio.Event()
        sending = asyncio.ensure_future(_sender(stores, adapter, clock).run(filled))
        for number in range(1, FILLS + 1):
            lane = Priority.ANSWER if number % _A_STOP_OUT else Priority.URGENT
            row = _row(windows, 1 + number % 1_000, lane, f"f{number}", clock.now_ms())
            news = replace(row, card=None, sequence=number, subject=f"order:{number:018x}")
            await stores.outbox.follow("bench", number, [news])
            filled.set()
            await clock.sleep(3_600 / FILLS)
        adapter.is_down, back = False, clock.now_ms()
        seen["waiting"] = FILLS
        while seen["waiting"] and clock.now_ms() < back + 900_000:
            await clock.sleep(1)
            seen["waiting"] = sum(queue.waiting for queue in await stores.outbox.queues())
        seen["seconds"] = (clock.now_ms() - back) / 1000
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        told = await stores.outbox.told(range(1, FILLS + 1))
        seen["lost"] = FILLS - sum(row.state in {Delivery.SENT, Delivery.MERGED} for row in told)
        seen["refused"], seen["cards"] = adapter.refused, len(adapter.times)
        await stores.close()

    _virtual(story)
    shutil.rmtree(home)
    name = windows.platform
    return [
        f"  {name}: {FILLS:,} fills told on {seen['cards']:,} cards (virtual time)",
        (f"{name}: {FILLS:,} fills after an hour away, all out", seen["seconds"], 300.0, "< s"),
        (f"{name}: after an hour away, lost", seen["lost"], 0.0, "< fills"),
        (f"{name}: after an hour away, answers of 429", seen["refused"], 0.0, "< answers"),
    ]
