"""A disk that fails to sync: the outcome is unknown, so trading stops instead of asking again."""

import shutil
import subprocess
import sys

import pytest

from connectors.storage.schema import migrate
from tests.unit.connectors.storage.desk import recorded, with_stores

APPEND = """
import asyncio, sys
from pathlib import Path
from connectors.storage.stores import open_stores
from engine.errors import StateCorrupt
from tests.unit.connectors.storage.desk import placed

async def main():
    stores = await open_stores(Path(sys.argv[1]))
    try:
        await stores.journal.append(placed())
        print("written")
    except StateCorrupt as error:
        print(error.facts["detail"])
    finally:
        await stores.close()

asyncio.run(main())
"""
STRACE = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync"]
FAIL = ["-e", "inject=fdatasync,fsync:error=EIO:when=1+"]


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to make a disk fail")
def test_a_failed_sync_is_a_corrupt_state_and_a_restart_finds_a_whole_journal(path):
    migrate(path)
    run = [*STRACE, *FAIL, sys.executable, "-c", APPEND, str(path)]
    told = subprocess.run(run, capture_output=True, check=False, text=True)
    if "ptrace" in told.stderr.lower():
        pytest.skip("this machine lets nobody trace a process")

    assert told.stdout == "the disk failed to read or write\n", told.stderr
    assert with_stores(path, lambda stores: stores.database.check()) == []
    assert len(with_stores(path, recorded)) in (0, 2)
