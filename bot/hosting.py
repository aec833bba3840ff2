"""Platforms side by side: one that fails is begun again, and none stops another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.errors import PlatformClosed
from bot.message import Menu
from bot.ports.platforms import Adapter, Incoming
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

_REST_SECONDS = 10.0
"""How long a platform that failed in an unforeseen way is left alone."""


async def hosted(
    adapters: Sequence[Adapter],
    incoming: Incoming,
    menu: Menu,
    clock: Clock,
    left: asyncio.Event,
) -> None:
    """Let them receive until `left` is set, which somebody does who leaves, or none remains."""

    async def host(adapter: Adapter) -> None:
        while not left.is_set():
            try:
                await adapter.run(incoming, menu)
                left.set()
            except PlatformClosed as error:
                _log.error("platform_closed", platform=adapter.platform, error=str(error))
                return
            except Exception:  # noqa: BLE001 -- the one place that supervises platforms
                _log.exception("platform_failed", platform=adapter.platform)
                await clock.sleep(_REST_SECONDS)

    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(left.wait())
        remaining = {group.create_task(host(adapter)) for adapter in adapters}
        while remaining and not left.is_set():
            done, _ = await asyncio.wait({leaving, *remaining}, return_when=asyncio.FIRST_COMPLETED)
            remaining -= done
        for task in (leaving, *remaining):
            task.cancel()
