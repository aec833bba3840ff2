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
    MARKET_DATA_REQUEST = 101
    MARKET_DATA_REJECT = 103
    MARKET_DATA_SNAPSHOT = 104
    MARKET_DATA_UPDATE_TRADE = 107
    MARKET_DATA_UPDATE_BID_ASK = 108
    MARKET_DATA_UPDATE_TRADE_COMPACT = 112
    MARKET_DATA_UPDATE_BID_ASK_COMPACT = 117
    MARKET_DATA_UPDATE_LAST_TRADE_SNAPSHOT = 134
    MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR = 137
    MARKET_DATA_UPDATE_TRADE_NO_TIMESTAMP = 142
    MARKET_DATA_UPDATE_BID_ASK_NO_TIMESTAMP = 143
    MARKET_DATA_UPDATE_BID_ASK_FLOAT_WITH_MICROSECONDS = 144
    MARKET_DATA_UPDATE_TRADE_WITH_UNBUNDLED_INDICATOR_2 = 146
    SECURITY_DEFINITION_FOR_SYMBOL_REQUEST = 506
    SECURITY_DEFINITION_RESPONSE = 507
    SECURITY_DEFINITION_REJECT = 509
    HISTORICAL_PRICE_DATA_REQUEST = 800
    HISTORICAL_PRICE_DATA_RESPONSE_HEADER = 801
    HISTORICAL_PRICE_DATA_REJECT = 802
    HISTORICAL_PRICE_DATA_RECORD_RESPONSE = 803
    HISTORICAL_PRICE_DATA_RESPONSE_TRAILER = 807


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


class Security(IntEnum):
    """What is traded, as far as it is offered here."""

    FUTURES = 1
    STOCK = 2


class Refusal(IntEnum):
    """Why there is no history, where that makes a difference."""

    RETRY = 1
    OUTSIDE_BOUNDS = 3


SUBSCRIBE = 1
"""The action of a MARKET_DATA_REQUEST."""
NON_LAST_UPDATE_EQUITY_TRADE = 1
"""The condition of a trade that must not move the last price."""
