"""Waiting for what happens, with an end to the patience."""

from __future__ import annotations

import asyncio

from engine.ports.system import Clock


async def happened_within(event: asyncio.Event, seconds: float, clock: Clock) -> bool:
    """Wait until it happens, for so many seconds of that clock at most; whether it has."""
    patience = asyncio.ensure_future(clock.sleep(seconds))
    happens = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((patience, happens), return_when=asyncio.FIRST_COMPLETED)
    finally:
        patience.cancel()
        happens.cancel()
        await asyncio.gather(patience, happens, return_exceptions=True)
    return event.is_set()
