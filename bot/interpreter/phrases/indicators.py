"""Indicators named in words: `50-day moving average`, `rsi 14`, `bande de bollinger basse`."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_AVERAGES = {
    "ema": r"ema|mme|exponential moving average|moyennes? mobiles? exponentielles?|moyenne exponentielle|exp ma",
    "wma": r"wma|weighted moving average|moyenne mobile ponderee",
    "hma": r"hma|hull moving average|hull",
    "sma": r"sma|(?:simple )?moving averages?|mov avg|moyennes? mobiles?(?: simples?)?|mms|mm|ma|dma|average|averages|moyenne",
}
_OSCILLATORS = {
    "rsi": (r"rsi|relative strength(?: index)?|force relative", "rsi(close, {n})", 14),
    "adx": (r"adx", "adx({n})", 14),
    "atr": (r"atr|average true range", "atr({n})", 14),
    "cci": (r"cci", "cci({n})", 20),
    "mfi": (r"mfi|money flow(?: index)?", "mfi({n})", 14),
    "willr": (r"williams ?%?r|willr", "willr({n})", 14),
    "stoch": (r"stoch(?:astics?|astique|astiques)?", "stoch_k({n}, 3)", 14),
    "roc": (r"roc", "roc(close, {n})", 12),
    "bb": (
        r"bollinger(?: bands?)?|bandes? de bollinger|bbands?|bb|bollingers?|bandes? bollinger",
        "",
        20,
    ),
    "donchian": (r"donchian(?: channels?)?|canal de donchian|canaux de donchian", "", 20),
    "keltner": (r"keltner(?: channels?)?|canal de keltner", "", 20),
}
_PLAIN = {
    "macd": (r"macd", "macd(close, 12, 26, 9)"),
    "vwap": (r"vwap", "vwap()"),
    "supertrend": (r"super ?trend", "supertrend(10, 3)"),
    "psar": (r"psar|parabolic sar|sar", "psar(0.02, 0.2)"),
    "volume": (r"volumes?", "volume"),
}
_SIDES = {
    "upper": r"upper|top|haute|superieure|sup|high",
    "lower": r"lower|bottom|basse|inferieure|inf|low",
    "mid": r"middle|mid|centrale|mediane|milieu",
}
_BAND_ARGS = {"bb": "close, {n}, 2", "keltner": "{n}, 2", "donchian": "{n}"}
_BARS = r"(?:day|days|jours?|d|j|periods?|periodes?|bars?|bougies?|candles?|hours?|h|weeks?|w|semaines?)"
_NAMES = "|".join(
    f"(?P<{key}>{pattern})"
    for key, pattern in (
        *_AVERAGES.items(),
        *((key, row[0]) for key, row in _OSCILLATORS.items()),
        *((key, row[0]) for key, row in _PLAIN.items()),
    )
)
_ANY = re.sub(r"\?P<\w+>", "?:", _NAMES)
_SIDE = "|".join(f"(?P<{{0}}{key}>{pattern})" for key, pattern in _SIDES.items())
_NUMBER = r"\d{1,3}(?![\w:%/]|[.,]\d| ?(?:k|%|percent|pour cent|usd|dollars?|euros?|\$|€)(?!\w))"
_BEFORE = rf"(?:(?P<before>{_NUMBER})(?: ?(?:and|et|&|/|,) ?(?:the |la )?(?P<also_before>{_NUMBER}))?[ -]?(?:{_BARS}[ -])?(?:(?:simple|exp) )?)?"
_AFTER = (
    rf"(?: ?\(| (?:of |a |de |sur |period |length |longueur |periode )?(?:the )?)?(?P<after>{_NUMBER})(?(before)(?! ?(?:{_ANY})))"
    rf"(?:[ -]?(?:jours|periodes?|periods?|days?|bars?|bougies|seances|j|d)(?!\w))?"
    rf"(?: ?(?:and|et|&|/|,) ?(?:the |la )?(?P<also_after>{_NUMBER})(?! ?(?:{_ANY})))?\)?"
)
_PATTERN = re.compile(
    rf"(?<![\w@-])(?:(?:{_SIDE.format('a_')})[ -](?:de |of )?)?{_BEFORE}(?:{_NAMES})"
    rf"(?:(?:{_AFTER})|(?: de)? (?:{_SIDE.format('b_')})(?: bands?| bandes?)?)?(?![\w-]|\.\d)"
)
# A formula typed as it stands, such as `rsi(close, 21)`.
_TYPED = re.compile(
    r"(?<!\w)[a-z][a-z_]{2,14}\((?:close|open|high|low|volume) ?(?:, ?\d+(?:\.\d+)? ?)*\)"
)


# Two averages by their lengths: `a 10/30 cross`, `croisement de moyennes 10/30`.
_CROSSED = re.compile(
    r"(?<![\w.,/])(?P<lengths>\d{1,3} ?/ ?\d{1,3})(?= (?:sma |ma |(?:moving )?averages? )?cross)"
    r"|\b(?:cross(?:over)?|croisements?(?: des? moyennes?)?(?: mobiles?)?) (?P<after>\d{1,3} ?/ ?\d{1,3})(?![\w.,%])"
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One or more formulas said in one stretch of text, such as `20 and 50 ema`."""

    start: int
    end: int
    formulas: tuple[str, ...]


def find_indicators(folded: str) -> Iterator[Indicator]:
    """Every indicator of a folded text, with usual lengths where none is said."""
    for match in _TYPED.finditer(folded):
        yield Indicator(match.start(), match.end(), (", ".join(re.split(r" ?, ?", match[0])),))
    for match in _CROSSED.finditer(folded):
        group = "lengths" if match["lengths"] else "after"
        fast, slow = (int(length) for length in match[group].split("/"))
        if 0 < fast < slow:
            averages = f"sma(close, {fast})", f"sma(close, {slow})"
            yield Indicator(*match.span(group), averages)
    for match in _PATTERN.finditer(_TYPED.sub(lambda m: " " * len(m[0]), folded)):
        formulas = _formulas(match)
        if formulas:
            yield Indicator(match.start(), match.end(), formulas)


def _formulas(match: re.Match[str]) -> tuple[str, ...]:
    key = next(k for k in (*_AVERAGES, *_OSCILLATORS, *_PLAIN) if match[k])
    if key in _PLAIN:
        return (_PLAIN[key][1],)
    lengths = [n for n in _lengths(match) if int(n) > 0]
    if key in _AVERAGES:
        return _averages(key, match[key], lengths)
    if key in _BAND_ARGS:
        return _bands(key, match, lengths)
    _, form, default = _OSCILLATORS[key]
    return tuple(form.format(n=n) for n in lengths or [str(default)])


def _lengths(match: re.Match[str]) -> list[str]:
    groups = ("before", "also_before", "after", "also_after")
    return [match[group] for group in groups if match[group]]


def _averages(key: str, said: str, lengths: list[str]) -> tuple[str, ...]:
    """`ma`, `mm`, `average` mean one only beside a length: alone they are other words."""
    if not lengths and said in {"ma", "mm", "average", "averages", "moyenne", "dma", "hull", "mms"}:
        return ()
    return tuple(f"{key}(close, {n})" for n in lengths or ["20"])


def _bands(key: str, match: re.Match[str], lengths: list[str]) -> tuple[str, ...]:
    args = _BAND_ARGS[key].format(n=lengths[0] if lengths else 20)
    said = [side for side in _SIDES if match[f"a_{side}"] or match[f"b_{side}"]]
    sides = said or (["upper", "mid", "lower"] if key == "bb" else ["upper", "lower"])
    return tuple(f"{key}_{side}({args})" for side in sides)
