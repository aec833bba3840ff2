"""Risk limits in words: each figure in the unit of its rule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from bot.card import Table
from bot.voice import Voice
from engine.desk import RiskUnit, Use
from engine.domain.limits import DESK, Limit, OnBreach

_HUNDREDTH = Decimal("0.01")
_NOT_SAID = "–"


def figure(value: Decimal | None, unit: RiskUnit, currency: str, voice: Voice) -> str:
    """A use or a limit, `currency` being the account's or that of the instrument's quote."""
    if value is None:
        return _NOT_SAID
    match unit:
        case RiskUnit.RATIO:
            return voice.percent(value)
        case RiskUnit.SECONDS:
            return voice.say("limits.seconds", count=voice.quantity(_rounded(value)))
        case RiskUnit.TIMES:
            return f"{voice.quantity(_rounded(value))}×"
        case RiskUnit.QUOTE | RiskUnit.ACCOUNT:
            amount = voice.quantity(_rounded(value))
            return f"{amount}\N{NO-BREAK SPACE}{currency}" if currency else amount
        case _:
            return voice.quantity(value)


def limit_words(limit: Limit | None, unit: RiskUnit, currency: str, voice: Voice) -> str:
    """A whole limit: its figure or list, and what else was said of it."""
    if limit is None:
        return voice.say("limits.none")
    if unit is RiskUnit.SYMBOLS:
        return ", ".join(limit.symbols)
    words = [figure(limit.value, unit, currency, voice)]
    if limit.on_breach is OnBreach.FLATTEN:
        words.append(voice.say("limits.flattens"))
    if limit.pause_minutes:
        span = voice.span(limit.pause_minutes * 60)
        words.append(voice.say("limits.pauses", span=span))
    return ", ".join(words)


def uses_table(uses: Sequence[Use], currency: str, voice: Voice) -> Table:
    """A row a limit; a rule without one has a row that says so."""
    columns = ("rule", "scope", "limit", "used", "share")
    return Table(
        header=tuple(voice.say(f"limits.{name}") for name in columns),
        rows=tuple(_row(use, currency, voice) for use in uses),
        numeric=(2, 3, 4),
    )


def _row(use: Use, currency: str, voice: Voice) -> tuple[str, ...]:
    money = currency if use.unit is RiskUnit.ACCOUNT else ""
    return (
        use.rule,
        voice.say("limits.everywhere") if use.scope == DESK else str(use.scope),
        limit_words(use.limit, use.unit, money, voice),
        figure(use.after, use.unit, money, voice),
        voice.percent(use.share),
    )


def changes_table(uses: Sequence[Use], currencies: tuple[str, str], voice: Voice) -> Table | None:
    """Each limit's use before and after an order; `currencies`: the quote's, the account's."""
    if not uses:
        return None
    columns = ("rule", "before_order", "after_order", "limit", "share")
    return Table(
        header=tuple(voice.say(f"limits.{name}") for name in columns),
        rows=tuple(_change(use, currencies, voice) for use in uses),
        numeric=(1, 2, 3, 4),
    )


def _change(use: Use, currencies: tuple[str, str], voice: Voice) -> tuple[str, ...]:
    money = currencies[use.unit is RiskUnit.ACCOUNT]
    limit = None if use.limit is None else use.limit.value
    before, after, most = (
        figure(value, use.unit, money, voice) for value in (use.before, use.after, limit)
    )
    name = use.rule if use.scope == DESK else f"{use.rule} ({use.scope})"
    return name, before, after, most, voice.percent(use.share)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_HUNDREDTH, ROUND_HALF_EVEN)
