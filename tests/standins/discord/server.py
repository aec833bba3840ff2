"""The wire: every call that the desk makes, and 404 for one it should not.

A route that is not here goes on the list of `unknown`, which fails a test.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, web

from engine.ports.system import Clock
from tests.standins.discord import checks
from tests.standins.discord.checks import Refused
from tests.standins.discord.gateway import Gateway
from tests.standins.discord.limits import Limits
from tests.standins.discord.people import People
from tests.standins.discord.world import (
    DM,
    EPHEMERAL,
    LOADING,
    SENDABLE,
    Bot,
    Json,
    Posted,
    Talk,
    World,
)

TOKEN = "OTk5.stand-in.token-for-tests-only"  # noqa: S105
TALK_SECONDS = 3.0
TALK_MS = 15 * 60_000
NONCE_MS = 3 * 60_000
_ROUTES = (
    ("GET", r"/users/@me", "me"),
    ("GET", r"/oauth2/applications/@me", "application"),
    ("GET", r"/applications/(\d+)/commands", "get_commands"),
    ("PUT", r"/applications/(\d+)/commands", "put_commands"),
    ("POST", r"/users/@me/channels", "open_private"),
    ("POST", r"/channels/(\d+)/messages", "send"),
    ("PATCH", r"/channels/(\d+)/messages/(\d+)", "edit"),
    ("DELETE", r"/channels/(\d+)/messages/(\d+)", "erase"),
    ("POST", r"/interactions/(\d+)/([^/]+)/callback", "callback"),
    ("PATCH", r"/webhooks/(\d+)/([^/]+)/messages/@original", "edit_original"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call: `drop` closes the line once it is done, `status` before it is."""

    drop: bool = False
    status: int = 0
    retry_after: float = 0
    seconds: float = 0
    is_banned: bool = False
    """Refused in front of the API: no `Via` header."""


class DiscordServer:
    """One Discord on loopback; everything of one event loop."""

    def __init__(self, clock: Clock, *, limits: Limits | None = None) -> None:
        self.clock = clock
        self.world = World(clock)
        self.world.bots[TOKEN] = Bot(4242, "outcry")
        self.limits = limits
        self.calls: defaultdict[str, int] = defaultdict(int)
        self.unknown: list[str] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.is_down = False
        self.changed = asyncio.Condition()
        self.gateway = Gateway(self.world, self.note)
        self.people = People(self.world, self.gateway, clock, TOKEN, self.note)
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def bot(self) -> Bot:
        """The bot of the usual token."""
        return self.world.bots[TOKEN]

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    async def open(self) -> None:
        """Listen on loopback."""
        app = web.Application(client_max_size=60_000_000)
        app.router.add_get("/gw/", self.gateway.connected)
        app.router.add_get("/cdn/{name}", self._downloaded)
        app.router.add_route("*", "/api/v10{path:.*}", self._called)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gw/"
        self.people.files_at = f"http://127.0.0.1:{self.port}/cdn/"

    async def close(self) -> None:
        """Stop listening."""
        await self.gateway.hang_up(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    async def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(seen)

    async def note(self) -> None:
        """Something has changed."""
        async with self.changed:
            self.changed.notify_all()

    async def break_down(self) -> None:
        """It answers nobody."""
        self.is_down = self.gateway.is_down = True
        await self.gateway.hang_up()

    def recover(self) -> None:
        """It does again."""
        self.is_down = self.gateway.is_down = False

    async def revoke(self) -> None:
        """The token is worth nothing any more."""
        del self.world.bots[TOKEN]
        await self.gateway.hang_up(4004)

    def post_to(self, url: str) -> None:
        """Interactions are posted there from now on, and not told over the gateway."""

        async def deliver(talk: Talk) -> None:
            status, body = await self.post(url, json.dumps(talk.payload).encode())
            if status == 200:
                self.answered(talk, json.loads(body))

        self.people.deliver = deliver

    async def post(self, url: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        """One request, signed now by the bot's own key unless the headers say otherwise."""
        moment = str(self.clock.now_ms() // 1_000)
        signed = {
            "X-Signature-Timestamp": moment,
            "X-Signature-Ed25519": self.bot.key.sign(moment.encode() + body).hex(),
        }
        async with (
            ClientSession() as session,
            session.post(url, data=body, headers={**signed, **headers}) as got,
        ):
            return got.status, await got.read()

    # -- the wire -------------------------------------------------------------------------

    async def _downloaded(self, request: web.Request) -> web.StreamResponse:
        content = self.world.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _called(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        name, arguments = _routed(request.method, path)
        self.calls[name or path] += 1
        await self.note()
        if self.is_down:
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if not name:
            self.unknown.append(f"{request.method} {path}")
            return _error(404, 0, "404: Not Found")
        token = request.headers.get("Authorization", "").removeprefix("Bot ")
        if token not in self.world.bots:
            return _error(401, 0, "401: Unauthorized")
        fault = self.faults[name].popleft() if self.faults[name] else Fault()
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.status:
            return web.Response(status=fault.status, text="<html>oops</html>")
        if fault.retry_after:
            return _flooded(fault.retry_after, is_banned=fault.is_banned)
        return await self._answered(request, name, arguments, fault)

    async def _answered(
        self, request: web.Request, name: str, arguments: Sequence[str], fault: Fault
    ) -> web.StreamResponse:
        token = request.headers["Authorization"].removeprefix("Bot ")
        data, files = await _body(request)
        headers = {}
        if name == "send" and self.limits is not None:
            verdict = self.limits.take(int(arguments[0]))
            if verdict.retry_after:
                return _flooded(verdict.retry_after, is_global=verdict.is_global)
            headers = {
                "X-RateLimit-Limit": "5",
                "X-RateLimit-Remaining": str(verdict.remaining),
                "X-RateLimit-Reset-After": f"{verdict.reset_after:.3f}",
                "X-RateLimit-Bucket": "messages",
            }
        handler: Callable[..., Awaitable[Any]] = getattr(self, f"on_{name}")
        try:
            result = await handler(self.world.bots[token], data, files, *arguments)
        except Refused as refused:
            return _error(refused.status, refused.code, refused.text)
        await self.note()
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
        return _json(200, result, headers)

    # -- calls ----------------------------------------------------------------------------

    async def on_me(self, bot: Bot, data: Json, files: Any) -> Json:
        return bot.as_json()

    async def on_application(self, bot: Bot, data: Json, files: Any) -> Json:
        return {
            "id": str(bot.application_id),
            "name": "Outcry",
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": bot.key.public_key().public_bytes_raw().hex(),
            "owner": bot.as_json(),
            "flags": 0,
            "team": None,
        }

    async def on_get_commands(self, bot: Bot, data: Json, files: Any, app: str) -> list[Json]:
        return bot.commands

    async def on_put_commands(self, bot: Bot, data: list[Json], files: Any, app: str) -> list[Json]:
        checks.commands(data)
        bot.commands = [
            {
                **entry,
                "id": str(self.world.number()),
                "application_id": app,
                "version": "1",
                "nsfw": False,
                "default_member_permissions": None,
            }
            for entry in data
        ]
        return bot.commands

    async def on_open_private(self, bot: Bot, data: Json, files: Any) -> Json:
        user = int(data["recipient_id"])
        if user not in self.world.users:
            raise Refused(400, 50033, "Invalid Recipient(s)")
        return self.world.channels[self.world.private(user)]

    async def on_send(
        self, bot: Bot, data: Json, files: list[tuple[str, bytes]], channel: str
    ) -> Json:
        number = int(channel)
        there = self.world.channels.get(number)
        if there is None:
            raise Refused(404, 10003, "Unknown Channel")
        if there["type"] == DM and int(there["recipients"][0]["id"]) in self.world.closed_to_bots:
            raise Refused(403, 50007, "Cannot send messages to this user")
        known = self.world.nonces.get(str(data.get("nonce") or ""))
        if data.get("enforce_nonce") and known and known.at > self.clock.now_ms() - NONCE_MS:
            return self.people.as_json(known)
        checks.message(data, files)
        reply = (data.get("message_reference") or {}).get("message_id")
        posted = self._posted(bot, data, files, number)
        posted.reply_to = int(reply) if reply else None
        posted.flags = int(data.get("flags") or 0)
        if posted.flags & ~SENDABLE:
            raise Refused(400, 50035, "Invalid Form Body")
        posted.nonce = str(data.get("nonce") or "")
        if posted.nonce:
            self.world.nonces[posted.nonce] = posted
        self.world.posted[number].append(posted)
        await self.gateway.message(TOKEN, self.people.as_json(posted))
        return self.people.as_json(posted)

    async def on_edit(
        self, bot: Bot, data: Json, files: list[tuple[str, bytes]], channel: str, number: str
    ) -> Json:
        posted = self.world.find(int(channel), int(number))
        if posted is None or posted.only_for is not None:
            raise Refused(404, 10008, "Unknown Message")
        return self._changed(posted, data, files)

    async def on_erase(self, bot: Bot, data: Json, files: Any, channel: str, number: str) -> Json:
        posted = self.world.find(int(channel), int(number))
        if posted is None or posted.author != bot.as_json():
            raise Refused(404, 10008, "Unknown Message")
        self.world.posted[int(channel)].remove(posted)
        return {}

    async def on_callback(self, bot: Bot, data: Json, files: Any, number: str, token: str) -> Json:
        talk = self.world.talks.get(token)
        late = asyncio.get_running_loop().time() - talk.began > TALK_SECONDS if talk else True
        if talk is None or late:
            raise Refused(404, 10062, "Unknown interaction")
        if talk.answer is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        self.answered(talk, data, files)
        told: Json = {"id": number, "type": talk.payload["type"]}
        if talk.original is None:
            return {"interaction": told}
        told["response_message_id"] = str(talk.original.id)
        shown = {"type": data["type"], "message": self.people.as_json(talk.original)}
        return {"interaction": told, "resource": shown}

    def answered(self, talk: Talk, data: Json, files: Any = ()) -> None:
        """The first answer to an interaction, by a call or in the body of an HTTP reply."""
        inner = data.get("data") or {}
        match data["type"]:
            case 4:
                checks.message(inner, files)
                talk.original = self._posted(self.bot, inner, files, talk.channel)
                talk.original.flags = int(inner.get("flags", 0))
                if talk.original.flags & ~EPHEMERAL:
                    raise Refused(400, 50035, "Invalid Form Body: flags")
                if talk.original.flags & EPHEMERAL:
                    talk.original.only_for = talk.user
                self.world.posted[talk.channel].append(talk.original)
            case 5:
                talk.original = self._posted(self.bot, {}, [], talk.channel)
                talk.original.flags = LOADING | int(inner.get("flags", 0))
                if talk.original.flags & EPHEMERAL:
                    talk.original.only_for = talk.user
                self.world.posted[talk.channel].append(talk.original)
            case 6 if talk.payload["type"] in {3, 5} and "message" in talk.payload:
                pass
            case 8 if talk.payload["type"] == 4:
                choices = inner["choices"]
                if len(choices) > 25 or any(len(each["value"]) > 100 for each in choices):
                    raise Refused(400, 50035, "Invalid Form Body: choices")
            case 9 if talk.payload["type"] in {2, 3}:
                checks.modal(inner)
            case _:
                raise Refused(400, 50035, "Invalid Form Body: type")
        talk.answer, talk.answered_at = data, self.clock.now_ms()

    async def on_edit_original(
        self, bot: Bot, data: Json, files: list[tuple[str, bytes]], app: str, token: str
    ) -> Json:
        talk = self.world.talks.get(token)
        if talk is None or talk.original is None or self.clock.now_ms() - talk.at > TALK_MS:
            raise Refused(404, 10015, "Unknown Webhook")
        return self._changed(talk.original, data, files)

    def _posted(self, bot: Bot, data: Json, files: list[tuple[str, bytes]], channel: int) -> Posted:
        if data and data.get("allowed_mentions", {}).get("parse") != []:
            self.unknown.append("a message that may call somebody")
        return Posted(
            id=self.world.number(),
            channel=channel,
            author=bot.as_json(),
            content=data.get("content") or "",
            embeds=data.get("embeds") or [],
            components=data.get("components") or [],
            files=list(files),
            at=self.clock.now_ms(),
        )

    def _changed(self, posted: Posted, data: Json, files: list[tuple[str, bytes]]) -> Json:
        checks.message(data, files)
        if not posted.is_loading:
            posted.before.append(posted.text)
        posted.flags &= ~LOADING
        posted.content = data.get("content") or ""
        posted.embeds = data.get("embeds") or []
        posted.components = data.get("components") or []
        posted.files = list(files)
        posted.at = self.clock.now_ms()
        return self.people.as_json(posted)


def _routed(method: str, path: str) -> tuple[str, Sequence[str]]:
    for verb, pattern, name in _ROUTES:
        found = re.fullmatch(pattern, path)
        if verb == method and found:
            return name, found.groups()
    return "", ()


def _json(status: int, data: object, headers: Json | None = None) -> web.Response:
    # The library takes a charset beside the type for a body that is no JSON.
    body = json.dumps(data).encode()
    return web.Response(
        status=status,
        body=body,
        headers={"Content-Type": "application/json", "Via": "1.1 google", **(headers or {})},
    )


def _error(status: int, code: int, text: str) -> web.Response:
    return _json(status, {"code": code, "message": text})


def _flooded(seconds: float, *, is_global: bool = False, is_banned: bool = False) -> web.Response:
    if is_banned:
        return web.Response(
            status=429, text="error code: 1015", headers={"Retry-After": str(int(seconds))}
        )
    text = "You are being rate limited."
    return _json(429, {"message": text, "retry_after": seconds, "global": is_global})


async def _body(request: web.Request) -> tuple[Any, list[tuple[str, bytes]]]:
    """What was sent, and its files in their order."""
    if request.content_type == "multipart/form-data":
        fields = await request.post()
        files = [
            (value.filename, value.file.read())
            for value in fields.values()
            if isinstance(value, web.FileField)
        ]
        return json.loads(str(fields["payload_json"])), files
    with suppress(json.JSONDecodeError):
        return json.loads(await request.text() or "{}"), []
    raise Refused(400, 50109, "The request body contains invalid JSON.")
