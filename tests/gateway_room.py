"""A room whose prices and live account are those of a gateway on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.config import Config
from tests.program_room import ProgramRoom, configured
from tests.standins.ibgateway.listed import core
from tests.standins.ibgateway.server import ACCOUNT, IbGateway

SPOKEN = ("ACME", "EUR/USD", "ACME261218C105", "SAP.DE", "ESZ6")
"""What has prices."""


class GatewayRoom(ProgramRoom):
    """One gateway with one login."""

    venue = "ibkr"

    def __init__(
        self,
        home: Path,
        *,
        up: bool = True,
        login: str = ACCOUNT,
        symbols: Sequence[str] = ("ACME", "TWIN", "PENCE.L"),
    ) -> None:
        self._entries = symbols
        spoken = [each for each in symbols if each in SPOKEN]
        super().__init__(home, IbGateway(core(), login), spoken, up=up)

    def configuration(self) -> Config:
        """Where the gateway listens."""
        return configured(self.venue, self.wire.port, self._entries)
