"""All that the checks look at, and how one of them ends a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.wiring import Application
from engine.domain.identifiers import AccountId
from engine.domain.instrument import Instrument
from engine.kernel import Kernel
from engine.portfolio.book import AccountBook
from tests.simulation.chat import Chat
from tests.simulation.exchange import Exchange
from tests.simulation.losses import Losses
from tests.simulation.lots import Lots
from tests.simulation.market import Prices
from tests.simulation.perpetuals import Perpetuals
from tests.simulation.record import Record
from tests.simulation.timeline import Timeline
from tests.simulation.weather import Weather


class Broken(KeyboardInterrupt):
    """An invariant does not hold; nothing in the desk may catch it."""

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(f"{invariant}: {detail}")
        self.invariant = invariant
        self.detail = detail


@dataclass(slots=True)
class Evidence:
    """What is known from outside; `app` is the desk while it lives."""

    timeline: Timeline
    weather: Weather
    exchange: Exchange
    chat: Chat
    prices: Prices
    record: Record
    limits: Mapping[str, Decimal]
    canaries: tuple[str, ...]
    account: str
    listed: Sequence[Instrument]
    app: Application | None = None
    sent: dict[str, float] = field(default_factory=dict)
    """When an order last left, by client order id."""
    since: dict[str, float] = field(default_factory=dict)
    """Since when a thing that may not last has been so."""
    jumped_at: float = -1e9
    begun_at: float = 0.0
    """When this life of the desk began."""
    lots: Lots = field(default_factory=Lots)
    most: Lots = field(default_factory=lambda: Lots(plain_first=True))
    """The same with as much as can be left of what a stop came with."""

    losses: Losses = field(init=False)

    def __post_init__(self) -> None:
        self.losses = Losses(self.account)

    @property
    def kernel(self) -> Kernel:
        assert self.app is not None
        return self.app.runtime.kernel

    @property
    def book(self) -> AccountBook | None:
        """The account's books, once it is open."""
        return self.kernel.accounts.get(AccountId(self.account))

    @property
    def perpetuals(self) -> Perpetuals | None:
        """The exchange, where it is one of perpetuals."""
        return self.exchange if isinstance(self.exchange, Perpetuals) else None

    def worth(self) -> Decimal:
        """Of all that is booked, at the last prices."""
        return self.record.worth(self.prices.last)

    def adds_risk(self, terms: Mapping[str, Any]) -> bool:
        """Whether an order could make a position: on margin all that is not held to reducing."""
        if self.perpetuals is not None:
            return not terms["reduce_only"]
        return terms["side"] == "buy"

    def lasts(self, what: str, seconds: float, *, wrong: bool) -> bool:
        """Whether it has been wrong for so long while nothing was the matter."""
        if not wrong:
            self.since.pop(what, None)
            return False
        begun = self.since.setdefault(what, self.timeline.now)
        return self.timeline.now - max(begun, self.weather.trouble_until) > seconds


Check = Callable[[Evidence], str]


def held(checks: tuple[Callable[..., str], ...], *what: Any) -> None:
    """Raise Broken for the first that does not hold."""
    for check in checks:
        fault = check(*what)
        if fault:
            raise Broken(check.__name__, fault)
