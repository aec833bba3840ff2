"""A performance as a report on paper, as a picture, and as the figures that matter most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.presenters.badges import badge
from bot.presenters.figures import written
from bot.presenters.paper.report import PerformanceReport, compose_report
from bot.presenters.paper.spec import Curve, Definition, Feeling, Figure, Months, Table
from bot.presenters.pictures.draw import draw_equity
from bot.presenters.pictures.spec import EquityChart, Language
from bot.presenters.report_tables import (
    bridge_table,
    definitions,
    figures_table,
    fills_file,
    fills_table,
    held_table,
    results_table,
    trips_table,
)
from bot.voice import Voice
from engine.desk import Performance
from engine.domain.market import DataKind
from engine.reporting.months import monthly_returns

_CENT = Decimal("0.01")
_MONTHS_FROM_DAYS = 28
_DAY_MS = 86_400_000
_HEADLINES = ("maximum_drawdown", "trades", "win_rate", "sharpe")


@dataclass(frozen=True, slots=True)
class Report:
    """A performance in a reader's words; `made_at` in UTC ms."""

    seen: Performance
    heading: str
    made_at: int
    voice: Voice
    only_trades: bool = False

    @property
    def badge(self) -> str:
        """Paper and simulated, where it is so."""
        account = self.seen.account
        return badge(account.data_kind, self.voice, account)

    @property
    def period(self) -> str:
        """From when to when."""
        start, end = (self.voice.minute(at) for at in (self.seen.start, self.seen.end))
        return f"{start} – {end}"

    @property
    def change(self) -> Decimal:
        """Of equity; where it is about one instrument, what that brought."""
        seen = self.seen
        return seen.change if seen.symbol is None else _sum(each.net for each in seen.results)

    def file(self) -> bytes:
        """What it is reckoned from, as comma-separated values."""
        return fills_file(self.seen)

    def paper(self) -> PerformanceReport:
        """All of it, about four pages."""
        voice, seen = self.voice, self.seen
        return PerformanceReport(
            heading=self.heading,
            account=voice.say("report.account", id=seen.account.id, currency=seen.account.currency),
            period=self.period,
            generated=voice.say("report.made", at=voice.minute(self.made_at)),
            created=self.made_at // 1000,
            badge=self.badge,
            caution=self._caution(),
            language=_language(voice),
            timezone=voice.timezone,
            summary=tuple(self.sentences()),
            figures=self.headlines(),
            curve=None if self.only_trades else self._curve(),
            months=self._months(),
            tables=self._tables(),
            definitions=self._definitions(),
        )

    def picture(self) -> EquityChart:
        """Equity and drawdown."""
        curve = self._curve()
        return EquityChart(
            times=curve.times,
            equity=curve.equity,
            benchmark=curve.benchmark,
            benchmark_name=curve.benchmark_name,
            title=self.voice.say("report.equity"),
            subtitle=self._days(),
            badge=self.badge,
            language=_language(self.voice),
            timezone=self.voice.timezone,
            earned=curve.earned,
        )

    def headlines(self) -> tuple[Figure, ...]:
        """Eight of them; of one instrument those that are its own."""
        voice, seen = self.voice, self.seen
        if seen.symbol is not None:
            return self._of_symbol()
        share = voice.percent(self._return(), signed=True)
        return (
            Figure(voice.say("report.equity"), self._money(seen.closing.equity)),
            self._profit("change", seen.change, share),
            self._profit("realized", seen.realized),
            self._profit("unrealized", seen.closing.unrealized),
            self._fees(seen.fees, seen.fees_in_cost),
            *self._statistics(),
        )

    def _of_symbol(self) -> tuple[Figure, ...]:
        results = self.seen.results
        _, trades, _ = self._statistics()
        return (
            self._profit("net", self.change),
            self._profit("realized", _sum(each.realized for each in results)),
            self._profit("unrealized", _sum(each.unrealized for each in results)),
            self._fees(
                _sum(each.fees for each in results), _sum(each.fees_in_cost for each in results)
            ),
            trades,
        )

    def _profit(self, name: str, amount: Decimal, note: str = "") -> Figure:
        money = self._money(amount, signed=True)
        return Figure(self.voice.say(f"report.{name}"), money, note, _feeling(amount))

    def sentences(self) -> Sequence[str]:
        """What happened, in a few words."""
        voice, seen = self.voice, self.seen
        facts = {
            "opening": self._money(seen.opening.equity),
            "closing": self._money(seen.closing.equity),
            "change": self._money(self.change, signed=True),
            "share": voice.percent(self._return(), signed=True),
            "symbol": seen.symbol or "",
        }
        said = [voice.say(f"report.summary.{'symbol' if seen.symbol else 'equity'}", **facts)]
        drift = seen.currency_effect
        if abs(drift) >= _CENT and seen.symbol is None:
            said.append(voice.say("report.summary.currency", drift=self._money(drift, signed=True)))
        if not seen.bookings:
            said.append(voice.say("report.summary.no_trades"))
        if seen.benchmark is not None and seen.benchmark_symbol:
            said.append(self._beside(seen.benchmark_symbol))
        if seen.figure("annual_return") is None:
            said.append(voice.say("report.summary.short"))
        said.append(voice.say("report.summary.frame", frame=seen.timeframe.value))
        missing = [*seen.opening.missing, *seen.closing.missing]
        if missing:
            names = ", ".join(dict.fromkeys(missing))
            said.append(voice.say("report.summary.missing", names=names))
        return said

    def _beside(self, symbol: str) -> str:
        column = self.seen.benchmark
        gain = Decimal(0)
        if column is not None and column[0]:
            gain = Decimal(repr(float(column[-1] / column[0] - 1)))
        share = self.voice.percent(gain, signed=True)
        return self.voice.say("report.summary.benchmark", symbol=symbol, share=share)

    def _statistics(self) -> Sequence[Figure]:
        voice, currency = self.voice, str(self.seen.account.currency)
        named = {figure.name: figure for figure in self.seen.figures}
        drawdown, trades, wins, sharpe = (
            written(named[name], currency, voice) for name in _HEADLINES
        )
        return (
            Figure(voice.say("metric.maximum_drawdown.name"), drawdown),
            Figure(voice.say("metric.trades.name"), trades, voice.say("report.won", share=wins)),
            Figure(voice.say("metric.sharpe.name"), sharpe),
        )

    def _fees(self, apart: Decimal, within: Decimal) -> Figure:
        """All that were paid, and how much of it is in the cost of what was bought."""
        note = self.voice.say("report.fees_in_cost", amount=self._money(within)) if within else ""
        return Figure(self.voice.say("report.fees"), self._money(apart + within), note)

    def _days(self) -> str:
        """The period, to the day."""
        first, last = self.voice.date(self.seen.start), self.voice.date(self.seen.end - 1)
        return first if first == last else f"{first} – {last}"

    def _caution(self) -> str:
        account = self.seen.account
        if not account.is_paper:
            return ""
        is_simulated = account.data_kind is DataKind.SIMULATED
        return self.voice.say("report.caution" if is_simulated else "report.caution_real_prices")

    def _definitions(self) -> tuple[Definition, ...]:
        return () if self.only_trades else definitions(self.seen.figures, self.voice)

    def _tables(self) -> tuple[Table, ...]:
        seen, voice = self.seen, self.voice
        deals = (
            results_table(seen, voice),
            held_table(seen, voice),
            trips_table(seen, voice),
            fills_table(seen, voice),
        )
        trading = figures_table(seen, voice, trading=True)
        if self.only_trades:
            return (trading, *deals)
        risk = figures_table(seen, voice, trading=False)
        return (bridge_table(seen, voice), risk, trading, *deals)

    def _curve(self) -> Curve:
        seen = self.seen
        name = ""
        if seen.benchmark_symbol:
            name = self.voice.say("report.benchmark", symbol=seen.benchmark_symbol)
        curve = seen.curve
        return Curve(curve.times, curve.values, seen.benchmark, name, seen.earned.values)

    def _months(self) -> Months | None:
        seen = self.seen
        if self.only_trades or seen.end - seen.start < _MONTHS_FROM_DAYS * _DAY_MS:
            return None
        months = monthly_returns(seen.earned, ZoneInfo(self.voice.timezone))
        return Months(months.years, months.returns)

    def _return(self) -> Decimal | None:
        """Money put in or taken out left aside."""
        gain = self.seen.figure("total_return")
        return None if gain is None else Decimal(repr(gain))

    def _money(self, amount: Decimal, *, signed: bool = False) -> str:
        return self.voice.money(amount, self.seen.account.currency, signed=signed)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _feeling(amount: Decimal) -> Feeling:
    if not amount:
        return "plain"
    return "good" if amount > 0 else "bad"


def composed(report: Report) -> bytes:
    """The report as PDF: for a worker, where a long one is laid out too."""
    return compose_report(report.paper())


def filed(report: Report) -> bytes:
    """What it is reckoned from as comma-separated values, the same way."""
    return report.file()


def drawn(report: Report) -> bytes:
    """Equity and drawdown as PNG, the same way."""
    return draw_equity(report.picture())


def _language(voice: Voice) -> Language:
    return "fr" if voice.language == "fr" else "en"
