"""What stands round an everyday word where it names an asset: `20 cosmos`, `chart of render`."""

from __future__ import annotations


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


SMALL = _words("the le la les l' du de d' of des some a an un une worth all tous toutes")
ONE = _words("a an un une")
THE = _words("the le la les l'")
MINE = _words("my our mes mon ma notre nos")
ON = _words("on sur for pour in en dans into of de du d'")
WISHES = _words("like want voudrais voudrait aimerais souhaite faut faudrait")
AGAIN = _words("same idem pareil meme")
# Tickers of two letters that are counted like others.
SHORT = _words("op ar")
# Too everyday to be an asset anywhere.
NEVER = _words("alt core gas hot id meme mobile ont people prime safe sats ton usual virtual win")
# Concepts of the words beside it.
TRADED = (
    *("BUY", "SELL", "CLOSE", "DUMP", "CUT", "PUT", "ADD", "WANT", "GET"),
    *("BUYSTOP", "SELLSTOP"),
)
THINGS = ("PRICE", "CHART", "BOOK", "WATCH", "UNWATCH", "POSITION", "ORDERS", "PNL", "FILL")
DONE_ON = (
    *THINGS,
    *("BACKTEST", "RUN", "OPTIMIZE", "ALERT", "ALERTN", "PUT", "STOPW", "STOPLOSS"),
)
MOVED = ("REMOVE", "TAKE", "ADD", "DUMP", "CANCEL", "KILL", "PUT")
COMPARED = ("UP", "DOWN", "ABOVE", "BELOW", "CROSS", "CLOSES", "OVERBOUGHT", "OVERSOLD")
