"""The gateway: sessions over websockets, resumed where they broke off."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins.discord.world import Json, Session, World

_INTENT_GUILD_MESSAGES, _INTENT_DIRECT_MESSAGES = 1 << 9, 1 << 12


class Gateway:
    """Sessions of every bot; `url` is where they are resumed."""

    def __init__(self, world: World, note: Callable[[], Any]) -> None:
        self.world = world
        self._note = note
        self.url = ""
        self.identified = 0
        self.resumed = 0
        self.is_down = False

    async def connected(self, request: web.Request) -> web.StreamResponse:
        """One websocket, until it closes."""
        if self.is_down:
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 41_250}}))
        session: Session | None = None
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            said = json.loads(frame.data)
            match said["op"]:
                case 1:
                    await socket.send_str(json.dumps({"op": 11}))
                case 2:
                    session = await self._identify(said["d"], socket)
                case 6:
                    session = await self._resume(said["d"], socket)
            await self._note()
            if socket.closed:
                break
        if session is not None and session.socket is socket:
            session.socket = None
        return socket

    async def dispatch(self, token: str, name: str, data: Json, *, intent: int = 0) -> None:
        """Tell every session of a bot, also one that is away for the moment."""
        for session in [each for each in self.world.sessions.values() if each.token == token]:
            if intent and not session.intents & intent:
                continue
            await self._tell(session, name, data)

    async def message(self, token: str, data: Json) -> None:
        """A message appears; without the content where the bot may not read it."""
        is_guild = "guild_id" in data
        intent = _INTENT_GUILD_MESSAGES if is_guild else _INTENT_DIRECT_MESSAGES
        bot = self.world.bots[token]
        me = str(bot.id)
        is_for_it = data["author"]["id"] == me or any(u["id"] == me for u in data["mentions"])
        if is_guild and not is_for_it:
            data = {**data, "content": "", "embeds": [], "attachments": [], "components": []}
        await self.dispatch(token, "MESSAGE_CREATE", data, intent=intent)

    async def hang_up(self, code: int = 4000) -> None:
        """Every connection breaks."""
        for session in self.world.sessions.values():
            if session.socket is not None:
                socket, session.socket = session.socket, None
                await socket.close(code=code)

    async def move_away(self) -> None:
        """Ask everybody to connect again."""
        for session in self.world.sessions.values():
            if session.socket is not None:
                await session.socket.send_str(json.dumps({"op": 7, "d": None}))

    def forget(self) -> None:
        """No session can be resumed any more."""
        self.world.sessions.clear()

    async def _identify(self, data: Json, socket: web.WebSocketResponse) -> Session | None:
        self.identified += 1
        bot = self.world.bots.get(data["token"])
        if bot is None:
            await socket.close(code=4004, message=b"Authentication failed.")
            return None
        session = Session(f"s{self.identified}", data["token"], data["intents"], socket=socket)
        self.world.sessions[session.id] = session
        ready: Json = {
            "v": 10,
            "user": bot.as_json(),
            "guilds": [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "application": {"id": str(bot.application_id), "flags": 0},
            "private_channels": [],
        }
        await self._tell(session, "READY", ready)
        return session

    async def _resume(self, data: Json, socket: web.WebSocketResponse) -> Session | None:
        session = self.world.sessions.get(data["session_id"])
        if session is None or session.token not in self.world.bots:
            await socket.send_str(json.dumps({"op": 9, "d": False}))
            return None
        if data["seq"] > len(session.events):
            await socket.close(code=4007, message=b"Invalid seq")
            return None
        self.resumed += 1
        session.socket = socket
        for event in session.events:
            if event["s"] > data["seq"]:
                await socket.send_str(json.dumps(event))
        await self._tell(session, "RESUMED", {})
        return session

    async def _tell(self, session: Session, name: str, data: Json) -> None:
        event = {"op": 0, "t": name, "s": len(session.events) + 1, "d": data}
        session.events.append(event)
        if session.socket is not None and not session.socket.closed:
            try:
                await session.socket.send_str(json.dumps(event))
            except (ConnectionError, asyncio.CancelledError):
                session.socket = None
