"""Which guards hold for which commands, and where in a clause an order may begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.interpreter.phrases.tokens import Token, is_infinitive
from bot.interpreter.phrases.vocabulary import phraseset, wordset
from bot.interpreter.phrases.vocabulary.currencies import CURRENCIES
from bot.interpreter.phrases.vocabulary.guards import GREETINGS, OPENERS, SUBJECTS

MONEY = wordset(
    "buy sell close cancel replace leverage run follow publish subscribe unfollow unsubscribe"
)
TRADES = ("buy", "sell")
SHOWN = wordset("""
    orders positions balance fills pnl why price chart book watchlist screen alerts strategies
    strategy report schedules leaders leader following help status settings audit export
""")
READS = SHOWN | {"backtest", "optimize"}
# What follows these and their object tells why: `unsubscribe me from @x, i never read it`.
UNDOING = wordset("unfollow unsubscribe unwatch unalert unschedule disconnect")
# What follows these belongs to them to the end.
SWALLOW = wordset("design review")
_ALL = wordset("OPINION NEGATION PAST HYPOTHESIS UNDECIDED REPORT NEVERMIND WHETHER")
_OF_READS = wordset("OPINION HYPOTHESIS UNDECIDED REPORT NEGATION")
DOUBTING = wordset("OPINION HYPOTHESIS UNDECIDED REPORT")
"""The families that stand over a whole sentence."""
_SPARED = {
    "why": wordset("NEGATION REPORT"),
    "backtest": wordset("HYPOTHESIS OPINION"),
    "orders": wordset("NEGATION PAST"),
    "help": wordset("OPINION HYPOTHESIS"),
    "leaders": wordset("OPINION"),
    "risk": wordset("NEGATION NEVERMIND"),
    "language": wordset("OPINION"),
    "timezone": wordset("OPINION"),
    "price": wordset("NEGATION"),
    "halt": wordset("NEGATION UNDECIDED"),
    "resume": wordset("PAST"),
    "status": wordset("NEGATION"),
    "unwatch": wordset("NEGATION"),
    "unalert": wordset("NEGATION"),
    "alert": wordset("PAST"),
    "forget": wordset("NEVERMIND PAST REPORT"),
    "screen": wordset("PAST"),
    "design": wordset("PAST HYPOTHESIS UNDECIDED"),
}
_PREDICATES = phraseset("fait, ferait, est, c' est, parait, semble, coute, rapporte, sont")
MAX_OBJECT = 5
_ASKING = phraseset("""
    can, could, would, will, tu p, peux, pourr, pouvez, vous p, est-ce que tu, est ce que tu,
    est-ce que vous, are you able, mind, possible, serait, is it p, cn u, t'peux, tpeux, hey can,
    tu veux, c'est p, auriez, y a m, y'a m, est-ce p, est ce p, tu me, u can, you can, tu saur,
    vous saur, saur, sais, savez
""")
_BEFORE_A_VERB = wordset("""
    FILLER REQ NOW THEN AND <symbol> <id> <schedule> <clock> POSS <venue> AT ON FOR WITH OF IN TO
    BY INSTEAD MARKET IT ALL EVERYTHING SCHEDULE <leader> <strategy> LIVE PAPER ALLIN <number>
    <money> <percent> <fraction> LIMITW POSITION ORDER ORDERS <period> HALVE STOPW STOPLOSS TRAIL
    DAYTIF GTC IOC FOK <duration> TODAY TOPUP BALANCE SWITCH SET ADD OPEN TAKE MAKE GET PUT
""")
VERBS_OF = {
    "buy": wordset("""
        BUY BUYSTOP PUT ALLIN ADD WANT GETQ TOPUP BALANCE SEND OPEN CONVERT TAKER DOUBLE
    """),
    "sell": wordset("""
        SELL SELLSTOP DUMP PUT SET ADD PROTECT STOPW STOPLOSS TAKEPROFIT TRAIL MAKE TAKE CUT
        OFFER GIVER PUBLISH REMOVE KILL
    """),
    "close": ("CLOSE", "CLOSES", "SOLDE", "CUT", "SELL", "DUMP", "HALT", "STOP", "TAKE"),
    "cancel": ("CANCEL", "KILL", "REMOVE", "DUMP", "MUSTGO"),
    "replace": ("CHANGE", "PUT", "SET", "SWITCH", "MAKE", "ORDER", "DUMP", "CUT", "REMOVE"),
    "leverage": wordset("""
        LEVERAGE SET PUT CHANGE SWITCH TURN MAKE DUMP CUT ADD REMOVE DOUBLE TRIPLE HALVE <times>
    """),
    "run": ("RUN", "PUT", "SWITCH", "TURN", "LET", "SET"),
    "follow": ("FOLLOW", "PUT"),
    "publish": ("PUBLISH", "SELL", "SALE", "SHOW", "PUT"),
    "subscribe": ("SUBSCRIBE", "SUBSCRIPTION", "BUY", "GETQ"),
    "unfollow": ("UNFOLLOW", "STOP", "CANCEL", "KILL", "REMOVE", "CUT", "CLOSE"),
    "unsubscribe": ("UNSUBSCRIBE", "CANCEL", "STOP", "REMOVE", "KILL", "CLOSE"),
}


def forbids(command: str, in_clause: frozenset[str], in_sentence: frozenset[str]) -> bool:
    """Whether the guarded families found keep the command from being read."""
    mine = _OF_READS if command in READS else _ALL
    mine -= _SPARED.get(command, frozenset())
    if in_clause & mine:
        return True
    return command not in READS and bool(in_sentence & mine & DOUBTING)


def spared(command: str, families: frozenset[str]) -> frozenset[str]:
    """The families without those that the command may bear."""
    return families - _SPARED.get(command, frozenset())


def verb_end(command: str, tokens: Sequence[Token]) -> int:
    """Where the verb of an order ends."""
    return next((t.end for t in tokens if t.isa(*VERBS_OF[command])), tokens[-1].end)


def leads(command: str, tokens: Sequence[Token]) -> bool:
    """An order begins with its verb; only the small words of a request may stand before it."""
    verbs = VERBS_OF[command]
    supposed, compared, figure = False, False, False
    for token in tokens:
        supposed = supposed or token.isa("IF", "WHEN")
        compared = compared or (supposed and token.isa("UP", "DOWN", "ABOVE", "BELOW"))
        figure = figure or (compared and token.of("number", "money", "percent"))
        if token.isa(*verbs) and not (supposed and not figure):
            return True
        if supposed and (
            token.isa("IF", "WHEN", "UP", "DOWN", "ABOVE", "BELOW", "PRICE")
            or token.text == "it"
            or (compared and token.isa("UNTIL"))
        ):
            continue
        known = token.kind == "mark" or not token.concepts.isdisjoint(_BEFORE_A_VERB)
        if not known:
            return False
    return False


def speaks_of_another(command: str, tokens: Sequence[Token]) -> bool:
    """`je voudrais que mon fils achète 1 btc`, `celui qui vend 3 sol`."""
    orders = {"BUY", "SELL", "CLOSE", "CANCEL", "DUMP", "FOLLOW", "RUN"} & set(VERBS_OF[command])
    verb = next((i for i, t in enumerate(tokens) if t.isa(*orders)), 0)
    before = tokens[:verb]
    wished = any(a.text in {"que", "qu'"} and not _is_addressed(b) for a, b in pairwise(before))
    return wished or any(t.text == "qui" for t in before[-1:])


def _is_addressed(token: Token) -> bool:
    return token.text.split()[0] in {"tu", "vous", "t'", "je", "j'", "on", "nous"}


def speaks_of_doing(command: str, tokens: Sequence[Token], families: frozenset[str]) -> bool:
    """`vendre 2 btc me fait peur`: an infinitive that something is told of orders nothing.

    Nor does one that what stands before says no to: `faut pas déconner, vendre 3 btc`.
    """
    verb = next((i for i, t in enumerate(tokens) if t.isa(*VERBS_OF[command])), len(tokens))
    said, behind = tokens[: verb + 1], tokens[verb + 1 :]
    infinitive = verb < len(tokens) and is_infinitive(tokens[verb])
    asked = any(t.isa("REQ", "WANT") for t in said)
    told = "NEGATION" in families or any(t.text in _PREDICATES for t in behind)
    return infinitive and not asked and told


def begins(command: str, tokens: Sequence[Token]) -> bool:
    """Whether a clause opens with the order's verb, and a figure or its thing: worth a question."""
    said = [t for t in tokens if not t.isa("FILLER", "REQ", "NOW") or t.value]
    figures = any(t.of("number", "money", "percent", "fraction", "badnumber") for t in said)
    named = next((i for i, t in enumerate(said[1:5]) if t.of("symbol", "id")), 5)
    # `vends de l'orange, j'en ai trop`: what it is about stands before a comma.
    parted = [t.text for t in said[named + 2 : named + 3]] == [","]
    tells = said[:1] and said[0].text.split()[0] in SUBJECTS
    if tells and named == 5 and any(a.isa("POSS") and _is_bare(b) for a, b in pairwise(said)):
        return False  # `je vends mon canapé`
    vague = any(t.text in CURRENCIES for t in said) or any(
        map(_is_measure, said, said[1:], said[2:])
    )
    # `débarrasse-moi de ce maudit cardano`
    ends = len(said) <= MAX_OBJECT and bool(said) and said[-1].kind == "symbol"
    asks = figures or parted or vague or ends
    return bool(said) and said[0].isa(*VERBS_OF[command]) and asks


def _is_measure(word: Token, of: Token, thing: Token) -> bool:
    """`une poignée de cardano`: so much of it, and no figure."""
    return _is_bare(word) and of.isa("OF") and thing.kind == "symbol"


def _is_bare(token: Token) -> bool:
    return token.kind == "word" and not token.concepts


def contradicts(command: str, tokens: Sequence[Token]) -> bool:
    """A purchase whose only verb is one of selling, or the other way round, is a misreading."""
    sells = any(t.isa("SELL", "SELLSTOP", "DUMP", "CLOSE") for t in tokens)
    buys = any(t.isa("BUY", "BUYSTOP") for t in tokens)
    if command == "sell" and not any(t.isa("SELL", "SELLSTOP") for t in tokens) and _into(tokens):
        return True  # `dump 500 into sol` puts money in
    return (command == "buy" and sells and not buys) or (command == "sell" and buys and not sells)


def _into(tokens: Sequence[Token]) -> bool:
    """Whether something goes into an instrument."""
    pairs = pairwise(tokens)
    return any(a.text in {"into", "dans", "in"} and b.kind == "symbol" for a, b in pairs) or any(
        a.text in {"into", "dans"} and c.kind == "symbol"
        for a, c in zip(tokens, tokens[2:], strict=False)
    )


def opens_a_question(folded: str) -> bool:
    """`is it ok to…`, `why did…`: what begins so asks; `do` alone may be told."""
    words = re.findall(r"[\w'-]+", folded)[:3]
    while words and words[0] in GREETINGS:
        words = words[1:]
    if not words:
        return False
    if words[0] in {"do", "have"}:
        return words[1:2] != [] and words[1] in {"i", "you", "we", "they", "people"}
    if words[0] in {"est", "a"}:
        return words[1:2] in (["ce"], ["il"])
    return words[0].replace("'", "") in OPENERS


def asks_to_act(tokens: Sequence[Token]) -> bool:
    """`can you…?` may end with a question mark and still be a request."""
    return any(t.isa("REQ") and any(map(t.text.startswith, _ASKING)) for t in tokens)


def unknown(tokens: Sequence[Token]) -> int:
    """How many words mean nothing here."""
    return sum(
        1
        for token in tokens
        if token.kind == "word" and not token.concepts and token.text not in {"a", "s", "d"}
    )
