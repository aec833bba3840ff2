"""Whether a server is there, whose account it has, and whether it trades."""

from __future__ import annotations

from dataclasses import replace

from connectors.dtc.access import open_access
from connectors.dtc.questions import Questions
from connectors.dtc.server import Server
from engine.ports.credentials import KeyProbe, KeyRights, VenueKeys
from engine.ports.system import Clock

PATIENCE_SECONDS = 5.0


class ServerProbe(KeyProbe):
    """The server is logged in to its broker by itself: there are no keys to try, but its word."""

    def __init__(self, server: Server, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """Read all that trading needs; the protocol knows no withdrawal.

        Raises KeysRefused where the password is refused or the account is of the other kind of
        money, VenueUnavailable with the reason.
        """
        server = replace(self._server, is_simulated=keys.is_sandbox)
        at = open_access(server, (), self._clock, patience_seconds=PATIENCE_SECONDS)
        questions = Questions(at)
        try:
            await at.open()
            await questions.choose_account()
            await questions.open_orders()
            await questions.fills(self._clock.now_ms())
            await questions.balances()
            return KeyRights(reads_balance=True, trades=True, withdraws=False)
        finally:
            await at.close()
