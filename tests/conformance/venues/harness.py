"""What a venue needs to be put through the cards: its market in the test's hand.

To add a venue: write its Harness, and name it in `HARNESSES` of `conftest.py`.
"""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from connectors.paper.manifest import MANIFEST
from connectors.paper.venue import PaperVenue
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.matching.model import FillModel
from engine.ports.boundary import watch_boundaries
from engine.ports.manifest import VenueManifest
from engine.ports.venue import Venue
from tests.conformance.venues.memory_book import MemoryBook

NOON = 1_700_049_600_000
"""12:00 UTC, in milliseconds."""

DAY = 86_400_000


class Harness(Protocol):
    """A venue under test.

    Its instrument is on steps of 0.01 and 0.001, at least 0.01 and 5 of value; a taker pays
    0.1% and a maker 0.05%, in what was bought with `fees_in_base`; one order may take the whole
    size of each price. Where the venue does not say what a fill costs, not `tells_fees`.
    """

    manifest: VenueManifest
    fees_in_base: bool
    tells_fees: bool
    refuses_an_open_name: bool
    instrument: Instrument
    venue: Venue

    async def open(self) -> None:
        """Make the venue ready."""

    async def listening(self) -> None:
        """Wait until what the venue streams is heard."""

    async def close(self) -> None:
        """Let go of everything."""

    async def price(self, bid: Decimal, ask: Decimal, last: Decimal, size: Decimal) -> None:
        """Move the market, a second later than before."""

    async def pass_midnight(self) -> None:
        """Let the next price be tomorrow's."""

    async def restart(self) -> None:
        """Lose all that is only in memory, and come back."""

    def lose_next_answer(self) -> type[BaseException]:
        """The next request is carried out and its answer lost; what the caller sees instead."""


class Networked(Harness, Protocol):
    """A venue behind a network, on which everything can go wrong.

    `opening` is what is held of the base at first, `secrets` what no text may contain. One that
    turns nobody away for coming too soon does not `limits_rate`.
    """

    opening: Decimal
    names_fee_coin: bool
    limits_rate: bool
    secrets: tuple[str, ...]

    def ambiguous(self) -> Iterator[object]:
        """Each answer in turn that says nothing certain; `carried_out` is what was done."""

    async def landed(self) -> None:
        """Wait until nothing is under way any more."""

    def flood(self) -> None:
        """The next order is turned away for coming too soon."""

    async def fall(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        """The streams fall; this happens before they are back."""

    async def shift_clock(self, seconds: int) -> None:
        """The venue's clock is so far from ours, and that is noticed."""

    async def delist(self) -> None:
        """The instrument is taken from the list, and the list is read again."""

    def pay_fees_in(self, currency: str) -> None:
        """Fees are paid in a third coin."""

    has_cash_calls: bool
    """Whether its own calls are known: which wallet a row is of, and how it is asked in parts."""

    def move_cash(
        self, kind: str, currency: str, amount: str, fee: str = "0", **how: object
    ) -> object:
        """Cash comes or goes apart from trades: a deposit, a withdrawal, between wallets; with
        `is_final=False` it is under way, `ago_ms` it was so long ago, `elsewhere` it is no matter
        of the wallet that trades.
        """

    def finish_cash(self, moved: object) -> None:
        """What was under way is final."""

    def cash_held(self, currency: str) -> Decimal:
        """What is there of a currency."""

    def close_for_maintenance(self) -> None:
        """Every request is answered that the venue is away."""

    def open_again(self) -> None:
        """Requests are answered again."""

    def logged(self) -> list[str]:
        """Every line that was logged."""


class Crash(BaseException):
    """The process died here."""


class StillClock:
    """A clock that stands at noon."""

    def now(self):
        return datetime.fromtimestamp(NOON / 1000, UTC)

    def now_ms(self):
        return NOON

    async def sleep(self, seconds):
        raise AssertionError(f"the venue waits for nothing, not {seconds} s")


class PaperHarness:
    """The paper venue on a book in memory."""

    manifest = MANIFEST
    fees_in_base = False
    tells_fees = True
    refuses_an_open_name = True

    def __init__(self) -> None:
        self.instrument = Instrument(
            Symbol("BTC/USDT"),
            VenueName("paper"),
            InstrumentKind.SPOT,
            Currency("BTC"),
            Currency("USDT"),
            Decimal("0.01"),
            Decimal("0.001"),
            Decimal("0.01"),
            Decimal(5),
        )
        self.model = FillModel(Decimal("0.001"), Decimal("0.0005"), participation=Decimal(1))
        self.book, self.clock, self.at = MemoryBook(), StillClock(), NOON
        self.venue = self._venue()

    def _venue(self) -> PaperVenue:
        return PaperVenue(VenueName("paper"), [self.instrument], self.book, self.clock, self.model)

    async def open(self) -> None:
        await self.venue.start()

    async def listening(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def price(self, bid, ask, last, size) -> None:
        self.at += 1_000
        await self.venue.on_tick(Tick(self.instrument.symbol, bid, ask, last, size, self.at))

    async def pass_midnight(self) -> None:
        self.at += DAY // 2

    async def restart(self) -> None:
        self.venue = self._venue()
        await self.venue.start()

    def lose_next_answer(self) -> type[BaseException]:
        def die(_moment: str) -> None:
            watch_boundaries(None)
            raise Crash

        watch_boundaries(die)
        return Crash
