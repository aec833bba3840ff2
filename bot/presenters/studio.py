"""Draws and composes in a process of its own, so that heavy work never holds up the chat."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from pathlib import Path

from engine.ports.system import Identities

_HEAVY = ("bot.presenters.pictures.candles", "bot.presenters.paper.pages")


class Studio:
    """One worker; a picture that kills it costs that picture only."""

    def __init__(self, folder: Path, identities: Identities, *, workers: bool = True) -> None:
        """Without workers all is drawn in place, as a simulation needs it."""
        self._folder = folder
        self._identities = identities
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    async def warm(self) -> None:
        """Let the worker import what it needs before it is asked for anything."""
        if self._workers:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._made_pool(), _import_heavy)

    async def draw(self, work: Callable[..., bytes], spec: object, name: str) -> Path:
        """Run a module-level function on a picklable spec; gives the file's path.

        Raises OSError when the worker died or the file cannot be written.
        """
        if not self._workers:
            return await self.keep(work(spec), name)
        loop = asyncio.get_running_loop()
        try:
            content = await loop.run_in_executor(self._made_pool(), work, spec)
        except BrokenProcessPool as error:
            self._pool = None
            raise OSError("the drawing process died") from error
        return await self.keep(content, name)

    async def keep(self, content: bytes, name: str) -> Path:
        """Store a finished file under a name of its own; `name` ends as the file shall."""
        stem, _, ending = name.rpartition(".")
        path = self._folder / f"{stem}-{self._identities.new(6)}.{ending}"
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def close(self) -> None:
        """Let the worker go."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _made_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # A fork would carry the database's threads and locks along.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context)
        return self._pool


def _import_heavy() -> None:
    for module in _HEAVY:
        import_module(module)
