"""What a desk takes from this folder; ib_async is loaded when it takes something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from connectors.ibkr.gateway import Gateway
from engine.domain.identifiers import AccountId
from engine.ports.awaited import AwaitedFeed
from engine.ports.credentials import KeyProbe, KeyRights, VenueKeys
from engine.ports.system import Clock

if TYPE_CHECKING:
    from connectors.ibkr.venue import IbkrVenue

_FOR_PRICES, _FOR_THE_PROBE = 1, 2
"""Added to the client id: a gateway has each of them once, and orders have their own."""


def open_venue(
    account: AccountId, gateway: Gateway, symbols: Sequence[str], clock: Clock
) -> IbkrVenue:
    """The account at the gateway; nothing is asked yet."""
    at = import_module("connectors.ibkr.access").open_access(gateway, symbols, clock)
    venue: IbkrVenue = import_module("connectors.ibkr.venue").IbkrVenue(account, at)
    return venue


def open_feed(gateway: Gateway, symbols: Sequence[str], clock: Clock) -> AwaitedFeed:
    """The prices of these, `@EXCHANGE` following where it must; nothing is asked yet."""
    at = import_module("connectors.ibkr.access").open_access(
        _with(gateway, _FOR_PRICES), symbols, clock
    )
    feed: AwaitedFeed = import_module("connectors.ibkr.feed").feed_at(at, symbols)
    return feed


class LoginProbe(KeyProbe):
    """Tries the gateway's login, where another venue's keys would be tried."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = _with(gateway, _FOR_THE_PROBE)
        self._clock = clock

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """What it may do. Raises KeysRefused, VenueUnavailable, RateLimited."""
        made: KeyProbe = import_module("connectors.ibkr.probe").IbkrProbe(
            self._gateway, self._clock
        )
        return await made.probe(keys)


def _with(gateway: Gateway, more: int) -> Gateway:
    return replace(gateway, client_id=gateway.client_id + more)
