"""Uvicorn inside the desk's own loop; the desk decides when it stops."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's, not the server's."""
        yield


async def serve_web(app: ASGIApp, bound: socket.socket, proxies: Sequence[str] = ()) -> None:
    """Serve until cancelled; `proxies` are believed whom they say they speak for."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        forwarded_allow_ips=list(proxies),
    )
    server = _Server(config)
    try:
        await server.serve(sockets=[bound])
    except asyncio.CancelledError:
        server.should_exit = True
        await server.shutdown(sockets=[bound])
        raise
