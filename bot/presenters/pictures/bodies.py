"""The candles themselves and the volume below them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.presenters.pictures.frame import Panel
from bot.presenters.pictures.palette import Palette
from bot.presenters.pictures.scales import Scale
from bot.presenters.pictures.surface import Pen, Surface
from engine.domain.candles import Candles, Floats

_THINNEST_SLOT = 2.0
_WIDEST_BODY = 25
_HOLLOW_FROM = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """The risen or the fallen candles: which rows, and where their bodies stand."""

    rows: NDArray[np.bool_]
    left: Floats
    width: int
    up: bool

    @property
    def stroke(self) -> int:
        """How thick wicks and outlines are."""
        return 1 if self.width < 9 else 2 if self.width < 17 else 3


def draw_bodies(
    sheet: Surface, palette: Palette, bars: Candles, panel: Panel, scale: Scale
) -> None:
    """Candlesticks, or the line of closes where there is no room for them."""
    if _slot(panel, bars) < _THINNEST_SLOT:
        places = np.column_stack((panel.centres(len(bars)), scale.rows(bars.close)))
        sheet.line(places, Pen(palette.ink, 1.8))
        return
    for side in _sides(panel, bars):
        _draw_side(sheet, palette, bars, scale, side)


def draw_volume(sheet: Surface, palette: Palette, bars: Candles, panel: Panel) -> None:
    """Bars of volume on the columns of the candles."""
    most = greatest(bars.volume)
    if most <= 0:
        return
    for side in _sides(panel, bars):
        known = np.nan_to_num(bars.volume[side.rows], posinf=0.0, neginf=0.0)
        tops = panel.bottom - np.maximum(known / most * (panel.bottom - panel.top), 1)
        left, base = side.left, np.full_like(tops, panel.bottom)
        colour = palette.volume_up if side.up else palette.volume_down
        sheet.boxes(np.column_stack((left, tops, left + side.width, base)), colour)


def greatest(values: Floats) -> float:
    """The highest of the finite values, 0 where there is none."""
    return float(np.max(values[np.isfinite(values)], initial=0.0))


def _slot(panel: Panel, bars: Candles) -> float:
    return (panel.right - panel.left) / len(bars)


def _sides(panel: Panel, bars: Candles) -> tuple[_Side, _Side]:
    width = max(1, min(_WIDEST_BODY, int(_slot(panel, bars) * 0.72)))
    width -= 1 - width % 2  # an odd width leaves the wick in the middle
    left: Floats = np.rint(panel.centres(len(bars)) - width / 2)
    known = np.isfinite(bars.open + bars.high + bars.low + bars.close)
    risen: NDArray[np.bool_] = (bars.close >= bars.open) & known
    fallen: NDArray[np.bool_] = (bars.close < bars.open) & known
    return _Side(risen, left[risen], width, up=True), _Side(fallen, left[fallen], width, up=False)


def _draw_side(sheet: Surface, palette: Palette, bars: Candles, scale: Scale, side: _Side) -> None:
    """Wicks and bodies; those that rose are hollow where they are wide enough."""
    colour, left, width, stroke = palette.side(side.up), side.left, side.width, side.stroke
    highs, lows, opens, closes = (
        np.rint(scale.rows(column[side.rows]))
        for column in (bars.high, bars.low, bars.open, bars.close)
    )
    top, bottom = np.minimum(opens, closes), np.maximum(opens, closes)
    bottom = np.maximum(bottom, top + 1)
    wick, foot = left + (width - stroke) // 2, np.maximum(lows, bottom)
    sheet.boxes(np.column_stack((wick, highs, wick + stroke, foot)), colour)
    sheet.boxes(np.column_stack((left, top, left + width, bottom)), colour)
    if side.up and width >= _HOLLOW_FROM:
        inner = (left + stroke, top + stroke, left + width - stroke, bottom - stroke)
        sheet.boxes(np.column_stack(inner)[bottom - top > 2 * stroke], palette.paper)
