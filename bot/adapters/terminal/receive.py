"""What is typed becomes messages, one at a time."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.adapters.terminal.client import PlainScreen, RichScreen
from bot.adapters.terminal.manifest import PLATFORM
from bot.adapters.terminal.pictures import Protocol
from bot.card import Card
from bot.errors import NobodyThere, Undeliverable
from bot.message import InboundMessage, Menu, OutgoingMessage, ReceivedFile, is_readable
from bot.ports.platforms import Incoming, Pacing, Receipt, Room, SecretRequest
from engine.errors import StoreUnavailable
from engine.ports.system import Clock, Identities


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits at the terminal and how they like it."""

    name: str
    is_plain: bool
    history: Path
    pictures: Protocol = Protocol.NONE
    """How this terminal shows them."""

    @property
    def conversation(self) -> str:
        """Each person's own."""
        return f"{PLATFORM}:{self.name}"


class TerminalAdapter:
    """One person at one terminal."""

    def __init__(
        self,
        seat: Seat,
        clock: Clock,
        identities: Identities,
        settled: Callable[[], Awaitable[None]],
        complain: Callable[[Exception], Card],
        streams: tuple[TextIO, TextIO] | None = None,
    ) -> None:
        """`settled` waits until all that follows from what was said has been shown.

        `streams` are what a plain seat reads and writes, standard input and output if not given.
        """
        self._seat = seat
        self._clock = clock
        self._session = identities.new()
        self._settled = settled
        self._complain = complain
        self._streams = streams or (sys.stdin, sys.stdout)
        self._screen: PlainScreen | RichScreen | None = None
        self._forms: list[SecretRequest] = []

    @property
    def platform(self) -> str:
        """`terminal`."""
        return PLATFORM

    @property
    def pacing(self) -> Pacing:
        """A screen takes everything, one card after the other."""
        return Pacing()

    def room(self, conversation: str) -> Room:
        """Each person's own."""
        return Room(conversation)

    async def send(self, message: OutgoingMessage, card: Card) -> Receipt:
        """Show a card. Raises NobodyThere if it is for somebody who does not sit here."""
        if message.conversation != self._seat.conversation or self._screen is None:
            raise NobodyThere
        self._screen.show(card)
        return Receipt()

    async def edit(self, message: OutgoingMessage, card: Card, reference: str) -> Receipt:
        """What was printed stays as it is."""
        del message, card
        raise Undeliverable(reference)

    async def run(self, incoming: Incoming, menu: Menu) -> None:
        """Take lines until there are no more, and answer each before the next."""
        screen = self._made_screen(menu)
        self._screen = screen
        await self._settled()  # what was said while nobody sat here
        number = 0
        async for line in screen.lines():
            if not line.strip():
                continue
            number += 1
            try:
                await incoming.receive(self._message(line, number))
            except StoreUnavailable as error:
                screen.show(self._complain(error))
                continue
            await self._answered(incoming)
            while self._forms:
                request = self._forms.pop(0)
                await self._fill_in(request, screen)
                await self._answered(incoming)

    async def ask(self, request: SecretRequest) -> None:
        """Ask for it once what was said before has been shown."""
        self._forms.append(request)

    async def _fill_in(self, request: SecretRequest, screen: PlainScreen | RichScreen) -> None:
        secret = await screen.secret(request.label)
        try:
            if secret:
                await request.enter(secret)
        except StoreUnavailable as error:
            screen.show(self._complain(error))

    async def _answered(self, incoming: Incoming) -> None:
        await incoming.idle(self._seat.conversation)
        await self._settled()

    def _made_screen(self, menu: Menu) -> PlainScreen | RichScreen:
        if self._seat.is_plain:
            return PlainScreen(*self._streams)
        return RichScreen(self._seat.history, self._seat.name, menu, self._seat.pictures)

    def _message(self, line: str, number: int) -> InboundMessage:
        return InboundMessage(
            platform=PLATFORM,
            update_id=f"{self._session}:{number}",
            conversation=self._seat.conversation,
            sender=self._seat.name,
            sender_name=self._seat.name,
            text=line,
            received_at=self._clock.now_ms(),
            files=files_in(line),
        )


def files_in(line: str) -> tuple[ReceivedFile, ...]:
    """The files that a line names by their paths: whoever types here sits at this machine."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    named = {word: word.partition("=")[2] or word for word in words}.values()
    found = ((name, Path(name).expanduser()) for name in named if is_readable(name))
    return tuple(ReceivedFile(name, path.absolute()) for name, path in found if path.is_file())
