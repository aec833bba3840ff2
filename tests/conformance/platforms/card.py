"""An acceptance card: a story that a desk plays on a platform."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

from tests.conformance.platforms.desk import PlatformDesk
from tests.conformance.platforms.harness import Harness

H = TypeVar("H", bound=Harness)


def card(story: Callable[[PlatformDesk], Awaitable[None]]) -> Callable[[PlatformDesk], None]:
    """Play the story on a loop of its own, the desk opened and closed."""

    @wraps(story)
    def play(desk: PlatformDesk) -> None:
        asyncio.run(_whole(story, desk))

    return play


def stories(
    made: Callable[[], H], ready: Callable[[H], Awaitable[None]] | None = None
) -> Callable[[Callable[[PlatformDesk, H], Awaitable[None]]], Callable[..., None]]:
    """A decorator that plays a story on a desk behind one platform, once that is `ready`."""

    def story(tell: Callable[[PlatformDesk, H], Awaitable[None]]) -> Callable[..., None]:
        @wraps(tell)
        def play(tmp_path: Path) -> None:
            harness = made()

            async def told(desk: PlatformDesk) -> None:
                if ready is not None:
                    await ready(harness)
                await tell(desk, harness)

            asyncio.run(_whole(told, PlatformDesk(harness, tmp_path / "home")))

        del play.__wrapped__
        return play

    return story


async def _whole(story: Callable[[PlatformDesk], Awaitable[None]], desk: PlatformDesk) -> None:
    await desk.open()
    try:
        await story(desk)
    finally:
        await desk.close()
