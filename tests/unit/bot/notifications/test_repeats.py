"""What may be on a platform already says so when it is sent again, whatever came between."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.errors import Moved, Unsure
from bot.ports.platforms import Pacing
from connectors.storage.boundaries import OUTBOX_LEAVE, OUTBOX_RECORD
from engine.ports.boundary import watch_boundaries
from tests.unit.bot.notifications.wall import Wall, posting

SHOWS_REPEATS = Pacing(per_second=1_000, at_once=8, shows_repeats=True)


def sent_with(path, *failures, locked_at="", nth=0):
    """What is shown of one card whose sendings fail so, the store being locked once."""
    coming = list(failures)
    wall = Wall(SHOWS_REPEATS, lambda _: coming.pop(0) if coming else None)
    noted = []

    async def sent():
        async with posting(path, wall) as post:
            with closing(sqlite3.connect(path / "desk.sqlite", isolation_level=None)) as other:

                def lock_once(name):
                    noted.append(name)
                    if other.in_transaction and name in {OUTBOX_LEAVE.before, OUTBOX_RECORD.before}:
                        other.execute("ROLLBACK")
                    elif name == locked_at and noted.count(name) == nth:
                        other.execute("BEGIN IMMEDIATE")

                watch_boundaries(lock_once)
                await post.say("Stop hit", conversation="wall:ann")
                await post.wait(10)
            assert [each.waiting for each in await post.stores.outbox.queues()] == [0]

    try:
        asyncio.run(sent())
    finally:
        watch_boundaries(None)
    return [says_so for _, _, says_so in wall.shown]


@pytest.mark.parametrize(
    ("locked_at", "nth"),
    [("", 0), (OUTBOX_RECORD.before, 1), (OUTBOX_LEAVE.before, 2)],
    ids=["the store is open", "it is locked after the first try", "and before the second"],
)
def test_a_card_that_goes_again_for_no_answer_says_so(tmp_path, locked_at, nth):
    assert sent_with(tmp_path, Unsure("no answer"), locked_at=locked_at, nth=nth) == [False, True]


def test_a_card_that_may_be_there_says_so_where_its_conversation_is_now(tmp_path):
    failures = Unsure("no answer"), Moved("wall:new")

    assert sent_with(tmp_path, *failures) == [False, True, True]


def test_a_card_that_never_left_says_nothing(tmp_path):
    assert sent_with(tmp_path, locked_at=OUTBOX_LEAVE.before, nth=1) == [False]
