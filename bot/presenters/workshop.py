"""Worker processes for work of seconds or minutes: it tells how far it is and can be ended.

A piece of work is a module-level generator function: it yields how far it is and returns what came
of it. Its one argument, what it yields and what it returns are picklable values.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar, cast

from bot.errors import BotError, WorkFailed
from engine.errors import EngineError

Spec = TypeVar("Spec")
Step = TypeVar("Step")
Result = TypeVar("Result")
Work = Callable[[Spec], Generator[Step, None, Result]]
Told = Callable[[Step], Awaitable[None]]

_NICENESS = 10


class Workshop:
    """At most `most` pieces of work at a time, each in a process that is kept for the next."""

    def __init__(self, *, most: int = 2, workers: bool = True) -> None:
        """Without workers all is done in place, step by step, as a simulation needs it."""
        self._workers = workers
        self._room = asyncio.Semaphore(most)
        self._free: list[_Worker] = []
        self._busy: set[_Worker] = set()

    async def run(
        self,
        work: Work[Spec, Step, Result],
        spec: Spec,
        *,
        seconds: float,
        told: Told[Step] | None = None,
    ) -> Result:
        """Do it; canceling the caller ends the work at once.

        Raises what the work raises of the house's errors, WorkFailed when it took longer than
        `seconds` or its process died.
        """
        async with self._room:
            if not self._workers:
                return await _in_place(work, spec, told)
            return await self._in_worker(work, spec, seconds, told)

    def close(self) -> None:
        """End every process."""
        while self._free:
            self._free.pop().end()
        while self._busy:
            self._busy.pop().end()

    async def _in_worker(
        self,
        work: Work[Spec, Step, Result],
        spec: Spec,
        seconds: float,
        told: Told[Step] | None,
    ) -> Result:
        worker = self._free.pop() if self._free else _started()
        self._busy.add(worker)
        try:
            async with asyncio.timeout(seconds):
                result = await _followed(worker, work, spec, told)
        except TimeoutError as error:
            worker.end()
            raise WorkFailed("too_long", seconds=f"{seconds:g}") from error
        except (EOFError, OSError) as error:
            worker.end()
            raise WorkFailed("died") from error
        except (BotError, EngineError):
            self._free.append(worker)  # it said so itself, and is ready for the next
            raise
        except BaseException:
            worker.end()
            raise
        finally:
            self._busy.discard(worker)
        self._free.append(worker)
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


def _started() -> _Worker:
    # A fork would carry the database's threads and locks along.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


async def _followed(
    worker: _Worker, work: Work[Spec, Step, Result], spec: Spec, told: Told[Step] | None
) -> Result:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, worker.pipe.send, (work, spec))
    while True:
        kind, value = await loop.run_in_executor(None, worker.pipe.recv)
        if kind == "done":
            return cast("Result", value)
        if kind == "refused":
            raise _unpacked(*value)
        if kind == "broken":
            raise WorkFailed("broken", detail=str(value))
        if told is not None:
            await told(cast("Step", value))


async def _in_place(work: Work[Spec, Step, Result], spec: Spec, told: Told[Step] | None) -> Result:
    steps = work(spec)
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return cast("Result", end.value)
        if told is not None:
            await told(step)
        await asyncio.sleep(0)  # noqa: TID251 -- lets others have a turn


# -- in the worker process ----------------------------------------------------------------


def _serve(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    while True:
        try:
            work, spec = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(pipe, work, spec))


def _answer(
    pipe: Connection, work: Callable[[Any], Generator[Any, None, Any]], spec: object
) -> tuple[str, Any]:
    steps = work(spec)
    try:
        while True:
            pipe.send(("step", next(steps)))
    except StopIteration as end:
        return "done", end.value
    except (BotError, EngineError) as error:
        return "refused", (type(error), error.args, vars(error))
    except Exception as error:  # noqa: BLE001 -- the other side hears of it and explains
        return "broken", f"{type(error).__name__}: {error}"


def _unpacked(
    kind: type[BotError | EngineError], arguments: tuple[object, ...], own: dict[str, object]
) -> BotError | EngineError:
    """The error as it was raised; their constructors take other words than they keep."""
    error = kind.__new__(kind)
    error.args = arguments
    vars(error).update(own)
    return error
