"""Rooms behind one door, opened for one person on one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.desk.alerts import AlertDesk
from engine.desk.downloads import DownloadDesk
from engine.desk.margin import MarginDesk
from engine.desk.markets import MarketDesk
from engine.desk.orders import OrderDesk
from engine.desk.performance_desk import PerformanceDesk
from engine.desk.portfolio import PortfolioDesk
from engine.desk.reconciliation import ReconciliationDesk
from engine.desk.risk import RiskDesk
from engine.desk.runs import RunDesk, RunKeeper
from engine.desk.strategies import Costs, StrategyDesk
from engine.desk.vitals import Vitals, vitals
from engine.domain.account import Account
from engine.domain.identifiers import AccountId, ClientOrderId, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind
from engine.domain.money import Currency
from engine.domain.order import Order
from engine.errors import AccountNotFound
from engine.kernel import NOT_CONNECTED
from engine.ports.journal import Journal, TradeHistory
from engine.ports.market_data import HistorySources
from engine.ports.runs import RunStore
from engine.ports.strategies import StrategyStore
from engine.ports.system import Worker
from engine.ports.venue import Venue
from engine.runtime.live import LiveRuntime, OpeningAccount


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a principal can do to the engine."""

    account: AccountId
    markets: MarketDesk
    downloads: DownloadDesk
    orders: OrderDesk
    portfolio: PortfolioDesk
    margin: MarginDesk
    performance: PerformanceDesk
    alerts: AlertDesk
    risk: RiskDesk
    reconciliation: ReconciliationDesk
    strategies: StrategyDesk
    runs: RunDesk


class DeskDoor:
    """Opens desks; held by the wiring and the pipeline, never by a command."""

    def __init__(
        self,
        runtime: LiveRuntime,
        history: TradeHistory,
        journal: Journal,
        strategies: StrategyStore,
        runs: RunStore,
        *,
        worker: Worker,
        costs: Costs,
        histories: HistorySources,
    ) -> None:
        self._runtime = runtime
        self._histories = histories
        self._strategies = strategies
        self._worker = worker
        self._history = history
        self._journal = journal
        self._costs = costs
        self.keeper = RunKeeper(runtime, history, runs, costs)
        """Keeps the strategies that run; for the wiring to start."""

    def open(self, person: PersonId, account: AccountId, others: Sequence[AccountId] = ()) -> Desk:
        """The desk of one person, on one of their accounts; `others` are theirs as well."""
        runtime = self._runtime
        mine = tuple(dict.fromkeys((account, *others)))
        return Desk(
            account=account,
            markets=MarketDesk(runtime),
            downloads=DownloadDesk(runtime, self._histories),
            orders=OrderDesk(runtime, self._history, mine, person, self._costs.taker_fee),
            portfolio=PortfolioDesk(runtime, self._history, mine, person),
            margin=MarginDesk(runtime, account, person),
            performance=PerformanceDesk(runtime, self._history, self._worker, account),
            alerts=AlertDesk(runtime, person),
            risk=RiskDesk(runtime, account, person),
            reconciliation=ReconciliationDesk(runtime, person),
            strategies=StrategyDesk(self._strategies, runtime.clock, person, self._costs),
            runs=RunDesk(self.keeper, runtime, account, person),
        )

    async def order(self, order_id: str) -> Order | None:
        """An order by its whole id, on whatever account, for telling its owner of it."""
        known = self._runtime.kernel.orders.get(ClientOrderId(order_id))
        if known is not None:
            return known
        for account in self._runtime.kernel.accounts:
            for name, order in await self._history.order(account, order_id):
                if name == order_id:
                    return order
        return None

    def instrument(self, symbol: str) -> tuple[Instrument, DataKind]:
        """An instrument and where its prices come from, or came from before it was delisted."""
        kernel, name = self._runtime.kernel, Symbol(symbol)
        if name in kernel.instruments:
            return kernel.instruments[name], self._runtime.markets.kind(name)
        books = (book for book in kernel.accounts.values() if name in book.positions)
        book = next(books, next(iter(kernel.accounts.values())))
        return kernel.instruments[name], book.account.data_kind

    def account(self, account: AccountId) -> Account:
        """An account by its id."""
        return self._runtime.kernel.accounts[account].account

    def find_account(self, mine: Sequence[AccountId], said: str) -> AccountId:
        """The one of these that bears an id or else a name. Raises AccountNotFound."""
        word = said.strip().lstrip("@").casefold()
        accounts = [self.account(each) for each in mine]
        for names in ({each.id: each.id for each in accounts}, {a.name: a.id for a in accounts}):
            for name, account in names.items():
                if word and name.casefold() == word:
                    return account
        raise AccountNotFound(account=said, accounts=", ".join(mine))

    def knows(self, account: AccountId) -> bool:
        """Whether it was ever opened."""
        return account in self._runtime.kernel.accounts

    async def open_account(
        self,
        account: Account,
        venue: Venue,
        cash: Mapping[Currency, Decimal],
        held: Mapping[Symbol, Decimal],
    ) -> None:
        """Trade on an account at its venue from now on.

        `cash` and what is `held` of instruments count the first time only. Raises StoreUnavailable,
        AccountDiffers.
        """
        opening = OpeningAccount(account, tuple(cash.items()), tuple(held.items()))
        await self._runtime.open(opening, venue)

    async def close_account(self, account: AccountId) -> None:
        """Let go of its venue. Raises StoreUnavailable."""
        await self._runtime.close(account)

    def open_orders(self, account: AccountId) -> Sequence[Order]:
        """Those of which something may still come."""
        return tuple(self._runtime.kernel.accounts[account].orders.values())

    def line(self, account: AccountId) -> str:
        """Why its books are not known to be its venue's; empty where they were compared."""
        return self._runtime.kernel.lines.get(account, NOT_CONNECTED)

    def instruments(self) -> Sequence[Instrument]:
        """All that has prices here."""
        return tuple(self._runtime.markets.instruments())

    def vitals(self) -> Vitals:
        """How the engine is, in figures."""
        return vitals(self._runtime)

    async def settled(self) -> None:
        """Wait until every command given so far has been carried out."""
        await self.keeper.settled()
        await self._runtime.settled()
