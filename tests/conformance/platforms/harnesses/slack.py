"""Slack, behind its stand-in, by websocket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.adapters.slack.adapter import SlackAdapter
from bot.adapters.slack.manifest import Place, SlackSettings
from bot.layout import JOINER
from bot.ports.platforms import Equipment
from engine.ports.system import Clock
from tests.conformance.platforms.harness import Seen, Trait
from tests.standins.slack.limits import Limits
from tests.standins.slack.server import APP_TOKEN, SECRET, TOKEN, SlackServer
from tests.standins.slack.world import Posted

_PEOPLE = {"ann": "U101", "bob": "U102", "eve": "U103"}


class SlackHarness:
    platform = "slack"
    needs_web = False
    traits = frozenset(Trait)
    by_http = False

    async def open(self, clock: Clock, folder: Path) -> None:
        self.server = SlackServer(clock, limits=Limits(clock), haste=25)
        await self.server.open()
        for name, user in _PEOPLE.items():
            self.server.world.person(user, name.title())

    async def close(self) -> None:
        pass

    async def closed(self) -> None:
        await self.server.close()

    def adapter(self, equipment: Equipment, *, token: str = "") -> SlackAdapter:
        settings = SlackSettings(
            token=token or TOKEN,
            app_token="" if self.by_http else APP_TOKEN,
            signing_secret=SECRET if self.by_http else "",
            api=self.server.api,
            files=f"{self.server.address}/files/",
            hooks=f"{self.server.address}/hooks/",
            answer_seconds=2,
            ping_seconds=2,
            trigger_seconds=60,
        )
        self.made = SlackAdapter(settings, equipment)
        return self.made

    def sender(self, who: str) -> str:
        return _PEOPLE[who]

    def conversation(self, who: str) -> str:
        return Place(user=_PEOPLE[who]).conversation

    async def say(self, who: str, text: str, *, again: int = 0) -> None:
        user = _PEOPLE[who]
        if text.startswith("/"):
            await self.server.command(user, text.removeprefix("/"), again=again)
        else:
            await self.server.say(user, text, again=again)

    async def press(self, who: str, label: str) -> None:
        posted = next(
            message
            for message in reversed(self.server.shown(_PEOPLE[who]))
            if any(button["text"]["text"] == label for button in message.buttons)
        )
        await self.server.press(_PEOPLE[who], posted, label)

    async def upload(self, who: str, name: str, content: bytes, caption: str) -> None:
        await self.server.upload(_PEOPLE[who], name, content, caption)

    async def enter(self, who: str, secret: str) -> None:
        await self.server.until(lambda: bool(self.server.world.views), 60)
        await self.server.submit(_PEOPLE[who], value=secret)

    def seen(self, who: str) -> Sequence[Seen]:
        return [seen(posted) for posted in self.server.shown(_PEOPLE[who])]

    async def until(self, seen: Callable[[], bool], seconds: float = 60) -> None:
        await self.server.until(seen, seconds)

    async def break_down(self) -> None:
        self.server.is_down = True
        await self.server.cut()

    async def recover(self) -> None:
        self.server.is_down = False
        await self.server.note()

    async def revoke(self) -> None:
        self.server.tokens.clear()
        await self.server.cut()

    def refusals(self) -> int:
        assert self.server.limits is not None
        return self.server.limits.refused

    def complaints(self) -> list[str]:
        return self.server.unknown


def seen(posted: Posted) -> Seen:
    return Seen(
        text=posted.shown.replace(JOINER, ""),
        buttons=tuple(button["text"]["text"] for button in posted.buttons),
        files=tuple(posted.files),
        clickable=tuple(posted.clickable()),
    )
