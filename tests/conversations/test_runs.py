"""Strategies that trade by themselves: confirmed once, capped, watched, stopped, taken up again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.card import Card
from engine.domain.identifiers import AccountId, PersonId
from tests.room import Room

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
    assert state(desk)["In its way"] == "refused: halted"


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
    rows = dict(card.table.rows)
    assert rows["14 days of this version on paper"] == "no (0)"
    assert rows["A manager asks for it"] == "no"
    assert rows["No look-ahead, enough history (outcry check)"] == "yes"
    assert "paper account only" in card.text
    assert desk.say("/yes").title == "Nothing is waiting for a yes."


def test_the_gate_counts_days_limits_and_roles(desk: Room) -> None:
    begun(desk)
    desk.say("/stop above")
    (run,) = desk.run(desk.app.stores.runs.of(AccountId("paper")))
    longer = replace(run, started_at=run.stopped_at - 15 * 86_400_000)
    desk.run(desk.app.stores.runs.save(longer))
    desk.say("/risk max_daily_loss 500", who="olga")
    desk.say("/yes", who="olga")
    desk.say("/risk max_order_value 5000", who="olga")
    desk.say("/yes", who="olga")

    card = desk.say("/run above BTC/USDT mode=live", who="olga")
    assert card.table is not None
    rows = dict(card.table.rows)
    assert rows["14 days of this version on paper"] == "yes (15)"
    assert rows["A manager asks for it"] == "yes"
    assert rows["A daily loss limit and an order limit"] == "yes"
    assert rows["An account with real money"] == "no"


def test_a_viewer_lets_nothing_loose(desk: Room) -> None:
    assert desk.say("/run above BTC/USDT", who="vic").title == "You may not do that here"


def test_it_speaks_french(desk: Room) -> None:
    desk.say("/language fr")
    asked = desk.say("lance sma-cross sur btc en 1h")

    assert asked.title.startswith("Laisser sma-cross@1 traiter BTC/USDT seule")
    assert desk.say("/yes").title == "sma-cross@1 traite BTC/USDT seule"
    assert desk.say("arrête sma-cross").title.replace("\N{NO-BREAK SPACE}", " ") == "Arrêtées : 1"
