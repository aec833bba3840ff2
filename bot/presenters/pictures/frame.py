"""What every picture shares: its size, its heading, its badge, its axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.presenters.pictures.calendar import Tick
from bot.presenters.pictures.palette import Colour, Palette, readable_on
from bot.presenters.pictures.scales import Scale, round_values
from bot.presenters.pictures.surface import Pen, Surface, text_width
from engine.domain.candles import Floats

WIDTH, HEIGHT = 1_200, 800
MARGIN = 28
LABEL = 23
"""Pixels of an axis label: seven points where a phone shows the picture 360 points wide."""
_TITLE = 38
_BADGE = 24
_ELLIPSIS = "…"
Write = Callable[[float, float], str]
"""Writes a value of an axis whose labels are a step apart."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle to draw in."""

    left: float
    top: float
    right: float
    bottom: float

    def scale(self, low: float, high: float) -> Scale:
        """Values on its height."""
        return Scale(low, high, self.top, self.bottom)

    def centres(self, count: int) -> Floats:
        """The middles of `count` equal slots across its width."""
        middles: Floats = self.left + (np.arange(count) + 0.5) * (self.right - self.left) / count
        return middles


def heading(sheet: Surface, palette: Palette, title: str, aside: str, badge: str) -> None:
    """The first line: a title, a quieter aside, and where the figures come from."""
    limit = badge_mark(sheet, palette, badge) - MARGIN
    shown = fitted(title, _TITLE, limit - MARGIN, bold=True)
    sheet.text(MARGIN, 44, shown, _TITLE, palette.ink, bold=True)
    after = MARGIN + text_width(shown, _TITLE, bold=True) + 18
    sheet.text(after, 46, fitted(aside, 27, limit - after), 27, palette.muted)


def badge_mark(sheet: Surface, palette: Palette, badge: str) -> float:
    """The badge at the top right, never to be overlooked; gives its left edge."""
    if not badge:
        return WIDTH - MARGIN
    words = fitted(badge.upper(), _BADGE, 520, bold=True)
    left = WIDTH - MARGIN - text_width(words, _BADGE, bold=True) - 32
    sheet.pill((left, 22, WIDTH - MARGIN, 66), 10, palette.badge)
    sheet.text(left + 16, 44, words, _BADGE, palette.badge_ink, bold=True)
    return left


def fitted(words: str, size: float, room: float, *, bold: bool = False) -> str:
    """The words, cut with an ellipsis where there is no room for all."""
    if text_width(words[:400], size, bold=bold) <= room and len(words) <= 400:
        return words
    kept = words[: max(0, int(2 * room / size))]
    while kept and text_width(kept + _ELLIPSIS, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS if kept else ""


@dataclass(frozen=True, slots=True)
class Axis:
    """A panel's values and how their labels are written."""

    panel: Panel
    scale: Scale
    write: Write


def value_axis(sheet: Surface, palette: Palette, axis: Axis, hidden: Sequence[float] = ()) -> None:
    """Grid lines and labels at the right, but for those that a tag at a `hidden` row covers."""
    panel, scale = axis.panel, axis.scale
    most = max(2, int((panel.bottom - panel.top) / 56))
    values, step = round_values(scale.low, scale.high, most)
    rows = [scale.at(value) for value in values]
    level = [((panel.left, round(row) + 0.5), (panel.right, round(row) + 0.5)) for row in rows]
    sheet.segments(level, Pen(palette.grid))
    for value, row in zip(values, rows, strict=True):
        outside = row < panel.top + 8 or row > panel.bottom - 8
        if not outside and all(abs(row - other) > LABEL + 8 for other in hidden):
            sheet.text(panel.right + 12, row, axis.write(value, step), LABEL, palette.muted)


def time_axis(
    sheet: Surface, palette: Palette, panels: Sequence[Panel], centres: Floats, marks: list[Tick]
) -> None:
    """Thin verticals through all panels and the labels below the last."""
    columns = [round(float(centres[mark.index])) + 0.5 for mark in marks]
    lines = [((x, panel.top), (x, panel.bottom)) for x in columns for panel in panels]
    sheet.segments(lines, Pen(palette.grid))
    last, free = panels[-1], -1e9
    for x, mark in zip(columns, marks, strict=True):
        half = text_width(mark.label, LABEL, bold=mark.strong) / 2
        middle = min(max(x, last.left + half), last.right - half)
        if middle - half < free:
            continue
        free = middle + half + 18
        ink = palette.ink if mark.strong else palette.muted
        sheet.text(
            middle, last.bottom + 26, mark.label, LABEL, ink, anchor="centre", bold=mark.strong
        )


def tag(sheet: Surface, panel: Panel, row: float, words: str, colour: Colour) -> None:
    """A filled label on the value axis."""
    right = panel.right + 18 + text_width(words, LABEL, bold=True)
    sheet.pill((panel.right + 3, row - 17, min(right, WIDTH - 2), row + 17), 5, colour)
    sheet.text(panel.right + 11, row, words, LABEL, readable_on(colour), bold=True)


def haloed(
    sheet: Surface,
    palette: Palette,
    place: tuple[float, float],
    words: str,
    look: tuple[float, Colour],
) -> None:
    """Words that stay legible on whatever lies below; `look` is their size and colour."""
    (left, row), (size, colour) = place, look
    if words:
        half = 0.56 * size
        box = (left - 5, row - half, left + text_width(words, size) + 5, row + half)
        sheet.pill(box, 4, palette.paper)
        sheet.text(left, row, words, size, colour)


def apart(rows: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """The same rows moved as little as needed to lie `gap` apart within the bounds."""
    order = sorted(range(len(rows)), key=lambda index: rows[index])
    placed = [min(max(rows[index], top), bottom) for index in order]
    for at in range(1, len(placed)):
        placed[at] = max(placed[at], placed[at - 1] + gap)
    ceiling = bottom
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], ceiling)
        ceiling = placed[at] - gap
    moved = dict(zip(order, placed, strict=True))
    return [moved[index] for index in range(len(rows))]


def nothing(sheet: Surface, palette: Palette, words: str) -> None:
    """What stands where there is nothing to draw."""
    sheet.text(WIDTH / 2, sheet.height / 2, words, 32, palette.muted, anchor="centre")
