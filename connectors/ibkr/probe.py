"""Whether a gateway is there, whose login it has, and whether it lets orders through."""

from __future__ import annotations

from dataclasses import replace

from connectors.ibkr.access import open_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.ledger import Ledger
from connectors.ibkr.questions import Questions
from engine.ports.credentials import KeyRights, VenueKeys
from engine.ports.system import Clock

PATIENCE_SECONDS = 5.0


class IbkrProbe:
    """A person logs in to the gateway, so that there are no keys to try: the login is tried."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        """`gateway` has a client id of the probe's own, so that it is in nobody's way."""
        self._gateway = gateway
        self._clock = clock

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """Read the balance, and whether orders are let through; the protocol knows no withdrawal.

        Raises KeysRefused where the login is another one, VenueUnavailable with the reason,
        RateLimited.
        """
        gateway = replace(self._gateway, is_paper=keys.is_sandbox)
        at = open_access(gateway, (), self._clock, patience_seconds=PATIENCE_SECONDS)
        try:
            await at.open()
            questions = Questions(at, Ledger(keys.account))
            await questions.balances()
            await questions.open_orders()
            return KeyRights(reads_balance=True, trades=True, withdraws=False)
        finally:
            await at.close()
