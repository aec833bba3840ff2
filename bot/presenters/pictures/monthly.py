"""The heat map of monthly returns."""

from __future__ import annotations

import numpy as np

from bot.presenters.pictures import frame, typography
from bot.presenters.pictures.frame import MARGIN, WIDTH
from bot.presenters.pictures.palette import PALETTES, Palette, heat, readable_on
from bot.presenters.pictures.spec import MonthlyReturns
from bot.presenters.pictures.surface import Surface
from engine.domain.candles import Floats

_TOP = 92
_HEAD = 44
_CELL_HEIGHT = 66
_YEAR_WIDTH = 84
_SUM_WIDTH = 116
_LEAST_HEIGHT = 420
_MOST_YEARS = 30


def draw(spec: MonthlyReturns) -> bytes:
    """The map as PNG, the latest year last."""
    palette = PALETTES[spec.theme]
    years = spec.years[-_MOST_YEARS:]
    height = max(_LEAST_HEIGHT, _TOP + _HEAD + len(years) * _CELL_HEIGHT + MARGIN)
    sheet = Surface(WIDTH, height, palette.paper)
    frame.heading(sheet, palette, spec.title, "", spec.badge)
    if not years:
        frame.nothing(sheet, palette, typography.word("nothing", spec.language))
        return sheet.png()
    _draw_head(sheet, palette, spec)
    table = spec.returns[-len(years) :]
    strongest = float(np.nanmax(np.abs(np.where(np.isfinite(table), table, np.nan)), initial=0.0))
    for row, (year, returns) in enumerate(zip(years, table, strict=True)):
        top = _TOP + _HEAD + row * _CELL_HEIGHT
        sheet.text(MARGIN, top + _CELL_HEIGHT / 2, str(year), 24, palette.ink, bold=True)
        _draw_year(sheet, palette, spec, top=top, returns=returns, strongest=strongest or 1.0)
    return sheet.png()


def _cell_width() -> float:
    return (WIDTH - 2 * MARGIN - _YEAR_WIDTH - _SUM_WIDTH) / 12


def _draw_head(sheet: Surface, palette: Palette, spec: MonthlyReturns) -> None:
    width = _cell_width()
    for month, name in enumerate(typography.MONTHS[spec.language]):
        x = MARGIN + _YEAR_WIDTH + (month + 0.5) * width
        sheet.text(x, _TOP + 20, name, 21, palette.muted, anchor="centre")
    year = typography.word("year", spec.language)
    sheet.text(WIDTH - MARGIN - 6, _TOP + 20, year, 21, palette.muted, anchor="right")


def _draw_year(
    sheet: Surface,
    palette: Palette,
    spec: MonthlyReturns,
    *,
    top: float,
    returns: Floats,
    strongest: float,
) -> None:
    width, middle = _cell_width(), top + _CELL_HEIGHT / 2
    for month, value in enumerate(returns):
        left = MARGIN + _YEAR_WIDTH + month * width
        colour = heat(palette, float(value), strongest)
        sheet.boxes([[left + 2, top + 2, left + width - 2, top + _CELL_HEIGHT - 2]], colour)
        if np.isfinite(value):
            words, ink = _short(float(value), spec), readable_on(colour)
            sheet.text(left + width / 2, middle, words, 22, ink, anchor="centre")
    known = returns[np.isfinite(returns)]
    if len(known):
        total = float(np.prod(1 + known) - 1)
        words = typography.percent(total, spec.language, 1, signed=True)
        colour = palette.signed(words)
        sheet.text(WIDTH - MARGIN, middle, words, 20, colour, anchor="right", bold=True)


def _short(value: float, spec: MonthlyReturns) -> str:
    return typography.number(100 * value, 1 if abs(value) < 1 else 0, spec.language)
