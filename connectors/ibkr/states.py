"""What the gateway's words for an order's state mean."""

from __future__ import annotations

from connectors.ibkr.sessions import Sessions
from engine.domain.order import OrderState

INACTIVE = "Inactive"
"""Refused, or held back by the broker: nothing works in the market, though a person could revive
it on the gateway's screen.
"""
_STATES = {
    "PendingSubmit": OrderState.SUBMITTED,
    "ApiPending": OrderState.SUBMITTED,
    "PreSubmitted": OrderState.ACCEPTED,
    "Submitted": OrderState.ACCEPTED,
    INACTIVE: OrderState.CANCELED,
    "PendingCancel": OrderState.PENDING_CANCEL,
    "Filled": OrderState.FILLED,
    "Cancelled": OrderState.CANCELED,
    "ApiCancelled": OrderState.CANCELED,
}
ENDED = frozenset({"Filled", "Cancelled", "ApiCancelled", INACTIVE})
REFUSED = "Cancelled"
"""What stands for whatever else is over."""
CANCELING = frozenset({"PendingCancel", "Cancelled", "ApiCancelled"})
IS_THERE = frozenset({"PreSubmitted", "Submitted", "PendingCancel", *ENDED})
"""What shows that Interactive Brokers, and not only the gateway, has the order."""


def state_of(status: str) -> OrderState:
    """The desk's word for it; a stranger is there."""
    return _STATES.get(status, OrderState.ACCEPTED)


def expired(tif: str, placed_at: int, sessions: Sessions, at: int) -> bool:
    """Whether an order that ended unasked did so with its session (moments in UTC ms)."""
    closes = sessions.close_after(placed_at) if tif == "DAY" else None
    return closes is not None and at >= closes
