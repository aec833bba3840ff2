"""Cards as Telegram messages: words with entities, pictures, files, albums and keyboards.

Words are sent as they are beside a list of entities, never as markup, so that nothing in them can
be taken for markup. `harmless` is the one function that every word passes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.adapters.telegram.manifest import (
    ALBUM,
    BUTTON_BYTES,
    BUTTON_ROW,
    BUTTONS,
    CAPTION_UNITS,
    FILE_BYTES,
    MESSAGE_ENTITIES,
    MESSAGE_UNITS,
    PHOTO_BYTES,
)
from bot.card import Attachment, AttachmentKind, Button, Card
from bot.layout import BLOCK, JOINER, MARKS, PAGES, Line, clean, file_name, paged, told, utf16

_ROW_LETTERS = 32
_BLOCK_LETTERS = 40
"""A wider row would be broken on a telephone."""
_COPIED_LETTERS = 256
# What Telegram would make a mention or a link of by itself, also without any markup.
_CLICKABLE = re.compile(r"@(?=\w)|:(?=//)|(?<=\w)\.(?=[^\W\d])")


def harmless(text: str) -> str:
    """The same text, as it is seen, which mentions nobody and leads nowhere."""
    return _CLICKABLE.sub(lambda match: f"{match[0]}{JOINER}", clean(text))


class _Entity(MessageEntity):
    """It says what it is by itself: the library would look for all that it might be."""

    __slots__ = ()

    def to_dict(self, *_: bool, **__: bool) -> dict[str, Any]:
        """As it is sent."""
        return {"type": self.type, "offset": self.offset, "length": self.length}


class _Pressed(InlineKeyboardButton):
    """A button that comes back."""

    __slots__ = ()

    def to_dict(self, *_: bool, **__: bool) -> dict[str, Any]:
        """As it is sent."""
        return {"text": self.text, "callback_data": self.callback_data}


class _Keyboard(InlineKeyboardMarkup):
    """Rows of buttons."""

    __slots__ = ()

    def to_dict(self, *_: bool, **__: bool) -> dict[str, Any]:
        """As it is sent."""
        rows = [[button.to_dict() for button in row] for row in self.inline_keyboard]
        return {"inline_keyboard": rows}


@dataclass(frozen=True, slots=True)
class Words:
    """A text and its entities, within a limit of UTF-16 units."""

    text: str = ""
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A message of words."""

    words: Words
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture with a caption."""

    path: Path
    words: Words
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A document with a caption."""

    content: Path | bytes
    name: str
    words: Words
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """Two to ten pictures in one."""

    paths: tuple[Path, ...]


Payload: TypeAlias = Text | Photo | File | Album


def rendered(card: Card, sealed: Callable[[str], str]) -> tuple[Payload, ...]:
    """The messages that show a card, in their order; the last one bears its buttons."""
    pictures, files, missing = _sorted(card.attachments)
    keyboard = _keyboard(card.buttons, sealed)
    lines = [*_lines(card), *(((f"📎 {harmless(item.title)} ✗", ""),) for item in missing)]
    if len(pictures) + len(files) == 1:
        whole = _pages(lines, CAPTION_UNITS)
        if len(whole) == 1:
            return (_with_caption((pictures or files)[0], whole[0], keyboard),)
    pages = _pages(lines, MESSAGE_UNITS)
    if len(pages) > PAGES:
        content = plain(card).encode()
        return (
            *_attached(pictures, files),
            Text(pages[0]),
            File(content, f"{file_name(card.title)}.txt", _title(card), keyboard),
        )
    *earlier, last = (Text(page) for page in pages)
    return (*_attached(pictures, files), *earlier, replace(last, keyboard=keyboard))


def _pages(lines: Sequence[Line], limit: int) -> list[Words]:
    """Pages of at most `limit` UTF-16 units and a hundred entities each."""
    return [_words(page) for page in paged(lines, limit, _units, marks=MESSAGE_ENTITIES)]


def plain(card: Card) -> str:
    """The whole card as lines, for a document, where rows are as wide as they need."""
    return "\n".join("".join(text for text, _ in line) for line in _lines(card, sys.maxsize))


def _lines(card: Card, widest: int = _BLOCK_LETTERS) -> Iterator[Line]:
    badge = ((f"  [{harmless(card.badge)}]", MessageEntity.ITALIC),) if card.badge else ()
    yield ((MARKS[card.tone], ""), (harmless(card.title), MessageEntity.BOLD), *badge)
    for line in card.text.splitlines():
        yield ((harmless(line), ""),)
    for name, value in card.fields:
        yield ((f"{harmless(name)}: ", ""), (harmless(value), MessageEntity.BOLD))
    if card.table is not None:
        yield from (_row(line) for line in told(card.table, widest, MessageEntity.BOLD))
    if card.hint:
        yield ((harmless(card.hint), MessageEntity.ITALIC),)


def _row(line: Line) -> Line:
    """A line of a table; in a block nothing is clickable."""
    return tuple(
        (said, MessageEntity.PRE) if kind == BLOCK else (harmless(said), kind)
        for said, kind in line
    )


def _words(lines: Sequence[Line]) -> Words:
    """One text; neighbouring lines of a table are one entity, so that they stand in one block."""
    text, entities = "", list[MessageEntity]()
    for is_block, group in groupby(lines, key=lambda line: line[0][1] == MessageEntity.PRE):
        pieces = [piece for line in group for piece in (*line, ("\n", ""))][:-1]
        text += "\n" if text else ""
        if is_block:
            pieces = [("".join(said for said, _ in pieces), MessageEntity.PRE)]
        for said, kind in pieces:
            if kind and said:
                entities.append(_Entity(kind, utf16(text), utf16(said)))
            text += said
    return Words(text, tuple(entities))


def _units(line: Line) -> int:
    return sum(utf16(said) for said, _ in line)


def _title(card: Card) -> Words:
    return _pages([next(_lines(card))], CAPTION_UNITS)[0]


def _sorted(
    attachments: Sequence[Attachment],
) -> tuple[list[Attachment], list[Attachment], list[Attachment]]:
    """Pictures, documents, and what is not there or too big to be sent."""
    pictures, files, missing = [], [], []
    for item in attachments:
        size = item.path.stat().st_size if item.path.is_file() else 0
        if not 0 < size <= FILE_BYTES:
            missing.append(item)
        elif item.kind is AttachmentKind.PICTURE and size <= PHOTO_BYTES:
            pictures.append(item)
        else:
            files.append(item)
    return pictures, files, missing


def _attached(pictures: Sequence[Attachment], files: Sequence[Attachment]) -> Iterator[Payload]:
    for start in range(0, len(pictures), ALBUM):
        group = pictures[start : start + ALBUM]
        if len(group) > 1:
            yield Album(tuple(item.path for item in group))
        else:
            yield _with_caption(group[0], Words(), None)
    for item in files:
        yield _with_caption(item, Words(), None)


def _with_caption(item: Attachment, words: Words, keyboard: InlineKeyboardMarkup | None) -> Payload:
    if item.kind is AttachmentKind.PICTURE and item.path.stat().st_size <= PHOTO_BYTES:
        return Photo(item.path, words, keyboard)
    return File(item.path, item.path.name, words, keyboard)


def _keyboard(
    buttons: Sequence[Button], sealed: Callable[[str], str]
) -> InlineKeyboardMarkup | None:
    rows: list[list[InlineKeyboardButton]] = []
    letters = _ROW_LETTERS
    for button in buttons[:BUTTONS]:
        letters += len(button.label)
        if not rows or letters > _ROW_LETTERS or len(rows[-1]) == BUTTON_ROW:
            rows.append([])
            letters = len(button.label)
        rows[-1].append(_button(button, sealed))
    return _Keyboard(rows) if rows else None


def _button(button: Button, sealed: Callable[[str], str]) -> InlineKeyboardButton:
    data = sealed(button.line)
    if len(data.encode()) <= BUTTON_BYTES:
        return _Pressed(button.label, callback_data=data)
    # Too long to come back by itself: pressed, it is copied, to be pasted and sent.
    copied = CopyTextButton(button.line[:_COPIED_LETTERS])
    return InlineKeyboardButton(button.label, copy_text=copied)
