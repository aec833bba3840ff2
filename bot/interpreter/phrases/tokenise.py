"""From plain text to tokens: entities, symbols, concepts, then what stands side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.arguments.number_words import FRACTIONS, SCALES, SMALL, WEAK, read_number_words
from bot.arguments.numbers import plain
from bot.interpreter.phrases.accounts import Accounts
from bot.interpreter.phrases.entities import find_entities
from bot.interpreter.phrases.instruments import Instruments
from bot.interpreter.phrases.lexicon import Lexicon
from bot.interpreter.phrases.normalise import Plain
from bot.interpreter.phrases.strategies import Strategies
from bot.interpreter.phrases.tokens import Token, entity, joined, words_of
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.currencies import CURRENCIES

_ARTICLES = wordset("a an un une the la le les of de d' one my")
_LEADING = wordset("a an un une the la le les one")
_VAGUE = wordset("few several some couple quelques plusieurs many de")
_FEW = frozenset({"deux", "trois", "quatre"})
_STARS = wordset("star stars etoile etoiles")
_AFTER_ALL = wordset("stp svp a au en sur avec maintenant et puis tout")
_NUMBER_NEIGHBOURS = frozenset({"symbol", "number"})


class Tokeniser:
    """Everything typed and said in one text, in order."""

    def __init__(
        self,
        lexicon: Lexicon,
        instruments: Instruments,
        strategies: Strategies,
        leaders: Iterable[str],
        accounts: Accounts,
    ) -> None:
        self._lexicon = lexicon
        self._instruments = instruments
        self._strategies = strategies
        self._accounts = accounts
        self._leaders = {leader.lstrip("@").lower(): f"@{leader.lstrip('@')}" for leader in leaders}

    def read(self, plain_: Plain, today: date) -> list[Token]:
        """The tokens of a text."""
        named = self._strategies.find(plain_.folded)
        accounts = self._accounts.find(plain_.folded)
        found = find_entities(plain_.text, plain_.folded, today, named, accounts)
        for start, end, symbol in self._instruments.pairs(plain_.folded):
            found.add("symbol", start, end, symbol)
        words = [
            w for start, end in found.gaps() for w in words_of(plain_.folded[start:end], start)
        ]
        tokens = sorted([*found.tokens, *words], key=lambda token: token.start)
        tokens = [_noun(self._leader(token), plain_.text) for token in tokens]
        tokens = _spelled_numbers(tokens)
        tokens = self._instruments.read(tokens, plain_.text, shouting=plain_.shouting)
        tokens = self._lexicon.read(tokens)
        return _marks(beside(beside(tokens)))

    def _leader(self, token: Token) -> Token:
        known = self._leaders.get(token.text) if token.kind == "word" else None
        return entity("leader", token.text, token.start, token.end, known) if known else token


def _noun(token: Token, text: str) -> Token:
    """`résumé` is no `resume` where its accents are written."""
    written = text[token.start : token.end].lower()
    return replace(token, text="bilan") if written in {"résumé", "résumés"} else token


def _marks(tokens: Sequence[Token]) -> list[Token]:
    return [
        replace(t, concepts=t.concepts | {"QUESTION"}) if t.kind == "mark" and "?" in t.text else t
        for t in tokens
    ]


def _spelled_numbers(tokens: Sequence[Token]) -> list[Token]:
    """`sixty two thousand`, `deux tiers`, `half a` as one entity each."""
    read: list[Token] = []
    index = 0
    while index < len(tokens):
        counted = bool(read) and read[-1].kind == "number"  # `pour cent piasses` is a sum
        if (
            counted
            and tokens[index].text in {"pour", "per"}
            and _words_from(tokens, index)[1:2]
            in (
                ["cent"],
                ["cents"],
            )
        ):
            read.append(Token("word", "percent", tokens[index].start, tokens[index + 1].end))
            index += 2
            continue
        size, token = (
            _these_at(tokens, index)
            or _fraction_at(tokens, index)
            or _number_at(tokens, index)
            or (1, tokens[index])
        )
        read.append(token)
        index += size
    return read


def _these_at(tokens: Sequence[Token], index: int) -> tuple[int, Token] | None:
    """`ferme btc et eth, tous les deux`: as many as were named, where nothing follows to count."""
    words = _words_from(tokens, index)
    start = 1 if words[:1] in (["tous"], ["toutes"]) else 0
    if len(words) < start + 2 or words[start] != "les" or words[start + 1] not in _FEW:
        return None
    size = start + 2
    behind = tokens[index + size : index + size + 1]
    if behind and not (behind[0].kind == "mark" or behind[0].text in _AFTER_ALL):
        return None
    text = f"these {SMALL[words[start + 1]]}"
    concepts = frozenset({"THESE", "FILLER"})
    return size, Token("word", text, tokens[index].start, tokens[index + size - 1].end, concepts)


def _words_from(tokens: Sequence[Token], index: int) -> list[str]:
    words = []
    for token in tokens[index : index + 10]:
        if token.kind != "word" and token.text != "-":
            break
        words.append(token.text)
    return words


def _number_at(tokens: Sequence[Token], index: int) -> tuple[int, Token] | None:
    words = _words_from(tokens, index)
    if words and words[0] in SCALES and index and tokens[index - 1].text in _VAGUE:
        return None  # `a few hundred`
    read = read_number_words(words) if words and (words[0] in SMALL or words[0] in SCALES) else None
    if read is None:
        return _and_a_half(tokens, index) or _scaled(tokens, index)
    value, size = read
    after = tokens[index + size] if index + size < len(tokens) else None
    if size == 1 and words[0] in WEAK and not _beside_a_size(words[0], after):
        return None
    return size, _counted(tokens[index : index + size], value)


def _counted(tokens: Sequence[Token], value: Decimal) -> Token:
    """A grand is so much money, and no number of things."""
    grand = tokens[-1].text == "grand"
    unit = " USDT" if grand else ""
    return joined(tokens, "money" if grand else "number", f"{plain(value)}{unit}")


def _beside_a_size(word: str, after: Token | None) -> bool:
    if after is None or word in {"grand", "cents"}:
        return False
    return (
        after.kind == "symbol"
        or after.text in _STARS
        or (word in {"cent", "six"} and (after.text in CURRENCIES or after.kind == "word"))
    )


def _and_a_half(tokens: Sequence[Token], index: int) -> tuple[int, Token] | None:
    """`2 et demi`, `3 and a half`."""
    if tokens[index].kind != "number":
        return None
    behind = _words_from(tokens, index + 1)
    size = 2 if behind[:2] in (["et", "demi"], ["et", "demie"]) else 3
    if size == 3 and behind[:3] != ["and", "a", "half"]:
        return None
    value = Decimal(tokens[index].value) + Decimal("0.5")
    return 1 + size, joined(tokens[index : index + 1 + size], "number", plain(value))


def _scaled(tokens: Sequence[Token], index: int) -> tuple[int, Token] | None:
    """`3 mille`, `2 million`, `5 grand`, `a hundred`."""
    if (
        index + 1 >= len(tokens)
        or tokens[index + 1].text not in SCALES
        or tokens[index + 1].kind != "word"
    ):
        return None
    first = tokens[index]
    if first.kind == "number" and tokens[index + 1].text in {"cent", "cents"}:
        return None
    scale = SCALES[tokens[index + 1].text]
    if first.kind == "number":
        value = Decimal(first.value) * scale
    elif first.text in {"a", "an"}:
        read = read_number_words(_words_from(tokens, index + 1))
        if read is None:
            return None
        return 1 + read[1], _counted(tokens[index : index + 1 + read[1]], read[0])
    else:
        return None
    return 2, _counted(tokens[index : index + 2], value)


def _fraction_at(tokens: Sequence[Token], index: int) -> tuple[int, Token] | None:
    words = _words_from(tokens, index)
    skip = 1 if words and words[0] in _LEADING and len(words) > 1 else 0
    times, size = Decimal(1), skip
    number = tokens[index] if tokens[index].kind == "number" else None
    if number is not None and index + 1 < len(tokens):
        words = [number.text, *_words_from(tokens, index + 1)]
    if (
        len(words) > size + 1
        and (words[size] in SMALL or number is not None)
        and words[size] not in {"un", "une", "one"}
    ):
        times = Decimal(number.value) if number else Decimal(SMALL[words[size]])
        size += 1
    elif len(words) > size + 1 and words[size] in {"un", "une", "one"}:
        size += 1
    if len(words) <= size:
        return None
    word = words[size]
    part = FRACTIONS.get(word) or FRACTIONS.get(word.rstrip("s"))
    if part is None or times * part >= 1:
        return None
    size += 1
    return size, joined(tokens[index : index + size], "fraction", str(times * part))


def beside(tokens: Sequence[Token]) -> list[Token]:
    """Numbers and their currencies, and what else two neighbours make."""
    read: list[Token] = []
    index = 0
    while index < len(tokens):
        pair = _pair(tokens[index], tokens[index + 1]) if index + 1 < len(tokens) else None
        read.append(pair or tokens[index])
        index += 2 if pair else 1
    return read


def _are_cents(money: Token, number: Token) -> bool:
    """`two dollars sixty`, where both are spelled out."""
    said = not any(letter.isdigit() for letter in money.text + number.text)
    return (
        said
        and money.value.partition(" ")[0].isdigit()
        and number.value.isdigit()
        and (10 <= int(number.value) < 100)
    )


def _pair(left: Token, right: Token) -> Token | None:
    if left.kind == "number" and right.text in CURRENCIES:
        return joined((left, right), "money", f"{left.value} {CURRENCIES[right.text]}")
    if left.kind == "money" and right.kind == "number" and _are_cents(left, right):
        amount, _, currency = left.value.partition(" ")
        return joined(
            (left, right), "money", f"{plain(Decimal(f'{amount}.{right.value}'))} {currency}"
        )
    if left.text in {"$", "€", "£"} and right.kind == "number":
        return joined((left, right), "money", f"{right.value} {CURRENCIES[left.text]}")
    if (
        left.text in {"usd", "usdt", "usdc", "eur", "euro", "euros", "dollars", "bucks"}
        and right.kind == "number"
        and left.kind == "word"
    ):
        return joined((left, right), "money", f"{right.value} {CURRENCIES[left.text]}")
    if left.kind == "number" and right.text in {"cents", "cent", "centimes", "centime"}:
        return joined((left, right), "money", f"{plain(Decimal(left.value) / 100)} USDT")
    if left.kind == "number" and right.text in {"percent", "%", "pct"}:
        return joined((left, right), "percent", f"{left.value}%")
    if (
        left.kind == "symbol"
        and right.text in {"usdt", "usdc", "eur"}
        and "/" in left.value
        and right.kind == "word"
    ):
        return joined(
            (left, right), "symbol", f"{left.value.partition('/')[0]}/{right.text.upper()}"
        )
    return None
