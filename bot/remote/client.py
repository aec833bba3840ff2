"""How a program on this machine asks the running desk, with a token, over loopback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

_SECONDS = 60


async def ask_desk(
    desk: str, header: str, name: str, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """What REST answers to a command; `desk` is its address, `header` the Authorization."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    url = f"{desk}/v1/commands/{name}"
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, json=dict(arguments), headers={"Authorization": header}) as reply,
        ):
            answer: dict[str, Any] = await reply.json()
            return answer
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return {
            "outcome": "error",
            "code": "desk_not_running",
            "card": {"title": f"No desk answers at {desk}; start outcry run or outcry chat."},
        }
