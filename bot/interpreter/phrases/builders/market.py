"""The arguments of charts, books, screens and alerts."""

from __future__ import annotations

from bot.interpreter.phrases.builders.shared import first_symbol
from bot.interpreter.phrases.formulas import read_formula
from bot.interpreter.phrases.scenes import Draft, Scene, period, symbols, timeframe, venue
from bot.interpreter.phrases.tokens import Token


def chart(scene: Scene) -> list[Draft]:
    """A symbol, its candles, a period, and formulas drawn over it."""
    draft: Draft = {}
    named = symbols(scene)
    if named:
        draft["symbol"] = named[0]
    frame = timeframe(scene)
    if frame:
        draft["timeframe"] = frame
    draft.update(period(scene, frame))
    drawn = [f for t in scene.all("indicator") for f in t.value.split(";")]
    if drawn:
        draft["indicators"] = list(dict.fromkeys(drawn))
    return [{**draft, "symbol": name} for name in named] if len(named) > 1 else [draft]


def download(scene: Scene) -> list[Draft]:
    """A venue, a symbol, how long its bars are, and from which day on."""
    draft: Draft = {}
    where, named = venue(scene), symbols(scene)
    if where:
        draft["venue"] = where
    if named:
        draft["symbol"] = named[0]
    frame = timeframe(scene)
    if frame:
        draft["timeframe"] = frame
    begin = period(scene, frame).get("since")
    if begin:
        draft["since"] = begin
    return [draft]


def book(scene: Scene) -> list[Draft]:
    """A symbol and how many levels."""
    draft = first_symbol(scene)
    number = scene.first("number")
    if number:
        draft["depth"] = number.value
    return [draft]


def screen(scene: Scene) -> list[Draft]:
    """A condition over some symbols or the watchlist."""
    draft: Draft = {}
    formula = read_formula(_condition_tokens(scene))
    if formula:
        draft["formula"] = formula
    frame = timeframe(scene, bare="change(" not in (formula or ""))
    if frame and not (formula and f"change({frame})" in formula):
        draft["timeframe"] = frame
    if scene.has("WATCHLIST"):
        draft["watchlist"] = "true"
    elif symbols(scene):
        draft["symbols"] = list(symbols(scene))
    return [draft]


def alert(scene: Scene) -> list[Draft]:
    """A symbol, a condition, how often, and a note."""
    draft: Draft = {}
    note = _note(scene)
    named = symbols(scene)
    if named:
        draft["symbol"] = named[0]
    formula = read_formula(_condition_tokens(scene))
    if formula:
        draft["formula"] = formula
    changes = "change(" in (formula or "")
    frame = timeframe(scene, bare=not changes)
    if frame and not (changes and frame in (formula or "")):
        draft["timeframe"] = frame
    if scene.has("ALWAYS") and not scene.has("ONCE"):
        draft["repeat"] = "always"
    if note:
        draft["note"] = note
    return [draft]


def _condition_tokens(scene: Scene) -> list[Token]:
    return [t for t in scene.tokens if t.kind != "quote"]


def _note(scene: Scene) -> str | None:
    """The words after `note:`; they are no part of the condition."""
    for index, token in enumerate(scene.tokens):
        if index and token.isa("NOTE") and not scene.tokens[index - 1].isa("FILLER"):
            text = scene.tail(token.end)
            del scene.tokens[index:]
            return text or None
    return None


def snooze(scene: Scene) -> list[Draft]:
    """An alert and for how long."""
    draft: Draft = {}
    token = scene.first("aid", "id", "code", "number")
    if token:
        draft["alert"] = token.value
    length = scene.first("duration", "timeframe", "period")
    if length:
        draft["duration"] = {"today": "1d"}.get(length.value, length.value)
    return [draft]
