"""An exchange to say sentences to: one instrument, orders by words, ticks by numbers."""

from decimal import Decimal

from engine.domain.events import OrderFilled, VenueReport
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import Tick
from engine.domain.money import Currency, Price, Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side, TimeInForce
from engine.matching.matcher import Matcher
from engine.matching.model import FillModel

BTC = Instrument(
    Symbol("BTC/USDT"),
    VenueName("paper"),
    InstrumentKind.SPOT,
    Currency("BTC"),
    Currency("USDT"),
    Decimal("0.01"),
    Decimal("0.001"),
    Decimal("0.001"),
    Decimal(5),
)
NOON = 1_700_049_600_000
"""12:00 UTC, in milliseconds."""

DAY = 86_400_000
ORDERS = {
    "market": OrderType.MARKET,
    "limit": OrderType.LIMIT,
    "stop": OrderType.STOP,
    "stop_limit": OrderType.STOP_LIMIT,
    "trailing": OrderType.TRAILING_STOP,
}


def terms(words: str, price=None, stop=None, trail=None, tif="gtc", **flags) -> OrderTerms:
    """`buy 1 limit` and its figures, as terms."""
    side, quantity, kind = words.split()
    return OrderTerms(
        BTC.symbol,
        Side(side),
        ORDERS[kind],
        Quantity(Decimal(quantity)),
        None if price is None else Price(Decimal(str(price))),
        None if stop is None else Price(Decimal(str(stop))),
        None if trail is None else Decimal(str(trail)),
        time_in_force=TimeInForce(tif),
        **flags,
    )


def order(asked: OrderTerms, name="a", account="ann") -> Order:
    """An order of the desk, on its way to the venue."""
    return Order(
        ClientOrderId(name), AccountId(account), asked, PersonId("ann"), NOON - 5, NOON + 60_000
    )


def tick(bid, ask=None, last=None, size=10, at=NOON) -> Tick:
    """A price; ask and last are the bid where they are not told."""
    bid, ask = Decimal(str(bid)), Decimal(str(bid if ask is None else ask))
    return Tick(
        BTC.symbol, bid, ask, bid if last is None else Decimal(str(last)), Decimal(size), at
    )


class Exchange:
    """A matcher with its time kept: each price comes a second after the last."""

    def __init__(self, **model) -> None:
        decimals = {k: Decimal(str(v)) for k, v in model.items() if k != "delay_ms"}
        self.model = FillModel(**decimals, delay_ms=model.get("delay_ms", 0))
        self.matcher = Matcher([BTC], self.model)
        self.at = NOON

    def price(self, bid, ask=None, last=None, size=10, after=1_000) -> tuple[VenueReport, ...]:
        """A tick, `after` milliseconds later."""
        self.at += after
        return self.matcher.on_tick(tick(bid, ask, last, size, self.at))

    def place(self, words: str, price=None, name="a", **rest) -> tuple[VenueReport, ...]:
        """Submit an order."""
        return self.matcher.submit(order(terms(words, price, **rest), name), self.at)

    def cancel(self, name="a") -> tuple[VenueReport, ...]:
        """Cancel one."""
        return self.matcher.cancel(ClientOrderId(name), self.at)

    def modify(self, words: str, price=None, name="a", **rest) -> tuple[VenueReport, ...]:
        """Replace its terms."""
        return self.matcher.modify(ClientOrderId(name), terms(words, price, **rest), self.at)

    def resting(self, name="a") -> Order | None:
        """The open order."""
        held = self.matcher.find(ClientOrderId(name))
        return held.order if held else None

    def restarted(self) -> "Exchange":
        """Another exchange that was given what this one saved, and its last price."""
        other = Exchange()
        other.model, other.at = self.model, self.at
        other.matcher = Matcher([BTC], self.model)
        other.matcher.restore(reversed(self.matcher.open_orders(AccountId("ann"))))
        return other


def fills(reports) -> list[tuple[str, str]]:
    """Quantity and price of each fill, as text."""
    return [
        (f"{each.quantity.normalize():f}", f"{each.price.normalize():f}")
        for each in reports
        if isinstance(each, OrderFilled)
    ]


def names(reports) -> list[str]:
    """The reports' kinds, in words."""
    return [type(each).__name__.removeprefix("Order").lower() for each in reports]
