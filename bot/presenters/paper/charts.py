"""Equity, drawdown and months, drawn as vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.presenters.paper.document import INNER, MARGIN, WIDTH, Document, Point
from bot.presenters.paper.ink import INK, ink, signed
from bot.presenters.paper.spec import Curve, Months
from bot.presenters.pictures import typography
from bot.presenters.pictures.calendar import ticks
from bot.presenters.pictures.drawdown import drawdowns
from bot.presenters.pictures.palette import PALETTES, heat, readable_on
from bot.presenters.pictures.scales import Scale, round_values, span
from engine.domain.candles import Floats

_AXIS = 19.0
_DRAWDOWN_HEIGHT = 27.0
_EQUITY_HEIGHTS = (52.0, 78.0)
_AROUND = 22.0
_MOST_POINTS = 700
_CELL_HEIGHT = 7.4
_YEAR_WIDTH = 13.0
_SUM_WIDTH = 17.0


@dataclass(frozen=True, slots=True, eq=False)
class _Panel:
    """A strip of the page whose columns are moments."""

    top: float
    bottom: float
    columns: Floats
    scale: Scale

    def points(self, values: Floats) -> list[Point]:
        rows = self.scale.rows(values)
        known = _thinned(rows)
        return list(zip(self.columns[known].tolist(), rows[known].tolist(), strict=True))


def draw_curve(paper: Document, curve: Curve) -> None:
    """Equity above, drawdown below, on one axis of time."""
    known = np.isfinite(curve.equity)
    if not known.any():
        return
    shortest, tallest = _EQUITY_HEIGHTS
    paper.need(shortest + _DRAWDOWN_HEIGHT + _AROUND)
    height = min(tallest, paper.room - _DRAWDOWN_HEIGHT - _AROUND)
    paper.heading(paper.labels["equity"])
    _draw_key(paper, curve)
    columns = _columns(curve)
    series = [curve.equity] if curve.benchmark is None else [curve.equity, curve.benchmark]
    top, bottom = paper.y + 1, paper.y + height
    low, high = span(np.concatenate(series), pad=0.05)
    equity = _Panel(top, bottom, columns, Scale(low, high, top, bottom))
    falls = drawdowns(curve.equity if curve.earned is None else curve.earned)
    top, bottom = bottom + 4, bottom + 4 + _DRAWDOWN_HEIGHT
    deepest = min(1.1 * float(np.nanmin(falls, initial=0.0)), -0.002)
    below = _Panel(top, bottom, columns, Scale(deepest, 0.0, top, bottom))
    _draw_times(paper, curve, equity, below)
    _draw_equity(paper, curve, equity)
    _draw_falls(paper, falls, below)
    paper.y = bottom + 12


def _columns(curve: Curve) -> Floats:
    times = curve.times.astype(np.float64)
    first, length = times[0], max(1.0, float(times[-1] - times[0]))
    columns: Floats = MARGIN + (times - first) / length * (INNER - _AXIS)
    return columns


def _thinned(rows: Floats) -> NDArray[np.intp]:
    """The indices of known rows; of very many, the lowest and highest of each stretch."""
    known = np.flatnonzero(np.isfinite(rows))
    if len(known) <= _MOST_POINTS:
        return known
    stretches = np.array_split(known, _MOST_POINTS // 2)
    ends = [(part[rows[part].argmin()], part[rows[part].argmax()]) for part in stretches]
    return np.unique(np.array([known[0], *np.ravel(ends), known[-1]]))


def _draw_key(paper: Document, curve: Curve) -> None:
    if curve.benchmark is None or not curve.benchmark_name:
        return
    room = 60.0
    width = min(room, paper.width(curve.benchmark_name, 8))
    left, row = WIDTH - MARGIN - _AXIS - width, paper.y - 3
    paper.line([(left - 11, row - 1), (left - 2.5, row - 1)], INK.muted, 0.35, dash=1.4)
    paper.text((left, row), curve.benchmark_name, 8, colour=INK.muted, room=room)


def _draw_times(paper: Document, curve: Curve, upper: _Panel, lower: _Panel) -> None:
    free = 0.0
    for tick in ticks(curve.times, paper.spec.timezone, paper.spec.language, 9):
        x = float(upper.columns[tick.index])
        for panel in (upper, lower):
            paper.line([(x, panel.top), (x, panel.bottom)], INK.rule)
        half = paper.width(tick.label, 7, bold=tick.strong) / 2
        middle = min(max(x, MARGIN + half), WIDTH - MARGIN - _AXIS - half)
        if middle - half > free:
            place = (middle, lower.bottom + 4.6)
            colour = INK.black if tick.strong else INK.muted
            paper.text(place, tick.label, 7, colour=colour, bold=tick.strong, anchor="centre")
            free = middle + half + 3


def _draw_values(
    paper: Document, panel: _Panel, most: int, write: Callable[[float, float], str]
) -> None:
    values, step = round_values(panel.scale.low, panel.scale.high, most)
    for value in values:
        row = panel.scale.at(value)
        paper.line([(MARGIN, row), (WIDTH - MARGIN - _AXIS, row)], INK.rule)
        place = (WIDTH - MARGIN - _AXIS + 2, row + 0.9)
        paper.text(place, write(value, step), 7, colour=INK.muted, room=_AXIS - 2)


def _draw_equity(paper: Document, curve: Curve, panel: _Panel) -> None:
    language = paper.spec.language
    points = panel.points(curve.equity)
    paper.shape(_down_to(points, panel.bottom), INK.curve_shade)
    _draw_values(paper, panel, 5, lambda value, step: typography.price(value, step, language))
    if curve.benchmark is not None:
        paper.line(panel.points(curve.benchmark), INK.muted, 0.3, dash=1.4)
    paper.line(points, INK.curve, 0.5)
    if len(points) == 1:
        x, y = points[0]
        paper.pill(x - 1, y - 1, 2.5, 2.5, INK.curve)


def _draw_falls(paper: Document, falls: Floats, panel: _Panel) -> None:
    language = paper.spec.language

    def write(value: float, step: float) -> str:
        return typography.percent(value, language, typography.decimals_of(100 * step))

    points = panel.points(falls)
    paper.shape(_down_to(points, panel.top), INK.fall_shade)
    _draw_values(paper, panel, 3, write)
    paper.line(points, INK.bad, 0.35)
    deepest = typography.percent(float(np.nanmin(falls, initial=0.0)), language, 2)
    words = f"{paper.labels['drawdown']} {deepest}"
    paper.text((MARGIN + 1.5, panel.bottom - 1.6), words, 7.5, colour=INK.bad, bold=True)


def _down_to(points: list[Point], base: float) -> list[Point]:
    return [*points, (points[-1][0], base), (points[0][0], base)] if points else []


def draw_months(paper: Document, months: Months) -> None:
    """The heat map, one row a year; a new page repeats the months' names."""
    if not months.years:
        return
    paper.need(14 + 2 * _CELL_HEIGHT)
    paper.heading(paper.labels["monthly_returns"], "%")
    _draw_month_names(paper)
    known = months.returns[np.isfinite(months.returns)]
    strongest = float(np.max(np.abs(known), initial=0.0)) or 1.0
    for year, returns in zip(months.years, months.returns, strict=True):
        if paper.need(_CELL_HEIGHT):
            _draw_month_names(paper)
        _draw_year(paper, year, returns, strongest)
        paper.y += _CELL_HEIGHT
    paper.y += 8


def _cell_width() -> float:
    return (INNER - _YEAR_WIDTH - _SUM_WIDTH) / 12


def _draw_month_names(paper: Document) -> None:
    for month, name in enumerate(typography.MONTHS[paper.spec.language]):
        x = MARGIN + _YEAR_WIDTH + (month + 0.5) * _cell_width()
        paper.text((x, paper.y + 3), name, 7, colour=INK.muted, anchor="centre")
    place = (WIDTH - MARGIN, paper.y + 3)
    paper.text(place, paper.labels["year"], 7, colour=INK.muted, anchor="right")
    paper.y += 4.6


def _draw_year(paper: Document, year: int, returns: Floats, strongest: float) -> None:
    palette, language, width = PALETTES["light"], paper.spec.language, _cell_width()
    base = paper.y + _CELL_HEIGHT / 2 + 0.9
    paper.text((MARGIN, base), str(year), 8, bold=True)
    for month, value in enumerate(returns.tolist()):
        colour = heat(palette, value, strongest)
        left = MARGIN + _YEAR_WIDTH + month * width
        paper.box(left + 0.3, paper.y + 0.3, width - 0.6, _CELL_HEIGHT - 0.6, ink(colour))
        if np.isfinite(value):
            words = typography.number(100 * value, 1 if abs(value) < 1 else 0, language)
            shade = ink(readable_on(colour))
            paper.text((left + width / 2, base), words, 7.5, colour=shade, anchor="centre")
    known = returns[np.isfinite(returns)]
    if len(known):
        total = float(np.prod(1 + known) - 1)
        words = typography.percent(total, language, signed=True)
        place = (WIDTH - MARGIN, base)
        paper.text(
            place, words, 8, colour=signed(words), bold=True, anchor="right", room=_SUM_WIDTH
        )
