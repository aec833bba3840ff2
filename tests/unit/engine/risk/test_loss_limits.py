"""A loss limit that is reached halts, or closes what is held, and a loss that is none does not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from small_desk import BTC, ETH, MINE, OLGA, PAPER, SmallDesk, flow, halted_by, opened, told

from engine.domain import events as facts
from engine.domain.account import CashReason
from engine.domain.identifiers import IntentKey
from engine.domain.limits import OnBreach
from engine.domain.order import Side
from engine.domain.requests import HaltTrading, ResumeTrading
from engine.risk.gate import RULES

BUY, SELL = Side.BUY, Side.SELL


def two_limits() -> SmallDesk:
    """A coin held; the desk halts from 1,000 on, and the account closes all from 2,000 on."""
    desk = SmallDesk()
    desk.set("max_daily_loss", 1_000)
    desk.set("max_daily_loss", 2_000, MINE, on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "1", 60_000)
    return desk


@pytest.mark.parametrize("is_resumed", [False, True])
def test_each_limit_of_a_rule_acts_once_a_day(is_resumed: bool) -> None:
    desk, found = two_limits(), []
    for price in (58_900, 58_500, 57_000, 56_000):
        desk.price(BTC, price)
        found.append(halted_by(desk))
        if is_resumed:
            desk.take(ResumeTrading(OLGA, desk.now))

    assert found == [[False], [], [True], []]


def test_of_limits_reached_together_the_one_that_closes_acts_for_all() -> None:
    desk = two_limits()
    desk.price(BTC, 57_000)

    assert halted_by(desk) == [True]
    desk.take(ResumeTrading(OLGA, desk.now))
    assert halted_by(desk) == []


def test_another_rule_that_closes_goes_before_one_that_halts() -> None:
    desk = SmallDesk({"max_daily_loss": 1_000})
    desk.set("max_drawdown", "0.02", on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "1", 60_000)
    desk.price(BTC, 57_000)

    (halt, *_) = desk.watch().events
    assert isinstance(halt, facts.TradingHalted)
    assert (halt.flatten, dict(halt.facts)["rule"]) == (True, "max_drawdown")


def test_a_halt_that_names_no_scope_counts_for_all_of_its_rule() -> None:
    desk = two_limits()
    known = (("rule", "max_daily_loss"), ("day", "2026-03-02"))
    desk.take(
        HaltTrading(
            IntentKey("old"), OLGA, "loss", False, desk.now,
            cause=facts.HaltCause.LOSS_LIMIT, facts=known, account=PAPER,
        )
    )  # fmt: skip
    desk.restarted().price(BTC, 57_000)

    assert halted_by(desk) == []
    desk.set("max_daily_loss", 2_500, MINE, on_breach=OnBreach.FLATTEN)
    assert halted_by(desk) == [True]


def test_a_limit_that_is_set_anew_leaves_those_of_other_scopes_as_they_were() -> None:
    desk = two_limits()
    desk.price(BTC, 58_900)
    assert halted_by(desk) == [False]

    desk.set("max_daily_loss", 3_000, MINE, on_breach=OnBreach.FLATTEN)
    assert halted_by(desk) == []
    desk.set("max_daily_loss", 900)
    assert halted_by(desk) == [False]


def test_a_day_begins_once_all_that_is_held_has_a_price() -> None:
    desk = SmallDesk()
    desk.set("max_daily_loss", 5_000, on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "1", 60_000)
    for day, price in (("2026-03-03", 56_000), ("2026-03-04", 52_000)):
        desk.price(BTC, price)
        assert opened(desk, day) == [40_000 + price]

    desk.restarted().price(ETH, 3_000)
    assert opened(desk, "2026-03-05") == []
    desk.price(BTC, 52_000)
    assert halted_by(desk) == []
    assert opened(desk, "2026-03-05") == [92_000]
    desk.price(BTC, 47_000)
    assert halted_by(desk) == [True]


def test_a_day_does_not_wait_for_what_nothing_could_price() -> None:
    desk = SmallDesk()
    (event,) = desk.place(BUY, BTC, "1").events
    assert isinstance(event, facts.OrderInitialized)
    desk.fill(event.order, 60_000, fee=("0.001", "XYZ"))

    assert opened(desk, "2026-03-03") == [100_000]
    desk.price(BTC, 70_000)
    desk.watch()
    assert desk.kernel.accounts[PAPER].peak_equity == 110_000


def moved(desk: SmallDesk, amount: int) -> None:
    assert told(desk, flow(desk, amount))


def lost(desk: SmallDesk) -> None:
    """A thousand is lost in a trade that is over, and the account was looked after since."""
    desk.trade(BUY, BTC, "1", 60_000)
    desk.trade(SELL, BTC, "1", 59_000)
    assert halted_by(desk) == []


def charged(desk: SmallDesk) -> None:
    assert told(desk, flow(desk, -600, reason=CashReason.CHARGE))


def lowered(desk: SmallDesk) -> None:
    desk.set("max_daily_loss", 500)


@pytest.mark.parametrize("reach", [charged, lowered])
def test_a_limit_is_reached_also_where_nothing_is_held(reach: Callable[[SmallDesk], None]) -> None:
    desk = SmallDesk()
    desk.set("max_daily_loss", 1_500)
    lost(desk)
    assert PAPER not in desk.kernel.watched()

    reach(desk)
    assert PAPER in desk.kernel.watched()
    assert halted_by(desk) == [False]


@pytest.mark.parametrize("amount", [-60_000, -30_000, 50_000, 900_000])
def test_money_moved_leaves_a_drawdown_as_large_as_it_was(amount: int) -> None:
    desk = SmallDesk(cash=100_000)
    desk.set("max_drawdown", "0.05", on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "0.5", 60_000)
    desk.price(BTC, 54_000)

    moved(desk, amount)
    used = RULES["max_drawdown"].now(desk.kernel.standing(PAPER, desk.now), MINE)
    assert used is not None
    assert abs(used - Decimal("0.03")) < Decimal("1e-20")
    assert halted_by(desk) == []

    kept = desk.kernel.accounts[PAPER].peak_equity
    assert desk.restarted().kernel.accounts[PAPER].peak_equity == kept


def test_an_emptied_account_begins_anew_with_what_is_put_in() -> None:
    desk = SmallDesk(cash=1_000)
    moved(desk, -1_000)
    moved(desk, 500)

    assert desk.kernel.accounts[PAPER].peak_equity == 500


@pytest.mark.parametrize(("fee", "acts"), [("0.001", True), ("-0.001", False)])
def test_what_is_owed_and_has_no_price_keeps_no_limit_from_acting(fee: str, acts: bool) -> None:
    desk = SmallDesk()
    desk.set("max_daily_loss", 2_000, on_breach=OnBreach.FLATTEN)
    (event,) = desk.place(BUY, BTC, "1").events
    assert isinstance(event, facts.OrderInitialized)
    desk.fill(event.order, 60_000, fee=(fee, "XYZ"))
    desk.price(BTC, 57_000)

    assert halted_by(desk) == ([True] if acts else [])
