"""One process trades on a home."""

import os
import subprocess
import sys

import pytest

from connectors.storage.lease import FILE, Lease, holder
from engine.errors import DeskHeld
from tests.unit.connectors.storage.desk import fork

HOLD = """
import sys
from pathlib import Path
from connectors.storage.lease import Lease
lease = Lease.acquire(Path(sys.argv[1]), "outcry run", 5)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path):
    lease = Lease.acquire(tmp_path, "outcry run", 5)
    with pytest.raises(DeskHeld) as refused:
        Lease.acquire(tmp_path, "outcry chat", 6)
    assert refused.value.facts == {"holder": f"outcry run (process {os.getpid()})"}
    lease.release()


def test_a_lease_given_up_is_free_at_once(tmp_path):
    assert holder(tmp_path) is None
    lease = Lease.acquire(tmp_path, "outcry run", 5)
    assert holder(tmp_path) == f"outcry run (process {os.getpid()})"
    lease.release()
    lease.release()
    assert holder(tmp_path) is None
    Lease.acquire(tmp_path, "outcry chat", 6).release()


def test_a_process_killed_frees_its_lease_by_dying(tmp_path):
    run = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert holder(tmp_path) == f"outcry run (process {other.pid})"
        with pytest.raises(DeskHeld, match="outcry run"):
            Lease.acquire(tmp_path, "outcry chat", 6)
        other.kill()
    assert holder(tmp_path) is None
    Lease.acquire(tmp_path, "outcry chat", 6).release()


def test_a_forked_child_that_outlives_its_parent_does_not_hold_the_lease(tmp_path):
    lease = Lease.acquire(tmp_path, "outcry run", 5)
    (born, tell), (wait, end) = os.pipe(), os.pipe()
    child = fork()
    if not child:
        os.write(tell, b"!")
        os.close(end)
        os.read(wait, 1)
        os._exit(0)
    os.read(born, 1)
    lease.forget()
    Lease.acquire(tmp_path, "outcry chat", 6).release()
    for descriptor in (born, tell, wait, end):
        os.close(descriptor)
    os.waitpid(child, 0)


def test_a_forked_child_that_ends_leaves_its_parents_lease_alone(tmp_path):
    lease = Lease.acquire(tmp_path, "outcry run", 5)
    child = fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(DeskHeld):
        Lease.acquire(tmp_path, "outcry chat", 6)
    lease.release()


def test_a_lock_file_with_nonsense_in_it_is_no_obstacle(tmp_path):
    (tmp_path / FILE).write_bytes(b"\x00nonsense")
    assert holder(tmp_path) is None
    lease = Lease.acquire(tmp_path, "outcry run", 5)
    (tmp_path / FILE).write_bytes(b"\x00nonsense")
    assert holder(tmp_path) == "another process"
    lease.release()
