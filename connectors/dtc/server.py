"""Where a DTC server is, and who we are to it."""

from __future__ import annotations

from dataclasses import dataclass, field

DTC = "dtc"


@dataclass(frozen=True, slots=True)
class Server:
    """One server. Sierra Chart's own asks for no name, and listens on its own machine only.

    History has a port of its own. `account` is the trade account that is meant, empty where there
    is but one; `is_simulated`: it is meant to be one of play money, and any other is refused; so
    is the reverse. `heartbeat_seconds` is what is asked for.
    """

    host: str = "127.0.0.1"
    port: int = 11_099
    history_port: int = 11_098
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    heartbeat_seconds: int = 10
    is_simulated: bool = True


def is_simulated(account: str) -> bool:
    """Sierra Chart's accounts of play money begin with Sim, such as Sim1."""
    return account.lower().startswith("sim")
