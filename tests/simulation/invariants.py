"""What must hold: one small function each, which gives what is wrong, or nothing.

`Evidence` is all that they look at: the exchange's own book, the platforms' own screens, the desk's
file read from outside, and the desk's memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from bot.card import Card
from bot.message import OutgoingMessage
from bot.wiring import Application
from connectors.storage.codec import decode_event
from engine.domain.identifiers import AccountId
from engine.domain.instrument import Instrument
from engine.domain.limits import Limit, Scope
from engine.domain.order import Order, OrderState, Side
from engine.kernel import Kernel
from engine.portfolio.book import AccountBook
from engine.ports.venue import VenueOrder
from engine.risk.gate import RULES
from tests.simulation.changing import (
    a_change_was_confirmed,
    an_order_rests_only_where_it_was_confirmed,
    as_changed,
    as_shrunk,
    changes_come_to_something,
    every_change_was_answered,
)
from tests.simulation.chat import Chat
from tests.simulation.exchange import Exchange
from tests.simulation.faces import ALL, TWO
from tests.simulation.lots import Lots
from tests.simulation.market import Prices
from tests.simulation.nature import Nature
from tests.simulation.on_margin import (
    a_leverage_is_the_exchanges,
    a_leverage_was_confirmed_and_read_back,
    cash_moves_are_the_exchanges_own,
    money_of,
    money_there,
    nothing_leaves_on_an_unknown_leverage,
    nothing_opens_on_an_unknown_leverage,
    passes_on_margin,
    same_money,
    what_a_halt_closes_is_gone,
    what_closes_is_held_to_that,
    what_was_forced_is_booked_as_that,
    what_was_forced_is_found,
)
from tests.simulation.perpetuals import Perpetuals
from tests.simulation.record import ENDS, Happened, Record
from tests.simulation.timeline import Timeline
from tests.simulation.weather import Weather

_ZERO = Decimal(0)
_BAND = Decimal("0.0101")
"""How far the price may move before a yes needs a new card, and a little for rounding."""
TRADERS = "trader", "manager", "owner"
_ROLES = {**TWO.roles, **ALL.roles}
NAKED_SECONDS = 25.0
"""How long protection may differ from position when nothing is the matter."""
ANSWER_SECONDS = 20.0
UNKNOWN_SECONDS = 30.0
CANCEL_SECONDS = 30.0
AGREE_SECONDS = 150.0
"""How long after the last trouble desk and exchange may still differ: one round of asking."""


class Broken(KeyboardInterrupt):
    """An invariant does not hold; nothing in the desk may catch it."""

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(f"{invariant}: {detail}")
        self.invariant = invariant
        self.detail = detail


@dataclass(slots=True)
class Evidence:
    """What is known from outside; `app` is the desk while it lives."""

    timeline: Timeline
    weather: Weather
    exchange: Exchange
    chat: Chat
    prices: Prices
    record: Record
    limits: Mapping[str, Decimal]
    canaries: tuple[str, ...]
    account: str
    listed: Sequence[Instrument]
    app: Application | None = None
    sent: dict[str, float] = field(default_factory=dict)
    """When an order last left, by client order id."""
    since: dict[str, float] = field(default_factory=dict)
    """Since when a thing that may not last has been so."""
    jumped_at: float = -1e9
    begun_at: float = 0.0
    """When this life of the desk began."""
    lots: Lots = field(default_factory=Lots)

    @property
    def kernel(self) -> Kernel:
        assert self.app is not None
        return self.app.runtime.kernel

    @property
    def book(self) -> AccountBook | None:
        """The account's books, once it is open."""
        return self.kernel.accounts.get(AccountId(self.account))

    @property
    def perpetuals(self) -> Perpetuals | None:
        """The exchange, where it is one of perpetuals."""
        return self.exchange if isinstance(self.exchange, Perpetuals) else None

    def adds_risk(self, terms: Mapping[str, Any]) -> bool:
        """Whether an order could make a position: on margin all that is not held to reducing."""
        if self.perpetuals is not None:
            return not terms["reduce_only"]
        return terms["side"] == "buy"

    def lasts(self, what: str, seconds: float, *, wrong: bool) -> bool:
        """Whether it has been wrong for so long while nothing was the matter."""
        if not wrong:
            self.since.pop(what, None)
            return False
        begun = self.since.setdefault(what, self.timeline.now)
        return self.timeline.now - max(begun, self.weather.trouble_until) > seconds


Check = Callable[[Evidence], str]


# -- each row of the journal, as it is written ------------------------------------------------


def fills_are_the_exchanges_own(seen: Evidence, row: Happened) -> str:
    """What is booked was executed there, exactly so, and is booked once."""
    if row.kind != "OrderFilled":
        return ""
    trade = row.body["trade_id"]
    if trade in seen.record.trades:
        return f"{trade} is booked twice"
    true = seen.exchange.fills.get(trade)
    if true is None:
        return f"{trade} was never executed"
    ours = tuple(Decimal(row.body[name]) for name in ("quantity", "price", "fee"))
    if ours != (true.quantity, true.price, true.fee):
        return f"{trade} is booked as {ours}, executed as {true}"
    return ""


def orders_are_confirmed_by_their_own_sender(seen: Evidence, row: Happened) -> str:
    """Behind each order stands its sender's yes to exactly it, or an order that has one."""
    if row.kind != "OrderInitialized":
        return ""
    order = row.body["order"]
    if order.get("parent"):
        parent = seen.record.orders.get(order["parent"])
        return "" if parent is not None else f"child of an unknown order {order['parent']}"
    if order["purpose"] == "flatten":
        return "" if seen.record.is_closing else "closed without a halt that closes"
    key = seen.record.key_of(row.sequence)
    ticket = seen.record.ticket(key) if key else None
    replaced = order.get("replaces")
    if ticket is None and replaced:
        return as_shrunk(seen.record.orders[replaced].terms, order)
    if ticket is None:
        return f"{order['client_order_id']} has no ticket (intent {key})"
    person, conversation, state, used_by, body = ticket
    message = seen.record.message(used_by)
    if state != "used" or message is None:
        return f"ticket of {order['client_order_id']} is {state}"
    platform, sender, here, _, text = message
    placer = seen.record.orders[replaced].body["placed_by"] if replaced else person
    if (f"{platform}:{sender}", here) != (person, conversation) or order["placed_by"] != placer:
        return f"{sender} in {here} confirmed what {person} was asked in {conversation}"
    if text.startswith("/") and not text.startswith("/yes"):
        return f"confirmed by {text!r}"
    if _ROLES.get(person) not in TRADERS:
        return f"{person} may not trade"
    asked = orjson.loads(body)
    if replaced:
        return as_changed(seen, order, asked)
    held = seen.record.positions.get(order["terms"]["symbol"], _ZERO)
    return _as_confirmed(order, asked, "buy" if held < 0 else "sell")


def what_closes_everything_was_confirmed(seen: Evidence, row: Happened) -> str:
    """A person's halt closes what is held only after their yes to that."""
    if row.kind != "TradingHalted" or not row.body["flatten"] or row.body["cause"] != "person":
        return ""
    ticket = seen.record.ticket(row.body["key"])
    if ticket is None or ticket[2] != "used":
        return "everything is closed without a yes"
    return "" if orjson.loads(ticket[4])["command"] == "halt" else "no halt was confirmed"


def _as_confirmed(order: Mapping[str, Any], ticket: Mapping[str, Any], closing: str) -> str:
    command, arguments, terms = ticket["command"], ticket["arguments"], order["terms"]
    if command == "close":
        parts = dict(part.rsplit(":", 1) for part in arguments["symbol"].split())
        most = Decimal(parts.get(terms["symbol"], 0))
        is_shown = terms["side"] == closing and Decimal(terms["quantity"]) <= most
        return "" if is_shown else f"{terms} were not on the card of {parts}"
    if command not in {"buy", "sell"}:
        return f"a {command} was confirmed"
    asked = command, arguments["symbol"], Decimal(arguments["quantity"])
    made = terms["side"], terms["symbol"], Decimal(terms["quantity"])
    if asked != made:
        return f"confirmed {asked}, made {made}"
    stop = arguments.get("stop_loss")
    if (stop is None) != (order.get("stop_loss") is None):
        return "the stop that was confirmed is missing"
    return ""


def a_yes_comes_in_time_and_at_the_price(seen: Evidence, row: Happened) -> str:
    """It was heard while the card held, and the price was still the one on the card."""
    key = seen.record.key_of(row.sequence) if row.kind == "OrderInitialized" else None
    ticket = seen.record.ticket(key) if key else None
    if ticket is None:
        return ""
    asked = orjson.loads(ticket[4])
    number, heard = ticket[3], seen.record.heard_at(ticket[3])
    if heard > asked["expires_at"]:
        return f"message {number} came {heard - asked['expires_at']} ms after the card's time"
    symbol = row.body["order"]["terms"]["symbol"]
    then, tick = asked["reference_price"], seen.prices.last[symbol]
    is_sure = seen.timeline.now - max(seen.begun_at, seen.weather.trouble_until) > 60
    if " " in str(asked["arguments"].get("symbol", "")):
        return ""  # several at once: what was shown is what all of them are worth
    if not then or not is_sure or seen.timeline.ms() - tick.at < 500:
        return ""
    sign = 1 if row.body["order"]["terms"]["side"] == "buy" else -1
    now = tick.ask if sign > 0 else tick.bid
    moved = abs(now - Decimal(then)) / Decimal(then)
    limit = row.body["order"]["terms"]["price"] or row.body["order"]["terms"]["stop_price"]
    return f"the price moved by {moved:.4f} since the card" if moved > _BAND and not limit else ""


def orders_passed_the_rules(seen: Evidence, row: Happened) -> str:
    """Every rule, reckoned anew from the record, lets the order pass."""
    if row.kind != "OrderInitialized" or row.body["order"].get("parent"):
        return ""
    if row.body["order"].get("replaces") and seen.record.key_of(row.sequence) is None:
        return ""  # less of what has passed them
    if seen.perpetuals is not None:
        return passes_on_margin(seen, row.body["order"]["terms"])
    record, order = seen.record, row.body["order"]
    terms = order["terms"]
    symbol, quantity = terms["symbol"], Decimal(terms["quantity"])
    held = record.positions.get(symbol, _ZERO)
    sells = terms["side"] == "sell"
    instrument = next(each for each in seen.listed if each.symbol == symbol)
    if quantity <= 0 or quantity % instrument.quantity_step:
        return f"quantity {quantity} is off the step"
    if sells:
        return "" if quantity <= held else f"{quantity} sold, {held} held"
    if record.is_halted:
        return "bought while halted"
    tick = seen.prices.last[symbol]
    price = Decimal(terms["price"] or terms["stop_price"] or tick.ask)
    limit = {**seen.limits, **record.limits}.get("max_order_value")
    # The price that was judged may be some ticks old.
    if limit is not None and quantity * price > limit * Decimal("1.07"):
        return f"worth {quantity * price}, at most {limit}"
    if quantity * price > record.cash[instrument.quote] * Decimal("1.05"):
        return f"worth {quantity * price}, cash {record.cash[instrument.quote]}"
    return ""


def nothing_leaves_that_a_halt_forbids(seen: Evidence, row: Happened) -> str:
    """While halted, only what reduces is submitted."""
    if row.kind != "OrderSubmitted" or not seen.record.is_halted:
        return ""
    order = seen.record.orders[row.body["client_order_id"]]
    return f"{order.name} is submitted while halted" if seen.adds_risk(order.terms) else ""


def what_ended_has_ended(seen: Evidence, row: Happened) -> str:
    """An order is only called over when it is over at the exchange, or can never get there."""
    if row.kind not in ENDS:
        return ""
    name = row.body["client_order_id"]
    known = seen.exchange.orders.get(name)
    if known and known[-1].is_open:
        return f"{name} is {row.kind} ({row.body.get('reason', '')}) and rests at the exchange"
    if row.kind != "OrderNeverArrived":
        return ""
    if known:
        return f"{name} is said never to have arrived, and did"
    if seen.timeline.now - seen.sent.get(name, -1e9) < seen.exchange.nature.latest_seconds:
        return f"{name} is said never to have arrived, and may still"
    return ""


def nothing_goes_that_nobody_asked_to_go(seen: Evidence, row: Happened) -> str:
    """The exchange cancels what serves no other order only where that was asked for."""
    if row.kind != "OrderCanceled" or row.body["reason"] != "canceled on request":
        return ""
    told = seen.record.orders[row.body["client_order_id"]]
    is_asked = told.parent is not None or told.cancel_asked_by
    return "" if is_asked else f"{told.name} was canceled, and nobody had asked for that"


EACH_ROW = (
    cash_moves_are_the_exchanges_own,
    nothing_opens_on_an_unknown_leverage,
    a_leverage_was_confirmed_and_read_back,
    what_was_forced_is_booked_as_that,
    fills_are_the_exchanges_own,
    orders_are_confirmed_by_their_own_sender,
    what_closes_everything_was_confirmed,
    a_yes_comes_in_time_and_at_the_price,
    orders_passed_the_rules,
    nothing_leaves_that_a_halt_forbids,
    what_ended_has_ended,
    nothing_goes_that_nobody_asked_to_go,
    a_change_was_confirmed,
    an_order_rests_only_where_it_was_confirmed,
)


# -- after each commit --------------------------------------------------------------------------


def cash_is_conserved(seen: Evidence) -> str:
    """What the desk has is what it began with less what its fills and their fees cost."""
    book = seen.book
    if book is not None and not same_money(seen, dict(book.cash), seen.record.cash):
        return f"the desk has {dict(book.cash)}, the fills leave {seen.record.cash}"
    return ""


def positions_are_the_sum_of_fills(seen: Evidence) -> str:
    book = seen.book
    if book is None:
        return ""
    ours = {symbol: p.quantity for symbol, p in book.positions.items() if p.quantity}
    told = {symbol: q for symbol, q in seen.record.positions.items() if q}
    return f"the desk holds {ours}, the fills come to {told}" if ours != told else ""


EACH_COMMIT: tuple[Check, ...] = (cash_is_conserved, positions_are_the_sum_of_fills)


# -- what leaves ----------------------------------------------------------------------------------


def nothing_leaves_before_it_is_written(seen: Evidence, order: Order) -> str:
    told = seen.record.orders.get(order.client_order_id)
    if told is None or not told.submitted:
        return f"{order.client_order_id} leaves and the journal does not say so"
    return ""


def no_order_leaves_too_late(seen: Evidence, order: Order) -> str:
    """It is sent within its time from the yes, or never; what a halt closes waits for its room, and
    what takes another one's place for that.
    """
    told = seen.record.orders[order.client_order_id]
    if told.body["purpose"] == "flatten" or told.body.get("replaces"):
        return ""
    key = seen.record.key_of(told.first)
    ticket = seen.record.ticket(key) if key and not told.parent else None
    message = seen.record.message(ticket[3]) if ticket else None
    if message is None:
        return ""
    update = seen.chat.updates[message[0], message[3]]
    since = update.received if update.received is not None else seen.timeline.now
    if seen.jumped_at > since:
        return ""
    age = seen.timeline.now - since
    most = 31.0 if told.terms["type"] == "market" else 61.0
    return f"{order.client_order_id} leaves {age:.0f} s after the yes" if age > most else ""


def nothing_leaves_that_was_taken_back(seen: Evidence, order: Order) -> str:
    """A cancel or a halt while it waited for its venue keeps it here."""
    asked = seen.record.orders[order.client_order_id].cancel_asked_by
    return f"{order.client_order_id} leaves after {sorted(asked)} took it back" if asked else ""


def what_goes_in_slices_stays(_seen: Evidence, order: Order) -> str:
    """Its slices leave, never the whole."""
    return f"{order.client_order_id} leaves whole" if order.twap is not None else ""


AT_SENDING = (
    what_closes_is_held_to_that,
    nothing_leaves_on_an_unknown_leverage,
    what_goes_in_slices_stays,
    nothing_leaves_before_it_is_written,
    no_order_leaves_too_late,
    nothing_leaves_that_was_taken_back,
)


def each_intent_arrives_once(seen: Evidence, order: Order) -> str:
    """Counted at the exchange: one order a name, and one entry a ticket."""
    if len(seen.exchange.orders.get(order.client_order_id, [])) > 1:
        return f"{order.client_order_id} was executed twice"
    told = seen.record.orders.get(order.client_order_id)
    if told is None or told.parent:
        return ""
    key = told.key = told.key or seen.record.key_of(told.first)
    twins = [
        each.name
        for each in seen.record.orders.values()
        if each.key == key
        and each.name in seen.exchange.orders
        and each.name != told.body.get("linked")
        and each.terms["symbol"] == told.terms["symbol"]
    ]
    return f"{key} made {twins}" if key and len(twins) > 1 else ""


# -- what is shown --------------------------------------------------------------------------


def no_secret_is_shown(seen: Evidence, message: OutgoingMessage, card: Card) -> str:
    text = repr(card)
    found = [canary for canary in seen.canaries if canary in text]
    return f"{card.title!r} shows {found}" if found else ""


def answers_go_where_they_were_asked_for(
    seen: Evidence, message: OutgoingMessage, card: Card
) -> str:
    if not message.key.startswith("answer:"):
        return ""
    asked = seen.record.message(int(message.key.split(":")[1]))
    if asked is None or asked[2] != message.conversation:
        return f"{message.key} is shown in {message.conversation}, asked for in {asked}"
    return ""


AT_SHOWING = (no_secret_is_shown, answers_go_where_they_were_asked_for)


# -- from time to time, and at the end -----------------------------------------------------------


def protection_covers_the_position(seen: Evidence) -> str:
    """What is left of protected entries is covered by stops that rest at the exchange."""
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
        wanted = seen.exchange.whole_steps(symbol, wanted)
        if seen.lasts(f"naked {symbol}", NAKED_SECONDS + _longer(seen), wrong=covered < wanted):
            return f"{symbol}: {wanted} to protect, stops rest for {covered}"
    return ""


def _longer(seen: Evidence) -> float:
    """Where an order's fate takes longer to be known, so does everything that waits for it."""
    return max(0.0, seen.exchange.nature.in_flight_seconds - Nature("").in_flight_seconds)


_STOPS = ("stop_loss", "exit")


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
    for told in seen.record.orders.values():
        linked = told.body.get("linked")
        if linked is None or linked < told.name:
            continue
        two = [seen.exchange.orders.get(name, [None])[-1] for name in (told.name, linked)]
        there = [each for each in two if each is not None]
        # Both may have filled where nobody could take one back in time.
        left = max(_ZERO, Decimal(told.terms["quantity"]) - sum((e.filled for e in there), _ZERO))
        most = max((e.remaining for e in there if e.is_open), default=_ZERO)
        longest = CANCEL_SECONDS + _longer(seen)
        if seen.lasts(f"pair {told.name}", longest, wrong=most > left):
            return f"{told.name} and {linked} ask for {most}, {left} is left"
    return ""


def slices_make_up_the_whole(seen: Evidence) -> str:
    """What goes in slices never comes to more than was confirmed."""
    for told in seen.record.orders.values():
        if told.body.get("twap") is None:
            continue
        slices = [seen.exchange.orders.get(e.name) for e in seen.record.children(told.name)]
        filled = sum((each[-1].filled for each in slices if each), _ZERO)
        if filled > Decimal(told.terms["quantity"]):
            return f"slices of {told.name} filled {filled} of {told.terms['quantity']}"
    return ""


def unknown_does_not_stay(seen: Evidence) -> str:
    for order in seen.kernel.orders.open.values():
        name = order.client_order_id
        longest = UNKNOWN_SECONDS + _longer(seen)
        if seen.lasts(f"unknown {name}", longest, wrong=order.unknown):
            return f"{name} has been unknown for long"
    return ""


def cancels_come_to_something(seen: Evidence) -> str:
    """What was asked to go is gone, or its owner was told that it is not."""
    for name, order in seen.kernel.orders.open.items():
        waits = order.state is OrderState.PENDING_CANCEL
        if seen.lasts(f"cancel {name}", CANCEL_SECONDS, wrong=waits):
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
    return f"{entries} rest" if seen.lasts("halted", CANCEL_SECONDS, wrong=wrong) else ""


def every_message_is_answered_soon(seen: Evidence) -> str:
    waiting = {
        f"{platform}:{update}"
        for platform, update in seen.record.disk.rows(
            "SELECT platform, update_id FROM inbox WHERE answered = 0"
        )
    }
    for name in [n.removeprefix("waiting ") for n in seen.since if n.startswith("waiting ")]:
        seen.lasts(f"waiting {name}", ANSWER_SECONDS, wrong=name in waiting)
    late = [n for n in sorted(waiting) if seen.lasts(f"waiting {n}", ANSWER_SECONDS, wrong=True)]
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
    missing = [t for t in seen.exchange.fills if t not in seen.record.trades and t not in own]
    wrong = ours != theirs or bool(missing)
    if not seen.lasts("differ", AGREE_SECONDS, wrong=wrong):
        return ""
    only = {n: v for n, v in ours.items() if theirs.get(n) != v}
    there = {n: v for n, v in theirs.items() if ours.get(n) != v}
    return f"ours {only}, theirs {there}, fills not booked {missing}"


FROM_TIME_TO_TIME: tuple[Check, ...] = (
    what_a_halt_closes_is_gone,
    a_leverage_is_the_exchanges,
    what_was_forced_is_found,
    protection_covers_the_position,
    a_pair_stands_for_one,
    slices_make_up_the_whole,
    unknown_does_not_stay,
    cancels_come_to_something,
    changes_come_to_something,
    a_halt_leaves_nothing_that_adds_risk,
    every_message_is_answered_soon,
    desk_and_exchange_agree,
)


def replay_rebuilds_the_state(seen: Evidence) -> str:
    """A kernel that is told the journal knows what the running one knows."""
    assert seen.app is not None
    fresh = seen.app.runtime.turns._make_kernel()
    for (body,) in seen.record.disk.rows("SELECT body FROM journal ORDER BY sequence"):
        fresh.apply(decode_event(body))
    ours, theirs = (_state(each, seen.account) for each in (seen.kernel, fresh))
    differing = [name for name in ours if ours[name] != theirs[name]]
    return f"{[(name, ours[name], theirs[name]) for name in differing]}" if differing else ""


def _state(kernel: Kernel, account: str) -> dict[str, object]:
    book = kernel.accounts.get(AccountId(account))
    if book is None:
        return {}
    tally = kernel.tallies.of(book.account.id, None)
    return {
        "cash": dict(book.cash),
        "positions": dict(book.positions),
        "leverage": dict(book.leverage),
        "orders": dict(kernel.orders.open),
        "own orders": dict(book.orders),
        "halted": kernel.kill_switch.halts,
        "limits": {rule: _limits(kernel, rule) for rule in RULES},
        "counts": (tally.losses, tally.lost_at, dict(tally.open)),
        "alerts": sorted((a.id, a.fired, a.snoozed_until) for a in kernel.alerts),
        "day": (book.day, book.day_equity, book.peak_equity),
    }


def _limits(kernel: Kernel, rule: str) -> list[tuple[Scope, Limit | None]]:
    return [(scope, kernel.limits.at(rule, scope)) for scope in kernel.limits.scopes(rule)]


def rows_tell_what_the_journal_tells(seen: Evidence) -> str:
    """The projections beside the journal are the kernel's own state."""
    rows, book = seen.record.disk.rows, seen.book
    if book is None:
        return ""
    found = rows("SELECT currency, amount FROM cash WHERE account = ?", seen.account)
    cash = {name: Decimal(amount) for name, amount in found}
    if cash != dict(book.cash):
        return f"cash {cash}, not {dict(book.cash)}"
    open_rows = {name for name, in rows(
        "SELECT client_order_id FROM orders WHERE state NOT IN "
        "('denied', 'filled', 'canceled', 'expired', 'rejected')"
    )}  # fmt: skip
    if open_rows != set(kernel_open(seen)):
        return f"open orders {sorted(open_rows ^ set(kernel_open(seen)))} differ"
    trades = {trade for (trade,) in rows("SELECT trade_id FROM fills")}
    if trades != seen.record.trades:
        return f"fills {sorted(trades ^ seen.record.trades)} differ"
    return ""


def kernel_open(seen: Evidence) -> list[str]:
    return [str(name) for name in seen.kernel.orders.open]


FROM_HOUR_TO_HOUR: tuple[Check, ...] = (
    replay_rebuilds_the_state,
    rows_tell_what_the_journal_tells,
)


def every_message_has_one_final_answer(seen: Evidence) -> str:
    """Each update is one row, answered, and each card of its answer was shown once."""
    rows = seen.record.disk.rows
    inbox = {(p, u): (number, done) for number, p, u, done in rows(
        "SELECT id, platform, update_id, answered FROM inbox")}  # fmt: skip
    if set(inbox) != set(seen.chat.updates):
        return f"{sorted(set(inbox) ^ set(seen.chat.updates))} are in one place only"
    answers: dict[int, int] = {}
    for (key,) in rows("SELECT key FROM outbox WHERE key LIKE 'answer:%'"):
        number = int(key.split(":")[1])
        answers[number] = answers.get(number, 0) + 1
    unanswered = [n for n, done in inbox.values() if not done or not answers.get(n)]
    return f"messages {unanswered} have no answer" if unanswered else ""


def every_card_is_shown_once(seen: Evidence) -> str:
    """At least once, and more often only where nobody could know; or within another one."""
    sent = set(
        seen.record.disk.rows(
            "SELECT platform, conversation, 'in ' || id FROM outbox WHERE state = 'sent'"
        )
    )
    for platform, conversation, key, priority, state, reason in seen.record.disk.rows(
        "SELECT platform, conversation, key, priority, state, reason FROM outbox ORDER BY id"
    ):
        if state == "merged" and priority > 0 and (platform, conversation, reason) in sent:
            continue
        shown = seen.chat.shown.get((platform, conversation, key))
        times = len(shown.cards) if shown else 0
        is_said_elsewhere = state == "merged" or (state == "dead" and reason == "nothing to say")
        # The platform had it and did not say so; what is not urgent is then not said again.
        is_unsure = state == "ambiguous" and shown is not None and bool(shown.excuses)
        if state != "sent" and not is_said_elsewhere and not is_unsure:
            return f"{key} for {conversation} is {state} ({reason})"
        if (state == "sent" or is_unsure) and times == 0:
            return f"{key} for {conversation} was never shown"
        if shown and times > 1 + shown.excuses:
            return f"{key} was shown {times} times in {conversation}, {shown.excuses} excused"
    return ""


def everybody_hears_of_their_fills(seen: Evidence) -> str:
    told = set(seen.record.disk.rows("SELECT key, person FROM outbox"))
    for sequence, person in seen.record.wants_told:
        if (f"event:{sequence}", person) not in told:
            return f"{person} was not told of entry {sequence}"
    return ""


def the_money_is_all_there(seen: Evidence) -> str:
    """In the end the desk's books are the exchange's."""
    book = seen.book
    if book is None:
        return "the account was never opened"
    here, there = money_of(seen, book), money_there(seen)
    if not same_money(seen, here, there):
        return f"cash {here}, there {there}"
    ours = {s: p.quantity for s, p in book.positions.items() if p.quantity}
    theirs = {s: q for s, q in seen.exchange.held.items() if q}
    return f"held {ours}, there {theirs}" if ours != theirs else ""


def the_orders_are_the_exchanges(seen: Evidence) -> str:
    open_here = seen.kernel.orders.open.items()
    ours = {n: _shape(o) for n, o in open_here if o.twap is None}  # goes in slices
    theirs = {e.order.client_order_id: _shape(e.order) for e in _open(seen)}
    return f"ours {ours}, theirs {theirs}" if ours != theirs else ""


def _open(seen: Evidence) -> list[VenueOrder]:
    return seen.exchange.open_orders()


def _shape(order: Order) -> tuple[object, ...]:
    terms = order.terms
    return order.filled, terms.quantity, terms.price, terms.type


def every_yes_came_to_something(seen: Evidence) -> str:
    """A ticket that was used has an answer, which names the order or says why there is none."""
    rows = seen.record.disk.rows
    for ticket, message in rows("SELECT id, used_by FROM tickets WHERE state = 'used'"):
        answered = rows("SELECT 1 FROM outbox WHERE key = ?", f"answer:{message}:0")
        if not answered:
            return f"the yes to {ticket} has no answer"
    return ""


def the_record_is_unbroken(seen: Evidence) -> str:
    """The audit chain holds."""
    assert seen.app is not None
    verifying = seen.app.stores.audit.verify()
    try:
        verifying.send(None)
    except StopIteration as stop:
        return f"the audit chain breaks at {stop.value}" if stop.value is not None else ""
    return "verifying waits"


AT_THE_END: tuple[Check, ...] = (
    every_message_has_one_final_answer,
    every_card_is_shown_once,
    everybody_hears_of_their_fills,
    every_yes_came_to_something,
    every_change_was_answered,
    the_money_is_all_there,
    the_orders_are_the_exchanges,
    the_record_is_unbroken,
)


def held(checks: tuple[Callable[..., str], ...], *what: Any) -> None:
    """Raise Broken for the first that does not hold."""
    for check in checks:
        fault = check(*what)
        if fault:
            raise Broken(check.__name__, fault)
