"""A whole desk behind one platform, everything real but the clock, the prices and the servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from bot.card import Card
from bot.chat import Chat, serve
from bot.config import Config
from bot.message import OutgoingMessage, Priority
from bot.ports.platforms import Adapter, Equipment
from bot.seal import Seal
from bot.sections import AccountSection, RiskSection, RoleName, WebSection
from bot.wiring import Application, System, build
from engine.domain.identifiers import PersonId
from engine.ports.credentials import KeyProbe
from tests.conformance.platforms.harness import Harness, Seen, Trait
from tests.standins.clock import CountedIdentities, HurriedClock
from tests.standins.market import ScriptedMarket

ROLES: Mapping[str, RoleName] = {"ann": "trader", "bob": "viewer"}
PRICES = {"BTC/USDT": 60_000, "ETH/USDT": 3_000, "SOL/USDT": 150, "NVDA": 120}


class PlatformDesk:
    """Ann is a trader, Bob a viewer, Eve a stranger."""

    def __init__(
        self,
        harness: Harness,
        home: Path,
        *,
        accounts: Sequence[AccountSection] = (),
        roles: Mapping[str, RoleName] = ROLES,
        probe: KeyProbe | None = None,
    ) -> None:
        """`accounts` beside the one on paper; `probe` answers for their venues."""
        self.harness = harness
        self.home = home
        self.accounts = (AccountSection(cash={"USDT": Decimal(50_000)}), *accounts)
        self.roles = roles
        self.probe = probe
        self.web = WebSection(port=0 if harness.needs_web else None)
        self._rows = 0

    def has(self, trait: Trait) -> bool:
        return trait in self.harness.traits

    async def open(self) -> None:
        self.clock = HurriedClock()
        self.home.mkdir(parents=True, exist_ok=True)
        await self.harness.open(self.clock, self.home)
        await self.serve()

    async def serve(self, token: str = "") -> None:
        """Begin to serve, on whatever the home holds already."""
        harness = self.harness
        people = {
            f"{harness.platform}:{harness.sender(who)}": role for who, role in self.roles.items()
        }
        config = Config(
            people=people,
            accounts=self.accounts,
            web=self.web,
            risk=RiskSection(max_quote_age=Decimal(3_600)),  # the clock hurries, prices do not
        )
        system = System(self.clock, CountedIdentities(), workers=False)
        self.market = ScriptedMarket(self.clock)
        self.app: Application = await build(
            config, self.home, system, self.market, probe=self.probe
        )
        ready = asyncio.Event()
        equipment = Equipment(self.clock, Seal(b"a secret of the home"), self.home / "received")

        def made(chat: Chat) -> Sequence[Adapter]:
            self.chat = chat
            self.harness.settle = chat.settled  # type: ignore[attr-defined]
            self.adapter = harness.adapter(equipment, token=token)
            ready.set()
            return [self.adapter]

        self.serving = asyncio.ensure_future(serve(self.app, made))
        await asyncio.wait(
            (asyncio.ensure_future(ready.wait()), self.serving),
            return_when=asyncio.FIRST_COMPLETED,
        )
        for symbol, price in PRICES.items():
            self.market.say(symbol, price)
        await self.market.taken_in()

    async def beside(self) -> PlatformDesk:
        """Another process with the same token and a home of its own; it is to leave again."""
        other = PlatformDesk(self.harness, self.home.with_name("beside"))
        other.home.mkdir()
        other.clock = self.clock
        await other.serve()
        return other

    async def leave(self) -> None:
        """Stop serving; the platform goes on."""
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)
        await self.app.close()

    async def close(self) -> None:
        await self.harness.close()
        await self.leave()
        await self.harness.closed()
        assert self.harness.complaints() == []

    # -- talking --------------------------------------------------------------------------

    async def ask(self, text: str, who: str = "ann") -> Seen:
        """Say something, and read the first message that comes of it."""
        before = len(self.harness.seen(who))
        await self.harness.say(who, text)
        return (await self.heard(who, before))[0]

    async def heard(self, who: str = "ann", before: int = 0, more: int = 1) -> Sequence[Seen]:
        """What is there after so many messages, once there are so many more."""
        await self.harness.until(lambda: len(self.harness.seen(who)) >= before + more)
        return self.harness.seen(who)[before:]

    async def reads(self, words: str, who: str = "ann") -> Seen:
        """Wait until a person has a message with these words before them."""
        await self.harness.until(lambda: any(words in seen.text for seen in self.harness.seen(who)))
        return next(seen for seen in reversed(self.harness.seen(who)) if words in seen.text)

    async def show(self, *cards: Card, subject: str = "", who: str = "ann") -> None:
        """Have cards sent to a person, as rows of the outbox."""
        rows = []
        for card in cards:
            self._rows += 1
            rows.append(
                OutgoingMessage(
                    platform=self.harness.platform,
                    conversation=self.harness.conversation(who),
                    person=PersonId(""),
                    priority=Priority.ANSWER,
                    key=f"shown:{self._rows}",
                    created_at=self.clock.now_ms(),
                    card=card,
                    subject=subject,
                )
            )
        await self.app.stores.outbox.follow("shown", 0, rows)
        self.chat.wake()

    async def quiet(self, seconds: float = 5) -> None:
        """A while of the desk's time, in which nothing is expected."""
        await self.clock.sleep(seconds)


Story = Callable[[PlatformDesk], object]
