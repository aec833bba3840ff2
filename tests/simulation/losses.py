"""What an account has lost today, reckoned from outside, and the halts that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.simulation.record import Happened

if TYPE_CHECKING:
    from tests.simulation.evidence import Evidence

DAILY_LOSS, DRAWDOWN = "max_daily_loss", "max_drawdown"
_FLOWS = "deposit", "withdrawal", "transfer"
_ZERO = Decimal(0)
_CLOSE = Decimal("0.02")
"""How far what the desk reckons with may be from what all is worth: it hears of prices later."""
_HALT_SECONDS = 20.0


@dataclass(slots=True)
class Losses:
    """The day's beginning and its height, money in and out left aside, and what halted for it."""

    account: str
    opening: Decimal | None = None
    peak: Decimal = _ZERO
    halted: set[str] = field(default_factory=set)
    """The rules that have halted the account since their limit was set."""

    def fold(self, row: Happened, worth: Decimal) -> None:
        """Follow the journal; `worth` is that of all before the row."""
        body = row.body
        match row.kind:
            case "DayOpened" if body["account"] == self.account:
                self.opening = self.peak = Decimal(body["equity"])
                self.halted.clear()
            case "EquityPeaked" if body["account"] == self.account:
                self.peak = max(self.peak, Decimal(body["equity"]))
            case "CashMoved" if body["entry"]["reason"] in _FLOWS and self.opening is not None:
                amount = Decimal(body["entry"]["amount"])
                self.opening += amount
                if body["equity"] is None:  # what is held had no price
                    self.peak += amount
                else:
                    self.peak *= (worth + amount) / worth
            case "RiskLimitSet":
                self.halted.discard(body["rule"])
            case "TradingHalted" if body["cause"] == "loss_limit":
                self.halted.add(dict(body["facts"])["rule"])

    def lost(self, rule: str, worth: Decimal) -> Decimal:
        """Of one of the two rules: money, or the share of the height."""
        if self.opening is None:
            return _ZERO
        return self.opening - worth if rule == DAILY_LOSS else (self.peak - worth) / self.peak


def losses_count_from_what_was_worth(seen: Evidence, row: Happened) -> str:
    """The day's beginning and its height are what all was worth then."""
    if row.kind not in {"DayOpened", "EquityPeaked"} or row.body["account"] != seen.account:
        return ""
    worth, equity = seen.worth(), Decimal(row.body["equity"])
    is_close = abs(worth - equity) <= _CLOSE * worth
    return "" if is_close else f"{row.kind} at {equity}, all is worth {worth}"


def a_loss_halts_as_was_set(seen: Evidence, row: Happened) -> str:
    """A halt for a loss is one at a limit that stands, and closes only where that says so."""
    if row.kind != "TradingHalted" or row.body["cause"] != "loss_limit":
        return ""
    facts = dict(row.body["facts"])
    rule, used, limit = facts["rule"], Decimal(facts["used"]), seen.record.limits.get(facts["rule"])
    if limit is None or used < limit:
        return f"halted at {facts}, the limit is {limit}"
    # What is being closed goes on being closed.
    goes_on = seen.record.is_closing_of(row.body["account"])
    is_said = rule in seen.record.closing_rules or goes_on
    if row.body["flatten"] != is_said:
        return f"closes {row.body['flatten']}, said {is_said}"
    worth = seen.worth()
    lost = seen.losses.lost(rule, worth)
    if used - lost > _inexact(rule, worth):
        return f"halted for {rule} of {used}, lost are {lost}"
    return ""


def a_loss_at_its_limit_halts(seen: Evidence) -> str:
    """What is lost beyond its limit has halted the account, each rule by itself."""
    worth, losses = seen.worth(), seen.losses
    if seen.lasts("known worth", _HALT_SECONDS, wrong=True):
        losses.peak = max(losses.peak, worth)
    for rule in (DAILY_LOSS, DRAWDOWN):
        limit = seen.record.limits.get(rule)
        is_reached = (
            limit is not None
            and rule not in losses.halted
            and losses.lost(rule, worth) >= limit + _inexact(rule, worth)
        )
        if seen.lasts(f"loss {rule}", _HALT_SECONDS, wrong=is_reached):
            return f"{rule} is at {losses.lost(rule, worth)} of {limit} and trading goes on"
    return ""


def _inexact(rule: str, worth: Decimal) -> Decimal:
    return _CLOSE * worth if rule == DAILY_LOSS else _CLOSE
