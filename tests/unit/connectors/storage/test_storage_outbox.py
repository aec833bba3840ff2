"""The outbox: nothing is said twice, and the journal is followed without forgetting."""

from dataclasses import replace

from bot.message import Delivery, Priority, Queue, Sending
from tests.unit.connectors.storage.desk import outgoing, waiting


def test_each_lane_is_given_by_age_and_no_further_than_asked(desk):
    async def say(stores):
        lanes = (Priority.BULK, Priority.ANSWER, Priority.URGENT, Priority.ANSWER)
        rows = [outgoing(f"k{i}", priority=lane) for i, lane in enumerate(lanes)]
        await stores.outbox.follow("fills", 4, rows)
        first = await waiting(stores, limit=1)
        further = await stores.outbox.pending("terminal", {Priority.ANSWER: first[1].id}, 9)
        return [row.key for row in await waiting(stores)], [row.key for row in further]

    assert desk(say) == (["k2", "k1", "k3", "k0"], ["k3"])


def test_a_row_comes_back_as_it_was_stored(desk):
    async def say(stores):
        by_entry = replace(outgoing("b"), card=None, sequence=7)
        await stores.outbox.follow("fills", 7, [outgoing("a"), by_entry])
        return await waiting(stores)

    one, two = desk(say)
    assert one == replace(outgoing("a"), id=one.id)
    assert two == replace(outgoing("b"), card=None, sequence=7, id=two.id)


def test_following_twice_says_it_once_to_each_recipient(desk):
    async def follow(stores):
        for _ in range(2):
            rows = [outgoing("fill:f1", person="ann"), outgoing("fill:f1", person="bob")]
            await stores.outbox.follow("fills", 3, rows)
        return len(await waiting(stores)), await stores.outbox.cursor("fills")

    assert desk(follow) == (2, 3)


def test_a_cursor_starts_at_nought_and_never_moves_back(desk):
    async def follow(stores):
        for sequence in (5, 3):
            await stores.outbox.follow("fills", sequence, [])
        return await stores.outbox.cursor("fills"), await stores.outbox.cursor("alerts")

    assert desk(follow) == (5, 0)


def sending(message, state, at=5_000, **more):
    return Sending(message, state, at, **more)


def test_what_was_sent_is_not_pending_and_an_attempt_recorded_twice_counts_once(desk):
    async def send(stores):
        await stores.outbox.follow("fills", 1, [outgoing("a"), outgoing("b")])
        sent, failed = await waiting(stores)
        await stores.outbox.record([sending(sent, Delivery.SENT)])
        for _ in range(2):
            await stores.outbox.record([sending(failed, Delivery.PENDING, reason="away")])
        return await waiting(stores)

    (left,) = desk(send)
    assert (left.key, left.attempts) == ("b", 1)


def test_a_row_that_left_may_be_there_until_it_is_recorded_otherwise(desk):
    async def send(stores):
        await stores.outbox.follow("fills", 1, [outgoing("a")])
        await stores.outbox.leaving(await waiting(stores))
        (left,) = await waiting(stores)
        await stores.outbox.record([sending(replace(left, part=1), Delivery.PENDING)])
        return left, *await waiting(stores)

    left, recorded = desk(send)
    assert (left.is_unsure, left.part) == (True, 0)
    assert (recorded.is_unsure, recorded.part) == (False, 1)


def test_what_is_said_elsewhere_is_added_with_the_record(desk):
    async def bury(stores):
        await stores.outbox.follow("fills", 1, [outgoing("a")])
        (row,) = await waiting(stores)
        copy = replace(row, id=0, platform="telegram")
        for _ in range(2):
            await stores.outbox.record([sending(row, Delivery.DEAD, reason="blocked")], [copy])
        return await waiting(stores), await waiting(stores, "telegram")

    here, there = desk(bury)
    assert (here, [row.key for row in there]) == ([], ["a"])


def test_each_platforms_queue_tells_depth_age_and_last_success(desk):
    async def say(stores):
        rows = [outgoing("a"), outgoing("a", platform="telegram"), outgoing("b")]
        await stores.outbox.follow("fills", 1, rows)
        first, *_ = await waiting(stores)
        await stores.outbox.record([sending(first, Delivery.SENT, 7_000)])
        return await stores.outbox.queues()

    created = outgoing("a").created_at
    assert desk(say) == [
        Queue("telegram", 1, created, 0),
        Queue("terminal", 1, created, 7_000),
    ]
