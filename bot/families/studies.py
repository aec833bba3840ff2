"""What backtests and optimisations share: which strategy, over which bars, at which costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from bot.arguments.times import TIMEFRAMES
from bot.command import Command, Context
from bot.errors import shown
from bot.families.files import attached, is_of_other_kind
from bot.families.periods import is_period, is_short, window
from bot.forms import DayText, FileText, PeriodText, StrategyText, SymbolText, TimeframeText
from bot.message import CANDLE_FILE, ReceivedFile
from bot.presenters.backtests.spec import Material
from bot.presenters.backtests.work import sound
from engine.backtest import Settings
from engine.desk import Entry
from engine.documents import read_document, write_document
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.timeframe import Timeframe
from engine.errors import HistoryNotFound
from engine.strategies.parameters import percent_or_number

MOST_BARS = 200_000
"""Of the desk's own candles; a file may have more."""
CASH = 10_000.0
_EXAMINED_BARS = 2_000
_PATIENCE_SECONDS = 120.0
_USUAL_DAYS = 365
_USUAL_BARS = 10_000
# Words that are files, though none that could be read; AIR.PA is none of them.
_OTHER_FILE = re.compile(
    r"\.(zip|t?gz|tar|7z|rar|xlsx?|ods|txt|pdf|docx?|html?|json|ya?ml|db|sqlite3?|png|jpe?g|py)$",
    re.IGNORECASE,
)
BARE = "bare_"
"""Before the name of a word whose place in the line says less than its form."""


class Study(Command):
    """A strategy over past bars: the desk's candles, or a file that comes with the message."""

    own_words: ClassVar[Mapping[str, re.Pattern[str]]] = {}
    """Which further arguments bare words may be, by their form."""

    strategy: StrategyText = Field(description="Its name, or name@2 for a version.")
    symbol: SymbolText | None = Field(default=None, description="On which instrument.")
    timeframe: TimeframeText | None = Field(
        default=None, description="How long a bar is; else as the strategy says."
    )
    period: PeriodText | None = Field(default=None, description="How far back: 90d, 365d, all.")
    since: DayText | None = Field(default=None, description="From this day on: 2024-01-31.")
    until: DayText | None = Field(default=None, description="To this day, included.")
    candles: FileText | None = Field(
        default=None, description="A candle file that you attach, in place of the desk's candles."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/backtest strategy symbol timeframe period`, the latter in any order."""
        return ("strategy", "symbol", "timeframe", "period")

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """Bare words after the strategy are told apart by what they are."""
        return {name if name == "strategy" else f"{BARE}{name}": token}

    @model_validator(mode="before")
    @classmethod
    def _sorted(cls, said: dict[str, Any]) -> dict[str, Any]:
        arguments = {name: value for name, value in said.items() if not name.startswith(BARE)}
        bare = [str(value) for name, value in said.items() if name.startswith(BARE)]
        for name in ("params", "ranges"):
            if isinstance(arguments.get(name), list):
                bare += [str(word) for word in arguments.pop(name)]
        for word in bare:
            name = cls._kind(word, arguments)
            if name in ("params", "ranges"):
                arguments[name] = (*arguments.get(name, ()), word)
            else:
                arguments.setdefault(name, word)
        return arguments

    @classmethod
    def _kind(cls, word: str, arguments: Mapping[str, Any]) -> str:
        if "=" in word:
            return "ranges" if ".." in word and "ranges" in cls.model_fields else "params"
        if CANDLE_FILE.search(word) or _OTHER_FILE.search(word):
            return "candles"
        for name, pattern in cls.own_words.items():
            if pattern.fullmatch(word):
                return name
        if word.lower() in TIMEFRAMES or is_short(word):
            return "timeframe"
        if is_period(word):
            return "period"
        return "timeframe" if "symbol" in arguments else "symbol"

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.period is not None and (self.since or self.until):
            raise self.wrong("period", "two_times")
        if self.since and self.until and self.since > self.until:
            raise self.wrong("since", "since_after_until", said=self.until)
        return self

    async def material(self, context: Context, given: tuple[str, ...] = ()) -> Material:
        """All that the work needs, checked as far as it can be here.

        Raises StrategyNotFound, StrategyInvalid, InstrumentNotFound, HistoryNotFound,
        FileNotGiven, ArgumentInvalid.
        """
        entry = await context.desk.strategies.find(self.strategy)
        values = numbers_in(given)
        entry.strategy.values(values)
        costs = context.desk.strategies.costs
        fee, slippage = float(costs.taker_fee), float(costs.slippage)
        if self.candles is not None or context.message.files:
            file = self._file(context)
            symbol = self.symbol or file.name.rpartition("/")[2]
            return Material(
                document=entry.kept.document,
                reference=entry.kept.reference,
                values=values,
                symbol=symbol,
                currency=_quote(symbol),
                kind=None,
                timeframe=Timeframe(self.timeframe) if self.timeframe else None,
                settings=Settings(CASH, fee, slippage),
                voice=context.voice,
                made_at=context.now,
                file=file.path,
                read=context.read_candles,
            )
        instrument = self._instrument(context, entry)
        timeframe = Timeframe(self.timeframe) if self.timeframe else entry.strategy.timeframe
        candles = await self._history(context, instrument.symbol, timeframe)
        return of_entry(context, entry, instrument, candles, timeframe=timeframe, values=values)

    def _file(self, context: Context) -> ReceivedFile:
        """The candle file that came along. Raises ArgumentInvalid, FileNotGiven."""
        for name in (self.candles, *(file.name for file in context.message.files)):
            if name is not None and is_of_other_kind(name, CANDLE_FILE):
                raise self.wrong("candles", "not_candles", said=shown(Path(name).name))
        return attached(context.message, self.candles)

    def _instrument(self, context: Context, entry: Entry) -> Instrument:
        symbol = self.symbol or next(iter(entry.strategy.symbols), None)
        if symbol is None:
            raise self.wrong("symbol", "missing")
        return paid_for_whole(self, context.desk.markets.find(symbol))

    async def _history(self, context: Context, symbol: Symbol, timeframe: Timeframe) -> Candles:
        """Closed bars only: the one under way would be known to nobody yet."""
        markets = context.desk.markets
        end = await markets.until(symbol)
        first, last = self._window(context, timeframe, end)
        if last <= first:
            raise self.wrong("period", "empty_time")
        bars = (last - first) // timeframe.seconds
        if bars > MOST_BARS:
            raise self.wrong("period", "too_many_bars", bars=str(bars), most=str(MOST_BARS))
        found = await markets.candles(symbol, timeframe, first, last)
        closed = found.between(first, end - timeframe.seconds + 1)
        if len(closed) < 2:
            raise HistoryNotFound(symbol=symbol, timeframe=timeframe.value)
        return closed

    def _window(self, context: Context, timeframe: Timeframe, end: int) -> tuple[int, int]:
        zone = context.principal.timezone
        if self.since or self.until:
            first = _second(self.since) if self.since else 0
            last = _second(self.until, days=1) if self.until else end
            return max(first, 0), min(last, end)
        if self.period is None:
            usual = _USUAL_DAYS * 86_400, _USUAL_BARS * timeframe.seconds
            back = max(usual[0], usual[1] if timeframe.seconds >= 86_400 else 0)
            return max(0, end - min(back, MOST_BARS * timeframe.seconds)), end
        if self.period == "all":
            return max(0, end - MOST_BARS * timeframe.seconds), end
        first_ms, last_ms = window(self.period, (end - 1) * 1000, zone)
        return first_ms // 1000, min(-(-last_ms // 1000), end)

    def again(self) -> str:
        """What it was asked of, as the words after a command."""
        bare = (self.strategy, self.symbol, self.timeframe, self.period)
        named = (f"{name}={day}" for name in ("since", "until") if (day := getattr(self, name)))
        return " ".join([*(word for word in bare if word), *named])


def of_entry(
    context: Context,
    entry: Entry,
    instrument: Instrument,
    candles: Candles,
    *,
    timeframe: Timeframe,
    values: Mapping[str, float],
) -> Material:
    """What the work needs for a kept version, over candles of the desk."""
    kept = entry.kept
    material = of_desk(context, kept.document, instrument, candles, timeframe)
    return replace(material, reference=kept.reference, values=values)


def of_desk(
    context: Context,
    document: str,
    instrument: Instrument,
    candles: Candles,
    timeframe: Timeframe,
) -> Material:
    """The same for any document, with its parameters as they are."""
    costs = context.desk.strategies.costs
    return Material(
        document=document,
        reference="",
        values={},
        symbol=instrument.symbol,
        currency=instrument.quote,
        kind=context.desk.markets.kind(instrument.symbol),
        timeframe=timeframe,
        settings=Settings(
            CASH, float(costs.taker_fee), float(costs.slippage), float(instrument.quantity_step)
        ),
        voice=context.voice,
        made_at=context.now,
        candles=candles,
    )


def numbered(material: Material) -> Material:
    """The same, its numbers as the defaults of its document."""
    strategy = read_document(material.document).numbered(material.values)
    return replace(material, document=write_document(strategy), values={})


def paid_for_whole(command: Command, instrument: Instrument) -> Instrument:
    """What a strategy may trade. Raises ArgumentInvalid for a perpetual.

    A study of one would leave out its funding and its liquidation, and flatter it.
    """
    if instrument.kind.is_margined:
        raise command.wrong("symbol", "on_margin", said=instrument.symbol)
    return instrument


async def examined(context: Context, entry: Entry, symbol: Symbol) -> bool:
    """Whether a strategy passes the look-ahead and warm-up tests on the desk's newest candles.

    Raises HistoryNotFound, WorkFailed.
    """
    frame = entry.strategy.timeframe
    end = await context.desk.markets.until(symbol)
    start = max(0, end - _EXAMINED_BARS * frame.seconds)
    found = await context.desk.markets.candles(symbol, frame, start, end)
    closed = found.between(start, end - frame.seconds + 1)
    instrument = context.desk.markets.find(symbol)
    material = of_desk(context, entry.kept.document, instrument, closed, frame)
    return await context.workers.run(sound, material, seconds=_PATIENCE_SECONDS)


def numbers_in(given: tuple[str, ...]) -> dict[str, float]:
    """`fast=10` as a value by its name."""
    pairs = (word.partition("=") for word in given)
    return {name: percent_or_number(number)[0] for name, _, number in pairs}


def _second(day: str, days: int = 0) -> int:
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=days)
    return int(moment.timestamp())


def _quote(symbol: str) -> str:
    return symbol.partition("/")[2] if "/" in symbol else ""
