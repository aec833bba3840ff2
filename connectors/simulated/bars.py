"""Bars of the simulated market: hours hang on days, minutes on hours, ticks on minutes.

Each level is drawn inside the bar above it, so every timeframe tells the same story: hours folded
from minutes are the hours, minutes folded from ticks are the minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from connectors.simulated.bridge import Fit, Ints, bridge, extremes, split
from connectors.simulated.days import EPOCH_DAY, DailyPath, Days, daily_path
from connectors.simulated.listing import Listing
from connectors.simulated.noise import Noise
from engine.domain.candles import Candles, Floats
from engine.domain.instrument import InstrumentKind

_HOURS_BLOCK = 32
"""Days whose hours are drawn together."""
_EVEN = np.full(60, 1 / 60)


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars in whole steps, int64: `time` in epoch seconds, prices and volume in steps."""

    time: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints

    def candles(self, listing: Listing) -> Candles:
        """The same in quote currency and base units."""
        price, quantity = listing.price_inverse, listing.quantity_inverse
        prices = (self.open / price, self.high / price, self.low / price, self.close / price)
        return Candles(self.time, *prices, self.volume / quantity)


@dataclass(frozen=True, slots=True)
class _Hours:
    """n hours: log prices `nodes` (n, 2), `high`, `low`; `sigma`, volume in steps, jump minute."""

    nodes: Floats
    high: Floats
    low: Floats
    sigma: Floats
    volume: Ints
    jump: Floats
    jump_minute: Ints


class BarPath:
    """All bars of one listing under one seed."""

    def __init__(self, listing: Listing, seed: int) -> None:
        self.listing = listing
        self._days: DailyPath = daily_path(listing, seed)
        self._noise = Noise(seed, listing.noise_of)
        self._trade_noise = Noise(seed, listing.instrument.symbol)
        self._shape = _shape(listing.instrument.kind)

    def hours(self, first: int, last: int) -> Bars:
        """Hourly bars of days `[first, last)`, counted from the epoch."""
        hours = self._hours(first, last)
        time = (EPOCH_DAY + first) * 86_400 + 3_600 * np.arange(len(hours.high))
        ends = self._steps(hours.nodes)
        reach = self._steps(hours.high), self._steps(hours.low)
        return Bars(time, ends[:, 0], *reach, ends[:, 1], hours.volume)

    def minutes(self, first: int, last: int) -> Bars:
        """One-minute bars of days `[first, last)`, counted from the epoch."""
        hours = self._hours(first, last)
        nodes, high, low = self._inside(hours, first, last)
        volume = split(hours.volume, self._busyness(nodes, hours, first, last))
        time = (EPOCH_DAY + first) * 86_400 + 60 * np.arange(high.size)
        prices = self._steps(nodes)
        reach = self._steps(high).ravel(), self._steps(low).ravel()
        return Bars(time, prices[:, :-1].ravel(), *reach, prices[:, 1:].ravel(), volume.ravel())

    def _steps(self, log_price: Floats) -> Ints:
        steps: Ints = np.rint(np.exp(log_price) * self.listing.price_inverse).astype(np.int64)
        return steps

    def _hours(self, first: int, last: int) -> _Hours:
        days = self._days.days(first, last)
        step, chance, trade = self._hour_draws(first, last)
        sigma = days.sigma[:, None] * np.sqrt(self._shape)
        nodes = bridge(days.level[:-1], days.level[1:] - days.jump, step * sigma, self._shape)
        jump, minute = _jumps_by_hour(days)
        nodes[:, 1:] += np.cumsum(jump, axis=1)
        nodes[:, -1] = days.level[1:]
        high, low = extremes(nodes, sigma, chance)
        return _Hours(
            np.stack((nodes[:, :-1].ravel(), nodes[:, 1:].ravel()), axis=1),
            high.ravel(),
            low.ravel(),
            sigma.ravel(),
            self._traded(nodes, sigma, trade).ravel(),
            jump.ravel(),
            minute.ravel(),
        )

    def _hour_draws(self, first: int, last: int) -> tuple[Floats, Floats, Floats]:
        """Normals (n, 24), uniforms (2, n, 24) and normals for the volume (n, 24)."""
        blocks = range(first // _HOURS_BLOCK, (last - 1) // _HOURS_BLOCK + 1)
        drawn = [self._hour_block(block) for block in blocks]
        rows = slice(first - blocks.start * _HOURS_BLOCK, last - blocks.start * _HOURS_BLOCK)
        step, chance, trade = (
            np.concatenate(part, axis=axis)
            for part, axis in zip(zip(*drawn, strict=True), (0, 1, 0), strict=True)
        )
        return step[rows], chance[:, rows], trade[rows]

    def _hour_block(self, block: int) -> tuple[Floats, Floats, Floats]:
        draws = self._noise.at("hours", block)
        step = draws.standard_normal((_HOURS_BLOCK, 24))
        chance = draws.random((2, _HOURS_BLOCK, 24))
        trades = self._trade_noise.at("hourly volume", block)
        return step, chance, trades.standard_normal((_HOURS_BLOCK, 24))

    def _traded(self, nodes: Floats, sigma: Floats, draws: Floats) -> Ints:
        """Volume in steps: more by day, more in wild regimes, more when the price moves."""
        usual = self.listing.daily_volume * self.listing.quantity_inverse * self._shape
        moved = np.abs(np.diff(nodes, axis=1)) / sigma
        wild = sigma / (self.listing.behaviour.volatility * np.sqrt(self._shape))
        volume = usual * wild * (0.5 + 0.6 * np.minimum(moved, 6)) * np.exp(0.35 * draws - 0.06)
        return np.rint(volume).astype(np.int64)

    def _inside(self, hours: _Hours, first: int, last: int) -> tuple[Floats, Floats, Floats]:
        """Minutes' nodes (n, 61), highs and lows (n, 60) of n hours, log prices."""
        step, chance = self._minute_draws(first, last)
        sigma = np.repeat(hours.sigma[:, None] / np.sqrt(60), 60, axis=1)
        begin, end = hours.nodes[:, 0], hours.nodes[:, 1]
        nodes = bridge(begin, end - hours.jump, step * sigma, _EVEN)
        nodes[:, 1:] += hours.jump[:, None] * (np.arange(60) >= hours.jump_minute[:, None])
        nodes[:, -1] = end
        high, low = extremes(nodes, sigma, chance)
        fit = Fit((begin, end), (hours.high, hours.low), (high.max(axis=1), low.min(axis=1)))
        # Clipped, because a last bit too much could be rounded to the next price step.
        nodes, high, low = (
            np.clip(fit(part), hours.low[:, None], hours.high[:, None])
            for part in (nodes, high, low)
        )
        return nodes, _touching(high, hours.high, 1), _touching(low, hours.low, -1)

    def _minute_draws(self, first: int, last: int) -> tuple[Floats, Floats]:
        step = np.empty((last - first, 24, 60))
        chance = np.empty((2, last - first, 24, 60))
        for row, day in enumerate(range(first, last)):
            draws = self._noise.at("minutes", day)
            draws.standard_normal(out=step[row])
            chance[:, row] = draws.random((2, 24, 60))
        return step.reshape(-1, 60), chance.reshape(2, -1, 60)

    def _busyness(self, nodes: Floats, hours: _Hours, first: int, last: int) -> Floats:
        """How an hour's volume falls on its minutes, (n, 60), in no unit."""
        draws = np.empty((last - first, 24, 60))
        for row, day in enumerate(range(first, last)):
            self._trade_noise.at("volume", day).standard_normal(out=draws[row])
        moved = np.abs(np.diff(nodes, axis=1)) * (np.sqrt(60) / hours.sigma)[:, None]
        weights: Floats = np.exp(0.6 * draws.reshape(-1, 60)) * (0.4 + moved)
        return weights


def _touching(values: Floats, reach: Floats, sign: int) -> Floats:
    """The same with each row's extreme exactly on the bar's, so that rounding cannot part them."""
    rows = np.arange(len(values))
    values[rows, np.argmax(sign * values, axis=1)] = reach
    return values


def _jumps_by_hour(days: Days) -> tuple[Floats, Ints]:
    """The day's jump in its hour, (n, 24), zero elsewhere; and its minute within that hour."""
    jump = np.zeros((len(days.jump), 24))
    jump[np.arange(len(days.jump)), days.jump_minute // 60] = days.jump
    return jump, np.repeat(days.jump_minute[:, None] % 60, 24, axis=1)


def _shape(kind: InstrumentKind) -> Floats:
    """What share of a day's variance and volume each UTC hour has; stocks lean on their session."""
    lean = 0.8 if kind is InstrumentKind.STOCK else 0.45
    weights = 1 + lean * np.cos(2 * np.pi * (np.arange(24) - 15) / 24)
    shares: Floats = weights / weights.sum()
    return shares
