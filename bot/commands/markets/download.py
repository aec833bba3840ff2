"""/download — bring a venue's candles into the desk's store, as far back as you say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from pydantic import Field, model_validator

from bot.card import Button, Card, Tone
from bot.command import Context, Effect, LongCommand, Outcome
from bot.errors import shown
from bot.families.lines import canonical_line
from bot.forms import DayText, IdText, SymbolText, TimeframeText, WordText
from bot.message import Job, Role
from bot.voice import Voice
from engine.desk import DownloadProgress as Progress
from engine.domain.identifiers import Symbol, VenueName
from engine.domain.timeframe import Timeframe


class Download(LongCommand, name="download", effect=Effect.CHANGES_SETTINGS, role=Role.TRADER):
    """Bring a venue's past candles into the store that charts, alerts and backtests read."""

    venue: WordText | None = Field(default=None, description="From where, such as binance.")
    symbol: SymbolText | None = Field(default=None, description="Of what, such as BTC/USDT.")
    timeframe: TimeframeText | None = Field(default=None, description="How long a bar is: 1m, 1h.")
    since: DayText | None = Field(default=None, description="From this day on: 2024-01-31.")
    stop: IdText | None = Field(default=None, description="Ends a download by the id on its card.")

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/download venue symbol timeframe since`."""
        return ("venue", "symbol", "timeframe", "since")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.stop is None:
            for name in self.positionals():
                if getattr(self, name) is None:
                    raise self.wrong(name, "missing")
        return self

    async def handle(self, context: Context) -> Outcome:
        """Check it all, and begin; or end one."""
        if self.stop is not None:
            if await context.jobs.stop(context.principal.person, self.stop) is None:
                raise self.wrong("stop", "no_download", said=shown(self.stop))
            return DownloadStopped(self.stop)
        series = self._series(context)
        message, person = context.message, context.principal.person
        job = await context.jobs.start(message, person, canonical_line(self), context.intent)
        return DownloadBegun(series, str(self.since), job)

    async def carry_out(
        self, context: Context, told: Callable[[Outcome], Awaitable[None]]
    ) -> Outcome:
        """Fetch what is missing, telling how far it is."""
        series = self._series(context)
        progress, job_id = Progress(0, 0, 0), context.intent.removeprefix("job:")
        end = context.desk.markets.now // 1000
        async for progress in context.desk.downloads.run(
            series.venue, series.symbol, series.timeframe, self.start, end
        ):
            await told(DownloadGoesOn(series, progress, job_id))
        return DownloadDone(series, progress)

    def _series(self, context: Context) -> Series:
        """Raises ArgumentInvalid, InstrumentNotFound."""
        series = self.series(context.desk.downloads.venues(), context.clock.now())
        context.desk.downloads.check(series.venue, series.symbol)
        return series

    @property
    def start(self) -> int:
        """The first second of the first day, UTC epoch."""
        return int(datetime.fromisoformat(str(self.since)).replace(tzinfo=UTC).timestamp())

    def series(self, venues: Sequence[VenueName], now: datetime) -> Series:
        """Which candles of one of these venues are meant. Raises ArgumentInvalid."""
        venue = VenueName((self.venue or "").lower())
        if venue not in venues:
            raise self.wrong("venue", "choice", detail=", ".join(sorted(venues)))
        if self.start > now.timestamp():
            raise self.wrong("since", "day_ahead", said=str(self.since))
        return Series(venue, Symbol(self.symbol or ""), Timeframe(self.timeframe or ""))


@dataclass(frozen=True, slots=True)
class Series:
    """Which candles."""

    venue: VenueName
    symbol: Symbol
    timeframe: Timeframe

    def facts(self) -> dict[str, str]:
        """To be said."""
        return {"venue": self.venue, "symbol": self.symbol, "timeframe": self.timeframe.value}


@dataclass(frozen=True, slots=True)
class DownloadBegun:
    """It goes on by itself."""

    series: Series
    since: str
    job: Job

    def card(self, voice: Voice) -> Card:
        """What is fetched, and how to end it."""
        return Card(
            voice.say("download.begun.title", **self.series.facts()),
            text=voice.say("download.begun.text", since=self.since),
            buttons=(_stop_button(self.job.id, voice),),
            hint=voice.say("download.begun.hint"),
        )


@dataclass(frozen=True, slots=True)
class DownloadGoesOn:
    """So far."""

    series: Series
    progress: Progress
    job_id: str

    def card(self, voice: Voice) -> Card:
        """How far it is, in bars."""
        progress = self.progress
        done = (progress.total - progress.left) / max(progress.total, 1)
        return Card(
            voice.say("download.goes_on.title", done=f"{done:.0%}", **self.series.facts()),
            fields=_fields(progress, voice),
            buttons=(_stop_button(self.job_id, voice),),
        )


@dataclass(frozen=True, slots=True)
class DownloadStopped:
    """Ended by its owner; what came stays."""

    job_id: str

    def card(self, voice: Voice) -> Card:
        """That it is."""
        return Card(
            voice.say("download.stopped.title", job=self.job_id),
            text=voice.say("download.stopped.text"),
        )


@dataclass(frozen=True, slots=True)
class DownloadDone:
    """All that the venue has is there."""

    series: Series
    progress: Progress

    def card(self, voice: Voice) -> Card:
        """How much, what there is none of, and what to do with it."""
        series, absent = self.series, self.progress.absent
        text = "download.done.absent" if absent else "download.done.text"
        return Card(
            voice.say("download.done.title", **series.facts()),
            text=voice.say(text, absent=f"{absent:,}", **series.facts()),
            fields=_fields(self.progress, voice),
            buttons=(
                Button(
                    voice.say("download.chart_button"), f"/chart {series.symbol} {series.timeframe}"
                ),
            ),
            hint=voice.say("download.done.hint", **series.facts()),
            tone=Tone.GOOD if self.progress.stored else Tone.WARNING,
        )


def _fields(progress: Progress, voice: Voice) -> tuple[tuple[str, str], ...]:
    return (
        (voice.say("download.stored"), f"{progress.stored:,} / {progress.total:,}"),
        (voice.say("download.fetched"), f"{progress.fetched:,}"),
    )


def _stop_button(job_id: str, voice: Voice) -> Button:
    return Button(voice.say("download.stop_button"), f"/download stop={job_id}")
