"""MCP over streamable HTTP, inside the desk's web server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from bot.command import Catalogue
from bot.errors import BotError
from bot.mcp.server import mcp_server
from bot.remote.door import RemoteDoor
from bot.remote.replies import of_error, of_result
from bot.voice import Voice
from engine.errors import EngineError

_REFUSED = b'{"error": "a bearer token is needed"}'


class McpEndpoint:
    """An ASGI application; `running` must be entered before it is asked."""

    def __init__(self, catalogue: Catalogue, door: RemoteDoor) -> None:
        self._door = door
        server = mcp_server(catalogue, self._run)
        # Each request stands alone: nothing is lost when the desk starts anew.
        self._manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """For as long as the server serves."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that bears a token."""
        headers = {name.lower(): value for name, value in scope.get("headers", ())}
        try:
            self._door.token(headers.get(b"authorization", b"").decode("latin-1"))
        except BotError:
            await send(
                {
                    "type": "http.response.start",
                    "status": 401,
                    "headers": [
                        (b"content-type", b"application/json"),
                        (b"www-authenticate", b"Bearer"),
                    ],
                }
            )
            await send({"type": "http.response.body", "body": _REFUSED})
            return
        await self._manager.handle_request(scope, receive, send)

    async def _run(self, header: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            token = self._door.token(header)
            return of_result(await self._door.run(token, name, arguments))
        except (BotError, EngineError) as error:
            return of_error(error, Voice())
