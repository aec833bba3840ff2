"""A desk's market at a server that may not be there yet, and what a server is worth."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from connectors.dtc.access import open_access
from connectors.dtc.feed import feed_at
from connectors.dtc.probe import ServerProbe
from connectors.dtc.server import Server
from engine.domain.identifiers import AccountId, VenueName
from engine.domain.market import Tick
from engine.domain.timeframe import Timeframe
from engine.errors import InstrumentNotFound, KeysRefused, QuoteNotFound, VenueUnavailable
from engine.ports.credentials import VenueKeys
from tests.unit.connectors.dtc.conftest import ACME, FastClock, server, until

ENTRIES = ["ACME", "ESZ6@CME", "NOSUCH"]


def at(wire):
    return Server(
        port=wire.port,
        history_port=wire.history_port,
        username=wire.username,
        password=wire.password,
    )


@asynccontextmanager
async def followed(wire):
    """A desk's market at the server, wherever that is."""
    feed = feed_at(open_access(at(wire), ENTRIES, FastClock(), patience_seconds=1), ENTRIES)
    await feed.start()
    ticks = feed.ticks()
    try:
        yield feed, ticks
    finally:
        await ticks.aclose()
        await feed.close()


def price(wire):
    figures = (Decimal(each) for each in (99, 101, 100, 7))
    wire.core.tick(Tick(ACME, *figures, wire.core.now()))


def test_a_desk_starts_without_its_server_and_goes_on_when_that_is_there():
    async def story():
        async with server() as wire:
            await wire.close()
            async with followed(wire) as (feed, ticks):
                before, why = feed.instruments(), dict(feed.missing)
                first = asyncio.ensure_future(anext(ticks))
                with pytest.raises(VenueUnavailable) as away:
                    await feed.history(ACME, Timeframe.D1, 0, 1)
                await wire.open()
                await until(lambda: any(each.followed for each in wire.sessions))
                price(wire)
                async with asyncio.timeout(5):
                    found = await first
                return before, why, away.value.facts["why"], found, feed.missing, feed.venue

    before, whys, why, tick, missing, venue = asyncio.run(story())
    assert (before, why) == ((), "server_away")
    assert set(whys.values()) == {"server_away"}
    assert (tick.symbol, tick.bid, tick.ask) == (ACME, 99, 101)
    assert missing == {"NOSUCH": "not_defined"}
    assert venue == "dtc-test"


def test_a_market_has_bars_and_the_best_of_each_side():
    async def story():
        async with server() as wire, followed(wire) as (feed, ticks):
            with pytest.raises(QuoteNotFound):
                await feed.book(ACME, 1)
            first = asyncio.ensure_future(anext(ticks))
            await until(lambda: any(each.followed for each in wire.sessions))
            price(wire)
            await first
            end = FastClock().now_ms() // 1000 // 3600 * 3600
            candles = await feed.history(ACME, Timeframe.H1, end - 5 * 3600, end)
            with pytest.raises(InstrumentNotFound):
                await feed.history("NOSUCH", Timeframe.H1, 0, 1)
            return await feed.book(ACME, 1), len(candles), [s.symbol for s in feed.instruments()]

    book, bars, symbols = asyncio.run(story())
    assert (book.bids[0].price, book.asks[0].price) == (99, 101)
    assert (bars, symbols) == (5, ["ACME", "ESZ6"])


def probed(*, is_sandbox=True, password="", **trading_is):
    async def story():
        async with server() as wire:
            asked = at(wire)
            wire.password = password or wire.password
            for name, value in trading_is.items():
                setattr(wire.trading, name, value)
            keys = VenueKeys(AccountId("main"), VenueName("dtc"), "", "", is_sandbox=is_sandbox)
            return await ServerProbe(asked, FastClock()).probe(keys)

    return asyncio.run(story())


def test_a_server_may_trade_and_never_withdraw():
    rights = probed()

    assert (rights.reads_balance, rights.trades, rights.withdraws) == (True, True, False)


@pytest.mark.parametrize(
    ("wrong", "kind", "reason"),
    [
        ({"password": "mine"}, KeysRefused, "password"),
        ({"is_sandbox": False}, KeysRefused, "simulation"),
        ({"has_balances": False}, VenueUnavailable, "server_no_balance"),
        ({"refused_questions": {303}}, VenueUnavailable, "server_refuses"),
        ({"refused_questions": {300}}, VenueUnavailable, "server_refuses"),
    ],
)
def test_a_server_that_cannot_be_traded_at_is_found_out(wrong, kind, reason):
    with pytest.raises(kind) as refused:
        probed(**wrong)

    error = refused.value
    assert getattr(error, "reason", "") == reason or error.facts.get("why") == reason
