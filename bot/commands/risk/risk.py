"""/risk — the desk's limits: shown to all, set by a manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self

from pydantic import Field, model_validator

from bot.card import Card, Tone
from bot.command import Consent, Context, Effect, Outcome, Preview
from bot.errors import ArgumentInvalid, shown
from bot.families.accounts import AccountCommand
from bot.families.risk_limits import read_limit, read_scope
from bot.forms import DurationText, LimitText, WordText
from bot.message import Role
from bot.presenters.halts import halt_lines
from bot.presenters.limits import limit_words, uses_table
from bot.voice import Voice
from engine.desk import RiskUnit, Use
from engine.domain.events import TradingHalted
from engine.domain.limits import Limit, OnBreach, Scope


class Risk(AccountCommand, name="risk", effect=Effect.READS, aliases=("limits",)):
    """Show the risk rules and their use, or set one."""

    rule: WordText | None = Field(default=None, description="A rule such as max_order_value.")
    value: LimitText | None = Field(
        default=None, description="Its new figure, percent or list; 0 takes the limit away."
    )
    scope: WordText | None = Field(
        default=None,
        description="For what: desk, account, instrument:BTC/USDT, strategy:NAME or copy:@NAME.",
    )
    on_breach: OnBreach | None = Field(
        default=None, description="Of a loss rule: refuse entries, or flatten: close as well."
    )
    pause: DurationText | None = Field(
        default=None, description="Of max_consecutive_losses: how long entries wait, such as 1h."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/risk rule value`."""
        return ("rule", "value")

    @model_validator(mode="after")
    def _rule_with_value(self) -> Self:
        if self.value is not None and self.rule is None:
            raise self.wrong("rule", "missing")
        if self.value is None and (self.scope or self.on_breach or self.pause):
            raise self.wrong("value", "missing")
        return self

    def consent(self) -> Consent:
        """Setting one is shown first."""
        return Consent.NONE if self.value is None else Consent.CONFIRM_WITH_CODE

    def needed_role(self) -> Role:
        """Anybody looks, a manager sets."""
        return Role.VIEWER if self.value is None else Role.MANAGER

    async def preview(self, context: Context) -> Preview:
        """The limit before and after, and what is used now."""
        return LimitPreview(self._change(context))

    async def handle(self, context: Context) -> Outcome:
        """Show, or set what was confirmed."""
        risk = context.desk.risk
        if self.value is None:
            uses = [use for use in risk.uses() if self.rule in {None, use.rule}]
            if not uses:
                raise self._unknown(context)
            currency = context.desk.portfolio.account().account.currency
            return LimitsSeen(tuple(uses), currency, risk.halts)
        change = self._change(context)
        await risk.set(change.rule, change.scope, change.after)
        return LimitSet(change)

    def _change(self, context: Context) -> LimitChange:
        risk = context.desk.risk
        rule = risk.rule((self.rule or "").lower())
        if rule is None or self.value is None:
            raise self._unknown(context)
        scope = read_scope(self.scope, context, self)
        if scope.kind not in rule.scopes:
            kinds = ", ".join(sorted(kind.value for kind in rule.scopes))
            raise self.wrong("scope", "choice", detail=kinds)
        if self.on_breach is not None and not rule.stops_losses:
            raise self.wrong("on_breach", "limit_no_loss")
        before = risk.limit(rule.name, scope)
        wanted = self.value, self.on_breach or OnBreach.REFUSE, self.pause
        after = read_limit(wanted, rule.unit, context, self)
        currency = context.desk.portfolio.account().account.currency
        money = currency if rule.unit is RiskUnit.ACCOUNT else ""
        return LimitChange(rule.name, rule.unit, scope, before, after, money)

    def _unknown(self, context: Context) -> ArgumentInvalid:
        said = (self.rule or "").lower()
        near = get_close_matches(said, context.desk.risk.names(), n=2)
        return self.wrong("rule", "limit_rule", said=shown(said), nearest=", ".join(near))


@dataclass(frozen=True, slots=True)
class LimitsSeen:
    """The rules with their figures, amounts in the account's currency."""

    uses: Sequence[Use]
    currency: str
    halts: Sequence[TradingHalted]

    def card(self, voice: Voice) -> Card:
        """A row a limit."""
        return Card(
            voice.say("limits.title"),
            text="\n".join(halt_lines(self.halts, voice)),
            table=uses_table(self.uses, self.currency, voice),
            hint=voice.say("limits.hint"),
            tone=Tone.WARNING if self.halts else Tone.NEUTRAL,
        )


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A limit before and after, with the currency that its figure is in."""

    rule: str
    unit: RiskUnit
    scope: Scope
    before: Limit | None
    after: Limit | None
    currency: str

    def words(self, limit: Limit | None, voice: Voice) -> str:
        """One of the two."""
        return limit_words(limit, self.unit, self.currency, voice)


@dataclass(frozen=True, slots=True)
class LimitPreview:
    """What a yes would change."""

    change: LimitChange
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """Where it holds, before and after."""
        change = self.change
        return Card(
            voice.say("limits.question", rule=change.rule),
            fields=(
                (voice.say("limits.scope"), str(change.scope)),
                (voice.say("limits.before"), change.words(change.before, voice)),
                (voice.say("limits.after"), change.words(change.after, voice)),
            ),
        )


@dataclass(frozen=True, slots=True)
class LimitSet:
    """It is in force from now on."""

    change: LimitChange

    def card(self, voice: Voice) -> Card:
        """The new figure."""
        change = self.change
        return Card(
            voice.say("limits.set", rule=change.rule, value=change.words(change.after, voice)),
            text=voice.say("limits.was", value=change.words(change.before, voice)),
            hint=voice.say("limits.hint"),
            tone=Tone.GOOD,
        )
