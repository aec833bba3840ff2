"""The candlestick chart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from bot.presenters.pictures import frame, typography
from bot.presenters.pictures.bodies import draw_bodies, draw_volume, greatest
from bot.presenters.pictures.calendar import ticks, zone_name
from bot.presenters.pictures.fills import Tag, draw_levels, draw_marks, tags_of
from bot.presenters.pictures.frame import HEIGHT, LABEL, MARGIN, WIDTH, Panel
from bot.presenters.pictures.palette import PALETTES, Colour, Palette
from bot.presenters.pictures.scales import Scale, round_values, span
from bot.presenters.pictures.spec import CandleChart, Overlay
from bot.presenters.pictures.surface import Pen, Surface, text_width
from engine.domain.candles import Candles, Floats

_FOOT = 46
_VOLUME_HEIGHT = 96
_BELOW_HEIGHT = 120
_GAP = 12
_MOST_BELOW = 3
_CURVE = 2.2


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Where the panels lie, how prices map, and the tags on their axis."""

    price: Panel
    volume: Panel
    below: tuple[Panel, ...]
    scale: Scale
    tags: list[Tag]

    @property
    def panels(self) -> tuple[Panel, ...]:
        return (self.price, self.volume, *self.below)


def draw(spec: CandleChart) -> bytes:
    """The chart as PNG."""
    palette = PALETTES[spec.theme]
    sheet = Surface(WIDTH, HEIGHT, palette.paper)
    aside = " · ".join(part for part in (spec.timeframe.value, spec.title) if part)
    frame.heading(sheet, palette, spec.symbol, aside, spec.badge)
    if not len(spec.candles):
        frame.nothing(sheet, palette, typography.word("no_candles", spec.language))
        return sheet.png()
    layout = _layout(spec, palette)
    _draw_quote(sheet, palette, spec)
    _draw_axes(sheet, palette, spec, layout)
    draw_bodies(sheet, palette, spec.candles, layout.price, layout.scale)
    draw_volume(sheet, palette, spec.candles, layout.volume)
    _draw_volume_words(sheet, palette, spec, layout.volume)
    _draw_overlays(sheet, palette, spec, layout)
    draw_levels(sheet, palette, spec, layout.price, layout.scale)
    draw_marks(sheet, palette, spec, layout.price, layout.scale)
    for row, words, colour in layout.tags:
        frame.tag(sheet, layout.price, row, words, colour)
    return sheet.png()


def _below(spec: CandleChart) -> tuple[Overlay, ...]:
    return tuple(one for one in spec.overlays if one.panel == "below")[:_MOST_BELOW]


def _on_price(spec: CandleChart) -> tuple[Overlay, ...]:
    return tuple(one for one in spec.overlays if one.panel == "price")


def _layout(spec: CandleChart, palette: Palette) -> _Layout:
    low, high = _price_range(spec)
    right, bottom = WIDTH - _gutter(spec, palette, low, high), HEIGHT - _FOOT
    below: list[Panel] = []
    for _ in _below(spec):
        below.insert(0, Panel(MARGIN, bottom - _BELOW_HEIGHT, right, bottom))
        bottom -= _BELOW_HEIGHT + _GAP
    volume = Panel(MARGIN, bottom - _VOLUME_HEIGHT, right, bottom)
    price = Panel(MARGIN, 158 if _on_price(spec) else 122, right, volume.top - _GAP)
    scale = price.scale(low, high)
    return _Layout(price, volume, tuple(below), scale, tags_of(palette, spec, scale, price))


def _price_range(spec: CandleChart) -> tuple[float, float]:
    """Candles, their overlays and marks, and the levels that are not so far as to flatten them."""
    bars = spec.candles
    low, high = span(np.concatenate([bars.open, bars.high, bars.low, bars.close]))
    reach = 0.5 * (high - low)
    points = [mark.price for mark in spec.marks] + [level.price for level in spec.levels]
    wide = np.concatenate([np.array(points, np.float64), *(one.values for one in _on_price(spec))])
    near = wide[(wide > low - reach) & (wide < high + reach)]
    return span(np.concatenate([near, [low, high]]), pad=0.06)


def _gutter(spec: CandleChart, palette: Palette, low: float, high: float) -> float:
    """Room at the right for the widest label."""
    anywhere = Panel(0, 0, WIDTH, HEIGHT)
    values, step = round_values(low, high, 6)
    shown = [typography.price(value, step, spec.language) for value in values]
    shown += [words for _, words, _ in tags_of(palette, spec, anywhere.scale(low, high), anywhere)]
    shown.append(typography.compact(greatest(spec.candles.volume), spec.language))
    return 24 + max(text_width(words, LABEL, bold=True) for words in shown)


def _last(bars: Candles) -> float | None:
    known = bars.close[np.isfinite(bars.close)]
    return float(known[-1]) if len(known) else None


def _draw_quote(sheet: Surface, palette: Palette, spec: CandleChart) -> None:
    """The last price, and its change over the picture."""
    last, first = _last(spec.candles), float(spec.candles.open[0])
    if last is not None:
        change = last / first - 1 if first > 0 else 0.0
        written = typography.percent(change, spec.language, 2, signed=True)
        colour = palette.signed(written)
        words = typography.exact(last, spec.language)
        sheet.text(MARGIN, 94, words, 32, colour, bold=True)
        if first > 0:
            place = MARGIN + text_width(words, 32, bold=True) + 16
            sheet.text(place, 95, written, 27, colour)
    _draw_legend(sheet, palette, _on_price(spec), 136)


def _draw_legend(
    sheet: Surface, palette: Palette, overlays: tuple[Overlay, ...], row: float
) -> None:
    left: float = MARGIN
    for one, colour in zip(overlays, _colours(palette, len(overlays)), strict=True):
        name = frame.fitted(one.name, LABEL, 320)
        if left + 40 + text_width(name, LABEL) > WIDTH - MARGIN:
            break
        sheet.boxes([[left, row - 2, left + 26, row + 2]], colour)
        sheet.text(left + 34, row, name, LABEL, palette.ink)
        left += 34 + text_width(name, LABEL) + 28


def _colours(palette: Palette, count: int) -> list[Colour]:
    return [palette.series[index % len(palette.series)] for index in range(count)]


def _draw_axes(sheet: Surface, palette: Palette, spec: CandleChart, layout: _Layout) -> None:
    times = spec.candles.time
    marks = ticks(times, spec.timezone, spec.language, 7)
    frame.time_axis(sheet, palette, layout.panels, layout.price.centres(len(times)), marks)
    zone = zone_name(int(times[-1]), spec.timezone)
    sheet.text(layout.price.right + 12, HEIGHT - _FOOT + 26, zone, 20, palette.muted)
    axis = frame.Axis(layout.price, layout.scale, partial(typography.price, language=spec.language))
    frame.value_axis(sheet, palette, axis, [row for row, _, _ in layout.tags])


def _draw_volume_words(sheet: Surface, palette: Palette, spec: CandleChart, panel: Panel) -> None:
    row, most = panel.top + 12, greatest(spec.candles.volume)
    name = typography.word("volume", spec.language)
    frame.haloed(sheet, palette, (panel.left, row), name, (20, palette.muted))
    words = typography.compact(most, spec.language) if most > 0 else ""
    sheet.text(panel.right + 12, row, words, LABEL, palette.muted)


def _draw_overlays(sheet: Surface, palette: Palette, spec: CandleChart, layout: _Layout) -> None:
    shown, count = _on_price(spec), len(spec.candles)
    for one, colour in zip(shown, _colours(palette, len(shown)), strict=True):
        places = _places(one.values, count, layout.price, layout.scale)
        sheet.line(places, Pen(colour, _CURVE))
    for one, panel in zip(_below(spec), layout.below, strict=True):
        _draw_below(sheet, palette, spec, one, panel)


def _places(values: Floats, count: int, panel: Panel, scale: Scale) -> Floats:
    """The points of a curve, its last value under the last candle, broken outside the panel."""
    shown = values[-count:]
    rows = scale.rows(shown)
    with np.errstate(invalid="ignore"):
        inside = np.where((rows >= panel.top - 1) & (rows <= panel.bottom + 1), rows, np.nan)
    places: Floats = np.column_stack((panel.centres(count)[count - len(shown) :], inside))
    return places


def _draw_below(
    sheet: Surface, palette: Palette, spec: CandleChart, one: Overlay, panel: Panel
) -> None:
    scale = panel.scale(*span(one.values[-len(spec.candles) :], pad=0.12))
    axis = frame.Axis(panel, scale, partial(typography.price, language=spec.language))
    frame.value_axis(sheet, palette, axis)
    edge = panel.top - _GAP / 2 + 0.5
    sheet.segments([((panel.left, edge), (panel.right, edge))], Pen(palette.grid))
    colour = palette.series[2]
    sheet.line(_places(one.values, len(spec.candles), panel, scale), Pen(colour, _CURVE))
    name = frame.fitted(one.name, 20, 500)
    frame.haloed(sheet, palette, (panel.left, panel.top + 12), name, (20, colour))
