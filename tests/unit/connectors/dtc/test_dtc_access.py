"""What must be so before anything is traded at a server."""

from __future__ import annotations

import asyncio

import pytest

from engine.errors import KeysRefused, VenueUnavailable
from tests.unit.connectors.dtc.conftest import scene, sent, until


def refused_at_the_door(kind, wire_is=(), trading_is=(), **at):
    """Why a server like this is not traded at."""

    async def story():
        async with scene(wire_is=wire_is, trading_is=trading_is, **at):
            pass

    with pytest.raises(kind) as refused:
        asyncio.run(story())
    return refused.value


def test_nothing_is_traded_before_accounts_orders_fills_and_holdings_were_read():
    async def story():
        async with scene() as at:
            await at.place("buy 2 limit", 95)
            at.wire.heard.clear()
            at.wire.mute_on.add(305)
            await at.wire.restart()
            await until(lambda: any(each["Type"] == 305 for each in at.wire.heard))
            with pytest.raises(VenueUnavailable):
                await at.place("buy 1 limit", 90, name="b")
            at.wire.mute_on.clear()
            await at.line.opened()
            return [each["Type"] for each in at.wire.heard if each["Type"] not in (3, 506)]

    order = asyncio.run(story())
    assert order[:5] == [1, 400, 300, 303, 305]
    assert 208 not in order


@pytest.mark.parametrize(
    ("wire_is", "trading_is", "at", "why"),
    [
        ({"trading_is_supported": False}, {}, {}, "server_no_trading"),
        ({}, {"is_disabled": True}, {}, "server_no_trading"),
        ({}, {"others": ["Sim2"]}, {}, "server_no_account"),
        ({}, {}, {"account": "Sim9"}, "server_no_account"),
        ({}, {"refused_questions": {305}}, {}, "server_refuses"),
    ],
)
def test_a_server_that_cannot_be_traded_at_says_why(wire_is, trading_is, at, why):
    refusal = refused_at_the_door(VenueUnavailable, wire_is, trading_is, **at)

    assert refusal.facts["why"] == why


@pytest.mark.parametrize(("account", "is_simulated"), [("Sim1", False), ("U7654321", True)])
def test_play_money_and_real_money_are_not_mixed(account, is_simulated):
    refusal = refused_at_the_door(KeysRefused, (), {"account": account}, is_simulated=is_simulated)

    assert refusal.reason == "simulation"
    assert account not in f"{refusal!r} {refusal.facts}"


def test_of_several_accounts_the_one_that_is_meant_is_traded_on():
    async def story():
        async with scene(trading_is={"others": ["U1"], "account": "Sim2"}, account="Sim2") as at:
            await at.place("buy 1 limit", 90)
            return sent(at, 208)["TradeAccount"]

    assert asyncio.run(story()) == "Sim2"
