"""/run — let a strategy trade by itself, within what a person confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, model_validator

from bot.arguments.times import TIMEFRAMES
from bot.card import Button, Card, Table, Tone
from bot.command import Context, Effect, Outcome, Preview
from bot.families.accounts import AccountCommand
from bot.families.studies import examined
from bot.forms import AboveZeroText, StrategyText, SymbolText, TimeframeText
from bot.message import Role
from bot.presenters.badges import badge
from bot.presenters.strategies import strategy_fields
from bot.voice import Voice
from engine.desk import MOST_RUNS, AccountView, Entry
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind
from engine.domain.timeframe import Timeframe
from engine.errors import EngineError
from engine.ports.runs import Run

PAPER_DAYS = 14
"""Days on paper before a version may trade for real."""
_USUAL_SHARE = Decimal("0.1")
_CENT = Decimal("0.01")
_DAY_MS = 86_400_000
_BUDGET = ("max_daily_loss", "max_order_value")


class Mode(StrEnum):
    """With play money, or with real money."""

    PAPER = "paper"
    LIVE = "live"


class RunStrategy(AccountCommand, name="run", effect=Effect.MOVES_MONEY):
    """Let a strategy trade by itself, within what you confirm."""

    strategy: StrategyText = Field(description="Its name, or name@2 for a version.")
    symbol: SymbolText | None = Field(default=None, description="On which instrument.")
    timeframe: TimeframeText | None = Field(
        default=None, description="How long a bar is; else as the strategy says."
    )
    amount: AboveZeroText | None = Field(
        default=None, description="The most it may have at work, in the quote currency."
    )
    mode: Mode = Field(default=Mode.PAPER, description="paper, or live.")

    @model_validator(mode="before")
    @classmethod
    def _sorted(cls, said: dict[str, Any]) -> dict[str, Any]:
        """Bare words after the instrument are told apart by what they are."""
        arguments = dict(said)
        word = arguments.get("timeframe")
        if isinstance(word, str) and word.lower() not in TIMEFRAMES:
            if word.lower() in set(Mode):
                arguments["mode"] = arguments.pop("timeframe").lower()
            elif word[:1].isdigit() and word.replace(".", "", 1).isdigit():
                arguments.setdefault("amount", arguments.pop("timeframe"))
        return arguments

    async def resolved(self, context: Context) -> Self:
        """Exactly what will run: this version, this instrument, these bars, this amount."""
        entry, instrument = await self._found(context)
        return self.model_copy(
            update={
                "strategy": entry.kept.reference,
                "symbol": instrument.symbol,
                "timeframe": self.timeframe or entry.strategy.timeframe.value,
                "amount": self._amount(context, instrument),
            }
        )

    async def preview(self, context: Context) -> Preview:
        """The mandate in full; for real money, the gate."""
        entry, instrument = await self._found(context)
        account = context.desk.portfolio.account()
        if self.mode is Mode.LIVE:
            return GateSeen(entry, instrument.symbol, await self._gate(context, entry))
        return RunPreview(
            entry=entry,
            instrument=instrument,
            kind=context.desk.markets.kind(instrument.symbol),
            account=account,
            timeframe=self.timeframe or entry.strategy.timeframe.value,
            amount=self._amount(context, instrument),
            refusal=self._refusal(context, entry, instrument),
        )

    async def handle(self, context: Context) -> Outcome:
        """Begin; the same yes begins one run only."""
        entry, instrument = await self._found(context)
        run = await context.desk.runs.start(
            Run(
                id=_name(context.intent),
                reference=entry.kept.reference,
                document=entry.kept.document,
                account=context.desk.account,
                person=context.principal.person,
                symbol=instrument.symbol,
                timeframe=Timeframe(self.timeframe or entry.strategy.timeframe),
                amount=self._amount(context, instrument),
                started_at=context.desk.markets.now,
            )
        )
        await context.desk.strategies.use(entry)
        return RunBegun(run, instrument)

    async def _found(self, context: Context) -> tuple[Entry, Instrument]:
        entry = await context.desk.strategies.find(self.strategy)
        symbol = self.symbol or next(iter(entry.strategy.symbols), None)
        if symbol is None:
            raise self.wrong("symbol", "missing")
        return entry, context.desk.markets.find(symbol)

    def _amount(self, context: Context, instrument: Instrument) -> Decimal:
        if self.amount is not None:
            return self.amount
        cash = dict(context.desk.portfolio.account().cash).get(instrument.quote, Decimal(0))
        return (cash * _USUAL_SHARE).quantize(_CENT, ROUND_DOWN)

    def _refusal(self, context: Context, entry: Entry, instrument: Instrument) -> str:
        running = context.desk.runs.running
        if not context.desk.portfolio.account().account.is_paper:
            return "not_paper"
        if entry.strategy.long is None:
            return "only_short"
        if context.desk.markets.kind(instrument.symbol) is DataKind.RECORDED:
            return "recorded"
        if len(running) >= MOST_RUNS:
            return "too_many"
        if any(r.name == entry.kept.name and r.symbol == instrument.symbol for r in running):
            return "twice"
        if self._amount(context, instrument) <= 0:
            return "no_cash"
        return ""

    async def _gate(self, context: Context, entry: Entry) -> tuple[Check, ...]:
        """Everything that real money needs, each with what there is of it."""
        limits = {use.rule for use in context.desk.risk.uses() if use.limit is not None}
        days = await _paper_days(context, entry.kept.reference)
        symbol = Symbol(self.symbol or entry.strategy.symbols[0])
        try:
            passed = await examined(context, entry, symbol)
        except EngineError:
            passed = False
        return (
            Check("checks", passed),
            Check("paper_days", days >= PAPER_DAYS, str(days)),
            Check("approval", context.principal.role >= Role.MANAGER),
            Check("budget", limits >= set(_BUDGET)),
            Check("account", not context.desk.portfolio.account().account.is_paper),
        )


async def _paper_days(context: Context, reference: str) -> int:
    """How long this version has run on paper, all runs together."""
    now = context.desk.markets.now
    runs = [run for run in await context.desk.runs.all() if run.reference == reference]
    return sum((run.stopped_at or now) - run.started_at for run in runs) // _DAY_MS


def _name(intent: str) -> str:
    return "r" + hashlib.sha256(intent.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that real money needs, and how much of it there is."""

    name: str
    passed: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class GateSeen:
    """What stands between a strategy and real money."""

    entry: Entry
    symbol: Symbol
    checks: Sequence[Check]
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether anything is missing."""
        return not all(check.passed for check in self.checks)

    def card(self, voice: Voice) -> Card:
        """Each check, passed or not, and what would pass it."""
        missing = [check for check in self.checks if not check.passed]
        key = "refused" if missing else "open"
        return Card(
            voice.say(f"gate.{key}", strategy=self.entry.kept.reference, symbol=self.symbol),
            text="\n".join(voice.say(f"gate.missing.{check.name}") for check in missing),
            table=Table(
                header=tuple(voice.say(f"gate.{name}") for name in ("check", "state")),
                rows=tuple(_checked(check, voice) for check in self.checks),
            ),
            hint=voice.say("gate.hint"),
            tone=Tone.BAD if missing else Tone.ASK,
        )


def _checked(check: Check, voice: Voice) -> tuple[str, str]:
    name = voice.say(f"gate.name.{check.name}", days=str(PAPER_DAYS))
    state = voice.say("gate.passed" if check.passed else "gate.not_passed")
    return name, f"{state} ({check.found})" if check.found else state


@dataclass(frozen=True, slots=True)
class RunPreview:
    """What a yes lets it do."""

    entry: Entry
    instrument: Instrument
    kind: DataKind
    account: AccountView
    timeframe: str
    amount: Decimal
    refusal: str
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it cannot run so."""
        return bool(self.refusal)

    def card(self, voice: Voice) -> Card:
        """The mandate: which rules, on what, with how much, until when."""
        facts = {"strategy": self.entry.kept.reference, "symbol": self.instrument.symbol}
        mark = badge(self.kind, voice, self.account.account)
        if self.refusal:
            why = voice.say(f"runs.refused.{self.refusal}", most=str(MOST_RUNS), **facts)
            title = voice.say("runs.not_begun", **facts)
            return Card(title, text=why, badge=mark, tone=Tone.BAD)
        amount = voice.money(self.amount, self.instrument.quote)
        notes = [voice.say("runs.mandate", amount=amount)]
        if self.entry.strategy.short is not None:
            notes.append(voice.say("runs.long_only"))
        hidden = voice.say("strategy.symbols"), voice.say("strategy.timeframe")
        rules = [field for field in strategy_fields(self.entry, voice) if field[0] not in hidden]
        return Card(
            voice.say("runs.question", **facts),
            text="\n".join(notes),
            fields=(
                (voice.say("runs.on"), f"{self.instrument.symbol} {self.timeframe}"),
                (voice.say("runs.amount"), amount),
                *rules,
            ),
            badge=mark,
            tone=Tone.ASK,
        )


@dataclass(frozen=True, slots=True)
class RunBegun:
    """It trades by itself from the next closed bar on."""

    run: Run
    instrument: Instrument

    def card(self, voice: Voice) -> Card:
        """How to see and how to stop it."""
        run = self.run
        return Card(
            voice.say("runs.begun", strategy=run.reference, symbol=run.symbol),
            text=voice.say("runs.begun_text", timeframe=run.timeframe.value),
            buttons=(
                Button(voice.say("runs.see_button"), f"/strategy {run.name}"),
                Button(voice.say("runs.stop_button"), f"/stop {run.name}"),
            ),
            hint=voice.say("runs.begun_hint", strategy=run.name),
            tone=Tone.GOOD,
        )
