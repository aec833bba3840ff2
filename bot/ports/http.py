"""What somebody outside calls over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What came in over HTTP; header names are in lower case.

    `peer` is the sender's address, by the word of reverse proxies that are believed.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    peer: str = ""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """A path that somebody outside calls; the desk's web server serves it."""

    method: str
    path: str
    handle: Callable[[HttpRequest], Awaitable[HttpReply]]


@runtime_checkable
class Routed(Protocol):
    """An adapter or connector that is called over HTTP."""

    @property
    def routes(self) -> Sequence[HttpRoute]:
        """What it serves."""
        ...
