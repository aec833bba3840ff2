"""What an exchange lists, as the desk's instruments."""

from __future__ import annotations

from decimal import Decimal

from connectors.ccxt.instruments import read
from engine.domain.identifiers import VenueName
from engine.domain.instrument import InstrumentKind

VENUE = VenueName("okx")


def market(symbol, **changes):
    return {
        "symbol": symbol,
        "base": "BTC",
        "quote": "USDT",
        "spot": True,
        "swap": False,
        "linear": None,
        "active": True,
        "contractSize": None,
        "precision": {"amount": 1e-08, "price": 0.1},
        "limits": {"amount": {"min": 0.00001}, "cost": {"min": 5}},
        **changes,
    }


def test_steps_and_minimums_are_exact():
    listed, _ = read(VENUE, [market("BTC/USDT")])

    btc = listed["BTC/USDT"]
    assert (btc.price_step, btc.quantity_step) == (Decimal("0.1"), Decimal("0.00000001"))
    assert (btc.minimum_quantity, btc.minimum_notional) == (Decimal("0.00001"), Decimal(5))
    assert btc.kind is InstrumentKind.SPOT


def test_contracts_are_told_in_base_units():
    contract = market("BTC/USDT:USDT", spot=False, swap=True, linear=True, contractSize=0.01)
    contract["precision"] = {"amount": 0.1, "price": 0.1}

    listed, _ = read(VENUE, [contract])

    assert listed["BTC/USDT:USDT"].kind is InstrumentKind.PERPETUAL
    assert listed["BTC/USDT:USDT"].quantity_step == Decimal("0.001")


def test_a_symbol_that_exists_twice_is_not_traded_and_named():
    listed, twice = read(VENUE, [market("BTC/USDT", id="a"), market("BTC/USDT", id="b")])

    assert listed == {}
    assert twice == {"BTC/USDT"}


def test_what_is_delisted_inverse_or_dated_is_left_out():
    listed, _ = read(
        VENUE,
        [
            market("A/B", active=False),
            market("BTC/USD:BTC", spot=False, swap=True, linear=False),
            market("BTC/USDT:USDT-261225", spot=False, swap=False, future=True, linear=True),
        ],
    )

    assert listed == {}
