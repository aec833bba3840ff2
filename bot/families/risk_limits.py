"""What people write of a risk limit, checked against the rule it is of."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from bot.arguments.symbols import read_symbol
from bot.command import Command, Context
from bot.forms import Percent
from engine.desk import RiskUnit
from engine.domain.identifiers import Symbol
from engine.domain.limits import DESK, Limit, OnBreach, Scope, ScopeKind
from engine.domain.timeframe import duration_seconds

Figure: TypeAlias = Decimal | Percent | tuple[str, ...]
_MINUTE = 60


def read_scope(text: str | None, context: Context, command: Command) -> Scope:
    """`desk`, `account`, `account:ID`, `instrument:BTC/USDT`, `strategy:NAME`, `copy:@LEADER`.

    Raises ArgumentInvalid, InstrumentNotFound.
    """
    word, _, name = (text or "desk").strip().partition(":")
    known = {kind.value: kind for kind in ScopeKind}
    kind = known.get(word.lower())
    if kind is None:
        raise command.wrong("scope", "choice", detail=", ".join(known))
    if kind is ScopeKind.DESK:
        return DESK
    if kind is ScopeKind.ACCOUNT:
        desk = context.open_desk(name) if name else context.desk
        return Scope(kind, desk.account)
    if not name:
        raise command.wrong("scope", "choice", detail=f"{word}:…")
    if kind is ScopeKind.INSTRUMENT:
        return Scope(kind, context.desk.markets.find(read_symbol(name)).symbol)
    return Scope(kind, name)


def read_limit(
    wanted: tuple[Figure, OnBreach, str | None], unit: RiskUnit, context: Context, command: Command
) -> Limit | None:
    """The limit that a figure, what it does and its pause make; None where 0 takes it away.

    Raises ArgumentInvalid, InstrumentNotFound.
    """
    figure, on_breach, pause = wanted
    if figure == 0 or figure == Percent(Decimal(0)):
        return None
    minutes = 0 if pause is None else max(1, duration_seconds(pause) // _MINUTE)
    if unit is RiskUnit.SYMBOLS:
        if not isinstance(figure, tuple):
            raise command.wrong("value", "limit_symbols")
        names = tuple(context.desk.markets.find(name).symbol for name in figure)
        return Limit(Decimal(len(names)), on_breach, minutes, tuple(map(Symbol, names)))
    if isinstance(figure, tuple):
        raise command.wrong("value", "limit_number")
    if isinstance(figure, Percent) is not (unit is RiskUnit.RATIO):
        raise command.wrong("value", "limit_percent" if unit is RiskUnit.RATIO else "limit_number")
    value = figure.ratio if isinstance(figure, Percent) else figure
    if unit is RiskUnit.COUNT and value != value.to_integral_value():
        raise command.wrong("value", "limit_whole")
    return Limit(value, on_breach, minutes)
