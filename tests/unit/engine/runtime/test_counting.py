"""What metrics count, event by event."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import events as facts
from engine.domain.difference import Difference, DifferenceKind
from engine.domain.identifiers import AccountId, ClientOrderId, DifferenceId, PersonId, VenueOrderId
from engine.domain.money import Quantity
from engine.domain.order import Order, OrderTerms, OrderType, Side
from engine.runtime.counting import LATENCIES, Counts
from tests.standins.market import instrument

BTC = instrument("BTC/USDT")


def an_order(name: str) -> Order:
    terms = OrderTerms(BTC.symbol, Side.BUY, OrderType.MARKET, Quantity(Decimal(1)))
    return Order(ClientOrderId(name), AccountId("a"), terms, PersonId("p"), 0, 0)


def test_refusals_are_counted_by_their_rule() -> None:
    counts = Counts()

    counts.note(
        [facts.OrderDenied(an_order(n), r, (), 0) for n, r in (("1", "cash"), ("2", "halted"))]
    )
    counts.note([facts.OrderDenied(an_order("3"), "cash", (), 0)])

    assert counts.refused == {"cash": 2, "halted": 1}


def test_differences_are_counted_by_their_kind() -> None:
    counts, none = Counts(), Decimal(0)
    found = Difference(
        DifferenceId("d"), DifferenceKind.ORPHAN, AccountId("a"), BTC.symbol, none, none
    )

    counts.note([facts.DifferenceFound(found, 0)])

    assert counts.differences == {"orphan": 1}


@settings(deadline=None)
@given(st.lists(st.integers(-5_000, 120_000), max_size=30))
def test_each_answer_falls_into_the_bucket_of_its_time(waits: list[int]) -> None:
    counts = Counts()
    for number, wait in enumerate(waits):
        name = ClientOrderId(str(number))
        counts.note([facts.OrderSubmitted(name, 1_000)])
        accepted = facts.OrderAccepted(name, VenueOrderId("v"), 1_000 + wait)
        counts.note([accepted, accepted])

    seconds = [max(0, wait) / 1000 for wait in waits]
    assert sum(counts.latencies) == len(waits)
    for place, end in enumerate(LATENCIES):
        assert sum(counts.latencies[: place + 1]) == sum(each <= end for each in seconds)
