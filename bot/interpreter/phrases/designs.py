"""A strategy said in words, to the parts of its document: `long when …, stop 2%`."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.arguments.folding import fold
from bot.interpreter.phrases.formulas import COMPARES, read_formula
from bot.interpreter.phrases.normalise import MAX_LENGTH, Plain, plain_text
from bot.interpreter.phrases.tokenise import Tokeniser
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset

# What is said of the averages, as the lengths that they have where none is said.
_SPEEDS = tuple(
    (re.compile(pattern), named)
    for pattern, named in (
        (r"\bcreux\b", "repli"),
        (
            r"\b(?:turns?|goes|gets|is|devient|passe|est) (?:negative|negatif|negative)\b",
            "drops below zero",
        ),
        (
            r"\b(?:turns?|goes|gets|is|devient|passe|est) (?:positive|positif)\b",
            "rises above zero",
        ),
        (
            r"\b(?:fast(?:er)?|short)[- ](?:moving )?(?:averages?|sma|ma)\b|\bmoyennes?(?: mobiles?)? rapides?\b|\b(?:mm|sma) rapide\b",
            "sma 10",
        ),
        (
            r"\b(?:slow(?:er)?|long)[- ](?:moving )?(?:averages?|sma|ma)\b|\bmoyennes?(?: mobiles?)? lentes?\b|\b(?:mm|sma) lente\b",
            "sma 30",
        ),
        (
            r"(?<!bollinger )\b(upper|lower|middle) band\b|\bbande (?:du )?(milieu|haute|basse|mediane|superieure|inferieure)\b(?! de boll)",
            "bollinger {}",
        ),
        (r"\b(?:the )?fast(?:er)?(?: one)?\b(?! ?=)|\bla rapide\b", "sma 10"),
        (r"\b(?:the )?slow(?:er)?(?: one)?\b(?! ?=)|\bla lente\b", "sma 30"),
        (
            r"\b(\d{1,3})[- ](?:days?|bars?|hours?|candles?|periods?) highs?\b|\bplus hauts?(?: de| des| sur)? (?:les )?(\d{1,3}) (?:derni\S+ )?(?:jours|barres|bougies|heures)\b",
            "upper donchian {}",
        ),
        (
            r"\b(\d{1,3})[- ](?:days?|bars?|hours?|candles?|periods?) lows?\b|\bplus bas(?: de| des| sur)? (?:les )?(\d{1,3}) (?:derni\S+ )?(?:jours|barres|bougies|heures)\b",
            "lower donchian {}",
        ),
    )
)
_N = r"(?<![\d.,])(\d{1,12}(?:[.,]\d{1,8})?)(?!\d)"
_SHARE = rf"{_N} ?(?:%|percent|per cent|pour ?cents?)"
_GAP = r"(?: ?(?:at|of|a|de|to|is|=|:|-|at most|set at|place a|mis a|au plus))* ?"
_TRAIL = r"(?:trailing(?:[- ]stop)?(?:[- ]loss)?|stop (?:suiveur|glissant|trainant)|suiveur|trail)"
_STOP = r"(?:stop[- ]?loss(?:es)?|protective stop|stop de (?:protection|perte)|stops?(?: out)?|sl|cut(?:s|ting)? (?:my |the |its )?loss(?:es)?|coupe\w* (?:les |mes |ses )?pertes?|max(?:imum)? loss|perte max(?:imale)?)"
_TARGET = r"(?:take[- ]?profits?|profit targets?|targets?|tp|objectifs?(?: de (?:gain|profit))?|prise de (?:profit|benefices?)|cible)"
_GAIN = r"(?:gains?|profits?|benefices?|plus value)"
# Each pattern gives a part of the document; the first that matches takes its words away.
_LEAVES = r"(?:(?:sells?|exits?|out|closes?|vend\w*|sors|sort\w*)\b[^,;.]{0,24}?)"
_PATTERNS = tuple(
    (part, pattern)
    for part, name in (("trailing_stop", _TRAIL), ("stop_loss", _STOP), ("take_profit", _TARGET))
    for pattern in (
        rf"\b{name}{_GAP}{_SHARE}",
        rf"{_SHARE} (?:de |of )?{name}\b",
        rf"\b{name}{_GAP}{_N} ?(?:x |\* |times |fois (?:l')?)?atr\b",
        rf"{_N} ?(?:x |\* |times |fois (?:l')?)?atr (?:de |of )?{name}\b",
        rf"\b{name}{_GAP}[$€]?{_N}(?! ?(?:%|x\b|atr|bars?|barres?))",
    )
)
_LEVELS = tuple(
    (part, re.compile(pattern))
    for part, pattern in (
        *_PATTERNS,
        ("take_profit", rf"\b{_LEAVES}{_SHARE} (?:de |of )?{_GAIN}\b"),
        ("take_profit", rf"\b{_LEAVES}\+ ?{_SHARE}"),
        ("stop_loss", rf"\b{_LEAVES}{_SHARE} (?:de |of )?(?:loss(?:es)?|pertes?)\b"),
    )
)
_SIZES = (
    (
        re.compile(
            rf"\b(?:risk(?:s|ing)?|risqu\w*)(?: (?:de|of|at most|au plus))? ?{_SHARE}(?: (?:of|de|du|per|par) [^,;.]*)?"
        ),
        "risk {}%",
    ),
    (re.compile(rf"{_SHARE} (?:of |de |du )?risk\b|{_SHARE} de risque\b"), "risk {}%"),
    (
        re.compile(
            rf"(?:\bwith |\bavec |\busing |\bsize |\btaille )?{_SHARE} (?:of|de|du) (?:the |my |mon |l'|le |la |its )?(?:equity|capital|account|cash|money|portfolio|compte|portefeuille|argent)"
        ),
        "{}% of equity",
    ),
    (
        re.compile(
            rf"\b(?:with|avec|size|taille|for|pour) {_N} ?(?:units?|unites?|coins?|shares?|btc|eth|actions?)\b"
        ),
        "{} units",
    ),
    (
        re.compile(
            rf"\b(?:with|avec|size|taille|for|pour) [$€]?{_N} ?(?:usdt|usd|dollars?|euros?|eur|[$€])?(?: (?:each|chaque|a time)[^,;.]*)?"
        ),
        "{} quote",
    ),
)
_FRAME = re.compile(
    r"\b(?:on|in|en|sur|timeframe|bougies|barres)(?: the| les| des| du| le)? ?(?P<typed>1m|5m|15m|30m|1h|2h|4h|1d|1w|h1|h4|d1|1 hour|4 hours?|1 heure|4 heures|1 day|1 jour|daily|hourly|weekly)(?: (?:bars?|candles?|bougies?|barres?|chart|timeframe|unite de temps))?\b"
)
_SHORT_FRAME = re.compile(
    r"(?:(?<=^)|(?<=[,;] )|\b(?=\S+ (?:bars?|candles?|bougies?|barres?|chart|timeframe)\b))"
    r"(?P<typed>1m|5m|15m|30m|1h|2h|4h|1d|1w|h1|h4|d1|daily|hourly|weekly)"
    r"(?: (?:bars?|candles?|bougies?|barres?|chart|timeframe)\b|(?= *(?:$|[,;])))"
)
_FRAMES = {
    "h1": "1h",
    "1 hour": "1h",
    "1 heure": "1h",
    "hourly": "1h",
    "h4": "4h",
    "4 hour": "4h",
    "4 hours": "4h",
    "4 heures": "4h",
    "d1": "1d",
    "1 day": "1d",
    "1 jour": "1d",
    "daily": "1d",
    "weekly": "1w",
}
_NAME = re.compile(
    r"\b(?:called|named|nommee?|appelee?|call it|appelle[- ]la)[: ]+([a-z0-9][a-z0-9-]{0,63})"
)
_PAUSE = re.compile(
    r"\b(?:wait|waits|pause|pauses|cooldown|rest|attend\w*)(?: of| de|s)? (\d{1,5}) (?:bars?|barres?|bougies?|candles?)(?: (?:after|apres)[^,;.]*)?"
)
_BOTH = re.compile(
    r"\b(?:in )?both (?:ways|sides|directions)\b|\b(?:dans les )?deux sens\b|\blong and short\b|\ba l'achat et a la vente\b"
)
_NUMBER = re.compile(r"\b([a-z][a-z0-9_]{0,31}) ?= ?(\d+(?:[.,]\d+)?)(?![\d.,]*%)\b")
# Where a rule begins, and which; the longest at a place wins.
_HEADS = (
    ("cover", r"(?:covers?|covering|buys? back|buy it back|rachet\w+)"),
    (
        "short",
        r"(?:(?:goes |go |sells? |enters? )?short(?:s|ing)?|sell(?:s|ing)? short|shorte\w*|vend\w* a decouvert|ventes? a decouvert|a la vente)",
    ),
    (
        "exit",
        r"(?:then )?(?:sell(?:s|ing)?|exit(?:s|ing)?|gets? out|get me out|out(?= (?:when|if|at|after|on|once))|leaves?|closes? (?:it|out|the (?:position|trade))|close(?= (?:when|if|at|on)\b)|vends?|vendre|vente|revends?|sors|sort(?:ir|ie)?|quitte\w*|solde\w*|ferme(?= (?:quand|si|a)\b))",
    ),
    (
        "enter",
        r"(?:(?:goes |go |enters? |open a |stay |be )?long|buy(?:s|ing)?|enters?|entry|achet\w+|achats?|entre\w*|prends?|a l'achat)",
    ),
)
_HEAD = re.compile(
    "|".join(rf"(?P<{name}>(?<![\w-]){pattern}(?![\w-]))" for name, pattern in _HEADS)
)
_OSCILLATORS = ("rsi(", "macd", "mfi(", "stoch", "cci(", "willr(", "adx(", "roc(", "mom(")
_QUIET = wordset("""
    strategy strategie that which who qui it its the a an my me please on of for to when if and or
    with at in is be i want une un la le les des du de d' l' que quand si et ou avec sur en je veux
    moi position trade trades trading candles bars bougies barres bar bougie barre price prix cours
    only seulement then puis ensuite signal both sides deux sens cotes market marche from there
    them dip rule rules regle regles
""")


@dataclass(slots=True)
class Sketch:
    """What the words say of a strategy: parts of a document by name, rules by `side.part`.

    `numbers` are values for parameters that are there already; `unread` are the person's words
    that meant nothing, and heads without a condition.
    """

    rules: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    symbols: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    name: str = ""
    unread: list[str] = field(default_factory=list)
    both_ways: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was read."""
        return not (self.rules or self.parts or self.symbols or self.numbers)


class DesignReader:
    """Reads descriptions with the interpreter's own tokens and formulas."""

    def __init__(self, tokeniser: Tokeniser) -> None:
        self._tokeniser = tokeniser

    def sketch(self, words: str, today: date) -> Sketch:
        """What the words say; a text of more than 800 letters is not read at all."""
        if len(words) > MAX_LENGTH:
            return Sketch(unread=[words[:40]])
        said = plain_text(_with_lengths(words))
        sketch = Sketch()
        left = _Left(said.folded)
        _take_levels(left, sketch)
        _take_size(left, sketch)
        _take_rest(left, sketch)
        tokens = self._tokeniser.read(said, today)
        tokens = [t for t in tokens if left.has(t)]
        sketch.symbols = list(dict.fromkeys(t.value for t in tokens if t.kind == "symbol"))
        _rules(said, left, [t for t in tokens if t.kind != "symbol"], sketch)
        return sketch


class _Left:
    """The folded text, with what has been read blanked out."""

    def __init__(self, folded: str) -> None:
        self.folded = folded

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match, which is then gone."""
        match = pattern.search(self.folded)
        if match is not None:
            self.folded = (
                self.folded[: match.start()] + " " * len(match[0]) + self.folded[match.end() :]
            )
        return match

    def has(self, token: Token) -> bool:
        """Whether a token's words are still there."""
        return bool(self.folded[token.start : token.end].strip())


def _with_lengths(words: str) -> str:
    """The text with `fast` and `slow`, highs and lows as indicators that have a length."""
    text = words
    for pattern, named in _SPEEDS:
        for match in reversed(list(pattern.finditer(fold(text)))):
            length = next((group for group in match.groups() if group), "")
            text = f"{text[: match.start()]}{named.format(length)}{text[match.end() :]}"
    return text


def _figure(text: str) -> str:
    return text.replace(",", ".").rstrip(".")


def _take_levels(left: _Left, sketch: Sketch) -> None:
    for part, pattern in _LEVELS:
        if part in sketch.parts:
            continue
        match = left.take(pattern)
        if match is not None:
            figure = _figure(match[1])
            is_atr, is_share = "atr" in match[0], "atr" not in match[0] and _is_share(match[0])
            sketch.parts[part] = f"{figure} atr" if is_atr else f"{figure}%" if is_share else figure


def _is_share(words: str) -> bool:
    return re.search(r"%|percent|per cent|pour ?cent", words) is not None


def _take_size(left: _Left, sketch: Sketch) -> None:
    for pattern, form in _SIZES:
        match = left.take(pattern)
        if match is not None:
            figure = next(group for group in match.groups() if group)
            sketch.parts["size"] = form.format(_figure(figure))
            return


def _take_rest(left: _Left, sketch: Sketch) -> None:
    frame = left.take(_FRAME) or left.take(_SHORT_FRAME)
    if frame is not None:
        sketch.parts["timeframe"] = _FRAMES.get(frame["typed"], frame["typed"])
    name = left.take(_NAME)
    if name is not None:
        sketch.name = name[1]
    pause = left.take(_PAUSE)
    if pause is not None:
        sketch.parts["cooldown"] = pause[1]
    sketch.both_ways = left.take(_BOTH) is not None
    while (number := left.take(_NUMBER)) is not None:
        sketch.numbers[number[1]] = _figure(number[2])


def _rules(said: Plain, left: _Left, tokens: Sequence[Token], sketch: Sketch) -> None:
    side = "long"
    before: list[Token] = []
    oscillator: list[Token] = []
    for head, span in _clauses(left.folded):
        inside = [t for t in tokens if span[0] <= t.start < span[1]]
        if head in {"short", "cover"}:
            side = "short"
        elif head == "enter":
            side = "long"
        part = "exit" if head in {"exit", "cover"} else "enter"
        series = [t for t in inside if t.kind == "indicator"]
        if not series and any(t.of("number") for t in inside):
            inside = [*oscillator, *inside]
        elif not series and any(t.isa(*COMPARES) for t in inside):
            inside = [*before, *inside]
        oscillator = [t for t in series if t.value.startswith(_OSCILLATORS)][:1] or oscillator
        before = [t for t in inside if t.kind == "indicator" or t.isa("SIGNAL")]
        formula = _formula(inside) or _reached(inside, falls=(side == "short") == (part == "exit"))
        if formula:
            sketch.rules.setdefault(f"{side}.{part}", formula)
        _note_unread(said, inside, sketch, is_rule=head != "", has_formula=formula is not None)


def _clauses(folded: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each rule's head and the stretch after it; what stands before the first is an entry."""
    heads = list(_HEAD.finditer(folded))
    first = heads[0].start() if heads else len(folded)
    if folded[:first].strip(" ,;.:"):
        yield "", (0, first)
    ends = [*(head.start() for head in heads[1:]), len(folded)]
    for here, end in zip(heads, ends, strict=False):
        yield here.lastgroup or "", (here.end(), end)


def _formula(tokens: Sequence[Token]) -> str | None:
    """The condition of a clause, alternatives joined with `or`."""
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.isa("OR"):
            pieces.append([])
        else:
            pieces[-1].append(token)
    read = [formula for piece in pieces if (formula := read_formula(piece))]
    return " or ".join(map(_mended, read)) or None


def _reached(tokens: Sequence[Token], *, falls: bool) -> str | None:
    """`sell at the middle band`, `cover at 50`: a level that is met on the way."""
    series = [t.value for t in tokens if t.kind == "indicator"]
    level = next((t.value for t in tokens if t.kind == "number"), None)
    if len(series) != 1 or ";" in series[0]:
        return None
    sign = "<" if falls else ">"
    if series[0].startswith(_OSCILLATORS):
        return None if level is None else f"{series[0]} {sign} {level}"
    return f"close {sign} {series[0]}"


def _mended(formula: str) -> str:
    """A channel of the bars before, for no close is above the high of its own bar; `under rsi 25`
    is a level, not a length.
    """
    formula = re.sub(r"close ([<>]) rsi\(close, (\d+)\)", r"rsi(close, 14) \1 \2", formula)
    return re.sub(r"(donchian_(?:upper|lower)\(\d+\))(?!\[)", r"\1[1]", formula)


def _note_unread(
    said: Plain, tokens: Sequence[Token], sketch: Sketch, *, is_rule: bool, has_formula: bool
) -> None:
    words = [
        t for t in tokens if t.kind == "word" and not t.concepts and fold(t.text) not in _QUIET
    ]
    sketch.unread += [said.text[t.start : t.end] for t in words]
    is_meant = any(t.isa(*COMPARES) or t.of("indicator", "number", "percent") for t in tokens)
    if is_rule and is_meant and not has_formula and not words:
        sketch.unread.append(said.text[tokens[0].start : tokens[-1].end])
