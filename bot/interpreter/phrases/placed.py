"""What is said of an order that had its yes: of the order on the book, or of what it bought."""

from __future__ import annotations

from bot.interpreter.phrases.figures import LEVELS
from bot.interpreter.phrases.reading import CommandText, Json
from bot.interpreter.phrases.revisions import Revision, is_once_more
from bot.interpreter.phrases.scenes import Scene

_OTHER = {"buy": "sell", "sell": "buy"}
# What protects an order yet to be placed, and how the same protects what is held.
_EXITS = {"stop_loss": "stop_price", "trail": "trail", "take_profit": "price"}
_REPLACED = {"price": "price", "stop_price": "price", "quantity": "quantity"}


def of_what_is_placed(revision: Revision, before: CommandText, scene: Scene) -> Revision:
    """`make it 51000` gives it another price; `put a stop at 47000` sells from there what is held.

    What cannot be changed on the book any more, and is no order of its own, is asked about.
    """
    changed = revision.command
    if revision.is_another or is_once_more(scene):
        return revision
    new = {name: said for name, said in changed.args.items() if before.args.get(name) != said}
    if revision.about and not revision.readings and not new:
        return _asked(before, revision.about)
    if revision.about:
        return _asked(before, ("quantity",))
    exits = {_EXITS[name]: said for name, said in new.items() if name in _EXITS}
    if exits and len(exits) == len(new):
        return Revision(_exit(before, exits), is_another=True)
    return _replaced(before, changed, new)


def _replaced(before: CommandText, changed: CommandText, new: dict[str, Json]) -> Revision:
    rests = any(level in before.args for level in LEVELS)
    gone = before.args.keys() - changed.args.keys()
    changes = {_REPLACED[name]: said for name, said in new.items() if name in _REPLACED}
    if not rests or "symbol" in new:
        return _asked(changed, ("quantity",))
    if gone or len(changes) < len(new):
        return Revision(CommandText("replace", {}), ("order",))
    return Revision(CommandText("replace", changes))


def _asked(order: CommandText, about: tuple[str, ...]) -> Revision:
    kept = {name: order.args[name] for name in ("symbol", "account") if name in order.args}
    return Revision(CommandText(order.name, kept), about)


def _exit(before: CommandText, exits: dict[str, Json]) -> CommandText:
    """What sells, or buys back, what the order came to."""
    if {"stop_price", "price"} <= exits.keys():
        exits["oco"] = exits.pop("stop_price")
    if any(not _is_price(exits.get(name, "0")) for name in ("price", "oco")):
        exits = {}  # so many percent from an entry that is past
    where = {name: before.args[name] for name in ("symbol", "account") if name in before.args}
    whole: dict[str, Json] = {}
    if exits and before.name == "buy":
        whole = {"percent": "100%"}
    elif exits and ":" in str(where.get("symbol", "")):
        whole = {"percent": "100%", "reduce_only": "true"}  # a short, or else nothing of it
    return CommandText(_OTHER[before.name], {**where, **exits, **whole})


def _is_price(said: Json) -> bool:
    return isinstance(said, str) and not said.endswith("%") and " " not in said
