"""What makes an account stop by itself: a loss limit that is reached, a price that went silent."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.events import HaltCause
from engine.domain.limits import OnBreach
from engine.risk.gate import RULES
from engine.risk.kill_switch import KillSwitch
from engine.risk.rule import Rule
from engine.risk.stale_data import DataAge
from engine.risk.standing import Standing

_SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class Reason:
    """Why to halt, and whether to close what is held as well; `facts` fill the text."""

    cause: HaltCause
    name: str
    facts: tuple[tuple[str, str], ...]
    flatten: bool = False


def reason_to_halt(standing: Standing, switch: KillSwitch, since: int) -> Reason | None:
    """The first reason found, or None; `since` is when watching began, in UTC ms."""
    return _lost_too_much(standing, switch) or _went_silent(standing, switch, since)


def _lost_too_much(standing: Standing, switch: KillSwitch) -> Reason | None:
    """Of the rules whose limits are reached anew the first, before it one that closes all."""
    each = (_reached(rule, standing, switch) for rule in RULES.values() if rule.stops_losses)
    found = [reason for reason in each if reason is not None]
    return next((reason for reason in found if reason.flatten), found[0] if found else None)


def _reached(rule: Rule, standing: Standing, switch: KillSwitch) -> Reason | None:
    """Why the rule halts; all of its limits that are reached by then have acted with it."""
    account, day = standing.book.account, standing.book.day
    reached = {
        scope: (lost, limit)
        for scope, limit in standing.limits.applying(rule.name, standing.scopes())
        if (lost := rule.now(standing, scope)) is not None and lost >= limit.value
    }
    new = [
        use
        for scope, use in reached.items()
        if not switch.has_stopped(account.id, rule.name, scope, day)
    ]
    if not new:
        return None
    lost, limit = next((use for use in new if use[1].on_breach is OnBreach.FLATTEN), new[0])
    facts = {
        "rule": rule.name,
        "used": f"{lost:f}",
        "limit": f"{limit.value:f}",
        "unit": rule.unit.value,
        "currency": account.currency,
        "day": day,
        "scopes": " ".join(str(scope) for scope in reached),
    }
    does = limit.on_breach is OnBreach.FLATTEN
    return Reason(HaltCause.LOSS_LIMIT, rule.name, tuple(facts.items()), does)


def _went_silent(standing: Standing, switch: KillSwitch, since: int) -> Reason | None:
    if switch.in_force(standing.book.account.id) is not None:
        return None
    limits = list(standing.limits.applying(DataAge.name, standing.scopes()))
    if not limits:
        return None
    longest = min(limit.value for _, limit in limits)
    for symbol, position in standing.book.positions.items():
        instrument = standing.instruments[symbol]
        # A stock's market is closed most of the day, and what nothing prices is never heard of:
        # silence says nothing there.
        is_mute = instrument.kind.has_sessions or symbol in standing.book.uncounted
        if is_mute or not instrument.closable(position.quantity):
            continue
        tick = standing.quotes.get(symbol)
        # Whoever resumed knew of the silence there was: only a later one counts.
        heard = max(since if tick is None else tick.at, switch.lifted_at)
        if standing.at - heard > longest * _SECOND_MS:
            age = str((standing.at - heard) // _SECOND_MS)
            facts = (("symbol", symbol), ("age", age), ("limit", f"{longest:f}"))
            return Reason(HaltCause.STALE_DATA, symbol, facts)
    return None
