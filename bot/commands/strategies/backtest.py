"""/backtest — what a strategy would have made, with its chart, its figures and its paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import structlog
from pydantic import Field

from bot.card import Attachment, AttachmentKind, Button, Card, Table, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.families.studies import Study
from bot.forms import Params, WordText
from bot.presenters.backtests.figures import figures_of, figures_told, sentences, share
from bot.presenters.backtests.spec import Material, Scores, Tested
from bot.presenters.backtests.work import BacktestOrder, tested
from bot.presenters.badges import backtest_badge
from bot.presenters.figures import exact
from bot.voice import Voice

_log = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 60.0
_MOST_BESIDE = 12
_LONGEST_LINE = 64
_TOLD = (
    *("sharpe", "sortino", "maximum_drawdown", "trades", "win_rate", "profit_factor"),
    *("expectancy", "exposure", "average_holding_hours", "fees"),
)


class Backtest(Study, Command, name="backtest", effect=Effect.READS, aliases=("bt",)):
    """Run a strategy over past bars: chart, figures, trades and a paper."""

    params: Params | None = Field(default=None, description="Its numbers: fast=10 slow=30.")
    compare: WordText | None = Field(
        default=None, description="Strategies to hold beside it, such as buy-and-hold, or all."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/backtest strategy symbol timeframe period fast=10`."""
        return (*super().positionals(), "params")

    async def handle(self, context: Context) -> Outcome:
        """Run it in a worker process, and keep what it drew."""
        material = await self.material(context, self.params or ())
        beside = await self._beside(context)
        order = BacktestOrder(material, beside)
        done = await context.workers.run(tested, order, seconds=_PATIENCE_SECONDS)
        entry = await context.desk.strategies.find(material.reference)
        await context.desk.strategies.use(entry)
        files, numbers = await _kept(context, done), " ".join(self.params or ())
        return Backtested(material, done, files, f"{self.again()} {numbers}".rstrip(), numbers)

    async def _beside(self, context: Context) -> Mapping[str, str]:
        if self.compare is None:
            return {}
        strategies = context.desk.strategies
        if self.compare.lower() == "all":
            entries = list(await strategies.all())
        else:
            entries = [await strategies.find(name) for name in self.compare.lower().split(",")]
        others = [entry for entry in entries if entry.kept.name != self.strategy.partition("@")[0]]
        if len(others) > _MOST_BESIDE:
            raise self.wrong("compare", "compared_too_many", most=str(_MOST_BESIDE))
        return {entry.kept.reference: entry.kept.document for entry in others}


async def _kept(context: Context, done: Tested) -> tuple[Attachment, ...]:
    """The files; none where they cannot be written, for the figures stand anyway."""
    voice, picture, paper = context.voice, AttachmentKind.PICTURE, AttachmentKind.DOCUMENT
    files = (
        ("equity.png", done.files.equity, picture, voice.say("backtest.equity")),
        ("trades.png", done.files.prices, picture, voice.say("backtest.prices")),
        ("backtest.pdf", done.files.paper, paper, voice.say("backtest.paper")),
        ("trades.csv", done.files.trades, paper, voice.say("backtest.trades")),
    )
    try:
        return tuple(
            [
                Attachment(await context.pictures.keep(content, name), kind, title)
                for name, content, kind, title in files
            ]
        )
    except OSError as error:
        _log.warning("backtest_not_kept", error=str(error))
        return ()


@dataclass(frozen=True, slots=True)
class Backtested:
    """The result and its files."""

    material: Material
    done: Tested
    files: tuple[Attachment, ...]
    again: str
    asked: str = ""
    """The numbers that were asked for: what follows is done with them, too."""

    def card(self, voice: Voice) -> Card:
        """What it made, what of that can be trusted, and what to do next."""
        material, scores, span = self.material, self.done.scores, self.done.span
        figures = figures_of(scores.metrics, span)
        told = figures_told(figures, material.currency, voice)
        gain = scores.metrics["total_return"] or 0.0
        return Card(
            voice.say(
                "backtest.title",
                strategy=material.reference,
                symbol=material.symbol,
                timeframe=span.timeframe.value,
                gain=share(gain, voice),
            ),
            text="\n".join([*sentences(material, span, scores.metrics, figures), *self._notes()]),
            fields=(
                *((voice.say(f"metric.{name}.name"), told[name]) for name in _TOLD),
                *self._numbers(voice),
            ),
            table=self._table(voice),
            attachments=self.files,
            buttons=self._buttons(voice),
            badge=backtest_badge(self.material.kind, voice),
            hint=voice.say("backtest.hint"),
            tone=Tone.GOOD if gain > 0 else Tone.BAD,
        )

    def _notes(self) -> list[str]:
        voice, done = self.material.voice, self.done
        notes = []
        if done.scores.denied:
            notes.append(voice.say("backtest.said.denied", count=str(done.scores.denied)))
        if not self.files:
            notes.append(voice.say("report.no_files"))
        speed = voice.number(exact(done.seconds * 1000, Decimal("0.1")))
        notes.append(voice.say("backtest.said.speed", milliseconds=speed))
        return notes

    def _numbers(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        words = self.done.scores.numbers
        return ((voice.say("strategy.parameters"), words),) if words else ()

    def _table(self, voice: Voice) -> Table | None:
        """The others over the same bars, the best return first."""
        if not self.done.others:
            return None
        names = ("total_return", "sharpe", "maximum_drawdown", "trades", "win_rate")
        ranked = sorted([self.done.scores, *self.done.others], key=_rank)
        return Table(
            header=(
                voice.say("strategies.name"),
                *(voice.say(f"metric.{name}.name") for name in names),
            ),
            rows=tuple(self._row(scores, names, voice) for scores in ranked),
            numeric=(1, 2, 3, 4, 5),
        )

    def _row(self, scores: Scores, names: tuple[str, ...], voice: Voice) -> tuple[str, ...]:
        if scores.trouble:
            return (scores.reference, *("–" for _ in names))
        figures = figures_of(scores.metrics, self.done.span)
        told = figures_told(figures, self.material.currency, voice)
        return (scores.reference, *(told[name] for name in names))

    def _buttons(self, voice: Voice) -> tuple[Button, ...]:
        if self.material.file is not None:
            return ()  # the file is not there a second time
        material, frame = self.material, self.done.span.timeframe.value
        lines = [
            ("optimize_button", f"/optimize {self.again}"),
            ("compare_button", f"/backtest {self.again} compare=all"),
            ("run_button", f"/run {material.reference} {material.symbol} {frame} {self.asked}"),
        ]
        return tuple(
            Button(voice.say(f"backtest.{name}"), line.rstrip())
            for name, line in lines
            if len(line.rstrip().encode()) <= _LONGEST_LINE
        )


def _rank(scores: Scores) -> float:
    gain = scores.metrics.get("total_return")
    return 1e9 if gain is None else -gain
