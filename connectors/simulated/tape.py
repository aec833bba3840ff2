"""Ticks inside the minutes: the finest level of the simulated market."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from connectors.simulated.bars import BarPath, Bars
from connectors.simulated.bridge import Fit, Ints, bridge, split
from connectors.simulated.days import EPOCH_DAY
from connectors.simulated.listing import Listing
from connectors.simulated.noise import Noise
from engine.domain.candles import Floats
from engine.domain.market import BookLevel, OrderBook, Tick

_DAYS_KEPT = 2


@dataclass(frozen=True, slots=True)
class _Minute:
    """A minute's ticks: prices and sizes in steps, and whether the last trade took the ask."""

    index: int
    prices: list[int]
    sizes: list[int]
    took_ask: list[bool]


class Tape:
    """The ticks of one listing at `per_minute` evenly spaced moments of each minute.

    The first tick of a minute is its open, the last its close, and its high and low are touched.
    """

    def __init__(self, path: BarPath, seed: int, per_minute: int) -> None:
        self._path = path
        self._listing = path.listing
        self._noise = Noise(seed, path.listing.instrument.symbol)
        self._per_minute = per_minute
        self._days: OrderedDict[int, Bars] = OrderedDict()
        self._minute = _Minute(-1, [], [], [])

    def tick(self, slot: int) -> Tick:
        """The tick of one moment, counted in ticks since 1970."""
        index, place = divmod(slot, self._per_minute)
        minute = self._minute if self._minute.index == index else self._drawn(index)
        price = minute.prices[place]
        spread = spread_steps(self._listing, price)
        bid = price - spread if minute.took_ask[place] else price
        step = self._listing.instrument.price_step
        return Tick(
            self._listing.instrument.symbol,
            bid * step,
            (bid + spread) * step,
            price * step,
            minute.sizes[place] * self._listing.instrument.quantity_step,
            slot * 60_000 // self._per_minute,
        )

    def book(self, slot: int, depth: int) -> OrderBook:
        """Levels around the tick of one moment; sizes grow away from the price."""
        tick = self.tick(slot)
        step = self._listing.instrument.price_step
        gap = max(1, spread_steps(self._listing, int(tick.last / step)) // 2) * step
        sizes = self._level_sizes(slot, depth)
        bids = tuple(BookLevel(tick.bid - i * gap, sizes[0][i]) for i in range(depth))
        asks = tuple(BookLevel(tick.ask + i * gap, sizes[1][i]) for i in range(depth))
        kept = tuple(level for level in bids if level.price > 0)
        return OrderBook(tick.symbol, kept, asks, tick.at)

    def _level_sizes(self, slot: int, depth: int) -> list[list[Decimal]]:
        draws = self._noise.at("book", slot).standard_exponential((2, depth))
        a_second = self._listing.daily_volume * self._listing.quantity_inverse / 86_400
        steps = np.rint(a_second * (0.2 + draws) * (1 + 0.25 * np.arange(depth))).astype(int)
        unit = self._listing.instrument.quantity_step
        return [[max(1, size) * unit for size in side] for side in steps.tolist()]

    def _drawn(self, index: int) -> _Minute:
        day, row = divmod(index, 1_440)
        bars = self._day(day - EPOCH_DAY)
        draws = self._noise.at("ticks", index)
        steps = draws.standard_normal((1, self._per_minute - 1))
        prices = _inside(bars, row, steps)
        shares = draws.standard_exponential((1, self._per_minute)) + 0.05
        sizes = split(bars.volume[row : row + 1], shares)[0]
        rises = np.diff(prices, prepend=prices[0]) + (draws.random(len(prices)) - 0.5) > 0
        self._minute = _Minute(index, prices.tolist(), sizes.tolist(), rises.tolist())
        return self._minute

    def _day(self, day: int) -> Bars:
        if day not in self._days:
            self._days[day] = self._path.minutes(day, day + 1)
            if len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        return self._days[day]


def spread_steps(listing: Listing, price: int) -> int:
    """The spread at a price, both in price steps, at least one."""
    return max(1, round(price * listing.spread_bps / 10_000))


def _inside(bars: Bars, row: int, steps: Floats) -> Ints:
    """Prices in steps from the bar's open to its close that reach its high and low, (k + 1,)."""
    first, high, low, last = (
        column[row : row + 1].astype(np.float64)
        for column in (bars.open, bars.high, bars.low, bars.close)
    )
    count = steps.shape[1]
    scale = (high - low) / np.sqrt(count)
    nodes = bridge(first, last, steps * scale, np.full(count, 1 / count))
    reach = nodes.max(axis=1), nodes.min(axis=1)
    prices = np.rint(Fit((first, last), (high, low), reach)(nodes)[0]).astype(np.int64)
    return _touched(prices, int(high[0]), int(low[0]))


def _touched(prices: Ints, high: int, low: int) -> Ints:
    """The same with the extremes on the way; the two ends stay as they are."""
    inner = prices[1:-1]
    top, bottom = int(inner.argmax()), int(inner.argmin())
    if top == bottom:
        bottom = (top + 1) % len(inner)
    if prices.max() < high:
        inner[top] = high
    if prices.min() > low:
        inner[bottom] = low
    return prices
