"""A snapshot and the entries after it give what the whole journal gives, or are passed over."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.examination import examined
from bot.homes import DATABASE
from bot.sections import RiskSection
from engine.domain import events as facts
from engine.domain.account import CashEntry, CashReason
from engine.domain.alert import Alert, Repeat
from engine.domain.difference import Difference, DifferenceKind, Settlement
from engine.domain.events import Event
from engine.domain.identifiers import AlertId, DifferenceId, EntryId, IntentKey, PersonId
from engine.domain.limits import Scope, ScopeKind
from engine.domain.margin import Leverage
from engine.domain.money import Currency, Price
from engine.domain.order import OrderTerms, OrderType, Side, Twap
from engine.domain.portrait import packed, unpacked
from engine.domain.timeframe import Timeframe
from engine.errors import StateCorrupt
from engine.kernel import Kernel
from engine.runtime.snapshots import fingerprint
from tests.room import CONFIG, Room
from tests.unit.engine.kernel.brackets import STEPS, WHOLE, entered, lived
from tests.unit.engine.kernel.pit import ANN, BTC, Pit

SYMBOL = BTC.symbol


def an_eventful_life(steps: list[tuple]) -> list[Event]:
    """Brackets, a pair, slices, a strategy's order, and all that people keep in order."""
    pit = Pit()
    entered(pit)
    pit.let_out(3)
    pit.let_in(3)
    lived(pit, steps[: len(steps) // 2])
    pit.place(
        Side.SELL,
        Decimal(1),
        OrderType.LIMIT,
        price=Price(Decimal(125)),
        reduce_only=True,
        oco=OrderTerms(
            SYMBOL,
            Side.SELL,
            OrderType.STOP,
            Decimal(1),
            stop_price=Price(Decimal(85)),
            reduce_only=True,
        ),
    )
    pit.place(
        Side.BUY,
        WHOLE,
        OrderType.MARKET,
        twap=Twap(4, pit.at, pit.at + 40_000),
        origin=Scope(ScopeKind.STRATEGY, "cross"),
    )
    lived(pit, steps[len(steps) // 2 :])
    journal, at = pit.journal, pit.at
    alert = Alert(
        AlertId("a1"),
        PersonId("ann"),
        "",
        SYMBOL,
        "price > 100",
        Timeframe.H1,
        Repeat.ALWAYS,
        "",
        0,
    )
    entry = CashEntry(EntryId("f1"), ANN, CashReason.FUNDING, Currency("USDT"), Decimal("-1.5"), at)
    difference = Difference(
        DifferenceId("d1"), DifferenceKind.SIZE_DRIFT, ANN, SYMBOL, Decimal(1), Decimal(2)
    )
    journal[2:2] = [
        facts.AlertSet(alert, 1),
        facts.RiskLimitSet("max_order_value", Decimal(10**12), PersonId("olga"), 2),
        facts.DayOpened(ANN, "2026-01-01", Decimal(10**9), 3),
    ]
    journal += [
        facts.AlertFired(alert, Decimal(101), at),
        facts.AlertSnoozed(alert.id, at + 5, at),
        facts.AccountRenamed(ANN, "Main", at),
        facts.CashMoved(entry, Decimal("-1.5"), at),
        facts.LeverageSet(ANN, SYMBOL, Leverage(Decimal(3)), PersonId("olga"), at),
        facts.EquityPeaked(ANN, Decimal(2 * 10**9), at),
        facts.DifferenceFound(difference, at),
        facts.DifferenceSettled(difference, Settlement.IGNORED, PersonId("olga"), at),
        facts.TradingHalted(
            PersonId("olga"), "enough", at, flatten=True, key=IntentKey("h"), account=ANN
        ),
    ]
    return journal


def told(events: list[Event], kernel: Kernel | None = None) -> Kernel:
    kernel = kernel or Kernel([BTC], {})
    for event in events:
        kernel.apply(event)
    return kernel


@settings(deadline=None, max_examples=60)
@given(STEPS, st.integers(0, 1_000))
def test_a_snapshot_and_the_tail_give_what_the_whole_journal_gives(steps, place) -> None:
    journal = an_eventful_life(steps)
    cut = place % (len(journal) + 1)

    stored = json.dumps(told(journal[:cut]).remembered())
    recalled = Kernel([BTC], {})
    recalled.recall(json.loads(stored))
    assert recalled.remembered() == json.loads(stored)

    whole, again = told(journal), told(journal[cut:], recalled)
    assert again.remembered() == whole.remembered()
    # What they share is shared again: one book of positions, not two.
    assert again.tallies.of(ANN, None).positions is again.accounts[ANN].positions


class PitWithSnapshots(Pit):
    """Whatever process comes next begins from a snapshot of half the journal."""

    def told_again(self) -> Kernel:
        half = len(self.journal) // 2
        kernel = Kernel([BTC], {})
        kernel.recall(told(self.journal[:half]).remembered())
        return told(self.journal[half:], kernel)


@settings(deadline=None, max_examples=40)
@given(STEPS, STEPS)
def test_a_kernel_that_was_recalled_decides_as_one_that_read_it_all(steps, later) -> None:
    one, other = Pit(), PitWithSnapshots()
    for pit in (one, other):
        entered(pit)
        lived(pit, [*steps, ("crash",), *later])

    assert other.journal == one.journal


@pytest.mark.parametrize(
    "plain",
    [
        ["c", "os:system", 1],
        ["c", "engine.domain.order:Nothing"],
        ["c", "engine.domain.order:Twap", 1],
        ["r", 5],
        ["d", "no number"],
        ["x"],
        [],
        5,
    ],
)
def test_what_is_no_snapshot_is_refused_and_changes_nothing(plain) -> None:
    kernel = told(an_eventful_life([]))
    before = kernel.remembered()

    with pytest.raises(StateCorrupt):
        kernel.recall(plain)

    assert kernel.remembered() == before


def test_only_plain_values_and_the_engines_own_have_a_plain_form() -> None:
    assert unpacked(packed((1, "a", None, Decimal("1.50"), Side.BUY))) == (
        1,
        "a",
        None,
        Decimal("1.50"),
        Side.BUY,
    )
    for odd in (1.5, b"x", object(), Path()):
        with pytest.raises(TypeError):
            packed(odd)


def test_other_limits_or_other_code_make_another_fingerprint() -> None:
    limits = RiskSection().limits()

    assert fingerprint(limits) == fingerprint(dict(limits))
    assert fingerprint(limits) != fingerprint({**limits, "max_order_value": Decimal(1)})


# -- on disk ----------------------------------------------------------------------------------


def trading(home: Path) -> Room:
    room = Room(home)
    room.price("BTC/USDT", 60_000)
    for line in ("/buy BTC/USDT 0.1 stop_loss=5%", "/yes", "/alert BTC/USDT price > 1000"):
        room.say(line)
    room.price("BTC/USDT", 60_100)
    return room


def changed_on_disk(home: Path, statement: str) -> int:
    with closing(sqlite3.connect(home / DATABASE)) as database:
        count = database.execute(statement).rowcount
        database.commit()
        return count


def test_a_start_goes_on_from_the_snapshot_and_comes_to_the_same(tmp_path: Path) -> None:
    room = trading(tmp_path)
    try:
        room.run(room.app.runtime.snapshots.catch_up())
        room.say("/sell BTC/USDT 0.04")
        room.say("/yes")
        room.price("BTC/USDT", 60_200)
        whole = room.run(retold(room))
        # Were the beginning read, it would not be understood.
        room.close()
        first = changed_on_disk(tmp_path, "UPDATE journal SET body = '{}' WHERE sequence < 4")
        assert first == 3
        room = Room(tmp_path)
        assert begun_anew(room) == whole
        room.price("BTC/USDT", 60_300)
        assert "0.06" in str(room.say("/positions").table)
    finally:
        room.close()


def begun_anew(room: Room) -> object:
    """As a start makes it, before anything else arrives."""
    room.run(room.app.runtime.turns.rebuild())
    return room.app.runtime.kernel.remembered()


async def retold(room: Room) -> object:
    kernel = Kernel(room.app.runtime.markets.instruments(), CONFIG.risk.limits())
    async for recorded in room.app.stores.journal.read():
        kernel.apply(recorded.event)
    return kernel.remembered()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE snapshots SET state = substr(state, 1, 50)",
        "UPDATE snapshots SET digest = 'x'",
        "UPDATE snapshots SET fingerprint = 'of older code'",
        "UPDATE snapshots SET entry = 'of another journal'",
        "UPDATE snapshots SET sequence = sequence + 1000",
    ],
)
def test_a_snapshot_that_cannot_be_trusted_is_passed_over(tmp_path: Path, damage: str) -> None:
    room = trading(tmp_path)
    room.run(room.app.runtime.snapshots.catch_up())
    whole = room.run(retold(room))
    room.close()
    assert changed_on_disk(tmp_path, damage) == 1

    room = Room(tmp_path)
    try:
        assert begun_anew(room) == whole
    finally:
        room.close()


def test_only_the_last_two_are_kept(tmp_path: Path) -> None:
    room = trading(tmp_path)
    try:
        for price in (60_200, 60_300, 60_400):
            room.say("/sell BTC/USDT 0.01")
            room.say("/yes")
            room.price("BTC/USDT", price)
            room.run(room.app.runtime.snapshots.catch_up())
        with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
            assert database.execute("SELECT count(*) FROM snapshots").fetchone() == (2,)
    finally:
        room.close()


def test_the_doctor_holds_the_snapshot_beside_the_journal(tmp_path: Path) -> None:
    room = trading(tmp_path)
    room.run(room.app.runtime.snapshots.catch_up())
    wrong = Kernel(room.app.runtime.markets.instruments(), CONFIG.risk.limits())
    room.close()

    assert asyncio.run(examined(tmp_path, CONFIG)).mismatch == ""
    room = Room(tmp_path)
    found = room.run(room.app.stores.snapshots.newest(fingerprint(CONFIG.risk.limits())))
    assert found is not None
    room.run(room.app.stores.snapshots.keep(replace(found, state=wrong.remembered())))
    room.close()

    assert "the snapshot of entry" in asyncio.run(examined(tmp_path, CONFIG)).mismatch
