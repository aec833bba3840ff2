"""A conversation that gets another name while rows wait for it: all are said, once, in order."""

import asyncio

from bot.errors import Moved
from bot.ports.platforms import Pacing
from tests.unit.bot.notifications.wall import Wall, posting

ONE_A_SECOND = Pacing(per_second=1_000, gap_seconds=1.0, at_once=8)


def test_what_waits_follows_a_conversation_that_its_platform_renames(tmp_path):
    wall = Wall(ONE_A_SECOND)

    async def renamed():
        async with posting(tmp_path, wall) as post:
            await post.say("one", "two", "three", conversation="wall:old")
            await post.wait(0)
            await post.sender.moved("wall", "wall:old", "wall:new")
            await post.say("four", conversation="wall:new")
            await post.wait(6)
            assert [each.waiting for each in await post.stores.outbox.queues()] == [0]

    asyncio.run(renamed())
    assert [(where, title) for where, title, _ in wall.shown] == [
        ("wall:old", "one"),
        ("wall:new", "two"),
        ("wall:new", "three"),
        ("wall:new", "four"),
    ]


def test_what_waits_follows_a_conversation_that_is_found_gone(tmp_path):
    wall = Wall(
        ONE_A_SECOND,
        lambda message: Moved("wall:new") if message.conversation == "wall:old" else None,
    )

    async def found_gone():
        async with posting(tmp_path, wall) as post:
            await post.say("before", conversation="wall:new")
            await post.wait(0)
            await post.say("one", "two", "three", conversation="wall:old")
            await post.say("four", conversation="wall:new")
            await post.wait(6)
            assert [each.waiting for each in await post.stores.outbox.queues()] == [0]

    asyncio.run(found_gone())
    assert [(where, title) for where, title, _ in wall.shown] == [
        ("wall:new", "before"),
        ("wall:old", "one"),
        ("wall:new", "one"),
        ("wall:new", "two"),
        ("wall:new", "three"),
        ("wall:new", "four"),
    ]


def test_a_row_that_is_taken_when_the_name_changes_is_said_all_the_same(tmp_path):
    """A row had been taken for its room, and not been sent, when the name came."""
    wall = Wall(ONE_A_SECOND)

    async def in_between():
        async with posting(tmp_path, wall) as post:
            await post.say("one", "two", conversation="wall:old")
            courier = post.sender._couriers["wall"]
            while not courier._flying:
                await asyncio.sleep(0)
            await post.sender.moved("wall", "wall:old", "wall:new")
            await post.wait(3)

    asyncio.run(in_between())
    assert [title for _, title, _ in wall.shown] == ["one", "two"]
