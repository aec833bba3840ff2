"""What has no price yet, or none any more: what waits for it, and what is judged without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from small_desk import (
    BTC,
    ETH,
    MINE,
    MINUTE,
    OLGA,
    PAPER,
    SECOND,
    SOL,
    SmallDesk,
    flow,
    halted_by,
    opened,
    told,
)

from engine.domain import events as facts
from engine.domain.account import CashReason
from engine.domain.identifiers import Symbol
from engine.domain.limits import OnBreach
from engine.domain.money import Currency
from engine.domain.order import Side
from engine.domain.requests import NoteLine, ResumeTrading
from engine.risk.gate import RULES
from tests.standins.market import LISTED, instrument

BUY, SELL = Side.BUY, Side.SELL


WITHOUT_SOL = [each for each in LISTED if each.symbol != SOL]


def bought(desk: SmallDesk, quantity: str, fee: str) -> None:
    """A coin besides the one that matters, its fee paid in it."""
    (event,) = desk.place(BUY, SOL, quantity).events
    assert isinstance(event, facts.OrderInitialized)
    desk.fill(event.order, 150, fee=(fee, "SOL"))


def test_a_crumb_that_is_listed_no_more_keeps_no_limit_from_acting_and_no_day_from_beginning() -> (
    None
):
    desk = SmallDesk()
    desk.set("max_daily_loss", 1_000, on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "1", 60_000)
    bought(desk, "0.1", "0.095")
    desk.restarted(WITHOUT_SOL).take(NoteLine(PAPER, ""))

    for day, price in (("2026-03-03", 59_200), ("2026-03-04", 58_400)):
        desk.price(BTC, price)
        desk.price(ETH, 3_000)
        assert halted_by(desk) == []
        assert opened(desk, day) == [40_000 + price]
        assert desk.refused(BUY, ETH, "0.01") == ""
        desk.wait(20)
    desk.price(BTC, 57_300)
    assert halted_by(desk) == [True]


@pytest.mark.parametrize(
    ("quantity", "fee", "refusal"), [("0.1", "0.095", ""), ("1", "0", "no_figure")]
)
def test_a_crumb_without_a_price_is_at_risk_at_its_cost(
    quantity: str, fee: str, refusal: str
) -> None:
    desk = SmallDesk({"max_exposure": 1_000})
    bought(desk, quantity, fee)
    desk.restarted(WITHOUT_SOL).take(NoteLine(PAPER, ""))
    desk.price(ETH, 3_000)

    exposure = desk.kernel.standing(PAPER, desk.now).exposure(MINE)
    assert exposure == (None if refusal else 15)
    assert desk.refused(BUY, ETH, "0.01") == refusal


def test_a_day_counts_what_is_listed_no_more_at_cost() -> None:
    desk = SmallDesk()
    bought(desk, "10", "0")
    desk.restarted(WITHOUT_SOL)
    desk.price(BTC, 60_000)

    assert opened(desk, "2026-03-03") == [100_000]


def test_a_day_waits_for_a_feed_that_is_not_reached_yet() -> None:
    desk = SmallDesk()
    bought(desk, "10", "0")
    desk.restarted(listed=())
    assert opened(desk, "2026-03-03") == []

    desk.kernel.instruments.update((each.symbol, each) for each in LISTED)
    assert opened(desk, "2026-03-03") == []
    desk.price(SOL, 160)
    assert opened(desk, "2026-03-03") == [100_100]


def test_a_day_does_not_wait_for_a_pair_that_is_listed_no_more() -> None:
    desk = SmallDesk()
    (event,) = desk.place(BUY, BTC, "1").events
    assert isinstance(event, facts.OrderInitialized)
    desk.fill(event.order, 60_000, fee=("0.001", "SOL"))
    desk.restarted(WITHOUT_SOL).price(BTC, 60_000)

    assert opened(desk, "2026-03-03") == [100_000]


def test_silence_about_a_crumb_halts_nothing() -> None:
    desk = SmallDesk({"max_data_age": 30})
    bought(desk, "0.1", "0.095")
    desk.restarted(WITHOUT_SOL)
    desk.watch()
    desk.silence(60)

    assert halted_by(desk) == []


@pytest.mark.parametrize("amount", [-35_000, 50_000])
def test_money_moved_before_a_price_is_known_waits_for_it(amount: int) -> None:
    desk = SmallDesk()
    desk.set("max_drawdown", "0.10", on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "1", 60_000)
    desk.price(BTC, 52_000)
    desk.restarted()
    entry = flow(desk, amount)

    assert told(desk, entry) == []
    desk.price(BTC, 52_000)
    assert len(told(desk, entry)) == 1
    assert told(desk, entry) == []
    used = RULES["max_drawdown"].now(desk.kernel.standing(PAPER, desk.now), MINE)
    assert used is not None
    assert abs(used - Decimal("0.08")) < Decimal("1e-20")
    assert halted_by(desk) == []


def test_money_in_a_currency_without_a_rate_waits_for_it() -> None:
    desk = SmallDesk(listed=(*LISTED, instrument("BTC/EUR")))
    entry = flow(desk, 10_000, "EUR")

    assert told(desk, entry) == []
    desk.price(Symbol("BTC/EUR"), 50_000)
    (moved,) = told(desk, entry)
    assert moved.worth == 12_000


def test_money_in_a_currency_that_nothing_tells_the_worth_of_does_not_wait() -> None:
    desk = SmallDesk()
    (moved,) = told(desk, flow(desk, 10_000, "XYZ"))
    assert moved.worth is None


@pytest.mark.parametrize("age", [0, 50 * MINUTE, 600 * MINUTE])
def test_money_waits_for_a_price_no_longer_than_an_hour(age: int) -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "1", 60_000)
    entry = flow(desk, -10_000)
    desk.silence(age // SECOND)
    desk.restarted()

    waited = 0
    while not told(desk, entry):
        desk.silence(60)
        waited += MINUTE
    assert waited == 60 * MINUTE


def test_what_is_no_money_put_in_or_taken_out_never_waits() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "1", 60_000)
    desk.restarted()
    assert told(desk, flow(desk, -600, reason=CashReason.CHARGE))
    assert desk.kernel.accounts[PAPER].cash[Currency("USDT")] == 39_400


def with_euros(limits: Mapping[str, str | int]) -> SmallDesk:
    """A tenth of a coin and 10,000 euros, whose rate is not known again after a restart."""
    desk = SmallDesk(limits, listed=(*LISTED, instrument("BTC/EUR")))
    desk.price(Symbol("BTC/EUR"), 50_000)
    assert told(desk, flow(desk, 10_000, "EUR"))
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.restarted().take(NoteLine(PAPER, ""))
    desk.price(BTC, 60_000)
    desk.price(ETH, 3_000)
    return desk


@pytest.mark.parametrize(
    ("rule", "limit", "refusal"),
    [
        ("max_daily_loss", 5_000, "no_figure"),
        ("max_daily_loss", 13_000, ""),
        ("max_drawdown", "0.05", "no_figure"),
        ("max_drawdown", "0.15", ""),
    ],
)
def test_a_loss_that_may_be_less_is_no_figure(rule: str, limit: str | int, refusal: str) -> None:
    desk = with_euros({rule: limit})
    desk.set(rule, limit, on_breach=OnBreach.FLATTEN)

    assert RULES[rule].now(desk.kernel.standing(PAPER, desk.now), MINE) is None
    assert halted_by(desk) == []
    assert desk.refused(BUY, ETH, "0.01") == refusal

    desk.price(Symbol("BTC/EUR"), 50_000)
    assert RULES[rule].now(desk.kernel.standing(PAPER, desk.now), MINE) == 0
    assert desk.refused(BUY, ETH, "0.02") == ""


def test_a_loss_that_may_be_less_warns_as_what_is_known_of_it_does() -> None:
    desk = with_euros({"max_daily_loss": 14_000})
    (event,) = desk.place(BUY, ETH, "0.01").events
    assert isinstance(event, facts.OrderInitialized)
    assert event.warnings == ("max_daily_loss",)


def with_a_coin_that_nothing_prices(desk: SmallDesk) -> SmallDesk:
    assert told(desk, flow(desk, 1, "XYZ"))
    return desk


def with_what_is_listed_no_more(desk: SmallDesk) -> SmallDesk:
    bought(desk, "10", "0")
    desk.restarted(WITHOUT_SOL).take(NoteLine(PAPER, ""))
    return desk


@pytest.mark.parametrize("rule", ["max_daily_loss", "max_drawdown"])
@pytest.mark.parametrize("holding", [with_a_coin_that_nothing_prices, with_what_is_listed_no_more])
def test_what_had_no_price_when_the_day_began_keeps_no_limit_from_acting(
    holding: Callable[[SmallDesk], SmallDesk], rule: str
) -> None:
    desk = SmallDesk()
    desk.set(rule, 1_000 if rule == "max_daily_loss" else "0.01", on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "1", 60_000)
    holding(desk).price(BTC, 57_000)
    assert halted_by(desk) == []

    assert opened(desk, "2026-03-03")
    desk.price(BTC, 55_500)
    desk.restarted()
    assert halted_by(desk) == []
    desk.price(BTC, 55_500)
    assert halted_by(desk) == [True]


def test_what_has_a_price_by_the_height_of_the_day_is_no_fall_while_it_has_none() -> None:
    desk = with_a_coin_that_nothing_prices(SmallDesk())
    desk.set("max_drawdown", "0.05", on_breach=OnBreach.FLATTEN)
    assert opened(desk, "2026-03-03") == [100_000]

    priced = (*LISTED, instrument("BTC/XYZ"))
    desk.restarted(priced).price(BTC, 60_000)
    desk.price(Symbol("BTC/XYZ"), 6)
    desk.watch()
    assert desk.kernel.accounts[PAPER].peak_equity == 110_000
    desk.restarted(priced).price(BTC, 60_000)
    assert halted_by(desk) == []


def test_a_limit_is_looked_at_until_the_loss_is_known_also_where_nothing_is_held() -> None:
    desk = SmallDesk(listed=(*LISTED, instrument("BTC/EUR")))
    desk.price(Symbol("BTC/EUR"), 50_000)
    assert told(desk, flow(desk, 10_000, "EUR"))
    desk.trade(BUY, BTC, "1", 60_000)
    desk.trade(SELL, BTC, "1", 59_000)
    desk.restarted().price(BTC, 60_000)
    desk.set("max_daily_loss", 500)
    assert halted_by(desk) == []

    desk.price(Symbol("BTC/EUR"), 50_000)
    assert PAPER in desk.kernel.watched()
    assert halted_by(desk) == [False]


def test_what_is_listed_no_more_halts_for_its_silence_on_that_day_alone() -> None:
    desk = SmallDesk({"max_data_age": 300})
    desk.trade(BUY, BTC, "1", 60_000)
    with_what_is_listed_no_more(desk).price(BTC, 60_000)
    assert halted_by(desk) == []
    for _ in range(2):
        desk.wait(400)
        assert halted_by(desk) == [False]
        desk.take(ResumeTrading(OLGA, desk.now))

    assert opened(desk, "2026-03-03")
    desk.wait(400)
    assert halted_by(desk) == []
    desk.silence(400)
    assert halted_by(desk) == [False]
