"""On margin no price is paid: what backs a position is set aside, and profit settles in cash."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import requests as wishes
from engine.domain.account import Position
from engine.domain.events import OrderCanceled, OrderDenied, OrderInitialized, OrderSubmitted
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument, InstrumentKind, Instruments
from engine.domain.margin import Leverage, MarginMode, liquidation_price, margin_of
from engine.domain.money import Currency
from engine.domain.order import Order, Side
from engine.portfolio.valuation import valued
from tests.standins.market import LISTED, instrument
from tests.unit.engine.risk.small_desk import BTC, MINE, OLGA, PAPER, SmallDesk

USDT = Currency("USDT")
PERP = Symbol("BTC/USDT:USDT")
LISTED_PERP: Instrument = replace(
    instrument("BTC/USDT"), symbol=PERP, kind=InstrumentKind.PERPETUAL
)


def desk(times: str | None = "5", cash: int = 1_000) -> SmallDesk:
    """A thousand, a perpetual at a hundred, and its leverage."""
    made = SmallDesk(cash=cash, listed=(*LISTED, LISTED_PERP))
    made.price(PERP, 100)
    if times is not None:
        made.take(note(times))
    return made


def note(times: str | None) -> wishes.NoteLeverage:
    leverage = None if times is None else Leverage(Decimal(times))
    return wishes.NoteLeverage(PAPER, PERP, leverage, OLGA, 1)


def free(made: SmallDesk) -> Decimal:
    return made.kernel.free_cash(PAPER, USDT)


def equity(made: SmallDesk) -> Decimal:
    return made.kernel.valuation(PAPER).equity


def rested(made: SmallDesk, side: Side, quantity: str, price: int) -> Order:
    (event,) = made.place(side, PERP, quantity, price).events
    assert isinstance(event, OrderInitialized), event
    made.accept(event.order.client_order_id)
    return event.order


def test_a_position_takes_its_margin_of_free_cash_and_no_more() -> None:
    made = desk()
    made.trade(Side.BUY, PERP, "10", 100)

    assert made.kernel.accounts[PAPER].cash[USDT] == 1_000
    assert (free(made), equity(made)) == (800, 1_000)

    made.price(PERP, 110)
    assert (free(made), equity(made)) == (800, 1_100)

    made.trade(Side.SELL, PERP, "10", 110, reduce_only=True)
    assert made.kernel.accounts[PAPER].cash[USDT] == free(made) == equity(made) == 1_100


def test_a_short_earns_by_a_fall_and_is_bought_back() -> None:
    made = desk()
    made.trade(Side.SELL, PERP, "10", 100)
    assert (made.held(PERP), free(made)) == (-10, 800)

    made.price(PERP, 90)
    assert equity(made) == 1_100

    made.trade(Side.BUY, PERP, "10", 90, reduce_only=True)
    assert (made.held(PERP), free(made), equity(made)) == (0, 1_100, 1_100)


@pytest.mark.parametrize("side", list(Side))
def test_what_opens_needs_its_margin_on_either_side(side: Side) -> None:
    made = desk()
    assert made.refused(side, PERP, "50", 100) == ""

    assert free(made) == 0
    assert made.refused(side, PERP, "0.1", 100) == "cash"


def test_nothing_opens_on_a_leverage_that_is_not_known() -> None:
    made = desk(times=None)
    assert made.refused(Side.BUY, PERP, "1") == "no_leverage"
    assert made.refused(Side.SELL, PERP, "1") == "no_leverage"

    made.take(note("3"))
    made.trade(Side.SELL, PERP, "1", 100)
    # Somebody changed it at the venue: what is held may still be closed.
    made.take(note(None))
    assert made.refused(Side.SELL, PERP, "1") == "no_leverage"
    assert made.refused(Side.BUY, PERP, "1", reduce_only=True) == ""


def test_what_waits_to_leave_stays_where_its_leverage_is_known_no_more() -> None:
    made = desk()
    made.trade(Side.BUY, PERP, "10", 100)
    (opens,) = made.place(Side.BUY, PERP, "1").events
    (closes,) = made.place(Side.SELL, PERP, "4", reduce_only=True).events
    made.take(note(None))

    (ended,) = made.take(wishes.SendOrder(opens.order.client_order_id, made.now)).events
    (left,) = made.take(wishes.SendOrder(closes.order.client_order_id, made.now)).events
    assert isinstance(ended, OrderCanceled)
    assert ended.reason == "no_leverage"
    assert isinstance(left, OrderSubmitted)


def test_two_orders_that_close_the_same_do_not_turn_it_round_unseen() -> None:
    made = desk()
    made.trade(Side.BUY, PERP, "40", 100)
    made.price(PERP, 100)

    # Neither is held to reducing by its venue, so each must be backed as what it may become.
    assert made.refused(Side.SELL, PERP, "40", 101) == ""
    assert made.refused(Side.SELL, PERP, "45", 101) == "cash"
    assert made.refused(Side.SELL, PERP, "40", 101, reduce_only=True) == ""


def test_what_goes_through_zero_is_backed_for_what_it_opens() -> None:
    made = desk(cash=100)
    made.trade(Side.BUY, PERP, "4", 100)

    assert made.refused(Side.SELL, PERP, "7") == "cash"
    made.trade(Side.SELL, PERP, "4.5", 100)
    assert (made.held(PERP), free(made)) == (Decimal("-0.5"), 90)


def test_a_higher_leverage_gives_back_what_orders_and_positions_no_longer_need() -> None:
    made = desk("2")
    made.trade(Side.BUY, PERP, "2", 100)
    rested(made, Side.BUY, "4", 50)
    assert free(made) == 1_000 - 100 - 100

    made.take(note("4"))
    assert free(made) == 1_000 - 50 - 50
    assert made.take(note("4")).events == ()

    made.take(note(None))
    assert free(made) == 1_000 - 200 - 200


def test_the_rules_of_exposure_and_leverage_see_both_sides() -> None:
    made = desk("10")
    made.set("max_leverage", 2, MINE)
    assert made.refused(Side.SELL, PERP, "21") == "max_leverage"
    made.trade(Side.SELL, PERP, "10", 100)
    made.set("max_exposure", 1_500, MINE)
    assert made.refused(Side.SELL, PERP, "6") == "max_exposure"
    assert made.refused(Side.BUY, PERP, "10", reduce_only=True) == ""


def test_spot_and_perpetual_share_the_cash_of_one_account() -> None:
    made = desk()
    made.trade(Side.SELL, PERP, "10", 100)

    assert made.refused(Side.BUY, BTC, "0.02") == "cash"
    assert made.refused(Side.SELL, BTC, "0.01") == "holding"


def test_one_that_is_listed_no_more_is_still_no_coin() -> None:
    gone = Instruments([])[Symbol("SOL/USDC:USDC")]

    assert (gone.kind, gone.base, gone.quote) == (InstrumentKind.PERPETUAL, "SOL", "USDC")
    assert Instruments([])[Symbol("SOL/USDC")].kind is InstrumentKind.SPOT


TRADES = st.lists(
    st.tuples(st.sampled_from(list(Side)), st.integers(1, 40), st.integers(50, 200)), max_size=15
)


@settings(deadline=None, max_examples=60)
@given(TRADES, st.sampled_from(["1", "3", "7", "20"]))
def test_whatever_is_traded_equity_is_what_paying_for_it_whole_would_give(trades, times) -> None:
    made = desk(times, cash=10**9)
    paid, held = Decimal(10**9), 0
    for side, quantity, price in trades:
        made.trade(side, PERP, str(quantity), price)
        paid -= side.sign * quantity * price
        held += side.sign * quantity

        tick = made.kernel.quotes[PERP]
        # Mean prices are of 28 digits.
        assert abs(equity(made) - paid - held * tick.last) < Decimal("1e-12")
        position = made.kernel.accounts[PAPER].position(PERP)
        assert position.quantity == held
        backed = margin_of(abs(position.cost), Leverage(Decimal(times)))
        assert free(made) == made.kernel.accounts[PAPER].cash[USDT] - backed

    again = made.restarted().kernel
    assert again.accounts[PAPER].position(PERP).quantity == held
    assert (
        valued(again.accounts[PAPER], again.instruments, {}).cash
        == (made.kernel.accounts[PAPER].cash[USDT])
    )


@given(
    st.sampled_from([1, -1]),
    st.integers(1, 10**6),
    st.integers(1, 125),
    st.integers(0, 50).map(lambda n: Decimal(n) / 1_000),
)
def test_at_the_price_of_liquidation_the_margin_left_is_the_least_that_must_be(
    sign, entry, times, maintenance
) -> None:
    leverage = Leverage(Decimal(times))
    price = liquidation_price(Decimal(2 * sign), Decimal(entry), leverage, maintenance)
    if price is None:
        assert (sign, times) == (1, 1)  # paid for whole, there is nothing to lose beyond it
        return
    left = 2 * Decimal(entry) / times + 2 * sign * (price - entry)
    assert left == pytest.approx(maintenance * 2 * price, rel=Decimal("1e-18"), abs=Decimal("1e-9"))
    assert (price < entry) is (sign > 0) or maintenance >= 1 / Decimal(times)


def test_nothing_held_is_never_liquidated() -> None:
    five = Leverage(Decimal(5), MarginMode.ISOLATED)
    assert liquidation_price(Decimal(0), Decimal(100), five, Decimal("0.01")) is None
    assert Position(PAPER, PERP).average_price is None


def test_the_refusal_is_on_record() -> None:
    (event,) = desk(times=None).place(Side.BUY, PERP, "1").events
    assert isinstance(event, OrderDenied)
    assert dict(event.facts) == {"symbol": PERP, "account": ""}


def test_what_rests_beyond_a_position_against_it_is_at_risk() -> None:
    made = desk("5", cash=100_000)
    made.set("max_exposure", 1_500, MINE)
    made.trade(Side.BUY, PERP, "1", 100)

    made.place(Side.SELL, PERP, "11", 101)
    assert made.refused(Side.SELL, PERP, "11", 102) == "max_exposure"


@pytest.mark.parametrize("symbol", [BTC, PERP])
def test_an_order_at_market_has_its_cash_until_it_has_filled(symbol: Symbol) -> None:
    made = desk("1", cash=1_000)
    made.price(BTC, 100)

    assert made.refused(Side.BUY, symbol, "6") == ""
    assert made.refused(Side.BUY, symbol, "5", 99) == "cash"
    assert made.refused(Side.BUY, symbol, "3") == ""
