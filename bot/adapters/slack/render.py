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
from bot.card import Attachment, Button, Card, Tone
from bot.layout import JOINER, MARKS, PAGES, Line, clean, file_name, paged, rows_of, utf16

Json: TypeAlias = dict[str, Any]

_MOST = BLOCK_UNITS - 1
_ROW = "row"
"""The kind of a table's row."""
SAY = "say:"
"""What the ids of buttons that say a line begin with."""
# What Slack might make a mention, a channel, an emoji or a link of by itself.
_CLICKABLE = re.compile(r"[@#](?=\w)|:(?=//|[^\W\d][\w+'-]*:|[+-]1:)|(?<=\w)\.(?=[^\W\d])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# A command as hints name it; Slack would take it for one of its own.
_COMMAND = re.compile(r"(?<![^\s(“«])/(?=[a-z]+\b)")


def harmless(text: str) -> str:
    """The same text, as it is seen, which mentions nobody and leads nowhere."""
    return _CLICKABLE.sub(lambda match: f"{match[0]}{JOINER}", clean(text))


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


def rendered(card: Card, conversation: str, sealed: Sealed) -> tuple[Payload, ...]:
    """The messages that show a card, in their order; the last one bears its buttons."""
    files, missing = _sorted(card.attachments)
    lines = [*_lines(card), *(((f"📎 {item.title} ✗", ""),) for item in missing)]
    pages = _pages(lines)
    is_long = len(pages) > PAGES
    if is_long:
        name = f"{file_name(card.title)}.txt"
        files.append(Sent(plain(card).encode(), name, card.title[:HEADER_UNITS]))
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
    body = ("".join(said for said, _ in line) for line in _lines(card))
    return "\n".join([head, *body, *([_hint(card)] if card.hint else [])])


def _title(card: Card) -> str:
    return harmless(f"{MARKS[card.tone]}{card.title}")


def _lines(card: Card) -> Iterator[Line]:
    """The body; a title or a hint that is too long for its own place begins or ends it."""
    if utf16(_title(card)) > HEADER_UNITS:
        yield ((_title(card), "bold"),)
    for text in card.text.splitlines():
        yield ((harmless(text), ""),)
    for name, value in card.fields:
        yield ((harmless(f"{name}: "), ""), (harmless(value), "bold"))
    if card.table is not None:
        for row in rows_of(card.table):
            yield ((harmless(row), _ROW),)
    if utf16(_hint(card)) > SMALL_UNITS:
        yield ((_hint(card), "italic"),)


def _pages(lines: Sequence[Line]) -> list[list[list[Line]]]:
    """Lines on pages, each of a few blocks; always one page."""
    blocks = paged(lines, _MOST, _units)
    return [blocks[at : at + PAGE_BLOCKS] for at in range(0, len(blocks), PAGE_BLOCKS)]


def _units(line: Line) -> int:
    return sum(utf16(said) for said, _ in line)


def _words(page: Sequence[Sequence[Line]]) -> Words:
    blocks = [block for lines in page if (block := _rich(lines))]
    text = "\n".join("".join(said for said, _ in line) for lines in page for line in lines)
    return Words(text, tuple(blocks))


def _rich(lines: Sequence[Line]) -> Json | None:
    """A block of rich text; neighbouring rows of a table stand in one frame."""
    elements = []
    for is_table, group in groupby(lines, key=lambda line: line[0][1] == _ROW):
        pieces = [piece for line in group for piece in (*line, ("\n", ""))][:-1]
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
    whole: list[Line] = [((_title(card), "bold"), *badge), *lines]
    whole += [((hint, "italic"),)] if hint else []
    is_short = utf16(_title(card)) <= HEADER_UNITS and utf16(hint) <= SMALL_UNITS
    if not is_short or sum(_units(line) + 1 for line in whole) > BLOCK_UNITS:
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
