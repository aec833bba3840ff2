"""MCP over standard input and output: a thin client of the desk that runs on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from mcp.server.stdio import stdio_server

from bot.command import Catalogue
from bot.mcp.server import mcp_server

_SECONDS = 60


async def serve_stdio(catalogue: Catalogue, desk: str, secret: str) -> None:
    """Serve until the other side closes; `desk` is the running desk's address."""

    async def run(header: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{desk}/v1/commands/{name}"
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
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

    server = mcp_server(catalogue, run, f"Bearer {secret}")
    async with stdio_server() as (source, target):
        await server.run(source, target, server.create_initialization_options())
