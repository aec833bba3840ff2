"""What must hold besides where positions are backed rather than paid for; elsewhere it is nothing.

The exchange's wallet settles means that have no end as decimals, so money is compared to a
billionth.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from engine.domain.identifiers import Symbol
from engine.domain.margin import Leverage, MarginMode
from engine.domain.order import Order
from engine.portfolio.book import AccountBook
from tests.simulation.exchange import QUOTE
from tests.simulation.record import FORCED, Happened
from tests.simulation.stake import decimal

if TYPE_CHECKING:
    from tests.simulation.evidence import Evidence

_ZERO = Decimal(0)
_FINE = Decimal("1e-9")
COMPARED_SECONDS = 240.0
"""How long what nothing tells of may stay unknown: the time between two comparisons, and theirs."""
_ANSWER_SECONDS = 1.0


def same_money(seen: Evidence, ours: Mapping[str, Decimal], theirs: Mapping[str, Decimal]) -> bool:
    """To the last digit where all that is paid is paid in full."""
    if seen.perpetuals is None:
        return ours == theirs
    names = {*ours, *theirs}
    return all(abs(ours.get(n, _ZERO) - theirs.get(n, _ZERO)) <= _FINE for n in names)


def money_of(seen: Evidence, book: AccountBook) -> dict[str, Decimal]:
    """The desk's cash, and on margin what it would be if all were closed for nothing.

    In which order fills are heard decides what of a profit is realised, not what there is of it.
    """
    cash: dict[str, Decimal] = dict(book.cash)
    if seen.perpetuals is not None:
        cash[QUOTE] -= sum((each.cost for each in book.positions.values()), _ZERO)
    return cash


def money_there(seen: Evidence) -> dict[str, Decimal]:
    """The same at the exchange."""
    cash: dict[str, Decimal] = dict(seen.exchange.cash)
    if seen.perpetuals is not None:
        stakes = seen.perpetuals.stakes.values()
        cash[QUOTE] += sum((decimal(each.profit_at(_ZERO)) for each in stakes), _ZERO)
    return cash


def passes_on_margin(seen: Evidence, terms: Mapping[str, Any]) -> str:
    """What the rules let pass, reckoned anew: what only reduces, or what the cash backs."""
    record, symbol, quantity = seen.record, terms["symbol"], Decimal(terms["quantity"])
    held, sign = record.positions.get(symbol, _ZERO), 1 if terms["side"] == "buy" else -1
    instrument = next(each for each in seen.listed if each.symbol == symbol)
    if quantity <= 0 or quantity % instrument.quantity_step:
        return f"quantity {quantity} is off the step"
    if terms["reduce_only"]:
        is_less = held * sign < 0 and quantity <= abs(held)
        return "" if is_less else f"{terms['side']} {quantity} reduces nothing of {held}"
    if record.is_halted:
        return "opened while halted"
    tick = seen.prices.last[Symbol(symbol)]
    price = Decimal(terms["price"] or terms["stop_price"] or (tick.ask if sign > 0 else tick.bid))
    limit = {**seen.limits, **record.limits}.get("max_order_value")
    # The price that was judged may be some ticks old.
    if limit is not None and quantity * price > limit * Decimal("1.07"):
        return f"worth {quantity * price}, at most {limit}"
    opened = quantity - min(quantity, abs(held)) if held * sign < 0 else quantity
    margin = opened * price / record.times(symbol)
    cash, backing = record.cash[instrument.quote], record.backing() if opened else _ZERO
    if margin + backing > cash * Decimal("1.05"):
        return f"backed by {margin} beside {backing}, cash {cash}"
    return ""


# -- each row of the journal -----------------------------------------------------------------------


def cash_moves_are_the_exchanges_own(seen: Evidence, row: Happened) -> str:
    """Funding, and whatever else moved cash apart from trades, is booked as it was, once."""
    if row.kind != "CashMoved":
        return ""
    entry = row.body["entry"]
    if entry["id"] in seen.record.moved:
        return f"{entry['id']} is booked twice"
    true = next((each for each in seen.exchange.moved if each.id == entry["id"]), None)
    ours = entry["reason"], Decimal(entry["amount"]), entry["symbol"]
    if true is None or ours != (true.reason, true.amount, true.symbol):
        return f"{entry['id']} is booked as {ours}, there it is {true}"
    return ""


def nothing_opens_on_an_unknown_leverage(seen: Evidence, row: Happened) -> str:
    """What may make a position is only placed where a leverage was confirmed and read back."""
    if row.kind != "OrderInitialized" or seen.perpetuals is None:
        return ""
    terms = row.body["order"]["terms"]
    is_known = terms["reduce_only"] or terms["symbol"] in seen.record.leverage
    return "" if is_known else f"{terms} opens on nobody knows what"


def a_leverage_was_confirmed_and_read_back(seen: Evidence, row: Happened) -> str:
    """Behind each leverage stands a yes to it, one for each time, and the exchange has it."""
    if row.kind != "LeverageSet" or row.body["leverage"] is None or seen.perpetuals is None:
        return ""
    by, symbol, said = row.body["by"], row.body["symbol"], row.body["leverage"]
    times = str(said["times"])
    leverage = Leverage(Decimal(times), MarginMode(said["mode"]))
    if leverage.mode is not MarginMode.ISOLATED:
        return f"{symbol} is {said}, and was never asked for"
    tickets = seen.record.disk.rows(
        "SELECT body FROM tickets WHERE person = ? AND state = 'used'", by
    )
    asked = [orjson.loads(body) for (body,) in tickets]
    yes = sum(
        each["command"] == "leverage"
        and each["arguments"]["symbol"] == symbol
        and Decimal(each["arguments"]["times"]) == leverage.times
        for each in asked
    )
    if yes <= seen.record.levered[by, symbol, times]:
        return f"{by} has said yes to {times} for {symbol} {yes} times"
    lately = seen.exchange.nature.lag_seconds + _ANSWER_SECONDS
    if not seen.perpetuals.had_leverage(Symbol(symbol), leverage, lately):
        return f"{symbol} is held at {seen.perpetuals.leverage(Symbol(symbol))}, not {leverage}"
    return ""


def what_was_forced_is_booked_as_that(seen: Evidence, row: Happened) -> str:
    """A liquidation is booked as the exchange's own act, and no order of ours as one."""
    if seen.perpetuals is None:
        return ""
    if row.kind == "OrderAdopted":
        purpose = row.body["order"]["purpose"]
        return "" if purpose in FORCED else f"{row.body['order']} was adopted, and nobody said so"
    if row.kind != "OrderFilled":
        return ""
    order = seen.record.orders[row.body["client_order_id"]]
    forced = seen.perpetuals.forced.get(row.body["trade_id"])
    true = (forced.purpose.value, forced.side.value, "desk") if forced is not None else None
    body = order.body
    ours = (body["purpose"], order.terms["side"], body["placed_by"])
    if true is None and body["purpose"] not in FORCED:
        return ""
    return "" if ours == true else f"{row.body['trade_id']} is booked as {ours}, it was {true}"


# -- what leaves -----------------------------------------------------------------------------------


def nothing_leaves_on_an_unknown_leverage(seen: Evidence, order: Order) -> str:
    """One that waited stays here where what it was confirmed on is known no more."""
    if seen.perpetuals is None or order.terms.reduce_only:
        return ""
    is_known = order.terms.symbol in seen.record.leverage
    return "" if is_known else f"{order.client_order_id} leaves on nobody knows what"


def what_closes_is_held_to_that(seen: Evidence, order: Order) -> str:
    """What protects or closes can do nothing else, whatever happens to the position first."""
    if seen.perpetuals is None:
        return ""
    told = seen.record.orders[order.client_order_id]
    if order.is_protection and told.sign == seen.record.orders[str(told.parent)].sign:
        return f"{order.client_order_id} is on the side of what it is to protect"
    if order.terms.reduce_only:
        return ""
    key = seen.record.key_of(told.first)
    ticket = seen.record.ticket(key) if key and key.startswith("ticket:") else None
    is_close = ticket is not None and orjson.loads(ticket[4])["command"] == "close"
    if order.is_protection or order.purpose.value == "flatten" or is_close:
        return f"{order.client_order_id} is to close, and may open"
    return ""


# -- from time to time -----------------------------------------------------------------------------


def a_leverage_is_the_exchanges(seen: Evidence) -> str:
    """What is known of leverage is so at the exchange, or is soon known no more."""
    book, exchange = seen.book, seen.perpetuals
    if book is None or exchange is None:
        return ""
    for symbol in exchange.stakes:
        known, true = book.leverage.get(symbol), exchange.leverage(symbol)
        wrong = known is not None and known != true
        if seen.lasts(f"leverage {symbol}", COMPARED_SECONDS, wrong=wrong):
            return f"{symbol} is taken to be held at {known}, it is at {true}"
    return ""


def what_was_forced_is_found(seen: Evidence) -> str:
    """Each liquidation and deleveraging is booked within the time of a comparison."""
    if seen.perpetuals is None:
        return ""
    booked = {trade for _, trade in seen.record.trades}
    for trade in seen.perpetuals.forced:
        wrong = trade not in booked
        if seen.lasts(f"forced {trade}", COMPARED_SECONDS, wrong=wrong):
            return f"{seen.perpetuals.forced[trade]} is not booked"
    return ""
