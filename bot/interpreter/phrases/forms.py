"""Orders written in fields: one to fill in is an order, one that was filled is a record."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.interpreter.phrases.normalise import Plain
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.guards import BIDS, HEADING

_SIDE = r"(?:achat|vente|achete|vendu|buy|sell|bought|sold)"
_MOMENT = r"(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d\d-\d\d|\d{1,2}:\d\d)"
_EXACTLY = r"(?:\d{4}-\d\d-\d\d|\d{1,2}:\d\d:\d\d)"
_DONE = r"(?:execut(?:ee?s?|ed)|filled|realisee?s?|denouee?s?|reglee?s?|done)"
_BORDER = r"[;|,\t\n]"
_PAPER = r"(?:avis d'opere|releve|confirmation|notification|recapitulatif|facture|recu|extrait)"
_RECORDS = re.compile(
    # A row begins with its moment, or has a field that says what became of it.
    rf"^\W*{_EXACTLY}.*\b{_SIDE}\b"
    rf"|^\W*{_MOMENT}\W.*{_BORDER} *{_SIDE}\b|\b{_SIDE} *{_BORDER}.*{_BORDER} *{_DONE}\W*$"
    rf"|{_BORDER} *{_DONE} *{_BORDER}.*\b{_SIDE} *{_BORDER}"
    rf"|^\W*{_MOMENT}(?::\d\d)?\W+(?:achat|vente|buy|sell|bought|sold)\b"
    rf"|\b(?:ordre|order) {_DONE} *:.*\b{_SIDE}\b"
    # `avis d'opéré — achat 10 AIR à 145,20`
    rf"|^\W*{_PAPER}s?\b"
    rf"[^:\u2014\u2013]{{0,30}}(?:[:\u2014\u2013]| - ).*\b{_SIDE}\b"
    # `achat SOL 20 à 145,2 exécuté le 12/03 à 09:31`
    rf"|^\W*{_SIDE}\b.*\b{_DONE} .*{_MOMENT}",
    re.DOTALL,
)
_DONE_WITH = re.compile(
    r"\b(?:achat|vente)\b.*\b(?:exécutée?|effectuée?|réalisée?|enregistrée?)s?\W*$"
)
_BORDERS = re.compile(r"[;:|\n]")
_LEAST = 3
_SIDES = ("BUY", "SELL")
# What a field may hold, and what its label may be.
_FIELDS = wordset("""
    FILLER AT OF ORDER VALID PRICE SIZE SHARES MARKET EACH LIMITW STOPW STOPLOSS TAKEPROFIT TRAIL
    GTC IOC FOK DAYTIF <symbol> <number> <money> <percent> <fraction> <venue> <timeframe>
""")
_DAYS = frozenset({"jour", "day"})
_HEADING = BIDS | HEADING


def is_record(plain: Plain) -> bool:
    """`12/03/2024 09:31 ; VENTE ; BTCUSDT ; 0,15 ; 66 210 ; EXÉCUTÉ`."""
    done = _DONE_WITH.search(plain.text.lower())
    return done is not None or _RECORDS.search(plain.folded) is not None


def head_of(plain: Plain, tokens: Sequence[Token]) -> int | None:
    """Where the fields of an order begin; None where there are none.

    Behind what announces no order to be placed, such as `voici l'ordre passé hier :`, it is the
    end: nothing of them is to be read.
    """
    pieces, folded = _pieces(tokens, plain.text), plain.folded
    sided = [i for i, piece in enumerate(pieces) if any(t.isa(*_SIDES) for t in piece)]
    if len(pieces) < _LEAST or len(sided) != 1:
        return None
    place = sided[0]
    if not all(_is_field(t) for i, piece in enumerate(pieces) if i > place for t in piece):
        return None
    side = next(t for t in pieces[place] if t.isa(*_SIDES))
    colon = folded.rfind(":", 0, side.start)
    begins = max(colon + 1, pieces[place][0].start if colon < 0 else 0)
    announced = not begins or _announces(plain.text[:begins], folded[:begins])
    return begins if announced or (not place and colon < 0) else len(folded)


def _pieces(tokens: Sequence[Token], text: str) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    end = 0
    for token in tokens:
        if token.text in {";", "/"} or "\n" in text[end : token.start]:
            pieces.append([])
        if token.kind != "mark":
            pieces[-1].append(token)
        end = token.end
    return [piece for piece in pieces if piece]


def _is_field(token: Token) -> bool:
    return token.isa(*_FIELDS) or token.text in _DAYS


def _announces(written: str, head: str) -> bool:
    """`passe cet ordre`, but not `voici l'ordre passé hier`."""
    words = set(re.findall(r"\w+", head))
    return not BIDS.isdisjoint(words) and words <= _HEADING and not re.search(r"és?\b", written)


def unruled(folded: str, begins: int) -> str:
    """The same text without what parts its fields, and as long."""
    return " " * begins + _BORDERS.sub(" ", folded[begins:])
