"""/run — let a strategy trade by itself, within what a person confirmed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, model_validator

from bot.arguments.times import TIMEFRAMES
from bot.card import Button, Card, Tone
from bot.command import Context, Effect, Outcome, Preview
from bot.errors import WorkFailed
from bot.families.accounts import AccountCommand
from bot.families.studies import examined, numbers_in, paid_for_whole
from bot.forms import AboveZeroText, Params, StrategyText, SymbolText, TimeframeText
from bot.message import Role
from bot.presenters.gate import PAPER_DAYS, Check, GateSeen, Mandate, RunPreview
from bot.voice import Voice
from engine.desk import MOST_RUNS, Entry
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind
from engine.domain.timeframe import Timeframe
from engine.errors import EngineError
from engine.ports.runs import Run

_USUAL_SHARE = Decimal("0.1")
_CENT = Decimal("0.01")
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
    params: Params | None = Field(default=None, description="Its numbers: fast=10 slow=30.")

    @model_validator(mode="before")
    @classmethod
    def _sorted(cls, said: dict[str, Any]) -> dict[str, Any]:
        """Bare words after the instrument are told apart by what they are."""
        arguments = dict(said)
        places = ("symbol", "timeframe", "amount", "mode")
        pairs = [str(arguments.pop(name)) for name in places if "=" in str(arguments.get(name))]
        if pairs:
            arguments["params"] = (*pairs, *_words(arguments.get("params")))
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
        mandate = Mandate(
            entry=entry,
            instrument=instrument,
            kind=context.desk.markets.kind(instrument.symbol),
            account=context.desk.portfolio.account().account,
            timeframe=self.timeframe or entry.strategy.timeframe.value,
            amount=self._amount(context, instrument),
            refusal=self._refusal(context, entry, instrument),
            numbers=self._numbers(entry),
        )
        is_ready = mandate.account.is_paper or not mandate.refusal
        if self.mode is Mode.PAPER or not is_ready:
            return RunPreview(mandate)
        return GateSeen(mandate, await self._gate(context, entry, instrument))

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
        return RunBegun(run, instrument, self._numbers(entry))

    def _numbers(self, entry: Entry) -> str:
        """Those that were asked for, as its document writes them."""
        asked = numbers_in(self.params or ())
        told = (p for p in entry.strategy.parameters if p.name in asked)
        return " · ".join(f"{each.name} = {each.written(each.default)}" for each in told)

    async def _found(self, context: Context) -> tuple[Entry, Instrument]:
        """With the numbers asked for, which a run keeps for as long as it lives."""
        found = await context.desk.strategies.find(self.strategy)
        entry = found.numbered(numbers_in(self.params or ()))
        symbol = self.symbol or next(iter(entry.strategy.symbols), None)
        if symbol is None:
            raise self.wrong("symbol", "missing")
        return entry, paid_for_whole(self, context.desk.markets.find(symbol))

    def _amount(self, context: Context, instrument: Instrument) -> Decimal:
        if self.amount is not None:
            return self.amount
        cash = dict(context.desk.portfolio.account().cash).get(instrument.quote, Decimal(0))
        return (cash * _USUAL_SHARE).quantize(_CENT, ROUND_DOWN)

    def _refusal(self, context: Context, entry: Entry, instrument: Instrument) -> str:
        running = context.desk.runs.running
        is_paper = context.desk.portfolio.account().account.is_paper
        if self.mode is Mode.PAPER and not is_paper:
            return "not_paper"
        if entry.strategy.long is None and entry.strategy.plug_in is None:
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

    async def _gate(
        self, context: Context, entry: Entry, instrument: Instrument
    ) -> tuple[Check, ...]:
        """Everything that real money needs, each with what there is of it."""
        kept = entry.kept
        days = await context.desk.runs.paper_days(kept.reference, kept.document, instrument.symbol)
        limits = {use.rule: use.limit for use in context.desk.risk.uses() if use.limit is not None}
        budget = [context.voice.number(limits[rule].value) for rule in _BUDGET if rule in limits]
        try:
            passed = await examined(context, entry, instrument.symbol)
        except (EngineError, WorkFailed):
            passed = False
        role = context.principal.role
        account = context.desk.portfolio.account().account
        return (
            Check("checks", passed),
            Check("paper_days", days >= PAPER_DAYS, str(days)),
            Check("approval", role >= Role.MANAGER, context.voice.say(f"role.{role.name.lower()}")),
            Check("budget", len(budget) == len(_BUDGET), " / ".join(budget)),
            Check("account", not account.is_paper, account.name or account.id),
        )


def _words(params: object) -> list[str]:
    return list(params) if isinstance(params, list | tuple) else str(params or "").split()


def _name(intent: str) -> str:
    return "r" + hashlib.sha256(intent.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class RunBegun:
    """It trades by itself from the next closed bar on."""

    run: Run
    instrument: Instrument
    numbers: str = ""

    def card(self, voice: Voice) -> Card:
        """How to see and how to stop it."""
        run = self.run
        numbers = (voice.say("strategy.parameters"), self.numbers)
        return Card(
            voice.say("runs.begun", strategy=run.reference, symbol=run.symbol),
            text=voice.say("runs.begun_text", timeframe=run.timeframe.value),
            fields=(numbers,) if self.numbers else (),
            buttons=(
                Button(voice.say("runs.see_button"), f"/strategy {run.name}"),
                Button(voice.say("runs.stop_button"), f"/stop {run.name}"),
            ),
            hint=voice.say("runs.begun_hint", strategy=run.name),
            tone=Tone.GOOD,
        )
