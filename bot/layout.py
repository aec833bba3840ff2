"""Cards as lines on pages: what the renderers of all platforms do alike.

A line is pieces of text, each with a kind, "" for plain; what a kind looks like, and how long a
line is with it, the platform says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from bot.card import Table, Tone

Line: TypeAlias = tuple[tuple[str, str], ...]

MARKS = {
    Tone.NEUTRAL: "",
    Tone.GOOD: "✅ ",
    Tone.BAD: "❌ ",
    Tone.WARNING: "⚠️ ",
    Tone.ASK: "❓ ",
}
PAGES = 4
"""A card that needs more messages than this goes as a document."""
JOINER = "\u2060"
"""Has no width; parts what would otherwise be read as one."""
# Control characters, and what turns text round or hides in it.
_HARMFUL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """The same text without what hides in it."""
    if text.isascii() and text.isprintable():
        return text  # as most are, dozens of times a card
    return _HARMFUL.sub("", text)


def utf16(text: str) -> int:
    """A text's length in UTF-16 units, by which platforms count, or at most count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def rows_of(table: Table, gap: str = "  ") -> Iterator[str]:
    """The header and the rows of a table in letters of even width, a column under the other."""
    cells = [
        [clean(cell).replace("\n", " ") for cell in row] for row in (table.header, *table.rows)
    ]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.header))]
    for row in cells:
        shown = (
            cell.rjust(width) if place in table.numeric else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield gap.join(shown).rstrip() or " "


_NEEDS_NAMES = 2
"""Of so many columns, the second says of itself what it is."""
BLOCK = "block"
"""The kind of a table's rows in letters of even width; others are a renderer's own."""


def told(table: Table, widest: int, bold: str) -> Iterator[Line]:
    """A table as a block of rows or, where they would be broken, as lines with names.

    `widest` is how many letters of even width stand beside each other; `bold` is the kind of what
    a line begins with. What stands alone in its row is copied as it is, and stays in a block.
    """
    for gap in ("  ", " "):
        rows = list(rows_of(table, gap))
        if len(table.header) == 1 or max(map(len, rows)) <= widest:
            yield from (((row, BLOCK),) for row in rows)
            return
    names = [f"{name}: " for name in table.header[1:]] if len(table.header) > _NEEDS_NAMES else [""]
    for first, *others in table.rows:
        said = zip(names, others, strict=True)
        rest = " · ".join(f"{name}{value}" for name, value in said if value.strip(" –—"))
        yield ((first, bold), (f"  {rest}" if rest else "", ""))


def paged(
    lines: Sequence[Line],
    limit: int,
    length: Callable[[Line], int],
    *,
    piece: int = 0,
    marks: int = 0,
) -> list[list[Line]]:
    """Lines on pages of at most `limit`; what ends a line counts one. There is always a page.

    A line that no page would hold is broken, between words where it can be, into pieces of at most
    `piece` UTF-16 units of text, the limit where none is given. `marks` bounds the pieces on a page
    that are not plain, 0 does not.
    """
    pages: list[list[Line]] = [[]]
    used = marked = 0
    for line in (part for whole in lines for part in _broken(whole, limit, length, piece or limit)):
        units, kinds = length(line) + 1, sum(bool(kind) for _, kind in line)
        is_full = used + units > limit + 1 or bool(marks and marked + kinds > marks)
        if is_full and pages[-1]:
            pages.append([])
            used = marked = 0
        pages[-1].append(line)
        used, marked = used + units, marked + kinds
    return pages


def file_name(title: str) -> str:
    """What a card is called as a file, without an ending."""
    return re.sub(r"[^\w-]+", "-", title).strip("-")[:40] or "card"


def _broken(line: Line, limit: int, length: Callable[[Line], int], piece: int) -> Iterator[Line]:
    if length(line) <= limit:
        yield line
        return
    for said, kind in line:
        rest = said
        while utf16(rest) > piece:
            end = piece if rest.isascii() else piece // 2
            space = rest.rfind(" ", 1, end)
            end = space if space > end // 2 else end
            yield ((rest[:end], kind),)
            rest = rest[end:]
        if rest:
            yield ((rest, kind),)
