"""All four platforms in one process: one desk, and none of them stops another."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps

from bot.card import Card
from bot.chat import Chat, serve
from bot.config import Config
from bot.message import OutgoingMessage, Priority
from bot.ports.platforms import Adapter, Equipment
from bot.seal import Seal
from bot.sections import RiskSection
from bot.wiring import System, build
from tests.conformance.platforms.conftest import HARNESSES
from tests.conformance.platforms.harness import Harness, Seen
from tests.standins.clock import CountedIdentities, HurriedClock
from tests.standins.market import ScriptedMarket

ALL = ("discord", "slack", "telegram", "terminal")


class FourFaces:
    """Ann on every platform, a stranger to herself until she links them."""

    def __init__(self, home) -> None:
        self.home = home
        self.at: dict[str, Harness] = {name: made() for name, made in HARNESSES.items()}

    async def open(self) -> None:
        self.clock = HurriedClock()
        self.home.mkdir()
        for harness in self.at.values():
            await harness.open(self.clock, self.home)
        people = {f"{name}:{each.sender('ann')}": "trader" for name, each in self.at.items()}
        config = Config(people=people, risk=RiskSection(max_quote_age=3_600))
        system = System(self.clock, CountedIdentities(), workers=False)
        self.market = ScriptedMarket(self.clock)
        self.app = await build(config, self.home, system, self.market)
        self.serving = asyncio.ensure_future(serve(self.app, self._made))
        self.market.say("BTC/USDT", 60_000)
        await self.market.taken_in()

    def _made(self, chat: Chat) -> Sequence[Adapter]:
        self.chat = chat
        self.at["terminal"].settle = chat.settled  # type: ignore[attr-defined]
        equipment = Equipment(self.clock, Seal(b"a secret of the home"), self.home / "received")
        return [harness.adapter(equipment) for harness in self.at.values()]

    async def close(self) -> None:
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)
        await self.app.close()
        for harness in self.at.values():
            await harness.close()
            await harness.closed()
            assert harness.complaints() == []

    async def ask(self, platform: str, text: str) -> Seen:
        """Say something there, and read what comes of it."""
        before = len(self.at[platform].seen("ann"))
        await self.at[platform].say("ann", text)
        await self.at[platform].until(lambda: len(self.at[platform].seen("ann")) > before)
        return self.at[platform].seen("ann")[before]

    async def reads(self, platform: str, words: str) -> Seen:
        """Wait until Ann has a message with these words before her there."""
        seen = self.at[platform].seen
        await self.at[platform].until(lambda: any(words in each.text for each in seen("ann")))
        return next(each for each in reversed(seen("ann")) if words in each.text)

    def has_read(self, platform: str, words: str) -> int:
        return sum(words in seen.text for seen in self.at[platform].seen("ann"))

    async def link(self, known: str, other: str) -> None:
        """A code shown in one, typed in the other, confirmed in the one."""
        shown = await self.ask(known, "/link")
        code = re.search(r"^/link (\w+)$", shown.text, re.MULTILINE)
        assert code is not None
        await self.at[other].say("ann", f"/link {code[1]}")
        await self.reads(known, "Is this account yours")
        await self.at[known].say("ann", "/link yes")
        await self.reads(known, "is you from now on")

    async def tell(self, words: str, priority: Priority) -> None:
        """News for Ann where she is known first: on Telegram."""
        harness = self.at["telegram"]
        person = await self.app.stores.people.find("telegram", harness.sender("ann"))
        assert person is not None
        row = OutgoingMessage(
            platform="telegram",
            conversation=harness.conversation("ann"),
            person=person.id,
            priority=priority,
            key=words,
            created_at=self.clock.now_ms(),
            card=Card(words),
        )
        await self.app.stores.outbox.follow("told", 0, [row])
        self.chat.wake()


def story(tell: Callable[[FourFaces], Awaitable[None]]) -> Callable[..., None]:
    """Play it on a desk with four faces."""

    @wraps(tell)
    def play(tmp_path) -> None:
        asyncio.run(_whole(tell, FourFaces(tmp_path / "home")))

    del play.__wrapped__
    return play


async def _whole(tell, desk) -> None:
    await desk.open()
    try:
        await tell(desk)
    finally:
        await desk.close()


@story
async def test_one_desk_answers_on_all_four_at_once(desk) -> None:
    answers = await asyncio.gather(*(desk.ask(name, "/price BTC/USDT") for name in ALL))

    assert all("60,000" in answer.text for answer in answers)
    assert all(desk.has_read(name, "60,000") == 1 for name in ALL)


@story
async def test_a_platform_that_ends_or_is_away_leaves_the_others_as_they_are(desk) -> None:
    await asyncio.gather(*(desk.ask(name, "/price BTC/USDT") for name in ALL))
    await desk.at["discord"].revoke()
    await desk.at["slack"].break_down()

    assert "60,000" in (await desk.ask("telegram", "/price BTC/USDT")).text
    assert "60,000" in (await desk.ask("terminal", "/price BTC/USDT")).text
    assert not desk.serving.done()

    await desk.at["slack"].recover()
    await desk.at["slack"].say("ann", "/price BTC/USDT")
    await desk.at["slack"].until(lambda: desk.has_read("slack", "60,000") == 2, 60)


@story
async def test_one_person_is_the_same_wherever_she_writes(desk) -> None:
    await desk.link("telegram", "discord")
    await desk.ask("telegram", "/language fr")

    assert "Rien n’est détenu" in (await desk.ask("discord", "/positions")).text
    assert "Nothing is held" in (await desk.ask("slack", "/positions")).text


@story
async def test_what_is_urgent_and_cannot_be_said_is_said_on_another_platform(desk) -> None:
    await desk.ask("telegram", "/price BTC/USDT")
    await desk.link("telegram", "discord")
    await desk.at["telegram"].break_down()
    await desk.tell("An alert", Priority.ALERT)
    await desk.tell("Your stop was hit", Priority.URGENT)

    await desk.reads("discord", "Your stop was hit")
    await desk.at["telegram"].recover()
    await desk.reads("telegram", "Your stop was hit")
    await desk.reads("telegram", "An alert")
    assert desk.has_read("discord", "Your stop was hit") == 1
    assert desk.has_read("discord", "An alert") == 0
    assert desk.has_read("slack", "Your stop was hit") == 0
