"""What is listed as the server defines it, and its prices as they come."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from connectors.dtc.listing import Listing
from connectors.dtc.quotes import Quotes
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.instrument import InstrumentKind
from engine.errors import VenueUnavailable
from tests.standins.dtc.listed import DEFINED, UNSET, UNSET_SINGLE, single
from tests.unit.connectors.dtc.conftest import FastClock, line_to, server, until

ACME, FUTURE = Symbol("ACME"), Symbol("ESZ6")


class Scene:
    """A line, what is listed there, and its ticks."""

    def __init__(self, wire, line, entries, bound):
        self.wire, self.line, self.seen = wire, line, []
        self.listing = Listing(VenueName("dtc"), line, entries)
        self.quotes = Quotes(line, self.listing, FastClock(), bound=bound)
        line.on_back.append(self.listing.load)

    async def follow(self):
        ticks = self.quotes.ticks()
        self.following = asyncio.ensure_future(self._take(ticks))
        await self.followed()

    async def followed(self):
        await until(lambda: any(each.followed for each in self.wire.sessions))

    async def _take(self, ticks):
        async for tick in ticks:
            self.seen.append((tick.symbol, tick.bid, tick.ask, tick.last, tick.size))

    async def sees(self, count):
        await until(lambda: len(self.seen) >= count)
        return self.seen[-1]


@asynccontextmanager
async def scene(*entries, bound=100, **wire_is):
    async with server() as wire, line_to(wire, patience_seconds=1) as line:
        for name, value in wire_is.items():
            setattr(wire, name, value)
        made = Scene(wire, line, entries or ("ACME",), bound)
        yield made
        if hasattr(made, "following"):
            made.following.cancel()
            await asyncio.gather(made.following, return_exceptions=True)


def listed(*entries, **wire_is):
    async def story():
        async with scene(*entries, **wire_is) as at:
            await at.line.open()
            return at.listing

    return asyncio.run(story())


def test_a_share_is_counted_one_by_one_on_its_exact_step():
    found = listed("ACME").get(ACME)

    assert found.size == 1
    assert found.instrument.kind is InstrumentKind.STOCK
    assert found.instrument.price_step == Decimal("0.01")
    assert (found.instrument.quote, found.instrument.name) == ("USD", "Acme Corporation")


def test_a_contract_is_as_many_units_as_a_step_is_worth():
    found = listed("ESZ6@CME").get(FUTURE)

    assert found.size == 50
    assert found.instrument.kind is InstrumentKind.FUTURE
    assert (found.instrument.price_step, found.instrument.quantity_step) == (Decimal("0.25"), 50)


@pytest.mark.parametrize(
    "missing",
    [
        {"Currency": ""},
        {"MinPriceIncrement": 0.0},
        {"CurrencyValuePerIncrement": UNSET_SINGLE},
        {"DisplayPriceMultiplier": 100.0},
        {"SecurityType": 3},
    ],
)
def test_what_is_not_defined_well_enough_is_not_offered(missing):
    defined = {**DEFINED, ("ESZ6", "CME"): {**DEFINED["ESZ6", "CME"], **missing}}
    found = listed("ACME", "ESZ6@CME", "NOSUCH", defined=defined)

    assert [each.instrument.symbol for each in found.all()] == [ACME]


def test_a_server_that_defines_nothing_in_time_keeps_the_gate_shut():
    async def story():
        async with scene(mute_on={506}) as at:
            with pytest.raises(VenueUnavailable) as away:
                await at.line.open()
            return at.line.is_open, away.value.facts["why"]

    assert asyncio.run(story()) == (False, "server_away")


def test_a_line_that_falls_ends_what_was_asked():
    async def story():
        async with scene(mute_on={506}) as at:
            opening = asyncio.ensure_future(at.line.open())
            await until(lambda: any(each["Type"] == 506 for each in at.wire.heard))
            at.wire.sessions[0].cut()
            with pytest.raises(VenueUnavailable) as away:
                await opening
            return str(away.value)

    assert asyncio.run(story()) == "the server is away"


def test_who_lets_go_of_the_line_ends_what_was_asked():
    async def story():
        async with scene() as at:
            await at.line.open()
            at.wire.mute_on = {506}
            asking = asyncio.ensure_future(at.listing.load())
            await until(lambda: sum(each["Type"] == 506 for each in at.wire.heard) == 2)
            await at.line.close()
            with pytest.raises(VenueUnavailable) as away:
                await asking
            return str(away.value)

    assert asyncio.run(story()) == "the server is away"


def test_prices_are_told_once_both_sides_are_known():
    async def story():
        async with scene("ACME", "ESZ6@CME") as at:
            await at.line.open()
            await at.follow()
            await until(lambda: len(at.wire.sessions[0].followed) == 2)
            at.wire.price("ACME", 107, Price=100.5, Volume=3)
            at.wire.price("ACME", 108, BidPrice=99.1, AskPrice=UNSET)
            at.wire.price("ACME", 108, BidPrice=99.1, AskPrice=101.3)
            first = await at.sees(1)
            at.wire.price("ESZ6", 108, BidPrice=5000.25, AskPrice=5000.5)
            at.wire.price("ESZ6", 107, Price=5000.5, Volume=2)
            return first, await at.sees(3)

    first, future = asyncio.run(story())
    assert first == (ACME, Decimal("99.1"), Decimal("101.3"), Decimal("100.5"), 3)
    assert future == (FUTURE, Decimal("5000.25"), Decimal("5000.5"), Decimal("5000.5"), 100)


def test_single_precision_is_brought_back_to_the_step():
    async def story():
        async with scene() as at:
            await at.line.open()
            await at.follow()
            at.wire.price("ACME", 144, BidPrice=single(101.3), AskPrice=single(101.31))
            await at.sees(1)
            at.wire.price("ACME", 112, Price=single(101.31), Volume=single(7))
            last = await at.sees(2)
            at.wire.price("ACME", 117, BidPrice=UNSET_SINGLE, AskPrice=single(101.31))
            at.wire.price("ACME", 117, BidPrice=single(101.29), AskPrice=single(101.31))
            await at.sees(3)
            return last, len(at.seen)

    last, count = asyncio.run(story())
    assert last == (ACME, Decimal("101.3"), Decimal("101.31"), Decimal("101.31"), 7)
    assert count == 3


def test_a_trade_that_is_not_the_last_moves_no_price():
    async def story():
        async with scene() as at:
            await at.line.open()
            await at.follow()
            at.wire.price("ACME", 108, BidPrice=99, AskPrice=101)
            at.wire.price("ACME", 137, Price=100, Volume=1, TradeCondition=0)
            at.wire.price("ACME", 137, Price=150, Volume=9, TradeCondition=1)
            return await at.sees(3)

    assert asyncio.run(story())[3:] == (100, 1)


def test_prices_are_asked_for_anew_and_nothing_old_is_told_after_a_fall():
    async def story():
        async with scene() as at:
            await at.line.open()
            await at.follow()
            at.wire.price("ACME", 108, BidPrice=99, AskPrice=101)
            await at.sees(1)
            at.wire.sessions[0].cut()
            await until(lambda: at.line.connections == 2)
            await at.followed()
            at.wire.price("ACME", 107, Price=80, Volume=1)
            at.wire.price("ACME", 108, BidPrice=79, AskPrice=81)
            await at.sees(2)
            return at.seen

    assert [each[1:4] for each in asyncio.run(story())] == [(99, 101, 100), (79, 81, 80)]


def test_what_nobody_takes_in_time_is_passed_over_and_counted():
    async def story():
        async with scene(bound=2) as at:
            await at.line.open()
            ticks = at.quotes.ticks()
            first = asyncio.ensure_future(anext(ticks))
            await at.followed()
            at.wire.price("ACME", 108, BidPrice=1, AskPrice=2)
            await first
            for bid in range(2, 6):
                at.wire.price("ACME", 108, BidPrice=bid, AskPrice=bid + 1)
            await until(lambda: at.quotes.passed_over == 2)
            left = [(await anext(ticks)).bid for _ in range(2)]
            await ticks.aclose()
            return left

    assert asyncio.run(story()) == [4, 5]
