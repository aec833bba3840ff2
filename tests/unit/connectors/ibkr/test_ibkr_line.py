"""The line to a gateway: refused with a reason, mended when it falls, shut while it is down."""

from __future__ import annotations

import asyncio

import pytest

from connectors.ibkr.gateway import Gateway
from connectors.ibkr.line import Line
from engine.errors import KeysRefused, VenueUnavailable
from tests.unit.connectors.ibkr.conftest import FastClock, gateway, scene, until


async def opened(at):
    line = Line(at, FastClock(), patience_seconds=1)
    try:
        await line.open()
    finally:
        await line.close()
    return line


def test_a_gateway_that_does_not_run_is_said_to_be_away():
    async def story():
        async with gateway() as wire:
            port = wire.port
        await opened(Gateway(port=port))

    with pytest.raises(VenueUnavailable) as away:
        asyncio.run(story())
    assert away.value.facts["why"] == "gateway_away"
    assert "no gateway answers at 127.0.0.1:" in str(away.value)


def test_a_client_id_in_use_is_said_to_be():
    async def story():
        async with scene() as at:
            await opened(Gateway(port=at.wire.port))

    with pytest.raises(VenueUnavailable) as refused:
        asyncio.run(story())
    assert refused.value.facts["why"] == "client_id_in_use"


@pytest.mark.parametrize(
    ("login", "is_paper", "account", "reason"),
    [
        ("U7654321", True, "", "login"),
        ("DU7654321", False, "", "login"),
        ("DU7654321,DU7654322", True, "", "no_account"),
        ("DU7654321", True, "DU1", "no_account"),
    ],
)
def test_a_login_that_is_not_the_one_meant_is_refused(login, is_paper, account, reason):
    async def story():
        async with gateway(login) as wire:
            await opened(Gateway(port=wire.port, account=account, is_paper=is_paper))

    with pytest.raises(KeysRefused) as refused:
        asyncio.run(story())
    assert refused.value.reason == reason


def test_one_of_several_accounts_is_taken_where_it_is_named():
    async def story():
        async with gateway("DU1,DU2") as wire:
            return await opened(Gateway(port=wire.port, account="DU2"))

    assert asyncio.run(story()).account == "DU2"


def test_the_gate_opens_again_only_after_what_happened_was_read_back():
    async def story():
        async with scene() as at:
            seen = []
            at.line.on_back.append(lambda: look(at, seen))

            async def meanwhile():
                await until(lambda: not at.line.is_open)
                with pytest.raises(VenueUnavailable):
                    await at.place("buy 1 limit", 90)

            await at.wire.restart(meanwhile)
            await at.line.opened()
            await at.place("buy 1 limit", 90)
            return seen, at.venue.connections, [each.client_id for each in at.core.orders.values()]

    async def look(at, seen):
        seen.append(at.line.is_open)

    seen, connections, placed = asyncio.run(story())
    assert (seen, connections, placed) == ([False], 2, ["a"])


def test_a_gateway_cut_off_from_its_servers_takes_no_orders_until_it_is_back():
    async def story():
        async with scene() as at:
            at.wire.lose_line()
            await until(lambda: not at.line.is_open)
            with pytest.raises(VenueUnavailable):
                await at.place("buy 1 limit", 90)
            at.wire.find_line(data_lost=True)
            await at.line.opened()
            await at.place("buy 1 limit", 90)
            return len(at.core.orders)

    assert asyncio.run(story()) == 1


@pytest.mark.parametrize("code", [2103, 2105, 2157, 2104, 2119])
def test_a_farm_that_is_away_shuts_no_gate(code):
    async def story():
        async with scene() as at:
            for session in at.wire.sessions:
                session.error(-1, code, "A farm of data is elsewhere:usfarm")
            await at.place("buy 1 limit", 90)
            return at.line.is_open

    assert asyncio.run(story())


def test_a_line_that_is_dead_without_saying_so_is_made_anew():
    async def story():
        async with scene() as at:
            for session in at.wire.sessions:
                session.is_mute = True
            await until(lambda: at.venue.connections == 2)
            await at.place("buy 1 limit", 90)

    asyncio.run(story())


def test_orders_are_numbered_from_where_the_gateway_says():
    async def story():
        async with gateway() as wire:
            wire.first_id = 500
            line = Line(Gateway(port=wire.port), FastClock())
            await line.open()
            numbers = line.new_id(), line.new_id()
            wire.first_id = 900
            await wire.restart()
            await until(lambda: line.connections == 2)
            numbers += (line.new_id(),)
            await line.close()
            return numbers

    assert asyncio.run(story()) == (500, 501, 900)


def test_a_number_that_was_taken_meanwhile_is_passed_over():
    async def story():
        async with scene() as at:
            at.wire.first_id = 700
            with pytest.raises(VenueUnavailable):
                await at.place("buy 1 limit", 90)
            await until(lambda: at.line.new_id() >= 700)
            await at.place("buy 1 limit", 90)
            return [owned.order_id >= 700 for owned in at.wire.owners.values()]

    assert asyncio.run(story()) == [True]
