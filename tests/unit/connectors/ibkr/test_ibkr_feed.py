"""A desk's market at a gateway that may not be there yet, and what a login is worth."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from connectors.ibkr.access import open_access
from connectors.ibkr.feed import feed_at
from connectors.ibkr.gateway import Gateway
from connectors.ibkr.probe import IbkrProbe
from connectors.ibkr.venue import IbkrVenue
from engine.domain.identifiers import AccountId, VenueName
from engine.domain.market import Tick
from engine.domain.timeframe import Timeframe
from engine.errors import KeysRefused, OrderRejected, VenueUnavailable
from engine.ports.credentials import VenueKeys
from tests.unit.connectors.ibkr.conftest import ACME, ANN, FastClock, gateway, scene, until


def keys(*, is_sandbox=True):
    return VenueKeys(AccountId("main"), VenueName("ibkr"), "", "", is_sandbox=is_sandbox)


def test_a_desk_starts_without_its_gateway_and_goes_on_when_that_is_there():
    async def story():
        async with gateway() as wire:
            await wire.close()
            at = open_access(Gateway(port=wire.port), ["ACME", "TWIN", "NOSUCH"], FastClock())
            feed = feed_at(at, ["ACME", "TWIN", "NOSUCH"])
            await feed.start()
            first = asyncio.ensure_future(anext(feed.ticks()))
            before = feed.instruments()
            with pytest.raises(VenueUnavailable) as away:
                await feed.history(ACME, Timeframe.D1, 0, 1)
            await wire.open()
            await until(lambda: any(each.quotes for each in wire.sessions))
            wire.core.tick(tick(wire))
            found = await asyncio.wait_for(first, 10)
            await feed.close()
            return before, away.value.facts["why"], found.symbol, feed.missing, feed.venue

    before, why, symbol, missing, venue = asyncio.run(story())
    assert (before, why, symbol) == ((), "gateway_away", ACME)
    assert missing == {"TWIN": "several", "NOSUCH": "not_listed"}
    assert venue == "ibkr-test"


def tick(wire):
    return Tick(ACME, Decimal(1), Decimal(2), Decimal(1), Decimal(1), wire.core.now())


def test_an_account_connects_by_itself_when_its_reports_are_listened_to():
    async def story():
        async with gateway() as wire:
            at = open_access(Gateway(port=wire.port), ["ACME"], FastClock())
            venue = IbkrVenue(ANN, at)
            with pytest.raises(VenueUnavailable):
                await venue.holdings(ANN)
            reports = venue.reports()
            await at.line.opened()
            held = await venue.holdings(ANN)
            await reports.aclose()
            await venue.close()
            return held

    assert asyncio.run(story()) == {"ACME": 1_000}


def test_cash_is_asked_for_before_anything_is_listened_to():
    async def story():
        async with gateway() as wire:
            at = open_access(Gateway(port=wire.port), ["ACME"], FastClock())
            venue = IbkrVenue(ANN, at)
            cash = await venue.balances()
            await venue.close()
            return cash

    assert asyncio.run(story()) == {"USD": 1_000_000, "EUR": 10_000}


def test_a_login_may_trade_and_never_withdraw():
    async def story():
        async with gateway() as wire:
            return await IbkrProbe(Gateway(port=wire.port), FastClock()).probe(keys())

    rights = asyncio.run(story())
    assert (rights.reads_balance, rights.trades, rights.withdraws) == (True, True, False)


def test_a_gateway_that_only_shows_is_found_out():
    async def story():
        async with gateway() as wire:
            wire.is_read_only = True
            await IbkrProbe(Gateway(port=wire.port), FastClock()).probe(keys())

    with pytest.raises(VenueUnavailable) as refused:
        asyncio.run(story())
    assert refused.value.facts["why"] == "read_only"


def test_an_account_at_a_gateway_that_only_shows_says_so():
    async def story():
        async with gateway() as wire:
            wire.is_read_only = True
            at = open_access(Gateway(port=wire.port), ["ACME"], FastClock())
            venue = IbkrVenue(ANN, at)
            try:
                await venue.balances()
            finally:
                await venue.close()

    with pytest.raises(VenueUnavailable) as refused:
        asyncio.run(story())
    assert refused.value.facts["why"] == "read_only"


def test_an_order_to_a_gateway_that_was_made_to_only_show_is_refused():
    async def story():
        async with scene() as at:
            at.wire.is_read_only = True
            with pytest.raises(OrderRejected) as refused:
                await at.place("buy 1 limit", 90)
            return refused.value.facts["reason"]

    assert asyncio.run(story()) == "read_only"


def test_a_login_to_real_money_is_not_taken_for_a_paper_one():
    async def story():
        async with gateway("U7654321") as wire:
            await IbkrProbe(Gateway(port=wire.port), FastClock()).probe(keys())

    with pytest.raises(KeysRefused) as refused:
        asyncio.run(story())
    assert refused.value.reason == "login"


def test_what_is_not_watched_any_more_is_still_found():
    async def story():
        async with scene() as at:
            await at.place("buy 1 limit", 90)
            await at.leave()
            at.entries = ("SAP.DE",)
            await at.enter()
            return (await at.find()).order.is_open

    assert asyncio.run(story())
