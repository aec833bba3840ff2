"""MCP over standard input and output: a thin client of the desk that runs on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp.server.stdio import stdio_server

from bot.command import Catalogue
from bot.mcp.server import mcp_server
from bot.remote.client import ask_desk


async def serve_stdio(catalogue: Catalogue, desk: str, secret: str) -> None:
    """Serve until the other side closes; `desk` is the running desk's address."""

    async def run(header: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return await ask_desk(desk, header, name, arguments)

    server = mcp_server(catalogue, run, f"Bearer {secret}")
    async with stdio_server() as (source, target):
        await server.run(source, target, server.create_initialization_options())
