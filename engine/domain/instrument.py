"""What can be traded, and the steps a venue insists on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.identifiers import Symbol, VenueName
from engine.domain.money import NO_QUANTITY, ZERO, Currency, Price, Quantity, round_down, round_to
from engine.errors import StateCorrupt

_FINE = Decimal("1e-8")


class InstrumentKind(StrEnum):
    """What sort of thing it is."""

    SPOT = "spot"
    STOCK = "stock"
    PERPETUAL = "perpetual"
    """A linear perpetual: counted in base units, backed and settled in the quote currency."""
    FOREX = "forex"
    """A pair of currencies, traded while banks are open."""
    FUTURE = "future"
    """One that expires; counted in base units, of which a contract is several."""
    OPTION = "option"
    """The same, paid for when it is bought."""

    @property
    def has_sessions(self) -> bool:
        """Whether its market closes, so that no price says nothing."""
        return self not in (InstrumentKind.SPOT, InstrumentKind.PERPETUAL)

    @property
    def is_margined(self) -> bool:
        """Whether its price is not paid: a margin is set aside, and profit settles in cash.

        Such a position may be short.
        """
        return self is _PERPETUAL


# A member is found anew, and slowly, each time it is named.
_PERPETUAL = InstrumentKind.PERPETUAL


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument at one venue; steps and minimums in base units and quote currency.

    `sets_aside`: what rests there to be sold is set aside, so that nothing else can sell it;
    `holds_stops`: whether stops can rest there at all; `amends`: whether what rests can be changed.
    """

    symbol: Symbol
    venue: VenueName
    kind: InstrumentKind
    base: Currency
    quote: Currency
    price_step: Decimal
    quantity_step: Decimal
    minimum_quantity: Decimal = ZERO
    minimum_notional: Decimal = ZERO
    name: str = ""
    sets_aside: bool = False
    holds_stops: bool = True
    amends: bool = True

    def price(self, value: Decimal) -> Price:
        """A price on the step, rounded to the nearest."""
        return Price(round_to(value, self.price_step))

    def quantity(self, value: Decimal) -> Quantity:
        """A quantity on the step, rounded down so that nothing is overspent."""
        return Quantity(round_down(value, self.quantity_step))

    def closable(self, held: Decimal) -> Quantity:
        """What of a holding, signed, an order can close: dust below the venue's least is left."""
        quantity = self.quantity(abs(held))
        return quantity if quantity >= self.minimum_quantity else NO_QUANTITY


class Instruments(dict[Symbol, Instrument]):
    """All that is listed, and whatever else the books are asked about: it may be listed no more.

    What is not listed is not in it; looked up, it is what it was in the `past`, or else a pair with
    the finest steps, so that what was traded and is held of it stays readable. Raises StateCorrupt
    where nobody knows in which currency it was traded. `venues` are those that have a feed.
    """

    def __init__(
        self,
        listed: Iterable[Instrument],
        past: Iterable[Instrument] = (),
        venues: Iterable[VenueName] = (),
    ) -> None:
        super().__init__((each.symbol, each) for each in listed)
        self._past = {each.symbol: each for each in past}
        self._venues = frozenset(venues)

    @property
    def priceable(self) -> frozenset[Symbol]:
        """All that is listed, and what was at a venue that is not reached yet: it lists nothing."""
        silent = self._venues - {each.venue for each in self.values()}
        late = (each.symbol for each in self._past.values() if each.venue in silent)
        return frozenset((*self, *late))

    def __missing__(self, symbol: Symbol) -> Instrument:
        """Stands for one that was delisted."""
        if symbol in self._past:
            return self._past[symbol]
        base, _, rest = symbol.partition("/")
        quote, is_margined, _ = rest.partition(":")
        if not quote:
            raise StateCorrupt(f"no feed knows {symbol} any more, nor its currency")
        return Instrument(
            symbol=symbol,
            venue=VenueName(""),
            kind=InstrumentKind.PERPETUAL if is_margined else InstrumentKind.SPOT,
            base=Currency(base),
            quote=Currency(quote),
            price_step=_FINE,
            quantity_step=_FINE,
        )
