"""People at Discord: they write, run commands, press, choose and fill forms in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from engine.ports.system import Clock
from tests.standins.discord.gateway import Gateway
from tests.standins.discord.world import DM, Json, Posted, Talk, World

Deliver = Callable[[Talk], Awaitable[object]]


class People:
    """Everybody who is not the bot."""

    def __init__(
        self,
        world: World,
        gateway: Gateway,
        clock: Clock,
        token: str,
        note: Callable[[], Awaitable[None]],
    ) -> None:
        self.world = world
        self.files_at = ""
        self.deliver: Deliver | None = None
        """Where interactions are posted, if there is an endpoint."""
        self._gateway = gateway
        self._clock = clock
        self._token = token
        self._note = note

    # -- messages -------------------------------------------------------------------------

    async def say(self, user: int, text: str, channel: int | None = None, **more: Any) -> Json:
        """Somebody writes, in private unless a channel is named; `again` delivers it once more."""
        again = more.pop("again", 0)
        there = channel or self.world.private(user)
        posted = Posted(self.world.number(), there, self.world.users[user], text)
        posted.at = self._clock.now_ms()
        self.world.posted[there].append(posted)
        data = {**self.as_json(posted), **more}
        for _ in range(1 + again):
            await self._gateway.message(self._token, data)
        await self._note()
        return data

    async def upload(self, user: int, name: str, content: bytes, text: str = "") -> Json:
        """Somebody sends a file in private."""
        return await self.say(user, text, attachments=[self.file(name, content)])

    def file(self, name: str, content: bytes, size: int = 0) -> Json:
        """A file as it lies at Discord."""
        number = self.world.number()
        self.world.files[str(number)] = content
        url = f"{self.files_at}{number}"
        return {
            "id": str(number),
            "filename": name,
            "size": size or len(content),
            "url": url,
            "proxy_url": url,
        }

    def as_json(self, posted: Posted) -> Json:
        """A message as the API shows it."""
        channel = self.world.channels[posted.channel]
        me = self.world.bots.get(self._token)
        mentions = [
            each for each in self.world.users.values() if f"<@{each['id']}>" in posted.content
        ]
        if me is not None and f"<@{me.id}>" in posted.content:
            mentions.append(me.as_json())
        replied = self.world.find(posted.channel, posted.reply_to) if posted.reply_to else None
        if me is not None and replied is not None and replied.author["id"] == str(me.id):
            mentions.append(me.as_json())
        message: Json = {
            "id": str(posted.id),
            "type": 19 if posted.reply_to else 0,
            "channel_id": str(posted.channel),
            "author": posted.author,
            "content": posted.content,
            "timestamp": datetime.fromtimestamp(posted.at / 1000, UTC).isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": mentions,
            "mention_roles": [],
            "attachments": [],
            "embeds": posted.embeds,
            "components": posted.components,
            "pinned": False,
            "flags": posted.flags,
        }
        if posted.reply_to:
            message["message_reference"] = {
                "type": 0,
                "message_id": str(posted.reply_to),
                "channel_id": str(posted.channel),
            }
        if posted.nonce:
            message["nonce"] = posted.nonce
        if channel["type"] != DM:
            message["guild_id"] = channel["guild_id"]
            message["member"] = _member()
        return message

    # -- interactions ---------------------------------------------------------------------

    async def run(self, user: int, name: str, channel: int | None = None, **options: Any) -> Talk:
        """Somebody runs a slash command; a file is given as the JSON that `file` makes."""
        files = {value["id"]: value for value in options.values() if isinstance(value, dict)}
        given = [
            {"name": key, "type": 11, "value": value["id"]}
            if isinstance(value, dict)
            else {"name": key, "type": _kind(value), "value": value}
            for key, value in options.items()
        ]
        data: Json = {"id": "77", "name": name, "type": 1, "options": given}
        if files:
            data["resolved"] = {"attachments": files}
        return await self._interact(user, 2, data, channel)

    async def complete(self, user: int, name: str, option: str, typed: str) -> list[str]:
        """Somebody types an argument; gives what is offered."""
        given = [{"name": option, "type": 3, "value": typed, "focused": True}]
        data: Json = {"id": "77", "name": name, "type": 1, "options": given}
        talk = await self._interact(user, 4, data, None)
        await self.answered(talk)
        assert talk.answer is not None
        return [choice["value"] for choice in talk.answer["data"]["choices"]]

    async def press(self, user: int, posted: Posted, label: str) -> Talk:
        """Somebody presses a button, or chooses from a menu."""
        (button,) = [each for each in posted.buttons if each["label"] == label]
        chosen = [button["value"]] if "value" in button else None
        return await self.press_data(user, posted, button["custom_id"], chosen)

    async def press_data(
        self, user: int, posted: Posted, custom_id: str, chosen: list[str] | None = None
    ) -> Talk:
        """Somebody's client sends a button's data, genuine or not."""
        data: Json = {"custom_id": custom_id, "component_type": 3 if chosen else 2}
        if chosen:
            data["values"] = chosen
        message = self.as_json(posted)
        return await self._interact(user, 3, data, posted.channel, message=message)

    async def submit(self, talk: Talk, text: str) -> Talk:
        """Somebody fills in the form that an interaction showed."""
        assert talk.answer is not None
        form = talk.answer["data"]
        rows = [
            {"type": 1, "components": [{"type": 4, "custom_id": each["custom_id"], "value": text}]}
            for row in form["components"]
            for each in row["components"]
        ]
        data = {"custom_id": form["custom_id"], "components": rows}
        more = {"message": talk.payload["message"]} if "message" in talk.payload else {}
        return await self._interact(talk.user, 5, data, talk.channel, **more)

    async def answered(self, talk: Talk, seconds: float = 10) -> None:
        """Wait for the first answer to an interaction."""
        async with asyncio.timeout(seconds):
            while talk.answer is None:
                await asyncio.sleep(0.005)

    async def _interact(
        self, user: int, kind: int, data: Json, channel: int | None, **more: Any
    ) -> Talk:
        there = channel or self.world.private(user)
        number = self.world.number()
        place = self.world.channels[there]
        bot = self.world.bots[self._token]
        payload: Json = {
            "id": str(number),
            "application_id": str(bot.application_id),
            "type": kind,
            "data": data,
            "token": f"talk-{number}",
            "version": 1,
            "channel_id": str(there),
            "channel": place,
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {},
            "attachment_size_limit": 10_485_760,
            "app_permissions": "0",
            **more,
        }
        person = self.world.users[user]
        if place["type"] == DM:
            payload |= {"user": person, "context": 1}
        else:
            member = {**_member(), "user": person, "permissions": "0"}
            payload |= {"member": member, "guild_id": place["guild_id"], "context": 0}
            payload |= {"guild": {"id": place["guild_id"], "locale": "en-US", "features": []}}
        loop = asyncio.get_running_loop()
        talk = Talk(
            number, payload["token"], payload, user, there, loop.time(), self._clock.now_ms()
        )
        self.world.talks[talk.token] = talk
        if self.deliver is not None:
            await self.deliver(talk)
        else:
            await self._gateway.dispatch(self._token, "INTERACTION_CREATE", payload)
        await self._note()
        return talk


def _member() -> Json:
    return {
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def _kind(value: object) -> int:
    return 5 if isinstance(value, bool) else 4 if isinstance(value, int) else 3
