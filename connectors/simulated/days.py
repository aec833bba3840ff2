"""The daily skeleton: log prices at each midnight, with regimes of volatility and jumps.

The path is an Ornstein-Uhlenbeck process in discrete steps of a day from a fixed epoch, so it is
the same whoever asks and whenever. It is drawn in blocks and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from connectors.simulated.listing import Behaviour, Listing
from connectors.simulated.noise import Noise
from engine.domain.candles import Floats

EPOCH_DAY = 16_804
"""Monday 2016-01-04, in days since 1970: nothing is known before it."""

_BLOCK = 512
_REGIMES = (0.55, 1.0, 1.8)
"""Calm, normal and wild: multiples of a listing's volatility."""
_FALL, _RISE = 0.02, 0.975
"""Below the first draw the regime calms by one, above the second it worsens by one."""
_JUMP_SCALE = 1.6
"""A jump's standard deviation, in usual days' volatility; none is beyond 2.5 of these."""


@dataclass(frozen=True, slots=True)
class Days:
    """`n` days: log `level` at their n + 1 midnights, `sigma` of each, and its jump.

    `jump` is in log price, zero on most days; it happens in minute `jump_minute` of the day.
    """

    level: Floats
    sigma: Floats
    jump: Floats
    jump_minute: NDArray[np.int64]


class DailyPath(Protocol):
    """What the finer paths hang on."""

    def days(self, first: int, last: int) -> Days:
        """Days `[first, last)`, counted from the epoch, both at least 0."""
        ...


def daily_path(listing: Listing, seed: int) -> DailyPath:
    """The path of a listing."""
    path = WanderingPath(listing.behaviour, seed, listing.noise_of)
    if listing.divided_by is None:
        return path
    return DividedPath(path, WanderingPath(listing.divided_by, seed, "divisor"))


class WanderingPath:
    """One price around its level."""

    def __init__(self, behaviour: Behaviour, seed: int, name: str) -> None:
        self._behaviour = behaviour
        self._own = Noise(seed, name)
        self._common = Noise(seed, f"factor {behaviour.factor}")
        self._level = [float(np.log(behaviour.level))]
        self._regime = 1
        self._sigma = np.empty(0)
        self._jump = np.empty(0)
        self._minute = np.empty(0, np.int64)

    def days(self, first: int, last: int) -> Days:
        while len(self._sigma) < last:
            self._draw_block(len(self._sigma) // _BLOCK)
        rows = slice(first, last)
        level = np.array(self._level[first : last + 1])
        return Days(level, self._sigma[rows], self._jump[rows], self._minute[rows])

    def _draw_block(self, block: int) -> None:
        draws = self._own.at("days", block)
        shock = self._shocks(draws, block)
        sigma = self._behaviour.volatility * self._regimes(draws.random(_BLOCK))
        jumped = draws.random(_BLOCK) < self._behaviour.jumps
        size = np.clip(draws.standard_normal(_BLOCK), -2.5, 2.5)
        jump = jumped * size * _JUMP_SCALE * self._behaviour.volatility
        self._wander(sigma * shock + jump)
        self._sigma = np.concatenate((self._sigma, sigma))
        self._jump = np.concatenate((self._jump, jump))
        self._minute = np.concatenate((self._minute, draws.integers(0, 1_440, _BLOCK)))

    def _shocks(self, draws: np.random.Generator, block: int) -> Floats:
        share = self._behaviour.correlation
        common = self._common.at("days", block).standard_normal(_BLOCK)
        own = draws.standard_normal(_BLOCK)
        shocks: Floats = share * common + np.sqrt(1 - share * share) * own
        return shocks

    def _regimes(self, draws: Floats) -> Floats:
        scales = np.empty(_BLOCK)
        for day, draw in enumerate(draws.tolist()):
            if draw < _FALL:
                self._regime = max(self._regime - 1, 0)
            elif draw > _RISE:
                self._regime = min(self._regime + 1, len(_REGIMES) - 1)
            elif abs(draw - 0.5) < _FALL and self._regime != 1:
                self._regime = 1
            scales[day] = _REGIMES[self._regime]
        return scales

    def _wander(self, moves: Floats) -> None:
        centre, pull = self._level[0], self._behaviour.pull
        level = self._level[-1]
        for move in moves.tolist():
            level += pull * (centre - level) + move
            self._level.append(level)


class DividedPath:
    """One path over another; sigma and jumps are the dividend's."""

    def __init__(self, dividend: DailyPath, divisor: DailyPath) -> None:
        self._dividend = dividend
        self._divisor = divisor

    def days(self, first: int, last: int) -> Days:
        over, under = self._dividend.days(first, last), self._divisor.days(first, last)
        return Days(over.level - under.level, over.sigma, over.jump, over.jump_minute)
