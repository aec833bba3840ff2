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
from engine.desk import AccountView, Profit, ProfitLine
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
        profit = await context.desk.portfolio.profit(symbol, start, end)
        return ProfitSeen(context.desk.portfolio.account(), period, profit)


@dataclass(frozen=True, slots=True)
class ProfitSeen:
    """A line an instrument, each in its own quote currency, and charges."""

    account: AccountView
    period: str
    profit: Profit

    def card(self, voice: Voice) -> Card:
        """Sums by currency, then each instrument."""
        account = self.account.account
        mark = badge(account.data_kind, voice, account)
        lines, charges = self.profit.lines, self.profit.charges
        if not lines and not charges:
            return Card(
                voice.say("pnl.none.title", period=voice.period(self.period)),
                badge=mark,
                hint=voice.say("pnl.none.hint"),
            )
        is_over = self.profit.is_over
        columns = ("symbol", "realized", "unrealized", "fees", "net", "trades")
        shown = tuple(name for name in columns if name != "unrealized" or not is_over)
        net = _sums([*((line.currency, line.net) for line in lines), *charges.items()])
        by_lots = _sums((line.currency, line.realized_fifo) for line in lines)
        total = _listed(net, voice)
        asked = f"{self.period}{account.argument}"
        return Card(
            voice.say("pnl.title", total=total, period=voice.period(self.period)),
            table=Table(
                header=tuple(voice.say(f"pnl.{name}") for name in shown),
                rows=tuple(_row(line, shown, voice) for line in lines),
                numeric=tuple(range(1, len(shown))),
            )
            if lines
            else None,
            fields=(
                *([(voice.say("pnl.by_lots"), _listed(by_lots, voice))] if lines else []),
                *self._paid(voice),
            ),
            badge=mark,
            hint=voice.say("pnl.hint_over" if is_over else "pnl.hint", period=asked),
            tone=Tone.GOOD if sum(net.values(), ZERO) >= 0 else Tone.BAD,
        )

    def _paid(self, voice: Voice) -> Sequence[tuple[str, str]]:
        """What the venue paid or took, for positions and else, where it did."""
        lines, charges = self.profit.lines, self.profit.charges
        funding = _sums((line.currency, line.funding) for line in lines if line.funding)
        said = (("funding", funding), ("charges", charges))
        return [(voice.say(f"pnl.{name}"), _listed(sums, voice)) for name, sums in said if sums]


def _sums(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, ZERO) + amount
    return sums


def _listed(sums: Mapping[str, Decimal], voice: Voice) -> str:
    return ", ".join(voice.money(v, c, signed=True) for c, v in sums.items())


def _row(line: ProfitLine, shown: Iterable[str], voice: Voice) -> tuple[str, ...]:
    cells = {
        "symbol": line.symbol,
        "realized": voice.money(line.realized, line.currency, signed=True),
        "unrealized": voice.money(line.unrealized, line.currency, signed=True),
        "fees": voice.money(line.fees, line.currency),
        "net": voice.money(line.net, line.currency, signed=True),
        "trades": str(line.trades),
    }
    return tuple(cells[name] for name in shown)
