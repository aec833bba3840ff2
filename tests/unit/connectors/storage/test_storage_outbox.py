"""The outbox: nothing is said twice, and the journal is followed without forgetting."""

from dataclasses import replace

from bot.message import Delivery, Priority
from tests.unit.connectors.storage.desk import outgoing

ALL = ("terminal", "telegram")


def test_rows_are_sent_by_priority_and_then_by_age(desk):
    async def say(stores):
        lanes = (Priority.BULK, Priority.ANSWER, Priority.URGENT, Priority.ANSWER)
        rows = [outgoing(f"k{i}", priority=lane) for i, lane in enumerate(lanes)]
        await stores.outbox.follow("fills", 4, rows)
        return [[row.key for row in await stores.outbox.pending(ALL, limit)] for limit in (9, 2)]

    assert desk(say) == [["k2", "k1", "k3", "k0"], ["k2", "k1"]]


def test_a_row_comes_back_as_it_was_stored(desk):
    async def say(stores):
        by_entry = replace(outgoing("b"), card=None, sequence=7)
        await stores.outbox.follow("fills", 7, [outgoing("a"), by_entry])
        return await stores.outbox.pending(ALL, 9)

    one, two = desk(say)
    assert one == replace(outgoing("a"), id=one.id)
    assert two == replace(outgoing("b"), card=None, sequence=7, id=two.id)


def test_following_twice_says_it_once_to_each_recipient(desk):
    async def follow(stores):
        for _ in range(2):
            rows = [outgoing("fill:f1", person="ann"), outgoing("fill:f1", person="bob")]
            await stores.outbox.follow("fills", 3, rows)
        return len(await stores.outbox.pending(ALL, 9)), await stores.outbox.cursor("fills")

    assert desk(follow) == (2, 3)


def test_a_cursor_starts_at_nought_and_never_moves_back(desk):
    async def follow(stores):
        for sequence in (5, 3):
            await stores.outbox.follow("fills", sequence, [])
        return await stores.outbox.cursor("fills"), await stores.outbox.cursor("alerts")

    assert desk(follow) == (5, 0)


def test_what_was_sent_is_not_pending_and_an_attempt_marked_twice_counts_once(desk):
    async def send(stores):
        await stores.outbox.follow("fills", 1, [outgoing("a"), outgoing("b")])
        sent, failed = await stores.outbox.pending(ALL, 9)
        await stores.outbox.mark(sent, Delivery.SENT)
        for _ in range(2):
            await stores.outbox.mark(failed, Delivery.PENDING, "the platform was away")
        return await stores.outbox.pending(ALL, 9)

    (waiting,) = desk(send)
    assert (waiting.key, waiting.attempts) == ("b", 1)


def test_only_the_platforms_asked_for_are_given(desk):
    async def say(stores):
        rows = [outgoing("a"), outgoing("a", platform="telegram"), outgoing("b")]
        await stores.outbox.follow("fills", 1, rows)
        found = [await stores.outbox.pending(names, 9) for names in (["telegram"], [], ALL)]
        return [len(rows) for rows in found], await stores.outbox.depth()

    assert desk(say) == ([1, 0, 3], {"telegram": 1, "terminal": 2})
