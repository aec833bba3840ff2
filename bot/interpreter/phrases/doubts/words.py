"""Doubts of words: what an order is not made of, what means nothing, what is told behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from bot.interpreter.phrases.asides import is_subject
from bot.interpreter.phrases.policies import TRADES
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.currencies import CURRENCIES

MAX_WITHIN = 1
MAX_BEHIND = 3
# What follows these says how, where or when.
_RELATORS = ("ON", "WITH", "IN", "FROM", "AT", "UNTIL", "BY", "TO", "IF", "WHEN")
# The concepts and entities that any order may have in it, and those that each has besides.
_OF_ANY = wordset("""
    ACCOUNTS FILLER REQ NOW AND THEN AT ON OF FOR WITH IN TO BY FROM POSS HIS IT WANT INSTEAD DO
    MAKE PUT SET GET GETQ TAKE QUESTION ONCE ALL EVERYTHING OPENW OPEN HAVE <symbol> <number>
    <money> <percent> <fraction> <venue> <account>
""")
_OF_TRADES = wordset("""
    OFFER BUY SELL SEND DUMP BUYSTOP SELLSTOP CLOSE CLOSES CUT SOLDE PROTECT SHOW ADD ENROLL SWITCH
    REMOVE MARKET PRICE LIMITW RULE STOP STOPW TRIGGER STOPLOSS TAKEPROFIT TRAIL GTC IOC FOK DAYTIF
    NOTABOVE NOTBELOW EACH IF WHEN UP DOWN ABOVE BELOW CROSS CROSSUP CROSSDOWN CLOSESUP CLOSESDOWN
    UNTIL BALANCE MOOLA TOPUP WORTH POSITION HOLDING ORDER VALID HALVE ALLIN SHARES SIZE POSTONLY
    REDUCEONLY ISOLATED TWAP SLICES OVER FEE OFF ZERO PUBLISH BEHIND KILL CONVERT TAKER GIVER
    <cond> <status> <duration> <timeframe> <period>
""")
_OF_EACH: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(TRADES, _OF_TRADES),
    "close": wordset("""
        CLOSE CLOSES SELL DUMP SOLDE CUT REMOVE STOP HALT KILL POSITION HOLDING HALVE BALANCE TOPUP
        OFF OFFTABLE MARKET SHARES ALLIN ORDER PRICE <status>
    """),
    "cancel": wordset("""
        MUSTGO BOOK CANCEL KILL REMOVE DUMP STOP BUY SELL ORDER ORDERS OPENORDERS VALID LIMITW STOPW
        STOPLOSS TAKEPROFIT TRAIL <id> <code> <status> <rule>
    """),
    "replace": wordset("""
        DUMP CHANGE SWITCH ADD ORDER VALID SIZE PRICE LIMITW STOPW STOPLOSS TAKEPROFIT POSITION
        HOLDING UNTIL UP DOWN ABOVE BELOW NOTABOVE NOTBELOW SHARES BUY SELL EACH HALVE DOUBLE REMOVE
        CUT <cond> <id> <code> <status>
    """),
    "leverage": wordset("""
        LEVERAGE ISOLATED CHANGE SWITCH TURN DUMP CUT DOWN POSITION PERPW RATIO <times>
    """),
}
MADE_OF = {name: _OF_ANY | own for name, own in _OF_EACH.items()}


def is_foreign(token: Token, made_of: frozenset[str]) -> bool:
    """`except`, `tomorrow`, and whatever such an order has no place for."""
    if token.isa("EXCEPT", "LATER") or (_of_leverage(token) and "LEVERAGE" not in made_of):
        return True
    # `je suis prêt` follows nobody.
    return bool(token.concepts - {"FOLLOWING"}) and token.concepts.isdisjoint(made_of)


def _of_leverage(token: Token) -> bool:
    limits = token.isa("<rule>") and ("lever" in token.text or "levier" in token.text)
    return limits or token.isa("LEVERAGE")


def is_strange(token: Token) -> bool:
    """Whether it is a word that means nothing here."""
    return token.kind == "word" and not token.concepts and len(token.text) > 1


def unread(name: str, clause: Sequence[Token]) -> Iterator[Token]:
    """Words that mean nothing here: within the order hardly any, behind it a few of chatter."""
    bare = [i for i, token in enumerate(clause) if is_strange(token)]
    yield from (clause[i] for i in bare if _qualifies(clause, i))
    objects = [i for i, t in enumerate(clause) if t.value or t.isa("EVERYTHING", "POSITION")]
    last = objects[-1] if objects else len(clause)
    within = [clause[i] for i in bare if i < last]
    behind = [clause[i] for i in bare if i >= last]
    one = any(t.kind in {"symbol", "id"} for t in clause)
    trades = name in TRADES or name == "replace"
    # `buy 3 eth classic`, `2 tesla calls`: what stands right behind a thing may make it another.
    near = [clause[i] for i in bare if i and clause[i - 1].kind == "symbol"]
    yield from near if name in TRADES else ()
    # `all my losing positions`: beside many things a strange word picks some of them.
    yield from within if len(within) > (MAX_WITHIN if trades else 0) else ()
    yield from behind if len(behind) > (MAX_BEHIND if trades or one else 0) else ()


def uncounted(clause: Sequence[Token]) -> Iterator[Token]:
    """`buy 20 thingies of doge`: what stands right behind a figure says what it counts."""
    units = (b for a, b in pairwise(clause) if a.of("number") and is_strange(b))
    yield from (unit for unit in units if unit.text not in {"day", "jour"})


def _qualifies(clause: Sequence[Token], index: int) -> bool:
    """`on impulse`, a currency that no figure stands beside, what has a digit in it."""
    text = clause[index].text
    if text in CURRENCIES:
        return not (index and clause[index - 1].isa("IN"))  # `buy btc in euros`
    before = next((t for t in reversed(clause[:index]) if not _is_small(t)), None)
    # `on a` is French elsewhere.
    related = before is not None and (before.isa(*_RELATORS) or before.text == "on a")
    related = related and before is not None and not before.isa("FOR")
    reserved = any(t.text in {"but", "mais"} for t in clause[:index])
    return related or reserved or any(letter.isdigit() for letter in text)


def _is_small(token: Token) -> bool:
    return token.isa("FILLER", "POSS") and not token.isa(*_RELATORS)


def afterwards(clause: Sequence[Token]) -> Iterator[Token]:
    """`après ma confirmation`: no second order follows, so the first one waits for something."""
    for then, what in pairwise(clause):
        if then.isa("THEN") and (what.isa("POSS") or is_strange(what)):
            yield then
        if then.isa("AND") and is_strange(what):
            yield what  # `sell 3 eth and rebuy at 2000`


def told_behind(clause: Sequence[Token]) -> Sequence[Token]:
    """What somebody tells behind an order that is no mere aside."""
    for index, token in enumerate(clause[:-1]):
        if token.text == "," and is_subject(clause[index + 1]):
            return clause[index + 1 :]
    return ()
