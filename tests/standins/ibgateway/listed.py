"""What the gateway lists, and a core that knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import Currency
from engine.matching.model import FillModel
from tests.standins.exchange.core import Core

MODEL = FillModel(Decimal("0.001"), Decimal("0.0005"), participation=Decimal(1))


@dataclass(frozen=True)
class Listed:
    """One contract with what the gateway says of it; `symbol` is the desk's name of it."""

    symbol: Symbol
    con_id: int
    ticker: str
    kind: str = "STK"
    exchange: str = "SMART"
    primary: str = "NASDAQ"
    currency: str = "USD"
    local: str = ""
    expires: str = ""
    strike: str = "0"
    right: str = ""
    multiplier: str = ""
    name: str = ""
    tick: str = "0.01"
    least: str = "0.01"
    step: str = "0.001"
    hours: str = ""
    """When it is open; empty for all day, every day."""
    zone: str = "UTC"
    magnifier: str = "1"

    @property
    def short(self) -> list[object]:
        """As it stands in orders, executions and positions, from its id to its trading class."""
        return [*self._head, self.exchange, self.currency, self._local, self.ticker]

    @property
    def at_account(self) -> list[object]:
        """As it stands in positions."""
        return [*self._head, self.primary, self.currency, self._local, self.ticker]

    @property
    def _head(self) -> list[object]:
        return [
            *(self.con_id, self.ticker, self.kind, self.expires, self.strike, self.right),
            self.multiplier,
        ]

    @property
    def _local(self) -> str:
        return self.local or self.ticker

    def details(self, request: str, now: int) -> list[object]:
        """Message 10, as it is sent at a moment (UTC ms)."""
        hours = self.hours or _always(now)
        return [
            *(10, request, self.ticker, self.kind, self.expires, self.strike, self.right),
            *(self.exchange, self.currency, self._local, "NMS", self.ticker, self.con_id),
            *(self.tick, self.multiplier, "LMT,MKT,STP", f"SMART,{self.primary}"),
            *(self.magnifier, 0, self.name, self.primary, self.expires[:6], "", "", "", self.zone),
            *(hours, hours, "", "", 0, 1, "", "", "26", self.expires, "COMMON"),
            *(self.least, self.step, self.step),
        ]

    def is_asked_by(self, fields: list[str]) -> bool:
        """Whether a request's contract (from its id to its trading class) may mean this one."""
        con_id, ticker, kind, expires, strike, right = fields[:6]
        exchange, primary, currency, local = fields[7:11]
        said = (
            (ticker, self.ticker),
            (kind, self.kind),
            (expires, self.expires),
            (right, self.right),
            (primary, self.primary),
            (currency, self.currency),
            (local, self._local),
        )
        if con_id not in ("", "0"):
            return int(con_id) == self.con_id
        is_strike = float(strike or 0) in (0.0, float(self.strike))
        is_there = exchange in ("", "SMART", self.exchange, self.primary)
        return is_strike and is_there and all(not asked or asked == has for asked, has in said)


ACME = Listed(Symbol("ACME"), 1001, "ACME", name="Acme Corporation")
LISTED = (
    ACME,
    Listed(Symbol("TWIN"), 1002, "TWIN", name="Twin One"),
    Listed(Symbol("TWIN"), 1003, "TWIN", primary="NYSE", name="Twin Two"),
    Listed(
        *(Symbol("SAP.DE"), 1004, "SAP"),
        primary="IBIS",
        currency="EUR",
        name="SAP SE",
        step="1",
        least="1",
        hours="20261127:0900-20261127:1730;20261128:CLOSED;20261130:0900-20261130:1730",
        zone="Europe/Berlin",
    ),
    Listed(
        *(Symbol("EUR/USD"), 1005, "EUR", "CASH", "IDEALPRO", ""),
        local="EUR.USD",
        tick="0.00005",
        step="1",
        least="1",
    ),
    Listed(
        *(Symbol("ESZ6"), 1006, "ES", "FUT", "CME", ""),
        local="ESZ6",
        expires="20261218",
        multiplier="50",
        tick="0.25",
        step="1",
        least="1",
        name="E-mini S&P 500",
    ),
    Listed(
        *(Symbol("ACME261218C105"), 1007, "ACME", "OPT", "SMART", ""),
        local="ACME  261218C00105000",
        expires="20261218",
        strike="105",
        right="C",
        multiplier="100",
        step="1",
        least="1",
    ),
    Listed(Symbol("PENCE.L"), 1008, "PENCE", primary="LSE", currency="GBP", magnifier="100"),
)


def _always(now: int) -> str:
    today = datetime.fromtimestamp(now / 1000, UTC)
    days = [f"{today + timedelta(days=each):%Y%m%d}" for each in range(7)]
    return ";".join(f"{day}:0000-{day}:2359" for day in days)


def instrument(listed: Listed) -> Instrument:
    """What orders of it are judged by at the market: the figures are in base units."""
    size = Decimal(listed.multiplier or 1)
    base, _, quote = listed.symbol.partition("/")
    return Instrument(
        listed.symbol,
        VenueName("ibkr"),
        InstrumentKind.SPOT,
        Currency(base),
        Currency(quote or listed.currency),
        Decimal(listed.tick),
        Decimal(listed.step) * size,
        Decimal(listed.least) * size,
        Decimal(5),
    )


def core() -> Core:
    """A market with all of them, and a customer who has a thousand shares."""
    held = {"USD": Decimal(1_000_000), "EUR": Decimal(10_000), "ACME": Decimal(1_000)}
    by_symbol = {each.symbol: each for each in LISTED}
    return Core([instrument(each) for each in by_symbol.values()], MODEL, "never", held)
