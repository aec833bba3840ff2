"""Asking the server: whose accounts it has, what rests, what was filled, and what is held."""

from __future__ import annotations

from decimal import Decimal

from connectors.dtc.access import Access
from connectors.dtc.messages import Kind
from connectors.dtc.said import (
    FillSaid,
    OrderSaid,
    fills_said,
    is_last,
    is_nothing,
    is_refused,
    order_said,
)
from connectors.dtc.server import DTC, is_simulated
from connectors.dtc.wire import Message, NotUnderstood, number
from engine.domain.identifiers import Symbol
from engine.domain.money import ZERO
from engine.errors import KeysRefused, VenueUnavailable
from engine.ports.shared import Shared

_DAY_MS = 86_400_000


class Questions:
    """Reads only. Whatever goes wrong leaves as VenueUnavailable or KeysRefused."""

    def __init__(self, at: Access) -> None:
        self._line, self._listing, self._clock = at.line, at.listing, at.clock
        self.account = self._line.server.account
        """The trade account; the only one of the server's where none is meant."""
        self.open_orders = Shared(self._all_open_orders)
        self._all_fills = Shared(self._fills_since)
        self._since = 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no text may contain."""
        server = self._line.server
        return tuple(each for each in (self.account, server.username, server.password) if each)

    async def choose_account(self) -> None:
        """See to it that the server trades, and the account that is meant. Raises KeysRefused."""
        if not self._line.greeting.get("TradingIsSupported"):
            raise VenueUnavailable("the server takes no orders", why="server_no_trading")
        answer = await self._ask(Kind.TRADE_ACCOUNTS_REQUEST)
        accounts = {str(each.get("TradeAccount")): each for each in answer}
        meant = self._line.server.account or (next(iter(accounts)) if len(accounts) == 1 else "")
        if is_simulated(meant) != self._line.server.is_simulated and meant:
            raise KeysRefused("simulation", venue=DTC)
        if not meant or meant not in accounts:
            # A server that has just started may not know its accounts yet.
            raise VenueUnavailable("the account is not there", why="server_no_account")
        if accounts[meant].get("TradingIsDisabled"):
            raise VenueUnavailable("the account may not trade", why="server_no_trading")
        self.account = meant

    async def _all_open_orders(self) -> list[OrderSaid]:
        """All that rests, whoever placed it."""
        parts = await self._ask(
            Kind.OPEN_ORDERS_REQUEST, RequestAllOrders=1, TradeAccount=self.account
        )
        try:
            found = [order_said(each, self.secrets) for each in parts]
        except NotUnderstood as error:
            raise _strange(error) from None
        return [each for each in found if each.account in ("", self.account)]

    async def order(self, key: str) -> OrderSaid | None:
        """One that rests, by its name, or by the server's number where it has none."""
        return next((each for each in await self.open_orders() if each.key == key), None)

    async def fills(self, since: int) -> list[FillSaid]:
        """What was filled at or after a moment (UTC ms), oldest first."""
        self._since = min(self._since or since, since)
        begins = since // 1000 * 1000
        return [each for each in await self._all_fills() if each.at >= begins]

    async def _fills_since(self) -> list[FillSaid]:
        """All since the earliest moment that anybody asked about."""
        days = max(1, -(-(self._clock.now_ms() - self._since) // _DAY_MS))
        parts = await self._ask(
            Kind.HISTORICAL_ORDER_FILLS_REQUEST,
            ServerOrderID="",
            NumberOfDays=days,
            StartDateTime=max(0, self._since // 1000),
            TradeAccount=self.account,
        )
        try:
            return fills_said(each for each in parts if self._is_ours(each))
        except NotUnderstood as error:
            raise _strange(error) from None

    async def holdings(self) -> dict[Symbol, Decimal]:
        """Base units of each instrument that is watched."""
        held: dict[Symbol, Decimal] = {}
        for each in await self._ask(Kind.CURRENT_POSITIONS_REQUEST, TradeAccount=self.account):
            listed = self._listing.get(Symbol(str(each.get("Symbol"))))
            if listed is not None and self._is_ours(each):
                symbol, quantity = listed.instrument.symbol, _figure(each, "Quantity")
                # A server may have several positions of one symbol.
                held[symbol] = held.get(symbol, ZERO) + quantity * listed.size
        return {symbol: units for symbol, units in held.items() if units}

    async def balances(self) -> dict[str, Decimal]:
        """Cash by currency."""
        answer = await self._ask(Kind.ACCOUNT_BALANCE_REQUEST, TradeAccount=self.account)
        cash = {
            str(each.get("AccountCurrency")): _figure(each, "CashBalance")
            for each in answer
            if self._is_ours(each) and each.get("AccountCurrency")
        }
        if not cash:
            raise VenueUnavailable("the server tells no balance", why="server_no_balance")
        return cash

    async def _ask(self, kind: Kind, **fields: object) -> list[Message]:
        """The parts of an answer; none where there is nothing of that."""
        answer = await self._line.ask(kind, is_last, **fields)
        if is_refused(answer[-1]):
            text = f"the server does not answer {kind.name}"
            raise VenueUnavailable(text, why="server_refuses")
        return [each for each in answer if not is_nothing(each)]

    def _is_ours(self, said: Message) -> bool:
        return said.get("TradeAccount") in ("", None, self.account)


def _figure(said: Message, field: str) -> Decimal:
    try:
        return number(said, field) or ZERO
    except NotUnderstood as error:
        raise _strange(error) from None


def _strange(error: NotUnderstood) -> VenueUnavailable:
    return VenueUnavailable(f"the answer is not understood: {error}", why="server_strange")
