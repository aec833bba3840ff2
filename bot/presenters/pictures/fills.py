"""Fills and levels on the price panel."""

from __future__ import annotations

import numpy as np

from bot.presenters.pictures import frame, typography
from bot.presenters.pictures.frame import LABEL, Panel
from bot.presenters.pictures.palette import Colour, Palette
from bot.presenters.pictures.scales import Scale
from bot.presenters.pictures.spec import CandleChart, Level, Mark
from bot.presenters.pictures.surface import Pen, Surface, text_width

_ARROW = 11
_MOST_LEVELS = 12
_MOST_LABELS = 24
_TAG_GAP = 38
Tag = tuple[float, str, Colour]


def tags_of(palette: Palette, spec: CandleChart, scale: Scale, panel: Panel) -> list[Tag]:
    """The levels and the last price as tags on the axis, moved apart: row, words, colour."""
    tags: list[Tag] = [
        (scale.near(one.price), _named(one, scale, spec), palette.tones[one.tone])
        for one in _shown(spec)
    ]
    closes = spec.candles.close[np.isfinite(spec.candles.close)]
    if len(closes):
        last = float(closes[-1])
        colour = palette.side(last >= float(spec.candles.open[-1]))
        tags.append((scale.near(last), typography.exact(last, spec.language), colour))
    placed = frame.apart([tag[0] for tag in tags], _TAG_GAP, panel.top + 17, panel.bottom - 17)
    return [(row, words, colour) for row, (_, words, colour) in zip(placed, tags, strict=True)]


def _shown(spec: CandleChart) -> list[Level]:
    return [level for level in spec.levels if np.isfinite(level.price)][:_MOST_LEVELS]


def _named(level: Level, scale: Scale, spec: CandleChart) -> str:
    words = typography.exact(level.price, spec.language)
    if scale.holds(level.price):
        return words
    return ("↑" if level.price > scale.high else "↓") + words


def draw_levels(
    sheet: Surface, palette: Palette, spec: CandleChart, panel: Panel, scale: Scale
) -> None:
    """Dashed lines, their names at the left, where they hide no recent candle."""
    shown = _shown(spec)
    rows = [scale.near(level.price) for level in shown]
    names = frame.apart([row - 15 for row in rows], LABEL + 2, panel.top + 12, panel.bottom - 12)
    for level, row, name_row in zip(shown, rows, names, strict=True):
        colour = palette.tones[level.tone]
        if scale.holds(level.price):
            line = [((panel.left, round(row) + 0.5), (panel.right, round(row) + 0.5))]
            sheet.segments(line, Pen(colour, 1.6, dashes=(9.0, 6.0)))
        words = frame.fitted(level.label, LABEL, 360)
        frame.haloed(sheet, palette, (panel.left + 5, name_row), words, (LABEL, colour))


def draw_marks(
    sheet: Surface, palette: Palette, spec: CandleChart, panel: Panel, scale: Scale
) -> None:
    """Triangles whose tips touch the price: upwards a buy, downwards a sale; names above all."""
    times = spec.candles.time
    centres = panel.centres(len(times))
    placed: list[tuple[tuple[float, float], Mark]] = []
    for mark in spec.marks:
        column = int(np.searchsorted(times, mark.time, side="right")) - 1
        late = mark.time >= int(times[-1]) + spec.timeframe.seconds
        if column < 0 or late or not scale.holds(mark.price):
            continue
        placed.append(((float(centres[column]), scale.at(mark.price)), mark))
    for place, mark in placed:
        _draw_arrow(sheet, palette, place, mark)
    taken: list[tuple[float, float]] = []
    for place, mark in placed:
        _draw_name(sheet, palette, place, mark, taken, panel.right)


def _draw_arrow(sheet: Surface, palette: Palette, place: tuple[float, float], mark: Mark) -> None:
    x, y = place
    down = 1 if mark.side == "buy" else -1
    for grow, colour in ((4, palette.paper), (2, palette.ink), (0, palette.side(down == 1))):
        size = _ARROW + grow
        tip = y + down * (2 - 1.6 * grow)
        base = y + down * (2 + 1.7 * _ARROW + 0.8 * grow)
        sheet.polygon(((x, tip), (x - size, base), (x + size, base), (x, tip)), colour)


def _draw_name(
    sheet: Surface,
    palette: Palette,
    place: tuple[float, float],
    mark: Mark,
    taken: list[tuple[float, float]],
    right: float,
) -> None:
    """The label beyond the triangle, left of `right`, left out where it would lie on another."""
    x, y = place
    row = y + (38 if mark.side == "buy" else -38)
    crowded = any(abs(x - left) < 90 and abs(row - top) < 24 for left, top in taken)
    if not mark.label or crowded or len(taken) >= _MOST_LABELS:
        return
    taken.append((x, row))
    words = frame.fitted(mark.label, 20, 220)
    width = text_width(words, 20)
    left = min(x - width / 2, right - width - 6)
    frame.haloed(sheet, palette, (left, row), words, (20, palette.ink))
