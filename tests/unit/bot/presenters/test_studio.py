"""The worker: what kills it is given up, what it left is begun anew, and it never stays behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.presenters.studio import Studio
from tests.standins.clock import CountedIdentities

ROOT = Path(__file__).parents[4]


def where() -> int:
    """The process that it runs in."""
    return os.getpid()


def fatal() -> None:
    """As when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_is_done_in_another_process_and_always_the_same(tmp_path: Path) -> None:
    async def twice() -> tuple[int, int]:
        studio = Studio(tmp_path, CountedIdentities())
        seen = await studio.run(where), await studio.run(where)
        studio.close()
        return seen

    first, second = asyncio.run(twice())

    assert first == second != os.getpid()


def test_a_worker_that_died_at_rest_is_replaced_and_work_that_kills_it_is_given_up(
    tmp_path: Path,
) -> None:
    async def through() -> None:
        studio = Studio(tmp_path, CountedIdentities())
        gone = await studio.run(where)
        os.kill(gone, signal.SIGKILL)
        assert await studio.run(where) != gone
        with pytest.raises(OSError, match="has died"):
            await studio.run(fatal)
        assert await studio.run(where)
        studio.close()
        with pytest.raises(OSError, match="has died"):
            await studio.run(where)

    asyncio.run(through())


OWNER = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.presenters.studio import Studio
from tests.standins.clock import CountedIdentities

async def hire():
    print(await Studio(Path("."), CountedIdentities()).run(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(hire())
"""


def test_a_worker_ends_with_its_owner_however_that_ends(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(OWNER)
    # The worker inherits this pipe, so its end comes, and with it this call's, when both have gone.
    done = subprocess.run(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )

    assert done.returncode == -signal.SIGKILL
    assert int(done.stdout)
