"""What keeps a clause from being an order: questions, refusals, the past, the possible, other people's words."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.arguments.folding import fold
from bot.interpreter.phrases.tokens import Token, words_of
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.guards import GUARDS, YES_NO

_PASTE = re.compile(
    r"\[ ?(?:forwarded|fwd|message transfere|transfere|quote|system|assistant|admin)|(?<!\w)(?:fwd?|tr|rt|system|systeme|assistant|admin|user|bot) ?:|"
    r"(?<!\w)(?:forwarded|transferred) message|message transfere|pre-?authori[sz]ed|pre-?autoris|"
    r"(?:ignore|disregard|forget|override|oublie[zr]?|ignore[zr]?)(?: \w+){0,3} (?:instructions?|rules?|regles?|consignes?|prompts?)|"
    r"(?:execute|run) (?:the following|this|now)? ?:|begin (?:message|quote)|#{2,} ?\w|(?<!\w)(?:instructions?|response|reponse|consignes?) ?:|<\||<\w+>|(?:developer|god|admin|root|debug) mode|"
    r"(?:you are|tu es|vous etes) (?:now|maintenant|desormais)|(?:pretend|act as|role ?play|fais comme si|joue le role)|"
    r"(?:ticket|order) #?\w+ (?:confirmed|approved|has been approved)|https?://|mode (?:developpeur|dieu|admin|root|debug)|"
    r"(?:without|sans|no|no more|plus de|pas de|aucune) confirmations?|confirmations? (?:is|are|sont|est) (?:off|disabled|desactivee?s?)"
)
_MESSENGER = re.compile(
    r"(?<!\w)(?:messages?|mails?|e-?mails?|texts?|sms|dm|screenshot|received|got this|recu(?! (?:ma|mon|mes|une|un|la|le) (?:prime|salaire|paie|paye|virement|remboursement|bonus|argent|retraite|pension|heritage|cadeau))|capture|transfere|newsletter|telegram|discord|whatsapp|signal group|pasted|j'ai colle|colle ici|tweet|post(?![ -]only)|copie-colle|forward(?:ed)?)(?!\w)"
)
_THIRD = re.compile(
    r"(?<!\w)(?:he|she|they|everyone|everybody|people|someone|somebody|whales?|institutions?|il|elle|ils|elles|tout le monde|quelqu'un|les gens) (?:is|are|was|s|'s|va|vont|veut|veulent|compte|comptent|peut|peuvent|doit|doivent|offre|offrent|vend|vendent|achete|achetent|ferme|prend|will|would|should|said|says)(?!\w)"
)
_IMPORTANT = ("OPINION", "NEGATION", "PAST", "HYPOTHESIS", "UNDECIDED", "REPORT")


@dataclass(frozen=True, slots=True)
class Hit:
    """A guarded phrase: its family and where it stands."""

    family: str
    start: int
    end: int


class Guards:
    """All families in one regular expression over folded text."""

    def __init__(self) -> None:
        self._families: dict[str, str] = {}
        for family, table in GUARDS.items():
            for phrase in fold(table.replace("\n", " ")).split(","):
                for said in _as_spoken(_key(phrase)):
                    self._families.setdefault(said, family)
        phrases = sorted(self._families, key=len, reverse=True)
        self._first: dict[str, int] = {}
        for phrase in phrases:
            words = phrase.split(" ")
            self._first[words[0]] = max(self._first.get(words[0], 0), len(words))

    def hits(self, folded: str, tokens: Sequence[Token], start: int, end: int) -> Iterator[Hit]:
        """The guarded phrases of a stretch that no entity or longer command phrase contains."""
        words = list(words_of(folded[start:end], start))
        index = 0
        while index < len(words):
            size, family = self._at(words, index)
            if family is None or _is_whose(words, index):
                index += 1
                continue
            hit = Hit(family, words[index].start, words[index + size - 1].end)
            if not any(_covers(token, hit) for token in tokens):
                yield hit
            index += size

    def _at(self, words: Sequence[Token], index: int) -> tuple[int, str | None]:
        for size in range(self._first.get(words[index].text, 0), 0, -1):
            family = self._families.get(" ".join(w.text for w in words[index : index + size]))
            if family is not None and len(words) >= index + size:
                return size, family
        return 1, None


def _as_spoken(key: str) -> Iterator[str]:
    """`je rigole` is `j'rigole` and `jrigole`, too."""
    if key:
        yield key
    if key.startswith("je "):
        yield f"j' {key[3:]}"
        yield f"j{key[3:]}"


def _key(phrase: str) -> str:
    return " ".join(token.text for token in words_of(phrase.strip()))


def _is_whose(words: Sequence[Token], index: int) -> bool:
    """`les titres dont le rsi…`: English leaves its apostrophe out, French has none to leave."""
    behind = words[index + 1 : index + 2]
    return words[index].text == "dont" and any(t.text in _ARTICLES for t in behind)


_ARTICLES = wordset("le la les l' l")
_OUTRANKS = wordset("""
    NOTABOVE NOTBELOW UNFOLLOW UNWATCH NOMORE GTC FOK IOC DAYTIF BACKTEST WHY HELP STATUS FOLLOWING
    PNL REQ WHATBOUGHT ALWAYS SHOW WHEN NEVER HOLDING INSTEAD <rule> RESUME SCHEDULES AUDIT ALERT
    DOWN UP ABOVE BELOW CROSSUP CROSSDOWN RULE BUYSTOP SELLSTOP LINKV WATCH BOOK GETQ HAVE REVIEW
    REMOVE HALVE CLOSESUP CLOSESDOWN IF BUY SUBSCRIBE UNSUBSCRIBE OVERBOUGHT OVERSOLD HALT STOP
    MUSTGO PAPER
""")


def _covers(token: Token, hit: Hit) -> bool:
    """A guarded word inside a typed thing, or inside a longer phrase that means something else."""
    typed = token.kind not in {"word", "mark", "quote"}
    if typed and hit.start < token.start < hit.end <= token.end:
        return True  # `rapport de risque | de la semaine dernière`
    if token.start > hit.start or token.end < hit.end:
        return False
    longer = token.end - token.start > hit.end - hit.start
    return typed or (longer and token.isa(*_OUTRANKS))


def pasted(folded: str) -> bool:
    """Whether a text bears the marks of something forwarded, pasted or made to look like a system's."""
    return _PASTE.search(folded) is not None


def carried(folded: str) -> bool:
    """Whether it speaks of a message that came from elsewhere."""
    return _MESSENGER.search(folded) is not None


def third_person(folded: str) -> bool:
    """`he is selling`, `les gens achetent`."""
    return _THIRD.search(folded) is not None


_CONDITIONAL = re.compile(r"\w{2,}[aeir]r(?:ais|ait|ions|iez|aient|as)")


def conditional(token: Token) -> bool:
    """`tu dimensionnerais`: French words in the conditional, where nothing else is known of them."""
    return (
        token.kind == "word"
        and not token.concepts
        and _CONDITIONAL.fullmatch(token.text) is not None
    )


def bare_answer(folded: str) -> bool:
    """A yes or a no by itself."""
    words = re.findall(r"[\w-]+", folded)
    if words[-2:] == ["ca", "marche"] and "?" not in folded:
        words = words[:-2] or ["ok"]
    return 0 < len(words) <= 4 and all(word in YES_NO for word in words)
