"""What was promised to leave goes to the courier by hand; all else is read from the store."""

import asyncio
from dataclasses import replace

import pytest

from bot.card import Card
from bot.message import Delivery, InboundMessage, OutgoingMessage, Priority
from bot.notifications.sender import OutboxSender
from bot.notifications.wording import Wording
from bot.ports.messages import Answer
from bot.ports.platforms import Pacing, Receipt, Room
from connectors.storage.driver import inline
from connectors.storage.stores import open_stores
from engine.domain.identifiers import PersonId
from engine.runtime.system import SystemClock

NUMBER = 40


class Wall:
    """A platform on which everything appears at once."""

    platform = "wall"

    def __init__(self, *, shows_repeats):
        self.pacing = Pacing(per_second=1_000, at_once=64, shows_repeats=shows_repeats)
        self.shown = []

    def room(self, conversation):
        return Room(conversation)

    async def send(self, message, card):
        for _ in range(20):  # long enough for others to be read meanwhile
            await asyncio.sleep(0)
        self.shown.append((message.key, card.title))
        return Receipt()


async def nothing(_):
    return None


async def told(path, *, shows_repeats):
    stores = await open_stores(path, creator=inline)
    clock, wall, filled = SystemClock(), Wall(shows_repeats=shows_repeats), asyncio.Event()
    wording = Wording(
        stores.journal, stores.outbox, stores.people, stores.hearings, nothing, clock=clock
    )
    sender = OutboxSender(
        {wall.platform: wall}, stores.outbox, stores.platform_notes, stores.people, wording, clock
    )
    running = asyncio.create_task(sender.run(filled))
    await asyncio.sleep(0)
    promises = []
    for number in range(NUMBER):
        row = OutgoingMessage(
            platform="wall",
            conversation=f"wall:{number}",
            person=PersonId(""),
            priority=Priority.ANSWER,
            key=f"k{number}",
            created_at=clock.now_ms(),
            card=Card(f"Card {number}"),
        )
        row = (sender.promise(row) if number % 4 else None) or row
        nobody = InboundMessage("wall", "u", "wall", "s", "", "", 1)
        (row_id,) = await stores.inbox.answer(Answer(nobody, (row,)))
        if number % 4 == 3:  # it is read before it is handed over
            filled.set()
            for _ in range(5):
                await asyncio.sleep(0)
        promises.append(sender.leave(replace(row, id=row_id)))
        if not promises[-1]:
            filled.set()
    async with asyncio.timeout(20):
        while any(each.waiting for each in await stores.outbox.queues()):
            await asyncio.sleep(0)
    # Whoever reads them all again finds nothing to say.
    filled.set()
    for _ in range(20):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    rows = await stores.outbox.told(range(1, NUMBER + 1))
    await stores.close()
    return wall.shown, promises, {row.state for row in rows}


@pytest.mark.parametrize("shows_repeats", [False, True])
def test_each_is_said_once_whichever_way_it_came(tmp_path, shows_repeats):
    told_all = told(tmp_path / "desk.sqlite", shows_repeats=shows_repeats)
    shown, promises, states = asyncio.run(told_all)

    assert sorted(shown) == sorted((f"k{n}", f"Card {n}") for n in range(NUMBER))
    assert states == {Delivery.SENT}
    assert promises.count(True) >= NUMBER // 4
    assert promises.count(False) >= NUMBER // 4
