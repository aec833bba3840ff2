"""The wire: every method that the desk uses, and 404 for one it should not.

A method that is not here makes `unknown` true, which fails a test: to python-telegram-bot a 404
looks like a wrong token.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import ClientSession, web

from engine.ports.system import Clock
from tests.standins.telegram.limits import Limits
from tests.standins.telegram.world import Bot, Json, Posted, World

TOKEN = "123456789:AAAA-stand-in-token-for-tests-only-xx"  # noqa: S105
SPOKEN = frozenset(
    {"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "editMessageText"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call: `drop` closes the line once it is done, `status` before it is."""

    drop: bool = False
    status: int = 0
    seconds: float = 0
    retry_after: int = 0


class TelegramServer:
    """One Telegram on loopback; everything of one event loop."""

    def __init__(self, clock: Clock, *, limits: Limits | None = None) -> None:
        self.clock = clock
        self.world = World()
        self.limits = limits
        self.world.bots[TOKEN] = Bot(4242, "outcry_bot")
        self.calls: defaultdict[str, int] = defaultdict(int)
        self.unknown: list[str] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.is_down = False
        self.changed = asyncio.Condition()
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._queries = count(1)
        self.offers: dict[str, list[Json] | None] = {}
        """What was offered for what somebody typed inline, by the query; None while it waits."""
        self.confirmed: dict[int, int] = {}
        """When somebody's last words were said to have arrived (UTC ms), by a higher offset."""

    @property
    def bot(self) -> Bot:
        """The bot of the usual token."""
        return self.world.bots[TOKEN]

    async def open(self, port: int = 0) -> None:
        """Listen on loopback."""
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._called)
        app.router.add_get("/file/bot{token}/{path:.+}", self._downloaded)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def file_api(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    # -- people ---------------------------------------------------------------------------

    async def update(self, again: int = 0, **content: Any) -> Json:
        """One update, perhaps delivered again under its number."""
        update = {"update_id": next(self.bot.numbers), **content}
        if self.bot.webhook:
            for _ in range(1 + again):
                await self._post(update)
        else:
            self.bot.updates.append(update)
            await self.note()
        return update

    async def say(self, person: int, text: str, chat: int | None = None, **more: Any) -> Json:
        """Somebody writes, in private unless a chat is named."""
        again = more.pop("again", 0)
        return await self.update(again, message=self.written(person, text, chat, **more))

    def written(self, person: int, text: str, chat: int | None = None, **more: Any) -> Json:
        sender = self.world.person(person, self.world.chats.get(person, {}).get("first_name", "A"))
        here = self.world.chats[chat if chat is not None else person]
        message: Json = {
            "message_id": self.world.number(),
            "date": self.clock.now_ms() // 1000,
            "chat": here,
            "from": sender,
            **more,
        }
        if text:
            message["caption" if "document" in more or "photo" in more else "text"] = text
        return message

    async def upload(self, person: int, name: str, content: bytes, caption: str = "") -> Json:
        """Somebody sends a document."""
        file_id = f"file{self.world.number()}"
        self.world.files[file_id] = content
        document = {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_name": name,
            "file_size": len(content),
        }
        return await self.say(person, caption, document=document)

    async def press(self, person: int, posted: Posted, label: str) -> Json:
        """Somebody presses a button of a message."""
        (button,) = [b for b in posted.buttons if b["text"] == label]
        return await self.press_data(person, posted, button["callback_data"])

    async def press_data(self, person: int, posted: Posted, data: str) -> Json:
        """Somebody's client sends a button's data, genuine or not."""
        name = self.world.chats[person]["first_name"]
        query = {
            "id": str(next(self._queries)),
            "from": {"id": person, "is_bot": False, "first_name": name},
            "chat_instance": "1",
            "data": data,
            "message": self.world.as_json(posted, self.bot),
        }
        return await self.update(callback_query=query)

    async def type(self, person: int, text: str) -> list[Json]:
        """Somebody types after the bot's name, in whatever chat; gives what is offered there."""
        query = str(next(self._queries))
        self.offers[query] = None
        who = {"id": person, "is_bot": False, "first_name": "A"}
        await self.update(inline_query={"id": query, "from": who, "query": text, "offset": ""})
        await self.until(lambda: self.offers[query] is not None)
        return self.offers[query] or []

    async def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(seen)

    async def note(self) -> None:
        """Something has changed."""
        async with self.changed:
            self.changed.notify_all()

    def shown(self, chat: int) -> Sequence[Posted]:
        """What stands in a chat."""
        return self.world.posted[chat]

    # -- the wire -------------------------------------------------------------------------

    async def _post(self, update: Json) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.bot.secret}
        async with ClientSession() as session:
            for _ in range(50):
                async with session.post(self.bot.webhook, json=update, headers=headers) as answer:
                    if answer.status == 200:
                        return
                await asyncio.sleep(0.05)
        raise AssertionError("the webhook never took the update")

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls[method] += 1
        await self.note()
        if self.is_down:
            return web.Response(status=502, text="Bad Gateway")
        bot = self.world.bots.get(request.match_info["token"])
        if bot is None:
            return _error(401, "Unauthorized")
        fault = self.faults[method].popleft() if self.faults[method] else Fault()
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.status:
            return web.Response(status=fault.status, text="<html>oops</html>")
        if fault.retry_after:
            return _flooded(fault.retry_after)
        handler = getattr(self, f"on_{method}", None)
        if handler is None:
            self.unknown.append(method)
            return _error(404, "Not Found")
        data, files = await _arguments(request)
        if method in SPOKEN and (refusal := self._refusal(int(data["chat_id"]))):
            return refusal
        try:
            result = await handler(bot, data, files)
        except _ApiError as error:
            return _error(error.status, error.text)
        await self.note()
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    def _refusal(self, chat: int) -> web.Response | None:
        if chat in self.world.migrated:
            new = self.world.migrated[chat]
            return _error(400, "Bad Request: group upgraded", {"migrate_to_chat_id": new})
        if chat in self.world.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        if chat not in self.world.chats:
            return _error(400, "Bad Request: chat not found")
        wait = self.limits.wait(chat) if self.limits is not None else 0
        return _flooded(wait) if wait else None

    async def _downloaded(self, request: web.Request) -> web.StreamResponse:
        content = self.world.files.get(request.match_info["path"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    # -- methods --------------------------------------------------------------------------

    async def on_getMe(self, bot: Bot, data: Json, files: Json) -> Json:  # noqa: N802
        return {
            "id": bot.id,
            "is_bot": True,
            "first_name": "Outcry",
            "username": bot.username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }

    async def on_deleteWebhook(self, bot: Bot, data: Json, files: Json) -> bool:  # noqa: N802
        bot.webhook = ""
        return True

    async def on_setWebhook(self, bot: Bot, data: Json, files: Json) -> bool:  # noqa: N802
        bot.webhook, bot.secret = data["url"], data.get("secret_token", "")
        for update in bot.updates:
            await self._post(update)
        bot.updates.clear()
        return True

    async def on_getUpdates(self, bot: Bot, data: Json, files: Json) -> list[Json]:  # noqa: N802
        if bot.webhook:
            raise _ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, limit = int(data.get("offset", 0)), int(data.get("limit", 100))
        wanted = json.loads(data.get("allowed_updates", "[]"))
        for update in bot.updates:
            if update["update_id"] < offset and "message" in update:
                self.confirmed[update["message"]["from"]["id"]] = self.clock.now_ms()
        bot.updates = [u for u in bot.updates if u["update_id"] >= offset]

        def waiting() -> list[Json]:
            return [u for u in bot.updates if not wanted or set(u) & set(wanted)]

        bot.poll += 1
        mine = bot.poll
        await self.note()
        seconds = float(data.get("timeout", 0)) or 0.001
        with suppress(TimeoutError):
            await self.until(lambda: bool(waiting()) or bot.poll != mine, seconds)
        if bot.poll != mine:
            raise _ApiError(409, "Conflict: terminated by other getUpdates request")
        return waiting()[:limit]

    async def on_getMyCommands(self, bot: Bot, data: Json, files: Json) -> list[Json]:  # noqa: N802
        return bot.commands.get(_place(data), [])

    async def on_setMyCommands(self, bot: Bot, data: Json, files: Json) -> bool:  # noqa: N802
        commands = json.loads(data["commands"])
        if len(commands) > 100 or any(len(c["command"]) > 32 for c in commands):
            raise _ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        bot.commands[_place(data)] = commands
        return True

    async def on_answerCallbackQuery(self, bot: Bot, data: Json, files: Json) -> bool:  # noqa: N802
        bot.answered.append(data)
        return True

    async def on_answerInlineQuery(self, bot: Bot, data: Json, files: Json) -> bool:  # noqa: N802
        results = json.loads(data["results"])
        _require(data["inline_query_id"] in self.offers, "query is too old")
        _require(len(results) <= 50 and len({r["id"] for r in results}) == len(results), "RESULTS")
        for each in results:
            content = each.get("input_message_content", {})
            _checked(content.get("message_text", each.get("caption", "")), 4096)
            known = each["type"] == "article" or each["photo_file_id"] in self.world.files
            _require(known, "wrong file identifier")
        self.offers[data["inline_query_id"]] = results
        return True

    async def on_sendMessage(self, bot: Bot, data: Json, files: Json) -> Json:  # noqa: N802
        return self._show(bot, data, data["text"], "entities", 4096)

    async def on_sendPhoto(self, bot: Bot, data: Json, files: Json) -> Json:  # noqa: N802
        ((name, content),) = files.values()
        _require(content.startswith(b"\x89PNG"), "IMAGE_PROCESS_FAILED")
        shown = self._show(
            bot, data, data.get("caption", ""), "caption_entities", 1024, [(name, content)]
        )
        file_id = f"photo-{shown['message_id']}"
        self.world.files[file_id] = content
        size = {"file_id": file_id, "file_unique_id": "p", "width": 1, "height": 1}
        return {**shown, "photo": [size]}

    async def on_sendDocument(self, bot: Bot, data: Json, files: Json) -> Json:  # noqa: N802
        ((name, content),) = files.values()
        shown = self._show(
            bot, data, data.get("caption", ""), "caption_entities", 1024, [(name, content)]
        )
        return {**shown, "document": {"file_id": "d", "file_unique_id": "d", "file_name": name}}

    async def on_sendMediaGroup(self, bot: Bot, data: Json, files: Json) -> list[Json]:  # noqa: N802
        _require(2 <= len(files) <= 10, "wrong number of pictures")
        album = str(self.world.number())
        shown = []
        for name, content in files.values():
            shown.append(self._show(bot, data, "", "caption_entities", 1024, [(name, content)]))
            self.world.posted[int(data["chat_id"])][-1].album = album
        return shown

    async def on_editMessageText(self, bot: Bot, data: Json, files: Json) -> Json:  # noqa: N802
        posted = self.world.find(int(data["chat_id"]), int(data["message_id"]))
        if posted is None:
            raise _ApiError(400, "Bad Request: message to edit not found")
        _checked(data["text"], 4096)
        entities, keyboard = _entities(data, "entities"), _keyboard(data)
        if (posted.text, posted.keyboard) == (data["text"], keyboard):
            raise _ApiError(400, "Bad Request: message is not modified")
        posted.before.append(posted.text)
        posted.text, posted.entities, posted.keyboard = data["text"], entities, keyboard
        return self.world.as_json(posted, bot)

    async def on_deleteMessage(self, bot: Bot, data: Json, files: Json) -> bool:  # noqa: N802
        chat = int(data["chat_id"])
        if self.world.chats[chat]["type"] != "private":
            raise _ApiError(400, "Bad Request: message can't be deleted")
        self.world.erased.add((chat, int(data["message_id"])))
        posted = self.world.find(chat, int(data["message_id"]))
        if posted is not None:
            self.world.posted[chat].remove(posted)
        return True

    async def on_getFile(self, bot: Bot, data: Json, files: Json) -> Json:  # noqa: N802
        file_id = data["file_id"]
        _require(file_id in self.world.files, "invalid file_id")
        return {"file_id": file_id, "file_unique_id": file_id, "file_path": file_id}

    def _show(
        self,
        bot: Bot,
        data: Json,
        text: str,
        entities: str,
        limit: int,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Json:
        _checked(text, limit)
        _require(bool(text.strip()) or bool(files), "message text is empty")
        reply = json.loads(data.get("reply_parameters", "{}"))
        chat = int(data["chat_id"])
        posted = Posted(
            number=self.world.number(),
            chat=chat,
            text=text,
            entities=_entities(data, entities),
            keyboard=_keyboard(data),
            files=list(files),
            topic=int(data["message_thread_id"]) if "message_thread_id" in data else None,
            reply_to=reply.get("message_id"),
            at=self.clock.now_ms(),
            is_silent=data.get("disable_notification") == "true",
        )
        self.world.posted[chat].append(posted)
        return self.world.as_json(posted, bot)


class _ApiError(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


def _require(is_so: bool, text: str) -> None:
    if not is_so:
        raise _ApiError(400, f"Bad Request: {text}")


def _checked(text: str, limit: int) -> None:
    _require(len(text.encode("utf-16-le")) // 2 <= limit, "message is too long")


def _entities(data: Json, name: str) -> list[Json]:
    entities: list[Json] = json.loads(data.get(name, "[]"))
    _require(len(entities) <= 100, "too many entities")
    text = data.get("text", data.get("caption", ""))
    length = len(text.encode("utf-16-le")) // 2
    for entity in entities:
        _require(0 <= entity["offset"] < entity["offset"] + entity["length"] <= length, "entity")
    return entities


def _keyboard(data: Json) -> list[list[Json]]:
    markup = json.loads(data.get("reply_markup", "{}"))
    rows: list[list[Json]] = markup.get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    _require(len(buttons) <= 100 and all(len(row) <= 8 for row in rows), "too many buttons")
    for button in buttons:
        given = button.get("callback_data", "-").encode()
        _require(1 <= len(given) <= 64, "BUTTON_DATA_INVALID")
        _require(bool(button["text"]), "button text is empty")
    return rows


def _place(data: Json) -> tuple[str, str]:
    return json.loads(data["scope"])["type"], data.get("language_code", "")


def _error(status: int, text: str, parameters: Json | None = None) -> web.Response:
    body: Json = {"ok": False, "error_code": status, "description": text}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)


def _flooded(seconds: int) -> web.Response:
    text = f"Too Many Requests: retry after {seconds}"
    return _error(429, text, {"retry_after": seconds})


async def _arguments(request: web.Request) -> tuple[Json, Json]:
    """Fields as text, files as name and content."""
    if request.content_type == "application/json":
        told = await request.json()
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in told.items()}, {}
    fields, files = {}, {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            fields[name] = value
    return fields, files
