"""/report — what the account made of its money, on paper and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import structlog
from pydantic import Field

from bot.card import Attachment, AttachmentKind, Button, Card, Tone
from bot.command import Context, Effect, Outcome
from bot.families.accounts import AccountCommand
from bot.families.periods import is_period, window
from bot.forms import PeriodText, SymbolText
from bot.presenters.reports import Report, composed, drawn, filed
from bot.presenters.risk_report import RiskReport
from bot.voice import Voice
from engine.domain.identifiers import Symbol
from engine.domain.order import OrderState

_log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """What a report is about."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    PERFORMANCE = "performance"
    RISK = "risk"
    TRADES = "trades"
    SYMBOL = "symbol"


MOST_DENIED = 10_000
_PERIODS = {Kind.DAILY: "24h", Kind.WEEKLY: "7d", Kind.MONTHLY: "30d"}


class MakeReport(AccountCommand, name="report", effect=Effect.READS, is_personal=True):
    """Make a report: PDF with curve, figures and trades, and a file of the fills."""

    kind: Kind = Field(default=Kind.PERFORMANCE, description="Which report.")
    symbol: SymbolText | None = Field(default=None, description="Only trades of this instrument.")
    period: PeriodText | None = Field(
        default=None, description="Of what time; else what its kind says, or all."
    )

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """`/report daily 7d` and `/report 7d` mean the period."""
        is_kind = name == "kind" and token in set(Kind)
        return {"period": token} if not is_kind and is_period(token) else {name: token}

    async def handle(self, context: Context) -> Outcome:
        """Reckon it, then draw and compose it away from the chat."""
        symbol = self._symbol(context)
        period = self.period or _PERIODS.get(self.kind, "all")
        start, end = window(period, context.desk.markets.now, context.principal.timezone)
        seen = await context.desk.performance.over(start, end, symbol)
        if seen is None:
            return NothingThen(period)
        heading = context.voice.say(f"report.kind.{self.kind.value}", symbol=symbol or "")
        only_trades = self.kind is Kind.TRADES
        report = Report(seen, heading, context.now, context.voice, only_trades=only_trades)
        if self.kind is Kind.RISK:
            report = await _of_risk(report, context)
        return ReportMade(report, await self._made(report, context))

    def _symbol(self, context: Context) -> Symbol | None:
        if self.symbol is None and self.kind is Kind.SYMBOL:
            raise self.wrong("symbol", "missing")
        return context.desk.markets.find(self.symbol).symbol if self.symbol else None

    async def _made(self, report: Report, context: Context) -> Sequence[Attachment]:
        """The files; none where they cannot be drawn or written, for the figures stand anyway."""
        pictures, voice = context.pictures, context.voice
        try:
            picture = await pictures.draw(drawn, report, "equity.png")
            name = f"report-{self.kind.value}.pdf"
            paper = await pictures.draw(composed, report, name)
            stem = "risk" if self.kind is Kind.RISK else "fills"
            file = await pictures.draw(filed, report, f"{stem}.csv")
        except OSError as error:
            _log.warning("report_not_drawn", error=str(error))
            return ()
        return (
            Attachment(picture, AttachmentKind.PICTURE, voice.say("report.picture")),
            Attachment(paper, AttachmentKind.DOCUMENT, report.heading),
            Attachment(file, AttachmentKind.DOCUMENT, voice.say(f"report.file.{stem}")),
        )


async def _of_risk(report: Report, context: Context) -> RiskReport:
    seen, desk = report.seen, context.desk
    denied = await desk.orders.past(None, [OrderState.DENIED], limit=MOST_DENIED)
    return RiskReport(
        seen,
        report.heading,
        report.made_at,
        report.voice,
        uses=tuple(desk.risk.uses()),
        denied=tuple(order for order in denied if seen.start <= order.placed_at < seen.end),
    )


@dataclass(frozen=True, slots=True)
class ReportMade:
    """The report and its files."""

    report: Report
    files: Sequence[Attachment]

    def card(self, voice: Voice) -> Card:
        """The figures that matter, and what to do to have it every morning."""
        report, seen = self.report, self.report.seen
        figures = report.headlines()
        change = voice.money(report.change, seen.account.currency, signed=True)
        return Card(
            voice.say("report.title", heading=report.heading, change=change),
            text="\n".join([*report.sentences(), *self._missing(voice)]),
            fields=(
                (voice.say("report.period"), report.period),
                *(
                    (
                        figure.label,
                        f"{figure.value} ({figure.note})" if figure.note else figure.value,
                    )
                    for figure in figures
                ),
            ),
            attachments=tuple(self.files),
            badge=report.badge,
            buttons=(
                Button(voice.say("report.positions_button"), f"/positions{seen.account.argument}"),
                Button(voice.say("report.trades_button"), f"/report trades{seen.account.argument}"),
            ),
            hint=voice.say("report.hint"),
            tone=Tone.GOOD if report.change >= 0 else Tone.BAD,
        )

    def _missing(self, voice: Voice) -> Sequence[str]:
        return () if self.files else (voice.say("report.no_files"),)


@dataclass(frozen=True, slots=True)
class NothingThen:
    """The account was not there yet."""

    period: str

    def card(self, voice: Voice) -> Card:
        """Nothing was made."""
        return Card(
            voice.say("report.nothing.title", period=voice.period(self.period)),
            text=voice.say("report.nothing.text"),
            hint=voice.say("report.nothing.hint"),
        )
