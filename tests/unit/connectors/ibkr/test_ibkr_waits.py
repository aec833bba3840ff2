"""How long the desk waits for a gateway, on time that passes only where nothing happens."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from engine.domain.order import OrderState
from tests.bench.jumping import LoopClock, run
from tests.unit.connectors.ibkr.conftest import ACME, Scene, gateway


@asynccontextmanager
async def scene():
    """An account at a gateway, both by the loop's time."""
    async with gateway() as wire:
        made = Scene(wire, wire.core, [ACME])
        made.clock = LoopClock()
        wire.core.now = made.clock.now_ms
        await made.enter()
        made.price(99, 101)
        try:
            yield made
        finally:
            await made.leave()


def test_a_gateway_that_was_away_for_long_is_taken_up_seconds_after_it_is_back():
    async def story():
        async with scene() as at:
            await at.wire.restart(lambda: at.clock.sleep(600))
            back_at = at.clock.now_ms()
            await at.line.opened()
            return at.clock.now_ms() - back_at

    assert run(story()) <= 4_000


def test_what_a_gateway_does_not_tell_is_not_waited_for_by_every_look():
    async def story():
        async with scene() as at:
            at.wire.tells_completed = False
            await at.find("nobody")
            took = []
            for _ in range(5):
                began = at.clock.now_ms()
                assert await at.find("nobody") is None
                took.append(at.clock.now_ms() - began)
            return max(took)

    assert run(story()) == 0


def test_what_a_gateway_did_not_tell_is_asked_again_after_some_seconds():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            at.wire.tells_completed = False
            await at.find("nobody")
            at.wire.tells_completed = True
            await at.cancel()
            before = await at.find()
            await asyncio.sleep(10)
            return before, (await at.find()).order.state

    assert run(story()) == (None, OrderState.CANCELED)
