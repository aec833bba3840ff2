"""What a seed is set in: an exchange and its market, the platforms, and what people ask for."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulation.faces import ROWS as FACES
from tests.simulation.nature import MARGIN_ROWS, SPOT_ROWS
from tests.simulation.people import DEALT

OWN = "own"
"""An exchange of the seed's own nature."""
SPOT, PERPETUALS = "spot", "perpetuals"
MARKETS = {SPOT: (OWN, *SPOT_ROWS), PERPETUALS: (OWN, *MARGIN_ROWS)}
"""The exchanges of each market."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`row` is the contract row that the exchange keeps to, `faces` names the platforms."""

    row: str = OWN
    faces: str = "two"
    talk: str = "plain"
    market: str = SPOT

    def __str__(self) -> str:
        market = f"--market {self.market} " if self.market != SPOT else ""
        return f"{market}--row {self.row} --faces {self.faces} --talk {self.talk}"


PLAIN = Scene()


def dealt(seed: int, market: str = SPOT) -> Scene:
    """The seed's own; in seventy seeds in a row each exchange meets each way to talk ten times.

    On margin, in forty seeds in a row five times.
    """
    exchanges = MARKETS[market]
    # Where there are as many exchanges as twice the ways to talk, one moves on with the rounds.
    shift = seed // len(exchanges) if market == PERPETUALS else 0
    return Scene(
        exchanges[seed % len(exchanges)],
        tuple(FACES)[seed % 5 == 0],
        DEALT[(seed + shift) % len(DEALT)],
        market,
    )
