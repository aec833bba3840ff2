"""An acceptance card: a numbered story that a desk plays with a venue."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from tests.conformance.venues.desk import Desk

Story = Callable[[Desk], Awaitable[None]]


def card(story: Story) -> Callable[[Desk], None]:
    """Play the story on a loop of its own, the desk opened, and nothing left unheard."""

    @wraps(story)
    def play(desk: Desk) -> None:
        asyncio.run(_whole(story, desk))

    return play


async def _whole(story: Story, desk: Desk) -> None:
    await desk.open()
    await story(desk)
    await desk.hears_nothing()
