"""Discord, behind its stand-in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.adapters.discord.adapter import DiscordAdapter
from bot.adapters.discord.manifest import DiscordSettings, Place
from bot.layout import JOINER
from bot.ports.platforms import Equipment
from engine.ports.system import Clock
from tests.conformance.platforms.harness import Seen, Trait
from tests.standins.clock import HurriedClock
from tests.standins.discord.limits import Limits
from tests.standins.discord.server import TOKEN, DiscordServer
from tests.standins.discord.world import Posted

PEOPLE = {"ann": 101, "bob": 102, "eve": 103}


class DiscordHarness:
    platform = "discord"
    needs_web = False
    traits = frozenset(Trait)

    async def open(self, clock: Clock, folder: Path) -> None:
        speed = clock.speed if isinstance(clock, HurriedClock) else 1
        self.server = DiscordServer(clock, limits=Limits(clock, speed))
        await self.server.open()
        for name, number in PEOPLE.items():
            self.server.world.person(number, name.title())

    async def close(self) -> None:
        pass

    async def closed(self) -> None:
        await self.server.close()

    def adapter(self, equipment: Equipment, *, token: str = "") -> DiscordAdapter:
        settings = DiscordSettings(
            token or TOKEN,
            api=self.server.api,
            gateway=self.server.gateway.url,
            answer_seconds=5,
        )
        return DiscordAdapter(settings, equipment)

    def sender(self, who: str) -> str:
        return str(PEOPLE[who])

    def conversation(self, who: str) -> str:
        return Place(user=PEOPLE[who]).conversation

    async def say(self, who: str, text: str, *, again: int = 0) -> None:
        await self.there()
        await self.server.people.say(PEOPLE[who], text, again=again)

    async def there(self) -> None:
        """Wait until the bot has come: before its first session, nobody hears what is said."""
        await self.server.until(lambda: bool(self.server.world.sessions))

    async def press(self, who: str, label: str) -> None:
        posted = next(
            message
            for message in reversed(self.server.world.read_by(PEOPLE[who]))
            if any(button["label"] == label for button in message.buttons)
        )
        await self.server.people.press(PEOPLE[who], posted, label)

    async def upload(self, who: str, name: str, content: bytes, caption: str) -> None:
        await self.there()
        await self.server.people.upload(PEOPLE[who], name, content, caption)

    async def enter(self, who: str, secret: str) -> None:
        people, world = self.server.people, self.server.world
        await self.until(lambda: any(each.buttons for each in world.read_by(PEOPLE[who])))
        shown = [each for each in world.read_by(PEOPLE[who]) if each.buttons][-1]
        opened = await people.press(PEOPLE[who], shown, shown.buttons[0]["label"])
        await people.answered(opened)
        await people.answered(await people.submit(opened, secret))

    def seen(self, who: str) -> Sequence[Seen]:
        return [seen(posted) for posted in self.server.world.read_by(PEOPLE[who])]

    async def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        await self.server.until(seen, seconds)

    async def break_down(self) -> None:
        await self.server.break_down()

    async def recover(self) -> None:
        self.server.recover()

    async def revoke(self) -> None:
        await self.server.revoke()

    def refusals(self) -> int:
        assert self.server.limits is not None
        return self.server.limits.refused

    def complaints(self) -> list[str]:
        return self.server.unknown


def seen(posted: Posted) -> Seen:
    return Seen(
        text=posted.text.replace(JOINER, ""),
        buttons=tuple(button["label"] for button in posted.buttons),
        files=tuple(posted.files),
        clickable=tuple(posted.clickable),
    )
