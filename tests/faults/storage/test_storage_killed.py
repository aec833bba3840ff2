"""Killed at any boundary, at any statement, at any moment: nothing is lost, nothing doubled."""

import asyncio
import os
import signal

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from connectors.storage.boundaries import BOUNDARIES
from connectors.storage.schema import HEAD, migrate
from connectors.storage.stores import open_stores
from tests.faults.storage.scenario import in_a_child, kill_me_at, live
from tests.unit.connectors.storage.desk import fork, message, version_of, with_stores


def test_a_day_killed_at_each_of_its_boundaries_ends_as_one_that_was_not(tmp_path, boundaries):
    whole = asyncio.run(live(tmp_path / "whole.sqlite"))
    day = tuple(boundaries)
    assert set(day) == set(BOUNDARIES)

    for count, name in enumerate(day, 1):
        path = tmp_path / f"{count}.sqlite"

        def day_with_a_crash(path=path, count=count):
            kill_me_at(count)
            asyncio.run(live(path))

        assert in_a_child(day_with_a_crash) == -signal.SIGKILL, name
        assert asyncio.run(live(path)) == whole, f"killed at {name}, boundary {count}"
        assert with_stores(path, lambda stores: stores.audit.verify()) is None
        assert with_stores(path, lambda stores: stores.database.check()) == []


@pytest.mark.parametrize("acknowledged", [1, 20, 57, 83, 118])
def test_what_was_acknowledged_is_there_after_a_kill_at_any_moment(path, acknowledged):
    told, tell = os.pipe()

    async def burst():
        stores = await open_stores(path)
        for update in range(10_000):
            await stores.inbox.receive(message(str(update)))
            os.write(tell, b".")

    migrate(path)
    child = fork()
    if not child:
        asyncio.run(burst())
        os._exit(1)
    os.close(tell)
    seen = 0
    while seen < acknowledged:
        seen += len(os.read(told, acknowledged - seen))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(told, 4096):
        seen += len(more)
    os.close(told)

    waiting = with_stores(path, lambda stores: stores.inbox.unanswered())
    assert len(waiting) in (seen, seen + 1)
    assert [heard.update_id for heard in waiting] == [str(i) for i in range(len(waiting))]


@pytest.mark.parametrize("statement", range(3, 35, 6))
def test_a_migration_killed_at_a_statement_has_not_happened(path, statement):
    def upgrade():
        left = statement

        def count(*_):
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", count)
        migrate(path)

    assert in_a_child(upgrade) == -signal.SIGKILL
    assert version_of(path) is None
    assert migrate(path)
    assert version_of(path) == HEAD
