"""Cards as coloured boxes for people, or as plain lines for scripts."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from bot.card import Button, Card, Table, Tone
from bot.layout import clean, rows_of

_COLOURS = {
    Tone.NEUTRAL: "cyan",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.WARNING: "yellow",
    Tone.ASK: "magenta",
}


def boxed(card: Card) -> RenderableType:
    """A panel in the colour of its tone."""
    parts: list[RenderableType] = []
    if card.text:
        parts.append(Text(clean(card.text)))
    if card.fields:
        parts.append(_grid(card.fields))
    if card.table is not None:
        parts.append(_table(card.table))
    parts.extend(
        Text(f"{attachment.title or attachment.kind}: {attachment.path}", style="underline")
        for attachment in card.attachments
    )
    if card.buttons:
        parts.append(_buttons(card))
    if card.hint:
        parts.append(Text(clean(card.hint), style="dim"))
    colour = _COLOURS[card.tone]
    return Panel(
        Group(*parts),
        title=Text(clean(card.title), style=f"bold {colour}"),
        title_align="left",
        subtitle=Text(card.badge, style="bold yellow") if card.badge else None,
        subtitle_align="right",
        border_style=colour,
        box=box.ROUNDED,
        expand=False,
        padding=(0, 1),
    )


def plain(card: Card) -> str:
    """Lines without colour or boxes; the same words in the same order."""
    return "\n".join(_lines(card))


def _lines(card: Card) -> Iterator[str]:
    mark = f"  [{card.badge}]" if card.badge else ""
    yield f"{clean(card.title)}{mark}"
    if card.text:
        yield from (f"  {line}" for line in clean(card.text).splitlines())
    for name, value in card.fields:
        yield f"  {clean(name)}: {clean(value)}"
    if card.table is not None:
        yield from (f"  {row}".rstrip() for row in rows_of(card.table))
    for attachment in card.attachments:
        yield f"  {attachment.title or attachment.kind}: {attachment.path}"
    for button in card.buttons:
        yield f"  [{button.label}] {_beside(button)}".rstrip()
    if card.hint:
        yield f"  {clean(card.hint)}"


def _grid(fields: tuple[tuple[str, str], ...]) -> RichTable:
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    for name, value in fields:
        grid.add_row(Text(clean(name)), Text(clean(value)))
    return grid


def _table(table: Table) -> RichTable:
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, name in enumerate(table.header):
        drawn.add_column(name, justify="right" if place in table.numeric else "left")
    for row in table.rows:
        drawn.add_row(*(Text(clean(cell)) for cell in row))
    return drawn


def _buttons(card: Card) -> Text:
    line = Text()
    for button in card.buttons:
        line.append(f" {button.label} ", style="reverse")
        line.append(f" {_beside(button)}   ", style="dim")
    return line


def _beside(button: Button) -> str:
    """What to type for it, where its label does not say so already."""
    return button.line if button.label != button.line else ""
