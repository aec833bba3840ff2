"""Symbols in running text: names, tickers, pairs, and unknown ones by their form."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.arguments.names import asset_names, ordinary_words
from bot.arguments.symbols import PERPETUAL_WORDS, QUOTES, with_quote
from bot.interpreter.phrases.lexicon import Lexicon
from bot.interpreter.phrases.tokens import Token, joined, spelled
from bot.interpreter.phrases.vocabulary import slots, words, wordset
from bot.interpreter.phrases.vocabulary.currencies import CURRENCIES

_PAIR = re.compile(
    r"(?<![\w/])(?P<base>[a-z][a-z0-9]{0,9}|1inch)(?P<mark> ?[/-] ?|_)(?P<quote>[a-z]{3,5})(?P<settles>:[a-z]{3,5})?(?![\w/])"
)
# `BTCUSDT.P`, as charts name it.
_CHARTED = re.compile(r"(?<![\w/])(?P<base>[a-z0-9]{2,10})(?P<quote>usdt|usdc|usd)\.p(?!\w)")
_QUOTE_WORDS = {
    "usdt": "USDT",
    "usdc": "USDC",
    "usd": "USD",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "btc": "BTC",
    "eth": "ETH",
}
_COIN_QUOTES = wordset("btc eth")
# `eurusd`
_MONEYS = wordset("eur usd gbp jpy chf cad aud nzd")
# Capitals that are abbreviations of a trade or a chat and never a ticker.
_ACRONYMS = words("acronyms")
MAX_NAME_WORDS = 4
_SHARES = wordset("shares share action actions titre titres stock stocks")
# `au total` is a sum; `total` alone is the company.
_SUMS = wordset("au a the le un in for mon my")
_OF = wordset("on of sur de du in")
# Words of the tables that name an asset more often than not.
_BOTH = wordset("link near ada ondo")

_COUNTED = ("number", "fraction", "money", "percent")
# `delete ALL my alerts`.
_OF_ALL = wordset("my the of our open orders positions alerts strategies")
_AFTER_NEAR = wordset("the my its this that a")
_BEFORE_A_NAME = wordset("of on for in into my and or the shares")


class Instruments:
    """What people call what can be traded; `known` are the venue's own symbols."""

    def __init__(self, lexicon: Lexicon, known: Iterable[str]) -> None:
        self._lexicon = lexicon
        self._names = asset_names()
        self._known = {symbol.upper(): symbol for symbol in known}
        self._bases: dict[str, str] = {}
        # A coin's bare name is the coin: what is held on margin is named as such.
        for symbol in (each for each in self._known.values() if ":" not in each):
            self._bases.setdefault(symbol.partition("/")[0].lower(), symbol)
        self._by_words = {spelled(name): ticker for name, ticker in self._names.names.items()}
        self._fuzzy = tuple(
            sorted(
                n
                for n in self._names.names
                if len(n) >= 5 and n.isalpha() and n not in ordinary_words()
            )
        )

    def pairs(self, folded: str) -> Iterable[tuple[int, int, str]]:
        """`eth/eur`, `BTC-USDT` where they stand in the text."""
        for match in _PAIR.finditer(folded):
            symbol = self._pair(match["base"], match["quote"], match["mark"])
            if symbol and match["settles"]:
                is_one = match["settles"] == f":{match['quote']}" and "/" in symbol
                symbol = _perpetual(symbol) if is_one else None
            if symbol:
                yield match.start(), match.end(), symbol
        for match in _CHARTED.finditer(folded):
            symbol = self._pair(match["base"], match["quote"], "/")
            if symbol:
                yield match.start(), match.end(), _perpetual(symbol)

    def _pair(self, base: str, quote: str, mark: str) -> str | None:
        if quote in PERPETUAL_WORDS:
            spot = with_quote(self._names.ticker_of(base) or base.upper(), "USDT") or ""
            return _perpetual(spot) if "/" in spot else None
        named = _QUOTE_WORDS.get(quote, quote.upper())
        ticker = self._names.ticker_of(base) or base.upper()
        if (
            named not in QUOTES
            or ticker == named
            or (mark.strip() != "/" and ticker not in self._names.crypto)
        ):
            return None
        return (
            f"{ticker}/{named}" if ticker in self._names.crypto or mark.strip() == "/" else ticker
        )

    def read(self, tokens: Sequence[Token], text: str, *, shouting: bool) -> list[Token]:
        """Tokens with every name, ticker and cashtag made a symbol."""
        read: list[Token] = []
        index = 0
        while index < len(tokens):
            size, symbol = self._at(tokens, index, text, shouting)
            symbol = symbol or self._listed(read, tokens, index) or self._placed(tokens, index)
            ahead = tokens[index:]
            meant = _is_a_preposition(read, ahead) or self._stressed(read, ahead, text)
            if symbol and not (size == 1 and meant):
                read.append(joined(tokens[index : index + size], "symbol", symbol))
            else:
                read.append(tokens[index])
            index += size
        return _perpetuals(read)

    def _stressed(self, read: Sequence[Token], ahead: Sequence[Token], text: str) -> bool:
        """`out of tesla NOW NOW`: an everyday word, loud behind a name, is no second name.

        `NOW` is one only where a name is due.
        """
        token, behind = ahead[0], read[-1] if read else None
        if behind is None or not text[token.start : token.end].isupper():
            return False
        everyday = token.text in ordinary_words() or self._says(token.text)
        again = behind.kind == "word" and behind.text == token.text
        if everyday and (behind.kind == "symbol" or again):
            return True
        if token.text == "all" and len(ahead) > 1 and ahead[1].text in _OF_ALL:
            return True
        due = behind.of(*_COUNTED) or behind.text in _BEFORE_A_NAME
        listed = behind.text == "," and len(ahead) > 1
        return token.text == "now" and not due and not listed

    def _at(
        self, tokens: Sequence[Token], index: int, text: str, shouting: bool
    ) -> tuple[int, str | None]:
        if tokens[index].kind != "word":
            return 1, None
        if tokens[index].text == "total" and index and tokens[index - 1].text in _SUMS:
            return 1, None
        for size in range(min(MAX_NAME_WORDS, len(tokens) - index), 0, -1):
            stretch = tokens[index : index + size]
            if any(token.kind != "word" and token.text not in {"-", "&", "."} for token in stretch):
                continue
            original = text[stretch[0].start : stretch[-1].end]
            symbol = self._share(tokens, index, size) or self._symbol(stretch, original, shouting)
            if symbol:
                return size, symbol
        return 1, None

    def _listed(self, before: Sequence[Token], tokens: Sequence[Token], index: int) -> str | None:
        """`arbitrum and optimism`: in a list an everyday word can be the asset that bears it."""
        token = tokens[index]
        ends = index + 1 == len(tokens) or tokens[index + 1].kind == "mark"
        # `ada, xlm, algo`: the third of a kind.
        third = ends and len(before) >= 4 and before[-4].kind == "symbol"
        linked = len(before) >= 2 and before[-1].text in {"and", "et", ",", "&"}
        if not linked or before[-2].kind != "symbol" or token.kind != "word":
            return None
        ticker = self._names.tickers.get(token.text)
        if ticker:
            coin = ticker in self._names.crypto and len(token.text) > 1
            return self._traded(ticker) if coin and (third or not self._says(token.text)) else None
        ticker = self._names.names.get(token.text)
        return self._traded(ticker) if ticker else None

    def _placed(self, tokens: Sequence[Token], index: int) -> str | None:
        """`buy 20 cosmos`, `the chart of render`: where only an instrument can stand."""
        ticker = self._everyday(tokens[index])
        if ticker is None:
            return self._run_on(tokens, index)
        place = index - 1
        while place >= 0 and tokens[place].text in slots.SMALL:
            place -= 1
        if place < 0:
            return None
        if self._is_of_something_else(tokens, index, ticker):
            return None
        before, behind = tokens[place], tokens[index + 1] if index + 1 < len(tokens) else None
        spoken = tokens[:place]
        traded = any(self._stands_for(t, *slots.TRADED) or t.text in slots.WISHES for t in spoken)
        counted = (
            before.of("number", "fraction", "money") or before.text in _SHARES | CURRENCIES.keys()
        )
        holds = (
            (traded and (counted or before.text in slots.MINE))
            or self._stands_for(before, *slots.THINGS)
            or (self._stands_for(before, *slots.TRADED) and tokens[index - 1].text not in slots.ONE)
            or (self._stands_for(before, *slots.MOVED)
                and any(self._stands_for(t, "WATCHLIST") for t in tokens[index:]))
            or (before.text in slots.ON and any(
                t.kind == "strategy" or t.text in slots.AGAIN or self._stands_for(t, *slots.DONE_ON)
                for t in spoken))
            or (behind is not None and self._stands_for(behind, *slots.COMPARED)
                and self._stands_for(before, "IF", "WHEN", "ALERT"))
        )  # fmt: skip
        return self._traded(ticker) if holds else None

    def _run_on(self, tokens: Sequence[Token], index: int) -> str | None:
        """`sma-cross sur algo`: what a strategy runs on is no strategy."""
        ticker = self._names.tickers.get(tokens[index].text)
        on = index > 1 and tokens[index - 1].text in slots.ON
        runs = on and any(t.kind == "strategy" for t in tokens[:index])
        coin = ticker in self._names.crypto and self._stands_for(tokens[index], "STRATEGY")
        return self._traded(ticker) if ticker and runs and coin else None

    def _is_of_something_else(self, tokens: Sequence[Token], index: int, ticker: str) -> bool:
        """`20 sand castles`, `the ocean`: a thing, or one that only a ticker's name is."""
        behind = tokens[index + 1 : index + 2]
        thing = [t for t in behind if t.kind == "word" and not t.isa("POSS")]
        named = any(not self._lexicon.concepts_of(self._lexicon.corrected(t.text)) for t in thing)
        coin = tokens[index].text not in self._names.names and ticker in self._names.crypto
        return named or (coin and tokens[index - 1].text in slots.THE)

    def _everyday(self, token: Token) -> str | None:
        """The asset whose name an everyday word is too."""
        word = token.text
        short = len(word) < 3 and word not in slots.SHORT
        if token.kind != "word" or short or word in slots.NEVER or self._says(word):
            return None
        named = self._names.names.get(word)
        ticker = self._names.tickers.get(word)
        return named or (ticker if ticker in self._names.crypto else None)

    def _stands_for(self, token: Token, *concepts: str) -> bool:
        """Whether a word by itself may stand for one of the concepts."""
        if token.kind != "word":
            return False
        meant = self._lexicon.concepts_of(self._lexicon.corrected(token.text))
        return not meant.isdisjoint(concepts)

    def _says(self, word: str) -> bool:
        return bool(self._lexicon.concepts_of(word) - {"<venue>"})

    def _share(self, tokens: Sequence[Token], index: int, size: int) -> str | None:
        """`actions orange`, `shares of target`: an everyday name beside the word for shares."""
        before = [
            t.text for t in tokens[max(0, index - 2) : index] if t.text not in {"of", "d'", "de"}
        ]
        behind = tokens[index + 1].text if index + 1 < len(tokens) else ""
        beside = (before and before[-1] in _SHARES) or behind in {"stock", "shares", "share"}
        if size > 1 or not beside:
            return None
        word = tokens[index].text
        ticker = self._names.names.get(word)
        return self._traded(ticker) if ticker and ticker not in self._names.crypto else None

    def _symbol(self, stretch: Sequence[Token], original: str, shouting: bool) -> str | None:
        words = tuple(token.text for token in stretch)
        if len(words) == 1 and words[0].endswith("'s"):
            words, original = (words[0][:-2],), original[:-2]  # `link's rsi`
        folded = " ".join(words)
        if len(words) == 1 and not self._counts(folded, original, shouting):
            return None
        if len(words) == 1 and folded in self._bases:
            return self._bases[folded]
        spaced = tuple(word for word in words if word != "-")
        ticker = (
            self._by_words.get(words)
            or self._by_words.get(spaced)
            or (self._names.tickers.get(folded) if len(words) == 1 else None)
        )
        if ticker:
            return self._traded(ticker)
        return self._by_form(folded, original, shouting) if len(words) == 1 else None

    def _counts(self, word: str, original: str, shouting: bool) -> bool:
        """An everyday word is a symbol only in capitals, and not where all is capitals."""
        acts = bool(self._lexicon.concepts_of(word)) and word not in _BOTH
        if (
            word not in ordinary_words()
            and not acts
            and not (len(word) <= 2 and self._names.names.get(word) is None)
        ):
            return True
        if shouting:
            return False
        named = word in self._names.names and word not in self._names.tickers
        return (original.isupper() and len(word) >= 2) or (
            named and original.istitle() and self._is_title(word)
        )

    def _is_title(self, word: str) -> bool:
        return not self._lexicon.concepts_of(word)

    def _traded(self, ticker: str) -> str | None:
        return self._bases.get(ticker.lower()) or with_quote(ticker, "USDT")

    def _by_form(self, word: str, original: str, shouting: bool) -> str | None:
        """`BTCUSDT`, a ticker in capitals, or a name with a slip in it."""
        for quote in ("usdt", "usdc", "usd", "eur", "btc", "eth"):
            base = word.removesuffix(quote)
            coin = self._names.tickers.get(base) in self._names.crypto
            if base != word and coin and (quote not in _COIN_QUOTES or len(base) > 2):
                return f"{base.upper()}/{quote.upper()}"
        if len(word) == 6 and {word[:3], word[3:]} <= _MONEYS and word[:3] != word[3:]:
            return f"{word[:3].upper()}/{word[3:].upper()}"
        if original.isupper() and not shouting and re.fullmatch(r"[A-Z]{3,5}", original):
            return None if word in _ACRONYMS or self._lexicon.knows(word) else word.upper()
        return self._misspelt(word)

    def _misspelt(self, word: str) -> str | None:
        if len(word) < 5 or self._lexicon.knows(word) or not word.isalpha():
            return None
        name = _nearest_name(word, self._fuzzy)
        mended = self._lexicon.corrected(word)
        if name is None or (
            mended != word and OSA.distance(word, mended) < OSA.distance(word, name)
        ):
            return None
        return self._traded(self._names.names[name])


def _is_a_preposition(read: Sequence[Token], ahead: Sequence[Token]) -> bool:
    """`sell everything near the top`, `buy 3 eth near 2000`."""
    token, behind = ahead[0], ahead[1:2]
    if token.text != "near" or not behind:
        return False
    named = bool(read) and read[-1].kind == "symbol"
    return behind[0].text in _AFTER_NEAR or (named and behind[0].kind == "number")


def _perpetual(symbol: str) -> str:
    """The one beside a pair."""
    return f"{symbol}:{symbol.partition('/')[2]}"


def _perpetuals(tokens: Sequence[Token]) -> list[Token]:
    """`btc perp`, `perpetual on eth`: the word makes its neighbour one, and is none itself."""
    read: list[Token] = []
    for token in tokens:
        before = read[-1] if read else None
        if _is_pair(before) and _is_perpetual(token) and before is not None:
            read[-1] = joined((before, token), "symbol", _perpetual(before.value))
            continue
        begins = len(read) - 1 - (before is not None and before.text in _OF)
        if _is_pair(token) and begins >= 0 and _is_perpetual(read[begins]):
            read[begins:] = [joined((*read[begins:], token), "symbol", _perpetual(token.value))]
            continue
        read.append(token)
    return read


def _is_perpetual(token: Token) -> bool:
    # Alone it may be the coin of that name.
    return token.kind in {"word", "symbol"} and token.text in PERPETUAL_WORDS


def _is_pair(token: Token | None) -> bool:
    return (
        token is not None
        and token.kind == "symbol"
        and "/" in token.value
        and ":" not in token.value
        and token.text not in PERPETUAL_WORDS
    )


@lru_cache(maxsize=4096)
def _nearest_name(word: str, names: tuple[str, ...]) -> str | None:
    found = process.extractOne(
        word, names, scorer=OSA.distance, score_cutoff=2 if len(word) >= 8 else 1
    )
    return found[0] if found and found[0][0] == word[0] else None
