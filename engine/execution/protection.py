"""Stops and targets that follow what an entry filled.

An order with a stop loss or a take profit is the parent of up to two children. They come into
being with its first fill, are resized with each further fill and exit, and are swept when
nothing is left to protect. The stop and the target share one quantity: what one of them fills,
the other no longer covers. Where a position was reduced by hand, the oldest entries are taken to
have been closed first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import Event, OrderCancelRequested, OrderInitialized
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, PersonId, Symbol
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Purpose
from engine.domain.values import changed
from engine.execution.naming import client_order_id

THE_DESK = PersonId("desk")
"""Who acts where no person did: the rules that a person confirmed."""

MOVABLE = (OrderState.ACCEPTED, OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED)


@dataclass(slots=True)
class _Bracket:
    parent: Order
    children: dict[Purpose, Order] = field(default_factory=dict)
    asked: dict[ClientOrderId, Quantity] = field(default_factory=dict)

    @property
    def uncovered(self) -> Decimal:
        """What the parent filled and no child has closed."""
        return self.parent.filled - sum((c.filled for c in self.children.values()), ZERO)

    @property
    def is_over(self) -> bool:
        children_closed = not any(child.is_open for child in self.children.values())
        nothing_left = self.uncovered <= ZERO or bool(self.children)
        return not self.parent.is_open and children_closed and nothing_left


class Brackets:
    """Every entry that has protection, with its children."""

    def __init__(self) -> None:
        self._by_parent: dict[ClientOrderId, _Bracket] = {}
        self._by_position: dict[tuple[AccountId, Symbol], dict[ClientOrderId, _Bracket]] = {}

    def follow(self, order: Order) -> None:
        """Take note of how an order stands now."""
        if order.parent is not None:
            bracket = self._by_parent.get(order.parent)
            if bracket is not None:
                bracket.children[order.purpose] = order
                bracket.asked.pop(order.client_order_id, None)
        elif order.stop_loss is not None or order.take_profit is not None:
            bracket = self._by_parent.get(order.client_order_id)
            if bracket is None:
                bracket = self._by_parent[order.client_order_id] = _Bracket(order)
                place = order.account, order.terms.symbol
                self._by_position.setdefault(place, {})[order.client_order_id] = bracket
            bracket.parent = order

    def adjust(
        self, account: AccountId, symbol: Symbol, held: Decimal, at: int
    ) -> tuple[list[Event], list[VenueCommand]]:
        """What must change so that the children cover `held` base units, and no more."""
        events: list[Event] = []
        commands: list[VenueCommand] = []
        brackets = self._by_position.get((account, symbol))
        if not brackets:
            return events, commands
        left = abs(held)
        for bracket in reversed(tuple(brackets.values())):
            covered = Quantity(max(ZERO, min(bracket.uncovered, left)))
            left -= covered
            for event, command in _steps(bracket, covered, at):
                events.extend(event)
                commands.append(command)
            if bracket.is_over:
                del self._by_parent[bracket.parent.client_order_id]
                del brackets[bracket.parent.client_order_id]
        return events, commands


def _steps(
    bracket: _Bracket, covered: Quantity, at: int
) -> Iterator[tuple[tuple[Event, ...], VenueCommand]]:
    for purpose, level in _levels(bracket.parent):
        child = bracket.children.get(purpose)
        if child is None:
            if covered:
                born = _child(bracket.parent, purpose, level, covered, at)
                yield (OrderInitialized(born, (), at),), SubmitOrder(born)
        elif child.state not in MOVABLE:
            continue
        elif not covered:
            requested = OrderCancelRequested(child.client_order_id, THE_DESK, at)
            yield (
                (requested,),
                CancelOrder(child.account, child.client_order_id, child.venue_order_id),
            )
        elif covered not in (child.remaining, bracket.asked.get(child.client_order_id)):
            bracket.asked[child.client_order_id] = covered
            terms = changed(child.terms, quantity=Quantity(child.filled + covered))
            yield (
                (),
                ModifyOrder(child.account, child.client_order_id, child.venue_order_id, terms),
            )


def _levels(parent: Order) -> list[tuple[Purpose, Price]]:
    pairs = (Purpose.STOP_LOSS, parent.stop_loss), (Purpose.TAKE_PROFIT, parent.take_profit)
    return [(purpose, level) for purpose, level in pairs if level is not None]


def _child(parent: Order, purpose: Purpose, level: Price, quantity: Quantity, at: int) -> Order:
    is_stop = purpose is Purpose.STOP_LOSS
    return Order(
        client_order_id=client_order_id(IntentKey(parent.client_order_id), purpose.value),
        account=parent.account,
        terms=OrderTerms(
            symbol=parent.terms.symbol,
            side=parent.terms.side.opposite,
            type=OrderType.STOP if is_stop else OrderType.LIMIT,
            quantity=quantity,
            price=None if is_stop else level,
            stop_price=level if is_stop else None,
            reduce_only=True,
        ),
        placed_by=parent.placed_by,
        placed_at=at,
        # Protection never grows too old to send: a late stop is better than none.
        expires_to_send_at=0,
        purpose=purpose,
        parent=parent.client_order_id,
        updated_at=at,
    )
