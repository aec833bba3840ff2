"""What must hold of orders that people change: in place, or by another one in their place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from tests.simulation.record import Happened, level_of

if TYPE_CHECKING:
    from tests.simulation.evidence import Evidence

CHANGE_SECONDS = 30.0
"""How long a change may take to be made or refused when nothing is the matter."""


def a_change_was_confirmed(seen: Evidence, row: Happened) -> str:
    """What is asked of the exchange is what somebody said yes to."""
    if row.kind != "OrderReplaceRequested":
        return ""
    key, name = seen.record.key_of(row.sequence), row.body["client_order_id"]
    ticket = seen.record.ticket(key) if key else None
    if ticket is None or ticket[2] != "used":
        return f"{name} is changed without a yes (intent {key})"
    asked = orjson.loads(ticket[4])
    arguments, terms = asked["arguments"], row.body["terms"]
    if asked["command"] != "replace" or arguments["order"] != name:
        return f"{asked['command']} of {arguments.get('order')} was confirmed, {name} changed"
    if Decimal(arguments["price"]) != level_of(terms):
        return f"{arguments['price']} was confirmed for {name}, {level_of(terms)} asked for"
    told = seen.record.orders[name]
    same = "symbol", "side", "type", "reduce_only"
    if any(terms[each] != told.terms[each] for each in same):
        return f"{told.terms} was to be changed to {terms}"
    return ""


def an_order_rests_only_where_it_was_confirmed(seen: Evidence, row: Happened) -> str:
    """No change but of its size is made that nobody had asked for, and none is taken back."""
    if row.kind != "OrderReplaced":
        return ""
    told, terms = seen.record.orders[row.body["client_order_id"]], row.body["terms"]
    if terms["trail"] is not None or level_of(terms) in told.levels:
        return ""
    return f"{told.name} rests at {level_of(terms)}, confirmed were {told.levels}"


def changes_come_to_something(seen: Evidence) -> str:
    """What was to be changed is changed, or its owner was told that it is not."""
    longest = CHANGE_SECONDS + seen.exchange.nature.in_flight_seconds
    for name, order in seen.kernel.orders.open.items():
        if seen.lasts(f"change {name}", longest, wrong=order.asked is not None):
            return f"{name} has been waiting for its change for long"
    return ""


def every_change_was_answered(seen: Evidence) -> str:
    """A change that was confirmed was made or refused, or the order had ended."""
    for name in seen.kernel.orders.open:
        if seen.record.orders[name].asked is not None:
            return f"nobody was told what became of the change of {name}"
    return ""


def as_shrunk(old: Mapping[str, Any], order: Mapping[str, Any]) -> str:
    """In the place of one of a pair, for less of just the same."""
    terms = order["terms"]
    is_less = Decimal(terms["quantity"]) < Decimal(old["quantity"])
    is_same = {**terms, "quantity": ""} == {**old, "quantity": ""}
    return "" if order["linked"] and is_less and is_same else f"{terms} in the place of {old}"


def as_changed(seen: Evidence, order: Mapping[str, Any], ticket: Mapping[str, Any]) -> str:
    """In the place of the order that was to be changed, for no more of it, at the new price."""
    old, terms, arguments = (
        seen.record.orders[order["replaces"]],
        order["terms"],
        ticket["arguments"],
    )
    if ticket["command"] != "replace" or arguments["order"] != old.name:
        return f"{ticket['command']} of {arguments.get('order')} was confirmed, {old.name} replaced"
    same = ("symbol", "side", "type", "reduce_only")
    if any(terms[each] != old.terms[each] for each in same):
        return f"{old.terms} was to be changed, {terms} made"
    if level_of(terms) != Decimal(arguments["price"]) or not terms["reduce_only"]:
        return f"confirmed {arguments}, made {terms}"
    most = Decimal(old.terms["quantity"])
    return "" if Decimal(terms["quantity"]) <= most else f"{terms} is more than {most}"
