"""A loss limit that is reached halts, or closes what is held, and a loss that is none does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from small_desk import BTC, ETH, MINE, MINUTE, OLGA, PAPER, SECOND, SOL, SmallDesk

from engine.domain import events as facts
from engine.domain.account import CashEntry, CashReason
from engine.domain.identifiers import EntryId, IntentKey, Symbol
from engine.domain.limits import OnBreach
from engine.domain.money import Currency
from engine.domain.order import Side
from engine.domain.requests import BookCash, HaltTrading, NoteLine, OpenDay, ResumeTrading
from engine.risk.gate import RULES
from tests.standins.market import LISTED, instrument

BUY, SELL = Side.BUY, Side.SELL


def halted_by(desk: SmallDesk) -> list[bool]:
    """Looks after the account until nothing comes of it: of each halt, whether it closes."""
    found = []
    while True:
        halts = [e for e in desk.watch().events if isinstance(e, facts.TradingHalted)]
        if not halts:
            return found
        found += [halt.flatten for halt in halts]


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


def opened(desk: SmallDesk, day: str) -> list[Decimal]:
    """What the day is measured from, where it has begun."""
    step = desk.take(OpenDay(day, desk.now))
    return [event.equity for event in step.events if isinstance(event, facts.DayOpened)]


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


def flow(desk: SmallDesk, amount: int, currency: str = "USDT") -> CashEntry:
    """Money put in, or taken out where it is below zero, just now."""
    reason = CashReason.DEPOSIT if amount > 0 else CashReason.WITHDRAWAL
    name = EntryId(f"cash{len(desk.journal)}")
    return CashEntry(name, PAPER, reason, Currency(currency), Decimal(amount), desk.now)


def told(desk: SmallDesk, entry: CashEntry) -> list[facts.CashMoved]:
    """What is booked of it once the venue tells of it."""
    events = desk.take(BookCash(PAPER, (entry,), desk.now)).events
    return [event for event in events if isinstance(event, facts.CashMoved)]


def moved(desk: SmallDesk, amount: int) -> None:
    assert told(desk, flow(desk, amount))


def lost(desk: SmallDesk) -> None:
    """A thousand is lost in a trade that is over, and the account was looked after since."""
    desk.trade(BUY, BTC, "1", 60_000)
    desk.trade(SELL, BTC, "1", 59_000)
    assert halted_by(desk) == []


def charged(desk: SmallDesk) -> None:
    entry = CashEntry(
        EntryId("fee"), PAPER, CashReason.CHARGE, Currency("USDT"), Decimal(-600), desk.now
    )
    desk.take(BookCash(PAPER, (entry,), desk.now))


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
    charged(desk)
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
