"""How a line to a server is made: agree on JSON, then log on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from connectors.dtc.messages import VERSION, Encoding, Kind, Logon
from connectors.dtc.server import DTC, Server
from connectors.dtc.wire import (
    LONGEST,
    Message,
    NotUnderstood,
    encoding_message,
    read_encoding,
    read_message,
    written,
)
from engine.errors import KeysRefused, VenueUnavailable

CLIENT_NAME = "Outcry"


@dataclass(frozen=True, slots=True)
class Socket:
    """A connection, logged on; `greeting` is what the server said of itself."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    greeting: Message


async def shake_hands(at: Server, patience_seconds: float) -> Socket:
    """A connection that may be used. Raises VenueUnavailable, KeysRefused."""
    where = f"{at.host}:{at.port}"
    try:
        async with asyncio.timeout(patience_seconds):
            reader, writer = await asyncio.open_connection(at.host, at.port, limit=LONGEST)
            try:
                return Socket(reader, writer, await _logged_on(at, reader, writer))
            except BaseException:
                writer.transport.abort()
                raise
    except NotUnderstood as error:
        text = f"what answers at {where} is not understood: {error}"
        raise VenueUnavailable(text, why="server_strange") from None
    except (OSError, EOFError, TimeoutError) as error:
        text = f"no DTC server answers at {where}: {type(error).__name__}"
        raise VenueUnavailable(text, why="server_away") from None


async def _logged_on(
    at: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Message:
    writer.write(encoding_message(Kind.ENCODING_REQUEST, Encoding.JSON))
    if await read_encoding(reader, Kind.ENCODING_RESPONSE) != Encoding.JSON:
        raise VenueUnavailable("the server does not speak JSON", why="server_encoding")
    fields = {
        "ProtocolVersion": VERSION,
        "Username": at.username,
        "Password": at.password,
        "HeartbeatIntervalInSeconds": at.heartbeat_seconds,
        "TradeAccount": at.account,
        "ClientName": CLIENT_NAME,
    }
    writer.write(written(Kind.LOGON_REQUEST, **fields))
    while (said := await read_message(reader))["Type"] != Kind.LOGON_RESPONSE:
        if said["Type"] == Kind.LOGOFF:
            raise EOFError
    _check(said)
    return said


def _check(said: Message) -> None:
    """The server's own words are not repeated: a name or an account may be in them."""
    match said.get("Result"):
        case Logon.SUCCESS:
            return
        case Logon.ERROR_NO_RECONNECT:
            raise KeysRefused("password", venue=DTC)
        case Logon.RECONNECT_NEW_ADDRESS:
            # The password goes to the address that a person wrote down, and to no other.
            raise VenueUnavailable("the server sends us elsewhere", why="server_moved")
        case _:
            raise VenueUnavailable("the server takes no logon now", why="server_logon")


def hang_up(socket: Socket) -> None:
    """Say goodbye, if that can still be said, and let go."""
    with suppress(OSError):
        socket.writer.write(written(Kind.LOGOFF, Reason="", DoNotReconnect=0))
    socket.writer.close()
