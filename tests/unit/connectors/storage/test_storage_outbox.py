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


def test_a_queue_tells_how_many_letters_are_dead_and_when_the_last_one_died(desk):
    async def bury(stores):
        await stores.outbox.follow("fills", 1, [outgoing("a"), outgoing("b")])
        for at, row in enumerate(await waiting(stores), 8_000):
            await stores.outbox.record([sending(row, Delivery.DEAD, at, reason="blocked")])
        return await stores.outbox.queues()

    assert desk(bury) == [Queue("terminal", 0, 0, 0, dead=2, last_dead=8_001)]


def held(key, due_at, **rest):
    return outgoing(key, state=Delivery.HELD, due_at=due_at, **rest)


def test_what_is_held_is_not_sent_and_comes_when_it_is_due(desk):
    async def hold(stores):
        await stores.outbox.follow("fills", 1, [held("a", 9_000), held("b", 7_000)])
        early = await stores.outbox.held(6_999, 9)
        due = await stores.outbox.held(7_000, 9)
        return (
            await waiting(stores),
            early,
            [row.key for row in due],
            await stores.outbox.next_due(),
        )

    assert desk(hold) == ([], [], ["b"], 7_000)


def test_one_card_takes_the_place_of_what_is_held_and_does_so_once(desk):
    async def tell(stores):
        await stores.outbox.follow("fills", 1, [held("a", 7_000), held("b", 7_000)])
        rows = await stores.outbox.held(7_000, 9)
        card = outgoing("digest:2", digest=tuple(row.id for row in rows))
        released = [await stores.outbox.release(rows, card) for _ in range(2)]
        (row,) = await waiting(stores)
        told = await stores.outbox.told(row.digest)
        left = await stores.outbox.held(9_000, 9), await stores.outbox.next_due()
        return released, [one.key for one in told], left

    assert desk(tell) == ([True, False], ["a", "b"], ([], None))


def test_a_reader_may_have_what_is_held_for_them_alone_at_once(desk):
    async def hasten(stores):
        rows = [
            held("a", 7_000),
            held("b", 7_000, person="bob"),
            held("c", 7_000, person=""),
        ]
        await stores.outbox.follow("fills", 1, rows)
        count = await stores.outbox.waiting_for("ann", "")
        gone = await stores.outbox.hasten("ann", "", 5_000)
        here = await stores.outbox.waiting_for("", "room"), await stores.outbox.waiting_for("", "x")
        return count, gone, [row.key for row in await stores.outbox.held(5_000, 9)], here

    assert desk(hasten) == (1, 1, ["a"], (1, 0))


def test_a_person_is_known_to_have_been_told_of_what_they_were_told_of(desk):
    async def ask(stores):
        rows = [
            outgoing("event:7", priority=Priority.URGENT),
            outgoing("event:8"),
            outgoing("event:9", person="bob", priority=Priority.URGENT),
        ]
        await stores.outbox.follow("fills", 9, rows)
        found = [await stores.outbox.heard("ann", which) for which in (7, 8, 9, None)]
        return [row and row.key for row in found]

    assert desk(ask) == ["event:7", "event:8", None, "event:7"]
