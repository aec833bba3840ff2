"""A room whose prices and live account are those of a DTC server on 127.0.0.1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.config import Config
from tests.program_room import ProgramRoom, configured
from tests.standins.dtc.listed import DEFINED, core
from tests.standins.dtc.server import DtcServer


class DtcRoom(ProgramRoom):
    """One server with one trade account."""

    venue = "dtc"

    def __init__(
        self,
        home: Path,
        *,
        up: bool = True,
        configuration: Callable[[DtcServer], Config] | None = None,
        share: str = "ACME",
        wire_is: dict[str, object] | None = None,
        account: str = "",
    ) -> None:
        """`share` is what the server defines and has prices of."""
        wire = DtcServer(market=core(share))
        wire.defined[share, ""] = DEFINED["ACME", ""]
        for name, value in (wire_is or {}).items():
            setattr(wire, name, value)
        if account:
            wire.trading.account = account
        self._configured = configuration or _configured
        super().__init__(home, wire, [share], up=up)

    def configuration(self) -> Config:
        """Where the server listens."""
        return self._configured(self.wire)


def _configured(wire: DtcServer) -> Config:
    return configured(
        "dtc",
        wire.port,
        ["ACME", "NOSUCH"],
        history_port=wire.history_port,
        username=wire.username,
        password=wire.password,
    )
