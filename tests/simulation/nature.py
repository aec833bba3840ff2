"""What the simulated exchange is like: as the seed has it, or as a contract row says."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from connectors.ccxt.contract import Stops, Uniqueness, VenueContract
from connectors.ccxt.rows import VERIFIED

SPOT_ROWS = (*(row for row, contract in VERIFIED.items() if contract.spot), "default")
"""Those of exchanges that have what is paid for whole."""
MARGIN_ROWS = tuple(row for row, contract in VERIFIED.items() if contract.perpetuals)
"""Those of exchanges whose perpetuals the desk trades."""


@dataclass(frozen=True, slots=True)
class Nature:
    """How far the exchange goes in what it may do wrong.

    `unique` says among which orders a name may not come twice: `ever`, `open` or `never`. A request
    may arrive `latest_seconds` after it was sent, what is read may be `lag_seconds` behind. What
    rests to be sold may be set aside, so that nothing else can sell it.
    """

    unique: str
    latest_seconds: float = 8.0
    lag_seconds: float = 3.0
    amends: bool = True
    tells_triggers: bool = True
    holds_stops: bool = True
    fees_in_base: bool = False
    sets_aside: bool = False

    @property
    def in_flight_seconds(self) -> float:
        """How long an order may still turn up."""
        return self.latest_seconds + self.lag_seconds


def drawn(chance: Random) -> Nature:
    """The seed's own: names unique for ever, or among open orders."""
    return Nature("ever" if chance.random() < 0.5 else "open")


def of_row(row: str, *, on_margin: bool = False) -> Nature:
    """The nastiness that a contract row allows, at its very limits."""
    contract = VERIFIED.get(row) or VenueContract(row)
    unique = {
        Uniqueness.FOR_EVER: "ever",
        Uniqueness.OPEN_ORDERS: "open",
        Uniqueness.NOT_PROMISED: "never",
    }
    return Nature(
        unique[contract.uniqueness],
        latest_seconds=contract.in_flight_seconds - contract.lag_seconds,
        lag_seconds=contract.lag_seconds,
        amends=contract.amends,
        tells_triggers=False,
        holds_stops=contract.stops is not Stops.NONE,
        sets_aside=not on_margin,
        fees_in_base=not on_margin and row in ("binance", "bybit", "okx"),
    )
