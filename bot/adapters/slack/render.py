"""Cards as Slack messages: blocks of rich text, buttons, files.

Words stand in blocks that Slack does not read for markup, so that nothing in them can be taken for
any. `harmless` is the one function that every word passes; `escaped` also makes it fit for the
one field that is read for markup, which notifications show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from bot.adapters.slack.manifest import (
    BLOCK_UNITS,
    BUTTON_LETTERS,
    BUTTONS,
    COMMAND,
    FALLBACK_LETTERS,
    FILE_BYTES,
    FILES,
    HEADER_UNITS,
    PAGE_BLOCKS,
    SMALL_UNITS,
)
from bot.card import Attachment, Button, Card, Table, Tone

Json: TypeAlias = dict[str, Any]

_MARKS = {
    Tone.NEUTRAL: "",
    Tone.GOOD: "✅ ",
    Tone.BAD: "❌ ",
    Tone.WARNING: "⚠️ ",
    Tone.ASK: "❓ ",
}
_PAGES = 4
"""A card that needs more messages than this goes as a document."""
SAY = "say:"
"""What the ids of buttons that say a line begin with."""
# Control characters, and what turns text round or hides in it.
_HARMFUL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
# What Slack might make a mention, a channel, an emoji or a link of by itself.
_CLICKABLE = re.compile(r"[@#](?=\w)|:(?=//|[^\W\d][\w+'-]*:|[+-]1:)|(?<=\w)\.(?=[^\W\d])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# A command as hints name it; Slack would take it for one of its own.
_COMMAND = re.compile(r"(?<![^\s(“«])/(?=[a-z]+\b)")
JOINER = "\u2060"
"""Has no width; parts what would otherwise be read as one."""


def harmless(text: str) -> str:
    """The same text, as it is seen, which mentions nobody and leads nowhere."""
    return _CLICKABLE.sub(rf"\g<0>{JOINER}", _HARMFUL.sub("", text))


def escaped(text: str) -> str:
    """Harmless text for a field that is read for markup."""
    return re.sub("[&<>]", lambda match: _ENTITIES[match[0]], harmless(text))


def _hint(card: Card) -> str:
    """What can be done next, in words that can be typed here."""
    return harmless(_COMMAND.sub(f"{COMMAND} ", card.hint))


@dataclass(frozen=True, slots=True)
class Words:
    """A message: its blocks, and the text that a notification shows."""

    text: str
    blocks: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file on its way."""

    content: Path | bytes
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Upload:
    """Files in one message, with words where these fit beside them."""

    files: tuple[Sent, ...]
    words: Words | None = None


Payload: TypeAlias = Words | Upload
Sealed: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces, each with its style, "" for none; rows of a table keep their columns."""

    pieces: tuple[tuple[str, str], ...]
    is_row: bool = False

    @property
    def units(self) -> int:
        """Its length, the line's end included."""
        return 1 + sum(utf16(said) for said, _ in self.pieces)


def rendered(card: Card, conversation: str, sealed: Sealed) -> tuple[Payload, ...]:
    """The messages that show a card, in their order; the last one bears its buttons."""
    files, missing = _sorted(card.attachments)
    lines = [*_lines(card), *(Line(((f"📎 {item.title} ✗", ""),)) for item in missing)]
    pages = _paged(lines)
    is_long = len(pages) > _PAGES
    if is_long:
        name = re.sub(r"[^\w-]+", "-", card.title).strip("-")[:40] or "card"
        files.append(Sent(plain(card).encode(), f"{name}.txt", card.title[:HEADER_UNITS]))
        pages = pages[:1]
    uploads = [Upload(tuple(files[at : at + FILES])) for at in range(0, len(files), FILES)]
    if (
        len(uploads) == 1
        and not card.buttons
        and not is_long
        and (caption := _caption(card, lines))
    ):
        return (replace(uploads[0], words=caption),)
    words = [_words(page) for page in pages]
    words[0] = _headed(words[0], card)
    words[-1] = _footed(words[-1], card, conversation, sealed)
    return (*uploads, *(_closed(each) for each in words))


def plain(card: Card) -> str:
    """The whole card as lines, for a document."""
    head = f"{_title(card)}  [{card.badge}]" if card.badge else _title(card)
    body = ("".join(said for said, _ in line.pieces) for line in _lines(card))
    return "\n".join([head, *body, *([_hint(card)] if card.hint else [])])


def _title(card: Card) -> str:
    return harmless(f"{_MARKS[card.tone]}{card.title}")


def _lines(card: Card) -> Iterator[Line]:
    """The body; a title or a hint that is too long for its own place begins or ends it."""
    if utf16(_title(card)) > HEADER_UNITS:
        yield Line(((_title(card), "bold"),))
    for text in card.text.splitlines():
        yield Line(((harmless(text), ""),))
    for name, value in card.fields:
        yield Line(((harmless(f"{name}: "), ""), (harmless(value), "bold")))
    if card.table is not None:
        for row in _rows(card.table):
            yield Line(((row, ""),), is_row=True)
    if utf16(_hint(card)) > SMALL_UNITS:
        yield Line(((_hint(card), "italic"),))


def _rows(table: Table) -> Iterator[str]:
    cells = [[_HARMFUL.sub("", cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.header))]
    for row in cells:
        shown = (
            cell.rjust(width) if place in table.numeric else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield harmless("  ".join(shown).rstrip()) or " "


def _paged(lines: Sequence[Line]) -> list[list[list[Line]]]:
    """Lines on pages, each of a few blocks of at most BLOCK_UNITS; always one page."""
    blocks: list[list[Line]] = []
    used = 0
    for line in (piece for whole in lines for piece in _broken(whole)):
        if not blocks or used + line.units > BLOCK_UNITS:
            blocks.append([])
            used = 0
        blocks[-1].append(line)
        used += line.units
    return [blocks[at : at + PAGE_BLOCKS] for at in range(0, len(blocks), PAGE_BLOCKS)] or [[]]


def _broken(line: Line) -> Iterator[Line]:
    """A line that no block would hold, in pieces that blocks do."""
    if line.units <= BLOCK_UNITS:
        yield line
        return
    limit = BLOCK_UNITS - 1
    for said, style in line.pieces:
        rest = said
        while utf16(rest) > limit:
            end = limit if rest.isascii() else limit // 2
            space = rest.rfind(" ", 1, end)
            end = space if space > end // 2 else end
            yield Line(((rest[:end], style),), line.is_row)
            rest = rest[end:]
        if rest:
            yield Line(((rest, style),), line.is_row)


def _words(page: Sequence[Sequence[Line]]) -> Words:
    blocks = [block for lines in page if (block := _rich(lines))]
    text = "\n".join("".join(said for said, _ in line.pieces) for lines in page for line in lines)
    return Words(text, tuple(blocks))


def _rich(lines: Sequence[Line]) -> Json | None:
    """A block of rich text; neighbouring rows of a table stand in one frame."""
    elements = []
    for is_table, group in groupby(lines, key=lambda line: line.is_row):
        pieces = [piece for line in group for piece in (*line.pieces, ("\n", ""))][:-1]
        if is_table:
            pieces = [("".join(said for said, _ in pieces), "")]
        texts = [_text(said, style) for said, style in pieces if said]
        if texts:
            kind = "rich_text_preformatted" if is_table else "rich_text_section"
            elements.append({"type": kind, "elements": texts})
    return {"type": "rich_text", "elements": elements} if elements else None


def _text(said: str, style: str) -> Json:
    text: Json = {"type": "text", "text": said}
    return {**text, "style": {style: True}} if style else text


def _caption(card: Card, lines: Sequence[Line]) -> Words | None:
    """The whole card as the one block that Slack takes beside files, where it is short."""
    badge = ((f"  [{harmless(card.badge)}]", "italic"),) if card.badge else ()
    hint = _hint(card)
    whole = [Line(((_title(card), "bold"), *badge)), *lines]
    whole += [Line(((hint, "italic"),))] if hint else []
    is_short = utf16(_title(card)) <= HEADER_UNITS and utf16(hint) <= SMALL_UNITS
    if not is_short or sum(line.units for line in whole) > BLOCK_UNITS:
        return None
    return _closed(_words([whole]))


def _headed(words: Words, card: Card) -> Words:
    """With the title on top, and the hint in what a notification says."""
    title = _title(card)
    said = (title, words.text, _hint(card))
    head = ({"type": "header", "text": small(title)},) if 0 < utf16(title) <= HEADER_UNITS else ()
    return Words("\n".join(part for part in said if part), (*head, *words.blocks))


def _footed(words: Words, card: Card, conversation: str, sealed: Sealed) -> Words:
    """With buttons, and the small print under them."""
    marks = [f"[{harmless(card.badge)}]"] if card.badge else []
    marks += [_hint(card)] if utf16(_hint(card)) <= SMALL_UNITS else []
    small_print = [small(mark) for mark in marks if mark]
    context = ({"type": "context", "elements": small_print},) if small_print else ()
    return Words(words.text, (*words.blocks, *_actions(card, conversation, sealed), *context))


def _closed(words: Words) -> Words:
    """Never without any block, and with a text that is short and fit for markup."""
    text = words.text
    if len(text) > FALLBACK_LETTERS:
        text = f"{text[:FALLBACK_LETTERS]}…"
    nothing = ({"type": "context", "elements": [small("—")]},)
    return Words(escaped(text) or "—", words.blocks or nothing)


def _actions(card: Card, conversation: str, sealed: Sealed) -> Iterator[Json]:
    for start in range(0, len(card.buttons), BUTTONS):
        group = card.buttons[start : start + BUTTONS]
        elements = [
            _button(button, f"{SAY}{start + place}", sealed) for place, button in enumerate(group)
        ]
        if card.tone is Tone.ASK and not start:
            elements[0]["style"] = "primary"
        yield {"type": "actions", "block_id": f"{start} {conversation}", "elements": elements}


def _button(button: Button, name: str, sealed: Sealed) -> Json:
    label = shortened(harmless(button.label), BUTTON_LETTERS)
    value = sealed(button.line)
    return {"type": "button", "action_id": name, "text": small(label or "—"), "value": value}


def small(text: str) -> Json:
    """A text object that is read for nothing, not even emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def shortened(text: str, units: int) -> str:
    """At most so many UTF-16 units of it; what is left out is a mark."""
    if utf16(text) <= units:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * units - 2]
    return f"{kept.decode('utf-16-le', 'ignore')}…"


def utf16(text: str) -> int:
    """A text's length in UTF-16 units, the largest that Slack might count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _sorted(attachments: Sequence[Attachment]) -> tuple[list[Sent], list[Attachment]]:
    """What can be sent, and what is not there or too big."""
    files, missing = [], []
    for item in attachments:
        size = item.path.stat().st_size if item.path.is_file() else 0
        if 0 < size <= FILE_BYTES:
            files.append(Sent(item.path, item.path.name, item.title or item.path.name))
        else:
            missing.append(item)
    return files, missing
