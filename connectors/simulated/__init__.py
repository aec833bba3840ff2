"""A seeded market that is a pure function of seed, symbol and time."""

from connectors.simulated.listing import DEMO_LISTINGS, Listing
from connectors.simulated.market import SimulatedMarket

__all__ = ["DEMO_LISTINGS", "Listing", "SimulatedMarket"]
