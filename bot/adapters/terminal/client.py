"""The screen and the keyboard."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from bot.adapters.terminal.pictures import Protocol, shown
from bot.adapters.terminal.render import boxed, plain
from bot.card import AttachmentKind, Card
from bot.message import Menu

_LEAVES = frozenset({"/quit", "/exit"})


class PlainScreen:
    """Lines in and out, for scripts."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._source = source
        self._target = target

    async def lines(self) -> AsyncIterator[str]:
        """What was typed, line by line, to the end or to `/quit`."""
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, self._source.readline):
            if line.strip() in _LEAVES:
                return
            yield line.rstrip("\n")

    async def secret(self, label: str) -> str:
        """The next line; whoever pipes it in hides it."""
        del label
        loop = asyncio.get_running_loop()
        return (await loop.run_in_executor(None, self._source.readline)).strip()

    def show(self, card: Card) -> None:
        """Print a card, with an empty line after it."""
        self._target.write(f"{plain(card)}\n\n")
        self._target.flush()


class RichScreen:
    """A prompt with history and completion, cards as boxes above it."""

    def __init__(self, history: Path, name: str, menu: Menu, pictures: Protocol) -> None:
        """`pictures` is how this terminal shows them."""
        self._pictures = pictures
        self._console = Console(highlight=False)
        self._session: PromptSession[str] = PromptSession(
            history=FileHistory(str(history)),
            completer=_MenuCompleter(menu),
            complete_while_typing=True,
        )
        self._name = name

    async def lines(self) -> AsyncIterator[str]:
        """What was typed, until Ctrl-D or `/quit`."""
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await self._session.prompt_async(f"{self._name}> ")
                except (EOFError, KeyboardInterrupt):
                    return
                if line.strip() in _LEAVES:
                    return
                yield line

    async def secret(self, label: str) -> str:
        """What was typed without being shown or remembered; nothing when it was left."""
        prompt: PromptSession[str] = PromptSession()
        try:
            return await prompt.prompt_async(f"{label}: ", is_password=True)
        except (EOFError, KeyboardInterrupt):
            return ""

    def show(self, card: Card) -> None:
        """Print a card above the prompt, and its pictures below it where they can be seen."""
        # A new console a card: the prompt swaps standard output while it waits.
        Console(file=sys.stdout, highlight=False, force_terminal=True).print(boxed(card))
        for item in card.attachments:
            if item.kind is AttachmentKind.PICTURE and (said := shown(item.path, self._pictures)):
                sys.stdout.write(f"{said}\n")
                sys.stdout.flush()


class _MenuCompleter(Completer):
    """Commands after a slash, argument names and choices after a command."""

    def __init__(self, menu: Menu) -> None:
        self._entries = {entry.name: entry for entry in menu.entries}

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """What could come next."""
        del complete_event
        before = document.text_before_cursor
        if not before.startswith("/"):
            return
        name, space, _ = before[1:].partition(" ")
        word = document.get_word_before_cursor(WORD=True)
        options = self._arguments(name) if space else self._entries
        for option in options:
            shown = option if space else f"/{option}"
            if shown.startswith(word):
                yield Completion(shown, -len(word), display_meta=self._about(option, space))

    def _arguments(self, name: str) -> Iterable[str]:
        entry = self._entries.get(name)
        if entry is None:
            return
        for option in entry.options:
            yield from option.choices
            yield f"{option.name}="

    def _about(self, option: str, space: str) -> str:
        entry = self._entries.get(option)
        return "" if space or entry is None else entry.texts["en"]
