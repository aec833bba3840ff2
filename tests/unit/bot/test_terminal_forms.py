"""The terminal takes a secret by a prompt of its own: it is no message and is not shown."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest

from bot.adapters.terminal.receive import Seat, TerminalAdapter
from bot.card import Card
from bot.errors import BotError
from bot.message import InboundMessage, Menu
from bot.ports.platforms import SecretForm, SecretRequest
from engine.errors import StoreUnavailable
from tests.standins.clock import CountedIdentities, ManualClock


class Desk:
    """Asks for a secret after the first words, and remembers what it heard."""

    def __init__(self, typed: str, *, fails: bool = False) -> None:
        self.screen = io.StringIO()
        self.heard: list[str] = []
        self.entered: list[str] = []
        self._fails = fails
        seat = Seat("ann", is_plain=True, history=Path("unused"))
        self.adapter = TerminalAdapter(
            seat,
            ManualClock(),
            CountedIdentities(),
            self._settled,
            lambda error: Card(type(error).__name__),
            (io.StringIO(typed), self.screen),
        )
        asyncio.run(self.adapter.run(self, Menu(())))

    async def receive(self, message: InboundMessage) -> None:
        self.heard.append(message.text)
        if len(self.heard) == 1:
            await self.adapter.ask(
                SecretRequest(message.conversation, message.sender, "Code", self._enter)
            )

    async def refuse(self, message: InboundMessage, error: BotError) -> None:
        raise AssertionError(message, error)

    async def glance(self, message):
        return ()

    async def moved(self, platform: str, old: str, new: str) -> None:
        raise AssertionError(platform, old, new)

    async def idle(self, conversation: str) -> None:
        assert conversation == "terminal:ann"

    async def _settled(self) -> None:
        """Nothing waits."""

    async def _enter(self, secret: str) -> None:
        if self._fails:
            raise StoreUnavailable("locked")
        self.entered.append(secret)


def test_the_line_after_the_question_is_the_secret_and_no_message() -> None:
    desk = Desk("/yes\n123456\n/status\n")

    assert isinstance(desk.adapter, SecretForm)
    assert desk.heard == ["/yes", "/status"]
    assert desk.entered == ["123456"]
    assert "123456" not in desk.screen.getvalue()


@pytest.mark.parametrize("typed", ["/yes\n\n/status\n", "/yes\n"])
def test_a_form_that_is_left_empty_is_forgotten(typed: str) -> None:
    desk = Desk(typed)

    assert desk.entered == []
    assert desk.heard == [line for line in typed.split("\n") if line]


def test_a_store_that_is_away_is_told_and_the_terminal_goes_on() -> None:
    desk = Desk("/yes\n123456\n/status\n", fails=True)

    assert "StoreUnavailable" in desk.screen.getvalue()
    assert desk.heard == ["/yes", "/status"]
