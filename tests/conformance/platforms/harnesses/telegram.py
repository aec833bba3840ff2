"""Telegram, behind its stand-in."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import ClientSession

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.manifest import TelegramSettings, conversation_of
from bot.layout import JOINER
from bot.ports.platforms import Equipment
from engine.ports.system import Clock
from tests.conformance.platforms.harness import Seen, Trait
from tests.standins.telegram.limits import Limits
from tests.standins.telegram.server import TOKEN, TelegramServer
from tests.standins.telegram.world import Posted

_PEOPLE = {"ann": 101, "bob": 102, "eve": 103}


class TelegramHarness:
    platform = "telegram"
    needs_web = True
    traits = frozenset(Trait)
    webhook = False

    async def open(self, clock: Clock, folder: Path) -> None:
        self.server = TelegramServer(clock, limits=Limits(clock))
        await self.server.open()
        for name, number in _PEOPLE.items():
            self.server.world.person(number, name.title())

    async def close(self) -> None:
        pass

    async def closed(self) -> None:
        await self.server.close()

    def adapter(self, equipment: Equipment, *, token: str = "") -> TelegramAdapter:
        settings = TelegramSettings(
            token=token or TOKEN,
            api=self.server.api,
            files=self.server.file_api,
            poll_seconds=2,
            answer_seconds=2,
            **self._posting(),
        )
        return TelegramAdapter(settings, equipment)

    def _posting(self) -> dict[str, str]:
        if not self.webhook:
            return {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        return {"webhook": f"http://127.0.0.1:{port}/telegram", "listen": f"127.0.0.1:{port}"}

    def sender(self, who: str) -> str:
        return str(_PEOPLE[who])

    def conversation(self, who: str) -> str:
        return conversation_of(_PEOPLE[who])

    async def say(self, who: str, text: str, *, again: int = 0) -> None:
        update = await self.server.say(_PEOPLE[who], text)
        for _ in range(again):
            self.server.bot.updates.append(update)

    async def press(self, who: str, label: str) -> None:
        posted = next(
            message
            for message in reversed(self.server.shown(_PEOPLE[who]))
            if any(button["text"] == label for button in message.buttons)
        )
        await self.server.press(_PEOPLE[who], posted, label)

    async def upload(self, who: str, name: str, content: bytes, caption: str) -> None:
        await self.server.upload(_PEOPLE[who], name, content, caption)

    async def enter(self, who: str, secret: str) -> None:
        def page() -> str:
            words = " ".join(posted.text for posted in self.server.shown(_PEOPLE[who]))
            return "".join(re.findall(r"http://127\.0\.0\.1:\d+/enter/[\w-]+", words)[-1:])

        await self.until(lambda: bool(page()))
        async with ClientSession() as browser:
            async with browser.get(page()) as form:
                assert "<form" in await form.text()
            async with browser.post(page(), data={"secret": secret}) as answer:
                assert answer.status == 200

    def seen(self, who: str) -> Sequence[Seen]:
        return [seen(posted) for posted in self.server.shown(_PEOPLE[who])]

    async def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        await self.server.until(seen, seconds)

    async def break_down(self) -> None:
        self.server.is_down = True

    async def recover(self) -> None:
        self.server.is_down = False

    async def revoke(self) -> None:
        del self.server.world.bots[TOKEN]

    def refusals(self) -> int:
        assert self.server.limits is not None
        return self.server.limits.refused

    def complaints(self) -> list[str]:
        return self.server.unknown


def seen(posted: Posted) -> Seen:
    return Seen(
        text=posted.text.replace(JOINER, ""),
        buttons=tuple(button["text"] for button in posted.buttons),
        files=tuple(posted.files),
        clickable=tuple(posted.clickable()),
    )
