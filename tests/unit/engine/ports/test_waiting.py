"""Time that passes while other things are done."""

from __future__ import annotations

import asyncio

from engine.ports.waiting import Lapse
from tests.standins.clock import ManualClock


def test_a_lapse_is_over_once_its_seconds_were_waited_for():
    async def story():
        clock = ManualClock()
        with Lapse(clock) as lapse:
            lapse.begin(10)
            await asyncio.sleep(0)
            await clock.advance(9)
            before = lapse.is_over
            await clock.advance(1)
            return before, lapse.is_over

    assert asyncio.run(story()) == (False, True)


def test_a_lapse_that_begins_again_forgets_what_has_passed():
    async def story():
        clock = ManualClock()
        with Lapse(clock) as lapse:
            for _ in range(2):
                lapse.begin(10)
                await asyncio.sleep(0)
                await clock.advance(9)
            return lapse.is_over

    assert not asyncio.run(story())


def test_a_lapse_of_nothing_is_over_at_once():
    async def story():
        with Lapse(ManualClock()) as lapse:
            lapse.begin(0)
            return lapse.is_over

    assert asyncio.run(story())
