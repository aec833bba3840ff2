"""Stops and targets that follow what an entry filled, and the watch over them.

An entry with a stop loss or take profits is the parent of one child for each. They come into being
with its first fill, are resized with each further fill and exit, and are swept when nothing is
left to protect. All of them share one quantity: what one fills, the others no longer cover.

Where what rests sets coins aside, no two children can rest for the same ones. There the stop rests,
the desk watches the targets, and one whose price is there takes the market once the stop has made
room for it.

A child that the venue refuses or loses is placed again, a few times, ever later; where no stop can
be had, what it should protect is closed at market. A child that a person took away stays away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.commands import CancelOrder, ModifyOrder, SubmitOrder, VenueCommand
from engine.domain.events import (
    Event,
    OrderCanceled,
    OrderCancelRequested,
    OrderInitialized,
    OrderReplaced,
    ProtectionDiffers,
    ProtectionEnded,
    ProtectionRestored,
    Remedy,
)
from engine.domain.identifiers import THE_DESK, AccountId, ClientOrderId, Symbol
from engine.domain.money import NO_QUANTITY, ZERO, Quantity, round_down
from engine.domain.order import Order, OrderState, Purpose, Side
from engine.domain.values import changed
from engine.execution.attribution import Attribution, Move
from engine.execution.legs import MOVABLE, Leg, born, shares, takes_the_market
from engine.execution.orders import Orders

GRACE_MS = 10_000
"""How long the venue may take before protection that is under way counts as missing."""

Place = tuple[AccountId, Symbol]
_Part = tuple[tuple[Event, ...], tuple[VenueCommand, ...]]


@dataclass(frozen=True, slots=True)
class Watch:
    """Of a holding whose coins are set aside: what sales need of them and what rests by hand, in
    base units, and the price at which it could be closed now, None where it is not known.
    """

    spoken_for: Decimal
    set_aside: Decimal
    price: Decimal | None

    def has_reached(self, parent: Order, number: int) -> bool:
        """Whether a target's price is there."""
        if self.price is None:
            return False
        level = parent.targets[number].price
        return self.price >= level if parent.terms.side is Side.BUY else self.price <= level


@dataclass(slots=True)
class _Bracket:
    parent: Order
    legs: dict[tuple[Purpose, int], Leg] = field(default_factory=dict)
    alarm: ProtectionDiffers | None = None
    differs_since: int | None = None

    @property
    def asked(self) -> Decimal:
        """What its children ask for that are open."""
        open_ones = (child for leg in self.legs.values() for child in leg.open())
        return sum((child.remaining for child in open_ones), ZERO)

    @property
    def has_stop(self) -> bool:
        """Whether a stop belongs to it that nobody has taken away."""
        stop = self.legs.get((Purpose.STOP_LOSS, 0))
        return self.parent.stop_loss is not None and (stop is None or not stop.is_waived)

    @property
    def is_given_up(self) -> bool:
        """Whether no stop could be had, so that all it covers is closed at the market."""
        stop = self.legs.get((Purpose.STOP_LOSS, 0))
        return self.has_stop and stop is not None and (stop.has_failed or self.is_closing)

    @property
    def stopping(self) -> Decimal:
        """What a stop that went off is closing, in base units."""
        stop = self.legs.get((Purpose.STOP_LOSS, 0))
        open_ones = stop.open() if stop is not None else ()
        return sum((each.remaining for each in open_ones if takes_the_market(each)), ZERO)

    @property
    def is_closing(self) -> bool:
        """Whether it is being closed at the market for want of a stop."""
        leg = self.legs.get((Purpose.EXIT, 0))
        return leg is not None and leg.is_open

    @property
    def is_idle(self) -> bool:
        """Whether neither the parent nor a child can still do something."""
        return not self.parent.is_open and not any(leg.is_open for leg in self.legs.values())

    @property
    def is_settled(self) -> bool:
        """Whether every child stands for what is wanted of it, so that time alone changes nothing.

        None has failed or was taken away, and nothing that was asked for is under way.
        """
        return all(leg.is_settled for leg in self.legs.values())

    def leg(self, purpose: Purpose, number: int = 0) -> Leg:
        """The child of this purpose, with all its attempts."""
        return self.legs.setdefault((purpose, number), Leg(purpose, number))


class Brackets:
    """Every entry that has protection, with its children."""

    __slots__ = ("_by_parent", "_by_place", "_held", "_settled", "aiming")

    def __init__(self) -> None:
        self._by_parent: dict[ClientOrderId, _Bracket] = {}
        self._by_place: dict[Place, dict[ClientOrderId, _Bracket]] = {}
        self.aiming: dict[Symbol, set[AccountId]] = {}
        """Where targets are, by instrument."""
        self._held: dict[Place, Attribution] = {}
        """Whose what is held there is."""
        self._settled: dict[Place, tuple[Decimal, Watch | None]] = {}
        """Where nothing was to be done with so much held, and nothing has moved since."""

    def follow(self, order: Order, before: Order | None, known: Orders) -> None:
        """Take note of how an order stands now, and how it stood `before`, None where it is new.

        `known` has the orders that are remembered.
        """
        self._settled.pop((order.account, order.terms.symbol), None)
        if order.is_protection:
            bracket = self._by_parent.get(order.parent) if order.parent is not None else None
            if bracket is not None:
                bracket.leg(order.purpose, order.leg).put(order)
                is_smaller = before is not None and order.terms.quantity < before.terms.quantity
                if is_smaller or not order.is_open:
                    self._note_room((order.account, order.terms.symbol))
        elif order.stop_loss is not None or order.targets:
            bracket = self._entered(order, before, known)
        else:
            return
        has_filled = before is not None and order.filled > before.filled
        if bracket is not None and not has_filled:  # a fill is noted next
            self._forget_if_over(bracket)

    def _note_room(self, place: Place) -> None:
        for bracket in self._by_place[place].values():
            for leg in bracket.legs.values():
                leg.note_room()

    def _entered(self, order: Order, before: Order | None, known: Orders) -> _Bracket | None:
        """The entry's bracket: a new one, or one that was over and has filled more."""
        bracket = self._by_parent.get(order.client_order_id)
        if bracket is not None:
            bracket.parent = order
        elif order.is_open or (before is not None and order.filled > before.filled):
            bracket = self._begun(order, known)
        return bracket

    def _begun(self, order: Order, known: Orders) -> _Bracket:
        """Children that it had are not born again under their names."""
        name, bracket = order.client_order_id, _Bracket(order)
        for child in known.children_of(name) if order.filled else ():
            bracket.leg(child.purpose, child.leg).put(child)
        place = order.account, order.terms.symbol
        self._by_parent[name] = self._by_place.setdefault(place, {})[name] = bracket
        if order.targets:
            self.aiming.setdefault(order.terms.symbol, set()).add(order.account)
        return bracket

    def note_fill(self, place: Place, held: Decimal, move: Move, known: Orders) -> None:
        """A fill was booked where so much was `held` before it, in signed base units.

        Where it came before others that are booked, what was taken to be over may not be.
        """
        self._settled.pop(place, None)
        owned = self._held.get(place)
        if owned is None or owned.held != held:  # where nothing was protected meanwhile
            owned = self._held[place] = Attribution(held)
        if owned.note(move):
            for name in owned.entries():
                order = known.get(name)
                if order is not None and name not in self._by_parent:
                    self._begun(order, known)
        for bracket in tuple(self._by_place.get(place, {}).values()):
            self._forget_if_over(bracket)

    def _left(self, bracket: _Bracket) -> Decimal:
        """What the entry opened and nothing has closed, in base units."""
        parent = bracket.parent
        owned = self._held.get((parent.account, parent.terms.symbol))
        return ZERO if owned is None else owned.left(parent.client_order_id)

    def _forget_if_over(self, bracket: _Bracket) -> None:
        if bracket.is_idle and self._left(bracket) <= ZERO:
            self._forget(bracket)

    def note(self, event: ProtectionDiffers | ProtectionRestored | ProtectionEnded) -> None:
        """Remember what has been said of an entry's protection."""
        bracket = self._by_parent.get(event.client_order_id)
        if bracket is not None:
            self._settled.pop((bracket.parent.account, bracket.parent.terms.symbol), None)
        if bracket is not None and isinstance(event, ProtectionEnded):
            self._forget(bracket)
        elif bracket is not None:
            bracket.alarm = event if isinstance(event, ProtectionDiffers) else None

    def places(self) -> tuple[Place, ...]:
        """Where something is protected, or is to be once it fills."""
        return tuple(self._by_place)

    def protects(self, place: Place) -> bool:
        """Whether something there is protected, or is to be once it fills."""
        return place in self._by_place

    def leg_of(self, child: Order) -> Leg | None:
        """All attempts at what a child is for; None for what protects nothing, or no more."""
        bracket = self._by_parent.get(child.parent) if child.parent is not None else None
        if bracket is None or not child.is_protection:
            return None
        return bracket.leg(child.purpose, child.leg)

    def next_name(self, child: Order) -> ClientOrderId:
        """What is called that takes a child's place. Raises KeyError where it protects nothing."""
        bracket = self._by_parent[child.parent or child.client_order_id]
        parent = bracket.parent.client_order_id
        return bracket.leg(child.purpose, child.leg).next_name(parent)

    def adjust(
        self, place: Place, held: Decimal, step: Decimal, at: int, watch: Watch | None = None
    ) -> tuple[list[Event], list[VenueCommand]]:
        """What must change so that the children cover `held` base units, and no more.

        `step` is the instrument's quantity step, `at` the moment in UTC ms, `watch` what is to be
        known where coins are set aside, None elsewhere.
        """
        events: list[Event] = []
        commands: list[VenueCommand] = []
        if self._settled.get(place) == (held, watch):
            return events, commands
        brackets = self._in_turn(place)
        left = abs(held) if watch is None else max(ZERO, abs(held) - watch.spoken_for)
        room = left if watch is None else max(ZERO, left - watch.set_aside)
        # Where a fee was taken in the bought coin, a whole step is made up with what is nobody's.
        spare = max(ZERO, abs(held) - sum(map(self._left, brackets), ZERO))
        for bracket in brackets:
            opened = self._left(bracket)
            beside = opened % step
            is_made_up = beside > ZERO and step - beside <= spare
            own = opened - beside + (step if is_made_up else ZERO)
            spare += opened - own
            covered = Quantity(round_down(max(ZERO, min(own, left)), step))
            left -= covered
            if watch is not None:
                covered = Quantity(round_down(min(covered, room), step))
                room -= covered if bracket.has_stop else min(covered, bracket.asked)
            stopped = covered if watch is None else _beside_targets(bracket, covered)
            for happened, asked in _stop_steps(bracket, stopped, at):
                events.extend(happened)
                commands.extend(asked)
            for happened, asked in _target_steps(bracket, covered, step, at, watch):
                events.extend(happened)
                commands.extend(asked)
            events.extend(_watched(bracket, stopped, at))
            if bracket.is_idle and own <= ZERO:
                # Written down, for what is told again from the journal must come to the same.
                events.append(ProtectionEnded(bracket.parent.client_order_id, at))
        if not events and not commands and all(each.is_settled for each in brackets):
            self._settled[place] = held, watch
        return events, commands

    def _in_turn(self, place: Place) -> tuple[_Bracket, ...]:
        """Those whose fills are the newest first: what is closed by hand is the oldest one's."""
        here, owned = self._by_place.get(place, {}), self._held.get(place)
        if owned is None:
            return tuple(here.values())
        turn = {name: number for number, name in enumerate(owned.entries())}
        names = sorted(here, key=lambda name: turn.get(name, -1), reverse=True)
        return tuple(here[name] for name in names)

    def _forget(self, bracket: _Bracket) -> None:
        parent = bracket.parent
        place = parent.account, parent.terms.symbol
        here = self._by_place[place]
        del self._by_parent[parent.client_order_id], here[parent.client_order_id]
        if not here:
            del self._by_place[place]
            self.aiming.get(parent.terms.symbol, set()).discard(parent.account)


def _beside_targets(bracket: _Bracket, covered: Quantity) -> Quantity:
    """What is left to the stop where targets that have begun need coins of their own."""
    legs = (leg for (purpose, _), leg in bracket.legs.items() if purpose is Purpose.TAKE_PROFIT)
    begun = sum((child.remaining for leg in legs for child in leg.open()), ZERO)
    return Quantity(max(ZERO, covered - begun))


def _stop_steps(bracket: _Bracket, covered: Quantity, at: int) -> Iterator[_Part]:
    parent = bracket.parent
    if parent.stop_loss is not None:
        stop = bracket.leg(Purpose.STOP_LOSS)
        beside = Quantity(max(ZERO, covered - stop.standing))
        yield from _too_large(stop, covered, at)
        if bracket.is_closing:
            yield from _too_large(bracket.leg(Purpose.EXIT), beside, at)
            stop.wanted = covered  # what it has filled since is stopped after that
            if not stop.has_failed:
                return
        yield from _kept(parent, stop, covered, at)
        if covered and stop.has_failed:
            yield from _kept(parent, bracket.leg(Purpose.EXIT), beside, at)


def _target_steps(
    bracket: _Bracket, covered: Quantity, step: Decimal, at: int, watch: Watch | None
) -> Iterator[_Part]:
    parent = bracket.parent
    filled = [bracket.leg(Purpose.TAKE_PROFIT, n).filled for n in range(len(parent.targets))]
    if bracket.is_given_up:
        covered = NO_QUANTITY  # what is closed at the market is not sold to a target as well
    covered = Quantity(max(ZERO, covered - bracket.stopping))
    for number, wanted in enumerate(shares(parent, filled, covered, step)):
        leg = bracket.leg(Purpose.TAKE_PROFIT, number)
        yield from _too_large(leg, wanted, at)
        if watch is None:
            yield from _kept(parent, leg, wanted, at)
            continue
        if leg.is_open or watch.has_reached(parent, number):
            yield from _kept(parent, leg, wanted, at, is_watched=True)
        else:
            leg.wanted = NO_QUANTITY


def _too_large(leg: Leg, wanted: Quantity, at: int) -> Iterator[_Part]:
    """Make smaller, or take back, what has not left yet where all comes to more than is wanted."""
    asking = leg.asking()
    beyond = sum((child.remaining for child in asking), ZERO) - wanted
    for child in reversed(asking):
        if child.state is not OrderState.INITIALIZED or beyond <= ZERO:
            continue
        left = Quantity(max(ZERO, child.remaining - beyond))
        beyond -= child.remaining - left
        if left:
            terms = changed(child.terms, quantity=left)
            yield (OrderReplaced(child.client_order_id, terms, at),), ()
        else:
            yield (OrderCanceled(child.client_order_id, "reduce_only", at, THE_DESK),), ()


def _kept(
    parent: Order, leg: Leg, wanted: Quantity, at: int, *, is_watched: bool = False
) -> Iterator[_Part]:
    """One child as it has to be: placed, resized or taken back."""
    leg.wanted = wanted
    if not wanted:
        movable = [child for child in leg.open() if child.state in MOVABLE]
        # A refused cancel is not asked again at once: the report that explains it is on its way.
        if movable and leg.may_ask(NO_QUANTITY, at):
            yield from (_taken_back(child, at) for child in movable)
        return
    asking = leg.asking()
    lacking = wanted - sum((child.remaining for child in asking), ZERO)
    child = asking[-1] if asking else leg.latest
    if child is None or not child.is_open or (lacking > ZERO and takes_the_market(child)):
        may_grow = child is not None and leg.awaits_answer(at)  # a fill may be heard before it
        if lacking > ZERO and leg.may_try(at) and not may_grow:
            new = born(parent, leg, Quantity(lacking), at, is_watched=is_watched)
            yield (OrderInitialized(new, (), at),), (SubmitOrder(new),)
    elif lacking and child.state in MOVABLE and not takes_the_market(child):
        yield from _resized(leg, child, Quantity(child.remaining + lacking), at)


def _resized(leg: Leg, child: Order, remaining: Quantity, at: int) -> Iterator[_Part]:
    if remaining <= ZERO:
        if leg.may_ask(NO_QUANTITY, at):
            yield _taken_back(child, at)
    elif leg.may_succeed(child, at) and leg.may_ask(remaining, at):
        terms = changed(child.aimed, quantity=Quantity(child.filled + remaining))
        yield (), (ModifyOrder.of(child, terms),)


def _taken_back(child: Order, at: int) -> _Part:
    requested = OrderCancelRequested(child.client_order_id, THE_DESK, at)
    command = CancelOrder.of(child)
    return (requested,), (command,)


def _watched(bracket: _Bracket, covered: Quantity, at: int) -> Iterator[Event]:
    """What is to be said of a protection that is not what it should be, or is again."""
    name = bracket.parent.client_order_id
    leg = next(_differing(bracket, covered), None)
    if leg is None:
        bracket.differs_since = None
        if bracket.alarm is not None:
            yield ProtectionRestored(name, at)
        return
    if bracket.differs_since is None:
        bracket.differs_since = at
    remedy = _remedy(bracket, leg)
    if remedy is Remedy.WAIT and abs(at - bracket.differs_since) < GRACE_MS:
        return
    said = bracket.alarm
    if said is None or (said.purpose, said.remedy) != (leg.purpose, remedy):
        yield ProtectionDiffers(name, leg.purpose, leg.wanted, leg.standing, remedy, at)


def _differing(bracket: _Bracket, covered: Quantity) -> Iterator[Leg]:
    """Children that do not cover what they should, the stop first."""
    stop = bracket.legs.get((Purpose.STOP_LOSS, 0))
    if stop is not None and not stop.covers(covered) and not stop.is_waived:
        yield stop
    for (purpose, _), leg in bracket.legs.items():
        if purpose is Purpose.TAKE_PROFIT and not leg.covers(leg.wanted) and not leg.is_waived:
            yield leg


def _remedy(bracket: _Bracket, leg: Leg) -> Remedy:
    if not leg.fails:
        return Remedy.WAIT
    if not leg.has_failed:
        return Remedy.RETRY
    if leg.purpose is not Purpose.STOP_LOSS:
        return Remedy.NONE
    return Remedy.NONE if bracket.leg(Purpose.EXIT).has_failed else Remedy.CLOSE
