"""The wire: every method that the desk uses, and an error for one it should not.

A method that is not here is noted in `unknown`, which fails a test.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, WSMsgType, web

from engine.ports.system import Clock
from tests.standins.slack.limits import Limits
from tests.standins.slack.world import BOT, ME, TEAM, Json, Posted, World, chat_of, invalid

TOKEN = "xoxb-stand-in-token-for-tests-only"  # noqa: S105
APP_TOKEN = "xapp-stand-in-token-for-tests-only"  # noqa: S105
SECRET = "a signing secret for tests only"  # noqa: S105
_DEADLINE_SECONDS = 3
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call: `drop` closes the line once it is done, `status` before it is."""

    drop: bool = False
    status: int = 0
    retry_after: int = 0
    error: str = ""


@dataclass(slots=True)
class Delivery:
    """Something that waits to be acknowledged; `tries` counts how often it was sent."""

    name: str
    kind: str
    payload: Json
    tries: int = 0
    taken: asyncio.Event = field(default_factory=asyncio.Event)


class SlackServer:
    """One Slack on loopback; everything of one event loop."""

    def __init__(
        self,
        clock: Clock,
        *,
        limits: Limits | None = None,
        haste: float = 1,
        looks: bool = True,
    ) -> None:
        """`haste`: how many times too fast the clock is for what must be answered in 3 s.

        `looks`: whether blocks are looked through, which takes longer than the desk takes.
        """
        self.clock = clock
        self._looks = looks
        self._deadline = _DEADLINE_SECONDS * haste
        self.world = World()
        self.limits = limits
        self.tokens = {TOKEN, APP_TOKEN}
        self.calls: defaultdict[str, int] = defaultdict(int)
        self.unknown: list[str] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.is_down = False
        self.webhook = ""
        """Where it posts; empty to send by websocket."""
        self.refused: list[int] = []
        """Statuses other than 200 that it was answered with."""
        self.answered: list[tuple[str, Json]] = []
        """What came by the addresses of commands."""
        self.changed = asyncio.Condition()
        self.port = 0
        self.links: list[web.WebSocketResponse] = []
        self.opened = 0
        self.acknowledged: dict[str, int] = {}
        """When the last command of each person was acknowledged, in UTC ms."""
        self._triggers: dict[str, int] = {}
        self._uploads: dict[str, tuple[str, bytes]] = {}
        self._runner: web.AppRunner | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._waiting: dict[str, Delivery] = {}

    async def open(self, port: int = 0) -> None:
        """Listen on loopback."""
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/api/{method}", self._called)
        app.router.add_get("/link", self._linked)
        app.router.add_post("/upload/{id}", self._uploaded)
        app.router.add_get("/files/{id}", self._downloaded)
        app.router.add_post("/hooks/{id}", self._hooked)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.address}/api/"

    # -- people ---------------------------------------------------------------------------

    async def say(self, user: str, text: str, again: int = 0, **more: Any) -> None:
        """Somebody writes to the app in private."""
        event = {"type": "message", "channel_type": "im", "channel": chat_of(user), **more}
        await self.event({**event, "user": user, "text": text, "ts": self._ts()}, again)

    async def mention(self, user: str, text: str, channel: str, **more: Any) -> str:
        """Somebody mentions the app in a channel; gives the message's ts."""
        ts = self._ts()
        event = {"type": "app_mention", "channel": channel, "user": user, "ts": ts, **more}
        await self.event({**event, "text": f"<@{ME}> {text}"})
        return ts

    async def event(self, event: Json, again: int = 0, name: str = "") -> None:
        """Something happens, and is perhaps told again."""
        number = name or f"Ev{self.world.number()}"
        body = {"type": "event_callback", "team_id": TEAM, "event_id": number, "event": event}
        for _ in range(1 + again):
            await self._deliver("events_api", body)

    async def command(self, user: str, text: str, channel: str = "", again: int = 0) -> None:
        """Somebody types /outcry."""
        trigger = self._trigger()
        body = {
            "command": "/outcry",
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "user_id": user,
            "user_name": self.world.people.get(user, "somebody"),
            "team_id": TEAM,
            "channel_id": channel or chat_of(user),
            "channel_name": "trading" if channel else "directmessage",
            "trigger_id": trigger,
            "response_url": f"{self.address}/hooks/{self.world.number()}",
        }
        for _ in range(1 + again):
            await self._deliver("slash_commands", body)

    async def upload(self, user: str, name: str, content: bytes, caption: str = "") -> None:
        """Somebody sends a file."""
        file_id = f"F{self.world.number()}"
        self.world.files[file_id] = (name, content)
        url = f"{self.address}/files/{file_id}"
        file = {"id": file_id, "name": name, "size": len(content), "url_private_download": url}
        await self.say(user, caption, subtype="file_share", files=[file])

    async def press(self, user: str, posted: Posted, label: str) -> None:
        """Somebody presses a button of a message."""
        (button,) = [b for b in posted.buttons if b["text"]["text"] == label]
        await self.press_button(user, posted.channel, button)

    async def press_button(self, user: str, channel: str, button: Json, **more: Any) -> None:
        """Somebody's client sends a button back, genuine or not."""
        keys = ("action_id", "block_id", "value", "selected_option")
        action = {"type": button["type"], **{k: button[k] for k in keys if k in button}}
        place = {"channel": {"id": channel}} if channel else {}
        body = {
            "type": "block_actions",
            "user": {"id": user, "username": self.world.people.get(user, "x")},
            "trigger_id": self._trigger(),
            "container": {"type": "message" if channel else "view"},
            "actions": [action],
            **place,
            **more,
        }
        if channel:
            body["response_url"] = f"{self.address}/hooks/{self.world.number()}"
        await self._deliver("interactive", body)

    async def submit(self, user: str, values: Json | None = None, value: str = "") -> None:
        """Somebody fills in the modal in front and sends it."""
        view = self.world.views.pop()
        state = values or {
            block["block_id"]: {block["element"]["action_id"]: {"value": value}}
            for block in view["blocks"]
            if block["type"] == "input"
        }
        body = {
            "type": "view_submission",
            "user": {"id": user},
            "view": {**view, "state": {"values": state}},
        }
        await self._deliver("interactive", body)

    async def shortcut(self, user: str, name: str) -> None:
        """Somebody picks a shortcut of the app."""
        person = {"id": user, "username": self.world.people.get(user, "x")}
        body = {"type": "shortcut", "callback_id": name, "user": person}
        await self._deliver("interactive", {**body, "trigger_id": self._trigger()})

    async def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(seen)

    async def note(self) -> None:
        """Something has changed."""
        async with self.changed:
            self.changed.notify_all()

    def shown(self, user: str) -> Sequence[Posted]:
        """What stands in somebody's private chat."""
        return self.world.posted[chat_of(user)]

    # -- to the app -----------------------------------------------------------------------

    async def _deliver(self, kind: str, body: Json) -> None:
        """Send it until it is acknowledged, in its turn."""
        delivery = Delivery(f"env-{self.world.number()}", kind, body)
        if self.webhook:
            await self._post(delivery)
            return
        self._waiting[delivery.name] = delivery
        task = asyncio.ensure_future(self._pushed(delivery))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _pushed(self, delivery: Delivery) -> None:
        while delivery.tries < _TRIES:
            await self.until(lambda: bool(self.links) and not self.is_down, 300)
            delivery.tries += 1
            envelope = {
                "envelope_id": delivery.name,
                "type": delivery.kind,
                "accepts_response_payload": True,
                "payload": delivery.payload,
            }
            with suppress(ConnectionError, IndexError):
                await self.links[-1].send_json(envelope)
            late = asyncio.ensure_future(self.clock.sleep(self._deadline))
            taken = asyncio.ensure_future(delivery.taken.wait())
            await asyncio.wait((late, taken), return_when=asyncio.FIRST_COMPLETED)
            late.cancel()
            taken.cancel()
            if delivery.taken.is_set():
                return

    async def _post(self, delivery: Delivery) -> None:
        raw, kind = json.dumps(delivery.payload), "application/json"
        if delivery.kind == "slash_commands":
            raw, kind = urlencode(delivery.payload), "application/x-www-form-urlencoded"
        elif delivery.kind == "interactive":
            raw, kind = urlencode({"payload": raw}), "application/x-www-form-urlencoded"
        async with ClientSession() as session:
            for number in range(_TRIES):
                headers = {"Content-Type": kind, **self.signed(raw.encode())}
                if number:
                    headers |= {"X-Slack-Retry-Num": str(number)}
                with suppress(ClientError):
                    async with session.post(self.webhook, data=raw, headers=headers) as answer:
                        if answer.status == 200:
                            return
                        self.refused.append(answer.status)
                await asyncio.sleep(0.05)
        raise AssertionError("the app never took it")

    def signed(self, body: bytes, secret: str = SECRET, age: int = 0) -> dict[str, str]:
        """The headers of a request that Slack signed so many seconds ago."""
        time = str(self.clock.now_ms() // 1_000 - age)
        mark = hmac.new(secret.encode(), f"v0:{time}:".encode() + body, hashlib.sha256)
        return {
            "X-Slack-Request-Timestamp": time,
            "X-Slack-Signature": f"v0={mark.hexdigest()}",
        }

    async def refresh(self) -> None:
        """Slack asks its connections to be made anew."""
        for link in list(self.links):
            await link.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def cut(self) -> None:
        """All connections end."""
        links, self.links = self.links, []
        for link in links:
            await link.close()
        await self.note()

    async def _linked(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=502)
        link = web.WebSocketResponse(autoping=True)
        await link.prepare(request)
        self.links.append(link)
        self.opened += 1
        await link.send_json({"type": "hello", "num_connections": len(self.links)})
        await self.note()
        try:
            async for message in link:
                if message.type is WSMsgType.TEXT:
                    told = json.loads(message.data)
                    delivery = self._waiting.pop(told.get("envelope_id", ""), None)
                    if delivery is not None:
                        delivery.taken.set()
                        user = delivery.payload.get("user_id", "")
                        self.acknowledged[user] = self.clock.now_ms()
                    await self.note()
        finally:
            if link in self.links:
                self.links.remove(link)
            await self.note()
        return link

    def _trigger(self) -> str:
        trigger = f"{self.world.number()}.trigger"
        self._triggers[trigger] = self.clock.now_ms()
        return trigger

    def _ts(self) -> str:
        return f"{self.clock.now_ms() // 1_000}.{self.world.number():06d}"

    # -- from the app ---------------------------------------------------------------------

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls[method] += 1
        await self.note()
        if self.is_down:
            return web.Response(status=502, text="Bad Gateway", content_type="text/html")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return _error("invalid_auth")
        fault = self.faults[method].popleft() if self.faults[method] else Fault()
        if fault.status:
            return web.Response(status=fault.status, text="<html>oops</html>")
        if fault.error:
            return _error(fault.error)
        if fault.retry_after:
            return _flooded(fault.retry_after)
        handler = getattr(self, f"on_{method.replace('.', '_')}", None)
        if handler is None:
            self.unknown.append(method)
            return _error("unknown_method")
        try:
            result = await handler(await _arguments(request))
        except _ApiError as error:
            return _error(error.code) if not error.seconds else _flooded(error.seconds)
        await self.note()
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, **result})

    async def _uploaded(self, request: web.Request) -> web.Response:
        name, _ = self._uploads[request.match_info["id"]]
        self._uploads[request.match_info["id"]] = (name, await request.read())
        return web.Response(text="OK")

    async def _downloaded(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(text="<html>log in</html>", content_type="text/html")
        _, content = self.world.files[request.match_info["id"]]
        return web.Response(body=content, content_type="application/octet-stream")

    async def _hooked(self, request: web.Request) -> web.Response:
        body = await request.json()
        _require(not invalid(body["blocks"]), "invalid_blocks")
        self.answered.append((request.match_info["id"], body))
        await self.note()
        return web.Response(text="ok")

    # -- methods --------------------------------------------------------------------------

    async def on_auth_test(self, data: Json) -> Json:
        return {"user_id": ME, "bot_id": BOT, "team_id": TEAM, "user": "outcry", "team": "Desk"}

    async def on_apps_connections_open(self, data: Json) -> Json:
        return {"url": f"ws://127.0.0.1:{self.port}/link"}

    async def on_users_info(self, data: Json) -> Json:
        _require(data["user"] in self.world.people, "user_not_found")
        name = self.world.people[data["user"]]
        return {"user": {"id": data["user"], "name": name, "profile": {"display_name": name}}}

    async def on_conversations_open(self, data: Json) -> Json:
        _require(data["users"] in self.world.people, "user_not_found")
        return {"channel": {"id": chat_of(data["users"])}}

    async def on_chat_postMessage(self, data: Json) -> Json:  # noqa: N802
        channel = self._channel(data["channel"])
        posted = Posted(
            channel,
            self._ts(),
            data["text"],
            self._blocks(data),
            thread=data.get("thread_ts", ""),
            metadata=_json(data.get("metadata", "{}")),
            at=self.clock.now_ms(),
        )
        self.world.posted[channel].append(posted)
        return {"channel": channel, "ts": posted.ts}

    async def on_chat_postEphemeral(self, data: Json) -> Json:  # noqa: N802
        channel = self._channel(data["channel"], is_counted=False)
        _require(not channel.startswith("D"), "channel_not_found")
        posted = Posted(
            channel,
            self._ts(),
            data["text"],
            self._blocks(data),
            thread=data.get("thread_ts", ""),
            user=data["user"],
            at=self.clock.now_ms(),
        )
        self.world.posted[channel].append(posted)
        return {"message_ts": posted.ts}

    async def on_chat_update(self, data: Json) -> Json:
        posted = self.world.find(data["channel"], data["ts"])
        _require(posted is not None, "message_not_found")
        assert posted is not None
        posted.before.append(posted.shown)
        posted.text, posted.blocks = data["text"], self._blocks(data)
        if "metadata" in data:
            posted.metadata = _json(data["metadata"])
        return {"channel": posted.channel, "ts": posted.ts}

    async def on_chat_delete(self, data: Json) -> Json:
        posted = self.world.find(data["channel"], data["ts"])
        _require(posted is not None, "message_not_found")
        assert posted is not None
        self.world.posted[posted.channel].remove(posted)
        return {"channel": posted.channel, "ts": posted.ts}

    async def on_conversations_history(self, data: Json) -> Json:
        return self._past(data, "")

    async def on_conversations_replies(self, data: Json) -> Json:
        return self._past(data, data["ts"])

    async def on_files_getUploadURLExternal(self, data: Json) -> Json:  # noqa: N802
        file_id = f"F{self.world.number()}"
        self._uploads[file_id] = (data["filename"], b"?" * int(data["length"]))
        return {"upload_url": f"{self.address}/upload/{file_id}", "file_id": file_id}

    async def on_files_completeUploadExternal(self, data: Json) -> Json:  # noqa: N802
        channel = self._channel(data["channel_id"])
        _require(channel[0] in "CD", "channel_not_found")
        files = _json(data["files"])
        blocks = self._blocks(data) if "blocks" in data else []
        _require(all(block["type"] in {"rich_text", "section"} for block in blocks), "blocks")
        posted = Posted(
            channel,
            self._ts(),
            "",
            blocks,
            [self._uploads.pop(file["id"]) for file in files],
            thread=data.get("thread_ts", ""),
            at=self.clock.now_ms(),
        )
        self.world.posted[channel].append(posted)
        return {"files": files}

    async def on_views_open(self, data: Json) -> Json:
        at = self._triggers.pop(data["trigger_id"], None)
        _require(at is not None, "exchanged_trigger_id")
        assert at is not None
        _require(self.clock.now_ms() - at <= self._deadline * 1_000, "expired_trigger_id")
        view = {**_view(data), "id": f"V{self.world.number()}", "hash": "h"}
        self.world.views.append(view)
        return {"view": view}

    async def on_views_update(self, data: Json) -> Json:
        view = {**_view(data), "id": data["view_id"], "hash": "h2"}
        self.world.views[-1] = view
        return {"view": view}

    async def on_views_publish(self, data: Json) -> Json:
        self.world.homes[data["user_id"]] = _view(data)
        return {}

    def _channel(self, name: str, *, is_counted: bool = True) -> str:
        channel = chat_of(name) if name.startswith("U") else name
        _require(channel in self.world.channels, "channel_not_found")
        _require(channel not in self.world.strange, "not_in_channel")
        _require(channel not in self.world.deaf, "cannot_dm_bot")
        wait = self.limits.wait(channel) if self.limits is not None and is_counted else 0
        if wait:
            raise _ApiError("ratelimited", wait)
        return channel

    def _blocks(self, data: Json) -> list[Json]:
        blocks: list[Json] = _json(data.get("blocks", "[]"))
        reason = invalid(blocks) if self._looks else ""
        if reason:
            self.unknown.append(reason)
        _require(not reason, reason.partition(":")[0])
        _require(0 < len(data.get("text", "-")) <= 40_000, "no_text")
        return blocks

    def _past(self, data: Json, thread: str) -> Json:
        oldest = float(data.get("oldest", 0))
        found = [
            {"type": "message", "ts": m.ts, "metadata": m.metadata, "blocks": m.blocks}
            for m in reversed(self.world.posted[data["channel"]])
            if float(m.ts) >= oldest and not m.user and m.thread == thread
        ]
        start = int(data.get("cursor") or 0)
        page = found[start : start + int(data.get("limit", 100))]
        further = str(start + len(page)) if start + len(page) < len(found) else ""
        return {"messages": page, "response_metadata": {"next_cursor": further}}


class _ApiError(Exception):
    def __init__(self, code: str, seconds: int = 0) -> None:
        super().__init__(code)
        self.code, self.seconds = code, seconds


def _require(is_so: bool, code: str) -> None:
    if not is_so:
        raise _ApiError(code)


def _view(data: Json) -> Json:
    view: Json = _json(data["view"])
    reason = invalid(view["blocks"], 100)
    _require(not reason, reason)
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            _require(len(view.get(name, {"text": "-"})["text"]) <= 24, "invalid_arguments")
    return view


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _error(code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code})


def _flooded(seconds: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


async def _arguments(request: web.Request) -> Json:
    """Of the address and of the body, whichever way the client says them."""
    data: Json = dict(request.query)
    if request.content_type == "application/json":
        data |= await request.json()
    else:
        data |= dict(await request.post())
    return data
