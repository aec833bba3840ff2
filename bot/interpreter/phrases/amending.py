"""Whether a turn changes the order before it at all, or asks, tells and chats beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from bot.interpreter.phrases.doubts.words import is_strange
from bot.interpreter.phrases.policies import TRADES, asks_to_act
from bot.interpreter.phrases.reading import Args
from bot.interpreter.phrases.scenes import Scene, lasts
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import wordset

_WONDERS = re.compile(r"(?:what|how) about\b|quid d")
# What leaves a change what it is.
_SMALL = wordset("""
    the an a of that this them em those le la les l' un une des du de d' y en one ones that's
    please pls plz stp svp if you can si possible s'il te vous plait then when
    just only juste seulement simplement simply also aussi too egalement well so alors donc bon ben
    eh euh heu uh um uhm er hmm hm oops anyway bref du coup finalement en fait quand meme but mais
    more extra plus again encore another autre once new nouveau nouvelle for me pour moi nous us to
    now maintenant all good less moins
    i'll have je te let as que qu' go lets let's go's
    shares actions titres coins tokens in the like genre nah d'avance quickly vite
    level sized big little small petit petite gros grosse instead rather plutot
    fact actually total level same pareil exactement limite maximum minimum d'entree entree entry
""")
_AGREES = wordset("""
    ok okay k oki okey accord dac daccord right alright allright sure fine great cool nice super
    parfait perfect good bien lol mdr ptdr haha hihi lmao xd thanks thank you thx ty tks cheers
    oh ah ugh argh grr pff pfff bah oula mince zut hey hi yo ho hein damn dammit crap shit man mate
    bro dude mec gars chef advance
    merci beaucoup bcp oui yes yeah yep yup ouais ouai si aye voila d' c' est bon its it's go
""")
# Which words make it a change, whatever is agreed to beside them.
_CHANGES = wordset("""
    INSTEAD CHANGE SWITCH SIZE DOUBLE TRIPLE HALVE PUT SET MAKE ADD BUY SELL CLOSE STOPW STOPLOSS
    TAKEPROFIT TRAIL LIMITW MAXDD FEE RATIO DUMP SCHEDULE WANT
""")
_RESERVED = wordset("but mais")
# Of a price or of a person it is told, and no order is made of it.
_TOLD = wordset("""
    hit hits reach reaches reached touch touches touched has had got left remaining fell rose
    went broke lost made saw became bought sold reste restent restait atteint atteints touche
    tombe tombee chute grimpe perd gagne cote vaut stands sits trades was were is are am est sont
    etait i'm im i've it's see seen voir vu
""")
_WAYS = wordset("""
    UP DOWN ABOVE BELOW CROSS CROSSUP CROSSDOWN CLOSESUP CLOSESDOWN NOTABOVE NOTBELOW
""")
_PARTICIPLE = re.compile(
    r"\b(?:(?:a|ont|est|ai)\s+(?:\w+\s+)?(?!moitié|marché|entrée|journée)"
    r"(?:\w+(?:é|ée|és|ées)|perdu|atteint|rompu)|(?:vient|viennent) de \w+er)\b"
)
_OF_A_SUM = wordset("WITH FOR PUT ADD SET MAKE INSTEAD CHANGE SWITCH SIZE WORTH MOOLA BALANCE WANT")
_OF_A_PRICE = ("AT", "PRICE", "LIMITW", "STOPW", "STOPLOSS", "TAKEPROFIT", "TRAIL")


def asks(scene: Scene) -> bool:
    """`half?`, `what about sol`; `can you make it 3?` is a request."""
    wonders = any(_WONDERS.match(token.text) for token in scene.tokens)
    return wonders or (scene.has("QUESTION") and not asks_to_act(scene.tokens))


def tells(scene: Scene) -> bool:
    """`i am 25`, `it was 51000`: something is told, and nothing compared."""
    told = any(t.isa("HAVE") or _TOLD & set(t.text.split()) for t in scene.tokens)
    return told and bool(figures_of(scene.tokens)) and not scene.has(*_WAYS)


def amends(name: str, before: Args, scene: Scene) -> bool:
    """Whether every word of a turn has a place in a change of such an order."""
    tokens = scene.tokens
    changes = any(t.isa(*_CHANGES) or t.text in _RESERVED for t in tokens)
    if not tokens or not all(_has_a_place(t, changes=changes) for t in tokens):
        return False
    if scene.has("NOW") and figures_of(tokens) and not changes:
        return False  # `now 51000`
    if _is_told(scene) or _is_a_time(name, before, scene, changes=changes):
        return False
    return name not in {"follow", "run"} or _sums(name, before, scene)


def is_chat(scene: Scene) -> bool:
    """Whether some word means nothing here; `10am` is an hour."""
    return any(is_strange(t) and not t.text[0].isdigit() for t in scene.tokens)


def _has_a_place(token: Token, *, changes: bool) -> bool:
    if token.value or token.kind != "word":
        return token.text[0] not in "+)"  # `+1`, `2)`
    if token.isa("HAVE"):
        return False
    words = set(token.text.split())
    if token.concepts and token.concepts <= {"FILLER"}:
        return words <= _SMALL or (changes and words <= _SMALL | _AGREES)
    return not words & _TOLD or token.isa("REQ", "WANT", "INSTEAD")


def _is_told(scene: Scene) -> bool:
    """`it dropped to 49000`, `btc down 2%`, `il est passé à 51000`."""
    tokens = scene.tokens
    ways = [t for t in tokens if t.isa(*_WAYS)]
    past = any(word.endswith("ed") for t in ways for word in t.text.split())
    named = any(a.kind == "symbol" and b.isa(*_WAYS) for a, b in pairwise(tokens))
    return past or named or _PARTICIPLE.search(scene.text.lower()) is not None


def _is_a_time(name: str, before: Args, scene: Scene, *, changes: bool) -> bool:
    """`10:30`, `le 15`, `4h`, `à plus à 5`: no figure of an order."""
    tokens = scene.tokens
    if name == "schedule":
        return False
    for index, (token, behind) in enumerate(pairwise(tokens)):
        if token.text == ":" and behind.kind == "number" and index and tokens[index - 1].value:
            return True
        dated = token.text in {"le", "the"} and behind.kind == "number" and name != "cancel"
        if (dated and not changes) or (token.isa("AT") and behind.text == "plus"):
            return True
        if index == 0 and token.text == "plus" and behind.kind == "number":
            return True  # `plus 1` agrees
    if name not in TRADES or "twap" in before or scene.has("TWAP", "SLICES"):
        return False
    return any(not _is_over(each, scene) for each in scene.all("duration", "timeframe", "clock"))


def _is_over(length: Token, scene: Scene) -> bool:
    """`over 2 hours`; a length by itself is no time over which an order goes."""
    return scene.tokens.index(length) > 0 and lasts(length, scene)


def _sums(name: str, before: Args, scene: Scene) -> bool:
    """Whether the figures of a turn after a copy or a run can be its capital."""
    figures = scene.all("number", "money")
    if name == "run" and scene.first("times"):
        return False
    if not figures or scene.has("MAXDD", "RATIO"):
        return True
    if name == "follow" and scene.first("symbol"):
        return False
    put = scene.has(*_OF_A_SUM)
    if scene.has("STOPW", "STOPLOSS", "TAKEPROFIT", "TRAIL", "PRICE", *_WAYS):
        return False
    if scene.has(*_OF_A_PRICE) and not put:
        return False
    return name == "follow" or put or "amount" in before or all(t.kind == "money" for t in figures)


def only(tokens: Sequence[Token], *kinds: str) -> bool:
    """Whether nothing but figures of these kinds is said, with small words."""
    rest = [t for t in tokens if t.kind != "mark" and not t.isa("REQ", "FILLER", "NOW")]
    return bool(rest) and all(t.of(*kinds) for t in rest)


def figures_of(tokens: Sequence[Token]) -> list[Token]:
    """The figures of a turn."""
    return [t for t in tokens if t.of(*FIGURES)]


def value_of(token: Token) -> Decimal:
    """The figure that a token bears."""
    return Decimal(token.value.split()[0].rstrip("%"))
