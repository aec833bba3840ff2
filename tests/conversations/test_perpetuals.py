"""A perpetual from its leverage to a short, its funding and flat again, at an exchange."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.card import Card, Tone
from connectors.ccxt.rows import contract_of
from engine.domain.limits import DESK
from engine.domain.margin import Leverage
from engine.domain.market import Tick
from engine.domain.order import Side
from tests.conformance.venues.ccxt_harness import PERPETUALS
from tests.exchange_room import ExchangeRoom, configured
from tests.standins.exchange.listed import PERPETUAL

FIVE = Leverage(Decimal(5))


def opened(home: Path, row: str) -> ExchangeRoom:
    """Spot and perpetual side by side, where an exchange has both."""
    spot = ["BTC/USDT"] if contract_of(row).spot else []
    return ExchangeRoom(home, row, configured(row, symbols=[*spot, PERPETUAL]))


@pytest.fixture(params=PERPETUALS)
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ExchangeRoom]:
    made = opened(tmp_path / "home", request.param)
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ExchangeRoom]:
    made = opened(tmp_path / "home", "bybit")
    yield made
    made.close()


def levered(room: ExchangeRoom, times: int = 5) -> Card:
    """Confirm a leverage; the card that came of it."""
    room.say(f"/leverage btc-perp {times}x account=main")
    room.say("/yes")
    return room.until(lambda: next((c for c in room.cards() if f"{times}×" in c.title), None))


def bought(room: ExchangeRoom, quantity: int = 2) -> None:
    """A long of so much, on a leverage that was confirmed."""
    room.living()
    levered(room)
    room.say(f"/buy BTC/USDT:USDT {quantity} account=main")
    room.say("/yes")
    room.until(lambda: held(room) == quantity)


def held(room: ExchangeRoom) -> Decimal:
    found: Decimal = room.kernel.accounts["main"].held(PERPETUAL)
    return found


def agrees(room: ExchangeRoom) -> None:
    """The exchange's books and the desk's are the same to the last digit."""
    room.run(room.app.runtime.reconciler.compare("main"))
    room.run(room.app.runtime.cash.look("main"))
    assert not room.kernel.differences
    assert room.kernel.accounts["main"].cash["USDT"] == room.core.balances["USDT"]


def test_from_a_leverage_to_a_short_and_flat_again(room: ExchangeRoom) -> None:
    room.living()
    refused = room.say("/sell BTC/USDT:USDT 2 account=main")
    assert "No leverage of BTC/USDT:USDT is confirmed" in refused.text
    assert refused.hint.startswith("/leverage BTC/USDT:USDT 3 account=main")

    asked = room.say("/leverage BTC/USDT:USDT 5 account=main")
    assert asked.badge == "LIVE · main"
    assert dict(asked.fields)["Leverage"] == "none confirmed → 5× isolated"
    assert not room.core.margin.leverage
    room.say("/yes")
    room.until(lambda: room.kernel.accounts["main"].leverage == {PERPETUAL: FIVE})
    assert list(room.core.margin.leverage.values()) == [5]

    asked = room.say("/sell BTC/USDT:USDT 2 stop_loss=105 account=main")
    shown = dict(asked.fields)
    assert shown["Position"] == "0 → −2"
    assert shown["Leverage"] == "5× isolated"
    assert shown["Margin"] == "0.00\xa0USDT → 40.00\xa0USDT"
    # 100 × (1 + 1/5) ÷ (1 + 0.5 %)
    assert "about 119.4" in shown["Liquidation"]
    assert "0.50%" in shown["Liquidation"]
    assert shown["Cash"].startswith("100,000.00\xa0USDT → 99,999.")
    room.say("/yes")
    stop = room.until(lambda: room.resting and room.resting[0])
    assert (stop.terms.side, stop.terms.quantity, stop.terms.reduce_only) == ("buy", 2, True)
    assert held(room) == -2

    room.core.move_cash("funding", "USDT", "-0.375")
    agrees(room)
    card = room.say("/positions account=main")
    assert "5× isolated, margin 40.00\xa0USDT" in card.text
    assert "would liquidate it at 119.4" in card.text
    assert "0.375" in repr(room.say("/pnl all account=main").fields)

    room.restart()
    room.priced()
    room.trades()
    assert room.kernel.accounts["main"].leverage == {PERPETUAL: FIVE}
    room.price_is("90")
    room.say("/close btc-perp account=main")
    room.say("/yes")
    room.until(lambda: not room.resting)
    room.until(lambda: held(room) == 0)
    agrees(room)
    assert room.core.balances["USDT"] > 100_000 + 18


def test_what_closes_is_held_to_that_by_the_exchange(room: ExchangeRoom) -> None:
    bought(room)

    # Two that each close all of it: whichever is first, the other finds nothing.
    for price in (110, 111):
        asked = room.say(f"/sell BTC/USDT:USDT 2 price={price} account=main")
        assert dict(asked.fields)["Reduce only"] == "it can only make the position smaller"
        room.say("/yes")
    room.until(lambda: len(room.resting) == 2)
    assert all(each.terms.reduce_only for each in room.resting)
    room.price_is("112")

    room.until(lambda: held(room) == 0)
    room.until(lambda: not room.resting)
    room.until(lambda: not room.kernel.accounts["main"].orders)
    agrees(room)


def test_a_stop_that_is_asked_for_after_a_short_buys_it_back(desk: ExchangeRoom) -> None:
    desk.living()
    levered(desk)
    desk.say("/sell BTC/USDT:USDT 2 account=main")
    desk.say("/yes")
    desk.until(lambda: held(desk) == -2)

    asked = desk.say("put a stop at 105")
    assert dict(asked.fields)["Reduce only"] == "it can only make the position smaller"
    desk.say("/yes")

    stop = desk.until(lambda: desk.resting and desk.resting[0])
    assert (stop.terms.side, stop.terms.quantity, stop.terms.reduce_only) == ("buy", 2, True)


def test_a_yes_to_what_only_reduces_opens_nothing_once_the_position_is_gone(
    desk: ExchangeRoom,
) -> None:
    bought(desk)
    asked = desk.say("/sell BTC/USDT:USDT 2 price=110 account=main")
    desk.say(desk.say("/sell BTC/USDT:USDT 2 account=main").buttons[0].line)
    desk.until(lambda: held(desk) == 0)

    answer = desk.say(asked.buttons[0].line)

    assert answer.tone is Tone.BAD
    assert not desk.resting
    assert held(desk) == 0


@pytest.mark.parametrize(
    "words",
    [
        "set the leverage on btc perp to 5x on main",
        "mets le levier de btc perp à 5 sur main",
        "x5 sur le perp btc sur main",
    ],
)
def test_a_leverage_asked_for_in_words_waits_for_the_same_yes(
    desk: ExchangeRoom, words: str
) -> None:
    desk.living()

    asked = desk.say(words)

    assert asked.title == f"Really set the leverage of {PERPETUAL} to 5×, on a margin of its own?"
    assert not desk.core.margin.leverage
    desk.say("/yes")
    desk.until(lambda: desk.kernel.accounts["main"].leverage == {PERPETUAL: FIVE})
    seen = desk.say("what is my leverage on btc perp on main")
    assert dict(seen.fields)["Leverage"] == "5× isolated"
    assert desk.kernel.limits.at("max_leverage", DESK) is None


def test_a_leverage_in_words_lacks_its_figure_or_its_perpetual(desk: ExchangeRoom) -> None:
    desk.living()

    asked = desk.say("change the leverage on btc perp")
    assert "whole number" in asked.text
    assert next(b.line for b in asked.buttons) == f"/leverage symbol={PERPETUAL} times=1"

    refused = desk.say("leverage btc 3 on main")
    assert "is paid for whole" in refused.text
    assert "btc perp" in refused.hint

    torn = desk.say("max leverage on btc perp 3")
    assert [b.line for b in torn.buttons] == [
        f"/leverage symbol={PERPETUAL} times=3",
        "/risk rule=max_leverage value=3",
    ]

    for words in ("don't set leverage on btc perp to 5", "should i put btc perp on 5x?"):
        assert not [b for b in desk.say(words).buttons if b.line.startswith("/yes")]
    assert not desk.core.margin.leverage


def test_spot_and_perpetual_of_one_account_stay_apart(desk: ExchangeRoom) -> None:
    desk.living()
    levered(desk)
    for line in ("/buy BTC/USDT 1", "/sell BTC/USDT:USDT 1"):
        desk.say(f"{line} account=main")
        desk.say("/yes")
    desk.until(lambda: held(desk) == -1)
    desk.until(lambda: desk.kernel.accounts["main"].held("BTC/USDT"))

    table = repr(desk.say("/positions account=main").table)
    assert "'BTC/USDT'" in table
    assert "'BTC/USDT:USDT'" in table
    agrees(desk)


def test_a_leverage_that_is_changed_at_the_exchange_lets_nothing_open(desk: ExchangeRoom) -> None:
    bought(desk, 1)

    desk.core.margin.leverage["BTCUSDT"] = 50
    desk.run(desk.app.runtime.reconciler.compare("main"))

    refused = desk.say("/buy BTC/USDT:USDT 1 account=main")
    assert "or the exchange has another one by now" in refused.text
    desk.say("/close BTC/USDT:USDT account=main")
    desk.say("/yes")
    desk.until(lambda: held(desk) == 0)


def test_a_leverage_that_is_not_taken_is_said_and_nothing_opens(desk: ExchangeRoom) -> None:
    desk.living()
    levered(desk)
    desk.core.margin.refuses = True

    desk.say("/leverage BTC/USDT:USDT 50 account=main")
    desk.say("/yes")
    card = desk.until(lambda: next((c for c in desk.cards() if c.tone is Tone.BAD), None))
    assert card.title == "The leverage of BTC/USDT:USDT is not 50×"
    assert desk.kernel.accounts["main"].leverage == {}
    assert desk.say("/buy BTC/USDT:USDT 1 account=main").tone is Tone.BAD


def test_long_and_short_apart_are_named_with_the_way_out(desk: ExchangeRoom) -> None:
    desk.living()
    desk.core.margin.is_apart = True
    desk.say("/leverage BTC/USDT:USDT 3 account=main")
    desk.say("/yes")

    card = desk.until(lambda: next((c for c in desk.cards() if c.tone is Tone.BAD), None))
    assert "set its position mode to one-way at the exchange" in card.text


def test_a_position_from_before_is_adopted_at_its_entry_price(room: ExchangeRoom) -> None:
    room.core.by_hand(PERPETUAL, Side.BUY, "3", "90")
    room.living()
    room.until(lambda: room.kernel.differences)

    room.say("/reconcile adopt btc/usdt:usdt", who="olga")
    room.say("/yes", who="olga")
    room.code()
    room.until(lambda: held(room) == 3)
    assert room.kernel.accounts["main"].position(PERPETUAL).average_price == 90
    assert room.kernel.accounts["main"].cash["USDT"] == room.core.balances["USDT"]

    room.say("/close BTC/USDT:USDT account=main")
    room.say("/yes")
    room.until(lambda: held(room) == 0)
    agrees(room)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/leverage BTC/USDT:USDT 3 account=paper", "Paper accounts hold nothing on margin"),
        ("/leverage BTC/USDT 3 account=main", "BTC/USDT is paid for whole"),
        ("/buy BTC/USDT:USDT 1 account=paper", "No leverage of BTC/USDT:USDT is confirmed"),
        ("/leverage BTC/USDT:USDT 2.5 account=main", "whole number up to 125, not 2.5"),
        ("/backtest sma-cross symbol=BTC/USDT:USDT", "strategies and their tests trade what is"),
        ("/run sma-cross symbol=BTC/USDT:USDT account=main", "neither funding nor liquidation"),
        ("/leverage BTC/USDT:USDT 126 account=main", "whole number up to 125, not 126"),
    ],
)
def test_what_cannot_be_is_said_with_a_way_out(desk: ExchangeRoom, line: str, says: str) -> None:
    desk.living()
    card = desk.say(line)
    assert card.tone is Tone.BAD
    assert says in card.text
    assert not desk.core.margin.leverage


def test_a_stop_that_liquidation_comes_before_is_said(desk: ExchangeRoom) -> None:
    desk.living()
    levered(desk, 20)
    near = desk.say("/buy BTC/USDT:USDT 1 stop_loss=97 account=main")
    far = desk.say("/buy BTC/USDT:USDT 1 stop_loss=90 account=main")

    assert "beyond the price of liquidation" not in near.text
    assert "The stop lies beyond the price of liquidation" in far.text


def test_a_share_of_the_cash_is_what_it_backs(desk: ExchangeRoom) -> None:
    desk.living()
    levered(desk)
    asked = desk.say("/sell BTC/USDT:USDT 1% account=main")
    shown = dict(asked.fields)

    assert asked.tone is Tone.ASK
    value = Decimal(shown["Value"].split()[0].replace(",", ""))
    assert 4_900 < value < 5_000


def test_a_halt_that_flattens_buys_a_short_back(desk: ExchangeRoom) -> None:
    desk.living()
    levered(desk)
    desk.say("/sell BTC/USDT:USDT 2 stop_loss=110 account=main")
    desk.say("/yes")
    desk.until(lambda: desk.resting)

    desk.say("/halt flatten")
    desk.say("/yes")
    desk.until(lambda: held(desk) == 0)
    desk.until(lambda: not desk.resting)
    agrees(desk)


def test_a_yes_to_a_close_does_nothing_once_the_position_has_turned(desk: ExchangeRoom) -> None:
    bought(desk)
    asked = desk.say("/close btc-perp account=main")
    assert asked.title == "Really sell 2 BTC/USDT:USDT?"
    desk.say(desk.say("/sell BTC/USDT:USDT 5 account=main").buttons[0].line)
    desk.until(lambda: held(desk) == -3)

    answered = desk.say(asked.buttons[0].line)

    assert "is not as your card showed it" in answered.text
    assert held(desk) == -3
    assert desk.say("/close btc-perp account=main").title == "Really buy 3 BTC/USDT:USDT?"


def long(room: ExchangeRoom, stop: str = "70") -> None:
    """Two held at 100, five times levered, with a stop beyond where that ends."""
    room.living()
    levered(room)
    room.say(f"/buy BTC/USDT:USDT 2 stop_loss={stop} account=main")
    room.say("/yes")
    room.until(lambda: room.resting)


def news(room: ExchangeRoom, title: str, who: str = "ann") -> Card:
    return room.until(lambda: next((c for c in room.cards(who) if title in c.title), None))


def test_a_stop_that_triggers_while_the_desk_is_away_is_found_and_not_placed_again(
    room: ExchangeRoom,
) -> None:
    long(room, "95")
    room.leave()
    room.bid = Decimal(94)
    room.core.tick(Tick(PERPETUAL, room.bid, room.bid, room.bid, Decimal(1_000), room.core.now()))
    assert not room.core.positions()
    sent = len(room.ordered)
    room.again()
    room.trades()

    room.until(lambda: held(room) == 0)
    room.until(lambda: not room.kernel.accounts["main"].orders)
    agrees(room)
    assert [each.all for each in room.ordered[sent:]] == []
    assert not room.resting


def test_an_account_whose_coins_back_each_other_is_named_with_the_way_out(tmp_path: Path) -> None:
    room = opened(tmp_path / "home", "binanceusdm")
    room.wire.is_joint = True
    room.priced()
    room.enroll()
    assert "asset mode at the venue to single-asset" in dict(room.connect().fields)["Keys"]
    room.go_live()
    room.trades()
    room.say("/leverage BTC/USDT:USDT 3 account=main")
    room.say("/yes")

    card = room.until(lambda: next((c for c in room.cards() if c.tone is Tone.BAD), None))
    assert "its margin is not its own there" in card.text
    assert "single-asset" in card.text
    assert room.kernel.accounts["main"].leverage == {}
    room.close()


def test_a_liquidation_is_booked_as_one_and_told_in_words(room: ExchangeRoom) -> None:
    long(room)
    room.price_is("81")
    room.core.force(PERPETUAL)

    for who in ("ann", "olga"):
        card = news(room, "The exchange liquidated 2 BTC/USDT:USDT", who)
        assert card.tone is Tone.BAD
        assert "nobody on the desk asked for that" in card.text
        assert dict(card.fields)["Price"] == "81"
        assert dict(card.fields)["Realized profit"].startswith("−38")
    assert held(room) == 0
    room.until(lambda: not room.kernel.accounts["main"].orders)
    agrees(room)
    number = dict(card.fields)["Order"]
    assert "The exchange liquidated the position" in room.say(f"/why {number}").text


def test_a_deleveraging_leaves_the_stop_on_what_is_left(desk: ExchangeRoom) -> None:
    long(desk)
    desk.core.force(PERPETUAL, "0.5", "deleveraging")

    card = news(desk, "closed 0.5 BTC/USDT:USDT against somebody else's loss")
    assert "deleveraged" in card.text
    assert held(desk) == Decimal("1.5")
    stop = desk.until(lambda: desk.resting and desk.resting[0])
    desk.until(lambda: stop.terms.quantity == Decimal("1.5"))
    agrees(desk)


def test_a_liquidation_while_the_desk_is_away_is_booked_once(desk: ExchangeRoom) -> None:
    long(desk)
    desk.leave()
    desk.core.force(PERPETUAL, "0.5", "reduction")
    desk.core.force(PERPETUAL)
    desk.again()

    desk.until(lambda: held(desk) == 0)
    agrees(desk)
    desk.restart()
    desk.priced()
    desk.trades()
    agrees(desk)
    assert held(desk) == 0


def test_a_liquidation_is_booked_though_the_position_was_turned_since(desk: ExchangeRoom) -> None:
    long(desk)
    desk.say("/sell BTC/USDT:USDT 5 price=110 account=main")
    desk.say("/yes")
    desk.until(lambda: len(desk.resting) == 2)
    desk.leave()
    desk.core.force(PERPETUAL)
    bid = desk.bid = Decimal(112)
    desk.core.tick(Tick(PERPETUAL, bid, bid, bid, Decimal(1_000), desk.core.now()))
    assert desk.core.positions() == {PERPETUAL: -5}
    desk.again()

    desk.until(lambda: held(desk) == -5)
    assert not desk.kernel.differences
    desk.until(lambda: desk.kernel.quotes[PERPETUAL].last == bid)
    desk.say("/close BTC/USDT:USDT account=main")
    desk.say("/yes")
    desk.until(lambda: held(desk) == 0)
    agrees(desk)


def test_what_is_sold_by_hand_beside_a_liquidation_is_left_to_a_person(desk: ExchangeRoom) -> None:
    long(desk)
    desk.leave()
    desk.core.force(PERPETUAL, "0.5", "reduction")
    desk.core.by_hand(PERPETUAL, Side.SELL, "1", "100")
    desk.again()

    desk.until(lambda: desk.kernel.differences)
    assert held(desk) == 2


def test_keys_that_may_trade_no_contracts_are_said_to_with_what_to_do(desk: ExchangeRoom) -> None:
    del desk.wire.key_info["permissions"]["ContractTrade"]
    desk.priced()
    desk.enroll()
    card = desk.connect()

    assert "allow orders and positions of contracts" in dict(card.fields)["Keys"]
    assert "/connect again" in dict(card.fields)["Keys"]
