"""What a symbol asks Interactive Brokers for, and what the answer becomes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connectors.ibkr.sessions import Sessions, sessions
from connectors.ibkr.symbols import contract_of, split
from engine.domain.identifiers import Symbol
from engine.domain.instrument import InstrumentKind
from tests.unit.connectors.ibkr.conftest import scene, until


def moment(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("symbol", "asked"),
    [
        ("AAPL", {"secType": "STK", "symbol": "AAPL", "exchange": "SMART", "currency": "USD"}),
        ("SAP.DE", {"symbol": "SAP", "primaryExchange": "IBIS", "currency": "EUR"}),
        ("BRK.B", {"symbol": "BRK B", "primaryExchange": "", "currency": "USD"}),
        ("7203.T", {"symbol": "7203", "primaryExchange": "TSEJ", "currency": "JPY"}),
        ("EUR/USD", {"secType": "CASH", "symbol": "EUR", "exchange": "IDEALPRO"}),
        ("ESZ6", {"secType": "FUT", "localSymbol": "ESZ6", "exchange": ""}),
        ("AAPL261218C200", {"secType": "OPT", "right": "C", "strike": 200.0, "symbol": "AAPL"}),
        ("F261218P12.5", {"strike": 12.5, "lastTradeDateOrContractMonth": "20261218"}),
    ],
)
def test_a_symbol_says_what_is_meant(symbol, asked):
    contract = contract_of(Symbol(symbol))

    assert {name: getattr(contract, name) for name in asked} == asked


@pytest.mark.parametrize("symbol", ["", "BTC/USDT:USDT", "A B", "BTC-PERP", "ABCDEFGHIJKLMN"])
def test_what_is_no_symbol_is_not_asked_for(symbol):
    assert contract_of(Symbol(symbol)) is None


def test_an_exchange_may_follow_where_a_symbol_stands_for_several():
    assert split("twin@nyse") == ("TWIN", "NYSE")

    async def story():
        async with scene("TWIN@NYSE", "TWIN") as at:
            return at.access.listing.ambiguous

    assert asyncio.run(story()) == {"TWIN": ("TWIN@NASDAQ", "TWIN@NYSE")}


def test_one_of_them_is_taken_where_its_exchange_is_said():
    async def story():
        async with scene("TWIN@NYSE") as at:
            listed = at.access.listing.get("TWIN")
            return listed.instrument.name, listed.contract.conId, at.access.listing.ambiguous

    assert asyncio.run(story()) == ("Twin Two", 1003, {})


def test_instruments_have_their_steps_sizes_and_kinds():
    async def story():
        async with scene("ACME", "SAP.DE", "EUR/USD", "ESZ6", "ACME261218C105") as at:
            return {each.symbol: each for each in at.access.listing.all()}

    listed = asyncio.run(story())
    assert [each.kind for each in listed.values()] == [
        InstrumentKind.STOCK,
        InstrumentKind.STOCK,
        InstrumentKind.FOREX,
        InstrumentKind.FUTURE,
        InstrumentKind.OPTION,
    ]
    acme, pair = listed["ACME"], listed["EUR/USD"]
    assert (acme.price_step, acme.quantity_step) == (Decimal("0.01"), Decimal("0.001"))
    assert (acme.base, acme.quote, acme.name) == ("ACME", "USD", "Acme Corporation")
    assert listed["SAP.DE"].quote == "EUR"
    assert (pair.base, pair.quote, pair.price_step) == ("EUR", "USD", Decimal("0.00005"))
    assert (listed["ESZ6"].quantity_step, listed["ESZ6"].base) == (50, "ESZ6")
    assert listed["ACME261218C105"].minimum_quantity == 100


@pytest.mark.parametrize("symbol", ["NOSUCH", "PENCE.L", "A B"])
def test_what_is_not_there_or_is_told_in_other_units_is_not_listed(symbol):
    async def story():
        async with scene(symbol) as at:
            return at.access.listing.all(), await at.access.listing.nearest(Symbol("ACM"))

    assert asyncio.run(story()) == ((), ("ACME@NASDAQ (USD)",))


def test_sessions_are_read_in_their_own_zone():
    read = sessions(
        "20261127:0930-20261127:1600;20261128:CLOSED;20261130:0930-20261130:1600", "US/Eastern"
    )

    assert read.is_open(moment("2026-11-27T14:30"))
    assert not read.is_open(moment("2026-11-27T21:00"))
    assert not read.is_open(moment("2026-11-28T15:00"))
    assert read.close_after(moment("2026-11-28T15:00")) == moment("2026-11-30T21:00")


def test_a_session_with_a_pause_is_two():
    read = sessions("20261127:0900-1130,1230-1500", "Asia/Tokyo")

    assert read.is_open(moment("2026-11-27T01:00"))
    assert not read.is_open(moment("2026-11-27T03:00"))
    assert read.is_open(moment("2026-11-27T04:00"))


@pytest.mark.parametrize(
    ("hours", "zone"), [("", "UTC"), ("what?", "UTC"), ("20261127:09", "No/W")]
)
def test_of_hours_that_cannot_be_read_nothing_is_known(hours, zone):
    assert sessions(hours, zone) == Sessions()
    assert Sessions().is_open(0)
    assert Sessions().close_after(0) is None


def test_what_is_not_found_after_a_restart_of_the_gateway_stays_listed():
    async def story():
        async with scene() as at:
            at.core.delisted.add(Symbol("ACME"))
            await at.wire.restart()
            await until(lambda: at.line.connections == 2)
            kept = at.access.listing.get("ACME")
            await at.access.listing.load()
            return kept is not None, at.access.listing.get("ACME")

    assert asyncio.run(story()) == (True, None)
