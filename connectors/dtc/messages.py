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
    CANCEL_ORDER = 203
    CANCEL_REPLACE_ORDER = 204
    SUBMIT_NEW_SINGLE_ORDER = 208
    OPEN_ORDERS_REQUEST = 300
    ORDER_UPDATE = 301
    OPEN_ORDERS_REJECT = 302
    HISTORICAL_ORDER_FILLS_REQUEST = 303
    HISTORICAL_ORDER_FILL_RESPONSE = 304
    CURRENT_POSITIONS_REQUEST = 305
    POSITION_UPDATE = 306
    CURRENT_POSITIONS_REJECT = 307
    HISTORICAL_ORDER_FILLS_REJECT = 308
    TRADE_ACCOUNTS_REQUEST = 400
    TRADE_ACCOUNT_RESPONSE = 401
    SECURITY_DEFINITION_FOR_SYMBOL_REQUEST = 506
    SECURITY_DEFINITION_RESPONSE = 507
    SECURITY_DEFINITION_REJECT = 509
    ACCOUNT_BALANCE_UPDATE = 600
    ACCOUNT_BALANCE_REQUEST = 601
    ACCOUNT_BALANCE_REJECT = 602
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


class Ordered(IntEnum):
    """How an order is priced."""

    MARKET = 1
    LIMIT = 2
    STOP = 3
    STOP_LIMIT = 4


class Way(IntEnum):
    """Which way."""

    BUY = 1
    SELL = 2


class Standing(IntEnum):
    """How long an order stands."""

    DAY = 1
    GOOD_TILL_CANCELED = 2
    IMMEDIATE_OR_CANCEL = 4
    FILL_OR_KILL = 6


class Status(IntEnum):
    """Where an order is in its life."""

    ORDER_SENT = 1
    PENDING_OPEN = 2
    PENDING_CHILD = 3
    OPEN = 4
    PENDING_CANCEL_REPLACE = 5
    PENDING_CANCEL = 6
    FILLED = 7
    CANCELED = 8
    REJECTED = 9
    PARTIALLY_FILLED = 10


class Reason(IntEnum):
    """Why something is said of an order."""

    NEW_ORDER_REJECTED = 8
    CANCEL_REJECTED = 9
    CANCEL_REPLACE_REJECTED = 10


class Refusal(IntEnum):
    """Why there is no history, where that makes a difference."""

    RETRY = 1
    OUTSIDE_BOUNDS = 3


SUBSCRIBE = 1
"""The action of a MARKET_DATA_REQUEST."""
NON_LAST_UPDATE_EQUITY_TRADE = 1
"""The condition of a trade that must not move the last price."""
