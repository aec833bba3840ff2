"""The arguments of what is done with strategies."""

from __future__ import annotations

from bot.arguments.folding import fold
from bot.interpreter.phrases.builders.shared import chosen, said, spoken_strategy, strategy
from bot.interpreter.phrases.scenes import (
    Draft,
    Scene,
    in_currency,
    period,
    plain_value,
    symbols,
    timeframe,
    venue,
)
from bot.interpreter.phrases.vocabulary import values, wordset

# What stands between the verb and what the strategy is to do.
_LEADS_IN = wordset("that which who qui where to for pour de a me moi une un strategie strategy ou")


def design(scene: Scene) -> list[Draft]:
    """The words after the request."""
    start = None
    for token in scene.tokens:
        if token.isa("STRATEGY", "STRATEGIES"):
            start = token.end
            break
        if token.isa("DESIGN", "MAKE", "WRITE") and start is None:
            start = token.end
    if start is None and scene.has("IF", "WHEN"):
        start = next((t.start for t in scene.tokens if t.isa("BUY", "SELL")), None)
    text = scene.tail(start) if start is not None else ""
    words = text.split()
    while words and fold(words[0]).rstrip(":,") in _LEADS_IN:
        words = words[1:]
    return [{"description": " ".join(words)}] if words else [{}]


def file(scene: Scene) -> list[Draft]:
    """The file named, if it is; else the one attached."""
    token = scene.first("file")
    return [{"file": token.value}] if token else [{}]


def backtest(scene: Scene) -> list[Draft]:
    """A strategy over a symbol's past."""
    draft: Draft = {}
    params = dict(t.value.split("=") for t in scene.all("param"))
    golden = scene.has("GOLDENCROSS") and not scene.first("strategy")
    if golden:
        params = {"fast": "50", "slow": "200", **params}
    name = "sma-cross" if golden else strategy(scene)
    if name:
        draft["strategy"] = name
    frame = timeframe(scene)
    if frame:
        draft["timeframe"] = frame
    draft.update(period(scene, frame))
    if params:
        draft["params"] = dict(params)
    named = symbols(scene)
    return [{**draft, "symbol": each} for each in named] or [draft]


def optimize(scene: Scene) -> list[Draft]:
    """The same with a number of trials and what to look for."""
    draft = {k: v for k, v in backtest(scene)[0].items() if k != "params"}
    for index, token in enumerate(scene.tokens):
        near = [*scene.after(index, 2), *scene.before(index)]
        if token.kind == "number" and any(t.isa("TRIALS") for t in near):
            draft["trials"] = token.value
    objective = chosen(values.OBJECTIVES, said(scene))
    if objective:
        draft["objective"] = objective
    return [draft]


def run(scene: Scene) -> list[Draft]:
    """A strategy let loose on a symbol, on paper unless told live."""
    draft: Draft = {}
    name = strategy(scene)
    if name and (scene.first("strategy") or "-" in name or scene.has("STRATEGY")):
        draft["strategy"] = name
    named = symbols(scene)
    if named:
        draft["symbol"] = in_currency(named[0], scene.tokens)
    frame = timeframe(scene)
    if frame:
        draft["timeframe"] = frame
    money = scene.first("money") or scene.first("number")
    if money:
        draft["amount"] = plain_value(money)
    if scene.has("LIVE") and not scene.has("PAPER"):
        draft["mode"] = "live"
    return [{**draft, "symbol": each} for each in named] if len(named) > 1 else [draft]


def live(scene: Scene) -> list[Draft]:
    """An account, by its venue, that is to trade for real, or no more."""
    where = venue(scene)
    return [{"account": where} if where else {}]


def stop(scene: Scene) -> list[Draft]:
    """A strategy, several, or all of them."""
    named = [t.value for t in scene.all("strategy")]
    if named:
        return [{"strategy": name} for name in dict.fromkeys(named)]
    if scene.has("STRATEGIES", "EVERYTHING") or scene.has("ALL"):
        return [{"strategy": "all"}]
    heard = spoken_strategy(scene)
    sure = heard is not None and ("-" in heard or scene.has("STRATEGY"))
    return [{"strategy": heard} if heard and sure else {}]


def publish(scene: Scene) -> list[Draft]:
    """A strategy with a price a month, a share of the profit, or both."""
    draft: Draft = {}
    name = strategy(scene)
    if name and (scene.first("strategy") or "-" in name or scene.has("STRATEGY")):
        draft["strategy"] = name
    for token in scene.tokens:
        if token.kind in {"number", "money"}:
            draft.setdefault("price", plain_value(token))
        elif token.kind == "percent":
            draft.setdefault("fee", token.value)
    return [draft]
