"""The database: whole transactions, honest refusals, boundaries at every commit."""

import asyncio
import gc
import sqlite3
import threading
from decimal import Decimal

import pytest

from bot.hearing import Hearing
from bot.message import Account, Role
from bot.models import Remembered, Spent
from bot.ports.messages import Answer
from connectors.storage.boundaries import BOUNDARIES, COMMITS, JOURNAL_APPEND, SCHEMA_UPGRADE
from connectors.storage.driver import inline
from connectors.storage.statements import Prepared
from connectors.storage.stores import open_stores
from engine.errors import StateCorrupt, StoreUnavailable
from engine.ports.boundary import watch_boundaries
from tests.standins.market import instrument
from tests.unit.connectors.storage.desk import (
    a_run,
    audited,
    decision,
    hook,
    job,
    link_code,
    message,
    outgoing,
    person,
    placed,
    said,
    schedule,
    sealed_keys,
    strategy,
    table,
    ticket,
    waiting,
    with_stores,
)

ADD = Prepared("INSERT INTO cursors (name, sequence) VALUES (:name, 1)", {})
FIND = Prepared("SELECT sequence FROM cursors WHERE name = :name", {})


@pytest.fixture
def passed():
    names = []
    watch_boundaries(names.append)
    yield names
    watch_boundaries(None)


def test_every_commit_passes_its_two_boundaries(fresh, passed):
    async def everything(stores):
        heard = await stores.inbox.receive(message())
        await stores.inbox.answer(Answer(heard, (outgoing(),), (ticket(),), (audited(),)))
        await stores.tickets.redeem(ticket(), 1, 5_000)
        await stores.tickets.refuse(ticket())
        await stores.journal.append(placed())
        await stores.outbox.follow("fills", 2, [])
        (row,) = await waiting(stores)
        await stores.outbox.leaving([row])
        await said(stores, row)
        await stores.outbox.hasten("ann", "", 5_000)
        await stores.outbox.release([row], outgoing("digest:1", digest=(row.id,)))
        await stores.hearings.choose("ann", Hearing())
        await stores.acknowledgements.see(1, "ann", 5_000)
        await stores.platform_notes.move("telegram", "old", "new")
        await stores.people.join("terminal", "ann", person())
        await stores.people.set_role("p1", Role.OWNER)
        await stores.people.set_language("p1", "fr")
        await stores.link_codes.offer(link_code())
        await stores.link_codes.claim("d1", Account("slack", "U9"), 5_000)
        await stores.link_codes.end("d1")
        await stores.tries.spend("p1", 5_000)
        await stores.tries.clear("p1")
        await stores.second_factors.begin("p1", "sealed")
        await stores.second_factors.spend_step("p1", 7)
        await stores.venue_keys.keep(sealed_keys())
        await stores.venue_keys.decide(decision())
        await stores.hooks.keep(hook())
        await stores.hooks.spend("dips", "k1", Decimal(5), 5_000, 0)
        await stores.listings.keep([instrument("BTC/USDT")])
        await stores.watchlists.add("p1", ["A"])
        await stores.watchlists.remove("p1", ["A"])
        await stores.schedules.add(schedule())
        await stores.schedules.ran(schedule(), 5_000, 9_000)
        await stores.schedules.remove("ann", "s1")
        await stores.strategies.keep(strategy())
        await stores.strategies.use("dips", 1, 5_000)
        await stores.strategies.forget("dips", 2)
        await stores.model_turns.keep(1, "p1", "room", 5_000, Remembered("hi", ()), Spent(1, 9))
        await stores.model_turns.forget("p1")
        await stores.jobs.add(job())
        await stores.jobs.remove("j1")
        await stores.runs.save(a_run())
        await stores.paper_book.save([], {})

    with_stores(fresh, everything)

    assert set(passed) == set(BOUNDARIES)
    assert passed[:2] == [SCHEMA_UPGRADE.before, SCHEMA_UPGRADE.after]
    assert passed[::2] == [
        commit.before for name in passed[::2] for commit in COMMITS if commit.before == name
    ]
    assert len(BOUNDARIES) == len(set(BOUNDARIES))


def test_work_that_fails_halfway_leaves_nothing(desk):
    async def fail(stores):
        def work(session):
            session.run(ADD, {"name": "half"})
            raise ValueError("changed its mind")

        with pytest.raises(ValueError, match="changed its mind"):
            await stores.database.write(JOURNAL_APPEND, work)
        await stores.database.write(JOURNAL_APPEND, lambda s: s.run(ADD, {"name": "whole"}))
        return await stores.outbox.cursor("half"), await stores.outbox.cursor("whole")

    assert desk(fail) == (0, 1)


def test_a_row_that_contradicts_another_is_a_corrupt_state(desk):
    async def twice(stores):
        await stores.database.write(JOURNAL_APPEND, lambda s: s.run(ADD, {"name": "a"}))
        with pytest.raises(StateCorrupt, match="contradict"):
            await stores.database.write(JOURNAL_APPEND, lambda s: s.run(ADD, {"name": "a"}))

    desk(twice)


def test_the_connection_that_reads_cannot_write(desk):
    async def write(stores):
        with pytest.raises(StoreUnavailable):
            await stores.database.read(lambda session: session.run(ADD, {"name": "a"}))

    desk(write)


def test_a_look_up_is_done_where_it_is_asked_and_sees_what_was_just_written(path):
    async def look(stores):
        await stores.database.write(JOURNAL_APPEND, lambda s: s.run(ADD, {"name": "a"}))

        def find(session):
            return session.row(FIND, {"name": "a"}), threading.get_ident()

        return await stores.database.look(find), threading.get_ident()

    (found, there), here = with_stores(path, look)
    assert found == (1,)
    assert there == here


def test_a_look_up_in_a_busy_file_goes_to_the_readers_thread(path):
    async def look(stores):
        asked = []

        def find(_):
            asked.append(threading.get_ident())
            if len(asked) == 1:
                raise sqlite3.OperationalError("database is locked")
            return asked

        return await stores.database.look(find), threading.get_ident()

    (first, second), here = with_stores(path, look)
    assert first == here
    assert second != here


def test_what_is_written_is_on_disk_when_it_returns(path):
    async def mode(stores):
        ask = [Prepared(f"PRAGMA {name}", {}) for name in ("journal_mode", "synchronous")]
        raw = stores.database._writer
        return [(await raw.run(lambda c, a=a: c.execute(a.sql).fetchone()))[0] for a in ask]

    assert with_stores(path, mode) == ["wal", 2]


def test_the_log_is_carried_over_while_the_desk_goes_on(path, desk):
    async def write(stores):
        for number in range(500):
            await stores.database.write(JOURNAL_APPEND, adding(f"n{number}"))
            await stores.database.read(lambda _: None)  # behind what the reader has to do
        return path.with_name(f"{path.name}-wal").stat().st_size

    assert desk(write) < 1_000_000  # 500 transactions of some pages are more than twice as much


def test_a_caller_that_is_cancelled_leaves_a_whole_transaction_or_none(path):
    async def cancel(stores):
        task = asyncio.create_task(stores.journal.append(placed()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await stores.journal.append(placed("o2", key="t2"))
        return [entry.event.at async for entry in stores.journal.read()]

    assert len(with_stores(path, cancel)) in (2, 4)


def adding(name, *, fails=False):
    def work(session):
        session.run(ADD, {"name": name})
        if fails:
            raise ValueError(name)
        return name

    return work


async def together(stores, *works):
    """Write them all at once, while the disk is busy with something else."""
    database = stores.database
    busy = threading.Event()
    first = asyncio.create_task(database.write(JOURNAL_APPEND, lambda _: busy.wait(10)))
    tasks = [asyncio.create_task(database.write(JOURNAL_APPEND, work)) for work in works]
    await asyncio.sleep(0.01)
    busy.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    await first
    return done


def test_what_waits_for_the_disk_is_one_commit_in_the_order_it_was_wished_for(path):
    async def crowd(stores):
        commits = []
        raw = stores.database._writer
        await raw.run(lambda c: c.set_trace_callback(commits.append))
        done = await together(stores, *(adding(f"n{number}") for number in range(20)))
        await raw.run(lambda c: c.set_trace_callback(None))
        names = await table(stores, "cursors")
        return done, [name for name, _ in names], commits.count("COMMIT")

    names = [f"n{number}" for number in range(20)]
    assert with_stores(path, crowd) == (names, names, 2)


def test_one_that_fails_undoes_itself_and_no_neighbour(path):
    async def crowd(stores):
        done = await together(stores, adding("a"), adding("b", fails=True), adding("c"))
        return done, [name for name, _ in await table(stores, "cursors")]

    (a, b, c), names = with_stores(path, crowd)
    assert (a, str(b), c, names) == ("a", "b", "c", ["a", "c"])


def test_one_that_contradicts_a_row_is_told_so_and_no_neighbour_is(path):
    async def crowd(stores):
        return await together(stores, adding("a"), adding("a"), adding("c"))

    first, second, third = with_stores(path, crowd)
    assert (first, type(second), third) == ("a", StateCorrupt, "c")


def test_where_the_commit_is_refused_all_that_were_in_it_are_told_that_nothing_was_written(path):
    async def crowd(stores):
        def undone(session):
            session._raw.execute("ROLLBACK")  # as a full disk does it
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full

        done = await together(stores, adding("a"), undone, adding("c"))
        return done, await table(stores, "cursors")

    done, rows = with_stores(path, crowd)
    assert [type(each) for each in done] == [StoreUnavailable] * 3
    assert rows == []


def test_one_that_no_longer_waits_holds_up_nobody(path):
    async def crowd(stores):
        database, busy = stores.database, threading.Event()
        first = asyncio.create_task(database.write(JOURNAL_APPEND, lambda _: busy.wait(10)))
        second = asyncio.create_task(database.write(JOURNAL_APPEND, adding("b")))
        third = asyncio.create_task(database.write(JOURNAL_APPEND, adding("c")))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0)
        busy.set()
        return await asyncio.gather(first, second, third, return_exceptions=True)

    first, second, third = with_stores(path, crowd)
    assert (type(first), second, third) == (asyncio.CancelledError, "b", "c")


def test_a_canceled_caller_is_let_go_when_its_transaction_has_ended(path):
    async def let_go(stores):
        database, begun, busy = stores.database, threading.Event(), threading.Event()

        def work(session):
            begun.set()
            busy.wait(10)
            return adding("a")(session)

        first = asyncio.create_task(database.write(JOURNAL_APPEND, work))
        second = asyncio.create_task(database.write(JOURNAL_APPEND, adding("b")))
        await asyncio.to_thread(begun.wait, 10)
        second.cancel()
        await asyncio.wait([second])
        for _ in range(3):
            first.cancel()
            await asyncio.sleep(0)
        assert not first.done()
        busy.set()
        await asyncio.wait([first])
        rows = [
            await database.look(lambda session, n=name: session.row(FIND, {"name": n}))
            for name in ("a", "b")
        ]
        return [task.cancelled() for task in (first, second)], rows

    canceled, rows = with_stores(path, let_go)
    assert canceled == [True, True]
    assert rows == [(1,), None]


def test_an_inline_desk_starts_no_thread_and_never_waits(path):
    async def work(stores):
        await stores.journal.append(placed())
        return threading.active_count(), await stores.journal.find("t1")

    before = threading.active_count()  # threads of a test before may still be on their way out
    threads, events = with_stores(path, work, creator=inline)
    assert threads <= before
    assert events == placed().events

    # Not once does it give the loop a turn: driven by hand, it ends at the first step.
    opening = open_stores(path, creator=inline, durable=False)
    with pytest.raises(StopIteration) as ended:
        opening.send(None)
    with pytest.raises(StopIteration):
        ended.value.value.close().send(None)


def test_an_inline_desk_abandoned_in_a_crash_leaves_what_was_committed(path):
    async def crash():
        stores = await open_stores(path, creator=inline, durable=False)
        await stores.journal.append(placed())
        with pytest.raises(KeyboardInterrupt):
            await stores.database.write(JOURNAL_APPEND, interrupted)

    def interrupted(session):
        session.run(ADD, {"name": "half"})
        raise KeyboardInterrupt

    asyncio.run(crash())
    gc.collect()

    async def look(stores):
        return await stores.journal.find("t1"), await stores.outbox.cursor("half")

    assert with_stores(path, look) == (placed().events, 0)


def test_a_sound_file_has_no_faults(desk):
    assert desk(lambda stores: stores.database.check()) == []


def test_closing_twice_is_closing(path):
    async def close(stores):
        await stores.close()

    with_stores(path, close)
