"""Accounts, positions and fills."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.domain.identifiers import AccountId, ClientOrderId, EntryId, Symbol, TradeId, VenueName
from engine.domain.market import DataKind
from engine.domain.money import ZERO, Currency, Price, Quantity
from engine.domain.order import Side
from engine.domain.values import quick

TEST_NETWORK = "-test"
"""Ends the name of a venue's test network: what happens there moves no money."""


@dataclass(frozen=True, slots=True)
class Account:
    """Cash and positions at one venue; `data_kind` says what its prices are.

    `id` names it for ever, `name` is what people read; it has one where a desk has several.
    """

    id: AccountId
    venue: VenueName
    currency: Currency
    is_paper: bool
    data_kind: DataKind
    name: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it trades on a venue's test network."""
        return self.venue.endswith(TEST_NETWORK)

    @property
    def argument(self) -> str:
        """What a command line needs so that it means this account: ` account=ID`, or nothing."""
        return f" account={self.id}" if self.name else ""


@quick
@dataclass(frozen=True, slots=True)
class Position:
    """What is held of one instrument: average-cost accounting, amounts in quote currency.

    `quantity` is signed; `cost` is what the open quantity was bought for, fees apart.
    """

    account: AccountId
    symbol: Symbol
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    realized: Decimal = ZERO
    fees: Decimal = ZERO
    opened_at: int = 0

    @property
    def average_price(self) -> Decimal | None:
        """Mean entry price, or None when flat."""
        return self.cost / self.quantity if self.quantity else None


class CashReason(StrEnum):
    """Why cash moved without a trade."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    FUNDING = "funding"
    INTEREST = "interest"
    CHARGE = "charge"

    @property
    def is_flow(self) -> bool:
        """Whether it is money put in or taken out, which is neither profit nor loss."""
        return self in {CashReason.DEPOSIT, CashReason.WITHDRAWAL, CashReason.TRANSFER}


@dataclass(frozen=True, slots=True)
class CashEntry:
    """Cash that moved without a trade, `amount` signed; `at` in UTC ms.

    `symbol` is what funding was for, `other` the account at the other end of a transfer.
    """

    id: EntryId
    account: AccountId
    reason: CashReason
    currency: Currency
    amount: Decimal
    at: int
    symbol: Symbol | None = None
    other: AccountId | None = None


@quick
@dataclass(frozen=True, slots=True)
class Fill:
    """One execution; `realized` is the profit it closed, before its own fee, in quote currency.

    By average cost; `realized_fifo` is the same with the oldest units closed first.
    """

    account: AccountId
    client_order_id: ClientOrderId
    trade_id: TradeId
    symbol: Symbol
    side: Side
    quantity: Quantity
    price: Price
    fee: Decimal
    fee_currency: Currency
    realized: Decimal
    at: int
    realized_fifo: Decimal = ZERO

    @property
    def key(self) -> tuple[ClientOrderId, TradeId]:
        """What tells it apart on its account: two orders that meet have one trade."""
        return self.client_order_id, self.trade_id

    def fee_in(self, currency: Currency) -> Decimal:
        """The fee, if it was paid in this currency."""
        return self.fee if self.fee_currency == currency else ZERO

    def moved(self, base: Currency) -> Decimal:
        """Base units that came (or went, below zero): a fee paid in what was bought stays away."""
        return self.side.sign * self.quantity - self.fee_in(base)
