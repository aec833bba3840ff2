"""Conditions in words to formulas: `drops more than 5% in a day` is `change(1d) < -5%`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.interpreter.phrases.scenes import plain_value
from bot.interpreter.phrases.tokens import Token, with_concepts

_UP = ("ABOVE", "UP", "CLOSESUP")
_DOWN = ("BELOW", "DOWN", "CLOSESDOWN")
_CROSS = ("CROSSUP", "CROSSDOWN", "CROSS")
PASSES = (*_UP, *_DOWN, *_CROSS, "OVERBOUGHT", "OVERSOLD")
COMPARES = (*PASSES, "GOLDENCROSS", "DEATHCROSS")
_FIXED = {
    "GOLDENCROSS": "crosses_above(sma(close, 50), sma(close, 200))",
    "DEATHCROSS": "crosses_below(sma(close, 50), sma(close, 200))",
}
_SIGNALS = {"macd(close, 12, 26, 9)": "macd_signal(close, 12, 26, 9)"}
_LOWER = ("bb_lower", "keltner_lower", "donchian_lower")
DEFAULT_WINDOW = "1d"


@dataclass(frozen=True, slots=True)
class _Parts:
    """What one condition is made of."""

    tokens: Sequence[Token]
    series: tuple[str, ...]
    level: Token | None
    percent: Token | None

    def has(self, *concepts: str) -> bool:
        return any(token.isa(*concepts) for token in self.tokens)


def conditioned(tokens: Sequence[Token]) -> list[Token]:
    """Comparisons become conditions where there is something to compare."""
    figures = any(t.of("number", "money", "percent", "indicator", "negative") for t in tokens)
    return [_as_condition(token, figures) for token in tokens]


def _as_condition(token: Token, figures: bool) -> Token:
    alone = token.isa("OVERBOUGHT", "OVERSOLD", "GOLDENCROSS", "DEATHCROSS")
    return with_concepts(token, "<cond>") if alone or (figures and token.isa(*COMPARES)) else token


def read_formula(tokens: Sequence[Token]) -> str | None:
    """The conditions of a clause joined with `and`; None where there is none."""
    found: list[str] = []
    for piece in _pieces(tokens):
        formula = _condition(piece)
        if formula and formula not in found:
            found.append(formula)
    return " and ".join(found) or None


def _pieces(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Cut at each `and` or comma with a condition on both sides."""
    current: list[Token] = []
    for index, token in enumerate(tokens):
        joins = token.isa("AND") or token.text == ","
        if joins and _condition(current) and _condition(_until_join(tokens[index + 1 :])):
            yield current
            current = []
        else:
            current.append(token)
    yield current


def _until_join(tokens: Sequence[Token]) -> list[Token]:
    for index, token in enumerate(tokens):
        if index and token.isa("AND"):
            return list(tokens[:index])
    return list(tokens)


def _parts(tokens: Sequence[Token]) -> _Parts:
    series = tuple(s for t in tokens if t.kind == "indicator" for s in t.value.split(";"))
    levels = [t for t in tokens if t.kind in {"number", "money", "negative"} and "%" not in t.value]
    percent = next(
        (t for t in tokens if t.kind == "percent" or (t.kind == "negative" and "%" in t.value)),
        None,
    )
    return _Parts(tokens, series, levels[0] if levels else None, percent)


def _condition(tokens: Sequence[Token]) -> str | None:
    parts = _parts(tokens)
    for concept, formula in _FIXED.items():
        if parts.has(concept):
            return formula
    if parts.has("OVERBOUGHT", "OVERSOLD"):
        return _extreme(parts)
    if parts.series:
        return _of_indicators(parts)
    if parts.percent is not None:
        return _change(parts)
    return _price(parts) if parts.level is not None else None


def _extreme(parts: _Parts) -> str:
    rsi = next((s for s in parts.series if s.startswith("rsi")), "rsi(close, 14)")
    level = plain_value(parts.level) if parts.level is not None else None
    return f"{rsi} > {level or 70}" if parts.has("OVERBOUGHT") else f"{rsi} < {level or 30}"


def _direction(parts: _Parts) -> str | None:
    """`>` or `<`; a fall said anywhere outweighs `plus de`."""
    if parts.has("CROSSDOWN", "CLOSESDOWN", "DOWN"):
        return "<" if not (parts.has("CROSSUP", "CLOSESUP")) else ">"
    if parts.has("CROSSUP", "CLOSESUP", "UP", "CROSS") and not parts.has("BELOW"):
        return ">"
    if parts.has("BELOW"):
        return "<"
    return ">" if parts.has("ABOVE") else None


def _of_indicators(parts: _Parts) -> str | None:
    series = _banded(parts)
    direction = _direction(parts)
    crosses = parts.has(*_CROSS)
    if direction is None:
        return None
    left, right = _operands(parts, series, crosses)
    if right is None:
        return None
    if right.startswith(_LOWER) and direction == ">" and not crosses and _reached(parts):
        direction = "<"
    if crosses:
        return f"crosses_{'above' if direction == '>' else 'below'}({left}, {right})"
    return f"{left} {direction} {right}"


def _reached(parts: _Parts) -> bool:
    """A lower band is touched from above."""
    return any(
        t.isa("UP") and t.text.startswith(("touch", "hit", "reach", "att", "tag"))
        for t in parts.tokens
    )


def _banded(parts: _Parts) -> tuple[str, ...]:
    """Bands said without a side: the upper one on the way up, the lower one on the way down."""
    if len(parts.series) == 3 and parts.series[0].startswith("bb_"):
        return parts.series[:1] if _direction(parts) == ">" else parts.series[2:]
    return parts.series


def _operands(parts: _Parts, series: tuple[str, ...], crosses: bool) -> tuple[str, str | None]:
    first = series[0]
    if len(series) >= 2:
        return first, series[1]
    if first in _SIGNALS and (
        parts.has("SIGNAL") or (crosses and parts.level is None and not parts.has("ZERO"))
    ):
        return first, _SIGNALS[first]
    if parts.has("ZERO") and parts.level is None:
        return first, "0"
    if parts.level is None:
        return "close", first
    level = plain_value(parts.level)
    if _is_average(first) and (crosses or _is_named(parts, parts.level)):
        return first, first.partition("(")[0] + f"(close, {level})"
    return first, level


def _is_named(parts: _Parts, level: Token) -> bool:
    """`la moyenne mobile 50 passe sous la 200`: with an article it is an average, and no level."""
    place = parts.tokens.index(level)
    return place > 0 and parts.tokens[place - 1].text in {"la", "the"}


def _is_average(series: str) -> bool:
    return series.startswith(("sma(", "ema(", "wma(", "hma("))


def _change(parts: _Parts) -> str | None:
    if parts.percent is None:
        return None
    window = next((_window(t) for t in parts.tokens if _window(t)), DEFAULT_WINDOW)
    size = parts.percent.value.lstrip("-")
    falls = parts.percent.kind == "negative" or parts.has("DOWN", "CLOSESDOWN")
    rises = parts.has("UP", "CLOSESUP", "ABOVE") or not falls
    if not falls and not parts.has("UP", "ABOVE", "CLOSESUP", "BELOW"):
        return None
    if parts.has("BELOW") and not parts.has("DOWN", "UP"):
        return f"change({window}) < {size}"
    return f"change({window}) < -{size}" if falls or not rises else f"change({window}) > {size}"


def _window(token: Token) -> str | None:
    if token.kind == "duration":
        return {"24h": "1d", "7d": "1w"}.get(token.value, token.value)
    if token.kind == "period":
        return {
            "today": "1d",
            "this_week": "1w",
            "last_week": "1w",
            "7d": "1w",
            "24h": "1d",
            "this_month": "30d",
            "yesterday": "1d",
        }.get(token.value, token.value)
    return token.value if token.kind == "timeframe" else None


def _price(parts: _Parts) -> str | None:
    level = parts.level
    if level is None or level.kind == "negative":
        return None
    closes = parts.has("CLOSES", "CLOSESUP", "CLOSESDOWN")
    direction = _direction(parts)
    if direction is None and not parts.has(
        "AT", "PRICE", "TO", "IF", "WHEN", "ON", "ALERT", "ALERTN"
    ):
        return None
    return f"{'close' if closes else 'price'} {direction or '>'} {plain_value(level)}"
