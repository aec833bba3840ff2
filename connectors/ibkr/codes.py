"""What each of a gateway's message codes means for the order or the question that it answers.

Codes and their texts are IB's published list. One that is not here decides nothing: an order that
it answers is unknown until it was looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from connectors.ibkr.ear import GatewayError
from connectors.ibkr.said import Trouble
from engine.errors import (
    OrderRejected,
    OrderStateUnknown,
    RateLimited,
    VenueError,
    VenueUnavailable,
)

PAUSE_SECONDS = 2.0
"""How long to wait where the gateway asks for it; it never says how long."""
_LONGEST_TEXT = 160

CLIENT_ID_IN_USE = 326
LINE_LOST = frozenset({1100, 2110})
"""The gateway's own line to IB's servers fell."""
LINE_BACK = frozenset({1101, 1102})
DATA_LOST = 1101
"""Of these, that subscriptions have to be made anew."""
FARMS_DOWN = frozenset({2103, 2105, 2157})
"""A farm of prices, of history or of definitions is away; orders are not concerned."""
FARMS_BACK = frozenset({2104, 2106, 2158})
ORDER_CANCELED = 202
DUPLICATE_ID = 103
NOT_CANCELED = frozenset({135, 136, 161, 10147, 10148, 10149})
"""A cancel, or a change, that came to nothing: there is no such order, or it is over."""
NOT_CHANGED = frozenset({DUPLICATE_ID, 104, 105, 110, 134, 321, 329, 355, 388, 201})
"""Answers to a change which leave the order as it was."""


class Meaning(Enum):
    """What a code says of what it answers."""

    REFUSED = auto()
    """Nothing was done and nothing will be."""
    NOT_TAKEN = auto()
    """It was turned away for a passing reason."""
    BUSY = auto()
    """It came too soon."""
    STANDS = auto()
    """A notice: the order is there."""
    UNCERTAIN = auto()


# The reason is the key of a text for people; where it is empty, IB's own words are shown.
ORDERS: dict[int, tuple[Meaning, str]] = {
    100: (Meaning.BUSY, "too_many_requests"),
    DUPLICATE_ID: (Meaning.NOT_TAKEN, "gateway_away"),
    104: (Meaning.REFUSED, ""),
    107: (Meaning.REFUSED, ""),
    109: (Meaning.REFUSED, ""),
    110: (Meaning.REFUSED, ""),
    111: (Meaning.REFUSED, "not_supported"),
    116: (Meaning.REFUSED, "market_closed"),
    140: (Meaning.REFUSED, ""),
    144: (Meaning.REFUSED, ""),
    163: (Meaning.REFUSED, ""),
    200: (Meaning.REFUSED, "not_listed"),
    201: (Meaning.REFUSED, ""),
    ORDER_CANCELED: (Meaning.STANDS, ""),  # its status says so as well
    203: (Meaning.REFUSED, "not_listed"),
    321: (Meaning.REFUSED, ""),
    355: (Meaning.REFUSED, ""),
    361: (Meaning.REFUSED, ""),
    383: (Meaning.REFUSED, ""),
    387: (Meaning.REFUSED, "not_supported"),
    388: (Meaning.REFUSED, ""),
    391: (Meaning.REFUSED, "not_supported"),
    399: (Meaning.STANDS, ""),
    404: (Meaning.STANDS, ""),
    434: (Meaning.REFUSED, ""),
    435: (Meaning.REFUSED, ""),
    436: (Meaning.REFUSED, ""),
    10243: (Meaning.REFUSED, ""),
    460: (Meaning.REFUSED, "no_permission"),
    502: (Meaning.NOT_TAKEN, "gateway_away"),
    504: (Meaning.NOT_TAKEN, "gateway_away"),
    10349: (Meaning.STANDS, ""),
}

_NO_PRICES = frozenset({354, 10089, 10090, 10168, 10186, 10189, 10197})
_TOO_SOON = frozenset({100, 420})
_PACING = "pacing violation"
_NOTHING = "no data"


class Failures:
    """Texts and failures of one login, whose account numbers are taken out of every text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.secrets = tuple(secrets)

    def of_order(self, trouble: Trouble) -> VenueError | None:
        """What an order that was being sent has come to; None where it stands all the same."""
        meaning, why = meaning_of(trouble)
        text = self.text(trouble.text)
        match meaning:
            case Meaning.STANDS:
                return None
            case Meaning.REFUSED:
                return OrderRejected(text, reason=why or text, why=why)
            case Meaning.BUSY:
                return RateLimited(PAUSE_SECONDS)
            case Meaning.NOT_TAKEN:
                return VenueUnavailable(text, why=why)
            case Meaning.UNCERTAIN:
                return OrderStateUnknown(text, why="no_answer")

    def of_question(self, error: Exception) -> VenueError:
        """Why a question, which changes nothing, has no answer."""
        if isinstance(error, VenueError):
            return error
        if not isinstance(error, GatewayError):
            return VenueUnavailable("the gateway does not answer", why="gateway_away")
        trouble = error.trouble
        if trouble.code in _TOO_SOON or _PACING in trouble.text.lower():
            return RateLimited(PAUSE_SECONDS)
        why = "no_prices" if trouble.code in _NO_PRICES else "no_answer"
        if trouble.is_read_only:
            why = "read_only"
        return VenueUnavailable(self.text(trouble.text), why=why)

    def text(self, text: str) -> str:
        """IB's own words, short, without the numbers of accounts."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return " ".join(text.split())[:_LONGEST_TEXT] or "no words"


def meaning_of(trouble: Trouble) -> tuple[Meaning, str]:
    """What it means, and the key of its text."""
    if trouble.is_read_only:
        return Meaning.REFUSED, "read_only"
    if 2100 <= trouble.code < 2200:
        return Meaning.STANDS, ""
    return ORDERS.get(trouble.code, (Meaning.UNCERTAIN, "no_answer"))


def is_no_data(error: Exception) -> bool:
    """Whether a question about history found that there is none."""
    return isinstance(error, GatewayError) and (
        error.trouble.code == 162 and _NOTHING in error.trouble.text.lower()
    )


def is_no_definition(error: Exception) -> bool:
    """Whether nothing there fits what was asked for."""
    return isinstance(error, GatewayError) and error.trouble.code == 200
