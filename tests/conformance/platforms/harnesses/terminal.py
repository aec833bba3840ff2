"""The terminal, typed into and read through pipes."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.adapters.terminal.receive import Seat, TerminalAdapter
from bot.card import Card
from bot.ports.platforms import Equipment
from engine.ports.system import Clock
from tests.conformance.platforms.harness import Seen, Trait
from tests.standins.clock import CountedIdentities

_BUTTON = re.compile(r"^  \[(.+?)\] (/.+)$", re.MULTILINE)
_FILE = re.compile(r"^  [^:\n]+: (/\S+)$", re.MULTILINE)


class TerminalHarness:
    platform = "terminal"
    needs_web = False
    traits = frozenset({Trait.BUTTONS, Trait.FILES, Trait.FORMS})

    async def open(self, clock: Clock, folder: Path) -> None:
        self.clock, self.folder = clock, folder
        read, write = os.pipe()
        self._keys = os.fdopen(write, "w", encoding="utf-8")
        self._typed = os.fdopen(read, encoding="utf-8")
        self._screen = io.StringIO()

    async def close(self) -> None:
        self._keys.close()

    async def closed(self) -> None:
        self._typed.close()

    def adapter(self, equipment: Equipment, *, token: str = "") -> TerminalAdapter:
        seat = Seat("ann", is_plain=True, history=self.folder / "history")

        async def settled() -> None:
            await self.settle()

        return TerminalAdapter(
            seat,
            self.clock,
            CountedIdentities(),
            settled,
            lambda error: Card(str(error)),
            (self._typed, self._screen),
        )

    settle: Callable[[], Awaitable[None]]

    def sender(self, who: str) -> str:
        return who

    def conversation(self, who: str) -> str:
        return f"terminal:{who}"

    async def say(self, who: str, text: str, *, again: int = 0) -> None:
        self._keys.write(f"{text}\n")
        self._keys.flush()

    async def press(self, who: str, label: str) -> None:
        lines = [line for name, line in _BUTTON.findall(self._screen.getvalue()) if name == label]
        await self.say(who, lines[-1])

    async def upload(self, who: str, name: str, content: bytes, caption: str) -> None:
        path = self.folder / name
        path.write_bytes(content)
        await self.say(who, caption.replace(name, str(path)))

    async def enter(self, who: str, secret: str) -> None:
        await self.say(who, secret)

    def seen(self, who: str) -> Sequence[Seen]:
        blocks = re.split(r"\n\n(?=\S)", self._screen.getvalue().rstrip("\n"))
        return [_seen(block) for block in blocks if block.strip()]

    async def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not seen():
                await asyncio.sleep(0.01)

    async def break_down(self) -> None:
        raise NotImplementedError

    recover = revoke = break_down

    def refusals(self) -> int:
        return 0

    def complaints(self) -> list[str]:
        return []


def _seen(block: str) -> Seen:
    paths = [Path(path) for path in _FILE.findall(block)]
    return Seen(
        text="\n".join(line.removeprefix("  ") for line in block.splitlines()),
        buttons=tuple(name for name, _ in _BUTTON.findall(block)),
        files=tuple((path.name, path.read_bytes()) for path in paths if path.is_file()),
    )
