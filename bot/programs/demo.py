"""`outcry demo`: plays a whole story unattended and prints what it made as JSON."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import orjson

from bot.adapters.terminal.render import plain
from bot.card import Card
from bot.chat import Chat, serve
from bot.config import Config
from bot.errors import Undeliverable
from bot.homes import held
from bot.logs import start_logs
from bot.message import InboundMessage, Menu, OutgoingMessage
from bot.ports.platforms import Incoming, Pacing, Receipt, Room
from bot.sections import MarketSection
from bot.wiring import System, build
from engine.runtime.system import SystemClock, SystemIdentities

_PLATFORM = "terminal"
_PERSON = "you"

# An hour of market in six seconds: long enough for an alert to come true.
_MARKET = MarketSection(seed=7, speed=600, tick_seconds=5)

STORY = (
    "/price BTC/USDT ETH/USDT",
    "/chart BTC/USDT 1h indicators=sma(close,20)",
    "/buy BTC/USDT 0.05 stop_loss=5%",
    "/yes",
    "/positions",
    "/alert BTC/USDT change(1h) > -50%",
    "/buy ETH/USDT 2000USDT",
    "/yes",
    "/watch SOL/USDT NVDA",
    '/schedule "/report daily" "0 8 * * 1-5"',
    "/sell ETH/USDT 50%",
    "/yes",
    "/pnl all",
    "/report performance",
    "/language fr",
    "/balance",
)


class _Audience:
    """A platform that says the story and keeps what it hears."""

    platform = _PLATFORM
    pacing = Pacing()

    def __init__(self, system: System, chat: Chat) -> None:
        self._system = system
        self._chat = chat
        self.heard: list[Card] = []

    def room(self, conversation: str) -> Room:
        """The one conversation."""
        return Room(conversation)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        """Keep it, and show it on the error stream so that the output stays JSON."""
        del message
        self.heard.append(card)
        sys.stderr.write(f"{plain(card)}\n\n")
        return Receipt()

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        """What was said stays as it is."""
        del message, card
        raise Undeliverable(reference)

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        """Say each line once the one before has had its effects."""
        del menu
        await self._system.clock.sleep(1.5)
        for number, line in enumerate(STORY):
            sys.stderr.write(f"> {line}\n")
            await incoming.receive(self._message(number, line))
            await incoming.idle(f"{_PLATFORM}:{_PERSON}")
            await self._chat.settled()
            await self._system.clock.sleep(0.3)
        await self._system.clock.sleep(1.5)
        await self._chat.settled()

    def _message(self, number: int, line: str) -> InboundMessage:
        return InboundMessage(
            platform=_PLATFORM,
            update_id=f"demo:{number}",
            conversation=f"{_PLATFORM}:{_PERSON}",
            sender=_PERSON,
            sender_name=_PERSON,
            text=line,
            received_at=self._system.clock.now_ms(),
        )


def run_demo(home: Path | None) -> int:
    """Play it in the given home, or in a new folder that is kept."""
    folder = home or Path(tempfile.mkdtemp(prefix="outcry-demo-"))
    folder = folder.expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    start_logs(folder, "info")
    summary = asyncio.run(_played(folder))
    sys.stdout.write(orjson.dumps(summary, option=orjson.OPT_INDENT_2).decode() + "\n")
    return 0 if summary["fills"] and summary["files"] else 1


async def _played(home: Path) -> dict[str, object]:
    system = System(SystemClock(), SystemIdentities())
    audience: list[_Audience] = []

    def seated(chat: Chat) -> list[_Audience]:
        audience.append(_Audience(system, chat))
        return audience

    with held(home, "demo", system.clock):
        app = await build(Config(market=_MARKET), home, system)
        try:
            await serve(app, seated)
            book = app.runtime.kernel.accounts[next(iter(app.runtime.kernel.accounts))]
            heard = audience[0].heard
            fills = await app.stores.history.fills(book.account.id)
            return {
                "home": str(home),
                "said": len(STORY),
                "cards": len(heard),
                "titles": [card.title for card in heard],
                "files": sorted(
                    str(attachment.path) for card in heard for attachment in card.attachments
                ),
                "fills": len(fills),
                "positions": {
                    symbol: str(position.quantity)
                    for symbol, position in book.positions.items()
                    if position.quantity
                },
                "alerts_fired": sum(card.title.startswith(("Alert", "Alerte")) for card in heard),
                "prices": "simulated",
            }
        finally:
            await app.close()
