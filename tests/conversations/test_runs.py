"""Strategies that trade by themselves: confirmed once, capped, watched, stopped, taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.card import Card
from bot.sections import AccountSection
from engine.domain.identifiers import AccountId, PersonId
from tests.room import CONFIG, Room

ABOVE = """
strategy: above
timeframe: 1m
symbols: [BTC/USDT]
long:
  enter: close > 60100
  exit: close < 59900
size: 100% of equity
stop_loss: 5%
"""


@pytest.fixture
def desk(room: Room, tmp_path: Path) -> Room:
    """A room whose desk knows a strategy that anybody can follow."""
    path = tmp_path / "above.yaml"
    path.write_text(ABOVE, "utf-8")
    room.say(f"/import {path}")
    return room


def begun(room: Room, line: str = "/run above BTC/USDT 1m 1000") -> Card:
    room.say(line)
    return room.say("/yes")


def bar(room: Room, price: int) -> None:
    """A minute goes by that closes at a price, and the next one opens there."""
    for _ in range(12):
        room.price("BTC/USDT", price)
        room.wait(5)
    room.price("BTC/USDT", price)
    room.wait(1)


def held(room: Room) -> Decimal:
    seen = room.app.door.open(PersonId("terminal:ann"), AccountId("paper"))
    holdings = [each.position.quantity for each in seen.portfolio.holdings()]
    return sum(holdings, Decimal(0))


def state(room: Room) -> dict[str, str]:
    """The run's row in /strategy, with plain spaces."""
    table = room.say("/strategy above").table
    assert table is not None
    row = [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in table.rows[0]]
    return dict(zip(table.header, row, strict=True))


def test_nothing_runs_without_a_yes_to_the_whole_mandate(desk: Room) -> None:
    asked = desk.say("/run above BTC/USDT 1m 1000")

    assert asked.title == "Let above@1 trade BTC/USDT by itself?"
    assert "at most 1,000.00" in asked.text.replace("\N{NO-BREAK SPACE}", " ")
    assert dict(asked.fields)["Buys when"] == "close > 60100"
    bar(desk, 60200)
    assert held(desk) == 0
    assert desk.say("/no").title
    bar(desk, 60300)
    assert held(desk) == 0


def test_it_buys_and_sells_by_its_rules_within_its_amount(desk: Room) -> None:
    assert begun(desk).title == "above@1 trades BTC/USDT by itself"

    bar(desk, 60050)
    assert held(desk) == 0
    bar(desk, 60200)
    bought = held(desk)
    assert 0 < bought * 60_300 <= 1_000
    assert state(desk)["Last signal"].startswith("bought")

    bar(desk, 60300)
    assert held(desk) == bought
    bar(desk, 59800)
    assert held(desk) == 0
    assert state(desk)["Last signal"].startswith("sold")
    assert any(title.startswith("Bought") for title in desk.titles())
    assert any(title.startswith("Sold") for title in desk.titles())


def test_its_entry_is_protected_by_its_stop(desk: Room) -> None:
    begun(desk)
    bar(desk, 60200)

    orders = desk.say("/orders").table
    assert orders is not None
    assert any("57,19" in cell for row in orders.rows for cell in row)
    desk.price("BTC/USDT", 57000)
    desk.wait(1)
    assert held(desk) == 0


def test_it_is_alive_and_says_what_it_saw_last(desk: Room) -> None:
    begun(desk)
    bar(desk, 60050)
    desk.wait(5)

    seen = state(desk)
    assert seen["On"] == "BTC/USDT 1m"
    assert seen["At most at work"] == "1,000.00 USDT"
    assert seen["Last bar"].startswith("2 Mar 2026 09:0")
    assert seen["Alive"] in {"0 s ago", "1 s ago", "2 s ago", "3 s ago", "4 s ago"}


def test_a_limit_for_the_strategy_binds_it_and_nobody_else(desk: Room) -> None:
    desk.say("/risk max_order_value 500 scope=strategy:above", "olga")
    desk.say("/yes", "olga")
    begun(desk)

    bar(desk, 60_200)

    assert held(desk) == 0
    assert state(desk)["In its way"] == (
        "its order was refused by max_order_value; /risk shows the limits"
    )
    desk.say("/buy BTC/USDT 900USDT")
    desk.say("/yes")
    assert held(desk) > 0


def test_its_orders_bear_its_name(desk: Room) -> None:
    begun(desk)
    bar(desk, 60_200)

    table = desk.say("/orders status=all").table
    assert table is not None
    told = desk.say(f"/why {table.rows[0][0]}")
    assert "above" in str(told)


def test_a_restart_takes_it_up_again_and_buys_nothing_twice(desk: Room) -> None:
    begun(desk)
    bar(desk, 60200)
    bought = held(desk)
    desk.restart()
    for symbol, price in (("BTC/USDT", 60200), ("ETH/USDT", 3000), ("SOL/USDT", 150)):
        desk.price(symbol, price)
    desk.price("NVDA", 120)
    desk.wait(1)

    assert held(desk) == bought
    bar(desk, 60300)
    assert held(desk) == bought
    bar(desk, 59800)
    assert held(desk) == 0


def test_a_halt_holds_it_back_and_it_says_so(desk: Room) -> None:
    begun(desk)
    desk.say("/halt")
    bar(desk, 60200)

    assert held(desk) == 0
    assert state(desk)["In its way"] == "trading is halted; a manager lifts it with /resume"


def test_a_stopped_strategy_places_nothing_more_and_leaves_what_it_holds(desk: Room) -> None:
    begun(desk)
    bar(desk, 60200)
    bought = held(desk)
    card = desk.say("/stop above")

    assert card.title == "Stopped: 1"
    assert "is still held; its stops stay." in card.text
    bar(desk, 59800)
    assert held(desk) == bought
    assert "“above” does not run" in desk.say("/stop above").text


def test_words_run_and_stop_it_too(desk: Room) -> None:
    desk.say("run sma-cross on btc 1h")
    assert desk.say("/yes").title == "sma-cross@1 trades BTC/USDT by itself"
    assert desk.say("stop sma-cross").title == "Stopped: 1"


def test_the_same_strategy_does_not_run_twice_on_one_instrument(desk: Room) -> None:
    begun(desk)

    card = desk.say("/run above BTC/USDT")
    assert card.title == "above@1 does not run on BTC/USDT"
    assert "runs on BTC/USDT already" in card.text


def test_a_version_that_ran_never_changes(desk: Room, tmp_path: Path) -> None:
    begun(desk)
    path = tmp_path / "above.yaml"
    path.write_text(ABOVE.replace("60100", "60150"), "utf-8")

    assert "kept as version 2" in desk.say(f"/import {path}").title


def test_real_money_is_behind_a_gate_that_says_what_is_missing(desk: Room) -> None:
    card = desk.say("/run above BTC/USDT mode=live")

    assert card.title == "above@1 may not trade BTC/USDT with real money"
    assert card.table is not None
    rows = {name: (state, found) for name, state, found in card.table.rows}
    assert rows["14 days of this version on paper, on this instrument"] == ("no", "0")
    assert rows["A manager asks for it"] == ("no", "trader")
    assert rows["No look-ahead, enough history (outcry check)"][0] == "yes"
    assert rows["A daily loss limit and an order limit"] == ("yes", "5,000 / 25,000")
    assert "An account with real money is needed" in card.text
    assert dict(card.fields)["Buys when"] == "close > 60100"
    assert desk.say("/yes").title == "Nothing is waiting for a yes."


def with_days(room: Room, days: int) -> None:
    """As if the one run had judged bars on so many days."""
    (run,) = room.run(room.app.stores.runs.of(AccountId("paper")))
    room.run(room.app.stores.runs.save(replace(run, days=days)))


def gate(room: Room, line: str = "/run above BTC/USDT mode=live") -> dict[str, tuple[str, str]]:
    table = room.say(line, who="olga").table
    assert table is not None
    return {name: (state, found) for name, state, found in table.rows}


def limited(room: Room) -> None:
    for line in ("/risk max_daily_loss 500", "/risk max_order_value 5000"):
        room.say(line, who="olga")
        room.say("/yes", who="olga")


def test_the_gate_counts_days_limits_and_roles(desk: Room) -> None:
    begun(desk)
    desk.say("/stop above")
    with_days(desk, 15)
    limited(desk)

    rows = gate(desk)
    assert rows["14 days of this version on paper, on this instrument"] == ("yes", "15")
    assert rows["A manager asks for it"] == ("yes", "owner")
    assert rows["A daily loss limit and an order limit"] == ("yes", "500 / 5,000")
    assert rows["An account with real money"] == ("no", "paper")


def test_days_with_other_numbers_are_no_evidence(desk: Room) -> None:
    begun(desk, "/run sma-cross BTC/USDT 1m 1000 fast=5")
    desk.say("/stop sma-cross")
    with_days(desk, 15)
    name = "14 days of this version on paper, on this instrument"

    assert gate(desk, "/run sma-cross BTC/USDT 1m fast=5 mode=live")[name] == ("yes", "15")
    assert gate(desk, "/run sma-cross BTC/USDT 1m mode=live")[name] == ("no", "0")


def test_days_count_where_bars_were_judged_and_nowhere_else(desk: Room) -> None:
    begun(desk)
    name = "14 days of this version on paper, on this instrument"
    assert gate(desk)[name] == ("no", "0")
    bar(desk, 60050)
    bar(desk, 60050)
    assert gate(desk)[name] == ("no", "1")

    desk.restart(after_seconds=20 * 86_400)
    for symbol, price in (("BTC/USDT", 60050), ("ETH/USDT", 3000), ("SOL/USDT", 150)):
        desk.price(symbol, price)
    desk.price("NVDA", 120)
    bar(desk, 60050)
    assert gate(desk)[name] == ("no", "2")
    assert gate(desk, "/run above ETH/USDT mode=live")[name] == ("no", "0")


def test_a_viewer_lets_nothing_loose(desk: Room) -> None:
    assert desk.say("/run above BTC/USDT", who="vic").title == "You may not do that here"


def test_it_speaks_french(desk: Room) -> None:
    desk.say("/language fr")
    asked = desk.say("lance sma-cross sur btc en 1h")

    assert asked.title.startswith("Laisser sma-cross@1 négocier BTC/USDT seule")
    assert desk.say("/yes").title == "sma-cross@1 négocie BTC/USDT seule"
    assert desk.say("arrête sma-cross").title.replace("\N{NO-BREAK SPACE}", " ") == "Arrêtées : 1"


# -- the gate, with an account that is live --------------------------------------------------


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Room]:
    """A desk with a paper account and one that says it is live; the paper venue fills both."""
    accounts = (*CONFIG.accounts, AccountSection(id="main"))
    room = Room(tmp_path / "home", CONFIG.model_copy(update={"accounts": accounts}))
    for symbol, price in (("BTC/USDT", 60_000), ("ETH/USDT", 3_000)):
        room.price(symbol, price)
    book = room.app.runtime.kernel.accounts[AccountId("main")]
    book.account = replace(book.account, is_paper=False)
    path = tmp_path / "above.yaml"
    path.write_text(ABOVE, "utf-8")
    room.say(f"/import {path}")
    yield room
    room.close()


LIVE = "/run above BTC/USDT 1m 1000 mode=live account=main"


def test_with_all_of_it_there_the_gate_asks_and_a_yes_begins(both: Room) -> None:
    begun(both)
    both.say("/stop above")
    with_days(both, 14)

    asked = both.say(LIVE, who="olga")
    assert asked.title == "Let above@1 trade BTC/USDT with real money?"
    assert asked.table is not None
    assert {row[1] for row in asked.table.rows} == {"yes"}
    assert dict(asked.fields)["Buys when"] == "close > 60100"
    assert "1,000.00" in dict(asked.fields)["At most at work"]
    assert asked.badge.startswith("LIVE")
    assert both.say("/yes", who="olga").title == "above@1 trades BTC/USDT by itself"

    (run,) = both.run(both.app.stores.runs.of(AccountId("main")))
    assert (run.account, run.person) == ("main", "terminal:olga")


def test_each_thing_that_is_missing_keeps_the_gate_shut(both: Room) -> None:
    begun(both)
    both.say("/stop above")
    with_days(both, 14)

    assert "Only a manager" in both.say(LIVE, who="ann").text
    both.say("/risk max_order_value 0", who="olga")
    both.say("/yes", who="olga")
    assert "max_order_value" in both.say(LIVE, who="olga").text
    both.say("/risk max_order_value 5000", who="olga")
    both.say("/yes", who="olga")
    assert "real money is needed" in both.say(LIVE.replace("main", "paper"), who="olga").text
    with_days(both, 13)
    assert "on 14 days" in both.say(LIVE, who="olga").text
    assert both.say("/yes", who="olga").title == "Nothing is waiting for a yes."


def test_what_goes_missing_before_the_yes_shuts_it_again(both: Room) -> None:
    begun(both)
    both.say("/stop above")
    with_days(both, 14)
    both.say(LIVE, who="olga")
    with_days(both, 3)

    card = both.say("/yes", who="olga")
    assert card.title == "above@1 may not trade BTC/USDT with real money"
    assert both.run(both.app.stores.runs.of(AccountId("main"))) == []


def test_without_saying_live_nothing_trades_with_real_money(both: Room) -> None:
    card = both.say("/run above BTC/USDT 1m 1000 account=main", who="olga")

    assert card.title == "above@1 does not run on BTC/USDT"
    assert "This account is live" in card.text
