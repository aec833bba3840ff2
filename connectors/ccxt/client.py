"""One client of ccxt, made for one purpose, that never repeats a request by itself."""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.ccxt.contract import VenueContract
from connectors.ccxt.pace import paced
from engine.errors import VenueUnavailable

Exchange = Any
"""ccxt's own object; it stays in this folder."""

_HOST = re.compile(r"^(http|ws)s?://([^/]+)")


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs for one account at an exchange. It shows nothing when it is printed."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must never be seen, as it may occur in a text."""
        parts = (self.key, self.secret, self.passphrase, *self.secret.split("\n"))
        return tuple(part for part in dict.fromkeys(parts) if part)


@dataclass(frozen=True, slots=True)
class Line:
    """Where the exchange is reached: its own network or its test network, there or elsewhere.

    `address` is `host:port` of a plain HTTP server that speaks as that network does.
    """

    test_network: bool = False
    address: str = ""


def open_client(
    contract: VenueContract,
    keys: Keys | None,
    line: Line,
    *,
    patience_seconds: float,
    exact: bool = False,
) -> Exchange:
    """A client for one exchange; close it when done. Must be called on a running loop.

    With `exact` its numbers stay text, for money; otherwise they are floats, for candles.
    """
    vendor = importlib.import_module("ccxt.pro")  # seconds; only a desk that uses it pays
    # Its debug lines hold whole requests, with the key in their headers.
    logging.getLogger("ccxt").setLevel(logging.ERROR)
    if contract.exchange not in vendor.exchanges:
        raise VenueUnavailable(f"no exchange is called {contract.exchange}", why="no_connector")
    options = dict(contract.options)
    if line.test_network:
        options |= dict(contract.test_options)
    client = getattr(vendor, contract.exchange)(_settings(options, keys, patience_seconds))
    client.logger.setLevel(logging.ERROR)
    client.has["fetchCurrencies"] = False
    client.throttle = paced(client.throttler)
    if exact:
        client.number = str
    if line.test_network and contract.demo:
        client.enable_demo_trading(True)
    elif line.test_network:
        _to_test_network(client)
    if line.address:
        client.enableRateLimit = False
        client.urls["api"] = _moved(client.urls["api"], line.address)
    return client


def _to_test_network(client: Exchange) -> None:
    if not client.urls.get("test"):
        raise VenueUnavailable(f"{client.id} has no test network", why="no_test_network")
    client.set_sandbox_mode(True)


def _settings(
    options: Mapping[str, object], keys: Keys | None, patience_seconds: float
) -> dict[str, object]:
    settings: dict[str, object] = {
        "enableRateLimit": True,
        "timeout": int(patience_seconds * 1000),
        "timeout_on_exit": 0,
        "options": {**options, "maxRetriesOnFailure": 0},
    }
    if keys is not None:
        settings |= {"apiKey": keys.key, "secret": keys.secret, "password": keys.passphrase}
    return settings


def _moved(urls: object, address: str) -> object:
    """The same addresses on another host, without encryption."""
    if isinstance(urls, dict):
        return {name: _moved(url, address) for name, url in urls.items()}
    if isinstance(urls, str):
        return _HOST.sub(lambda found: _at(found, address), urls)
    return urls


def _at(found: re.Match[str], address: str) -> str:
    # ccxt tells one stream from another by their hosts, so that a stream's stays visible.
    host = f"/{found[2]}" if found[1] == "ws" else ""
    return f"{found[1]}://{address}{host}"
