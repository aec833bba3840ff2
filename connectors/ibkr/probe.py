"""Whether a gateway is there, whose login it has, and whether it lets orders through."""

from __future__ import annotations

from dataclasses import replace

from connectors.ibkr.access import open_access
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.ledger import Ledger
from connectors.ibkr.questions import Questions
from engine.errors import VenueUnavailable
from engine.ports.credentials import KeyRights, VenueKeys
from engine.ports.system import Clock

PATIENCE_SECONDS = 5.0
_OF_ITS_OWN = 2
"""Added to the client id, so that the probe is in nobody's way."""


class IbkrProbe:
    """A person logs in to the gateway, so that there are no keys to try: the login is tried."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """Read the balance, and whether orders are let through; the protocol knows no withdrawal.

        Raises KeysRefused with the reason, VenueUnavailable, RateLimited.
        """
        own = self._gateway.client_id + _OF_ITS_OWN
        gateway = replace(self._gateway, client_id=own, is_paper=keys.is_sandbox)
        at = open_access(gateway, (), self._clock, patience_seconds=PATIENCE_SECONDS)
        try:
            await at.open()
            questions = Questions(at, Ledger(keys.account))
            await questions.balances()
            trades = await _lets_orders_through(questions)
            return KeyRights(reads_balance=True, trades=trades, withdraws=False)
        finally:
            await at.close()


async def _lets_orders_through(questions: Questions) -> bool:
    try:
        await questions.open_orders()
    except VenueUnavailable as error:
        if error.facts.get("why") == "read_only":
            return False
        raise
    return True
