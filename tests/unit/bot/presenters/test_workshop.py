"""Work in other processes: told, refused, ended, and never in the way of the next."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from bot.errors import WorkFailed
from bot.presenters.workshop import Workshop
from engine.errors import FormulaInvalid, StrategyInvalid


def counted(to):
    yield from range(to)
    return os.getpid()


def refused(place):
    yield "begun"
    raise StrategyInvalid("it is wrong", place)


def mistaken(column):
    yield from ()
    raise FormulaInvalid("no such word", column)


def broken(to):
    yield from ()
    return {}[to]


def dying(_):
    yield "still here"
    os._exit(1)


def endless(_):
    while True:
        yield os.getpid()
        time.sleep(0.01)


def with_workshop(use, **options):
    async def run():
        workshop = Workshop(**options)
        try:
            return await use(workshop)
        finally:
            workshop.close()

    return asyncio.run(run())


@pytest.mark.parametrize("workers", [True, False])
def test_each_step_is_told_in_order_and_the_result_given(workers):
    async def use(workshop):
        steps = []

        async def told(step):
            steps.append(step)

        result = await workshop.run(counted, 5, seconds=30, told=told)
        return steps, (result == os.getpid())

    assert with_workshop(use, workers=workers) == ([0, 1, 2, 3, 4], not workers)


def test_a_process_is_kept_for_the_next_also_after_a_refusal():
    async def use(workshop):
        first = await workshop.run(counted, 1, seconds=30)
        with pytest.raises(StrategyInvalid) as wrong:
            await workshop.run(refused, "long.enter", seconds=30)
        with pytest.raises(FormulaInvalid) as mistake:
            await workshop.run(mistaken, 7, seconds=30)
        second = await workshop.run(counted, 1, seconds=30)
        return first == second, wrong.value.place, wrong.value.facts, mistake.value.column

    assert with_workshop(use) == (
        True,
        "long.enter",
        {"detail": "long.enter: it is wrong", "place": "long.enter"},
        7,
    )


@pytest.mark.parametrize(
    ("work", "code"), [(broken, "work_broken"), (dying, "work_died"), (endless, "work_too_long")]
)
def test_what_breaks_or_takes_too_long_costs_itself_only(work, code):
    async def use(workshop):
        with pytest.raises(WorkFailed) as failed:
            await workshop.run(work, None, seconds=1.5 if work is endless else 30)
        return failed.value.code, await workshop.run(counted, 2, seconds=30) != os.getpid()

    assert with_workshop(use) == (code, True)


def test_canceling_ends_the_process():
    async def use(workshop):
        seen = asyncio.Event()
        numbers = []

        async def told(number):
            numbers.append(number)
            seen.set()

        work = asyncio.ensure_future(workshop.run(endless, None, seconds=30, told=told))
        await seen.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        with pytest.raises(ProcessLookupError):
            os.kill(numbers[0], 0)

    with_workshop(use)


def test_the_chat_has_its_turn_while_work_goes_on():
    async def use(workshop):
        turns = 0
        work = asyncio.ensure_future(workshop.run(counted, 2_000, seconds=30))
        while not work.done():
            turns += 1
            await asyncio.sleep(0)
        return turns > 10

    assert with_workshop(use)
