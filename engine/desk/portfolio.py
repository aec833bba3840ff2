"""What a principal's account holds and is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.desk.ledger import all_fills
from engine.desk.profit import Profit, charges, profit_lines
from engine.domain.account import Account, CashEntry, Position
from engine.domain.identifiers import AccountId, IntentKey, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import Tick
from engine.domain.money import ZERO, Currency
from engine.domain.order import Order, Purpose
from engine.domain.requests import TransferCash
from engine.portfolio.lots import Lot
from engine.portfolio.valuation import Valuation, unrealized
from engine.ports.journal import TradeHistory
from engine.runtime.live import LiveRuntime


@dataclass(frozen=True, slots=True)
class Holding:
    """A position beside its price; amounts in quote currency, None where no price is known.

    `lots` is the same as it was bought, the oldest first.
    """

    position: Position
    instrument: Instrument
    tick: Tick | None
    value: Decimal | None
    unrealized: Decimal | None
    protection: tuple[Order, ...]
    price_age_seconds: float | None
    lots: tuple[Lot, ...]
    margin: Decimal | None = None
    """What backs it, where its price was not paid."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its cash by currency and its worth in its own currency.

    `oldest_mark_seconds` is how old the oldest price in that worth is, None where it has none.
    """

    account: Account
    cash: tuple[tuple[Currency, Decimal], ...]
    valuation: Valuation
    day_equity: Decimal | None
    oldest_mark_seconds: float | None = None

    @property
    def today(self) -> Decimal | None:
        """Profit since the desk's day began; None until it has for this account."""
        return None if self.day_equity is None else self.valuation.equity - self.day_equity


class PortfolioDesk:
    """One account, and a look at the others that the principal has."""

    def __init__(
        self,
        runtime: LiveRuntime,
        history: TradeHistory,
        accounts: Sequence[AccountId],
        person: PersonId,
    ) -> None:
        """The first of the accounts is the one that is asked about."""
        self._runtime = runtime
        self._history = history
        self._accounts = tuple(accounts)
        self._account = self._accounts[0]
        self._person = person

    def account(self) -> AccountView:
        """Cash and worth now."""
        return self._view(self._account)

    def accounts(self) -> Sequence[AccountView]:
        """The same of every account of the principal."""
        return [self._view(account) for account in self._accounts]

    async def entries(self, start: int, end: int) -> Sequence[CashEntry]:
        """Cash that moved without a trade, `start <= at < end` (UTC ms), oldest first."""
        return await self._history.entries(self._account, start=start, end=end)

    def free_cash(self, currency: Currency) -> Decimal:
        """Cash that no open buy has set aside."""
        return self._runtime.kernel.free_cash(self._account, currency)

    async def transfer(
        self, target: AccountId, amount: Decimal, currency: Currency, key: IntentKey
    ) -> bool:
        """Move cash to another of the principal's accounts, once for this key.

        False where it is not free, or one of the two is not on paper: real money is moved at its
        venue. Raises StoreUnavailable.
        """
        books = self._runtime.kernel.accounts
        both = (self._account, target)
        if target not in self._accounts or not all(books[a].account.is_paper for a in both):
            return False
        now = self._runtime.clock.now_ms()
        wish = TransferCash(key, self._account, target, currency, amount, self._person, now)
        return bool(await self._runtime.ask(wish, key))

    def _view(self, account: AccountId) -> AccountView:
        kernel = self._runtime.kernel
        book = kernel.accounts[account]
        cash = tuple((currency, amount) for currency, amount in sorted(book.cash.items()))
        worth = kernel.valuation(account)
        oldest = self._age(worth.oldest_mark) if worth.oldest_mark is not None else None
        return AccountView(book.account, cash, worth, self._runtime.day_equity(account), oldest)

    def holdings(self, symbol: Symbol | None = None) -> Sequence[Holding]:
        """Open positions, by symbol."""
        book = self._runtime.kernel.accounts[self._account]
        return [
            self._holding(position)
            for name, position in sorted(book.positions.items())
            if position.quantity and (symbol is None or name == symbol)
        ]

    def positions(self) -> Sequence[Position]:
        """Every position there has been, flat ones too, by symbol."""
        return [
            p for _, p in sorted(self._runtime.kernel.accounts[self._account].positions.items())
        ]

    def instrument(self, symbol: Symbol) -> Instrument:
        """What has been traded, listed still or no more."""
        return self._runtime.kernel.instruments[symbol]

    async def profit(self, symbol: Symbol | None, start: int, end: int) -> Profit:
        """Profit and loss by instrument of fills with `start <= at < end` (UTC ms)."""
        is_over = end <= self._runtime.clock.now_ms()
        holdings = [] if is_over else self.holdings(symbol)
        fills = await all_fills(self._account, self._history, symbol, start, end)
        open_profit = {holding.position.symbol: holding.unrealized or ZERO for holding in holdings}
        paid = [
            entry
            for entry in await self.entries(start, end)
            if not entry.reason.is_flow and symbol in {None, entry.symbol}
        ]
        instruments = self._runtime.kernel.instruments
        lines = profit_lines(fills, open_profit, instruments, paid)
        return Profit(lines, charges(paid, instruments), is_over)

    def _holding(self, position: Position) -> Holding:
        kernel = self._runtime.kernel
        tick = kernel.quotes.get(position.symbol)
        stops = [
            order
            for order in kernel.accounts[self._account].open_orders(position.symbol)
            if (order.terms.reduce_only or order.purpose is not Purpose.ENTRY)
            and order.twap is None
            and order.purpose is not Purpose.SLICE
        ]
        return Holding(
            position=position,
            instrument=kernel.instruments[position.symbol],
            tick=tick,
            value=position.quantity * tick.last if tick else None,
            unrealized=unrealized(position, tick.last) if tick else None,
            protection=tuple(stops),
            price_age_seconds=self._age(tick.at) if tick else None,
            lots=tuple(kernel.accounts[self._account].lots.get(position.symbol, ())),
            margin=self._margin(position),
        )

    def _margin(self, position: Position) -> Decimal | None:
        kernel = self._runtime.kernel
        if not kernel.instruments[position.symbol].kind.is_margined:
            return None
        return kernel.accounts[self._account].margin_of(position.symbol)

    def _age(self, at: int) -> float:
        return max(0, self._runtime.clock.now_ms() - at) / 1000
