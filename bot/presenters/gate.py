"""What a strategy is let loose with, and what stands between it and real money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.card import Card, Table, Tone
from bot.presenters.badges import badge
from bot.presenters.strategies import strategy_fields
from bot.voice import Voice
from engine.desk import MOST_RUNS, Entry
from engine.domain.account import Account
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind

PAPER_DAYS = 14
"""Days on paper before a version may trade for real."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """Which rules, on what, with how much; `refusal` is why it cannot be, if it cannot."""

    entry: Entry
    instrument: Instrument
    kind: DataKind
    account: Account
    timeframe: str
    amount: Decimal
    refusal: str
    numbers: str = ""
    """Those it was asked to run with in place of its own, as people read them."""

    @property
    def facts(self) -> dict[str, str]:
        """What every text about it names."""
        return {"strategy": self.entry.kept.reference, "symbol": self.instrument.symbol}

    def notes(self, voice: Voice) -> list[str]:
        """What a yes means."""
        notes = [voice.say("runs.mandate", amount=voice.money(self.amount, self.instrument.quote))]
        if self.numbers:
            notes.append(voice.say("runs.numbers", numbers=self.numbers))
        strategy = self.entry.strategy
        if strategy.short is not None or strategy.plug_in is not None:
            notes.append(voice.say("runs.long_only"))
        return notes

    def fields(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        """On what, with how much, by which rules."""
        hidden = voice.say("strategy.symbols"), voice.say("strategy.timeframe")
        rules = [field for field in strategy_fields(self.entry, voice) if field[0] not in hidden]
        return (
            (voice.say("runs.on"), f"{self.instrument.symbol} {self.timeframe}"),
            (voice.say("runs.amount"), voice.money(self.amount, self.instrument.quote)),
            *rules,
        )


@dataclass(frozen=True, slots=True)
class RunPreview:
    """What a yes lets it do on paper."""

    mandate: Mandate
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it cannot run so."""
        return bool(self.mandate.refusal)

    def card(self, voice: Voice) -> Card:
        """The mandate: which rules, on what, with how much, until when."""
        mandate = self.mandate
        mark = badge(mandate.kind, voice, mandate.account)
        if mandate.refusal:
            key = f"runs.refused.{mandate.refusal}"
            why = voice.say(key, most=str(MOST_RUNS), **mandate.facts)
            title = voice.say("runs.not_begun", **mandate.facts)
            return Card(title, text=why, badge=mark, tone=Tone.BAD)
        return Card(
            voice.say("runs.question", **mandate.facts),
            text="\n".join(mandate.notes(voice)),
            fields=mandate.fields(voice),
            badge=mark,
            tone=Tone.ASK,
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that real money needs, and how much of it there is."""

    name: str
    passed: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class GateSeen:
    """The mandate with real money, and each thing that it needs."""

    mandate: Mandate
    checks: Sequence[Check]
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether anything is missing."""
        return not all(check.passed for check in self.checks)

    def card(self, voice: Voice) -> Card:
        """Each check, passed or not, and what would pass it; the mandate with it."""
        missing = [check for check in self.checks if not check.passed]
        said = [voice.say(f"gate.missing.{check.name}", days=str(PAPER_DAYS)) for check in missing]
        return Card(
            voice.say(f"gate.{'refused' if missing else 'open'}", **self.mandate.facts),
            text="\n".join(said or self.mandate.notes(voice)),
            fields=self.mandate.fields(voice),
            table=Table(
                header=tuple(voice.say(f"gate.{name}") for name in ("check", "state", "found")),
                rows=tuple(_row(check, voice) for check in self.checks),
            ),
            badge=badge(self.mandate.kind, voice, self.mandate.account),
            hint=voice.say("gate.hint") if missing else "",
            tone=Tone.BAD if missing else Tone.ASK,
        )


def _row(check: Check, voice: Voice) -> tuple[str, ...]:
    state = voice.say("gate.passed" if check.passed else "gate.not_passed")
    name = voice.say(f"gate.name.{check.name}", days=str(PAPER_DAYS))
    return name, state, check.found or voice.say("common.none")
