"""A risk report: what is at risk, how bad it was, how far limits are used, what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.presenters.figures import name_of, written
from bot.presenters.limits import uses_table
from bot.presenters.paper.csv import write_csv
from bot.presenters.paper.spec import Column, Definition, Table
from bot.presenters.report_tables import definitions, held_table
from bot.presenters.reports import Report
from engine.desk import Figure, Use
from engine.domain.order import Order

_OF_RISK = (
    *("maximum_drawdown", "drawdown_days", "longest_drawdown_days", "ulcer_index"),
    *("volatility", "value_at_risk_95", "value_at_risk_99"),
    *("expected_shortfall_95", "expected_shortfall_99", "largest_loss", "longest_losing_run"),
)
_FILE_COLUMNS = ("what", "name", "scope", "value", "limit", "unit")


@dataclass(frozen=True, slots=True)
class RiskReport(Report):
    """The use of limits is that of now, the figures and the refused orders are of the period."""

    uses: tuple[Use, ...] = ()
    denied: tuple[Order, ...] = ()

    def file(self) -> bytes:
        """All figures as comma-separated values: plain numbers, lasting names."""
        return write_csv(_FILE_COLUMNS, self._rows())

    def _figures(self) -> Sequence[Figure]:
        named = {figure.name: figure for figure in self.seen.figures}
        return [named[name] for name in _OF_RISK if name in named]

    def _refusals(self) -> Sequence[tuple[str, int]]:
        return Counter(order.reason for order in self.denied).most_common()

    def _definitions(self) -> tuple[Definition, ...]:
        return definitions(self._figures(), self.voice)

    def _tables(self) -> tuple[Table, ...]:
        held = held_table(self.seen, self.voice)
        return (self._measures(), held, self._limits(), self._refused())

    def _measures(self) -> Table:
        voice, currency = self.voice, str(self.seen.account.currency)
        rows = [(name_of(f, voice), written(f, currency, voice)) for f in self._figures()]
        columns = self._columns("report.column.figure", "-report.column.value")
        return Table(voice.say("report.risk.measures"), columns, tuple(rows))

    def _limits(self) -> Table:
        voice = self.voice
        table = uses_table(self.uses, self.seen.account.currency, voice)
        columns = self._columns(
            "limits.rule", "limits.scope", "-limits.limit", "-limits.used", "-limits.share"
        )
        title, note = voice.say("report.risk.limits"), voice.say("report.risk.now")
        return Table(title, columns, table.rows, note=note)

    def _refused(self) -> Table:
        voice = self.voice
        rows = tuple((rule, str(count)) for rule, count in self._refusals())
        columns = self._columns("limits.rule", "-report.risk.count")
        title = voice.say("report.risk.refused")
        return Table(title, columns, rows, empty=voice.say("report.risk.none_refused"))

    def _columns(self, *keys: str) -> tuple[Column, ...]:
        """`-` stands at the right."""
        return tuple(
            Column(self.voice.say(key.lstrip("-")), "right" if key[0] == "-" else "left")
            for key in keys
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for figure in self._figures():
            value = "" if figure.value is None else repr(figure.value)
            yield "figure", figure.name, "", value, "", figure.unit.value
        for held in self.seen.held:
            value = "" if held.value is None else f"{held.value:f}"
            yield "position", held.position.symbol, "", value, "", str(held.instrument.quote)
        for use in self.uses:
            limit = None if use.limit is None else use.limit.value
            unit = use.unit.value
            yield "limit", use.rule, str(use.scope), _plain(use.after), _plain(limit), unit
        for rule, count in self._refusals():
            yield "refused", rule, "", str(count), "", "count"


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
