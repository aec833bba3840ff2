"""A halt that closes everything goes on until nothing is left, over restarts and refusals."""

from __future__ import annotations

from decimal import Decimal

from small_desk import BTC, ETH, MINE, OLGA, PAPER, SmallDesk

from engine.domain import events as facts
from engine.domain.commands import CancelOrder
from engine.domain.identifiers import THE_DESK, AccountId, IntentKey
from engine.domain.limits import OnBreach
from engine.domain.order import Order, OrderState, Purpose, Side
from engine.domain.requests import HaltTrading, NoteLine, ResumeTrading, SendOrder
from engine.kernel import Step

BUY, SELL = Side.BUY, Side.SELL


def halt(desk: SmallDesk, *, flatten: bool = True, account: AccountId | None = None) -> Step:
    key = IntentKey(f"halt-{desk.now}")
    return desk.take(HaltTrading(key, OLGA, "Olga", flatten, desk.now, account=account))


def closing(desk: SmallDesk) -> list[Order]:
    return [order for order in desk.open() if order.purpose is Purpose.FLATTEN]


def told(step: Step) -> list[facts.FlattenChecked]:
    return [event for event in step.events if isinstance(event, facts.FlattenChecked)]


def halted_with_an_entry() -> tuple[SmallDesk, Order]:
    """A position is being closed while an entry rests whose end the venue has not told."""
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.place(BUY, BTC, "0.05", 59_000)
    (entry,) = desk.open()
    desk.accept(entry.client_order_id)
    halt(desk)
    return desk, entry


def test_it_is_verified_when_the_last_closing_order_has_filled() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.trade(BUY, ETH, "2", 3_000)

    assert told(halt(desk)) == []
    first, second = closing(desk)
    assert told(desk.fill(first, (first.terms.symbol == BTC and 60_000) or 3_000)) == []
    last = desk.fill(second, 3_000)

    assert told(last) == [facts.FlattenChecked(PAPER, (), desk.now)]
    assert (desk.held(BTC), desk.held(ETH)) == (0, 0)


def test_an_entry_that_fills_after_the_halt_is_closed_as_well() -> None:
    desk, entry = halted_with_an_entry()
    desk.fill(closing(desk)[0], 60_000)

    late = desk.take(
        facts.OrderFilled(
            entry.client_order_id,
            facts.TradeId("late"),
            entry.terms.quantity,
            entry.terms.price,
            Decimal(0),
            "USDT",
            desk.now,
        )
    )

    assert told(late) == []
    (again,) = closing(desk)
    assert again.terms.quantity == Decimal("0.05")
    assert told(desk.fill(again, 59_000)) == [facts.FlattenChecked(PAPER, (), desk.now)]


def test_who_halts_once_more_names_no_order_twice() -> None:
    desk, entry = halted_with_an_entry()
    (first,) = closing(desk)
    desk.fill(first, 60_000)
    desk.fill(entry, 59_000)

    halt(desk)
    desk.watch()

    begun = [e.order for e in desk.journal if isinstance(e, facts.OrderInitialized)]
    assert len({order.client_order_id for order in begun}) == len(begun) == 4
    (second,) = closing(desk)
    assert told(desk.fill(second, 59_000)) == [facts.FlattenChecked(PAPER, (), desk.now)]


def test_a_loss_halt_while_all_is_closed_names_no_order_twice() -> None:
    desk, entry = halted_with_an_entry()
    (first,) = closing(desk)
    desk.fill(first, 60_000)

    lost = (("rule", "max_daily_loss"), ("day", "today"))
    key = IntentKey("halt:paper:max_daily_loss:1")
    desk.take(
        HaltTrading(
            key, THE_DESK, "loss", True, desk.now,
            cause=facts.HaltCause.LOSS_LIMIT, facts=lost, account=PAPER,
        )
    )  # fmt: skip
    desk.fill(entry, 59_000)
    desk.watch()

    (second,) = closing(desk)
    assert second.client_order_id != first.client_order_id
    assert told(desk.fill(second, 59_000)) == [facts.FlattenChecked(PAPER, (), desk.now)]


def test_after_a_restart_nothing_is_closed_before_the_venue_was_asked() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    desk.place(BUY, ETH, "2", 3_000)
    halt(desk)
    desk.take(facts.OrderRejected(closing(desk)[0].client_order_id, "no", desk.now))

    desk.restarted()
    desk.silence(3)
    desk.watch()
    assert closing(desk) == []

    desk.take(NoteLine(PAPER, ""))
    desk.watch()
    assert len(closing(desk)) == 1


def test_it_goes_on_where_it_was_after_a_restart() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    halt(desk)
    before = closing(desk)

    desk.restarted()
    assert closing(desk) == before
    assert desk.watch().events == ()
    desk.take(facts.OrderRejected(before[0].client_order_id, "no", desk.now))
    desk.restarted()
    desk.take(NoteLine(PAPER, ""))
    desk.silence(3)
    desk.watch()

    (after,) = closing(desk)
    assert after.client_order_id != before[0].client_order_id
    assert told(desk.fill(after, 60_000))


def test_what_waits_for_its_venue_is_not_closed_any_more_once_all_is_lifted() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    halt(desk)
    (order,) = closing(desk)
    desk.take(SendOrder(order.client_order_id, desk.now))

    step = desk.take(ResumeTrading(OLGA, desk.now))
    assert step.commands == (CancelOrder.of(desk.open()[0]),)
    assert desk.open()[0].canceled_by == OLGA


def test_a_clock_that_is_set_back_does_not_stop_the_closing() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    halt(desk)
    desk.take(facts.OrderRejected(closing(desk)[0].client_order_id, "no", desk.now))

    desk.wait(-3600)
    desk.watch()
    assert len(closing(desk)) == 1


def test_what_will_not_go_is_said_once_and_tried_more_and_more_rarely() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    halt(desk)
    tries, said = 1, 0
    for _ in range(180):
        for order in closing(desk):
            said += len(told(desk.take(facts.OrderRejected(order.client_order_id, "no", desk.now))))
        desk.silence(1)
        step = desk.watch()
        said += len(told(step))
        tries += len(closing(desk))

    assert said == len([e for e in desk.journal if isinstance(e, facts.FlattenChecked)])
    assert 5 <= tries <= 9
    assert next(e.left for e in desk.journal if isinstance(e, facts.FlattenChecked)) == (
        (BTC, Decimal("0.1")),
    )


def test_a_cancel_that_the_venue_refused_is_asked_for_again() -> None:
    desk = SmallDesk()
    desk.place(BUY, BTC, "0.05", 59_000)
    (entry,) = desk.open()
    desk.accept(entry.client_order_id)
    assert len(halt(desk, flatten=False).commands) == 1
    desk.take(facts.OrderCancelRejected(entry.client_order_id, "busy", desk.now))
    assert desk.watch().commands == ()

    desk.silence(31)
    assert len(desk.watch().commands) == 1


def test_halting_again_does_not_stop_the_closing() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    halt(desk)
    halt(desk, flatten=False)

    assert len(closing(desk)) == 1
    assert desk.kernel.kill_switch.is_flattening


def test_a_halt_of_one_account_is_lifted_by_a_person_only() -> None:
    desk = SmallDesk()
    desk.set("max_daily_loss", 1_000, MINE, on_breach=OnBreach.FLATTEN)
    desk.trade(BUY, BTC, "0.5", 60_000)
    desk.price(BTC, 57_000)
    stopped = desk.watch()

    (event,) = [e for e in stopped.events if isinstance(e, facts.TradingHalted)]
    assert (event.account, event.cause, event.flatten) == (PAPER, "loss_limit", True)
    desk.fill(closing(desk)[0], 57_000)
    desk.restarted()
    assert desk.kernel.kill_switch.in_force(PAPER) == event

    desk.take(ResumeTrading(OLGA, desk.now))
    assert desk.kernel.kill_switch.halts == ()
    assert desk.watch().events == ()


def test_dust_that_no_order_can_close_is_named() -> None:
    desk = SmallDesk()
    desk.trade(BUY, BTC, "0.1", 60_000)
    halt(desk)
    (order,) = closing(desk)
    desk.accept(order.client_order_id)
    desk.fill(order, 60_000, Decimal("0.09995"))
    step = desk.take(facts.OrderCanceled(order.client_order_id, "venue", desk.now))

    assert desk.kernel.orders.get(order.client_order_id).state is OrderState.CANCELED
    assert [event.left for event in told(step)] == [((BTC, Decimal("0.00005")),)]
