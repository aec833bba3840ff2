"""/chart — candles as a picture, with indicators, your own fills, orders and alerts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from bot.arguments.times import TIMEFRAMES, read_timeframe
from bot.card import Attachment, AttachmentKind, Button, Card
from bot.command import Command, Context, Effect, Outcome
from bot.families.candle_windows import MOST_CANDLES, WITH_GAPS, CandleWindow, candle_window
from bot.families.periods import is_period, is_short
from bot.forms import Formulas, PeriodText, SymbolText, TimeframeText
from bot.presenters.badges import badge
from bot.presenters.chart_levels import levels_of, marks_of
from bot.presenters.overlays import is_unknown, overlays_of, warmup_of
from bot.presenters.pictures.draw import draw_candles
from bot.presenters.pictures.spec import CandleChart, Level, Mark, Overlay
from bot.voice import Voice
from engine.domain.candles import Candles
from engine.domain.identifiers import Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind
from engine.domain.timeframe import Timeframe
from engine.errors import HistoryNotFound

MOST_INDICATORS = 6
_BARE = "bare_"


class Chart(Command, name="chart", effect=Effect.READS, aliases=("c",)):
    """Draw candles with indicators, your fills, orders and alerts."""

    symbol: SymbolText = Field(description="Which instrument, such as BTC/USDT.")
    timeframe: TimeframeText | None = Field(
        default=None, description="How long a candle is: 1m 5m 15m 30m 1h 2h 4h 1d 1w."
    )
    period: PeriodText | None = Field(
        default=None, description="How far back: 24h, 7d, this_month, all."
    )
    indicators: Formulas | None = Field(
        default=None, description="What to draw with it: sma(close,50) rsi(close,14)."
    )

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """Bare words after the symbol are told apart by what they are, not by their place."""
        return {f"{_BARE}{name}" if name in {"timeframe", "period"} else name: token}

    @model_validator(mode="before")
    @classmethod
    def _sorted(cls, said: dict[str, Any]) -> dict[str, Any]:
        arguments = dict(said)
        bare = [arguments.pop(f"{_BARE}{name}", None) for name in ("timeframe", "period")]
        listed = arguments.get("indicators")
        words = [word for word in bare if word]
        if isinstance(listed, list | tuple):
            words += [str(word) for word in listed]
            arguments.pop("indicators")
        return _placed(arguments, words)

    async def handle(self, context: Context) -> Outcome:
        """Fetch, compute, draw."""
        formulas = self._formulas()
        markets, symbol = context.desk.markets, Symbol(self.symbol)
        timeframe = Timeframe(self.timeframe) if self.timeframe else None
        zone = context.voice.timezone
        window = await candle_window(markets, symbol, timeframe, self.period, zone)
        candles, overlays = await _computed(context, symbol, window, formulas)
        spec = await _spec(context, symbol, window.timeframe, candles, overlays)
        picture = await _drawn(context, spec)
        is_cut = window.is_cut and len(candles) == window.most
        instrument, end = markets.find(symbol), await markets.until(symbol)
        return ChartDrawn(instrument, markets.kind(symbol), spec, picture, is_cut, end)

    def _formulas(self) -> tuple[str, ...]:
        formulas = tuple(dict.fromkeys(self.indicators or ()))
        if len(formulas) > MOST_INDICATORS:
            raise self.wrong("indicators", "indicators_too_many", most=str(MOST_INDICATORS))
        return formulas


def _placed(arguments: dict[str, Any], words: list[str]) -> dict[str, Any]:
    """A timeframe and a period, in either order; the words after them are formulas."""
    while words and (name := _kind_of(words[0], arguments)):
        arguments[name] = words.pop(0)
    if words:
        # A formula with spaces came in pieces; what was named wins over what was not.
        arguments.setdefault("indicators", " ".join(words))
    return arguments


def _kind_of(word: str, arguments: dict[str, Any]) -> str:
    """Which argument a bare word is; empty for a formula. A wrong word is called a timeframe."""
    if "(" in word or word in {"open", "high", "low", "close", "volume", "price"}:
        return ""
    is_free = "timeframe" not in arguments
    if is_free and (word.lower() in TIMEFRAMES or is_short(word)):
        return "timeframe"
    if "period" not in arguments and is_period(word):
        return "period"
    return "timeframe" if is_free and (_is_timeframe(word) or word[:1].isalnum()) else ""


def _is_timeframe(word: str) -> bool:
    try:
        read_timeframe(word)
    except ValueError:
        return False
    return True


async def _computed(
    context: Context, symbol: Symbol, window: CandleWindow, formulas: tuple[str, ...]
) -> tuple[Candles, tuple[Overlay, ...]]:
    """The candles to show, and the curves over them. Raises HistoryNotFound."""
    timeframe = window.timeframe
    before = int(warmup_of(formulas, timeframe) * WITH_GAPS) * timeframe.seconds
    start = max(0, window.start - before)
    known = await context.desk.markets.candles(symbol, timeframe, start, window.end)
    shown = known.between(window.start, window.end)[-window.most :]
    if not len(shown):
        raise HistoryNotFound(symbol=symbol, timeframe=timeframe.value)
    known = known.between(start, int(shown.time[-1]) + 1)
    return shown, overlays_of(formulas, known, len(shown), timeframe)


async def _spec(
    context: Context,
    symbol: Symbol,
    timeframe: Timeframe,
    candles: Candles,
    overlays: tuple[Overlay, ...],
) -> CandleChart:
    desk, voice = context.desk, context.voice
    first, last = int(candles.time[0]), int(candles.time[-1]) + timeframe.seconds
    marks: tuple[Mark, ...] = ()
    levels: tuple[Level, ...] = ()
    if not context.message.is_public:
        fills = await desk.orders.fills(symbol, first * 1000, last * 1000)
        marks = marks_of(fills, timeframe, voice)
        holdings = desk.portfolio.holdings(symbol)
        levels = levels_of(holdings, desk.orders.open(symbol), desk.alerts.mine(symbol), voice)
    return CandleChart(
        symbol=symbol,
        timeframe=timeframe,
        candles=candles,
        overlays=overlays,
        marks=marks,
        levels=levels,
        badge=badge(desk.markets.kind(symbol), voice),
        language="fr" if voice.language == "fr" else "en",
        timezone=voice.timezone,
    )


async def _drawn(context: Context, spec: CandleChart) -> Path | None:
    """The picture, or None where drawing it failed: the figures are worth saying without it."""
    name = f"chart-{spec.symbol.replace('/', '-').lower()}-{spec.timeframe.value}.png"
    try:
        return await context.pictures.draw(draw_candles, spec, name)
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class ChartDrawn:
    """What was drawn."""

    instrument: Instrument
    kind: DataKind
    spec: CandleChart
    picture: Path | None
    is_cut: bool
    until: int

    def card(self, voice: Voice) -> Card:
        """The picture with the figures of its time beside it."""
        symbol, timeframe = self.instrument.symbol, self.spec.timeframe
        key = "hint_recorded" if self.kind is DataKind.RECORDED else "hint"
        return Card(
            voice.say("chart.title", symbol=symbol, timeframe=timeframe.value),
            fields=self._figures(voice),
            text="\n".join(self._notes(voice)),
            buttons=self._buttons(voice),
            attachments=self._attachments(symbol),
            badge=badge(self.kind, voice),
            hint=voice.say(f"chart.{key}", symbol=symbol),
        )

    def _figures(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        bars, base = self.spec.candles, self.instrument.base
        first, last = self._price(bars.open[0]), self._price(bars.close[-1])
        high, low = self._price(bars.high.max()), self._price(bars.low.min())
        volume = Decimal(repr(float(bars.volume.sum()))).quantize(Decimal(1))
        change = last / first - 1 if first else None
        end = min(int(bars.time[-1]) + self.spec.timeframe.seconds, self.until)
        ends = [voice.minute(at * 1000) for at in (int(bars.time[0]), end)]
        span = voice.say("chart.span", start=ends[0], end=ends[1], count=str(len(bars)))
        return (
            (voice.say("chart.from_to"), span),
            (voice.say("chart.open"), voice.price(first)),
            (voice.say("chart.high"), voice.price(high)),
            (voice.say("chart.low"), voice.price(low)),
            (voice.say("chart.close"), voice.price(last)),
            (voice.say("chart.change"), voice.percent(change, signed=True)),
            (voice.say("chart.volume"), f"{voice.number(volume)} {base}"),
        )

    def _price(self, value: float) -> Decimal:
        return self.instrument.price(Decimal(repr(float(value))))

    def _notes(self, voice: Voice) -> list[str]:
        notes = []
        if self.picture is None:
            notes.append(voice.say("chart.no_picture"))
        if self.is_cut:
            notes.append(voice.say("chart.cut", most=voice.number(Decimal(MOST_CANDLES))))
        unknown = [overlay.name for overlay in self.spec.overlays if is_unknown(overlay)]
        if unknown:
            notes.append(voice.say("chart.unknown", indicators=", ".join(unknown)))
        return notes

    def _buttons(self, voice: Voice) -> tuple[Button, ...]:
        symbol = self.instrument.symbol
        others = _neighbours(self.spec.timeframe, self.kind)
        buttons = [Button(other.value, f"/chart {symbol} {other.value}") for other in others]
        if self.kind is not DataKind.RECORDED:
            high = self._price(self.spec.candles.high.max())
            level, shown = f"{high.normalize():f}", voice.price(high)
            alert = f"/alert {symbol} price > {level}"
            buttons.append(Button(voice.say("chart.buy_button"), f"/buy {symbol} 1%"))
            buttons.append(Button(voice.say("chart.alert_button", price=shown), alert))
        return tuple(buttons)

    def _attachments(self, symbol: str) -> tuple[Attachment, ...]:
        if self.picture is None:
            return ()
        title = f"{symbol} {self.spec.timeframe.value}"
        return (Attachment(self.picture, AttachmentKind.PICTURE, title),)


def _neighbours(timeframe: Timeframe, kind: DataKind) -> list[Timeframe]:
    """A shorter one and two longer ones, of those there are."""
    shortest = Timeframe.D1 if kind is DataKind.RECORDED else Timeframe.M1
    others = [one for one in Timeframe if one.seconds >= shortest.seconds]
    shorter = [one for one in others if one.seconds < timeframe.seconds][-1:]
    return [*shorter, *[one for one in others if one.seconds > timeframe.seconds][:2]]
