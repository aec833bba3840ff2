"""What a seed is set in: an exchange, the platforms, and what people ask for."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulation.faces import ROWS as FACES
from tests.simulation.nature import ROWS
from tests.simulation.people import TALKS

OWN = "own"
"""An exchange of the seed's own nature."""
EXCHANGES = (OWN, *ROWS)


@dataclass(frozen=True, slots=True)
class Scene:
    """`row` is the contract row that the exchange keeps to, `faces` names the platforms."""

    row: str = OWN
    faces: str = "two"
    talk: str = "plain"

    def __str__(self) -> str:
        return f"--row {self.row} --faces {self.faces} --talk {self.talk}"


PLAIN = Scene()


def dealt(seed: int) -> Scene:
    """The seed's own; in seventy seeds in a row each exchange meets each way to talk ten times."""
    talks = tuple(TALKS)
    return Scene(
        EXCHANGES[seed % len(EXCHANGES)],
        tuple(FACES)[seed % 5 == 0],
        talks[seed % len(talks)],
    )
