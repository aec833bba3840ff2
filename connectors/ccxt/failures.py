"""What each of ccxt's exceptions means here, and texts of theirs with nothing secret in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum, auto

from connectors.ccxt.refusals import kind_of, reason
from engine.errors import (
    OrderRejected,
    OrderStateUnknown,
    RateLimited,
    VenueError,
    VenueUnavailable,
)
from engine.matching.checks import DUPLICATE

PAUSE_SECONDS = 2.0
"""How long to wait where the exchange asks for it and does not say how long."""

_LONGEST_TEXT = 160
_ADDRESS = re.compile(r"\w+://\S+")
_TOO_MANY = " 429 Too Many Requests"
_DUPLICATE = "duplicate"
_ABOUT_FILLS = {"would_take", "cannot_fill"}
"""Of classes that are also those of a stop whose price has been passed: the words say which."""
_CONNECTING = {"ClientConnectorError", "ClientConnectorDNSError", "gaierror"}


class Meaning(Enum):
    """What an exception says of the request that it answers."""

    REFUSED = auto()
    """The exchange, or ccxt before sending, said no: nothing was done and nothing will be."""
    KNOWN_ALREADY = auto()
    """It has an order of that name."""
    BUSY = auto()
    """Turned away, to be made again later."""
    NOT_TAKEN = auto()
    """It did not get there, or was turned away for a passing reason."""
    UNCERTAIN = auto()
    """It may have been carried out."""


# Every class of ccxt's tree by name; the reason is the key of a text for people.
MEANINGS: dict[str, tuple[Meaning, str]] = {
    "BaseError": (Meaning.UNCERTAIN, "no_answer"),
    "ExchangeError": (Meaning.UNCERTAIN, "no_answer"),
    "AuthenticationError": (Meaning.REFUSED, "key_refused"),
    "PermissionDenied": (Meaning.REFUSED, "key_lacks_right"),
    "AccountNotEnabled": (Meaning.REFUSED, "key_lacks_right"),
    "AccountSuspended": (Meaning.REFUSED, "account_suspended"),
    "ArgumentsRequired": (Meaning.REFUSED, "not_supported"),
    "BadRequest": (Meaning.UNCERTAIN, "no_answer"),
    "BadSymbol": (Meaning.REFUSED, "not_listed"),
    "OperationRejected": (Meaning.UNCERTAIN, "no_answer"),
    "NoChange": (Meaning.UNCERTAIN, "no_answer"),
    "MarginModeAlreadySet": (Meaning.UNCERTAIN, "no_answer"),
    "MarketClosed": (Meaning.REFUSED, "market_closed"),
    "ManualInteractionNeeded": (Meaning.REFUSED, "at_the_exchange"),
    "RestrictedLocation": (Meaning.REFUSED, "restricted_location"),
    "InsufficientFunds": (Meaning.REFUSED, "no_funds"),
    "InvalidAddress": (Meaning.UNCERTAIN, "no_answer"),
    "AddressPending": (Meaning.UNCERTAIN, "no_answer"),
    "InvalidOrder": (Meaning.REFUSED, ""),
    "OrderNotFound": (Meaning.UNCERTAIN, "no_answer"),
    "OrderNotCached": (Meaning.UNCERTAIN, "no_answer"),
    "OrderImmediatelyFillable": (Meaning.REFUSED, "would_take"),
    "OrderNotFillable": (Meaning.REFUSED, "cannot_fill"),
    "DuplicateOrderId": (Meaning.KNOWN_ALREADY, DUPLICATE),
    "ContractUnavailable": (Meaning.REFUSED, "not_listed"),
    "NotSupported": (Meaning.REFUSED, "not_supported"),
    "InvalidProxySettings": (Meaning.NOT_TAKEN, "unreachable"),
    "ExchangeClosedByUser": (Meaning.NOT_TAKEN, "unreachable"),
    "OperationFailed": (Meaning.UNCERTAIN, "no_answer"),
    "NetworkError": (Meaning.UNCERTAIN, "no_answer"),
    "DDoSProtection": (Meaning.BUSY, "too_many_requests"),
    "RateLimitExceeded": (Meaning.BUSY, "too_many_requests"),
    "ExchangeNotAvailable": (Meaning.UNCERTAIN, "away"),
    "OnMaintenance": (Meaning.UNCERTAIN, "maintenance"),
    # A number or time that is not the next: said by the exchange before it looks at the order.
    "InvalidNonce": (Meaning.NOT_TAKEN, "clock_off"),
    "ChecksumError": (Meaning.UNCERTAIN, "no_answer"),
    "RequestTimeout": (Meaning.UNCERTAIN, "no_answer"),
    "BadResponse": (Meaning.UNCERTAIN, "no_answer"),
    "NullResponse": (Meaning.UNCERTAIN, "no_answer"),
    "CancelPending": (Meaning.UNCERTAIN, "no_answer"),
    "UnsubscribeError": (Meaning.UNCERTAIN, "no_answer"),
}


class Failures:
    """Translates what goes wrong with one client, whose secrets it takes out of every text."""

    def __init__(
        self,
        secrets: Iterable[str] = (),
        refusals: Iterable[str] = (),
        key_refusals: Iterable[str] = (),
        doubts: Iterable[str] = (),
    ) -> None:
        """`secrets` are texts that nobody may read, `doubts` codes that say nothing certain, the
        others those of a plain no.
        """
        self._doubts = tuple(doubts)
        self._key_refusals = tuple(key_refusals)
        self._refusals = tuple(refusals)
        self._secrets = tuple(sorted(secrets, key=len, reverse=True))

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Round a question: what is raised inside leaves as VenueUnavailable or RateLimited."""
        try:
            yield
        except VenueError:
            raise
        except Exception as error:  # noqa: BLE001 -- the client raises whatever a body led it to
            # Not "from error": its texts may hold what is secret.
            raise self.of_question(error) from None

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Round an order: what is raised inside leaves as what has become of the order."""
        try:
            yield
        except VenueError:
            raise
        except Exception as error:  # noqa: BLE001 -- anything but a plain refusal is unknown
            raise self.of_order(error) from None

    def of_order(self, error: Exception) -> VenueError:
        """What an order that was being sent has come to."""
        meaning, why = self._meaning(error)
        text = self.text(error)
        if meaning is Meaning.UNCERTAIN and any(code in str(error) for code in self._refusals):
            is_known = _DUPLICATE in str(error).lower()
            meaning, why = (Meaning.KNOWN_ALREADY, DUPLICATE) if is_known else (Meaning.REFUSED, "")
        match meaning:
            case Meaning.REFUSED:
                # What the desk has words for is said in the reader's language.
                said = self._cleaned(error)
                why = (kind_of(said) or why) if why in _ABOUT_FILLS else (why or kind_of(said))
                return OrderRejected(text, reason=reason(why, said), why=why)
            case Meaning.KNOWN_ALREADY:
                return OrderRejected(DUPLICATE, reason=DUPLICATE, why=why)
            case Meaning.BUSY:
                return RateLimited(PAUSE_SECONDS)
            case Meaning.NOT_TAKEN:
                return VenueUnavailable(text, why=why)
            case Meaning.UNCERTAIN:
                return OrderStateUnknown(text, why=why)

    def of_question(self, error: Exception) -> VenueError:
        """Why a question, which changes nothing, was not answered."""
        meaning, why = self._meaning(error)
        if meaning is Meaning.BUSY:
            return RateLimited(PAUSE_SECONDS)
        return VenueUnavailable(self.text(error), why=why)

    def _meaning(self, error: Exception) -> tuple[Meaning, str]:
        if any(code in str(error) for code in self._key_refusals):
            return Meaning.REFUSED, "key_refused"
        if any(code in str(error) for code in self._doubts):
            return Meaning.UNCERTAIN, "no_answer"
        return meaning_of(error)

    def text(self, error: Exception) -> str:
        """The exchange's own words, short, with no address and no secret in them."""
        return self._cleaned(error)[:_LONGEST_TEXT]

    def _cleaned(self, error: Exception) -> str:
        text = _ADDRESS.sub("", str(error))
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return " ".join(text.split()) or type(error).__name__


def meaning_of(error: Exception) -> tuple[Meaning, str]:
    """What it means, and the key of its text; a stranger is uncertain."""
    if type(error.__cause__).__name__ in _CONNECTING:
        return Meaning.NOT_TAKEN, "unreachable"
    if _TOO_MANY in str(error):
        return Meaning.BUSY, "too_many_requests"
    for kind in type(error).__mro__:
        known = MEANINGS.get(kind.__name__)
        if known is not None:
            break
    else:
        return Meaning.UNCERTAIN, "no_answer"
    if known[0] is Meaning.REFUSED and _DUPLICATE in str(error).lower():
        return Meaning.KNOWN_ALREADY, DUPLICATE
    return known
