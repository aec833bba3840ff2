"""An acceptance card: a numbered story that a desk plays with a venue."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

import pytest

from tests.conformance.venues.desk import Desk

Story = Callable[[Desk], Awaitable[None]]


def card(*needs: str) -> Callable[[Story], Callable[[Desk], None]]:
    """Play the story on a loop of its own, the desk opened, and nothing left unheard.

    `needs` are capabilities without which the story has no sense; the venue's `quality.yaml` says
    why it lacks one.
    """

    def made(story: Story) -> Callable[[Desk], None]:
        @wraps(story)
        def play(desk: Desk) -> None:
            lacking = sorted(set(needs) - desk.harness.manifest.capabilities)
            if lacking:
                pytest.skip(f"{desk.harness.manifest.name} has no {', '.join(lacking)}")
            asyncio.run(_whole(story, desk))

        return play

    return made


async def _whole(story: Story, desk: Desk) -> None:
    try:
        await desk.open()
        await story(desk)
        await desk.hears_nothing()
    finally:
        await desk.close()
