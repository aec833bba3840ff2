"""Whether an order is to the last figure what somebody had before them when they said yes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_LEVELS = "price", "stop_price", "trail", "stop_loss"


def as_confirmed(order: Mapping[str, Any], ticket: Mapping[str, Any], closing: str) -> str:
    """What of an order was not on its card, if anything; `closing` is the side that closes."""
    command, arguments, terms = ticket["command"], ticket["arguments"], order["terms"]
    if command == "close":
        parts = dict(part.rsplit(":", 1) for part in arguments["symbol"].split())
        most = Decimal(parts.get(terms["symbol"], 0))
        is_shown = terms["side"] == closing and Decimal(terms["quantity"]) <= most
        return "" if is_shown else f"{terms} were not on the card of {parts}"
    if command not in {"buy", "sell"}:
        return f"a {command} was confirmed"
    asked, made = _asked(command, arguments), _made(order)
    if not _same(asked, made) and not _same(_other_of_pair(asked, arguments), made):
        return f"confirmed {asked}, made {made}"
    follows = arguments.get("oto")
    if (follows is None) != (order["triggers"] is None):
        return f"what follows is {order['triggers']}, confirmed was {follows}"
    if follows is None:
        return ""
    side, *said = shlex.split(follows.removeprefix("/"))
    exact = dict(each.split("=", 1) for each in said if "=" in each)
    if "quantity" not in exact:
        return f"what follows was confirmed as {follows}, which says no quantity"
    asked, made = _asked(side, exact), _made(order["triggers"])
    return "" if _same(asked, made) else f"confirmed to follow {asked}, made {made}"


def _same(asked: dict[str, object], made: dict[str, object]) -> bool:
    """To the last figure; what closes by the time of the yes may be held to that."""
    return {**asked, "reduce_only": asked["reduce_only"] or made["reduce_only"]} == made


def _asked(side: str, said: Mapping[str, Any]) -> dict[str, object]:
    """By what a card says."""
    goals = [each.partition(":") for each in str(said.get("take_profit", "")).split()]
    return {
        "side": side,
        "symbol": said["symbol"],
        "quantity": Decimal(said["quantity"]),
        "reduce_only": str(said.get("reduce_only", False)).lower() == "true",
        "targets": [(Decimal(at), Decimal(size or said["quantity"])) for at, _, size in goals],
        **{name: _figure(said.get(name)) for name in _LEVELS},
    }


def _made(order: Mapping[str, Any]) -> dict[str, object]:
    """The same by what the journal says of an order, or of what follows one."""
    terms = order["terms"]
    return {
        "side": terms["side"],
        "symbol": terms["symbol"],
        "quantity": Decimal(terms["quantity"]),
        "reduce_only": terms["reduce_only"],
        "targets": [(Decimal(t["price"]), Decimal(t["quantity"])) for t in order["targets"]],
        **{name: _figure(terms.get(name, order.get(name))) for name in _LEVELS},
    }


def _other_of_pair(asked: Mapping[str, object], said: Mapping[str, Any]) -> dict[str, object]:
    """The order that the same card has at its second price: a stop to a limit, or a limit."""
    at = _figure(said.get("oco"))
    if at is None:
        return asked
    is_stop = asked["price"] is not None
    there = {"price": None if is_stop else at, "stop_price": at if is_stop else None}
    return {**asked, **there, "trail": None}


def _figure(said: str | None) -> Decimal | None:
    if said is None:
        return None
    return Decimal(said[:-1]) / 100 if said.endswith("%") else Decimal(said)
