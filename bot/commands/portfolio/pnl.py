"""/pnl — what was made and lost, by instrument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import Field

from bot.card import Card, Table, Tone
from bot.command import Context, Effect, Outcome
from bot.families.accounts import AccountCommand
from bot.families.periods import is_period, window
from bot.forms import PeriodText, SymbolText
from bot.presenters.badges import badge
from bot.voice import Voice
from engine.desk import AccountView, ProfitLine
from engine.domain.identifiers import Symbol
from engine.domain.money import ZERO


class Pnl(AccountCommand, name="pnl", effect=Effect.READS, aliases=("profit",), is_personal=True):
    """Show profit and loss: realized, open, and the fees paid."""

    period: PeriodText | None = Field(default=None, description="today, unless you say otherwise.")
    symbol: SymbolText | None = Field(default=None, description="Only this instrument.")

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """`/pnl btc` means the instrument, `/pnl 7d` the period."""
        wrong = name == "period" and not is_period(token)
        return {"symbol": token} if wrong else {name: token}

    async def handle(self, context: Context) -> Outcome:
        """Reckon it from the fills and the last prices."""
        symbol = Symbol(self.symbol) if self.symbol else None
        if symbol is not None:
            context.desk.markets.find(symbol)
        period = self.period or "today"
        start, end = window(period, context.desk.markets.now, context.principal.timezone)
        lines = await context.desk.portfolio.profit(symbol, start, end)
        return ProfitSeen(context.desk.portfolio.account(), period, tuple(lines))


@dataclass(frozen=True, slots=True)
class ProfitSeen:
    """A line an instrument, each in its own quote currency."""

    account: AccountView
    period: str
    lines: Sequence[ProfitLine]

    def card(self, voice: Voice) -> Card:
        """Sums by currency, then each instrument."""
        account = self.account.account
        mark = badge(account.data_kind, voice, account)
        if not self.lines:
            return Card(
                voice.say("pnl.none.title", period=voice.period(self.period)),
                badge=mark,
                hint=voice.say("pnl.none.hint"),
            )
        columns = ("symbol", "realized", "unrealized", "fees", "net", "trades")
        net = _sums((line.currency, line.net) for line in self.lines)
        by_lots = _sums((line.currency, line.realized_fifo) for line in self.lines)
        total = _listed(net, voice)
        return Card(
            voice.say("pnl.title", total=total, period=voice.period(self.period)),
            table=Table(
                header=tuple(voice.say(f"pnl.{name}") for name in columns),
                rows=tuple(_row(line, voice) for line in self.lines),
                numeric=(1, 2, 3, 4, 5),
            ),
            fields=((voice.say("pnl.by_lots"), _listed(by_lots, voice)), *self._funding(voice)),
            badge=mark,
            hint=voice.say("pnl.hint"),
            tone=Tone.GOOD if sum(net.values(), ZERO) >= 0 else Tone.BAD,
        )

    def _funding(self, voice: Voice) -> tuple[tuple[str, str], ...]:
        """What the venue paid or took for positions, where it did."""
        paid = _sums((line.currency, line.funding) for line in self.lines if line.funding)
        return ((voice.say("pnl.funding"), _listed(paid, voice)),) if paid else ()


def _sums(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, ZERO) + amount
    return sums


def _listed(sums: Mapping[str, Decimal], voice: Voice) -> str:
    return ", ".join(voice.money(v, c, signed=True) for c, v in sums.items())


def _row(line: ProfitLine, voice: Voice) -> tuple[str, ...]:
    return (
        line.symbol,
        voice.money(line.realized, line.currency, signed=True),
        voice.money(line.unrealized, line.currency, signed=True),
        voice.money(line.fees, line.currency),
        voice.money(line.net, line.currency, signed=True),
        str(line.trades),
    )
