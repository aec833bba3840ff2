"""What stands round an everyday word where it names an asset: `20 cosmos`, `chart of render`."""

from __future__ import annotations

from bot.interpreter.phrases.vocabulary import wordset

SMALL = wordset("the le la les l' du de d' of des some a an un une worth all tous toutes")
ONE = wordset("a an un une")
THE = wordset("the le la les l'")
MINE = wordset("my our mes mon ma notre nos")
ON = wordset("on sur for pour in en dans into of de du d'")
WISHES = wordset("like want voudrais voudrait aimerais souhaite faut faudrait")
AGAIN = wordset("same idem pareil meme")
# Tickers of two letters that are counted like others.
SHORT = wordset("op ar")
# Too everyday to be an asset anywhere.
NEVER = wordset("alt core gas hot id meme mobile ont people prime safe sats ton usual virtual win")
# Concepts of the words beside it.
TRADED = wordset("BUY SELL CLOSE DUMP CUT PUT ADD WANT GET BUYSTOP SELLSTOP")
THINGS = ("PRICE", "CHART", "BOOK", "WATCH", "UNWATCH", "POSITION", "ORDERS", "PNL", "FILL")
DONE_ON = (
    *THINGS,
    *("BACKTEST", "RUN", "OPTIMIZE", "ALERT", "ALERTN", "PUT", "STOPW", "STOPLOSS"),
)
MOVED = ("REMOVE", "TAKE", "ADD", "DUMP", "CANCEL", "KILL", "PUT")
COMPARED = ("UP", "DOWN", "ABOVE", "BELOW", "CROSS", "CLOSES", "OVERBOUGHT", "OVERSOLD")
