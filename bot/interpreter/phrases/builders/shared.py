"""What builders of arguments share."""

from __future__ import annotations

from collections.abc import Callable

from bot.arguments.folding import fold
from bot.arguments.names import venue_names
from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.reading import Json
from bot.interpreter.phrases.scenes import Draft, Scene, period, symbols, venue
from bot.interpreter.phrases.strategies import name_of
from bot.interpreter.phrases.tokens import Token, spelled
from bot.interpreter.phrases.vocabulary import wordset

Builder = Callable[[Scene], list[Draft]]


def chosen(table: dict[str, str], folded_words: str) -> str | None:
    """The entry of a table whose longest phrase is said in the clause."""
    best, size = None, 0
    for name, phrases in table.items():
        for phrase in phrases.split(","):
            words = " ".join(spelled(fold(phrase.strip())))
            if words and f" {words} " in folded_words and len(words) > size:
                best, size = name, len(words)
    return best


def said(scene: Scene) -> str:
    """The words of a clause with spaces round them, to look for phrases in."""
    return f" {' '.join(token.text for token in scene.tokens)} "


def first_symbol(scene: Scene) -> Draft:
    """The first symbol, where one is said."""
    named = symbols(scene)
    return {"symbol": named[0]} if named else {}


def generic(entry: Entry) -> Builder:
    """Fill each argument by its form."""

    def build(scene: Scene) -> list[Draft]:
        draft: Draft = {}
        for name, form in entry.arguments.items():
            value = _by_form(form, scene)
            if value is not None:
                draft[name] = value
        if "period" in entry.arguments:
            draft.update(period(scene))
        return [draft]

    return build


def _by_form(form: str, scene: Scene) -> Json | None:
    if form == "symbol":
        return next(iter(symbols(scene)), None)
    if form == "symbols":
        return list(symbols(scene)) or None
    if form == "venue":
        return venue(scene)
    if form in {"leader", "strategy"}:
        token = scene.first(form)
        return token.value if token else None
    return None


def repeated(name: str, *kinds: str, spoken: bool = False) -> Builder:
    """One command for each thing named: `export a and b`."""

    def build(scene: Scene) -> list[Draft]:
        values = list(dict.fromkeys(token.value for token in scene.all(*kinds)))
        if not values and spoken:
            heard = spoken_strategy(scene)
            values = [heard] if heard else []
        return [{name: value} for value in values] or [{}]

    return build


_STOPS_NAME = wordset("""
    ON FOR WITH IN AT OF TO FROM BY AND THEN OVER LIVE PAPER NOW QUESTION POSS BETWEEN UNTIL IT FEE
    PERMONTH TRIALS PARAMS OBJECTIVE IF WHEN TRADING ALL EVERYTHING
""")


_LEADS_NAME = wordset("""
    BACKTEST OPTIMIZE RUN STOP EXPORT PUBLISH STRATEGY SHOW CLOSE KILL HALT CUT PROFILE OPEN CANCEL
""")


def spoken_strategy(scene: Scene) -> str | None:
    """A name said as plain words after the verb: `backtest turtle soup on eth`."""
    words: list[Token] = []
    for token in scene.tokens:
        if not words and (
            token.isa("FILLER", "REQ", "STRATEGY", "POSS", *_LEADS_NAME)
            or token.text in {"a", "l'", "d'", "de"}
        ):
            continue
        if not _can_name(token):
            break
        words.append(token)
    named = [w for w in words if not w.isa("STRATEGY")]
    if (
        not named
        or len(named) > 4
        or all(token.concepts and token.kind == "word" for token in named)
    ):
        return None
    return name_of(named)


def _can_name(token: Token) -> bool:
    if token.kind == "indicator":
        return " " not in token.text or token.text.isalpha()
    return (
        token.kind == "word"
        and not token.isa(*_STOPS_NAME, "<venue>")
        and not (token.isa("FILLER", "REQ") and len(token.text) > 2)
    )


def strategy(scene: Scene) -> str | None:
    """The strategy named, or spoken."""
    token = scene.first("strategy")
    return token.value if token else spoken_strategy(scene)


def numbered(name: str, *kinds: str, with_symbol: bool = False) -> Builder:
    """Alerts or schedules by id, or all of them."""

    def build(scene: Scene) -> list[Draft]:
        ids = [t.value for t in scene.all(*kinds, "id", "number", "code")]
        extra = first_symbol(scene) if with_symbol else {}
        if ids:
            return [{name: each} for each in ids]
        plural = any(t.text.endswith("s") for t in scene.that("ALERTS", "SCHEDULES"))
        every = scene.has("ALL", "EVERYTHING") or plural
        return [{name: "all", **extra}] if every else [extra]

    return build


def venues(scene: Scene) -> list[Draft]:
    """Each venue named."""
    named = [venue_names().get(t.text, t.text) for t in scene.that("<venue>")]
    return [{"venue": name} for name in dict.fromkeys(named)] or [{}]
