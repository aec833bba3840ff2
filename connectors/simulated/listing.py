"""What the demo venue lists, and how each instrument behaves.

Sessions are simplified: stocks trade around the clock here, like everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.money import ZERO, Currency

DEMO = VenueName("demo")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a price moves; it wanders around `level` (quote currency) and comes back.

    `volatility` is a day's standard deviation of the log price in the normal regime, `factor` the
    common draw shared by a share `correlation` (0 to 1), `jumps` the expected number a day.
    """

    level: float
    volatility: float
    factor: str = "crypto"
    correlation: float = 0.75
    pull: float = 0.012
    jumps: float = 0.02


@dataclass(frozen=True, slots=True)
class Listing:
    """An instrument with its behaviour.

    `daily_volume` in base units, `spread_bps` in hundredths of a percent of the price. With
    `divided_by` the price is that of `behaviour` and `noise_of` divided by a second path, so that
    BTC/EUR follows BTC/USDT and the euro.
    """

    instrument: Instrument
    behaviour: Behaviour
    daily_volume: float
    spread_bps: float
    noise_of: str
    divided_by: Behaviour | None = None
    price_inverse: int = field(init=False)
    quantity_inverse: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "price_inverse", _inverse(self.instrument.price_step))
        object.__setattr__(self, "quantity_inverse", _inverse(self.instrument.quantity_step))


def _inverse(step: Decimal) -> int:
    """Steps in one unit; a count of steps over it is the nearest float of the decimal."""
    inverse = int(1 / step)
    if inverse * step != 1:
        raise ValueError(f"a simulated step must divide one, {step} does not")
    return inverse


def _crypto(
    symbol: str,
    name: str,
    level: float,
    volatility: float,
    price_step: str,
    *,
    quantity_step: str,
    daily_volume: float,
    spread_bps: float,
) -> Listing:
    base, quote = symbol.split("/")
    instrument = Instrument(
        Symbol(symbol),
        DEMO,
        InstrumentKind.SPOT,
        Currency(base),
        Currency(quote),
        Decimal(price_step),
        Decimal(quantity_step),
        minimum_quantity=Decimal(quantity_step),
        minimum_notional=Decimal(5),
        name=name,
    )
    return Listing(instrument, Behaviour(level, volatility), daily_volume, spread_bps, symbol)


def _in_euro(dollar: Listing, price_step: str, daily_volume: float, spread_bps: float) -> Listing:
    old = dollar.instrument
    instrument = Instrument(
        Symbol(f"{old.base}/EUR"),
        DEMO,
        InstrumentKind.SPOT,
        old.base,
        Currency("EUR"),
        Decimal(price_step),
        old.quantity_step,
        minimum_quantity=old.minimum_quantity,
        minimum_notional=Decimal(5),
        name=old.name,
    )
    return Listing(
        instrument, dollar.behaviour, daily_volume, spread_bps, dollar.noise_of, EURO_IN_DOLLARS
    )


def _stock(
    symbol: str,
    name: str,
    quote: str,
    level: float,
    volatility: float,
    *,
    daily_volume: float,
    spread_bps: float,
) -> Listing:
    instrument = Instrument(
        Symbol(symbol),
        DEMO,
        InstrumentKind.STOCK,
        Currency(symbol),
        Currency(quote),
        Decimal("0.01"),
        Decimal(1),
        minimum_quantity=Decimal(1),
        minimum_notional=ZERO,
        name=name,
    )
    behaviour = Behaviour(level, volatility, factor="stocks", correlation=0.55, jumps=0.012)
    return Listing(instrument, behaviour, daily_volume, spread_bps, symbol)


EURO_IN_DOLLARS = Behaviour(1.11, 0.004, factor="money", correlation=0.0, pull=0.01, jumps=0.0)

_BTC = _crypto(
    "BTC/USDT",
    "Bitcoin",
    78_000,
    0.022,
    "0.01",
    quantity_step="0.00001",
    daily_volume=24_000,
    spread_bps=0.2,
)
_ETH = _crypto(
    "ETH/USDT",
    "Ethereum",
    2_900,
    0.030,
    "0.01",
    quantity_step="0.0001",
    daily_volume=380_000,
    spread_bps=0.3,
)

DEMO_LISTINGS: tuple[Listing, ...] = (
    _BTC,
    _ETH,
    _crypto(
        "SOL/USDT",
        "Solana",
        165,
        0.038,
        "0.01",
        quantity_step="0.001",
        daily_volume=4_200_000,
        spread_bps=0.8,
    ),
    _crypto(
        "XRP/USDT",
        "XRP",
        2.2,
        0.036,
        "0.0001",
        quantity_step="0.1",
        daily_volume=190_000_000,
        spread_bps=1.0,
    ),
    _crypto(
        "ADA/USDT",
        "Cardano",
        0.75,
        0.038,
        "0.0001",
        quantity_step="0.1",
        daily_volume=150_000_000,
        spread_bps=1.5,
    ),
    _crypto(
        "DOGE/USDT",
        "Dogecoin",
        0.2,
        0.042,
        "0.00001",
        quantity_step="1",
        daily_volume=1_100_000_000,
        spread_bps=1.2,
    ),
    _crypto(
        "LINK/USDT",
        "Chainlink",
        15.5,
        0.038,
        "0.001",
        quantity_step="0.01",
        daily_volume=4_500_000,
        spread_bps=2.0,
    ),
    _in_euro(_BTC, "0.01", 900, 1.5),
    _in_euro(_ETH, "0.01", 14_000, 2.0),
    _stock("NVDA", "NVIDIA", "USD", 135, 0.024, daily_volume=210_000_000, spread_bps=0.8),
    _stock("TSLA", "Tesla", "USD", 265, 0.031, daily_volume=95_000_000, spread_bps=1.0),
    _stock("AMZN", "Amazon", "USD", 200, 0.017, daily_volume=42_000_000, spread_bps=0.8),
    _stock("MC", "LVMH", "EUR", 640, 0.016, daily_volume=420_000, spread_bps=2.5),
    _stock("TTE", "TotalEnergies", "EUR", 58, 0.013, daily_volume=4_600_000, spread_bps=2.0),
)
