"""A sale's target and stop on the sides of what is held: one leaves it by a limit or by a stop."""

from __future__ import annotations

from decimal import Decimal

from bot.interpreter.phrases.reading import Json
from bot.interpreter.phrases.scenes import Draft, Scene

_LEVELS = ("take_profit", "price")
_STOPS = ("stop_loss", "stop_price")
# What an exit is given instead of each of these.
GUARDS = {"take_profit": "price", "stop_loss": "stop_price"}


def as_exit(draft: Draft) -> Draft:
    """`sell 2 eth tp 3000 sl 1800`: a target above its stop is that of a holding.

    Whoever goes short has the stop above, and that draft stays what it is.
    """
    target = next((name for name in _LEVELS if name in draft), None)
    stop = next((name for name in _STOPS if name in draft), None)
    both = target is not None and stop is not None and "trail" not in draft
    if not both or {"take_profit", "price"} <= draft.keys():
        return draft
    high, low = _price(draft[target or ""]), _price(draft[stop or ""])
    if high is None or low is None or high <= low:
        return draft
    rest = {name: said for name, said in draft.items() if name not in {target, stop}}
    return {**rest, "price": draft[target or ""], "oco": draft[stop or ""]}


def lacking(draft: Draft, scene: Scene) -> list[str]:
    """`sell 2 eth tp 3000`: what is held is sold there, or at once, which nobody would guard."""
    short = any(t.isa("SELL") and "short" in t.text for t in scene.tokens)
    perpetual = ":" in str(draft.get("symbol", ""))
    guards = [name for name in GUARDS if name in draft]
    if short or perpetual or len(guards) != 1 or {"price", "stop_price"} & draft.keys():
        return []
    return [GUARDS[guards[0]]]


def _price(said: Json) -> Decimal | None:
    """A level in percent is none."""
    try:
        return Decimal(str(said))
    except ArithmeticError:
        return None
