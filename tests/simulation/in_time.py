"""What must come right in time, counted from the end of the last trouble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.domain.order import OrderState, OrderType, Side
from tests.simulation.evidence import Evidence
from tests.simulation.exchange import Resting
from tests.simulation.nature import Nature

_ZERO = Decimal(0)
_STOPS = "stop_loss", "exit"
_NAKED_SECONDS = 25.0
"""How long protection may differ from position when nothing is the matter."""
_CALM_SECONDS = 30.0
_HEARD_SECONDS = 2.0
"""How long word of a fill, and what follows from it, may be on its way in fair weather."""
_UNDER_WAY = OrderState.INITIALIZED, OrderState.SUBMITTED, OrderState.PENDING_CANCEL
_ANSWER_SECONDS = 20.0
_UNKNOWN_SECONDS = 30.0
_CANCEL_SECONDS = 30.0
_CLOSED_SECONDS = 90.0
"""How long what a halt closes may take: the pauses between its tries."""
_AGREE_SECONDS = 150.0
"""How long after the last trouble desk and exchange may still differ: one round of asking."""


def protection_covers_the_position(seen: Evidence) -> str:
    """What is left of protected entries is covered by stops that rest at the exchange."""
    for symbol, wanted, covered in _protection(seen):
        if seen.lasts(f"naked {symbol}", _NAKED_SECONDS + _longer(seen), wrong=covered < wanted):
            return f"{symbol}: {wanted} to protect, stops rest for {covered}"
    return ""


def protection_that_is_short_is_on_its_way(seen: Evidence) -> str:
    """When nothing was the matter for a while, the desk waits for nothing but the exchange."""
    trouble = max(seen.weather.trouble_until, seen.begun_at)
    if seen.timeline.now - trouble < _CALM_SECONDS or not seen.exchange.nature.holds_stops:
        return ""
    for symbol, wanted, covered in _protection(seen):
        if covered < wanted and not _is_moving(seen, symbol):
            return f"{symbol}: {wanted} to protect, {covered} covered, and nothing is under way"
    return ""


def _is_moving(seen: Evidence, symbol: str) -> bool:
    """Whether an order of it is on its way there, or word of one is on its way back."""
    there = [each[-1] for each in seen.exchange.orders.values() if each]
    there = [each for each in there if each.terms.symbol == symbol]
    moved = max((each.past[-1][0] for each in there), default=0.0)
    # Protection made way for what sells at the market, until the exchange has filled all of it.
    fills = any(each.is_open and each.terms.type is OrderType.MARKET for each in there)
    if fills or seen.timeline.now - moved < _HEARD_SECONDS:
        return True
    here = (each for each in seen.kernel.orders.open.values() if each.terms.symbol == symbol)
    return any(
        each.unknown or each.asked is not None or (each.twap is None and each.state in _UNDER_WAY)
        for each in here
    )


def _protection(seen: Evidence) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Of each instrument what is to be protected and what is, in base units."""
    seen.lots.follow(seen.exchange, seen.record)
    owed: dict[str, Decimal] = {}
    given_up: dict[str, Decimal] = {}
    for lot in seen.lots.by_entry.values():
        if _is_protected(seen, lot.entry):
            owed[lot.symbol] = owed.get(lot.symbol, _ZERO) + lot.left
        elif seen.record.orders[lot.entry].remedy == "none":
            given_up[lot.symbol] = given_up.get(lot.symbol, _ZERO) + lot.left
    rests = seen.exchange.protection()
    for symbol in (each.symbol for each in seen.listed):
        wanted, covered = owed.get(symbol, _ZERO), rests.get(symbol, _ZERO)
        # What fees took of the coin is not there to be sold, nor are the crumbs they leave.
        # What could not be protected, as was said, is held beside it.
        left = seen.exchange.left_to_protection(symbol) - given_up.get(symbol, _ZERO)
        wanted = min(wanted - seen.exchange.in_kind(symbol), left)
        yield symbol, seen.exchange.whole_steps(symbol, wanted), covered


def protection_covers_no_more(seen: Evidence) -> str:
    """Stops ask for no more than what they came with can have left."""
    seen.most.follow(seen.exchange, seen.record)
    owed: dict[str, Decimal] = {}
    for lot in seen.most.by_entry.values():
        told = seen.record.orders.get(lot.entry)
        if told is not None and told.body["stop_loss"] is not None:
            owed[lot.symbol] = owed.get(lot.symbol, _ZERO) + lot.left
    for symbol, covered in seen.exchange.protection().items():
        most = owed.get(symbol, _ZERO)
        if seen.lasts(f"beyond {symbol}", _NAKED_SECONDS + _longer(seen), wrong=covered > most):
            return f"{symbol}: stops rest for {covered}, at most {most} came with one"
    return ""


def _longer(seen: Evidence) -> float:
    """Where an order's fate takes longer to be known, so does everything that waits for it."""
    return max(0.0, seen.exchange.nature.in_flight_seconds - Nature("").in_flight_seconds)


def _is_protected(seen: Evidence, entry: str) -> bool:
    """Whether a stop was confirmed with it, nobody has taken that away since, the desk has not
    said that none can be had, and it was not closed with all that was known to be held.
    """
    told = seen.record.orders.get(entry)
    if told is None or told.body.get("stop_loss") is None:
        return False
    if told.remedy == "none" or told.is_closed:
        return False
    stops = [e for e in seen.record.children(entry) if e.body["purpose"] in _STOPS]
    return all(by == "desk" for each in stops for by in each.cancel_asked_by)


def a_pair_stands_for_one(seen: Evidence) -> str:
    """What one of two has filled the other one asks for no more."""
    instead: dict[str, list[str]] = {}
    for told in seen.record.orders.values():
        if told.body.get("replaces"):
            instead.setdefault(told.body["replaces"], []).append(told.name)
    for told in seen.record.orders.values():
        linked = told.body.get("linked")
        if linked is None or linked < told.name or told.body.get("replaces"):
            continue
        names = [*_with_successors(told.name, instead), *_with_successors(linked, instead)]
        there = [seen.exchange.orders[name][-1] for name in names if name in seen.exchange.orders]
        # Both may have filled where nobody could take one back in time.
        left = max(_ZERO, Decimal(told.terms["quantity"]) - sum((e.filled for e in there), _ZERO))
        most = max((_asked_for(seen, e) for e in there if e.is_open), default=_ZERO)
        longest = _CANCEL_SECONDS + _longer(seen)
        if seen.lasts(f"pair {told.name}", longest, wrong=most > left):
            return f"{told.name} and {linked} ask for {most}, {left} is left"
    return ""


def _with_successors(name: str, instead: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """An order, and all that has taken its place since."""
    yield name
    for successor in instead.get(name, ()):
        yield from _with_successors(successor, instead)


def _asked_for(seen: Evidence, resting: Resting) -> Decimal:
    """What an order may still fill: on margin, held to reducing, no more than there is."""
    if seen.perpetuals is None or not resting.terms.reduce_only:
        return resting.remaining
    held = abs(seen.exchange.held.get(resting.terms.symbol, _ZERO))
    return min(resting.remaining, held)


def slices_make_up_the_whole(seen: Evidence) -> str:
    """What goes in slices never comes to more than was confirmed."""
    for told in seen.record.orders.values():
        if told.body.get("twap") is None:
            continue
        slices = [seen.exchange.orders.get(each.name) for each in seen.record.slices(told.name)]
        filled = sum((each[-1].filled for each in slices if each), _ZERO)
        if filled > Decimal(told.terms["quantity"]):
            return f"slices of {told.name} filled {filled} of {told.terms['quantity']}"
    return ""


def unknown_does_not_stay(seen: Evidence) -> str:
    for order in seen.kernel.orders.open.values():
        name = order.client_order_id
        longest = _UNKNOWN_SECONDS + _longer(seen)
        if seen.lasts(f"unknown {name}", longest, wrong=order.unknown):
            return f"{name} has been unknown for long"
    return ""


def cancels_come_to_something(seen: Evidence) -> str:
    """What was asked to go is gone, or its owner was told that it is not."""
    for name, order in seen.kernel.orders.open.items():
        waits = order.state is OrderState.PENDING_CANCEL
        if seen.lasts(f"cancel {name}", _CANCEL_SECONDS, wrong=waits):
            return f"{name} has been waiting for its cancel for long"
    return ""


def a_halt_leaves_nothing_that_adds_risk(seen: Evidence) -> str:
    """While halted no entry rests at the exchange."""
    entries = [
        each.order.client_order_id
        for each in seen.exchange.open_orders()
        if not each.order.terms.reduce_only
        and (each.order.terms.side is Side.BUY or seen.exchange.goes_short)
    ]
    wrong = seen.record.is_halted and bool(entries)
    return f"{entries} rest" if seen.lasts("halted", _CANCEL_SECONDS, wrong=wrong) else ""


def what_a_halt_closes_is_gone(seen: Evidence) -> str:
    """A halt that closes everything leaves nothing that could be closed, long or short."""
    held = {each.symbol: seen.exchange.held.get(each.symbol, _ZERO) for each in seen.listed}
    left = {
        each.symbol: held[each.symbol]
        for each in seen.listed
        if seen.exchange.whole_steps(each.symbol, abs(held[each.symbol])) >= each.minimum_quantity
        and seen.exchange.whole_steps(each.symbol, abs(held[each.symbol]))
    }
    longest = _CLOSED_SECONDS + _longer(seen)
    wrong = seen.record.is_closing and bool(left)
    return f"{left} is held" if seen.lasts("closing", longest, wrong=wrong) else ""


def every_message_is_answered_soon(seen: Evidence) -> str:
    waiting = {
        f"{platform}:{update}"
        for platform, update in seen.record.disk.rows(
            "SELECT platform, update_id FROM inbox WHERE answered = 0"
        )
    }
    for name in [n.removeprefix("waiting ") for n in seen.since if n.startswith("waiting ")]:
        seen.lasts(f"waiting {name}", _ANSWER_SECONDS, wrong=name in waiting)
    late = [n for n in sorted(waiting) if seen.lasts(f"waiting {n}", _ANSWER_SECONDS, wrong=True)]
    return f"no answer to {late}" if late else ""


def desk_and_exchange_agree(seen: Evidence) -> str:
    """When nothing was the matter for a while, both tell the same orders and fills."""
    ours = {
        name: (order.filled, order.terms.quantity)
        for name, order in seen.kernel.orders.open.items()
        if order.state.value != "initialized" and order.twap is None
    }
    theirs = {
        each.order.client_order_id: (each.order.filled, each.order.terms.quantity)
        for each in seen.exchange.open_orders()
    }
    own = seen.perpetuals.forced if seen.perpetuals is not None else {}
    booked = seen.record.trades
    missing = [each for each in seen.exchange.fills if each not in booked and each[1] not in own]
    wrong = ours != theirs or bool(missing)
    if not seen.lasts("differ", _AGREE_SECONDS, wrong=wrong):
        return ""
    only = {n: v for n, v in ours.items() if theirs.get(n) != v}
    there = {n: v for n, v in theirs.items() if ours.get(n) != v}
    return f"ours {only}, theirs {there}, fills not booked {missing}"
