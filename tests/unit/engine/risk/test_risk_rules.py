"""Each rule: what it counts, when it warns, when it refuses, for whom it holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from small_desk import (
    BTC,
    ETH,
    LEADER,
    MINE,
    PAPER,
    SOL,
    STRATEGY,
    SmallDesk,
)

from engine.domain.events import OrderDenied, OrderInitialized
from engine.domain.limits import Scope, ScopeKind
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side
from engine.domain.requests import OpenDay
from engine.risk.gate import RULES, uses

BUY, SELL = Side.BUY, Side.SELL


@pytest.mark.parametrize(
    ("rule", "limit", "passes", "warns", "refuses"),
    [
        ("max_order_value", 10_000, "0.13", "0.15", "0.17"),
        ("max_order_size", 1, "0.7", "0.9", "1.1"),
        ("max_position_value", 10_000, "0.13", "0.15", "0.17"),
        ("max_exposure", 10_000, "0.13", "0.15", "0.17"),
        ("max_leverage", "0.1", "0.13", "0.15", "0.17"),
    ],
)
def test_a_size_warns_at_four_fifths_and_refuses_beyond_the_whole(
    rule: str, limit: str | int, passes: str, warns: str, refuses: str
) -> None:
    desk = SmallDesk({rule: limit}, cash=100_000)

    def answer(quantity: str) -> object:
        (event,) = SmallDesk({rule: limit}).place(BUY, BTC, quantity).events
        return event.warnings if isinstance(event, OrderInitialized) else event.rule

    assert answer(passes) == ()
    assert answer(warns) == (rule,)
    assert desk.refused(BUY, BTC, refuses) == rule


def test_a_refusal_names_the_figure_the_limit_and_for_what_it_is_set() -> None:
    desk = SmallDesk()
    desk.set("max_order_value", 100, MINE)

    (event,) = desk.place(BUY, BTC, "0.01").events

    assert isinstance(event, OrderDenied)
    told = dict(event.facts)
    assert (told["used"], told["limit"]) == ("600.0001", "100")
    assert told["scope"] == " scope=account:paper"


def test_open_orders_count_with_what_rests_and_protection_does_not() -> None:
    desk = SmallDesk({"max_open_orders": 2})
    for price in (50_000, 51_000):
        assert desk.refused(BUY, BTC, "0.01", price) == ""

    assert desk.refused(BUY, BTC, "0.01", 52_000) == "max_open_orders"
    resting = desk.open()[0]
    terms = OrderTerms(BTC, BUY, OrderType.LIMIT, Quantity(Decimal("0.02")), Price(Decimal(50_000)))
    assert desk.kernel.judge_change(resting, terms, desk.now) is None


def test_orders_of_the_last_minute_are_counted_and_forgotten() -> None:
    desk = SmallDesk({"max_orders_per_minute": 3})
    for price in (50_000, 51_000, 52_000):
        assert desk.refused(BUY, BTC, "0.01", price) == ""
        desk.wait(10)

    assert desk.refused(BUY, BTC, "0.01", 53_000) == "max_orders_per_minute"
    desk.wait(40)
    assert desk.refused(BUY, BTC, "0.01", 53_000) == ""


@pytest.mark.parametrize(
    ("side", "price", "rule"),
    [
        (BUY, 65_000, ""),
        (BUY, 67_000, "max_price_deviation"),
        (BUY, 30_000, ""),
        (SELL, 55_000, ""),
        (SELL, 53_000, "max_price_deviation"),
        (SELL, 90_000, ""),
    ],
)
def test_a_price_is_held_to_the_market_on_its_worse_side(side: Side, price: int, rule: str) -> None:
    desk = SmallDesk({"max_price_deviation": "0.1"})
    desk.trade(BUY, BTC, "0.1", 60_000)
    terms = OrderTerms(BTC, side, OrderType.LIMIT, Quantity(Decimal("0.05")), Price(Decimal(price)))
    proposal = desk.kernel.proposal(PAPER, terms, desk.now)

    breach = next(
        (
            breach
            for scope, limit in proposal.standing.limits.applying(
                "max_price_deviation", proposal.scopes
            )
            if (breach := RULES["max_price_deviation"].breach(proposal, scope, limit))
            and not breach.is_warning
        ),
        None,
    )
    assert (breach.rule if breach else "") == rule


def test_a_price_too_old_by_the_managers_own_figure_is_refused() -> None:
    desk = SmallDesk({"max_quote_age": 60})
    desk.silence(59)
    assert desk.refused(BUY, BTC, "0.01") == ""
    desk.silence(2)
    assert desk.refused(BUY, BTC, "0.01") == "stale_quote"

    desk.set("max_quote_age", None)
    desk.price(BTC, 60_000)
    desk.silence(16)
    assert desk.refused(BUY, BTC, "0.01") == "stale_quote"


def test_the_same_order_again_is_refused_unless_its_person_knows_of_the_first() -> None:
    desk = SmallDesk({"duplicate_window": 10})
    assert desk.refused(BUY, BTC, "0.01", 50_000) == ""
    desk.wait(4)

    assert desk.refused(BUY, BTC, "0.01", 50_000) == "duplicate_window"
    assert desk.refused(BUY, BTC, "0.02", 50_000) == ""
    (event,) = desk.place(BUY, BTC, "0.01", 50_000, repeats=True).events
    assert isinstance(event, OrderInitialized)
    assert event.warnings == ("duplicate_window",)
    desk.wait(11)
    assert desk.refused(BUY, BTC, "0.01", 50_000) == ""


def test_only_instruments_on_the_list_are_bought_and_any_holding_can_be_sold() -> None:
    desk = SmallDesk()
    desk.trade(BUY, SOL, "1", 150)
    desk.set("allowed_instruments", 2, symbols=(BTC, ETH))

    assert desk.refused(BUY, SOL, "1") == "allowed_instruments"
    assert desk.refused(BUY, BTC, "0.01") == ""
    assert desk.refused(SELL, SOL, "1") == ""


def test_a_daily_loss_is_counted_from_the_desks_day() -> None:
    desk = SmallDesk({"max_daily_loss": 1_000})
    desk.trade(BUY, BTC, "0.5", 60_000)
    desk.price(BTC, 57_900)
    assert desk.refused(BUY, ETH, "0.1") == "max_daily_loss"

    desk.take(OpenDay("2026-03-03", desk.now))
    assert desk.refused(BUY, ETH, "0.1") == ""


def test_a_drawdown_is_counted_from_the_height_of_the_day() -> None:
    desk = SmallDesk({"max_drawdown": "0.05"})
    desk.trade(BUY, BTC, "1", 60_000)
    desk.price(BTC, 70_000)
    desk.watch()
    desk.price(BTC, 64_600)

    assert desk.refused(BUY, ETH, "0.1") == ""
    desk.price(BTC, 64_400)
    assert desk.refused(BUY, ETH, "0.1") == "max_drawdown"
    assert desk.restarted().kernel.accounts[PAPER].peak_equity == 110_000


def lose(desk: SmallDesk, **more: object) -> None:
    desk.trade(BUY, BTC, "0.1", 60_000, **more)
    desk.trade(SELL, BTC, "0.1", 59_000, **more)


def test_what_is_held_is_not_worth_what_a_far_limit_asks() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.set("max_position_value", 6_500)

    assert desk.refused(BUY, BTC, "0.01", 40_000) == "max_position_value"
    assert desk.refused(SELL, BTC, "0.05", 65_000) == ""


def test_what_a_fee_in_the_coin_leaves_is_no_trade_that_goes_on() -> None:
    desk = SmallDesk()
    desk.set("max_consecutive_losses", 1)
    desk.place(BUY, BTC, "0.1", origin=STRATEGY)
    desk.fill(desk.open()[0], 60_000, fee=("0.00012345", "BTC"))
    desk.place(SELL, BTC, "0.0998", origin=STRATEGY)
    desk.fill(desk.open()[0], 59_000)

    assert desk.held(BTC) > 0
    assert desk.kernel.tallies.of(PAPER, STRATEGY).losses == 1
    assert desk.refused(BUY, BTC, "0.1") == "max_consecutive_losses"


def test_so_many_losses_in_a_row_make_a_pause() -> None:
    desk = SmallDesk()
    desk.set("max_consecutive_losses", 2, pause=30)
    lose(desk)
    lose(desk)
    assert desk.refused(BUY, BTC, "0.1") == "max_consecutive_losses"

    desk.wait(30 * 60 + 1)
    assert desk.refused(BUY, BTC, "0.1") == ""


def test_a_trade_that_wins_ends_the_run_and_parts_of_one_exit_are_one_trade() -> None:
    desk = SmallDesk()
    desk.set("max_consecutive_losses", 2)
    lose(desk)
    desk.trade(BUY, BTC, "0.2", 60_000)
    desk.trade(SELL, BTC, "0.1", 59_500)
    desk.trade(SELL, BTC, "0.1", 62_000)
    assert desk.kernel.tallies.of(PAPER, None).losses == 0

    lose(desk)
    assert desk.refused(BUY, BTC, "0.1") == ""


def test_of_several_limits_the_strictest_judges() -> None:
    desk = SmallDesk({"max_order_value": 50_000})
    desk.set("max_order_value", 20_000, MINE)
    desk.set("max_order_value", 5_000, Scope(ScopeKind.INSTRUMENT, ETH))

    assert desk.refused(BUY, BTC, "0.5") == "max_order_value"
    assert desk.refused(BUY, ETH, "2") == "max_order_value"
    assert desk.refused(BUY, BTC, "0.2") == ""


@pytest.mark.parametrize("origin", [STRATEGY, LEADER])
def test_a_strategy_and_a_leader_are_held_to_what_they_hold_themselves(origin: Scope) -> None:
    desk = SmallDesk()
    desk.set("max_position_value", 6_000, origin)
    desk.set("max_consecutive_losses", 1, origin)
    desk.trade(BUY, ETH, "10", 3_000)

    assert desk.refused(BUY, ETH, "1", origin=origin) == ""
    desk.trade(BUY, BTC, "0.05", 60_000, origin=origin)
    assert desk.refused(BUY, BTC, "0.06", origin=origin) == "max_position_value"
    desk.trade(SELL, BTC, "0.05", 59_000, origin=origin)
    assert desk.refused(BUY, SOL, "1", origin=origin) == "max_consecutive_losses"
    assert desk.refused(BUY, SOL, "1") == ""


def test_a_figure_that_cannot_be_reckoned_refuses() -> None:
    desk = SmallDesk({"max_exposure": 1_000_000})
    desk.trade(BUY, ETH, "1", 3_000)
    del desk.kernel.quotes[ETH]

    assert desk.refused(BUY, BTC, "0.01") == "no_figure"


def test_limits_and_counts_are_the_same_after_a_restart() -> None:
    desk = SmallDesk({"max_order_value": 50_000})
    desk.set("max_consecutive_losses", 3, MINE, pause=5)
    desk.set("allowed_instruments", 1, symbols=(BTC,))
    lose(desk)
    desk.trade(BUY, BTC, "0.1", 60_000, origin=STRATEGY)
    desk.place(BUY, BTC, "0.01", 50_000)
    before = uses(desk.kernel.standing(PAPER, desk.now))
    quotes = dict(desk.kernel.quotes)

    desk.restarted().kernel.quotes.update(quotes)

    assert uses(desk.kernel.standing(PAPER, desk.now)) == before
    assert desk.kernel.tallies.of(PAPER, STRATEGY).positions[BTC].quantity == Decimal("0.1")
