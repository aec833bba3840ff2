"""Equity over time, its drawdown below."""

from __future__ import annotations

from functools import partial

import numpy as np

from bot.presenters.pictures import frame, typography
from bot.presenters.pictures.calendar import ticks
from bot.presenters.pictures.drawdown import drawdowns
from bot.presenters.pictures.frame import HEIGHT, LABEL, MARGIN, WIDTH, Panel
from bot.presenters.pictures.palette import PALETTES, Palette, mixed
from bot.presenters.pictures.scales import Scale, round_values, span
from bot.presenters.pictures.spec import EquityChart
from bot.presenters.pictures.surface import Pen, Surface, text_width
from engine.domain.candles import Floats

_DRAWDOWN_HEIGHT = 170
_TOP = 158
_FOOT = 46


def draw(spec: EquityChart) -> bytes:
    """The chart as PNG."""
    palette = PALETTES[spec.theme]
    sheet = Surface(WIDTH, HEIGHT, palette.paper)
    title = spec.title or typography.word("equity", spec.language)
    frame.heading(sheet, palette, title, spec.subtitle, spec.badge)
    known = np.isfinite(spec.equity)
    if not known.any():
        frame.nothing(sheet, palette, typography.word("nothing", spec.language))
        return sheet.png()
    low, high = _range(spec)
    upper, lower = _panels(spec, low, high)
    centres = upper.centres(len(spec.equity))
    marks = ticks(spec.times, spec.timezone, spec.language, 7)
    frame.time_axis(sheet, palette, (upper, lower), centres, marks)
    _draw_equity(sheet, palette, spec, upper, upper.scale(low, high))
    _draw_drawdown(sheet, palette, spec, lower)
    _draw_sums(sheet, palette, spec)
    return sheet.png()


def _range(spec: EquityChart) -> tuple[float, float]:
    series = [spec.equity] if spec.benchmark is None else [spec.equity, spec.benchmark]
    return span(np.concatenate(series), pad=0.06)


def _panels(spec: EquityChart, low: float, high: float) -> tuple[Panel, Panel]:
    values, step = round_values(low, high, 6)
    shown = [typography.price(value, step, spec.language) for value in values]
    shown += [typography.percent(-0.995, spec.language), _last(spec)]
    right = WIDTH - 26 - max(text_width(words, LABEL, bold=True) for words in shown)
    bottom = HEIGHT - _FOOT
    split = bottom - _DRAWDOWN_HEIGHT
    return Panel(MARGIN, _TOP, right, split - 16), Panel(MARGIN, split, right, bottom)


def _draw_equity(
    sheet: Surface, palette: Palette, spec: EquityChart, panel: Panel, scale: Scale
) -> None:
    write = partial(typography.price, language=spec.language)
    row = scale.near(_end(spec.equity))
    frame.value_axis(sheet, palette, frame.Axis(panel, scale, write), [row])
    colour = palette.series[0]
    rows, columns = scale.rows(spec.equity), panel.centres(len(spec.equity))
    known = np.isfinite(rows)
    _fill(sheet, columns[known], rows[known], panel.bottom, mixed(palette.paper, colour, 0.14))
    if spec.benchmark is not None:
        beside = np.column_stack((columns[: len(spec.benchmark)], scale.rows(spec.benchmark)))
        sheet.line(beside, Pen(palette.muted, 2.0, dashes=(8.0, 5.0)))
    if known.sum() == 1:
        x, y = float(columns[known][0]), float(rows[known][0])
        sheet.pill((x - 6, y - 6, x + 6, y + 6), 6, colour)
    sheet.line(np.column_stack((columns, rows)), Pen(colour, 3.0))
    frame.tag(sheet, panel, row, _last(spec), colour)


def _fill(
    sheet: Surface, columns: Floats, rows: Floats, base: float, colour: tuple[float, float, float]
) -> None:
    if len(columns) > 1:
        outline = np.column_stack((columns, rows))
        ends = np.array([[columns[-1], base], [columns[0], base]])
        sheet.polygon(np.concatenate((outline, ends)), colour)


def _draw_drawdown(sheet: Surface, palette: Palette, spec: EquityChart, panel: Panel) -> None:
    falls = drawdowns(spec.grown)
    deepest = float(np.nanmin(falls, initial=0.0))
    scale = panel.scale(min(1.12 * deepest, -0.002), 0.0)
    rows, columns = scale.rows(falls), panel.centres(len(falls))
    known = np.isfinite(rows)
    shade = mixed(palette.paper, palette.down, 0.3)
    _fill(sheet, columns[known], rows[known], panel.top, shade)
    frame.value_axis(sheet, palette, frame.Axis(panel, scale, _write_percent(spec)))
    sheet.line(np.column_stack((columns, rows)), Pen(palette.down, 2.0))
    words = typography.word("drawdown", spec.language)
    worst = typography.percent(deepest, spec.language, 2)
    place = (panel.left + 6, panel.bottom - 16)
    frame.haloed(sheet, palette, place, f"{words} {worst}", (22, palette.down))


def _write_percent(spec: EquityChart) -> frame.Write:
    def write(value: float, step: float) -> str:
        return typography.percent(value, spec.language, typography.decimals_of(100 * step))

    return write


def _end(values: Floats) -> float:
    return float(values[np.isfinite(values)][-1])


def _last(spec: EquityChart) -> str:
    return typography.exact(_end(spec.equity), spec.language)


def _draw_sums(sheet: Surface, palette: Palette, spec: EquityChart) -> None:
    """The end, the change since the start, and what the benchmark did."""
    change = _change(spec.grown)
    if change is None:
        return
    words = typography.percent(change, spec.language, 2, signed=True)
    sheet.text(MARGIN, 98, words, 36, palette.signed(words), bold=True)
    other = None if spec.benchmark is None else _change(spec.benchmark)
    if other is None:
        return
    place = MARGIN + text_width(words, 36, bold=True) + 26
    rule = [((place, 98.5), (place + 34, 98.5))]
    sheet.segments(rule, Pen(palette.muted, 2.0, dashes=(8.0, 5.0)))
    gain = typography.percent(other, spec.language, 2, signed=True)
    beside = frame.fitted(f"{spec.benchmark_name} {gain}".strip(), 25, WIDTH - place - 80)
    sheet.text(place + 44, 99, beside, 25, palette.muted)


def _change(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    if not len(known) or known[0] <= 0:
        return None
    return float(known[-1] / known[0] - 1)
