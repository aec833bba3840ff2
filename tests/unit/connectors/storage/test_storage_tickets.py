"""Tickets: one yes, from the one who asked, here, in time, to what was shown."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import TicketState
from bot.ports.messages import Answer
from connectors.storage.driver import inline
from tests.unit.connectors.storage.desk import message, ticket, with_stores


async def stored(stores, *tickets):
    heard = await stores.inbox.receive(message(f"for {tickets[0].id}"))
    await stores.inbox.answer(Answer(heard, (), tickets))


def test_a_ticket_is_used_by_one_message_and_by_that_one_again_after_a_crash(desk):
    async def use(stores):
        await stored(stores, ticket())
        return [await stores.tickets.redeem(ticket(), by, now=5_000) for by in (7, 8, 7)]

    assert desk(use) == [True, False, True]
    used = desk(lambda stores: stores.tickets.find("t1"))
    assert (used.state, used.used_by) == (TicketState.USED, 7)


def test_a_ticket_used_in_time_stays_used_when_the_message_comes_again_late(desk):
    async def use(stores):
        short = ticket(expires_at=6_000)
        await stored(stores, short)
        return [await stores.tickets.redeem(short, 7, now) for now in (5_999, 99_000)]

    assert desk(use) == [True, True]


def test_an_expired_ticket_is_not_used(desk):
    async def late(stores):
        short = ticket(expires_at=6_000)
        await stored(stores, short)
        return await stores.tickets.redeem(short, 7, now=6_000)

    assert desk(late) is False


@pytest.mark.parametrize(
    "change",
    [
        {"person": "bob"},
        {"conversation": "hall"},
        {"digest": "another"},
        {"command": "sell"},
        {"arguments": {"symbol": "BTC/USDT", "size": "1000"}},
        {"id": "t2"},
        {"reference_price": "1"},
        {"expires_at": 99_000},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_ticket_that_differs_from_the_stored_one_is_not_used(desk, change):
    async def other(stores):
        await stored(stores, ticket())
        return await stores.tickets.redeem(replace(ticket(), **change), 7, now=5_000)

    assert desk(other) is False


def test_a_refused_ticket_is_refused_once_and_never_used(desk):
    async def refuse(stores):
        await stored(stores, ticket())
        refused = [await stores.tickets.refuse(ticket()) for _ in range(2)]
        return refused, await stores.tickets.redeem(ticket(), 7, now=5_000)

    assert desk(refuse) == ([True, False], False)


def test_only_the_one_who_asked_finds_a_ticket_pending_here_and_now(desk):
    async def pending(stores):
        await stored(
            stores,
            replace(ticket("new"), created_at=2_000),
            ticket("old"),
            ticket("late", expires_at=4_000),
            ticket("gone", state=TicketState.REPLACED),
            ticket("his", person="bob"),
            ticket("there", conversation="hall"),
        )
        return [found.id for found in await stores.tickets.pending("ann", "room", now=5_000)]

    assert desk(pending) == ["old", "new"]


def test_a_later_answer_may_replace_a_pending_ticket_and_never_wakes_a_used_one(desk):
    async def replaced(stores):
        await stored(stores, ticket("t1"), ticket("t2"))
        await stores.tickets.redeem(ticket("t2"), 7, now=5_000)
        changed = replace(ticket("t1"), state=TicketState.REPLACED, arguments={"size": "9"})
        heard = await stores.inbox.receive(message("later"))
        await stores.inbox.answer(Answer(heard, (), (changed, ticket("t2"))))
        return [await stores.tickets.find(i) for i in ("t1", "t2", "t3")]

    one, two, none = desk(replaced)
    assert one == replace(ticket("t1"), state=TicketState.REPLACED)
    assert two.state is TicketState.USED
    assert none is None


@settings(max_examples=10, deadline=None)
@given(presses=st.lists(st.tuples(st.integers(1, 3), st.integers(4_000, 8_000)), min_size=1))
def test_whatever_is_pressed_and_when_one_message_at_most_uses_a_ticket(presses, new_path):
    path = new_path()

    async def press(stores):
        short = ticket(expires_at=6_000)
        await stored(stores, short)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(stores.tickets.redeem(short, by, now)) for by, now in presses
            ]
        return {by for (by, _), task in zip(presses, tasks, strict=True) if task.result()}

    winners = with_stores(path, press, creator=inline)
    assert len(winners) == any(now < 6_000 for _, now in presses)


def test_a_message_that_came_before_a_card_was_stored_is_told_from_one_after_it(desk):
    async def three(stores):
        asking = await stores.inbox.receive(message("asks"))
        early = await stores.inbox.receive(message("early"))
        asked = ticket(asked_by=asking.id)
        await stores.inbox.answer(Answer(asking, (), (asked,)))
        late = await stores.inbox.receive(message("late"))
        return [await stores.tickets.stood_before(asked, each.id) for each in (early, late)]

    assert desk(three) == [False, True]
