"""What a command cannot do without."""

from __future__ import annotations

from collections.abc import Mapping

from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.reading import Json

_SIZE = ("quantity", "amount", "percent")
_EITHER = {
    "buy": (_SIZE,),
    "sell": (_SIZE,),
    "cancel": (("order", "symbol"),),
    "replace": (("price", "quantity"),),
    "follow": (("amount", "ratio"),),
    "unalert": (("alert", "symbol"),),
}


def missing(entry: Entry, args: Mapping[str, Json]) -> list[str]:
    """The arguments to ask for, in the order of the catalogue."""
    absent = [name for name in entry.needs if name not in args]
    either = _EITHER.get(entry.name, ())
    return absent + [names[0] for names in either if not any(name in args for name in names)]
