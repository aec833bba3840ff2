"""Stops and targets that follow what an entry filled.

An order with a stop loss or a take profit is the parent of up to two children. They come into
being with its first fill, are resized with each further fill and exit, and are swept when
nothing is left to protect. The stop and the target share one quantity: what one of them fills,
the other no longer covers. Where a position was reduced by hand, the oldest entries are taken to
have been closed first. A child that ends while there is something to protect, refused or lost,
has a successor, unless a person took it away.
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
_UNINVITED = (OrderState.REJECTED, OrderState.DENIED, OrderState.EXPIRED)


_FIRST_PAUSE_MS, _LONGEST_PAUSE_MS = 500, 8_000
"""Between a child that the venue would not have and its successor."""


@dataclass(slots=True)
class _Bracket:
    parent: Order
    children: dict[ClientOrderId, Order] = field(default_factory=dict)
    current: dict[Purpose, Order] = field(default_factory=dict)
    failed: dict[Purpose, int] = field(default_factory=dict)
    waived: set[Purpose] = field(default_factory=set)
    asked: dict[ClientOrderId, Quantity] = field(default_factory=dict)

    @property
    def uncovered(self) -> Decimal:
        """What the parent filled and no child has closed."""
        return self.parent.filled - sum((c.filled for c in self.children.values()), ZERO)

    @property
    def is_closed(self) -> bool:
        """Whether neither the parent nor a child can fill any more."""
        return not self.parent.is_open and not any(c.is_open for c in self.current.values())

    def follow(self, child: Order) -> None:
        self.children[child.client_order_id] = child
        self.current[child.purpose] = child
        self.asked.pop(child.client_order_id, None)
        if child.state in _UNINVITED and not child.filled:
            self.failed[child.purpose] = self.failed.get(child.purpose, 0) + 1
        elif child.state in MOVABLE:
            self.failed.pop(child.purpose, None)

    def may_follow(self, ended: Order, at: int) -> bool:
        """Whether it is time for a successor; after a refusal, a pause that grows."""
        failed = self.failed.get(ended.purpose, 0)
        pause = min(_FIRST_PAUSE_MS << min(failed, 8), _LONGEST_PAUSE_MS) if failed else 0
        # The two times may be of different clocks, of which one may have been set.
        return abs(at - ended.updated_at) >= pause

    def waits(self, at: int) -> bool:
        """Whether a successor is wanted whose time has not come."""
        return any(
            not child.is_open and purpose not in self.waived and not self.may_follow(child, at)
            for purpose, child in self.current.items()
        )


class Brackets:
    """Every entry that has protection, with its children."""

    def __init__(self) -> None:
        self._by_parent: dict[ClientOrderId, _Bracket] = {}
        self._by_position: dict[tuple[AccountId, Symbol], dict[ClientOrderId, _Bracket]] = {}
        self.wanting: dict[Symbol, set[AccountId]] = {}
        """Where a child has ended and its successor may be due."""

    def follow(self, order: Order) -> None:
        """Take note of how an order stands now."""
        if order.parent is not None:
            bracket = self._by_parent.get(order.parent)
            if bracket is not None:
                bracket.follow(order)
                if not order.is_open:
                    self.wanting.setdefault(order.terms.symbol, set()).add(order.account)
        elif order.stop_loss is not None or order.take_profit is not None:
            bracket = self._by_parent.get(order.client_order_id)
            if bracket is None:
                bracket = self._by_parent[order.client_order_id] = _Bracket(order)
                place = order.account, order.terms.symbol
                self._by_position.setdefault(place, {})[order.client_order_id] = bracket
            bracket.parent = order

    def waive(self, child: Order) -> None:
        """A person takes this protection away."""
        bracket = self._by_parent.get(child.parent) if child.parent is not None else None
        if bracket is not None:
            bracket.waived.add(child.purpose)

    def adjust(
        self, account: AccountId, symbol: Symbol, held: Decimal, at: int
    ) -> tuple[list[Event], list[VenueCommand]]:
        """What must change so that the children cover `held` base units, and no more."""
        events: list[Event] = []
        commands: list[VenueCommand] = []
        brackets = self._by_position.get((account, symbol))
        if not brackets:
            self._wants_nothing(account, symbol)
            return events, commands
        left = abs(held)
        is_waiting = False
        for bracket in reversed(tuple(brackets.values())):
            covered = Quantity(max(ZERO, min(bracket.uncovered, left)))
            left -= covered
            for event, command in _steps(bracket, covered, at):
                events.extend(event)
                commands.append(command)
            if bracket.is_closed and not covered:
                del self._by_parent[bracket.parent.client_order_id]
                del brackets[bracket.parent.client_order_id]
            is_waiting = is_waiting or (covered > ZERO and bracket.waits(at))
        if not is_waiting:
            self._wants_nothing(account, symbol)
        return events, commands

    def _wants_nothing(self, account: AccountId, symbol: Symbol) -> None:
        accounts = self.wanting.get(symbol)
        if accounts is not None:
            accounts.discard(account)
            if not accounts:
                del self.wanting[symbol]


def _steps(
    bracket: _Bracket, covered: Quantity, at: int
) -> Iterator[tuple[tuple[Event, ...], VenueCommand]]:
    for purpose, level in _levels(bracket.parent):
        child = bracket.current.get(purpose)
        if child is None or not child.is_open:
            if covered and _is_due(bracket, purpose, child, at):
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


def _is_due(bracket: _Bracket, purpose: Purpose, ended: Order | None, at: int) -> bool:
    if purpose in bracket.waived:
        return False
    return ended is None or bracket.may_follow(ended, at)


def _levels(parent: Order) -> list[tuple[Purpose, Price]]:
    pairs = (Purpose.STOP_LOSS, parent.stop_loss), (Purpose.TAKE_PROFIT, parent.take_profit)
    return [(purpose, level) for purpose, level in pairs if level is not None]


def _child(parent: Order, purpose: Purpose, level: Price, quantity: Quantity, at: int) -> Order:
    is_stop = purpose is Purpose.STOP_LOSS
    return Order(
        # The moment tells it from one that went before it.
        client_order_id=client_order_id(IntentKey(parent.client_order_id), f"{purpose.value}:{at}"),
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
