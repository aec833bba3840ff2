"""Whether what follows a comma or an `and` begins another command, or goes on with the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.interpreter.phrases.formulas import COMPARES, PASSES
from bot.interpreter.phrases.intents import Intent
from bot.interpreter.phrases.policies import SHOWN, SWALLOW, TRADES
from bot.interpreter.phrases.tokens import FIGURES, Clause, Token
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.concepts import VERBS

IntentOf = Callable[[Sequence[Token]], Intent | None]
# The verbs with which a command may begin.
COMMANDING = frozenset(VERBS) - {"EXPLAIN", "ENROLL", "VERIFY", "MAKE"} | {"WHY", "TAKE"}
# After these a noun alone may ask for another reading: `show my orders and the balance`.
_BEFORE_A_NOUN = SHOWN | {"risk"}
_NOUNS = wordset("""
    ORDERS ORDER POSITION BALANCE FILL PNL PRICE CHART BOOK WATCHLIST ALERTN ALERTS STRATEGIES
    REPORT SCHEDULES LEADER FOLLOWING STATUS SETTINGS HELP AUDIT RISK SOLDE HOLDING HOWMUCH WHERE
    HOWIS FRENCH ENGLISH TIMEZONE <rule> <zone> LANGUAGE MFA ALLIN
""")
REMOVALS = ("REMOVE", "CANCEL", "KILL", "DUMP")
_SHOWS = wordset("alerts schedules orders watchlist watch")
_REMOVED = {"unalert": "ALERTN", "snooze": "ALERTN", "cancel": "ORDER", "unschedule": "SCHEDULES"}
MOST_FRONTED = 5
_NOT = wordset("pas rien not don't dont nothing never jamais")
_BEFORE_A_VERB = wordset("FILLER REQ POSS THEN AND NOW")
_TERMS = wordset(
    "STOPLOSS STOPW TAKEPROFIT TRAIL LIMITW NOTABOVE NOTBELOW GTC IOC FOK DAYTIF <venue>"
)
# What may follow a command and still be part of it, when it names no other instrument.
_ATTACHED = {
    **dict.fromkeys(TRADES, _TERMS),
    "follow": ("MAXDD", "RATIO", "<percent>", "<money>"),
    "publish": ("FEE", "PERMONTH", "<percent>"),
    "alert": ("ALWAYS", "ONCE", "NOTE", "<timeframe>", "<cond>"),
    "screen": ("<cond>", "<timeframe>"),
    "optimize": ("TRIALS", "<objective>", "<timeframe>", "<period>"),
    "backtest": ("PARAMS", "<param>", "<timeframe>", "<period>", "<dates>"),
    "chart": ("<indicator>", "<timeframe>"),
    "book": ("DEPTH",),
    "replace": ("SIZE", "PRICE", "<number>", "<money>"),
    "halt": ("EVERYTHING", "CLOSE", "SOLDE", "FLATTEN"),
    "run": ("LIVE", "PAPER", "<timeframe>", "<money>"),
}


def begins(left: Clause, right: Clause, intent_of: IntentOf) -> bool:
    """Whether the words on the right are a command of their own."""
    mine = intent_of(left)
    if _is_fronted(left, right, mine) or _verb_comes_last(left, right):
        return False
    head = _head(right, mine)
    if mine is None or head is None:
        return _after_preface(left, head)
    if right[0].text == "sans" and any(t.isa("BUY", "SELL", "CLOSE") for t in right[1:4]):
        return True  # `préviens-moi, sans rien vendre`
    if mine.command in _REMOVED and _is_another(right, mine.command):
        return False  # `efface l'alerte a21 et l'alerte a22`
    if any(t.isa("EXCEPT") for t in right[:3]):
        return False  # `sell all my eth, i keep the staked ones`
    if mine.command in SWALLOW or not _heads(head, right, mine):
        return False
    if not head.isa("CANCEL", "BUY", "SELL") and _attached(mine.command, next_piece(right)):
        return False
    if mine.command in _SHOWS and head.isa(*REMOVALS):
        return True
    if head.isa("SHOW") and any(t.isa("REMAINING") or t.text in {"list", "liste"} for t in right):
        return True
    other = intent_of(next_piece(right)) or intent_of(right)
    return other is not None and other.weight >= 1


def _head(right: Clause, mine: Intent | None) -> Token | None:
    """The first word that may be a command's own; behind a reading `today's fills` are fills."""
    small = (t for t in right if not (t.concepts and t.concepts <= _BEFORE_A_VERB))
    head = next((t for t in small if not _only_wishes(t, right)), None)
    if head is None or mine is None or mine.command not in _BEFORE_A_NOUN or not _is_a_day(head):
        return head
    return next((t for t in right[right.index(head) + 1 :] if not t.isa("POSS")), head)


def _is_fronted(left: Clause, right: Clause, mine: Intent | None) -> bool:
    """`if nvda rises past 150, buy 12`; `sur mes 4 eth, mets un stop à 2100`."""
    if not left:
        return False
    supposed = left[0].isa("IF", "WHEN") and _orders(right) and not (mine and _refuses(right))
    complement = left[0].isa("ON", "FOR") and left[-1].kind == "symbol"
    return supposed or (complement and len(left) <= MOST_FRONTED)


def _is_a_day(token: Token) -> bool:
    """`and today's fills too`."""
    return token.kind in {"period", "dates"} or (token.isa("TODAY") and len(token.concepts) == 1)


def _only_wishes(token: Token, right: Clause) -> bool:
    """`je veux voir`: a wish to do something is no more than a request for it."""
    place = right.index(token)
    verb = next((t for t in right[place + 1 :] if not t.isa("FILLER", "REQ")), None)
    return token.isa("REQ") and token.isa("WANT") and verb is not None and verb.isa(*COMMANDING)


def _is_another(right: Clause, command: str) -> bool:
    """Nothing but one more of what is removed."""
    meant = [t for t in next_piece(right) if not t.isa("FILLER")]
    named = any(t.of("id", "aid", "sid") for t in meant)
    return named and all(t.isa(_REMOVED[command]) or t.of("id", "aid", "sid") for t in meant)


def _refuses(right: Clause) -> bool:
    """`mais tu vends pas`."""
    return any(t.text in _NOT for t in right)


def _orders(right: Clause) -> bool:
    """`… sell 2 eth`: whether an order's verb comes first."""
    head = next((t for t in right if not t.isa("FILLER", "REQ", "THEN", "NOW")), None)
    return head is not None and head.isa("BUY", "SELL", "CLOSE", "DUMP", "CUT", "PUT")


def _verb_comes_last(left: Clause, right: Clause) -> bool:
    """`among btc and eth, which…`, `golden cross on eth, tell me`: the verb comes last."""
    head = next((t for t in right if not t.isa("FILLER", "REQ")), None)
    if head is None:
        return False
    things = [t for t in left if not t.isa("FILLER", "AND", "ON") and t.kind != "mark"]
    bare = bool(things) and all(t.of("symbol", "timeframe", "duration") for t in things)
    if bare and any(t.kind == "symbol" for t in things) and head.isa("SCREEN", "SHOW", "ALERT"):
        return True  # `doge 15m, shout when it is oversold`
    sized = bool(things) and all(t.of("symbol", *FIGURES) for t in things)
    if sized and any(t.kind == "symbol" for t in things) and head.isa("BUY", "SELL"):
        # `5 bnb, buy, stop at 560`
        return not any(t.kind == "symbol" for t in right[:4]) and not _is_pointing(right)
    if head.isa("SCREEN", "SHOW") and not any(t.isa(*COMMANDING) for t in left):
        return any(t.isa("BETWEEN", "OF", "IN") for t in left) and any(
            t.kind == "symbol" or t.isa("WATCHLIST") for t in left
        )
    if head.isa("WHY"):
        return any(t.kind == "id" or t.isa("ORDER") for t in left)
    return head.isa("ALERT") and any(t.isa(*COMPARES, "IF", "WHEN") for t in left)


def _is_pointing(right: Clause) -> bool:
    """`… sell it`."""
    return any(t.isa("IT") or t.text in {"le", "la", "les"} for t in right[:3])


def _after_preface(left: Clause, head: Token | None) -> bool:
    """`ok im done for the year, sell everything`: what came before asks for nothing."""
    first = next((t for t in left if not t.isa("FILLER", "REQ", "AND") or t.isa("LATER")), None)
    if first is not None and first.isa("LATER"):
        return False  # `after 4410 is filled, cancel 4411`
    return (
        head is not None
        and head.isa(*COMMANDING)
        and not any(
            t.isa("IF", "<schedule>") or (t.isa("WHEN") and t is not left[-1]) for t in left
        )
    )


def _heads(head: Token, right: Clause, mine: Intent) -> bool:
    """Whether another command may begin with this word behind the last one."""
    if head.isa("STOPW") and mine.command in {"buy", "sell", "replace", "follow"}:
        return any(t.of("strategy", "leader") or t.isa("STRATEGY", "STRATEGIES") for t in right[:4])
    if head.isa(*COMMANDING):
        return not (
            mine.command in {"alert", "screen"} and head.isa(*PASSES, "CLOSES", "NOTE", "PRICE")
        )
    return (
        mine.command in _BEFORE_A_NOUN | {"language", "timezone"}
        and head.isa(*_NOUNS)
        and mine.command != "screen"
    )


def next_piece(right: Clause) -> Clause:
    """Up to the next join."""
    for index, token in enumerate(right):
        if index and (token.isa("THEN") or token.text == ","):
            return right[:index]
    return right


def _attached(command: str, right: Clause) -> bool:
    """`buy 3 eth, with a stop at 2000`: what is the last command's own."""
    if any(t.of("symbol", "leader", "strategy", "id", "aid") for t in right):
        return False
    return any(token.isa(*_ATTACHED.get(command, ())) for token in right)
