"""A backtest as pictures, as a file of trades and as a tear sheet of about four pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from bot.presenters.backtests.figures import SHARE, figures_of, figures_told, money, sentences
from bot.presenters.backtests.spec import Material, Span
from bot.presenters.badges import backtest_badge
from bot.presenters.figures import exact, formula_of, name_of, written
from bot.presenters.paper.csv import write_csv
from bot.presenters.paper.report import PerformanceReport
from bot.presenters.paper.spec import Column, Curve, Definition, Months, Table
from bot.presenters.paper.spec import Figure as Headline
from bot.presenters.pictures.spec import CandleChart, EquityChart, Language, Mark
from bot.presenters.strategies import numbers_told, size_told
from bot.voice import Voice
from engine.backtest import Backtest, Trade
from engine.desk import Figure
from engine.domain.candles import Candles, Floats
from engine.domain.order import Side
from engine.domain.resampling import resample
from engine.domain.timeframe import Timeframe
from engine.reporting.months import monthly_returns
from engine.strategies import Strategy

MOST_POINTS = 1_500
MOST_CANDLES = 200
MOST_MARKS = 80
MOST_ROWS = 40
_FILE_COLUMNS = (
    *("entry_time", "entry_price", "exit_time", "exit_price", "quantity", "side"),
    *("fee", "profit", "reason"),
)
_HEADLINES = ("sharpe", "maximum_drawdown", "win_rate", "profit_factor", "exposure", "trades")
_TRADING = frozenset(
    {
        *("trades", "win_rate", "average_win", "average_loss", "payoff", "profit_factor"),
        *("expectancy", "system_quality", "largest_win", "largest_loss", "longest_losing_run"),
        *("average_holding_hours", "fees", "exposure", "turnover"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class BacktestReport:
    """A result in its reader's words."""

    strategy: Strategy
    material: Material
    span: Span
    result: Backtest

    @property
    def voice(self) -> Voice:
        """Whose words."""
        return self.material.voice

    @property
    def heading(self) -> str:
        """Which strategy on what."""
        return f"{self.material.reference} · {self.material.symbol} {self.span.timeframe.value}"

    def paper(self) -> PerformanceReport:
        """All of it."""
        voice, curve = self.voice, self.result.history.curve
        figures = figures_of(self.result.metrics(), self.span)
        months = monthly_returns(curve)
        return PerformanceReport(
            heading=self.heading,
            account=voice.say("backtest.account", cash=self._money(self.result.settings.cash)),
            period=self._period(),
            generated=voice.say("report.made", at=voice.minute(self.material.made_at)),
            created=self.material.made_at // 1000,
            badge=backtest_badge(self.material.kind, self.voice),
            caution=voice.say("backtest.caution"),
            language=_language(voice),
            timezone=voice.timezone,
            summary=tuple(sentences(self.material, self.span, self.result.metrics(), figures)),
            figures=tuple(self._headlines(figures)),
            curve=Curve(curve.times, curve.values, self._held(), self._holding_name()),
            months=Months(months.years, months.returns),
            tables=(
                self._figures_table(figures, trading=False),
                self._figures_table(figures, trading=True),
                self._rules_table(),
                self._costs_table(),
                self._trades_table(),
            ),
            definitions=tuple(
                Definition(
                    name_of(figure, voice),
                    formula_of(figure, voice),
                    voice.say(f"unit.{figure.unit.value}"),
                )
                for figure in figures
            ),
        )

    def picture(self) -> EquityChart:
        """Equity, what holding would have made, and the drawdown."""
        curve = self.result.history.curve
        rows = thinned(curve.values, MOST_POINTS)
        return EquityChart(
            times=curve.times[rows],
            equity=curve.values[rows],
            benchmark=self._held()[rows],
            benchmark_name=self._holding_name(),
            title=self.heading,
            subtitle=self._period(),
            badge=backtest_badge(self.material.kind, self.voice),
            language=_language(self.voice),
            timezone=self.voice.timezone,
        )

    def prices(self) -> CandleChart:
        """The price with its entries and exits: the last of them, where there are many."""
        trades = self.result.rows[-MOST_MARKS // 2 :]
        everything = len(trades) == len(self.result.rows)
        shown = self.result.candles
        if not everything:
            shown = shown.between(trades[0].entry_time, self.span.end)
        timeframe, candles = _coarse(shown, self.span.timeframe)
        return CandleChart(
            symbol=self.material.symbol,
            timeframe=timeframe,
            candles=candles,
            marks=tuple(_marks(trades, self.voice)),
            badge=backtest_badge(self.material.kind, self.voice),
            title=self.material.reference,
            language=_language(self.voice),
            timezone=self.voice.timezone,
        )

    def marks(self) -> Iterator[Mark]:
        """The newest entries and exits."""
        return _marks(self.result.rows[-MOST_MARKS // 2 :], self.voice)

    def trades_file(self) -> bytes:
        """Every trade as comma-separated values: times in UTC, plain numbers, lasting names."""
        return write_csv(_FILE_COLUMNS, (_file_row(trade) for trade in self.result.rows))

    # -- the parts of the paper -------------------------------------------------------------

    def _headlines(self, figures: Sequence[Figure]) -> Iterator[Headline]:
        voice, told = self.voice, figures_told(figures, self.material.currency, self.voice)
        gain = self.result.equity_final / self.result.settings.cash - 1
        held = self.result.metrics()["buy_and_hold_return"] or 0.0
        yield Headline(
            voice.say("backtest.gain"),
            voice.percent(exact(gain, SHARE), signed=True),
            self._money(self.result.equity_final),
            "good" if gain > 0 else "bad",
        )
        yield Headline(
            voice.say("backtest.holding"), voice.percent(exact(held, SHARE), signed=True)
        )
        for name in _HEADLINES:
            yield Headline(voice.say(f"metric.{name}.name"), told[name])

    def _figures_table(self, figures: Sequence[Figure], *, trading: bool) -> Table:
        voice, currency = self.voice, self.material.currency
        cells = [
            (name_of(figure, voice), written(figure, currency, voice))
            for figure in figures
            if (figure.name in _TRADING) is trading
        ]
        half = (len(cells) + 1) // 2
        pairs = zip_longest(cells[:half], cells[half:], fillvalue=("", ""))
        title = voice.say("report.trading.title" if trading else "report.risk.title")
        rows = tuple((*left, *right) for left, right in pairs)
        return Table(title, _columns(voice, "figure", "-value", "figure", "-value"), rows)

    def _rules_table(self) -> Table:
        voice, strategy = self.voice, self.strategy
        values = strategy.values(self.material.values)
        levels = ("stop_loss", "take_profit", "trailing_stop")
        written_rules = [
            *(
                (f"{name}_{part}", formula.text)
                for name, side in (("long", strategy.long), ("short", strategy.short))
                if side is not None
                for part, formula in (("enter", side.enter), ("exit", side.exit))
                if formula is not None
            ),
            *(("python", plug_in.name) for plug_in in (strategy.plug_in,) if plug_in),
            ("size", size_told(strategy.size, voice)),
            *((name, level.text) for name in levels if (level := getattr(strategy, name))),
            ("parameters", numbers_told(strategy, values)),
        ]
        rows = tuple((voice.say(f"strategy.{name}"), text) for name, text in written_rules if text)
        return Table(voice.say("backtest.rules"), _columns(voice, "figure", "value_left"), rows)

    def _costs_table(self) -> Table:
        voice, settings = self.voice, self.result.settings
        metrics = self.result.metrics()
        ratios = (voice.percent(exact(ratio, SHARE)) for ratio in (settings.fee, settings.slippage))
        paid = (self._money(metrics[name] or 0.0) for name in ("fees", "slippage", "funding"))
        (fee, slip), (fees_paid, slip_paid, funding) = ratios, paid
        rows = (
            (voice.say("backtest.fee"), fee, voice.say("backtest.fees_paid"), fees_paid),
            (voice.say("backtest.slip"), slip, voice.say("backtest.slip_paid"), slip_paid),
            (voice.say("backtest.funding"), funding, "", ""),
        )
        columns = _columns(voice, "figure", "-value", "figure", "-value")
        return Table(voice.say("backtest.costs"), columns, rows)

    def _trades_table(self) -> Table:
        voice, trades = self.voice, self.result.rows[::-1]
        names = ("time", "side", "-quantity", "-entry", "-exit", "held", "-fees", "±profit")
        note = ""
        if len(trades) > MOST_ROWS:
            shown, count = str(MOST_ROWS), f"{len(trades)}"
            note = voice.say("report.limited", shown=shown, count=count)
        return Table(
            voice.say("report.trips.title"),
            _columns(voice, *names),
            tuple(self._trade(trade) for trade in trades[:MOST_ROWS]),
            empty=voice.say("report.trips.empty"),
            note=note,
        )

    def _trade(self, trade: Trade) -> tuple[str, ...]:
        voice = self.voice
        return (
            voice.when(trade.exit_time * 1000),
            voice.say(f"backtest.side.{'long' if trade.side is Side.BUY else 'short'}"),
            _short(trade.quantity, voice),
            _price(trade.entry_price, voice),
            _price(trade.exit_price, voice),
            voice.span(trade.exit_time - trade.entry_time),
            voice.number(exact(trade.fee)),
            voice.number(exact(trade.profit), signed=True),
        )

    def _held(self) -> Floats:
        """What the cash would be worth, had it bought at the first close and kept that."""
        candles, cash = self.result.candles, self.result.settings.cash
        prices = np.concatenate((candles.close[:1], candles.close))
        held: Floats = cash * prices / prices[0]
        return held

    def _holding_name(self) -> str:
        return self.voice.say("report.benchmark", symbol=self.material.symbol)

    def _period(self) -> str:
        first, last = (self.voice.date(at * 1000) for at in (self.span.start, self.span.end - 1))
        return first if first == last else f"{first} – {last}"

    def _money(self, amount: float) -> str:
        return money(amount, self.material.currency, self.voice)


def thinned(values: Floats, most: int) -> NDArray[np.intp]:
    """Which values to show of very many: the lowest and the highest of each stretch."""
    if len(values) <= most:
        return np.arange(len(values))
    stretches = np.array_split(np.arange(len(values)), most // 2)
    ends = [(part[values[part].argmin()], part[values[part].argmax()]) for part in stretches]
    return np.unique(np.array([0, *np.ravel(ends), len(values) - 1]))


def _coarse(candles: Candles, timeframe: Timeframe) -> tuple[Timeframe, Candles]:
    """The finest bars in which all of it is still easy to see."""
    for longer in Timeframe:
        if longer.seconds < timeframe.seconds:
            continue
        shown = candles if longer is timeframe else resample(candles, longer)
        if len(shown) <= MOST_CANDLES:
            return longer, shown
    return Timeframe.W1, resample(candles, Timeframe.W1)[-MOST_CANDLES:]


def _marks(trades: Sequence[Trade], voice: Voice) -> Iterator[Mark]:
    for trade in trades:
        into, out = ("buy", "sell") if trade.side is Side.BUY else ("sell", "buy")
        yield Mark(trade.entry_time, trade.entry_price, into)  # type: ignore[arg-type]
        name = voice.say(f"backtest.reason.{trade.reason.name.lower()}")
        yield Mark(trade.exit_time, trade.exit_price, out, name)  # type: ignore[arg-type]


def _file_row(trade: Trade) -> tuple[str, ...]:
    times = [datetime.fromtimestamp(at, UTC) for at in (trade.entry_time, trade.exit_time)]
    return (
        times[0].isoformat(),
        repr(trade.entry_price),
        times[1].isoformat(),
        repr(trade.exit_price),
        repr(trade.quantity),
        "long" if trade.side is Side.BUY else "short",
        repr(trade.fee),
        repr(trade.profit),
        trade.reason.name.lower(),
    )


def _columns(voice: Voice, *names: str) -> tuple[Column, ...]:
    """`-` stands at the right, `±` at the right in the colour of its sign."""
    return tuple(
        Column(
            voice.say(f"report.column.{name.lstrip('-±').removesuffix('_left')}"),
            "right" if name[0] in "-±" else "left",
            signed=name[0] == "±",
        )
        for name in names
    )


def _price(value: float, voice: Voice) -> str:
    """Six significant digits, zeros among them, so that a column of prices stands in line."""
    return voice.price(Decimal(f"{value:#.6g}"))


def _short(value: float, voice: Voice) -> str:
    """Six significant digits."""
    return voice.quantity(Decimal(f"{value:.6g}"))


def _language(voice: Voice) -> Language:
    return "fr" if voice.language == "fr" else "en"
