"""A score over two numbers: the surface of an optimisation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bot.presenters.pictures import frame, typography
from bot.presenters.pictures.frame import HEIGHT, LABEL, MARGIN, WIDTH
from bot.presenters.pictures.palette import PALETTES, Palette, heat, readable_on
from bot.presenters.pictures.spec import HeatMap
from bot.presenters.pictures.surface import Pen, Surface

_TOP = 160
_FOOT = 84
_AXIS = 120
_LEAST_CELL = 58


def draw(spec: HeatMap) -> bytes:
    """The map as PNG; the best cell is framed."""
    palette = PALETTES[spec.theme]
    sheet = Surface(WIDTH, HEIGHT, palette.paper)
    frame.heading(sheet, palette, spec.title, "", spec.badge)
    sheet.text(MARGIN, 98, frame.fitted(spec.subtitle, 26, WIDTH - 2 * MARGIN), 26, palette.muted)
    known = np.isfinite(spec.scores)
    if not known.any():
        frame.nothing(sheet, palette, typography.word("nothing", spec.language))
        return sheet.png()
    strongest = float(np.nanmax(np.abs(spec.scores))) or 1.0
    rows, columns = spec.scores.shape
    width = (WIDTH - MARGIN - _AXIS) / columns
    height = (HEIGHT - _TOP - _FOOT) / rows
    for row in range(rows):
        for column in range(columns):
            left, top = _AXIS + column * width, _TOP + row * height
            box = (left, top, left + width, top + height)
            _draw_cell(sheet, palette, spec, float(spec.scores[row, column]), box, strongest)
    _draw_best(sheet, palette, spec, width, height)
    _draw_names(sheet, palette, spec, width, height)
    return sheet.png()


def _draw_cell(
    sheet: Surface,
    palette: Palette,
    spec: HeatMap,
    value: float,
    box: tuple[float, float, float, float],
    strongest: float,
) -> None:
    left, top, right, bottom = box
    colour = heat(palette, value, strongest)
    sheet.boxes([[left + 1, top + 1, right - 1, bottom - 1]], colour)
    if np.isfinite(value) and right - left >= _LEAST_CELL and bottom - top >= 26:
        words = _score(value, spec)
        place = (left + right) / 2, (top + bottom) / 2
        sheet.text(*place, words, 20, readable_on(colour), anchor="centre")


def _score(value: float, spec: HeatMap) -> str:
    if spec.is_share:
        return typography.percent(value, spec.language)
    return typography.number(value, 2 if abs(value) < 10 else 0, spec.language)


def _draw_best(
    sheet: Surface, palette: Palette, spec: HeatMap, width: float, height: float
) -> None:
    row, column = np.unravel_index(int(np.nanargmax(spec.scores)), spec.scores.shape)
    left, top = _AXIS + float(column) * width, _TOP + float(row) * height
    right, bottom = left + width, top + height
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    sheet.segments(list(pairwise(corners)), Pen(palette.ink, 4.0))


def _draw_names(
    sheet: Surface, palette: Palette, spec: HeatMap, width: float, height: float
) -> None:
    every = max(1, int(np.ceil(70 / width)))
    for column in range(0, len(spec.columns), every):
        x = _AXIS + (column + 0.5) * width
        words = spec.columns[column]
        sheet.text(x, HEIGHT - _FOOT + 22, words, LABEL, palette.muted, anchor="centre")
    every = max(1, int(np.ceil(30 / height)))
    for row in range(0, len(spec.rows), every):
        y = _TOP + (row + 0.5) * height
        sheet.text(_AXIS - 12, y, spec.rows[row], LABEL, palette.muted, anchor="right")
    middle = (_AXIS + WIDTH - MARGIN) / 2
    sheet.text(
        middle, HEIGHT - 26, spec.column_name, LABEL, palette.ink, anchor="centre", bold=True
    )
    sheet.text(MARGIN, _TOP - 18, spec.row_name, LABEL, palette.ink, bold=True)
