"""The journal: each step whole, each wish once, in one order without gaps."""

import asyncio
import sqlite3
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.storage.driver import inline
from connectors.storage.journal import ROWS_A_BATCH
from engine.domain.account import Account
from engine.domain.events import OrderSubmitted
from engine.domain.market import DataKind
from engine.domain.order import OrderState
from engine.errors import StateCorrupt
from engine.ports.journal import Changes, Entry, IntentSeen
from tests.unit.connectors.storage.desk import (
    BTC,
    executed,
    fill,
    order,
    placed,
    recorded,
    table,
    with_stores,
)


def test_what_was_appended_is_read_in_order_after_a_restart(desk):
    assert desk(lambda stores: stores.journal.append(placed())) == 2
    assert desk(lambda stores: stores.journal.append(executed())) == 3

    entries = desk(recorded)

    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert tuple(entry.event for entry in entries) == placed().events + executed().events
    assert [entry.correlation for entry in entries] == ["m1", "m1", ""]


def test_a_wish_counts_once_and_its_second_asking_gives_what_came_of_it(desk):
    async def twice(stores):
        await stores.journal.append(placed("o1", key="t1"))
        with pytest.raises(IntentSeen) as seen:
            await stores.journal.append(placed("o2", key="t1"))
        return seen.value.events, len(await recorded(stores)), len(await table(stores, "orders"))

    assert desk(twice) == (placed("o1").events, 2, 1)


def test_an_intent_is_found_by_its_key_and_only_so(desk):
    async def find(stores):
        await stores.journal.append(Entry((), key="nothing came of it"))
        await stores.journal.append(placed(key="t1"))
        keys = ("t1", "t2", "nothing came of it")
        return [await stores.journal.find(key) for key in keys]

    assert desk(find) == [placed().events, None, ()]


def test_many_appending_at_once_are_served_one_after_the_other(desk):
    async def crowd(stores):
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(stores.journal.append(placed(f"o{i}", key=f"t{i}")))
                for i in range(20)
            ]
        return [task.result() for task in tasks], len(await recorded(stores))

    assert desk(crowd) == ([2 * (i + 1) for i in range(20)], 40)


def test_a_fill_told_twice_is_booked_once(desk):
    async def twice(stores):
        await stores.journal.append(executed("f1"))
        await stores.journal.append(executed("f1"))
        return len(await stores.history.fills("paper"))

    assert desk(twice) == 1


def test_a_trade_between_two_orders_of_one_account_is_a_fill_of_each(desk):
    async def crossed(stores):
        other = Changes(fills=(fill("f1", "o9"),))
        await stores.journal.append(executed("f1"))
        await stores.journal.append(Entry((), other))
        return [told.client_order_id for told in await stores.history.fills("paper")]

    assert sorted(desk(crossed)) == ["o1", "o9"]


def test_a_fill_told_differently_stops_and_leaves_nothing_behind(desk):
    async def differently(stores):
        await stores.journal.append(executed("f1"))
        other = Changes(orders=(order("o9"),), fills=(fill("f1", quantity="0.2"),))
        with pytest.raises(StateCorrupt, match="trade f1"):
            await stores.journal.append(Entry((OrderSubmitted("o9", 1),), other, key="k"))
        return len(await recorded(stores)), await stores.journal.find("k")

    assert desk(differently) == (1, None)


def test_projections_hold_the_last_word(desk):
    async def told(stores):
        await stores.journal.append(placed())
        account = Account("paper", "paper", "USDT", is_paper=True, data_kind=DataKind.SIMULATED)
        await stores.journal.append(Entry((), Changes(accounts=(account,))))
        await stores.journal.append(executed())
        await stores.journal.append(executed("f2", at=3_000))
        names = ("orders", "positions", "cash", "accounts")
        return [len(await table(stores, name)) for name in names], await table(stores, "cash")

    assert desk(told) == ([1, 1, 1, 1], [("paper", "USDT", "96999.95")])


def test_a_long_journal_is_read_whole_and_from_any_place(desk):
    async def long(stores):
        events = tuple(OrderSubmitted(f"o{i}", i) for i in range(2 * ROWS_A_BATCH + 7))
        await stores.journal.append(Entry(events))
        after = [entry.sequence async for entry in stores.journal.read(ROWS_A_BATCH + 3)]
        return tuple(entry.event for entry in await recorded(stores)) == events, after

    whole, after = desk(long)
    assert whole
    assert after == list(range(ROWS_A_BATCH + 4, 2 * ROWS_A_BATCH + 8))


def test_one_entry_is_given_by_its_number(desk):
    async def one(stores):
        await stores.journal.append(placed())
        return await stores.journal.entry(2), await stores.journal.entry(3)

    entry, none = desk(one)
    assert entry.event == OrderSubmitted("o1", 1_000)
    assert none is None


def test_a_gap_in_the_journal_is_a_corrupt_state(desk, path):
    async def tear(stores):
        await stores.journal.append(placed())
        await stores.journal.append(executed())

    async def read(stores):
        with pytest.raises(StateCorrupt, match="gap"):
            await recorded(stores)

    desk(tear)
    raw = sqlite3.connect(path)
    raw.execute("DELETE FROM journal WHERE sequence = 2")
    raw.commit()
    raw.close()
    desk(read)


def test_orders_are_told_newest_first_and_by_state_and_symbol(desk):
    async def history(stores):
        orders = (
            order("a1", placed_at=1),
            order("a2", placed_at=2, state=OrderState.FILLED),
            order("b3", placed_at=3, symbol="ETH/USDT"),
            order("a4", placed_at=4, account="other"),
        )
        await stores.journal.append(Entry((), Changes(orders=orders)))
        ask = stores.history.orders
        found = [
            await ask("paper"),
            await ask("paper", limit=1),
            await ask("paper", symbol=BTC),
            await ask("paper", states=[OrderState.FILLED, OrderState.CANCELED]),
        ]
        begun = await stores.history.order("paper", "a")
        return [[o.client_order_id for o in orders] for orders in found], [i for i, _ in begun]

    assert desk(history) == ([["b3", "a2", "a1"], ["b3"], ["a2", "a1"], ["a2"]], ["a2", "a1"])


def test_at_most_five_orders_answer_to_a_beginning(desk):
    async def many(stores):
        orders = tuple(order(f"x{i}", placed_at=i) for i in range(9))
        await stores.journal.append(Entry((), Changes(orders=orders)))
        found = await stores.history.order("paper", "x")
        none = await stores.history.order("paper", "X%")
        return [identity for identity, _ in found], none

    assert desk(many) == (["x8", "x7", "x6", "x5", "x4"], [])


def test_fills_are_told_oldest_first_from_start_to_before_end(desk):
    async def history(stores):
        fills = tuple(fill(f"f{at}", at=at) for at in (30, 10, 20))
        fills += (fill("e", at=15, symbol="ETH/USDT"), fill("f10", at=10, account="other"))
        await stores.journal.append(Entry((), Changes(fills=fills)))
        ask = stores.history.fills
        found = [
            await ask("paper"),
            await ask("paper", start=10, end=30, symbol=BTC),
            await ask("paper", limit=2),
        ]
        return [[told.trade_id for told in fills] for fills in found]

    assert desk(history) == [["f10", "e", "f20", "f30"], ["f10", "f20"], ["f10", "e"]]


@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.sampled_from(OrderState)),
        max_size=12,
    )
)
def test_any_run_of_steps_leaves_a_journal_without_gaps_and_the_last_state(steps, new_path):
    path = new_path()

    async def run(stores):
        used, last, events = set(), {}, []
        for at, (key, count, state) in enumerate(steps):
            made = replace(order(key, state=state), filled=Decimal(at))
            step = tuple(OrderSubmitted(key, at + i) for i in range(count))
            try:
                await stores.journal.append(Entry(step, Changes(orders=(made,)), key=key))
            except IntentSeen:
                assert key in used
                continue
            assert key not in used
            used.add(key)
            last[key] = made
            events += step
        entries = await recorded(stores)
        assert [entry.event for entry in entries] == events
        assert [entry.sequence for entry in entries] == list(range(1, len(events) + 1))
        assert {o.client_order_id: o for o in await stores.history.orders("paper")} == last

    with_stores(path, run, creator=inline)
