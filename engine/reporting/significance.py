"""How sure a Sharpe ratio is, and what is left of it after many trials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from engine.reporting.bounds import bounded
from engine.reporting.curve import spread
from engine.reporting.gains import excess_returns
from engine.reporting.history import History

_EULER_MASCHERONI = 0.5772156649015329
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class SharpeEstimate:
    """A Sharpe ratio per period (not a year) and the shape of the returns that gave it.

    `kurtosis` is 3 for the normal distribution.
    """

    sharpe: float
    skewness: float
    kurtosis: float
    observations: int

    @property
    def variance(self) -> float:
        """`(1 - g3 SR + (g4 - 1) / 4 SR^2) / (n - 1)` (Mertens 2002)."""
        shape = 1 - self.skewness * self.sharpe + (self.kurtosis - 1) / 4 * self.sharpe**2
        return shape / (self.observations - 1)


def estimated(history: History) -> SharpeEstimate | None:
    """The estimate from the excess returns; None where they do not vary or are fewer than 3."""
    excess = excess_returns(history)
    deviation = spread(excess)
    if len(excess) < 3 or not deviation:
        return None
    standard = (excess - excess.mean()) / float(np.std(excess))
    third, fourth = (float(np.mean(standard**power)) for power in (3, 4))
    return SharpeEstimate(float(excess.mean()) / deviation, third, fourth, len(excess))


def probabilistic(estimate: SharpeEstimate, benchmark: float) -> float | None:
    """`Phi((SR - SR*) / sqrt(variance))`: the chance that the true ratio beats `benchmark`."""
    if estimate.variance <= 0:
        return None
    return _NORMAL.cdf((estimate.sharpe - benchmark) / math.sqrt(estimate.variance))


def expected_best(trials: int, variance: float) -> float:
    """The Sharpe ratio per period that the best of `trials` worthless variants shows by luck.

    `sqrt(V) ((1 - g) Z(1 - 1/N) + g Z(1 - 1/(N e)))`, g Euler's constant, Z the normal quantile.
    """
    if trials < 2:
        return 0.0
    first = _NORMAL.inv_cdf(1 - 1 / trials)
    second = _NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * ((1 - _EULER_MASCHERONI) * first + _EULER_MASCHERONI * second)


@bounded
def probabilistic_sharpe(history: History) -> float | None:
    """The probability that the true Sharpe ratio is above 0 (Bailey and Lopez de Prado 2012)."""
    estimate = estimated(history)
    return None if estimate is None else probabilistic(estimate, 0.0)


@bounded
def deflated_sharpe(history: History) -> float | None:
    """The same against the best that luck would show in that many trials (the same, 2014).

    Where the variance of the trials' ratios is not known, that of this one's estimate stands in.
    """
    estimate = estimated(history)
    if estimate is None or estimate.variance <= 0:
        return None
    known = history.trials_variance
    variance = estimate.variance if known is None else known
    return probabilistic(estimate, expected_best(history.trials, variance))
