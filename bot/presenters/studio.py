"""Draws and reckons in a process of its own, so that heavy work never holds up the chat."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

import structlog

from engine.ports.system import Identities

_log = structlog.get_logger(__name__)
T = TypeVar("T")

_HEAVY = (
    "bot.presenters.pictures.candles",
    "bot.presenters.paper.pages",
    "bot.presenters.reports",
)
_NICENESS = 5
"""On a machine with few cores the chat goes first."""
_TRIES = 2


@dataclass(frozen=True, slots=True)
class _Worker:
    """A pool of one process, which ends when `lifeline` is closed or this process dies."""

    pool: ProcessPoolExecutor
    lifeline: Connection

    def end(self) -> None:
        """Let it go, in the middle of its work if need be."""
        self.lifeline.close()
        self.pool.shutdown(wait=False, cancel_futures=True)


class Studio:
    """One worker; work that kills it is given up, and the next has a new one."""

    def __init__(self, folder: Path, identities: Identities, *, workers: bool = True) -> None:
        """Without workers all is done in place, as a simulation needs it."""
        self._folder = folder
        self._identities = identities
        self._workers = workers
        self._worker: _Worker | None = None
        self._is_closed = False

    async def warm(self) -> None:
        """Let the worker import what it needs before it is asked for anything."""
        if not self._workers:
            return
        try:
            await self.run(_import_heavy)
        except OSError as error:
            _log.warning("worker_not_warmed", error=str(error))

    async def run(self, work: Callable[..., T], *values: object) -> T:
        """Call a module-level function on picklable values, away from the chat.

        It may be called twice, where the worker was gone. Raises OSError when the worker died of
        it, and what the function raises.
        """
        if not self._workers:
            return work(*values)
        loop = asyncio.get_running_loop()
        for _ in range(_TRIES):
            if self._is_closed:
                break
            worker = self._worker = self._worker or _hired()
            try:
                return await loop.run_in_executor(worker.pool, work, *values)
            except BrokenProcessPool:
                worker.end()
                if self._worker is worker:
                    self._worker = None
        raise OSError("the process that draws and reckons has died")

    async def draw(self, work: Callable[..., bytes], spec: object, name: str) -> Path:
        """Run a module-level function on a picklable spec; gives the file's path.

        Raises OSError when the worker died or the file cannot be written.
        """
        return await self.keep(await self.run(work, spec), name)

    async def keep(self, content: bytes, name: str) -> Path:
        """Store a finished file under a name of its own; `name` ends as the file shall."""
        stem, _, ending = name.rpartition(".")
        path = self._folder / f"{stem}-{self._identities.new(6)}.{ending}"
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def close(self) -> None:
        """Let the worker go, at once and for good."""
        self._is_closed = True
        if self._worker is not None:
            self._worker.end()
            self._worker = None


def _hired() -> _Worker:
    # A fork would carry the database's threads and locks along.
    context = multiprocessing.get_context("spawn")
    held, lifeline = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(held,))
    return _Worker(pool, lifeline)


def _begin(held: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    threading.Thread(target=_end_with_its_owner, args=(held,), daemon=True).start()


def _end_with_its_owner(held: Connection) -> None:
    held.poll(None)
    os._exit(0)


def _import_heavy() -> None:
    for module in _HEAVY:
        import_module(module)
