"""A paper venue tells nothing that is not in its book, and loses nothing that is."""

import ast
import asyncio
import socket
import subprocess
import sys
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import connectors.paper
from connectors.paper.manifest import MANIFEST
from engine.domain.identifiers import Symbol
from engine.domain.order import OrderState
from engine.errors import OrderRejected, RateLimited, VenueUnavailable
from engine.ports.boundary import watch_boundaries
from tests.unit.connectors.paper.counter import ANN, BTC, ETH, NOW, Counter

FOLDER = Path(connectors.paper.__file__).parent


class Died(BaseException):
    """The process ended at a boundary."""


@pytest.fixture
def counter():
    """A venue of its own."""
    yield Counter()
    watch_boundaries(None)


def test_an_order_is_in_the_book_when_its_acceptance_is_heard(counter):
    async def story():
        await counter.place(90)
        assert list(counter.book.orders) == ["a"]
        assert await counter.hear() == ["accepted"]

    asyncio.run(story())


def test_each_commit_passes_its_boundary_before_anything_is_heard(counter):
    passed = []
    watch_boundaries(lambda name: passed.append((name, len(counter.book.saved))))

    async def story():
        await counter.price(100)
        await counter.place(90)
        await counter.replace(91)
        await counter.price(80)
        await counter.place(70, name="b")
        await counter.cancel("b")

    asyncio.run(story())
    names = ["accepted", "replaced", "filled", "accepted", "canceled"]
    assert passed == [(f"paper.{name}", number) for number, name in enumerate(names, 1)]


def test_all_that_a_tick_changes_is_saved_in_one_transaction(counter):
    async def story():
        await counter.price(100)
        await counter.place(90, name="a")
        await counter.place(91, name="b")
        await counter.place(10, name="c")
        await counter.price(80)

    asyncio.run(story())
    assert counter.book.saved[-1] == ["a", "b"]


def test_a_tick_that_changes_nothing_writes_nothing(counter):
    async def story():
        await counter.place(90)
        await counter.price(100)
        written = len(counter.book.saved)
        await counter.price(101)
        await counter.price(101, symbol=ETH.symbol)
        assert len(counter.book.saved) == written

    asyncio.run(story())


@pytest.mark.parametrize("moment", ["paper.accepted", "paper.filled"])
def test_after_a_crash_at_a_commit_the_order_is_found_as_it_was_committed(counter, moment):
    def die(name):
        if name == moment:
            raise Died

    async def story():
        await counter.price(100)
        watch_boundaries(die)
        with pytest.raises(Died):
            await counter.place()
        watch_boundaries(None)
        again = Counter(counter.book)
        await again.venue.start()
        return await again.find()

    stated = asyncio.run(story())
    assert stated.order.state is OrderState.FILLED
    assert [(each.trade_id, each.price) for each in stated.fills] == [("a-1", 100)]


def test_a_locked_book_turns_an_order_away_and_it_may_come_again(counter):
    async def story():
        await counter.price(100)
        counter.book.locked = True
        with pytest.raises(VenueUnavailable) as failure:
            await counter.place(90)
        assert failure.value.facts == {"detail": "database is locked"}
        counter.book.locked = False
        assert await counter.find() is None
        await counter.place(90)
        assert await counter.hear() == ["accepted"]

    asyncio.run(story())


def test_a_tick_that_could_not_be_booked_did_not_happen_and_may_come_again(counter):
    async def story():
        await counter.place(90)
        counter.book.locked = True
        with pytest.raises(VenueUnavailable):
            await counter.price(80)
        counter.book.locked = False
        assert (await counter.find()).fills == ()
        await counter.price(80)
        assert await counter.hear(2) == ["accepted", "filled"]

    asyncio.run(story())


@pytest.mark.parametrize(("moment", "filled"), [("before", 0), ("after", 1)])
def test_an_order_whose_commit_was_broken_off_is_unknown_until_it_is_looked_up(
    counter, moment, filled
):
    async def story():
        await counter.place(90)
        counter.book.breaks_off = moment
        with pytest.raises(asyncio.CancelledError):
            await counter.price(80)
        counter.book.breaks_off = ""
        stated = await counter.find()
        assert await counter.hear(2) == ["accepted", "becameunknown"]
        return stated

    assert asyncio.run(story()).order.filled == filled


def test_after_a_commit_broken_off_before_it_was_written_the_order_still_trades(counter):
    async def story():
        await counter.place(90)
        counter.book.breaks_off = "before"
        with pytest.raises(asyncio.CancelledError):
            await counter.price(80)
        counter.book.breaks_off = ""
        await counter.price(80)
        assert await counter.hear(3) == ["accepted", "becameunknown", "filled"]

    asyncio.run(story())


def test_prices_wait_while_half_the_reports_are_unheard():
    async def story():
        counter = Counter(bound=4)
        await counter.place(90, name="a")
        await counter.place(91, name="b")
        async with asyncio.TaskGroup() as group:
            tick = group.create_task(counter.price(80))
            await counter.cancel("a")
            await asyncio.wait([tick], timeout=0)
            assert (await counter.find("b")).fills == ()
            assert await counter.hear(3) == ["accepted", "accepted", "canceled"]
        assert await counter.hear() == ["filled"]

    asyncio.run(story())


def test_requests_are_turned_away_when_nobody_listens():
    async def story():
        counter = Counter(bound=1)
        await counter.place(90)
        for request in (counter.place(91, name="b"), counter.cancel(), counter.replace(91)):
            with pytest.raises(RateLimited):
                await request
        assert await counter.hear() == ["accepted"]
        await counter.cancel()

    asyncio.run(story())


def test_calls_made_at_once_happen_one_after_the_other(counter):
    async def story():
        await counter.price(100)
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(counter.place(name=f"o{number}"))
                group.create_task(counter.price(100 + number))
        assert await counter.hear(40) == ["accepted", "filled"] * 20

    asyncio.run(story())


def test_an_order_closed_long_ago_is_still_found_and_its_id_taken(counter):
    async def story():
        await counter.price(100)
        await counter.place()
        later = Counter(counter.book)
        await later.price(100)
        with pytest.raises(OrderRejected) as refusal:
            await later.place()
        assert refusal.value.facts["reason"] == "duplicate client order id"
        await later.cancel()
        assert await later.hear() == ["cancelrejected"]
        return await later.find()

    assert asyncio.run(story()).order.state is OrderState.FILLED


def test_two_symbols_keep_to_their_own_prices(counter):
    async def story():
        await counter.place(90)
        await counter.price(50, symbol=ETH.symbol)
        with pytest.raises(OrderRejected, match="no price"):
            await counter.place(name="b")
        with pytest.raises(OrderRejected, match="not traded here"):
            await counter.place(name="c", symbol=Symbol("XYZ"))
        assert [each.order.client_order_id for each in await counter.venue.open_orders(ANN)] == [
            "a"
        ]

    asyncio.run(story())


def test_the_venues_time_is_its_prices_time_and_goes_on_with_the_clock():
    async def story():
        counter = Counter(delay_ms=500)
        past = NOW - 1_000_000_000
        await counter.price(100, at=past)
        counter.clock.ms += 200
        await counter.place()
        accepted = await anext(counter.heard)
        assert accepted.at == past + 200
        await counter.price(101, at=past + 699)
        assert (await counter.find()).fills == ()
        await counter.price(102, at=past + 700)
        assert (await counter.find()).fills[0].at == past + 700

    asyncio.run(story())


def test_a_clock_that_jumps_back_does_not_take_the_venue_before_its_prices(counter):
    async def story():
        await counter.price(100)
        counter.clock.ms -= 3_600_000
        await counter.place()
        assert (await anext(counter.heard)).at == NOW

    asyncio.run(story())


def test_a_paper_desk_trades_where_no_socket_can_be_opened(counter):
    async def story():
        await counter.price(100)
        await counter.place()
        return await counter.find()

    with asyncio.Runner() as runner:
        runner.get_loop()
        opened, socket.socket = socket.socket, None
        try:
            assert runner.run(story()).order.filled == 1
        finally:
            socket.socket = opened


def test_the_paper_venue_imports_nothing_that_reaches_a_network():
    allowed = ("engine.", "connectors.paper.")
    stdlib = {"__future__", "asyncio", "collections.abc", "contextlib", "dataclasses", "decimal"}
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Import) or node.names[0].name in stdlib
            if isinstance(node, ast.ImportFrom):
                assert node.module in stdlib or node.module.startswith(allowed), path


def test_an_audited_process_opens_no_socket_while_it_trades():
    script = """
import asyncio, sys
from tests.unit.connectors.paper.counter import Counter

def watch(event, _):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise RuntimeError(event)

async def story():
    counter = Counter()
    await counter.price(100)
    await counter.place()
    print((await counter.find()).order.state)

sys.addaudithook(watch)
asyncio.run(story())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=FOLDER.parents[1],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout.strip(), done.returncode) == ("filled", 0), done.stderr


def test_every_capability_is_done_or_says_why_not():
    quality = yaml.safe_load((FOLDER / "quality.yaml").read_text())

    assert quality["venue"] == MANIFEST.name
    for name, entry in quality["capabilities"].items():
        assert entry["status"] in {"done", "todo", "exempt"}, name
        assert entry["status"] == "done" or entry["reason"], name


def test_the_manifest_and_the_quality_file_agree():
    done = {
        name
        for name, entry in yaml.safe_load((FOLDER / "quality.yaml").read_text())[
            "capabilities"
        ].items()
        if entry["status"] == "done"
    }

    assert {each.value for each in MANIFEST.order_types} <= done
    assert MANIFEST.post_only == ("post_only" in done)
    assert MANIFEST.reduce_only == ("reduce_only" in done)
    assert MANIFEST.replaces == ("replace" in done)
    assert MANIFEST.vendor_libraries == ()
    assert not MANIFEST.needs_network
    assert {each.name for each in fields(MANIFEST)} >= {"name", "order_types"}


def test_fees_and_model_are_those_it_was_given():
    async def story():
        counter = Counter(taker_fee=Decimal("0.001"), slippage=Decimal("0.01"))
        await counter.price(100)
        await counter.place()
        return (await counter.find()).fills[0]

    fill = asyncio.run(story())
    assert (fill.price, fill.fee, fill.fee_currency) == (101, Decimal("0.101"), BTC.quote)
