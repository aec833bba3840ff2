"""What an exchange does with orders and prices, one fact a test."""

from decimal import Decimal

import pytest

from engine.domain.order import OrderState
from engine.matching.model import FillModel
from tests.unit.engine.matching.exchange import DAY, NOON, Exchange, fills, names, order, terms


@pytest.fixture
def exchange():
    """One whose market stands at 99 to 101."""
    it = Exchange()
    it.price(99, 101, 100)
    return it


def test_a_market_order_buys_at_the_ask_and_sells_at_the_bid(exchange):
    assert fills(exchange.place("buy 1 market")) == [("1", "101")]
    assert fills(exchange.place("sell 1 market", name="b")) == [("1", "99")]


def test_slippage_worsens_what_crosses_and_rounds_against_the_taker():
    exchange = Exchange(slippage="0.0005")
    exchange.price("99.99", "100.01")

    assert fills(exchange.place("buy 1 market")) == [("1", "100.07")]
    assert fills(exchange.place("sell 1 market", name="b")) == [("1", "99.94")]


def test_slippage_never_goes_beyond_a_limit():
    exchange = Exchange(slippage="0.01")
    exchange.price(99, 100)

    assert fills(exchange.place("buy 1 limit", "100.5")) == [("1", "100.5")]
    assert fills(exchange.place("sell 1 limit", "98.5", name="b")) == [("1", "98.5")]


def test_a_limit_that_crosses_at_arrival_gets_the_better_price_and_pays_as_a_taker():
    exchange = Exchange(taker_fee="0.002", maker_fee="0.001")
    exchange.price(99, 101)

    _, filled = exchange.place("buy 2 limit", 105)

    assert (filled.price, filled.fee, filled.fee_currency) == (101, Decimal("0.404"), "USDT")


def test_a_limit_that_rested_fills_at_its_limit_and_pays_as_a_maker():
    exchange = Exchange(taker_fee="0.002", maker_fee="0.001")
    exchange.price(99, 101)

    assert names(exchange.place("buy 2 limit", 98)) == ["accepted"]
    assert exchange.price(97.5, 98.01) == ()
    (filled,) = exchange.price(96, 97)

    assert (filled.price, filled.fee) == (98, Decimal("0.196"))


def test_what_goes_on_crossing_after_a_partial_fill_goes_on_taking():
    exchange = Exchange(participation="0.1")
    exchange.price(99, 101, size=10)

    assert fills(exchange.place("buy 3 limit", 110)) == [("1", "101")]
    assert fills(exchange.price(101, 102)) == [("1", "102")]
    assert fills(exchange.price(110, 111)) == []
    assert fills(exchange.price(99, 100)) == [("1", "110")]


def test_participation_gives_each_order_its_share_of_every_tick():
    exchange = Exchange(participation="0.25")
    exchange.price(100, size=4)

    assert fills(exchange.place("buy 2.5 market")) == [("1", "100")]
    assert exchange.resting().state is OrderState.PARTIALLY_FILLED
    assert fills(exchange.price(101, size=0)) == []
    assert fills(exchange.price(102, size=8)) == [("1.5", "102")]
    assert exchange.resting() is None


def test_a_price_told_twice_is_shared_out_once():
    exchange = Exchange(participation="0.1")
    exchange.price(100)
    exchange.place("buy 3 limit", 100)

    assert fills(exchange.price(100)) == [("1", "100")]
    assert fills(exchange.price(100, after=0)) == []
    assert fills(exchange.price(100)) == [("1", "100")]


def test_a_stop_triggers_on_the_last_trade_and_a_gap_fills_at_the_market(exchange):
    exchange.place("sell 1 stop", stop=95)

    assert exchange.price(94, 96, last="95.01") == ()
    reports = exchange.price(89, 91, last=90)

    assert (names(reports), fills(reports)) == (["triggered", "filled"], [("1", "89")])


def test_a_buy_stop_triggers_at_its_level_and_pays_the_ask(exchange):
    exchange.place("buy 1 stop", stop=105)

    assert fills(exchange.price(104, 106, last=105)) == [("1", "106")]


def test_a_stop_whose_level_is_already_reached_triggers_at_once(exchange):
    assert names(exchange.place("sell 1 stop", stop=100)) == ["accepted", "triggered", "filled"]


def test_a_stop_limit_that_gaps_past_its_limit_rests_there(exchange):
    exchange.place("sell 1 stop_limit", 94, stop=95)

    assert names(exchange.price(89, 91, last=90)) == ["triggered"]
    assert fills(exchange.price(93, 95)) == []
    assert fills(exchange.price(94.5, 95)) == [("1", "94")]


def test_a_trailing_stop_follows_by_a_distance_and_never_moves_back(exchange):
    exchange.place("sell 1 trailing", trail=5)
    assert exchange.resting().terms.stop_price == 95

    exchange.price(110)
    assert exchange.resting().terms.stop_price == 105
    exchange.price(106)
    assert exchange.resting().terms.stop_price == 105

    assert fills(exchange.price(104)) == [("1", "104")]


def test_a_trailing_stop_follows_by_a_share_of_the_price(exchange):
    exchange.place("buy 1 trailing", trail="0.02", trail_is_percent=True)
    assert exchange.resting().terms.stop_price == 102

    exchange.price(50)
    assert exchange.resting().terms.stop_price == 51
    assert names(exchange.price(51)) == ["triggered", "filled"]


def test_ioc_fills_what_it_can_and_leaves_nothing_resting():
    exchange = Exchange(participation="0.1")
    exchange.price(100, size=10)

    reports = exchange.place("buy 3 limit", 100, tif="ioc")

    assert names(reports) == ["accepted", "filled", "canceled"]
    assert exchange.resting() is None


def test_fok_fills_all_or_nothing():
    exchange = Exchange(participation="0.1")
    exchange.price(100, size=10)

    assert names(exchange.place("buy 1.001 limit", 100, tif="fok")) == ["accepted", "canceled"]
    assert fills(exchange.place("buy 1 limit", 100, tif="fok", name="b")) == [("1", "100")]


def test_an_immediate_order_away_from_the_market_is_canceled(exchange):
    assert names(exchange.place("buy 1 limit", 90, tif="ioc")) == ["accepted", "canceled"]


def test_an_immediate_stop_waits_for_its_level_first(exchange):
    assert names(exchange.place("sell 1 stop_limit", 98, stop=95, tif="ioc")) == ["accepted"]
    assert names(exchange.price(94)) == ["triggered", "canceled"]


def test_a_day_order_expires_with_the_first_tick_after_utc_midnight(exchange):
    exchange.place("buy 1 limit", 90, tif="day")
    exchange.at = NOON + DAY // 2 - 1_001

    assert exchange.price(91) == ()
    assert names(exchange.price(80, after=1)) == ["expired"]


def test_a_quiet_day_order_expires_too(exchange):
    exchange.place("buy 1 limit", 90, tif="day")
    exchange.price(100)
    exchange.at = NOON + DAY // 2

    assert names(exchange.price(100)) == ["expired"]


def test_a_day_order_cannot_be_canceled_after_its_day(exchange):
    exchange.place("buy 1 limit", 90, tif="day")
    exchange.at += DAY

    assert names(exchange.cancel()) == ["expired", "cancelrejected"]


def test_post_only_is_rejected_where_it_would_cross(exchange):
    (rejected,) = exchange.place("buy 1 limit", 101, post_only=True)

    assert rejected.reason == "post only: it would cross the spread"
    assert names(exchange.place("buy 1 limit", 100, post_only=True)) == ["accepted"]
    assert fills(exchange.price(99, 100)) == [("1", "100")]


def test_post_only_that_would_cross_when_the_delay_is_over_is_canceled():
    exchange = Exchange(delay_ms=500)
    exchange.price(99, 101)
    exchange.place("buy 1 limit", 100, post_only=True)

    assert names(exchange.price(99, 100)) == ["canceled"]


def test_no_order_matches_before_its_delay_is_over_in_the_ticks_time():
    exchange = Exchange(delay_ms=500)
    exchange.price(99, 101)

    assert names(exchange.place("buy 1 market")) == ["accepted"]
    assert exchange.price(99, 102, after=499) == ()
    assert fills(exchange.price(99, 103, after=1)) == [("1", "103")]


def test_without_a_price_a_market_order_is_rejected_and_a_limit_rests():
    exchange = Exchange()

    (rejected,) = exchange.place("buy 1 market")
    assert rejected.reason == "no price"
    assert names(exchange.place("buy 1 trailing", trail=1)) == ["rejected"]
    assert names(exchange.place("buy 1 limit", 100)) == ["accepted"]
    assert fills(exchange.price(99)) == [("1", "99")]


def test_a_tick_older_than_the_last_is_ignored(exchange):
    exchange.place("buy 1 limit", 90)

    assert exchange.price(80, after=-1) == ()
    assert names(exchange.price(80, after=1)) == ["filled"]


def test_a_tick_without_a_price_is_ignored(exchange):
    assert exchange.price(0) == ()
    assert fills(exchange.place("buy 1 market")) == [("1", "101")]


def test_client_order_ids_are_unique_for_ever(exchange):
    exchange.place("buy 1 market")

    (rejected,) = exchange.place("buy 1 market")
    assert rejected.reason == "duplicate client order id"


def test_identities_derive_from_the_client_order_id():
    exchange = Exchange(participation="0.1")
    exchange.price(100)

    accepted, first = exchange.place("buy 2 market", name="k7")
    (second,) = exchange.price(100)

    assert (accepted.venue_order_id, first.trade_id, second.trade_id) == ("p-k7", "k7-1", "k7-2")


def test_what_has_filled_cannot_be_canceled(exchange):
    exchange.place("buy 1 market")

    assert exchange.cancel()[0].reason == "already filled"
    assert exchange.cancel("never")[0].reason == "unknown order"


def test_a_canceled_order_fills_no_more(exchange):
    exchange.place("buy 1 limit", 90)

    assert names(exchange.cancel()) == ["canceled"]
    assert exchange.price(80) == ()


def test_a_replaced_order_rests_on_its_new_terms(exchange):
    exchange.place("buy 1 limit", 90)

    assert names(exchange.modify("buy 2 limit", 95)) == ["replaced"]
    assert fills(exchange.price(94)) == [("2", "94")]


def test_a_partly_filled_order_keeps_its_fills_when_replaced():
    exchange = Exchange(participation="0.1")
    exchange.price(100)
    exchange.place("buy 2 limit", 100)

    assert names(exchange.modify("buy 1 limit", 100)) == ["replacerejected"]
    assert names(exchange.modify("buy 1.5 limit", 100)) == ["replaced"]
    assert fills(exchange.price(100)) == [("0.5", "100")]


@pytest.mark.parametrize(
    ("words", "figures", "reason"),
    [
        ("sell 1 limit", {"price": 95}, "symbol, side and type of an order stay"),
        ("buy 0.0001 limit", {"price": 95}, "quantity 0.0001 is not on the step 0.001"),
    ],
)
def test_a_replacement_that_cannot_be_leaves_the_order_as_it_was(exchange, words, figures, reason):
    exchange.place("buy 1 limit", 90)

    assert exchange.modify(words, **figures)[0].reason == reason
    assert exchange.resting().terms.price == 90


def test_a_stop_that_takes_the_market_cannot_be_replaced():
    exchange = Exchange(participation="0.1")
    exchange.price(100)
    exchange.place("sell 2 stop", stop=100)

    (refused,) = exchange.modify("sell 2 stop", stop=90)
    assert refused.reason == "already partially_filled, it takes the market"


def test_replacing_the_quantity_of_a_trailing_stop_keeps_its_level(exchange):
    exchange.place("sell 1 trailing", trail=5)
    exchange.price(110)
    exchange.price(106)

    (replaced,) = exchange.modify("sell 2 trailing", trail=5)
    assert replaced.terms.stop_price == 105
    (replaced,) = exchange.modify("sell 2 trailing", trail=2)
    assert replaced.terms.stop_price == 104


@pytest.mark.parametrize(
    ("words", "figures", "reason"),
    [
        ("buy 0 market", {}, "quantity must be above zero, not 0"),
        ("buy -1 market", {}, "quantity must be above zero, not -1"),
        ("buy NaN market", {}, "quantity must be above zero, not NaN"),
        ("buy 1e30 market", {}, "quantity 1E+30 is too large"),
        ("buy 1.00001 market", {}, "quantity 1.00001 is not on the step 0.001"),
        ("buy 1 limit", {}, "a limit order needs a price"),
        ("buy 1 stop_limit", {"price": 1}, "a stop_limit order needs a stop price"),
        ("buy 1 limit", {"price": "99.999"}, "price 99.999 is not on the step 0.01"),
        ("buy 0.01 limit", {"price": 90}, "notional 0.90 is below the minimum 5"),
        ("buy 0.001 market", {}, "notional 0.100 is below the minimum 5"),
        ("sell 1 trailing", {"trail": 100}, "trail 100 is not below the price 100"),
        (
            "sell 1 trailing",
            {"trail": 2, "trail_is_percent": True},
            "trail 2 is a share of the price and must be below 1",
        ),
        ("buy 1 market", {"post_only": True}, "post only is for limit orders, not for market"),
        (
            "buy 1 limit",
            {"price": 90, "post_only": True, "tif": "ioc"},
            "post only rests, ioc does not",
        ),
    ],
)
def test_what_cannot_be_is_rejected_with_the_reason(exchange, words, figures, reason):
    (rejected,) = exchange.place(words, **figures)

    assert rejected.reason == reason
    assert exchange.matcher.changed == ()


def test_another_symbol_is_not_traded_here(exchange):
    strange = order(terms("buy 1 market"))
    object.__setattr__(strange.terms, "symbol", "XYZ")

    assert exchange.matcher.submit(strange, NOON)[0].reason == "XYZ is not traded here"


def test_orders_meet_a_tick_in_the_order_of_their_arrival(exchange):
    exchange.place("buy 1 limit", 90, name="late-name")
    exchange.at += 1
    exchange.place("buy 1 limit", 95, name="early-name")

    assert [each.client_order_id for each in exchange.price(80)] == ["late-name", "early-name"]


def test_between_the_levels_of_what_rests_a_tick_passes_and_at_a_level_it_does_not(exchange):
    exchange.place("buy 1 limit", 90, name="bid", tif="day")
    exchange.place("sell 1 limit", 110, name="offer")
    exchange.place("sell 1 stop", stop=80, name="stop")
    exchange.place("buy 1 stop", stop=120, name="breakout")

    for price in (100, 91, 109):
        assert exchange.price(price) == ()
    assert names(exchange.price(90)) == ["filled"]
    for price in (100, 81, 100):
        assert exchange.price(price) == ()
    assert names(exchange.price(80)) == ["triggered", "filled"]
    assert exchange.price(100) == exchange.price(109) == ()
    assert sorted(names(exchange.price(120))) == ["filled", "filled", "triggered"]


def test_an_order_whose_symbol_is_no_longer_traded_rests_and_can_be_canceled(exchange):
    exchange.place("buy 1 limit", 90)
    later = Exchange()
    later.matcher = type(later.matcher)([], FillModel())
    later.matcher.restore(exchange.matcher.open_orders("ann"))

    assert names(later.modify("buy 2 limit", 95)) == ["replacerejected"]
    assert names(later.cancel()) == ["canceled"]


@pytest.mark.parametrize(
    "figures", [{"slippage": Decimal(1)}, {"participation": Decimal(0)}, {"delay_ms": -1}]
)
def test_a_model_that_cannot_be_is_refused(figures):
    with pytest.raises(ValueError, match=r"slippage|participation|delay_ms"):
        FillModel(**figures)
