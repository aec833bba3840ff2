"""How a line to a gateway is made: the handshake, and whose login answers."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import structlog
from ib_async.client import Client

from connectors.ibkr.codes import CLIENT_ID_IN_USE
from connectors.ibkr.ear import Ear
from connectors.ibkr.gateway import IBKR, Gateway, is_paper_account
from engine.errors import KeysRefused, VenueUnavailable

_log = structlog.get_logger(__name__)


async def shake_hands(at: Gateway, ear: Ear, patience_seconds: float) -> Client:
    """A client that is connected, and may be used. Raises VenueUnavailable, KeysRefused."""
    _quieten()
    client = Client(ear)
    try:
        await _connected(client, at, patience_seconds)
        if not client.isReady():
            raise ConnectionError("it closed the line at once")
    except (OSError, TimeoutError) as error:
        client.disconnect()
        raise _unreached(at, ear, error) from None
    return client


def account_of(at: Gateway, accounts: tuple[str, ...]) -> str:
    """The one of the login's accounts that is meant. Raises KeysRefused."""
    meant = at.account or (accounts[0] if len(accounts) == 1 else "")
    if meant not in accounts:
        raise KeysRefused("no_account", venue=IBKR)
    if is_paper_account(meant) != at.is_paper:
        raise KeysRefused("login", venue=IBKR)
    return meant


async def _connected(client: Client, at: Gateway, patience_seconds: float) -> None:
    """The library would wait out its patience where the gateway has hung up long since."""
    hung_up: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def on_error(text: str) -> None:
        if not hung_up.done():
            hung_up.set_result(text)

    client.apiError += on_error
    connecting = asyncio.ensure_future(
        client.connectAsync(at.host, at.port, at.client_id, patience_seconds)
    )
    try:
        await asyncio.wait((connecting, hung_up), return_when=asyncio.FIRST_COMPLETED)
        if not connecting.done():
            raise ConnectionError(hung_up.result())
        await connecting
    finally:
        hung_up.cancel()
        connecting.cancel()
        with suppress(asyncio.CancelledError, OSError, TimeoutError):
            await connecting
        client.apiError -= on_error


def _unreached(at: Gateway, ear: Ear, error: Exception) -> VenueUnavailable:
    where = f"{at.host}:{at.port}"
    if ear.last_trouble is not None and ear.last_trouble.code == CLIENT_ID_IN_USE:
        text = f"client id {at.client_id} is in use at {where}"
        return VenueUnavailable(text, why="client_id_in_use")
    text = f"no gateway answers at {where}: {type(error).__name__}"
    return VenueUnavailable(text, why="gateway_away")


class _Unread(logging.Handler):
    """Messages that ib_async cannot read are lost; that is said, without what is in them."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        _log.error("message_not_read", error=type(error).__name__)


def _quieten() -> None:
    """The library's own log says what belongs in ours, with account numbers in it."""
    logging.getLogger("ib_async").setLevel(logging.CRITICAL)
    decoder = logging.getLogger("ib_async.Decoder")
    decoder.setLevel(logging.ERROR)
    decoder.propagate = False
    decoder.handlers = [_Unread()]
