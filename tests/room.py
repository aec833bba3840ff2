"""A whole desk in a room: people speak, prices are said, cards are read.

Everything is the real thing but the clock, the prices and the screen.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from bot.adapters.terminal.receive import files_in
from bot.card import Card
from bot.chat import Chat, serve
from bot.config import Config
from bot.errors import Undeliverable
from bot.message import InboundMessage, Menu, OutgoingMessage
from bot.ports.platforms import Incoming, Pacing, Receipt, SecretRequest
from bot.ports.platforms import Room as PlatformRoom
from bot.presenters.studio import Studio
from bot.sections import AccountSection
from bot.wiring import Application, System, build
from connectors.storage.driver import inline
from engine.domain.commands import SubmitOrder
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.money import Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.ports.credentials import KeyProbe
from engine.ports.system import Identities
from tests.standins.clock import CountedIdentities, ManualClock
from tests.standins.market import LISTED, ScriptedMarket

T = TypeVar("T")

CONFIG = Config(
    people={"terminal:olga": "owner", "terminal:ann": "trader", "terminal:vic": "viewer"},
    accounts=(AccountSection(cash={"USDT": Decimal(50_000), "USD": Decimal(30_000)}),),
)


class RoomAdapter:
    """A platform whose every screen can be read back."""

    def __init__(self, platform: str) -> None:
        self.platform = platform
        self.shown: dict[str, list[Card]] = defaultdict(list)
        self.drafts: dict[str, list[Card]] = defaultdict(list)
        self.listener: Callable[[OutgoingMessage], None] = lambda _: None
        """Hears of each card as it is shown."""
        self.menu: Menu | None = None
        self._left = asyncio.Event()

    pacing = Pacing()

    def room(self, conversation: str) -> PlatformRoom:
        return PlatformRoom(conversation)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        self.shown[message.conversation].append(card)
        self.listener(message)
        return Receipt()

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        raise Undeliverable(reference)

    async def draft(self, conversation: str, key: str, card: Card) -> None:
        self.drafts[key].append(card)

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        self.menu = menu
        await self._left.wait()

    def leave(self) -> None:
        self._left.set()


class RoomWithForms(RoomAdapter):
    """The same with a form that takes a secret."""

    def __init__(self, platform: str) -> None:
        super().__init__(platform)
        self.forms: list[SecretRequest] = []

    async def ask(self, request: SecretRequest) -> None:
        self.forms.append(request)


class Room:
    """Ann is a trader, Olga the owner, Vic a viewer; anybody else walks in as a trader."""

    def __init__(
        self,
        home: Path,
        config: Config = CONFIG,
        start_ms: int | None = None,
        identities: Identities | None = None,
        studio: Studio | None = None,
        probe: KeyProbe | None = None,
    ) -> None:
        self._home = home
        self._config = config
        self._identities = identities or CountedIdentities()
        self._studio = studio
        self._probe = probe
        self.delisted: set[str] = set()
        """What the market does not list any more, from the next restart on."""
        self.clock: Any = ManualClock() if start_ms is None else ManualClock(start_ms)
        self._loop = asyncio.new_event_loop()
        self._updates = 0
        self._open()

    # -- people and prices ----------------------------------------------------------------

    def say(self, text: str, who: str = "ann", *, on: str = "terminal", group: str = "") -> Card:
        """Speak, and read the last card that came of it there."""
        return self.all_said(text, who, on=on, group=group)[-1]

    def all_said(
        self, text: str, who: str = "ann", *, on: str = "terminal", group: str = ""
    ) -> list[Card]:
        """Speak, and read every card that came of it there."""
        message = self.message(text, who, f"{id(self)}:{self._updates}", on=on, group=group)
        screen = self.adapters[on].shown[message.conversation]
        before = len(screen)
        self._updates += 1
        self._run(self._heard(message))
        return screen[before:]

    def enter(self, secret: str) -> Card:
        """Fill in the form that was shown last, and read what came of it."""
        form = self.adapter.forms.pop()
        self._run(self._filled_in(form, secret))
        return self.adapter.shown[form.conversation][-1]

    def deliver(self, text: str, update_id: str, who: str = "ann", *, ahead_ms: int = 0) -> None:
        """One update as a platform would deliver it, perhaps again.

        `ahead_ms`: so much later than now it was received, by a clock that has been set back since.
        """
        heard = self.message(text, who, update_id)
        self._run(self._heard(replace(heard, received_at=heard.received_at + ahead_ms)))

    def all_at_once(self, words: Mapping[str, str]) -> None:
        """Many people speak in the same moment."""

        async def everybody() -> None:
            async with asyncio.TaskGroup() as group:
                for who, text in words.items():
                    self._updates += 1
                    group.create_task(self._said(text, who, str(self._updates)))

        self._run(everybody())

    def in_one_breath(self, words: Sequence[str], who: str = "ann") -> None:
        """One person says several things before the first of them is answered."""

        async def all_of_them() -> None:
            for text in words:
                message = self.message(text, who, f"{id(self)}:{self._updates}")
                self._updates += 1
                await self.chat.intake.receive(message)
            await self.chat.intake.idle(message.conversation)
            await self._quiet()

        self._run(all_of_them())

    def price(self, symbol: str, price: str | int, size: str = "1000") -> None:
        """A new price is seen."""
        self.market.say(symbol, price, size)
        self._run(self._quiet())

    def trade_by_hand(
        self,
        side: Side,
        quantity: str,
        price: str | None = None,
        name: str = "hand",
        account: str = "",
    ) -> None:
        """Somebody trades at the venue itself, past the desk, on an account or the first one."""
        terms = OrderTerms(
            symbol=Symbol("BTC/USDT"),
            side=side,
            type=OrderType.MARKET if price is None else OrderType.LIMIT,
            quantity=Quantity(Decimal(quantity)),
            price=None if price is None else Price(Decimal(price)),
        )
        order = Order(
            client_order_id=ClientOrderId(name),
            account=AccountId(account or self._config.accounts[0].id),
            terms=terms,
            placed_by=PersonId("somebody"),
            placed_at=self.clock.now_ms(),
            expires_to_send_at=0,
        )
        self._run(self.app.venue.submit(SubmitOrder(order)))
        self._run(self._quiet())

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self._run(self.clock.advance(seconds))
        self._run(self._quiet())

    def cards(self, who: str = "ann", *, on: str = "terminal") -> list[Card]:
        """All that was shown to a person."""
        return self.adapters[on].shown[f"{on}:{who}"]

    def titles(self, who: str = "ann") -> list[str]:
        """The same, by title."""
        return [card.title for card in self.cards(who)]

    # -- the house ------------------------------------------------------------------------

    def restart(self, after_seconds: int = 0) -> None:
        """Leave, and open again on what is on disk, perhaps much later."""
        self.close()
        self.reopen(after_seconds)

    def reopen(self, after_seconds: int = 0) -> None:
        """Open again after everybody has left."""
        self.clock = ManualClock(self.clock.now_ms() + after_seconds * 1000)
        self._loop = asyncio.new_event_loop()
        self._open()

    def close(self) -> None:
        """Everybody leaves."""
        for adapter in self.adapters.values():
            adapter.leave()
        self._loop.run_until_complete(self._serving)
        self._loop.run_until_complete(self.app.close())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Something on the room's own loop."""
        return self._run(work)

    def _open(self) -> None:
        try:
            self._run(self._opened())
        except BaseException:
            self._loop.close()
            raise

    async def _opened(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        self.adapter = RoomWithForms("terminal")
        self.adapters = {"terminal": self.adapter, "telegram": RoomAdapter("telegram")}
        system = System(self.clock, self._identities, workers=False, connections=inline)
        self.app: Application = await self._built(system)
        ready = asyncio.Event()

        def made(chat: Chat) -> list[RoomAdapter]:
            self.chat = chat
            ready.set()
            return list(self.adapters.values())

        self._serving = asyncio.ensure_future(serve(self.app, made))
        waiting = asyncio.ensure_future(ready.wait())
        await asyncio.wait((waiting, self._serving), return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            await self._serving
        await self._quiet()

    async def _built(self, system: System) -> Application:
        self.market = ScriptedMarket(
            self.clock, [each for each in LISTED if each.symbol not in self.delisted]
        )
        return await build(
            self._config,
            self._home,
            system,
            self.market,
            studio=self._studio,
            probe=self._probe,
        )

    def message(
        self, text: str, who: str, update_id: str, *, on: str = "terminal", group: str = ""
    ) -> InboundMessage:
        """What a platform would make of somebody's words."""
        return InboundMessage(
            platform=on,
            update_id=update_id,
            conversation=f"{on}:{group or who}",
            is_private=not group,
            sender=who,
            sender_name=who.title(),
            text=text,
            received_at=self.clock.now_ms(),
            files=files_in(text),
        )

    async def _said(self, text: str, who: str, update_id: str) -> None:
        await self._heard(self.message(text, who, update_id))

    async def _filled_in(self, form: SecretRequest, secret: str) -> None:
        await form.enter(secret)
        await self.chat.intake.idle(form.conversation)
        await self._quiet()

    async def _heard(self, message: InboundMessage) -> None:
        await self.chat.intake.receive(message)
        await self.chat.intake.idle(message.conversation)
        await self._quiet()

    async def _quiet(self) -> None:
        """Until nothing more comes of what was said."""
        await self.market.taken_in()
        for _ in range(3):
            await asyncio.sleep(0.002)
            await self.chat.settled()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)
