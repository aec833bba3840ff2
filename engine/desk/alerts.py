"""A person's own alerts."""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain.alert import Alert
from engine.domain.identifiers import AlertId, PersonId, Symbol
from engine.domain.requests import RemoveAlert, SetAlert, SnoozeAlert
from engine.errors import AlertNotFound
from engine.runtime.live import LiveRuntime


class AlertDesk:
    """Set, list, snooze and remove; another person's alerts cannot be named here."""

    def __init__(self, runtime: LiveRuntime, person: PersonId) -> None:
        self._runtime = runtime
        self._person = person

    def mine(self, symbol: Symbol | None = None) -> Sequence[Alert]:
        """The person's alerts, oldest first."""
        alerts = self._runtime.kernel.alerts
        wanted = [
            a for a in alerts if a.owner == self._person and (symbol is None or a.symbol == symbol)
        ]
        return sorted(wanted, key=lambda alert: (alert.set_at, alert.id))

    async def set(self, alert: Alert, correlation: str) -> None:
        """Begin to watch; the same id again changes nothing."""
        await self._runtime.ask(SetAlert(alert, alert.set_at), correlation=correlation)
        await self._runtime.load_history_for(alert)

    async def remove(self, alert_id: AlertId) -> Alert:
        """Forget one of the person's own. Raises AlertNotFound."""
        alert = self._own(alert_id)
        await self._runtime.ask(RemoveAlert(alert.id, self._runtime.clock.now_ms()))
        return alert

    async def snooze(self, alert_id: AlertId, until: int) -> Alert:
        """Keep quiet until then (UTC ms). Raises AlertNotFound."""
        alert = self._own(alert_id)
        await self._runtime.ask(SnoozeAlert(alert.id, until, self._runtime.clock.now_ms()))
        return alert

    def _own(self, alert_id: AlertId) -> Alert:
        alert = self._runtime.kernel.alerts.get(alert_id)
        if alert is None or alert.owner != self._person:
            raise AlertNotFound(alert=alert_id)
        return alert
