"""What holds of every order under every course of prices."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.events import OrderFilled
from engine.domain.money import ZERO
from engine.domain.order import Side
from engine.matching.model import FEE_STEP
from tests.unit.engine.matching.exchange import Exchange, names

CENTS = st.integers(5_000, 15_000).map(lambda cents: Decimal(cents) / 100)
PRICES = st.tuples(CENTS, st.integers(0, 100), st.integers(0, 40), st.integers(0, 50_000_000))
MODELS = st.fixed_dictionaries(
    {
        "taker_fee": st.sampled_from(["0", "0.001", "0.00075"]),
        "maker_fee": st.sampled_from(["0", "0.0004", "-0.0001"]),
        "slippage": st.sampled_from(["0", "0.0005", "0.03"]),
        "delay_ms": st.sampled_from([0, 0, 700, 20_000]),
    },
    optional={"participation": st.sampled_from(["0.01", "0.1", "1"])},
)


@st.composite
def placings(draw):
    """An order of any type, side and time in force, with sensible figures."""
    kind = draw(st.sampled_from(["market", "limit", "stop", "stop_limit", "trailing"]))
    side = draw(st.sampled_from(["buy", "sell"]))
    quantity = Decimal(draw(st.integers(1_000, 9_000))) / 1000
    asked = {"words": f"{side} {quantity} {kind}"}
    asked["tif"] = draw(st.sampled_from(["gtc", "ioc", "fok", "day"]))
    if "limit" in kind:
        asked["price"] = draw(CENTS)
    if kind.startswith("stop"):
        asked["stop"] = draw(CENTS)
    if kind == "trailing":
        asked["trail"] = draw(st.sampled_from(["0.02", "3", "0.5"]))
        asked["trail_is_percent"] = asked["trail"] == "0.02"
    if kind == "limit" and asked["tif"] in {"gtc", "day"}:
        asked["post_only"] = draw(st.booleans())
    return asked


STORIES = st.lists(st.one_of(placings(), PRICES), min_size=3, max_size=30)


def play(exchange, story, start=0):
    """Tell a story of orders and prices; each event's reports."""
    told = []
    for number, event in enumerate(story, start):
        if isinstance(event, dict):
            told.append(exchange.place(name=f"order{number}", **event))
        else:
            bid, spread, size, after = event
            ask = bid + Decimal(spread) / 100
            told.append(exchange.price(bid, ask, bid, size, after))
    return told


def opened(model):
    """An exchange with a first price."""
    exchange = Exchange(**model)
    exchange.price(100, 101, 100)
    return exchange


def by_order(story, told):
    """Each accepted placing with the fills it had."""
    filled = [each for reports in told for each in reports if isinstance(each, OrderFilled)]
    for number, event in enumerate(story):
        if isinstance(event, dict) and names(told[number])[0] == "accepted":
            own = [each for each in filled if each.client_order_id == f"order{number}"]
            yield number, event, own


@given(MODELS, STORIES)
@settings(max_examples=150, deadline=None)
def test_fills_never_exceed_the_quantity_nor_leave_the_limit(model, story):
    exchange = opened(model)
    told = play(exchange, story)

    for number, asked, filled in by_order(story, told):
        side, quantity, _ = asked["words"].split()
        total = sum((each.quantity for each in filled), ZERO)
        assert total <= Decimal(quantity)
        assert [each.trade_id for each in filled] == [
            f"order{number}-{n}" for n in range(1, len(filled) + 1)
        ]
        for each in filled:
            assert each.quantity > 0
            assert each.price % Decimal("0.01") == 0
            if "price" in asked:
                worse = each.price - asked["price"]
                assert worse * Side(side).sign <= 0


@given(MODELS, STORIES)
@settings(max_examples=100, deadline=None)
def test_a_fee_is_the_ratio_of_the_notional_to_eight_decimals(model, story):
    told = play(opened(model), story)

    ratios = {Decimal(model["taker_fee"]), Decimal(model["maker_fee"])}
    for each in (each for reports in told for each in reports if isinstance(each, OrderFilled)):
        notional = each.quantity * each.price
        assert each.fee in {(notional * ratio).quantize(FEE_STEP) for ratio in ratios}


@given(MODELS, STORIES)
@settings(max_examples=100, deadline=None)
def test_ioc_leaves_nothing_resting_and_fok_fills_all_or_nothing(model, story):
    exchange = opened({**model, "delay_ms": 0})
    told = play(exchange, story)

    for number, asked, filled in by_order(story, told):
        kind = asked["words"].split()[2]
        if asked["tif"] in {"ioc", "fok"} and kind in {"market", "limit"}:
            assert exchange.resting(f"order{number}") is None
        if asked["tif"] == "fok":
            assert len(filled) <= 1
            assert all(each.quantity == Decimal(asked["words"].split()[1]) for each in filled)


@given(MODELS, STORIES)
@settings(max_examples=60, deadline=None)
def test_the_same_story_is_told_the_same_twice(model, story):
    assert play(opened(model), story) == play(opened(model), story)


@given(MODELS, STORIES, st.lists(PRICES, min_size=1, max_size=10))
@settings(max_examples=150, deadline=None)
def test_a_restart_goes_on_as_if_it_had_never_stopped(model, before, after):
    unbroken = opened(model)
    play(unbroken, before)
    restarted = unbroken.restarted()

    assert play(restarted, after) == play(unbroken, after)


@given(MODELS, STORIES, st.lists(PRICES, min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_a_quiet_band_hides_no_tick_that_an_order_minds(model, before, after):
    banded = opened(model)
    play(banded, before)
    watched = banded.restarted()

    for price in after:
        # Given back what it holds, a matcher has no band and looks at every order.
        watched.matcher.restore(watched.matcher.open_orders("ann"))
        assert play(watched, [price]) == play(banded, [price])
