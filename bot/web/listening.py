"""Where the desk listens: a socket that is bound before anything is served."""

from __future__ import annotations

import socket
from dataclasses import dataclass

ADDRESS_FILE = "web.address"
"""In the home: where the running desk answers, for programs on this machine."""


@dataclass(frozen=True, slots=True)
class Listening:
    """A bound socket and the address that it answers at."""

    bound: socket.socket
    address: str


def listen(host: str, port: int) -> Listening:
    """Bind; port 0 is any free one. Raises OSError."""
    is_six = ":" in host
    bound = socket.socket(socket.AF_INET6 if is_six else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    shown = f"[{host}]" if is_six else host
    return Listening(bound, f"http://{shown}:{bound.getsockname()[1]}")
