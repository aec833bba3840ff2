"""The inbox: heard once, answered whole."""

import pytest

from bot.ports.messages import Answer
from engine.errors import StateCorrupt
from tests.unit.connectors.storage.desk import audited, message, outgoing, ticket, waiting


def test_a_message_is_received_once_however_often_it_is_delivered(desk):
    first = desk(lambda stores: stores.inbox.receive(message("1")))
    again = desk(lambda stores: stores.inbox.receive(message("1", text="delivered again")))

    assert first == message("1", id=first.id)
    assert again is None
    assert desk(lambda stores: stores.inbox.unanswered()) == [first]


def test_two_platforms_may_use_the_same_number(desk):
    async def both(stores):
        from_terminal = await stores.inbox.receive(message("1"))
        return from_terminal, await stores.inbox.receive(message("2"))

    one, two = desk(both)
    assert two.id > one.id


def test_what_was_not_answered_waits_oldest_first(desk):
    async def half(stores):
        heard = [await stores.inbox.receive(message(str(i))) for i in range(3)]
        await stores.inbox.answer(Answer(heard[1], ()))
        return heard, await stores.inbox.unanswered()

    heard, waiting = desk(half)
    assert waiting == [heard[0], heard[2]]


def test_an_answer_leaves_words_tickets_and_audit_entries_at_once(desk):
    async def answered(stores):
        heard = await stores.inbox.receive(message())
        await stores.inbox.answer(Answer(heard, (outgoing(),), (ticket(),), (audited(),)))
        return (
            await stores.inbox.unanswered(),
            [said.card for said in await waiting(stores)],
            await stores.tickets.find("t1"),
            await stores.audit.entries(0, 2_000, 9),
        )

    assert desk(answered) == ([], [outgoing().card], ticket(), [audited()])


def test_a_message_answered_twice_is_answered_once(desk):
    async def twice(stores):
        heard = await stores.inbox.receive(message())
        first = await stores.inbox.answer(Answer(heard, (outgoing("a"),), audit=(audited(),)))
        again = await stores.inbox.answer(Answer(heard, (outgoing("b"),), audit=(audited(),)))
        said = await waiting(stores)
        assert (first, again) == ([row.id for row in said], [])
        return [row.key for row in said], len(await stores.audit.entries(0, 2_000, 9))

    assert desk(twice) == (["a"], 1)


def test_what_never_was_a_message_may_be_answered_too(desk):
    async def scheduled(stores):
        await stores.inbox.answer(Answer(message(), (outgoing("schedule:s1:5000"),)))
        return len(await waiting(stores))

    assert desk(scheduled) == 1


def test_an_answer_to_a_message_nobody_sent_is_a_corrupt_state(desk):
    async def unheard(stores):
        with pytest.raises(StateCorrupt):
            await stores.inbox.answer(Answer(message(id=7), (outgoing(),)))
        return await stores.outbox.queues()

    assert desk(unheard) == []


def test_a_persons_own_last_words_here_are_told_oldest_first(desk):
    async def earlier(stores):
        for i, (sender, room) in enumerate([("ann", "room"), ("bob", "room"), ("ann", "hall")]):
            await stores.inbox.receive(message(f"x{i}", "elsewhere", sender, room))
        for word in ("one", "two", "three", "now"):
            heard = await stores.inbox.receive(message(word, word))
        return await stores.inbox.earlier("room", "ann", 2, heard.id)

    assert desk(earlier) == ["two", "three"]


def test_characters_that_no_text_can_hold_are_replaced(desk):
    async def broken(stores):
        heard = await stores.inbox.receive(message(text="price \udcff\x00 BTC"))
        return heard, await stores.inbox.unanswered()

    heard, waiting = desk(broken)
    assert heard.text == "price ?\x00 BTC"
    assert waiting == [heard]
