"""Keys are asked of the exchange itself: what they may do, and nothing secret in what is said."""

from __future__ import annotations

import asyncio
import logging

import pytest

from connectors.ccxt.client import Line
from connectors.ccxt.probe import CcxtKeyProbe
from engine.domain.identifiers import AccountId, VenueName
from engine.errors import KeysRefused, VenueUnavailable
from engine.ports.credentials import AgainstContracts, KeyRights, VenueKeys
from engine.runtime.system import SystemClock
from tests.conformance.venues.ccxt_harness import CANARY, WIRES, keys_of
from tests.standins.exchange.listed import core
from tests.standins.exchange.server import Answer

UNKNOWN_KEY = Answer({"code": -2015, "msg": "Invalid API-key, IP, or permissions."}, 401)
"""What perpetuals' interface at Binance says to a key without the right as well."""


def probed(row: str, change=lambda _: None) -> KeyRights:
    """Ask the stand-in of an exchange, after a change to it."""

    async def asked() -> KeyRights:
        wire = WIRES[row](core(row))
        await wire.open()
        change(wire)
        keys = keys_of(row)
        mine = VenueKeys(AccountId("main"), VenueName(row), keys.key, keys.secret, keys.passphrase)
        probe = CcxtKeyProbe(SystemClock(), lambda _: Line(address=wire.address))
        try:
            return await probe.probe(mine)
        finally:
            await wire.close()

    return asyncio.run(asked())


def may_withdraw(wire) -> None:
    match wire.venue:
        case "binance" | "binanceusdm":
            wire.rights["enableWithdrawals"] = True
        case "bybit":
            wire.key_info["permissions"]["Wallet"] = ["AccountTransfer", "Withdraw"]
        case "okx":
            wire.key_info["perm"] = "read_only,trade,withdraw"
        case "kraken":
            wire.info["permissions"].append("withdraw-funds")
        case "coinbase":
            wire.permissions["can_transfer"] = True


def may_only_read(wire) -> None:
    match wire.venue:
        case "binance":
            wire.rights["enableSpotAndMarginTrading"] = False
        case "binanceusdm":
            wire.rights["enableFutures"] = False
            wire._wallet = lambda: UNKNOWN_KEY
        case "bybit":
            wire.key_info["readOnly"] = 1
        case "okx":
            wire.key_info["perm"] = "read_only"
        case "kraken":
            wire.info["permissions"] = ["query-funds", "query-open-trades"]
        case "coinbase":
            wire.permissions["can_trade"] = False


@pytest.mark.parametrize("row", sorted(WIRES))
def test_each_exchange_says_what_its_keys_may_do(row: str) -> None:
    rights = probed(row)

    assert (rights.reads_balance, rights.trades, rights.withdraws) == (True, True, False)
    assert probed(row, may_withdraw).withdraws is True
    assert probed(row, may_only_read).trades is False


def test_what_stands_in_the_way_of_contracts_is_told_where_the_exchange_says_it() -> None:
    def without(wire) -> None:
        del wire.key_info["permissions"]["ContractTrade"]

    def of_unified(wire) -> None:
        wire.key_info["permissions"] = {"Derivatives": ["DerivativesTrade"]}

    def of_spot(wire) -> None:
        wire.key_info["acctLv"] = "1"

    def apart(wire) -> None:
        wire.key_info["posMode"] = "long_short_mode"

    def hedged(wire) -> None:
        wire.core.margin.is_apart = True

    def joint(wire) -> None:
        wire.is_joint = True

    assert probed("bybit").against_contracts == AgainstContracts.NOTHING
    assert probed("bybit", of_unified).against_contracts == AgainstContracts.NOTHING
    assert probed("bybit", without).against_contracts == AgainstContracts.RIGHT
    assert probed("okx").against_contracts == AgainstContracts.NOTHING
    assert probed("okx", of_spot).against_contracts == AgainstContracts.MODE
    assert probed("okx", apart).against_contracts == AgainstContracts.APART
    assert probed("binance").against_contracts is None
    assert probed("binanceusdm").against_contracts == AgainstContracts.NOTHING
    assert probed("binanceusdm", hedged).against_contracts == AgainstContracts.APART
    assert probed("binanceusdm", joint).against_contracts == AgainstContracts.JOINT


def test_the_address_is_told_where_the_exchange_says_it() -> None:
    assert probed("binance").is_bound is True
    assert probed("okx").is_bound is True
    assert probed("bybit").is_bound is False
    assert probed("coinbase").is_bound is None


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [(401, -2014, "wrong"), (401, -2015, "wrong"), (400, -1021, "clock"), (401, -1002, "wrong")],
)
def test_what_is_wrong_with_keys_is_said_by_its_name(
    caplog: pytest.LogCaptureFixture, status: int, code: int, reason: str
) -> None:
    caplog.set_level(logging.DEBUG)

    def change(wire) -> None:
        wire._account = lambda: Answer({"code": code, "msg": f"no {CANARY}"}, status)

    with pytest.raises(KeysRefused) as refused:
        probed("binance", change)

    assert refused.value.reason == reason
    assert CANARY not in f"{refused.value!r} {refused.value.facts} {caplog.text}"
    assert refused.value.__cause__ is None


def test_an_exchange_that_is_away_refuses_no_keys() -> None:
    def change(wire) -> None:
        wire.maintenance = True

    for row in ("binance", "binanceusdm"):
        with pytest.raises(VenueUnavailable) as refused:
            probed(row, change)
        assert CANARY not in repr(refused.value)


def test_a_key_that_nobody_knows_is_told_from_one_without_the_right() -> None:
    def change(wire) -> None:
        wire.route_first("GET", "/sapi/v1/account/apiRestrictions", UNKNOWN_KEY)

    with pytest.raises(KeysRefused) as refused:
        probed("binanceusdm", change)
    assert refused.value.reason == "wrong"
    assert CANARY not in repr(refused.value)
