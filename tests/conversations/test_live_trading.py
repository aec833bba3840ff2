"""From a fresh desk to an order that moves real money, and back, on an exchange's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.card import Tone
from bot.config import Config
from engine.domain.identifiers import AccountId, PersonId
from engine.domain.market import Tick
from engine.domain.order import OrderType
from tests.exchange_room import ExchangeRoom, configured
from tests.standins.exchange.listed import SPOT
from tests.standins.exchange.server import Answer


@pytest.fixture(params=["binance", "kraken"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ExchangeRoom]:
    made = ExchangeRoom(tmp_path / "home", request.param)
    yield made
    made.close()


def test_from_keys_to_a_live_position_and_flat_again(room: ExchangeRoom) -> None:
    room.priced()
    room.enroll()
    card = room.connect()
    assert card.title == "Account main"
    assert dict(card.fields)["Mode"] == "paper"

    live = room.go_live()
    assert live.title == "main is live"
    room.trades()
    assert dict(room.say("/accounts main", who="olga").fields)["Mode"] == "LIVE"

    asked = room.say("/buy BTC/USDT 1.5 stop_loss=95 account=main")
    assert asked.badge == "LIVE · main"
    assert asked.tone is Tone.ASK
    assert not room.core.orders
    room.say("/yes")
    stop = room.until(lambda: room.resting and room.resting[0])
    assert [(order.terms.side, order.terms.quantity) for order in room.core.closed()] == [
        ("buy", Decimal("1.5"))
    ]
    assert stop.terms.stop_price == 95
    filled = next(card for card in room.cards() if card.title.startswith("Bought"))
    assert filled.badge == "LIVE · main"

    room.restart()
    room.priced()
    room.trades()
    held = room.say("/positions account=main")
    assert held.badge == "LIVE · main"
    assert "1.5" in repr(held) or "1.4985" in repr(held)
    assert "BTC" not in repr(room.say("/positions account=paper").table)
    assert "LIVE" in dict(room.say("/status", who="olga").fields)["main"]

    room.say("/close BTC/USDT account=main")
    room.say("/yes")
    room.until(lambda: not room.resting)
    room.until(lambda: room.core.balances["BTC"] < Decimal("0.01"))
    room.until(lambda: room.kernel.accounts["main"].held("BTC/USDT") == room.core.balances["BTC"])
    assert len(room.core.orders) == 3
    room.run(room.app.runtime.reconciler.compare("main"))
    assert not room.kernel.differences


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ExchangeRoom]:
    made = ExchangeRoom(tmp_path / "home")
    yield made
    made.close()


def living(desk: ExchangeRoom) -> None:
    """Turn the account live."""
    desk.priced()
    desk.enroll()
    desk.connect()
    desk.go_live()
    desk.trades()


def test_no_path_leads_from_a_paper_account_to_the_exchange(desk: ExchangeRoom) -> None:
    desk.priced()
    assert desk.signed == []
    desk.enroll()
    desk.connect()
    probed = len(desk.signed)
    for account in ("paper", "main", "main-paper"):
        asked = desk.say(f"/buy BTC/USDT 0.5 stop_loss=95 account={account}")
        assert asked.badge.startswith("paper")
        desk.say("/yes")
    assert len(desk.signed) == probed

    desk.go_live()
    desk.trades()
    for account in ("paper", "main-paper"):
        assert desk.say(f"/close BTC/USDT account={account}").badge.startswith("paper")
        desk.say("/yes")
        assert desk.say(f"/buy BTC/USDT 0.5 account={account}").badge.startswith("paper")
        desk.say("/yes")
    assert desk.say("/buy BTC/USDT 0.5").badge.startswith("paper"), "the first is meant"
    desk.say("/yes")
    assert desk.ordered == []
    assert "main" not in {order.account for order in desk.kernel.orders.open.values()}


def test_what_was_asked_on_paper_stays_on_paper(desk: ExchangeRoom) -> None:
    desk.priced()
    desk.enroll()
    desk.connect()
    desk.say("/buy BTC/USDT 0.5 account=main")
    ticket = desk.cards()[-1].buttons[0].line
    desk.go_live()
    desk.trades()
    desk.say(ticket)

    assert desk.ordered == []
    assert "0.5" in repr(desk.say("/positions account=main-paper").table)


def test_an_exchange_that_is_away_stops_neither_the_desk_nor_paper(tmp_path: Path) -> None:
    room = ExchangeRoom(tmp_path / "home")
    living(room)
    room.say("/buy BTC/USDT 0.5 account=main")
    room.say("/yes")
    room.until(room.core.closed)
    room.leave()
    room.wire.is_gone = True
    room.run(room.wire.cut_streams())
    room.again()

    mode = dict(room.say("/accounts main", who="olga").fields)["Mode"]
    assert mode.startswith("LIVE, but no new risk")
    assert "0.5" in repr(room.say("/positions account=main")) or "0.4995" in repr(
        room.say("/positions account=main")
    )
    assert room.say("/balance account=paper").badge.startswith("paper")
    assert room.say("/buy BTC/USDT 0.5 account=main").tone is Tone.BAD

    room.wire.is_gone = False
    room.priced()
    room.trades()
    assert dict(room.say("/accounts main", who="olga").fields)["Mode"] == "LIVE"
    assert room.say("/buy BTC/USDT 0.5 account=main").tone is Tone.ASK
    room.close()


def test_a_key_that_stops_working_stops_new_risk_and_is_said(desk: ExchangeRoom) -> None:
    living(desk)
    answer = Answer({"code": -2015, "msg": "Invalid API-key, IP, or permissions."}, 401)
    desk.wire.route_first("GET", "/api/v3/(openOrders|account|order)", answer)
    desk.app.runtime.reconciler.soon()
    desk.until(lambda: desk.kernel.lines["main"])

    refused = desk.say("/buy BTC/USDT 0.5 account=main")
    assert refused.tone is Tone.BAD
    assert "refused the key" in refused.text
    assert "refused the key" in dict(desk.say("/status", who="olga").fields)["main"]
    assert desk.say("/buy BTC/USDT 0.5 account=paper").tone is Tone.ASK


def test_the_line_closes_when_nothing_rests(desk: ExchangeRoom) -> None:
    living(desk)
    desk.say("/buy BTC/USDT 1.5 stop_loss=95 account=main")
    desk.say("/yes")
    desk.until(lambda: desk.resting)

    refused = desk.say("/live main off", who="olga")
    assert refused.title == "main still has 1 open order"
    desk.say("/disconnect main", who="olga")
    desk.say("/yes", who="olga")
    assert "open order" in desk.code().title
    assert desk.say("/accounts", who="olga").table

    desk.say("/cancel all account=main")
    desk.say("/yes")
    desk.until(lambda: not desk.resting)
    card = desk.say("/live main off", who="olga")
    assert card.title == "main is paper"
    assert "stays there" in card.text
    desk.until(lambda: not desk.wire.is_followed)
    signed = len(desk.signed)
    asked = desk.say("/buy BTC/USDT 0.5 account=main")
    assert asked.badge == "paper · main"
    desk.say("/yes")
    assert len(desk.signed) == signed
    assert desk.core.balances["BTC"] > 1


def test_a_sale_that_comes_to_nothing_puts_the_stop_back(desk: ExchangeRoom) -> None:
    living(desk)
    desk.say("/buy BTC/USDT 1.5 stop_loss=95 account=main")
    desk.say("/yes")
    first = desk.until(lambda: desk.resting and desk.resting[0])
    desk.core.refused = {OrderType.MARKET}
    desk.say("/close BTC/USDT account=main")
    desk.say("/yes")
    desk.until(lambda: [o for o in desk.cards() if "refused" in o.title])
    stop = desk.until(lambda: desk.resting and desk.resting[0])

    assert stop.number != first.number
    assert stop.terms.quantity == first.terms.quantity
    assert desk.core.balances["BTC"] == Decimal("1.4985")


def test_part_of_a_position_is_sold_and_the_rest_stays_protected(desk: ExchangeRoom) -> None:
    living(desk)
    desk.say("/buy BTC/USDT 1.5 stop_loss=95 account=main")
    desk.say("/yes")
    desk.until(lambda: desk.resting)
    desk.say("/sell BTC/USDT 0.5 account=main")
    desk.say("/yes")
    desk.until(lambda: desk.core.balances["BTC"] < 1)
    stop = desk.until(lambda: desk.resting and desk.resting[0])

    assert stop.terms.quantity == Decimal("0.998")


def test_on_a_test_network_every_card_says_so(tmp_path: Path) -> None:
    config = configured("binance", test_network=True)
    room = ExchangeRoom(tmp_path / "home", config=config)
    room.priced()
    room.enroll()
    room.connect()
    assert "test network" in room.say("/live main", who="olga").title
    room.say("/yes", who="olga")
    room.code()
    room.trades()
    assert room.say("/buy BTC/USDT 0.5 account=main").badge == "TEST NETWORK · main"
    assert dict(room.say("/accounts main", who="olga").fields)["Mode"] == "TEST NETWORK"
    room.close()


def dated(timezone: str) -> Config:
    config = configured("bybit")
    desk = config.desk.model_copy(update={"timezone": timezone})
    return config.model_copy(update={"desk": desk})


def test_a_day_begins_with_what_filled_during_an_absence(tmp_path: Path) -> None:
    room = ExchangeRoom(tmp_path / "home", "bybit", dated("Etc/GMT+12"))
    living(room)
    room.say("/buy BTC/USDT 100 stop_loss=90 account=main")
    room.say("/yes")
    room.until(lambda: room.resting)
    yesterday = room.kernel.accounts["main"].day
    room.leave()
    room.core.tick(Tick(SPOT, *[Decimal(89)] * 3, Decimal(1_000), room.core.now()))
    assert not room.resting
    room._config = dated("Pacific/Kiritimati")
    room.wire.is_gone = True
    room.run(room.wire.cut_streams())
    room.again()
    assert dict(room.say("/balance account=main").fields)["Today"] == "–"
    room.wire.is_gone = False
    room.until(lambda: room.kernel.accounts["main"].day not in {"", yesterday})

    assert room.kernel.accounts["main"].held(SPOT) < 1
    assert room.kernel.accounts["main"].day_equity == room.kernel.valuation("main").equity
    room.close()


def test_a_ledger_of_the_test_network_is_never_continued_with_real_money(tmp_path: Path) -> None:
    room = ExchangeRoom(tmp_path / "home", config=configured("binance", test_network=True))
    living(room)
    room.leave()
    room._config = configured("binance")
    room.again()

    mode = dict(room.say("/accounts main", who="olga").fields)["Mode"]
    room.priced()
    assert "new id" in mode
    assert room.say("/buy BTC/USDT 0.5 account=main").badge.startswith("paper")
    room.close()


def test_in_french_from_the_first_live_order_to_flat(desk: ExchangeRoom) -> None:
    for who in ("olga", "ann"):
        desk.say("/language fr", who=who)
    living(desk)
    assert dict(desk.say("/accounts main", who="olga").fields)["Mode"] == "RÉEL"
    asked = desk.say("/buy BTC/USDT 1,5 stop_loss=95 account=main")
    assert asked.badge == "RÉEL · main"
    desk.say("/yes")
    desk.until(lambda: desk.resting)
    assert desk.say("/close BTC/USDT account=main").badge == "RÉEL · main"
    desk.say("/yes")
    desk.until(lambda: desk.core.balances["BTC"] < Decimal("0.01"))
    refused = desk.say("/live main off", who="olga")
    assert refused.title == "main est fictif"


def test_what_was_on_the_account_before_is_in_its_books(desk: ExchangeRoom) -> None:
    desk.core.balances = {"USDT": Decimal(1_000), "BTC": Decimal("0.5"), "XRP": Decimal(7)}
    living(desk)
    desk.run(desk.app.runtime.reconciler.compare("main"))
    assert not desk.kernel.differences
    book = desk.kernel.accounts["main"]
    assert (book.cash["USDT"], book.cash["XRP"]) == (1_000, 7)
    assert desk.kernel.valuation("main").equity == 1_050
    assert not [card for card in desk.cards("olga") if card.title.startswith("Bought")]

    assert desk.say("/buy BTC/USDT 1 account=main").tone is Tone.ASK
    assert "0.5" in repr(desk.say("/positions account=main"))
    desk.say("/close BTC/USDT account=main")
    desk.say(desk.cards()[-1].buttons[0].line)
    desk.until(lambda: desk.core.balances["BTC"] == 0)
    desk.until(lambda: book.held("BTC/USDT") == 0)
    desk.restart()
    desk.trades()
    assert desk.kernel.accounts["main"].cash["USDT"] == desk.core.balances["USDT"]


def test_an_exchange_that_was_never_reached_is_named_until_it_is(tmp_path: Path) -> None:
    config = configured("binance", symbols=["BTC/USDT", "BTC/USDT:USDT"])
    room = ExchangeRoom(tmp_path / "home", config=config, is_gone=True)
    assert room.say("/buy BTC/USDT 0.5").title == "BTC/USDT has no prices on this desk"
    assert room.say("/status", who="olga").fields
    room.wire.is_gone = False
    room.priced()
    assert room.say("/buy BTC/USDT 0.5").tone is Tone.ASK
    room.say("/yes")
    assert "0.5" in repr(room.say("/positions").table)
    assert room.app.runtime.markets.missing == {"BTC/USDT:USDT": "perpetual"}
    room.close()


def test_a_stop_rests_and_the_desk_watches_the_target(desk: ExchangeRoom) -> None:
    living(desk)
    card = desk.say("/buy BTC/USDT 1 stop_loss=95 take_profit=120 account=main")
    assert "The stop rests at the exchange. The targets are watched here" in card.text
    desk.say("/yes")
    desk.until(lambda: len(desk.resting) == 1)
    assert desk.core.balances["BTC"] > Decimal("0.9")

    desk.price_is("121")

    desk.until(lambda: desk.core.balances["BTC"] < Decimal("0.01"))
    desk.until(lambda: not desk.resting)
    assert len(desk.core.orders) == 3
    desk.until(lambda: desk.kernel.accounts["main"].held("BTC/USDT") < Decimal("0.01"))


def test_exits_that_the_exchange_could_not_hold_are_refused_before(desk: ExchangeRoom) -> None:
    living(desk)
    small = desk.say("/buy BTC/USDT 0.05 stop_loss=95 account=main")
    least = desk.say("/buy BTC/USDT 0.0101 stop_loss=95 account=main")
    one = desk.say("/buy BTC/USDT 1 take_profit=120 account=main")

    assert small.tone is Tone.ASK
    assert least.tone is not Tone.ASK
    assert one.tone is Tone.ASK
    assert desk.ordered == []


def test_a_stop_apart_protects_and_closes_the_position(tmp_path: Path) -> None:
    room = ExchangeRoom(tmp_path / "home", "okx")
    room.priced()
    room.enroll()
    room.connect(passphrase=True)
    room.go_live()
    room.trades()
    room.say("/buy BTC/USDT 1.5 stop_loss=95 account=main")
    room.say("/yes")
    stop = room.until(lambda: room.resting and room.resting[0])
    assert (stop.terms.stop_price, stop.terms.quantity) == (95, Decimal("1.498"))
    room.restart()
    room.priced()
    room.trades()
    assert not room.kernel.differences

    room.price_is("94")

    room.until(lambda: room.core.balances["BTC"] < Decimal("0.001"))
    room.until(lambda: room.kernel.accounts["main"].held(SPOT) == room.core.balances["BTC"])
    room.run(room.app.runtime.reconciler.compare("main"))
    assert not room.kernel.differences
    assert not room.kernel.accounts["main"].orders
    room.until(lambda: "Stop loss hit: closed 1.498 BTC/USDT" in [c.title for c in room.cards()])
    room.close()


def test_money_that_comes_and_goes_at_the_exchange_is_no_profit(desk: ExchangeRoom) -> None:
    main = AccountId("main")
    living(desk)
    desk.say("/buy BTC/USDT 1.5 account=main")
    desk.say("/yes")
    desk.until(lambda: desk.kernel.accounts["main"].held("BTC/USDT"))
    book = desk.kernel.accounts["main"]
    # A withdrawal bears the second in which it was asked for.
    desk.until(lambda: desk.core.now() // 1000 > book.opened_at // 1000)
    desk.core.move_cash("deposit", "USDT", "5000")
    desk.core.move_cash("withdrawal", "USDT", "-1000", "2.5")
    desk.core.move_cash("deposit", "BTC", "0.5")
    desk.run(desk.app.runtime.reconciler.compare("main"))

    assert not desk.kernel.differences
    assert book.held("BTC/USDT") == desk.core.balances["BTC"] == Decimal("1.9985")
    assert book.cash["USDT"] == desk.core.balances["USDT"]

    seen = desk.run(desk.app.door.open(PersonId("terminal:ann"), main).performance.over(0, 2**45))
    assert seen.flows == 5000 - 1000 + 50
    assert seen.funding == Decimal("-2.5")
    # A fee taken in kind is in the cost of what was bought.
    assert seen.fees_in_cost
    assert seen.currency_effect == 0
    told = desk.say("/report performance account=main")
    assert "Change of equity" in dict(told.fields)
    assert "in the cost" in dict(told.fields)["Fees"]
    desk.run(desk.app.runtime.cash.look("main"))
    assert book.cash["USDT"] == desk.core.balances["USDT"]


def test_a_sale_at_a_price_says_that_the_stop_has_its_coins_and_what_to_do(
    desk: ExchangeRoom,
) -> None:
    living(desk)
    desk.say("/buy BTC/USDT 1.5 stop_loss=95 account=main")
    desk.say("/yes")
    stop = desk.until(lambda: desk.resting and desk.resting[0])
    sent = len(desk.ordered)
    name = stop.client_id[:6]

    refused = desk.say("/sell BTC/USDT 1.498 110 account=main")
    assert refused.tone is Tone.BAD
    assert f"stop {name}" in refused.text
    assert "1.498 BTC aside" in refused.text
    assert "at market" in refused.hint
    assert f"/cancel {name}" in refused.hint
    assert len(desk.ordered) == sent
    assert [each.number for each in desk.resting] == [stop.number]

    desk.say(f"/cancel {name} account=main")
    desk.say("/yes")
    desk.until(lambda: not desk.resting)
    assert desk.say("/sell BTC/USDT 1.498 110 account=main").tone is Tone.ASK
    desk.say("/yes")
    resting = desk.until(lambda: desk.resting and desk.resting[0])
    assert (resting.terms.quantity, resting.terms.price) == (Decimal("1.498"), 110)


def test_a_refusal_of_the_exchange_is_said_in_french_with_its_own_words(
    desk: ExchangeRoom,
) -> None:
    desk.say("/language fr")
    living(desk)
    desk.say("/buy BTC/USDT 1,5 account=main")
    desk.core.balances["USDT"] = Decimal(1)
    desk.say("/yes")

    card = desk.until(lambda: [each for each in desk.cards() if "refusé votre ordre" in each.title])
    assert "il n’y a pas assez sur le compte chez la plateforme" in card[-1].text
    assert "Account has insufficient balance for requested action" in card[-1].text
    assert "{" not in card[-1].text


def test_a_preview_reckons_with_what_the_account_pays_at_its_exchange(room: ExchangeRoom) -> None:
    room.core.rates = Decimal("0.00075"), Decimal("0.00025")
    living(room)
    room.say("/buy BTC/USDT 10 account=main")
    main = AccountId("main")
    room.until(lambda: room.app.runtime.fees(main, SPOT).taker == Decimal("0.00075"))

    taken = dict(room.say("/buy BTC/USDT 10 account=main").fields)["Fee"]
    assert taken == "about 0.75\N{NO-BREAK SPACE}USDT, 0.075% at this exchange"
    rests = dict(room.say("/buy BTC/USDT 10 90 account=main").fields)["Fee"]
    assert rests.endswith("USDT, 0.025% at this exchange")
    room.say(room.cards()[-1].buttons[-1].line)
    on_paper = dict(room.say("/buy BTC/USDT 0.5 account=paper").fields)["Fee"]
    assert "exchange" not in on_paper
