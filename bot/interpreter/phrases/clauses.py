"""An utterance cut where another command begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from bot.interpreter.phrases.intents import Intent
from bot.interpreter.phrases.tokens import FIGURES, Clause, Token, is_infinitive, with_concepts
from bot.interpreter.phrases.vocabulary import phraseset, wordset
from bot.interpreter.phrases.vocabulary.concepts import VERBS
from bot.interpreter.phrases.vocabulary.guards import TELLING, TURNS

READS = wordset("""
    orders positions balance fills pnl why price chart book watchlist screen alerts strategies
    strategy report schedules leaders leader following risk help status settings audit export
""")
# What follows these belongs to them to the end.
SWALLOW = frozenset({"design", "review"})
_VERBS = frozenset(VERBS) - {"EXPLAIN", "ENROLL", "PUT", "VERIFY", "MAKE"} | {"PUT", "WHY", "TAKE"}
_COMPARES = wordset("""
    ABOVE BELOW UP DOWN CROSSUP CROSSDOWN CROSS CLOSESUP CLOSESDOWN OVERBOUGHT OVERSOLD
""")
_NOUNS = wordset("""
    ORDERS ORDER POSITION BALANCE FILL PNL PRICE CHART BOOK WATCHLIST ALERTN ALERTS STRATEGIES
    REPORT SCHEDULES LEADER FOLLOWING STATUS SETTINGS HELP AUDIT RISK SOLDE HOLDING HOWMUCH WHERE
    HOWIS FRENCH ENGLISH TIMEZONE <rule> <zone> LANGUAGE MFA ALLIN
""")
REMOVALS = ("REMOVE", "CANCEL", "KILL", "DUMP")
_SHOWS = wordset("alerts schedules orders watchlist watch")
_MYSELF = wordset("je j' moi on i i'm we")
_REMOVED = {"unalert": "ALERTN", "snooze": "ALERTN", "cancel": "ORDER", "unschedule": "SCHEDULES"}
MOST_FRONTED = 5
_ARTICLES = wordset("un une le la l' ce cet cette mon ma a the this my")
_OF_KEEPING = ("FILLER", "POSS", "ORDER", "POSITION", "SHARES", "OF", "<number>")
_UNTOUCHED = wordset("alone be open in place there running run tranquille tourner courir filer")
_NOT = wordset("pas rien not don't dont nothing never jamais")
_BEFORE_A_VERB = wordset("FILLER REQ POSS THEN AND NOW")
_JOINS = ("AND", "THEN")
_ONE_OF_THEM = phraseset("one, another, une, l'une, l'autre, une autre, another one")
_OF_A_LEVEL = ("IF", "WHEN", "AT", *_COMPARES)
# What may follow a command and still be part of it, when it names no other instrument.
_ATTACHED = {
    "buy": wordset("""
        STOPLOSS STOPW TAKEPROFIT TRAIL LIMITW NOTABOVE NOTBELOW GTC IOC FOK DAYTIF <venue>
    """),
    "sell": wordset("""
        STOPLOSS STOPW TAKEPROFIT TRAIL LIMITW NOTABOVE NOTBELOW GTC IOC FOK DAYTIF <venue>
    """),
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


def sentences(tokens: Sequence[Token]) -> list[Clause]:
    """Cut at full stops, question marks, semicolons and lines."""
    found: list[Clause] = [[]]
    for index, token in enumerate(tokens):
        if token.kind == "mark" and token.text[0] in ".;\n" and _is_noted(tokens, index):
            continue
        if token.kind == "mark" and token.text[0] in ".!?;\n":
            if token.isa("QUESTION"):
                found[-1].append(token)
            found.append([])
        else:
            found[-1].append(token)
    return [clause for clause in found if clause]


def _is_noted(tokens: Sequence[Token], index: int) -> bool:
    """`tell me if btc breaks 70k. Note: ask Ann`: the note is the alert's."""
    behind = tokens[index + 1 : index + 2]
    return bool(behind) and behind[0].isa("NOTE") and any(t.isa("ALERT") for t in tokens[:index])


def lines(sentence: Clause, text: str) -> Iterator[int]:
    """Where a new line of the text begins with a verb."""
    for index, (last, token) in enumerate(pairwise(sentence), start=1):
        begins = token.isa(*_VERBS) and not token.isa("LIMITW", "STOPW")
        if "\n" in text[last.end : token.start] and begins and last.text != ":":
            yield index


def prefaced(sentence: Clause) -> Iterator[int]:
    """Where a colon parts what somebody tells of themselves from what they then ask for."""
    for index, token in enumerate(sentence):
        behind = sentence[index + 1 :]
        head = next((t for t in behind if not t.isa("FILLER", "REQ")), None)
        concludes = token.text in {"donc", "du coup"} and not sentence[0].isa("IF")
        if head is None or not head.isa(*_VERBS) or any(t.isa("THERE") for t in behind):
            continue
        if is_infinitive(head):
            continue  # `je doute, donc vendre me fait peur`
        if token.text == ":" or concludes:
            yield index


def own_part(left: Clause) -> Clause:
    """The end of a preface, where a person speaks for themselves; empty where another does."""
    left = left[:-1] if left and left[-1].text == "," else left
    cuts = [i for i, t in enumerate(left) if t.kind in {"mark", "quote"}]
    last = left[cuts[-1] + 1 :] if cuts else left
    words = [t.text.split()[0] for t in last]
    if ("moi", "je") in pairwise(words):
        last = last[words.index("moi") :]  # `maman dit non mais moi je veux`
        words = [t.text.split()[0] for t in last]
    moves_me = words[:1] == ["ca"] and not {"me", "m'"}.isdisjoint(words)
    told = (
        _ends_in_a_thing(last)
        or any(map(_is_told, last))
        or words[-1:] in (["ca"], ["ceci"], ["cela"], ["this"])
    )
    own = (moves_me or not _MYSELF.isdisjoint(words)) and not told
    return last if own else []


def _ends_in_a_thing(part: Clause) -> bool:
    """`j'ai un t-shirt : achète…`: what is written on it."""
    if len(part) < 2:
        return False
    article, noun = part[-2:]
    turn = noun.text in TURNS or noun.isa(*_VERBS)
    return article.text in _ARTICLES and not turn


def _is_told(token: Token) -> bool:
    return not TELLING.isdisjoint(token.text.split())


def clauses(
    sentence: Clause, intent_of: Callable[[Sequence[Token]], Intent | None]
) -> list[Clause]:
    """Cut a sentence before each further command that stands on its own."""
    cut: list[Clause] = []
    current: Clause = []
    index = 0
    while index < len(sentence):
        after = _after_join(sentence, index)
        if after is None and current and sentence[index].text == ":":
            after = index + 1 if index + 1 < len(sentence) else None
        one = _one_more(current, sentence[after:]) if after is not None else None
        if one is not None and after is not None:
            cut += [current] if _names_a_level(current) else []
            current, index = one, after + 1
            continue
        if sentence[index].text == ":" and not _announced(current):
            after = None
        verb = _inherited(current, sentence[after:]) if after is not None else None
        if verb is not None and after is not None:
            cut.append(current)
            current, index = [verb], after
            continue
        if after is not None and current and _begins(current, sentence[after:], intent_of):
            cut.append(current)
            current, index = [], after
            continue
        if sentence[index].isa("BUY", "SELL") and _side_by_side(current, sentence[index:]):
            cut.append(current)
            current = []
        current.append(sentence[index])
        index += 1
    return [*cut, current] if current else cut


def without_spared(clause: Clause) -> Clause:
    """`annule l'ordre 12 mais garde le 13`: to keep what nobody touches changes nothing."""
    cut = next((i for i, t in enumerate(clause) if i and _spares(clause, i)), None)
    if cut is None:
        return clause
    done, kept = clause[:cut], clause[cut + 1 :]
    spared = [t for t in kept if _is_named(t, done)]
    others = {t.value for t in done if _is_named(t, done)}
    if (
        not spared
        or not others
        or not others.isdisjoint(t.value for t in spared)
        or any(t.isa("ALL", "EVERYTHING") for t in done)
        or not all(t in spared or t.isa(*_OF_KEEPING) or t.text in _UNTOUCHED for t in kept)
    ):
        return clause
    while done and (done[-1].isa("AND", "FILLER") or done[-1].kind == "mark"):
        done = done[:-1]
    return done


def _spares(clause: Clause, index: int) -> bool:
    token = clause[index]
    keeps = token.isa("EXCEPT") and "pas" not in token.text
    return keeps or (token.text in {"pas", "not"} and clause[index - 1].text == ",")


def _is_named(token: Token, done: Clause) -> bool:
    """A thing; a number is one where orders are cancelled."""
    ids = any(t.isa("CANCEL", "KILL", "REMOVE") for t in done)
    return token.of("symbol", "leader", "strategy", "id") or (ids and token.kind == "number")


def _announced(left: Clause) -> bool:
    """`take profit: sell…`; a name before a colon is a speaker."""
    return not any(
        t.isa("POSS", "HIS", "WHO") or (t.kind == "word" and not t.concepts) for t in left
    ) and not any(t.of("leader", "number", "strategy", "symbol", "id") for t in left)


def _inherited(left: Clause, right: Clause) -> Token | None:
    """`buy 1 btc and 2 eth`: the verb of the first order is that of the second."""
    verb = next((t for t in left if t.isa("BUY", "SELL")), None)
    sized = any(t.of("number", "money") for t in left) and any(t.kind == "symbol" for t in left)
    if verb is None or not sized or not right or not right[0].of("number", "money"):
        return None
    named = next((t for t in right[1:4] if not t.isa("OF", "SHARES", "FILLER")), None)
    return verb if named is not None and named.kind == "symbol" else None


def _one_more(left: Clause, right: Clause) -> Clause | None:
    """`two alerts: one if btc breaks 74k, one if it drops to 52k`: how each of them begins."""
    verb = next((t for t in left if t.isa("ALERT", "ALERTN", "ALERTS")), None)
    counts = len(right) > 2 and right[0].text in _ONE_OF_THEM and right[1].isa(*_OF_A_LEVEL)
    if verb is None or not counts:
        return None
    named = [t for t in left if t.kind == "symbol"]
    own = any(t.kind == "symbol" for t in _next_piece(right))
    return [with_concepts(verb, "ALERT"), *([] if own else named[:1])]


def _names_a_level(clause: Clause) -> bool:
    """Whether more was said than how many alerts follow."""
    return any(t.isa(*_OF_A_LEVEL) for t in clause)


def _after_join(sentence: Clause, index: int) -> int | None:
    """The index past a comma, an `and`, a `then`, or a few of them."""
    start = index
    while index < len(sentence) and (
        sentence[index].text in {",", "-", "/"}
        or (sentence[index].isa(*_JOINS) and not _is_no_more(sentence, index))
    ):
        index += 1
    return index if index > start and index < len(sentence) else None


def _is_no_more(sentence: Clause, index: int) -> bool:
    """`je veux plus acheter`: only between things does `plus` join."""
    return sentence[index].text == "plus" and not (index and sentence[index - 1].value)


def _begins(
    left: Clause, right: Clause, intent_of: Callable[[Sequence[Token]], Intent | None]
) -> bool:
    mine = intent_of(left)
    if _is_fronted(left, right, mine) or head_continues(left, right):
        return False
    head = next(
        (
            t
            for t in right
            if not (t.concepts <= _BEFORE_A_VERB and t.concepts) and not _only_wishes(t, right)
        ),
        None,
    )
    if mine is not None and mine.command in READS and head is not None and _is_a_day(head):
        head = next((t for t in right[right.index(head) + 1 :] if not t.isa("POSS")), head)
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
    if not head.isa("CANCEL", "BUY", "SELL") and _attached(mine.command, _next_piece(right)):
        return False
    if mine.command in _SHOWS and head.isa(*REMOVALS):
        return True
    if head.isa("SHOW") and any(t.isa("REMAINING") or t.text in {"list", "liste"} for t in right):
        return True
    other = intent_of(_next_piece(right)) or intent_of(right)
    return other is not None and other.weight >= 1


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
    return token.isa("REQ") and token.isa("WANT") and verb is not None and verb.isa(*_VERBS)


def _is_another(right: Clause, command: str) -> bool:
    """Nothing but one more of what is removed."""
    meant = [t for t in _next_piece(right) if not t.isa("FILLER")]
    named = any(t.of("id", "aid", "sid") for t in meant)
    return named and all(t.isa(_REMOVED[command]) or t.of("id", "aid", "sid") for t in meant)


def _refuses(right: Clause) -> bool:
    """`mais tu vends pas`."""
    return any(t.text in _NOT for t in right)


def _orders(right: Clause) -> bool:
    head = next((t for t in right if not t.isa("FILLER", "REQ", "THEN", "NOW")), None)
    return head is not None and head.isa("BUY", "SELL", "CLOSE", "DUMP", "CUT", "PUT")


def head_continues(left: Clause, right: Clause) -> bool:
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
    if head.isa("SCREEN", "SHOW") and not any(t.isa(*_VERBS) for t in left):
        return any(t.isa("BETWEEN", "OF", "IN") for t in left) and any(
            t.kind == "symbol" or t.isa("WATCHLIST") for t in left
        )
    if head.isa("WHY"):
        return any(t.kind == "id" or t.isa("ORDER") for t in left)
    return head.isa("ALERT") and any(
        t.isa(*_COMPARES, "GOLDENCROSS", "DEATHCROSS", "IF", "WHEN") for t in left
    )


def _is_pointing(right: Clause) -> bool:
    return any(t.isa("IT") or t.text in {"le", "la", "les"} for t in right[:3])


def _side_by_side(left: Clause, right: Clause) -> bool:
    """`buy 1 btc sell 2 eth`: each with its own verb, figure and instrument."""
    return all(
        side
        and any(t.isa("BUY", "SELL") for t in side)
        and any(t.kind == "symbol" for t in side)
        and any(t.of(*FIGURES) for t in side)
        for side in (left, right[:4])
    ) and not any(t.isa("IF", "WHEN") for t in left)


def _after_preface(left: Clause, head: Token | None) -> bool:
    """`ok im done for the year, sell everything`: what came before asks for nothing."""
    first = next((t for t in left if not t.isa("FILLER", "REQ", "AND") or t.isa("LATER")), None)
    if first is not None and first.isa("LATER"):
        return False  # `after 4410 is filled, cancel 4411`
    return (
        head is not None
        and head.isa(*_VERBS)
        and not any(
            t.isa("IF", "<schedule>") or (t.isa("WHEN") and t is not left[-1]) for t in left
        )
    )


def _heads(head: Token, right: Clause, mine: Intent) -> bool:
    if head.isa("STOPW") and mine.command in {"buy", "sell", "replace", "follow"}:
        return any(t.of("strategy", "leader") or t.isa("STRATEGY", "STRATEGIES") for t in right[:4])
    if head.isa(*_VERBS):
        return not (
            mine.command in {"alert", "screen"} and head.isa(*_COMPARES, "CLOSES", "NOTE", "PRICE")
        )
    return (
        mine.command in READS | {"language", "timezone"}
        and head.isa(*_NOUNS)
        and mine.command != "screen"
    )


def _next_piece(right: Clause) -> Clause:
    """Up to the next join."""
    for index, token in enumerate(right):
        if index and (token.isa("THEN") or token.text == ","):
            return right[:index]
    return right


def _attached(command: str, right: Clause) -> bool:
    if any(t.of("symbol", "leader", "strategy", "id", "aid") for t in right):
        return False
    return any(token.isa(*_ATTACHED.get(command, ())) for token in right)
