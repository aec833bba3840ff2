"""/risk — the desk's limits: shown to all, set by a manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from bot.card import Card, Table, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.forms import DecimalText, WordText
from bot.message import Role
from bot.voice import Voice
from engine.desk import RiskUse
from engine.domain.events import TradingHalted


class Risk(Command, name="risk", effect=Effect.READS, aliases=("limits",)):
    """Show the risk rules and their use, or set one."""

    rule: WordText | None = Field(default=None, description="A rule such as max_order_value.")
    value: DecimalText | None = Field(
        default=None, description="Its new figure; 0 takes the rule away."
    )

    @model_validator(mode="after")
    def _rule_with_value(self) -> Self:
        if self.value is not None and self.rule is None:
            raise self.wrong("rule", "missing")
        return self

    def consent(self) -> Consent:
        """Setting one is shown first."""
        return Consent.NONE if self.value is None else Consent.CONFIRM

    def needed_role(self) -> Role:
        """Anybody looks, a manager sets."""
        return Role.VIEWER if self.value is None else Role.MANAGER

    async def preview(self, context: Context) -> Preview:
        """The figure before and after."""
        use = self._use(context)
        return LimitPreview(use, self._figure())

    async def handle(self, context: Context) -> Outcome:
        """Show, or set what was confirmed."""
        if self.value is None:
            uses = [self._use(context)] if self.rule else context.desk.risk.uses()
            return LimitsSeen(tuple(uses), context.desk.risk.halted)
        use = self._use(context)
        await context.desk.risk.set(use.rule, self._figure())
        return LimitSet(use.rule, use.limit, self._figure())

    def _figure(self) -> Decimal | None:
        return self.value or None

    def _use(self, context: Context) -> RiskUse:
        for use in context.desk.risk.uses():
            if use.rule == (self.rule or "").lower():
                return use
        names = ", ".join(context.desk.risk.names())
        raise self.wrong("rule", "choice", detail=names)


@dataclass(frozen=True, slots=True)
class LimitsSeen:
    """The rules with their figures."""

    uses: Sequence[RiskUse]
    halted: TradingHalted | None

    def card(self, voice: Voice) -> Card:
        """A row a rule."""
        columns = ("rule", "limit", "used", "share")
        return Card(
            voice.say("limits.title"),
            text=voice.say("limits.halted") if self.halted else "",
            table=Table(
                header=tuple(voice.say(f"limits.{name}") for name in columns),
                rows=tuple(_row(use, voice) for use in self.uses),
                numeric=(1, 2, 3),
            ),
            hint=voice.say("limits.hint"),
            tone=Tone.WARNING if self.halted else Tone.NEUTRAL,
        )


@dataclass(frozen=True, slots=True)
class LimitPreview:
    """One rule, before and after."""

    use: RiskUse
    after: Decimal | None
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """The change in one line."""
        return Card(
            voice.say("limits.question", rule=self.use.rule),
            fields=(
                (voice.say("limits.before"), _figure(self.use.limit, voice)),
                (voice.say("limits.after"), _figure(self.after, voice)),
            ),
        )


@dataclass(frozen=True, slots=True)
class LimitSet:
    """It is in force from now on."""

    rule: str
    before: Decimal | None
    after: Decimal | None

    def card(self, voice: Voice) -> Card:
        """The new figure."""
        return Card(
            voice.say("limits.set", rule=self.rule, value=_figure(self.after, voice)),
            text=voice.say("limits.was", value=_figure(self.before, voice)),
            hint=voice.say("limits.hint"),
            tone=Tone.GOOD,
        )


def _figure(value: Decimal | None, voice: Voice) -> str:
    return voice.say("limits.none") if value is None else voice.quantity(value)


def _row(use: RiskUse, voice: Voice) -> tuple[str, ...]:
    share = use.used / use.limit if use.used is not None and use.limit else None
    return (
        use.rule,
        _figure(use.limit, voice),
        "–" if use.used is None else voice.number(use.used.quantize(Decimal("0.01"))),
        voice.percent(share),
    )
