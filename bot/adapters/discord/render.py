"""Cards as Discord messages: an embed, buttons or a menu below it, files beside it.

`harmless` is the one function that every word passes which Discord would read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from discord import Embed

from bot.adapters.discord.manifest import (
    ALT_LETTERS,
    BUTTON_ROW,
    CUSTOM_ID_LETTERS,
    DESCRIPTION_UNITS,
    FIELD_NAME_UNITS,
    FIELD_VALUE_UNITS,
    FIELDS,
    FILE_BYTES,
    FILES,
    LABEL_LETTERS,
    MESSAGE_BYTES,
    OPTION_LETTERS,
    OPTIONS,
    ROWS,
    TITLE_UNITS,
)
from bot.card import Attachment, AttachmentKind, Button, Card, Tone
from bot.layout import (
    BLOCK,
    JOINER,
    MARKS,
    PAGES,
    Line,
    clean,
    file_name,
    paged,
    rows_of,
    told,
    utf16,
)

_COLOURS = {
    Tone.NEUTRAL: 0x4C6FFF,
    Tone.GOOD: 0x2FA36B,
    Tone.BAD: 0xD64545,
    Tone.WARNING: 0xE3A008,
    Tone.ASK: 0x8B5CF6,
}
_MOST_IN_FIELDS = 1_000
_MOST_IN_FOOTER = 300
"""Longer ones stand in the description, so that an embed stays within its limit in all."""
_BLOCK_UNITS = 16
_BLOCK_LETTERS = 58
"""A wider row would be broken in an embed."""
_COLUMN_LETTERS = 24
"""Fields with longer words do not stand side by side."""
_FIRST_STYLE, _OTHER_STYLE = 1, 2
_MOST_BUTTONS = 2 * BUTTON_ROW
"""More are a menu."""

_BLANK = "\u200b"
"""Stands where Discord lets nothing stand."""
# What Discord reads as markup, mentions, emoji or links; a backslash has it shown as it is.
_MARKUP = re.compile(r"[\\*_~|`\[\]()<>#:@-]|(?<=\w)\.(?=[^\W\d])|(?m:(?<=^\d)|(?<=^\d\d))\.")

Component: TypeAlias = dict[str, object]
Field: TypeAlias = tuple[str, str, bool]
"""Name and value as they are sent, and whether it may stand beside others."""


def harmless(text: str) -> str:
    """The same text, as it is seen, which mentions nobody, leads nowhere and is no markup."""
    return _MARKUP.sub(lambda match: f"\\{match[0]}", clean(text))


@dataclass(frozen=True, slots=True)
class File:
    """A file beside the words."""

    name: str
    content: Path | bytes
    alt: str = ""

    def read(self) -> bytes:
        """Its bytes."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


@dataclass(frozen=True, slots=True)
class Payload:
    """One message."""

    embed: Embed | None = None
    rows: tuple[Component, ...] = ()
    files: tuple[File, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The message for the API, whole: what it replaces leaves nothing behind."""
        return {
            "embeds": [self.embed.to_dict()] if self.embed is not None else [],
            "components": list(self.rows),
            "attachments": [
                {"id": place, "filename": file.name, "description": file.alt or file.name}
                for place, file in enumerate(self.files)
            ],
            "allowed_mentions": {"parse": [], "replied_user": False},
        }


def rendered(card: Card, sealed: Callable[[str], str]) -> tuple[Payload, ...]:
    """The messages that show a card, in their order; the last one bears its buttons."""
    present, missing = _sorted(card.attachments)
    buttons, said = _pressable(card.buttons, sealed)
    fields = _fields(card)
    lines = [
        *_lines(card, is_short=fields is not None),
        *((("📎 ", ""), (clean(item.title), ""), (" ✗", "")) for item in missing),
        *(((f"{clean(button.label)}: ", ""), (button.line, "bold")) for button in said),
    ]
    pages = _pages(lines)
    if len(pages) > PAGES:
        whole = File(f"{file_name(card.title)}.txt", plain(card).encode())
        pages, present = pages[:1], [*present, whole]
    *earlier, last = _grouped(present)
    *before, final = _embeds(card, pages, fields or ())
    pictures = [item for item in card.attachments if item.kind is AttachmentKind.PICTURE]
    if len(pictures) == len(last) == 1 and not missing:
        final.set_image(url=f"attachment://{last[0].name}")
    return (
        *(Payload(files=group) for group in earlier),
        *(Payload(embed) for embed in before),
        Payload(final, tuple(_rows(buttons, sealed)), last),
    )


def asked(label: str, data: str) -> Payload:
    """A button that opens a form."""
    button = _button(clean(label), data, _FIRST_STYLE)
    embed = Embed(title=harmless(label)[:TITLE_UNITS], colour=_COLOURS[Tone.ASK])
    return Payload(embed, ({"type": 1, "components": [button]},))


def _pages(lines: Sequence[Line]) -> list[str]:
    """Pages of a description's length; markup may make each letter two."""
    limit = DESCRIPTION_UNITS - _BLOCK_UNITS
    piece = limit // 2 - _BLOCK_UNITS
    return [_markup(page) for page in paged(lines, limit, _units, piece=piece)]


def plain(card: Card) -> str:
    """The whole card as lines, for a document."""
    lines = [((card.title, ""),), *_lines(replace(card, table=None), is_short=False, is_all=True)]
    rows = [((row, ""),) for row in rows_of(card.table)] if card.table else []
    return clean("\n".join("".join(text for text, _ in line) for line in (*lines, *rows)))


def _embeds(card: Card, pages: Sequence[str], fields: Sequence[Field]) -> list[Embed]:
    embeds = [Embed(description=page or None, colour=_COLOURS[card.tone]) for page in pages]
    if _has_short_title(card):
        embeds[0].title = harmless(_title(card)) or _BLANK
    for name, value, is_short in fields:
        embeds[-1].add_field(name=name, value=value, inline=is_short)
    if _has_footer(card):
        embeds[-1].set_footer(text=clean(card.hint))
    return embeds


def _lines(card: Card, *, is_short: bool, is_all: bool = False) -> Iterator[Line]:
    """What stands in the description: without the fields that are `is_short`, or `is_all` of it."""
    if not is_all and not _has_short_title(card):
        yield ((_title(card), "bold"),)
    for line in card.text.splitlines():
        yield ((line, ""),)
    if not is_short:
        for name, value in card.fields:
            yield ((f"{name}: ", ""), (value, "bold"))
    if card.table is not None:
        yield from told(card.table, _BLOCK_LETTERS, "bold")
    if card.hint and (is_all or not _has_footer(card)):
        yield ((card.hint, ""),)


def _title(card: Card) -> str:
    return f"{MARKS[card.tone]}{card.title}" + (f"  [{card.badge}]" if card.badge else "")


def _has_short_title(card: Card) -> bool:
    return utf16(harmless(_title(card))) <= TITLE_UNITS


def _has_footer(card: Card) -> bool:
    return 0 < utf16(clean(card.hint)) <= _MOST_IN_FOOTER and bool(clean(card.hint).strip())


def _fields(card: Card) -> Sequence[Field] | None:
    """What stands as fields: few, short, and with no table that they would stand below."""
    if card.table is not None or len(card.fields) > FIELDS:
        return None
    fields: list[Field] = []
    units = 0
    for name, value in card.fields:
        shown, said = harmless(name), harmless(value)
        name_units, value_units = utf16(shown), utf16(said)
        units += name_units + value_units
        is_fit = name_units <= FIELD_NAME_UNITS and value_units <= FIELD_VALUE_UNITS
        if not is_fit or units > _MOST_IN_FIELDS or not (shown.strip() and said.strip()):
            return None
        fields.append((shown, said, max(len(name), len(value)) <= _COLUMN_LETTERS))
    return fields


def _markup(lines: Sequence[Line]) -> str:
    """One text; neighbouring rows of a table stand in one block."""
    texts = []
    for is_block, group in groupby(lines, key=lambda line: line[0][1] == BLOCK):
        if is_block:
            rows = "\n".join(_in_block(line[0][0]) for line in group)
            texts.append(f"```\n{rows}\n```")
        else:
            texts += ["".join(_marked(*piece) for piece in line) for line in group]
    return "\n".join(texts)


def _marked(said: str, kind: str) -> str:
    text = harmless(said)
    return f"**{text}**" if kind == "bold" and text.strip() else text


def _in_block(row: str) -> str:
    """Nothing is markup inside a block but what ends it."""
    return clean(row).replace("`", f"`{JOINER}")


def _units(line: Line) -> int:
    return sum(
        utf16(_in_block(said) if kind == BLOCK else _marked(said, kind)) for said, kind in line
    )


def _sorted(attachments: Sequence[Attachment]) -> tuple[list[File], list[Attachment]]:
    """Files to send, and what is not there or too big to be sent."""
    files: list[File] = []
    missing = []
    for item in attachments:
        size = item.path.stat().st_size if item.path.is_file() else 0
        if not 0 < size <= FILE_BYTES:
            missing.append(item)
            continue
        name = re.sub(r"[^\w.-]", "_", item.path.name, flags=re.ASCII)
        if any(file.name == name for file in files):
            name = f"{len(files)}-{name}"
        files.append(File(name, item.path, clean(item.title)[:ALT_LETTERS]))
    return files, missing


def _grouped(files: Sequence[File]) -> list[tuple[File, ...]]:
    """Files by messages that may hold them."""
    groups: list[list[File]] = [[]]
    size = 0
    for file in files:
        more = len(file.content) if isinstance(file.content, bytes) else file.content.stat().st_size
        if len(groups[-1]) == FILES or size + more > MESSAGE_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(file)
        size += more
    return [tuple(group) for group in groups]


def _pressable(
    buttons: Sequence[Button], sealed: Callable[[str], str]
) -> tuple[list[Button], list[Button]]:
    """Buttons whose lines can come back, each once, and those whose lines are said instead."""
    once = {button.line: button for button in buttons}.values()
    fits = [button for button in once if len(sealed(button.line)) <= CUSTOM_ID_LETTERS]
    shown = fits[: ROWS * OPTIONS]
    return shown, [button for button in once if button not in shown]


def _rows(buttons: Sequence[Button], sealed: Callable[[str], str]) -> Iterator[Component]:
    if len(buttons) <= _MOST_BUTTONS:
        made: Iterable[Component] = [
            _button(clean(button.label), sealed(button.line), _OTHER_STYLE if place else 1)
            for place, button in enumerate(buttons)
        ]
        groups = [list(made)[start : start + BUTTON_ROW] for start in range(0, len(buttons), 5)]
    else:
        groups = [
            [_menu(buttons[start : start + OPTIONS], f"menu {start}", sealed)]
            for start in range(0, len(buttons), OPTIONS)
        ]
    for group in groups:
        yield {"type": 1, "components": group}


def _button(label: str, data: str, style: int) -> Component:
    shown = label.strip()[:LABEL_LETTERS] or _BLANK
    return {"type": 2, "style": style, "label": shown, "custom_id": data}


def _menu(buttons: Sequence[Button], name: str, sealed: Callable[[str], str]) -> Component:
    options: list[Mapping[str, str]] = [
        {
            "label": clean(button.label).strip()[:OPTION_LETTERS] or _BLANK,
            "value": sealed(button.line),
        }
        for button in buttons
    ]
    return {"type": 3, "custom_id": sealed(name), "options": options}
