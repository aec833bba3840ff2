"""An acceptance card: a story that a desk plays on a platform."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from tests.conformance.platforms.desk import PlatformDesk


def card(story: Callable[[PlatformDesk], Awaitable[None]]) -> Callable[[PlatformDesk], None]:
    """Play the story on a loop of its own, the desk opened and closed."""

    @wraps(story)
    def play(desk: PlatformDesk) -> None:
        asyncio.run(_whole(story, desk))

    return play


async def _whole(story: Callable[[PlatformDesk], Awaitable[None]], desk: PlatformDesk) -> None:
    await desk.open()
    try:
        await story(desk)
    finally:
        await desk.close()
