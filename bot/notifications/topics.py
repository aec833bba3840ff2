"""What a journal entry is news of, and how bad it would be to hear of it late."""

from __future__ import annotations

from dataclasses import dataclass

from bot.hearing import Severity, Topic
from bot.message import Priority
from engine.domain import events as facts
from engine.domain.events import Event
from engine.domain.order import FORCED, Order, Purpose

_CRITICAL = (
    facts.TradingHalted,
    facts.FlattenChecked,
    facts.DifferenceFound,
    facts.OrderBecameUnknown,
    facts.OrderRejected,
    facts.ProtectionDiffers,
)
_WARNINGS = (
    facts.AlertFired,
    facts.TradingResumed,
    facts.OrderExpired,
    facts.OrderCancelRejected,
    facts.OrderReplaceRejected,
    facts.OrderNeverArrived,
    facts.OrderDenied,
)
_OF_RISK = (
    facts.TradingHalted,
    facts.FlattenChecked,
    facts.TradingResumed,
    facts.ProtectionDiffers,
    facts.ProtectionRestored,
    facts.OrderDenied,
    facts.OrderBecameUnknown,
    facts.OrderNeverArrived,
)
_LOSSES = frozenset({Purpose.STOP_LOSS, Purpose.EXIT, *FORCED})


@dataclass(frozen=True, slots=True)
class Weight:
    """A piece of news as choices and lanes see it."""

    topic: Topic
    severity: Severity

    @property
    def priority(self) -> Priority:
        """Its lane when it is told at once."""
        if self.severity is Severity.CRITICAL:
            return Priority.URGENT
        return Priority.ALERT if self.topic is Topic.ALERTS else Priority.ANSWER


def weighed(event: Event, order: Order | None) -> Weight:
    """The topic and the severity of an event that is told, beside the order that it is about."""
    return Weight(_topic(event, order), _severity(event, order))


def _topic(event: Event, order: Order | None) -> Topic:
    match event:
        case facts.AlertFired():
            return Topic.ALERTS
        case facts.DifferenceFound() | facts.DifferenceSettled():
            return Topic.SYSTEM
        case _ if isinstance(event, _OF_RISK):
            return Topic.RISK
        case _:
            return Topic.FILLS if order is None or order.origin is None else Topic.STRATEGY


def _severity(event: Event, order: Order | None) -> Severity:
    is_stopped_out = order is not None and order.purpose in _LOSSES
    if isinstance(event, _CRITICAL) or (isinstance(event, facts.OrderFilled) and is_stopped_out):
        return Severity.CRITICAL
    return Severity.WARNING if isinstance(event, _WARNINGS) else Severity.INFO
