"""The trading lease: one process at a time trades on a home, and a dead one frees it by itself."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from weakref import WeakSet

import orjson

from engine.errors import DeskHeld

FILE = "outcry.lock"
_UNNAMED = "another process"


class Lease:
    """Held until it is released or the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        _held.add(self)

    @classmethod
    def acquire(cls, home: Path, holder: str, since: int) -> Lease:
        """Take the lease of a home; `since` is now in UTC ms, kept to be shown.

        Raises DeskHeld with the name of the one that has it.
        """
        descriptor = os.open(home / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            name = _named(_content(descriptor)) or _UNNAMED
            os.close(descriptor)
            raise DeskHeld(f"{name} trades on {home} already", holder=name) from error
        _write(descriptor, {"holder": holder, "pid": os.getpid(), "since": since})
        return cls(descriptor)

    def release(self) -> None:
        """Give it up; once is enough."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            self.forget()

    def forget(self) -> None:
        """Close the file without a word, as a forked child must, or it would hold the lease too."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def holder(home: Path) -> str | None:
    """Who trades on a home, or None."""
    try:
        descriptor = os.open(home / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return _holder(descriptor)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str | None:
    # A lease given up leaves no name: most questions are answered without touching the lock.
    if not (content := _content(descriptor)):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _named(content) or _UNNAMED
    return None


def _write(descriptor: int, content: dict[str, object]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, orjson.dumps(content), 0)


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, 4096, 0)


def _named(content: bytes) -> str | None:
    try:
        stored = orjson.loads(content)
        return f"{stored['holder']} (process {stored['pid']})"
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


_held: WeakSet[Lease] = WeakSet()


def _forget_all() -> None:
    for lease in list(_held):
        lease.forget()


os.register_at_fork(after_in_child=_forget_all)
