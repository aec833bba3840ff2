"""What a command would do, in words short enough for a button."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.voice import Voice

LONGEST = 60
_SIZES = ("quantity", "amount", "percent")
_TRADES = frozenset({"buy", "sell"})


def meant(name: str, args: Mapping[str, Any], voice: Voice) -> str | None:
    """`Sell 0.5 ETH at market`; None where there are no words for all of it."""
    said = {key: str(value) for key, value in args.items()}
    words = _trade(name, said, voice) if name in _TRADES else _other(name, said, voice)
    return words if words is not None and len(words) <= LONGEST else None


def _trade(name: str, said: dict[str, str], voice: Voice) -> str | None:
    size = next((key for key in _SIZES if key in said), None)
    if size is None or "symbol" not in said:
        return None
    base, _, quote = said.pop("symbol").partition("/")
    facts = {"size": _figure(said.pop(size), voice), "base": base, "quote": quote or "USD"}
    price, stop = said.pop("price", None), said.pop("stop_price", None)
    how = "stop_limit" if price and stop else "limit" if price else "stop" if stop else "market"
    levels = {"price": _figure(price or "", voice), "stop": _figure(stop or "", voice)}
    parts = [
        voice.say(f"meant.{name}.{size}", **facts),
        voice.say(f"meant.how.{how}", **levels),
        *_beside(said, voice),
    ]
    return None if said else " ".join(parts[:2]) + "".join(f", {part}" for part in parts[2:])


def _beside(said: dict[str, str], voice: Voice) -> Iterator[str]:
    """What stands beside an order's size and price, taken out of what is left to say."""
    for key in ("stop_loss", "take_profit", "trail", "venue"):
        if key in said:
            yield voice.say(f"meant.beside.{key}", value=_figure(said.pop(key), voice))
    if "time_in_force" in said:
        yield voice.say(f"tif.{said.pop('time_in_force')}")


def _other(name: str, said: dict[str, str], voice: Voice) -> str | None:
    """A text for exactly these arguments, if there is one."""
    every = [key for key in ("symbol", "order") if said.get(key) == "all"]
    kind = "_".join([*sorted(said.keys() - every), *(f"all_{key}" for key in every)])
    key = f"meant.{name}.{kind}"
    if not voice.knows(key):
        return None
    facts = {k: _figure(v, voice) if k != "order" else v for k, v in said.items()}
    facts["base"] = said.get("symbol", "").partition("/")[0]
    return voice.say(key, **facts)


def _figure(text: str, voice: Voice) -> str:
    """A figure as people read it; what is none, as it is."""
    bare = text.removesuffix("%")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return text
    if bare != text:
        return voice.percent(number / 100, decimals=len(bare.partition(".")[2]))
    return voice.number(number)
