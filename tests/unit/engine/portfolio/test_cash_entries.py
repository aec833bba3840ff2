"""Cash that moves without a trade: once each, conserved, no profit where money is put in."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.account import Account, CashEntry, CashReason
from engine.domain.events import CashMoved
from engine.domain.identifiers import AccountId, EntryId, IntentKey, PersonId, Symbol, VenueName
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import DataKind, Tick
from engine.domain.money import Currency
from engine.domain.requests import BookCash, OpenAccount, OpenDay, TransferCash
from engine.kernel import Kernel
from engine.reporting.curve import EquityCurve

USDT, BNB = Currency("USDT"), Currency("BNB")
ANN, BOB = (
    Account(AccountId(name), VenueName("demo"), USDT, is_paper=True, data_kind=DataKind.LIVE)
    for name in ("ann", "bob")
)
OPENED = 1_000

ENTRIES = st.lists(
    st.builds(
        CashEntry,
        id=st.integers(0, 30).map(lambda n: EntryId(f"e{n}")),
        account=st.just(ANN.id),
        reason=st.sampled_from(CashReason),
        currency=st.sampled_from([USDT, BNB]),
        amount=st.integers(-5_000, 5_000).map(lambda n: Decimal(n) / 100),
        at=st.integers(OPENED - 50, OPENED + 500),
    ),
    max_size=30,
)


def opened() -> Kernel:
    kernel = Kernel([], {})
    for account in (ANN, BOB):
        kernel.step(OpenAccount(account, ((USDT, Decimal(1_000)),), OPENED))
    kernel.step(OpenDay("2026-01-01", OPENED))
    return kernel


@settings(deadline=None)
@given(ENTRIES, st.integers(1, 3))
def test_each_entry_counts_once_however_often_it_is_told(entries, times) -> None:
    kernel, events = opened(), []
    for _ in range(times):
        events += kernel.step(BookCash(ANN.id, tuple(entries), OPENED + 600)).events

    first: dict[EntryId, CashEntry] = {}
    for entry in entries:
        if entry.at >= OPENED:
            first[entry.id] = entry
    expected = {USDT: Decimal(1_000)}
    for entry in first.values():
        expected[entry.currency] = expected.get(entry.currency, Decimal(0)) + entry.amount
    assert kernel.accounts[ANN.id].cash == expected
    assert len(events) == len(first)


@settings(deadline=None)
@given(ENTRIES)
def test_the_journal_alone_gives_the_same_books(entries) -> None:
    kernel, events = Kernel([], {}), []
    events += kernel.step(OpenAccount(ANN, ((USDT, Decimal(1_000)),), OPENED)).events
    events += kernel.step(OpenDay("2026-01-01", OPENED)).events
    events += kernel.step(BookCash(ANN.id, tuple(entries), OPENED + 600)).events

    again = Kernel([], {})
    for event in events:
        again.apply(event)

    one, other = kernel.accounts[ANN.id], again.accounts[ANN.id]
    assert (one.cash, one.day_equity) == (other.cash, other.day_equity)
    assert not again.step(BookCash(ANN.id, tuple(entries), OPENED + 700)).events


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-10, 1_500)), max_size=20))
def test_transfers_conserve_what_both_have_and_never_overdraw(moves) -> None:
    kernel = opened()
    for number, (forth, amount) in enumerate(moves):
        source, target = (ANN.id, BOB.id) if forth else (BOB.id, ANN.id)
        key = IntentKey(f"k{number}")
        kernel.step(
            TransferCash(key, source, target, USDT, Decimal(amount), PersonId("p"), OPENED + 1)
        )
        both = [kernel.accounts[each].cash[USDT] for each in (ANN.id, BOB.id)]
        assert sum(both) == 2_000
        assert min(both) >= 0


def test_money_put_in_moves_what_the_day_is_measured_from_and_funding_does_not() -> None:
    kernel = opened()

    def told(reason: CashReason, amount: int) -> CashMoved:
        entry = CashEntry(EntryId(reason.value), ANN.id, reason, USDT, Decimal(amount), OPENED + 1)
        (event,) = kernel.step(BookCash(ANN.id, (entry,), OPENED + 1)).events
        assert isinstance(event, CashMoved)
        return event

    assert told(CashReason.DEPOSIT, 500).worth == 500
    told(CashReason.FUNDING, -7)

    book = kernel.accounts[ANN.id]
    assert book.day_equity == 1_500
    assert kernel.valuation(ANN.id).equity - book.day_equity == -7


SPOT = Symbol("BTC/USDT")
TRADED = Instrument(
    SPOT,
    VenueName("demo"),
    InstrumentKind.SPOT,
    Currency("BTC"),
    USDT,
    Decimal("0.01"),
    Decimal("0.001"),
)


def trading() -> Kernel:
    kernel = Kernel([TRADED], {})
    kernel.step(OpenAccount(ANN, ((USDT, Decimal(1_000)),), OPENED))
    kernel.step(OpenDay("2026-01-01", OPENED))
    return kernel


def coins(amount: str, name: str = "c1") -> BookCash:
    entry = CashEntry(
        EntryId(name), ANN.id, CashReason.DEPOSIT, TRADED.base, Decimal(amount), OPENED + 1
    )
    return BookCash(ANN.id, (entry,), OPENED + 2)


def priced(kernel: Kernel, price: int) -> None:
    kernel.step(Tick(SPOT, *[Decimal(price)] * 3, Decimal(1), OPENED + 2))


def test_a_coin_that_is_traded_comes_as_a_position_and_its_worth_as_money_put_in() -> None:
    kernel = trading()
    priced(kernel, 100)

    events = kernel.step(coins("0.5")).events
    assert not kernel.step(coins("0.5")).events
    kernel.step(coins("-0.2", "c2"))

    book = kernel.accounts[ANN.id]
    assert book.held(SPOT) == Decimal("0.3")
    assert book.cash == {USDT: Decimal(1_000)}
    assert book.day_equity == kernel.valuation(ANN.id).equity == 1_030
    assert isinstance(events[0], CashMoved)
    assert (events[0].entry.symbol, events[0].worth) == (SPOT, 50)

    again = Kernel([TRADED], {})
    opening = again.step(OpenAccount(ANN, ((USDT, Decimal(1_000)),), OPENED)).events
    assert opening
    for event in events:
        again.apply(event)
    assert again.accounts[ANN.id].held(SPOT) == Decimal("0.5")


def test_a_coin_without_a_price_waits_until_it_has_one() -> None:
    kernel = trading()

    assert not kernel.step(coins("0.5")).events
    priced(kernel, 100)
    kernel.step(coins("0.5"))

    assert kernel.accounts[ANN.id].held(SPOT) == Decimal("0.5")


def test_a_deposit_is_no_return() -> None:
    curve = EquityCurve(np.array([0, 1, 2, 3]), np.array([100.0, 110.0, 1_110.0, 1_221.0]))

    earned = curve.without(np.array([0.0, 0.0, 1_000.0, 0.0]))

    assert np.allclose(earned.returns, [0.1, 0.0, 0.1])
    assert curve.without(np.zeros(4)) is curve
