"""The audit chain: any change of the past is seen, and where."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports.messages import Answer
from connectors.storage.audit import GENESIS
from connectors.storage.driver import inline
from tests.unit.connectors.storage.desk import audited, message, with_stores

ENTRIES = 6


async def written(stores, count=ENTRIES):
    for at in range(count):
        heard = await stores.inbox.receive(message(str(at)))
        await stores.inbox.answer(Answer(heard, (), audit=(audited(f"act {at}", at),)))


def edit(path, statement, *values):
    with closing(sqlite3.connect(path)) as raw, raw:
        assert raw.execute(statement, values).rowcount


def test_entries_are_told_newest_first_from_start_to_before_end(desk):
    async def told(stores):
        await written(stores)
        found = [await stores.audit.entries(1, 4, limit) for limit in (9, 2)]
        return [[entry.at for entry in entries] for entries in found]

    assert desk(told) == [[3, 2, 1], [3, 2]]


def test_an_untouched_chain_holds_and_an_empty_one_too(desk):
    assert desk(lambda stores: stores.audit.verify()) is None
    assert desk(lambda stores: stores.audit.head()) == (0, GENESIS)
    desk(written)
    assert desk(lambda stores: stores.audit.verify()) is None
    assert desk(lambda stores: stores.audit.head())[0] == ENTRIES


def test_a_chain_longer_than_a_batch_is_verified_whole(path):
    async def long(stores):
        heard = await stores.inbox.receive(message())
        await stores.inbox.answer(Answer(heard, (), audit=(audited(),) * 1_203))

    with_stores(path, long)
    edit(path, "UPDATE audit SET at = at + 1 WHERE number = 1100")
    assert with_stores(path, lambda stores: stores.audit.verify()) == 1_100


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = replace(body, 'asked', 'done') WHERE number = 3",
        "UPDATE audit SET at = at + 1 WHERE number = 3",
        "UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE number = 3",
        "DELETE FROM audit WHERE number = 3",
        "UPDATE audit SET number = 33 WHERE number = 3",
    ],
)
def test_the_first_broken_entry_is_named(path, statement):
    with_stores(path, written)
    edit(path, statement)
    assert with_stores(path, lambda stores: stores.audit.verify()) == 3


@settings(max_examples=25, deadline=None)
@given(number=st.integers(1, ENTRIES), data=st.data())
def test_any_flipped_character_is_found_where_it_is(number, data, new_path):
    path = new_path()
    with_stores(path, written, creator=inline)
    with closing(sqlite3.connect(path)) as raw:
        row = raw.execute("SELECT body FROM audit WHERE number = ?", (number,)).fetchone()
    place = data.draw(st.integers(0, len(row[0]) - 1))
    flipped = row[0][:place] + chr(ord(row[0][place]) ^ 1) + row[0][place + 1 :]
    edit(path, "UPDATE audit SET body = ? WHERE number = ?", flipped, number)
    assert with_stores(path, lambda stores: stores.audit.verify(), creator=inline) == number
