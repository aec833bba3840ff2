"""Pictures are read back: their size, their colours, what stands where."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from bot.presenters.pictures.draw import draw, draw_bars, draw_candles, draw_equity, draw_monthly
from bot.presenters.pictures.palette import PALETTES, Colour
from bot.presenters.pictures.spec import (
    Bar,
    BarsChart,
    CandleChart,
    DiagramSide,
    EquityChart,
    Level,
    Mark,
    MonthlyReturns,
    Overlay,
    RuleDiagram,
    Theme,
)
from engine.domain.candles import Candles, Floats
from engine.domain.timeframe import Timeframe

START = 1_709_251_200  # 1 March 2024, midnight UTC
DARK = PALETTES["dark"]


def market(count: int, start: float = 43_000.0) -> Candles:
    chance = np.random.default_rng(7)
    close = start * np.exp(np.cumsum(chance.normal(0, 0.006, count)))
    opened = np.concatenate([[start], close[:-1]])[:count]
    high, low = np.maximum(opened, close) * 1.002, np.minimum(opened, close) * 0.998
    times = START + 3_600 * np.arange(count, dtype=np.int64)
    return Candles(times, opened, high, low, close, chance.gamma(2.0, 50.0, count))


def average(values: Floats, length: int) -> Floats:
    known = np.convolve(values, np.ones(length) / length, "valid")
    return np.concatenate([np.full(length - 1, np.nan), known])


def chart(candles: Candles) -> CandleChart:
    return CandleChart("BTC/USDT", Timeframe.H1, candles)


def pixels(picture: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(picture))
    assert image.format == "PNG"
    return np.asarray(image)


def count(picture: np.ndarray, colour: Colour) -> int:
    wanted = np.rint(np.array(colour) * 255)
    return int((np.abs(picture.astype(int) - wanted).max(axis=2) <= 1).sum())


def test_a_chart_is_1200_by_800_pixels_of_true_colour() -> None:
    assert pixels(draw_candles(chart(market(200)))).shape == (800, 1200, 3)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_each_theme_shows_rises_falls_and_its_paper(theme: Theme) -> None:
    picture = pixels(draw_candles(replace(chart(market(200)), theme=theme)))
    palette = PALETTES[theme]
    assert count(picture, palette.up) > 500
    assert count(picture, palette.down) > 500
    assert count(picture, palette.paper) > picture.shape[0] * picture.shape[1] / 2


def test_the_badge_is_there_when_the_prices_are_not_live() -> None:
    live = chart(market(50))
    assert count(pixels(draw_candles(live)), DARK.badge) == 0
    assert count(pixels(draw_candles(replace(live, badge="simulated"))), DARK.badge) > 3_000


def test_an_overlay_is_drawn_where_it_is_known() -> None:
    bars = market(200)
    plain = chart(bars)
    curve = replace(plain, overlays=(Overlay("SMA 20", average(bars.close, 20)),))
    unknown = replace(plain, overlays=(Overlay("SMA 20", np.full(200, np.nan)),))
    assert count(pixels(draw_candles(curve)), DARK.series[0]) > 800
    assert count(pixels(draw_candles(unknown)), DARK.series[0]) < 200  # the legend alone


def test_a_panel_below_takes_its_room_from_the_prices() -> None:
    bars = market(120)
    below = replace(chart(bars), overlays=(Overlay("RSI 14", np.full(120, 50.0), "below"),))
    rows = np.argwhere(np.all(np.abs(pixels(draw_candles(below)) / 255 - DARK.series[2]) < 0.01, 2))
    assert rows[:, 0].min() > 600


def test_a_fill_points_at_its_price_on_its_candle() -> None:
    bars = market(60)
    sale = Mark(int(bars.time[30]), float(bars.high[30]), "sell")
    before, after = (
        pixels(draw_candles(spec)).astype(int)
        for spec in (chart(bars), replace(chart(bars), marks=(sale,)))
    )
    changed = np.argwhere(np.abs(before - after).max(axis=2) > 0)
    assert len(changed) > 100
    assert np.ptp(changed[:, 1]) < 40
    assert 0.4 < changed[:, 1].mean() / 1_200 < 0.56


def test_a_fill_outside_the_picture_is_left_out() -> None:
    bars = market(60)
    late = Mark(int(bars.time[-1]) + 3_600, float(bars.close[-1]), "buy")
    early = Mark(int(bars.time[0]) - 1, float(bars.close[0]), "buy")
    assert draw_candles(replace(chart(bars), marks=(late, early))) == draw_candles(chart(bars))


def test_a_stop_has_a_line_a_name_and_a_tag() -> None:
    bars = market(60)
    stop = Level(float(bars.low.min()), "Stop", "stop")
    picture = pixels(draw_candles(replace(chart(bars), levels=(stop,))))
    assert count(picture[:, 1_060:], DARK.tones["stop"]) > 1_000


def test_a_level_far_away_does_not_flatten_the_candles() -> None:
    bars = market(60)
    far = replace(chart(bars), levels=(Level(1e6, "Moon", "target"),))
    with_far, without = (pixels(draw_candles(spec)) for spec in (far, chart(bars)))
    assert count(with_far, DARK.down) == pytest.approx(count(without, DARK.down), rel=0.1)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 600, 20_000])
@pytest.mark.parametrize("start", [1e-8, 1.0, 1e15])
def test_any_number_of_candles_at_any_price_is_drawn(size: int, start: float) -> None:
    assert pixels(draw_candles(chart(market(size, start)))).shape == (800, 1200, 3)


@pytest.mark.parametrize("value", [0.0, 5.0, -5.0, np.nan, np.inf])
def test_candles_that_never_move_or_are_not_known_are_drawn(value: float) -> None:
    column = np.full(10, value)
    times = START + 60 * np.arange(10, dtype=np.int64)
    flat = Candles(times, column, column, column, column, column)
    overlay = Overlay("x", column)
    draw_candles(replace(chart(flat), overlays=(overlay, replace(overlay, panel="below"))))


def test_hostile_names_neither_break_the_picture_nor_leave_it() -> None:
    name = "A\n\t\x00" + "W" * 10_000 + "🙂漢字"
    marks = (Mark(START + 3_600, 43_000.0, "buy", name),)
    levels = tuple(Level(43_000.0, name, "order") for _ in range(100))
    hostile = replace(
        chart(market(20)), symbol=name, title=name, badge=name, marks=marks, levels=levels
    )
    draw_candles(replace(hostile, overlays=(Overlay(name, np.full(20, 43_000.0)),)))


def test_equity_shows_its_drawdown_and_the_benchmark() -> None:
    equity = np.concatenate([np.linspace(100, 150, 50), np.linspace(150, 90, 50)])
    times = START + 86_400 * np.arange(100, dtype=np.int64)
    spec = EquityChart(times, equity, np.linspace(100, 120, 100), "Hold", "Account", badge="paper")
    picture = pixels(draw_equity(spec))
    assert picture.shape == (800, 1200, 3)
    assert count(picture[584:], DARK.down) > 500
    assert count(picture[:580], DARK.series[0]) > 1_500


@pytest.mark.parametrize("values", [[], [1.0], [np.nan, np.nan], [0.0, 0.0], [-5.0, 3.0, np.nan]])
def test_any_equity_is_drawn(values: list[float]) -> None:
    times = START + 86_400 * np.arange(len(values), dtype=np.int64)
    draw_equity(EquityChart(times, np.array(values), np.array(values)))


def test_months_take_a_row_a_year_and_a_shade_by_size() -> None:
    table = np.full((9, 12), np.nan)
    table[0, 0], table[1, 5] = 0.25, -0.25
    picture = pixels(draw_monthly(MonthlyReturns(tuple(range(2016, 2025)), table, "Months")))
    assert picture.shape[1] == 1_200
    assert picture.shape[0] > 600
    draw_monthly(MonthlyReturns((), np.empty((0, 12))))
    draw_monthly(MonthlyReturns((2024,), np.zeros((1, 12)), language="fr", theme="light"))


def test_bars_beyond_fourteen_become_one() -> None:
    many = tuple(Bar(f"S{index}", float(index - 20)) for index in range(40))
    picture = pixels(draw_bars(BarsChart(many, "Profit", unit="USDT")))
    assert count(picture, DARK.up) > 1_000
    assert count(picture, DARK.down) > 1_000


@pytest.mark.parametrize(
    "bars",
    [(), (Bar("a", 0.0),), (Bar("a", np.nan),), (Bar("a", -1e-9),), (Bar("x" * 999, 1e18),)],
)
def test_any_bars_are_drawn(bars: tuple[Bar, ...]) -> None:
    draw_bars(BarsChart(bars))


def test_a_spec_travels_to_another_process_and_comes_out_the_same() -> None:
    spec = replace(chart(market(20)), marks=(Mark(START, 43_000.0, "buy", "1"),))
    assert draw(pickle.loads(pickle.dumps(spec))) == draw(spec)  # noqa: S301  # our own bytes


def test_building_a_spec_loads_no_drawing_library() -> None:
    program = (
        "import sys, bot.presenters.pictures.spec, bot.presenters.pictures.draw;"
        "assert not {'matplotlib', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_drawing_loads_neither_figures_nor_the_font_list() -> None:
    program = (
        "import sys, bot.presenters.pictures.candles, bot.presenters.pictures.equity;"
        "assert not {'matplotlib.figure', 'matplotlib.font_manager'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def diagram(*sides: DiagramSide, theme: Theme = "dark", title: str = "my-sma-cross") -> RuleDiagram:
    return RuleDiagram(title, "BTC/USDT · 1h", "Nothing held", sides, "Size: all", theme=theme)


LONG = DiagramSide(
    "Long",
    rises=True,
    enter=("the fast average (10) crosses above the slow average (30)",),
    leave=("the fast average (10) crosses below the slow average (30)",),
    levels=(("stop 2%", "stop"), ("target 5%", "target")),
)
SHORT = DiagramSide("Short", rises=False, enter=("the RSI is above 70",), leave=())


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_rule_diagram_has_a_way_there_and_a_way_back(theme: Theme) -> None:
    palette = PALETTES[theme]
    picture = pixels(draw(diagram(LONG, theme=theme)))

    assert picture.shape[:2] == (800, 1_200)
    between = picture[:, 230:860]
    assert count(between, palette.up) > 0
    assert count(between, palette.muted) > 0
    assert count(picture, palette.tones["stop"]) > 0
    assert count(picture, palette.tones["target"]) > 0


def test_both_sides_stand_below_each_other_in_their_colours() -> None:
    picture = pixels(draw(diagram(LONG, SHORT)))

    assert count(picture[100:400], DARK.up) > 0
    assert count(picture[430:712, 230:860], DARK.down) > 0
    assert count(picture[430:712, 230:860], DARK.muted) == 0  # nothing is said of a way back


def test_words_that_do_not_fit_are_cut_and_never_leave_the_picture() -> None:
    wordy = DiagramSide(
        "A name that is far too long for its box",
        rises=True,
        enter=tuple("and the average of the average is above it" for _ in range(9)),
        leave=("x" * 500,),
        levels=(("stop entry_price - 2 * atr(14) if position > 0", "stop"),),
    )
    picture = pixels(draw(diagram(wordy, wordy, title="t" * 200)))

    paper = np.array([round(255 * part) for part in DARK.paper])
    assert (picture[:, -2:, :3] == paper).all()
    assert (picture[712:730, :, :3] == paper).all()


def test_a_diagram_without_sides_is_still_a_picture() -> None:
    assert pixels(draw(diagram())).shape[:2] == (800, 1_200)
