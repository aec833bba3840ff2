"""Signed bars: profit per symbol, per strategy, per day."""

from __future__ import annotations

import numpy as np

from bot.presenters.pictures import frame, typography
from bot.presenters.pictures.frame import HEIGHT, LABEL, MARGIN, WIDTH
from bot.presenters.pictures.palette import PALETTES, Palette
from bot.presenters.pictures.scales import span
from bot.presenters.pictures.spec import Bar, BarsChart
from bot.presenters.pictures.surface import Pen, Surface, text_width

_TOP = 96
_MOST_BARS = 14
_THICKEST = 64


def draw(spec: BarsChart) -> bytes:
    """The chart as PNG, one row a bar in the order given; the smallest beyond 14 become one."""
    palette = PALETTES[spec.theme]
    sheet = Surface(WIDTH, HEIGHT, palette.paper)
    aside = " · ".join(part for part in (spec.unit, spec.subtitle) if part)
    frame.heading(sheet, palette, spec.title, aside, spec.badge)
    bars = _gathered(spec)
    if not bars:
        frame.nothing(sheet, palette, typography.word("nothing", spec.language))
        return sheet.png()
    _draw_rows(sheet, palette, spec, bars)
    return sheet.png()


def _gathered(spec: BarsChart) -> tuple[Bar, ...]:
    known = tuple(bar for bar in spec.bars if np.isfinite(bar.value))
    if len(known) <= _MOST_BARS:
        return known
    sizes = sorted((abs(bar.value) for bar in known), reverse=True)
    least = sizes[_MOST_BARS - 2]
    kept = tuple(bar for bar in known if abs(bar.value) >= least)[: _MOST_BARS - 1]
    rest = sum(bar.value for bar in known) - sum(bar.value for bar in kept)
    count = len(known) - len(kept)
    return (*kept, Bar(f"{typography.word('others', spec.language)} ({count})", rest))


def _draw_rows(sheet: Surface, palette: Palette, spec: BarsChart, bars: tuple[Bar, ...]) -> None:
    amounts = [typography.amount(bar.value, spec.language) for bar in bars]
    beside = max(text_width(words, LABEL, bold=True) for words in amounts) + 20
    names = [frame.fitted(bar.label, LABEL, 300) for bar in bars]
    left = MARGIN + max(text_width(name, LABEL) for name in names) + 22
    right = WIDTH - MARGIN
    low, high = span(np.array([0.0, *(bar.value for bar in bars)]))
    low, high = min(low, 0.0), max(high, 0.0)
    # The amounts stand beyond the ends of the bars, so both ends keep room for them.
    start = left + (beside if low < 0 else 0)
    unit = (right - (beside if high > 0 else 0) - start) / (high - low)
    zero = start - low * unit
    slot = min((HEIGHT - MARGIN - _TOP) / len(bars), 1.6 * _THICKEST)
    for row, bar in enumerate(bars):
        middle = _TOP + (row + 0.5) * slot
        sheet.text(MARGIN, middle, names[row], LABEL, palette.ink)
        _draw_bar(sheet, palette, (zero, middle, slot), bar.value * unit, amounts[row])
    bottom = _TOP + len(bars) * slot
    rule = [((round(zero) + 0.5, _TOP), (round(zero) + 0.5, bottom))]
    sheet.segments(rule, Pen(palette.muted, 1.0))


def _draw_bar(
    sheet: Surface,
    palette: Palette,
    place: tuple[float, float, float],
    length: float,
    words: str,
) -> None:
    zero, middle, slot = place
    half = min(slot * 0.34, _THICKEST / 2)
    colour = palette.side(length >= 0)
    near, far = sorted((zero, zero + length))
    sheet.boxes([[near, middle - half, far, middle + half]], colour)
    if length >= 0:
        sheet.text(far + 10, middle, words, LABEL, colour, bold=True)
    else:
        sheet.text(near - 10, middle, words, LABEL, colour, anchor="right", bold=True)
