"""What has happened since the process began, counted as it is committed."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable

from engine.domain import events as facts
from engine.domain.events import Event
from engine.domain.identifiers import ClientOrderId

LATENCIES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends of the latency's buckets, in seconds; the last one is open."""

_UNDER_WAY = 10_000
"""Orders whose answer may still be waited for, at most."""


class Counts:
    """Begins at nothing with each process; the journal has the whole."""

    def __init__(self) -> None:
        self.orders = 0
        self.fills = 0
        self.rejected = 0
        self.unknown = 0
        self.refused: Counter[str] = Counter()
        """Orders that risk refused, by rule."""
        self.refused_beforehand: Counter[str] = Counter()
        """Drafts that risk refused before anybody was asked to confirm them, by rule."""
        self.differences: Counter[str] = Counter()
        """Differences with a venue that were found, by kind."""
        self.latencies = [0] * (len(LATENCIES) + 1)
        """Orders by how long the venue took to accept them."""
        self.latency_seconds = 0.0
        self._submitted: OrderedDict[ClientOrderId, int] = OrderedDict()

    def note(self, events: Iterable[Event]) -> None:
        """Count what one step has committed."""
        for event in events:
            match event:
                case facts.OrderInitialized():
                    self.orders += 1
                case facts.OrderFilled():
                    self.fills += 1
                case facts.OrderRejected():
                    self.rejected += 1
                case facts.OrderBecameUnknown():
                    self.unknown += 1
                case facts.OrderDenied():
                    self.refused[event.rule] += 1
                case facts.DifferenceFound():
                    self.differences[event.difference.kind.value] += 1
                case facts.OrderSubmitted():
                    self._submit(event)
                case facts.OrderAccepted():
                    self._accept(event)

    def _submit(self, event: facts.OrderSubmitted) -> None:
        self._submitted[event.client_order_id] = event.at
        if len(self._submitted) > _UNDER_WAY:
            self._submitted.popitem(last=False)

    def _accept(self, event: facts.OrderAccepted) -> None:
        since = self._submitted.pop(event.client_order_id, None)
        if since is None:
            return
        seconds = max(0, event.at - since) / 1000
        place = next((n for n, end in enumerate(LATENCIES) if seconds <= end), len(LATENCIES))
        self.latencies[place] += 1
        self.latency_seconds += seconds
