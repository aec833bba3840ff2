"""Where Telegram posts updates, if there is a public address: checked raw, committed, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from telegram import Update

from bot.adapters.telegram.receive import genuine, parsed

_log = structlog.get_logger(__name__)

BODY_BYTES = 262_144

Take = Callable[[Update], Awaitable[bool]]
"""Commits an update; False while the store is away."""


class Webhook:
    """An HTTP server on this machine, behind whatever gives it a public address and TLS."""

    def __init__(self, address: str, secret: str, take: Take) -> None:
        """`address` is host:port."""
        host, _, port = address.rpartition(":")
        self._host, self._port = host or "127.0.0.1", int(port)
        self._secret = secret
        self._take = take
        # Telegram posts side by side; what one person said stays in its order.
        self._turn = asyncio.Lock()

    async def serve(self) -> None:
        """Listen until cancelled."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.router.add_post("/telegram", self._posted)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _posted(self, request: web.Request) -> web.Response:
        """401 for whoever lacks the secret, 400 for no update, 503 while it cannot be kept."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not genuine(headers, self._secret):
            _log.warning("webhook_refused", remote=request.remote)
            return web.Response(status=401)
        try:
            update = parsed(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        if update is None:
            return web.Response(status=400)
        async with self._turn:
            return web.Response(status=200 if await self._take(update) else 503)
