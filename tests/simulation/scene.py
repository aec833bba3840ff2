"""What a seed is set in: an exchange and its market, the platforms, and what people ask for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.simulation.faces import ROWS as FACES
from tests.simulation.nature import MARGIN_ROWS, SPOT_ROWS
from tests.simulation.people import DEALT

OWN = "own"
"""An exchange of the seed's own nature."""
SPOT, PERPETUALS = "spot", "perpetuals"
MARKETS = {SPOT: (OWN, *SPOT_ROWS), PERPETUALS: (OWN, *MARGIN_ROWS)}
"""The exchanges of each market."""
AMPLE, SCARCE = "ample", "scarce"
CASH = {AMPLE: Decimal(1_000_000), SCARCE: Decimal(5_000)}
"""What the account begins with, by its means."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`row` is the contract row that the exchange keeps to, `faces` names the platforms.

    Where means are scarce, cash runs out and losses halt the account; the book is thin, so that
    orders of the account meet one another; and keys are entered anew while it trades.
    """

    row: str = OWN
    faces: str = "two"
    talk: str = "plain"
    market: str = SPOT
    means: str = AMPLE

    @property
    def is_scarce(self) -> bool:
        return self.means == SCARCE

    @property
    def cash(self) -> Decimal:
        """In quote currency, at the beginning."""
        return CASH[self.means]

    def __str__(self) -> str:
        market = f"--market {self.market} " if self.market != SPOT else ""
        means = f" --means {self.means}" if self.is_scarce else ""
        return f"{market}--row {self.row} --faces {self.faces} --talk {self.talk}{means}"


PLAIN = Scene()


def dealt(seed: int, market: str = SPOT) -> Scene:
    """The seed's own; in seventy seeds in a row each exchange meets each way to talk ten times.

    On margin, in forty seeds in a row five times. Means are scarce in every third.
    """
    exchanges = MARKETS[market]
    # Where there are as many exchanges as twice the ways to talk, one moves on with the rounds.
    shift = seed // len(exchanges) if market == PERPETUALS else 0
    return Scene(
        exchanges[seed % len(exchanges)],
        tuple(FACES)[seed % 5 == 0],
        DEALT[(seed + shift) % len(DEALT)],
        market,
        (AMPLE, SCARCE)[seed % 3 == 0],
    )
