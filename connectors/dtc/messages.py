"""The protocol's numbers, as its public domain header DTCProtocol.h (version 8) has them."""

from __future__ import annotations

from enum import IntEnum

VERSION = 8


class Kind(IntEnum):
    """What a message is, its field `Type`."""

    LOGON_REQUEST = 1
    LOGON_RESPONSE = 2
    HEARTBEAT = 3
    LOGOFF = 5
    ENCODING_REQUEST = 6
    ENCODING_RESPONSE = 7


class Encoding(IntEnum):
    """How messages are written after the first; a server has others, which are not spoken here."""

    BINARY = 0
    JSON = 2


class Logon(IntEnum):
    """What became of a logon."""

    SUCCESS = 1
    ERROR = 2
    ERROR_NO_RECONNECT = 3
    RECONNECT_NEW_ADDRESS = 4
