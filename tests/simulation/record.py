"""What the desk's own file says, read from outside and folded by other code than the desk's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from engine.domain.identifiers import Symbol
from engine.domain.market import Tick
from tests.simulation.disk import Disk
from tests.simulation.stake import Stake, decimal

_ZERO = Decimal(0)
_DESK = "desk"
_QUOTE = "USDT"
ENDS = {
    "OrderRejected", "OrderCanceled", "OrderExpired", "OrderNeverArrived", "ExecutionEnded",
}  # fmt: skip
FORCED = "liquidation", "deleveraging"
"""The purposes of orders that are a venue's own."""


@dataclass(slots=True)
class Told:
    """One order as the journal tells it."""

    name: str
    body: Mapping[str, Any]
    first: int
    quantity: Decimal
    key: str | None = None
    submitted: bool = False
    ended: str = ""
    filled: Decimal = _ZERO
    cancel_asked_by: set[str] = field(default_factory=set)
    remedy: str = ""
    """What the desk has said it does about protection that is missing."""
    levels: list[Decimal | None] = field(default_factory=list)
    """Where it rests, and after that where it was confirmed to."""
    asked: Decimal | None = None
    """The level of a change that was asked for and of which it was not said what became."""
    is_closed: bool = False
    """Whether its protection ended when the books held nothing more; a fill may come later."""

    @property
    def terms(self) -> Mapping[str, Any]:
        terms: Mapping[str, Any] = self.body["terms"]
        return terms

    def moved(self, level: Decimal | None) -> None:
        """It rests there now; where it was before, it may go no more without another yes."""
        if level in self.levels:
            del self.levels[: self.levels.index(level)]
        self.asked = None if self.asked == level else self.asked

    def not_moved(self, reason: str) -> None:
        """It rests where it did, unless that was said of a second change beside the first."""
        if self.asked is not None and reason != "being_changed":
            self.levels.remove(self.asked)
            self.asked = None

    @property
    def sign(self) -> int:
        return 1 if self.terms["side"] == "buy" else -1

    @property
    def parent(self) -> str | None:
        return self.body.get("parent")


def level_of(terms: Mapping[str, Any]) -> Decimal | None:
    """Where an order rests: at its price, or where a stop triggers."""
    level = terms["stop_price"] if terms["type"] == "stop" else terms["price"]
    return None if level is None else Decimal(level)


@dataclass(frozen=True, slots=True)
class Happened:
    """One row of the journal."""

    sequence: int
    kind: str
    body: Mapping[str, Any]


class Record:
    """The journal, followed row by row, as far as it is about one account's money."""

    def __init__(self, disk: Disk, account: str, everybody: Iterable[str] = ()) -> None:
        """`everybody` hears of what a venue, or the desk, closed by itself."""
        self.disk = disk
        self._account = account
        self._everybody = tuple(everybody)
        self.last = 0
        self.orders: dict[str, Told] = {}
        self._children: dict[str, list[str]] = {}
        self.leading: list[Told] = []
        """Orders that something is to follow, oldest first."""
        self.trades: set[tuple[str, str]] = set()
        """By order and trade: one trade may be between two orders of the account."""
        self.cash: dict[str, Decimal] = {}
        self.moved: set[str] = set()
        """Cash that came or went apart from trades, by its names."""
        self.positions: dict[str, Decimal] = {}
        self.leverage: dict[str, Mapping[str, Any]] = {}
        """As far as it is known, by instrument."""
        self.levered: Counter[tuple[str, str, str]] = Counter()
        """How often a leverage was read back: by whom, of what, how many times."""
        self._stakes: dict[str, Stake] = {}
        self.limits: dict[str, Decimal | None] = {}
        self.closing_rules: set[str] = set()
        """Rules whose limit, once it is reached, closes what is held."""
        self._halts: dict[str | None, bool] = {}
        """Whether it closes what is held, by account or for all."""
        self.wants_told: list[tuple[int, str]] = []
        """Sequence and person of what somebody must hear of."""

    def news(self) -> Iterator[Happened]:
        """Rows since the last time, each before it is folded in."""
        for sequence, body in self.disk.rows(
            "SELECT sequence, body FROM journal WHERE sequence > ? ORDER BY sequence", self.last
        ):
            read = orjson.loads(body)
            happened = Happened(sequence, read["kind"], read)
            self.last = sequence
            yield happened
            self._fold(happened)

    @property
    def is_halted(self) -> bool:
        return bool(self._halts)

    @property
    def is_closing(self) -> bool:
        return any(self._halts.values())

    def is_closing_of(self, account: str | None) -> bool:
        """Whether a halt of just this account, or of all where it is None, closes what is held."""
        return self._halts.get(account, False)

    def open(self) -> Iterator[Told]:
        """Orders that have not ended, as the journal tells it, slices left out."""
        for told in self.orders.values():
            if not told.ended and told.body["purpose"] != "slice" and self.remaining(told) > 0:
                yield told

    def filled(self, told: Told) -> Decimal:
        """What of an order is booked; of one in slices, what is of these."""
        if not told.body["twap"]:
            return told.filled
        return sum((each.filled for each in self.slices(told.name)), _ZERO)

    def remaining(self, told: Told) -> Decimal:
        """What of an order is not booked."""
        return told.quantity - self.filled(told)

    def key_of(self, sequence: int) -> str | None:
        """The intent under which a row was written."""
        rows = self.disk.rows(
            "SELECT key FROM intents WHERE first <= ? AND last >= ?", sequence, sequence
        )
        return rows[0][0] if rows else None

    def times(self, symbol: str) -> Decimal:
        """How many times its margin a position is worth."""
        return Decimal((self.leverage.get(symbol) or {"times": 1})["times"])

    def worth(self, prices: Mapping[Symbol, Tick]) -> Decimal:
        """Cash with what is held, at the last prices; on margin with what closing would settle."""
        held = sum((q * prices[s].last for s, q in self._bought()), self.cash.get(_QUOTE, _ZERO))
        stakes = self._stakes.items()
        return held + sum((decimal(e.profit_at(prices[Symbol(s)].last)) for s, e in stakes), _ZERO)

    def _bought(self) -> Iterator[tuple[Symbol, Decimal]]:
        for symbol, quantity in self.positions.items():
            if symbol not in self._stakes:
                yield Symbol(symbol), quantity

    def backing(self) -> Decimal:
        """Margin that what is held keeps."""
        kept = (decimal(stake.cost) / self.times(s) for s, stake in self._stakes.items())
        return sum(kept, _ZERO)

    def children(self, entry: str) -> list[Told]:
        """The orders that protect it, are parts of it, or follow it."""
        return [self.orders[name] for name in self._children.get(entry, ())]

    def slices(self, whole: str) -> list[Told]:
        """The orders that are parts of it."""
        return [each for each in self.children(whole) if each.body["purpose"] == "slice"]

    def ticket(self, key: str) -> tuple[Any, ...] | None:
        """(person, conversation, state, used_by, body) of the ticket behind an intent."""
        rows = self.disk.rows(
            "SELECT person, conversation, state, used_by, body FROM tickets WHERE id = ?",
            key.split(":")[1],
        )
        return rows[0] if rows else None

    def message(self, number: int) -> tuple[Any, ...] | None:
        """(platform, sender, conversation, update id, text) of a row of the inbox."""
        rows = self.disk.rows(
            "SELECT platform, sender, conversation, update_id, text FROM inbox WHERE id = ?", number
        )
        return rows[0] if rows else None

    def heard_at(self, number: int) -> int:
        """When a message came, by the desk's own clock in UTC ms."""
        ((body,),) = self.disk.rows("SELECT body FROM inbox WHERE id = ?", number)
        return int(orjson.loads(body)["received_at"])

    def _fold(self, happened: Happened) -> None:
        kind, body = happened.kind, happened.body
        match kind:
            case "AccountOpened" if body["account"]["id"] == self._account:
                self.cash = {name: Decimal(amount) for name, amount in body["cash"]}
            case "CashMoved":
                entry = body["entry"]
                self.moved.add(entry["id"])
                self.cash[entry["currency"]] += Decimal(entry["amount"])
            case "LeverageSet":
                self._lever(body)
            case "OrderInitialized" | "OrderDenied" | "OrderAdopted":
                self._begin(happened, body["order"])
            case "OrderFilled":
                self._fill(happened.sequence, body)
            case "ProtectionDiffers" | "ProtectionRestored" | "ProtectionEnded":
                told = self.orders[body["client_order_id"]]
                told.remedy = body.get("remedy", "")
                is_over = kind == "ProtectionEnded"
                told.is_closed = is_over and not self.positions.get(told.terms["symbol"])
            case "TradingHalted":
                self._halts[body["account"]] = body["flatten"]
            case "TradingResumed":
                self._halts.clear()
            case "RiskLimitSet":
                self._limit(body)
            case _:
                self._order_news(happened)

    def _begin(self, happened: Happened, order: Mapping[str, Any]) -> None:
        name = order["client_order_id"]
        told = Told(name, order, happened.sequence, Decimal(order["terms"]["quantity"]))
        self.orders[name] = told
        told.levels.append(level_of(order["terms"]))
        if order["triggers"] is not None:
            self.leading.append(told)
        if order.get("parent"):
            self._children.setdefault(order["parent"], []).append(name)
        if happened.kind == "OrderDenied":
            told.ended = happened.kind

    def _fill(self, sequence: int, body: Mapping[str, Any]) -> None:
        order = self.orders[body["client_order_id"]]
        order.is_closed = False
        quantity, price, fee = (Decimal(body[k]) for k in ("quantity", "price", "fee"))
        symbol = order.terms["symbol"]
        _, _, quote = symbol.partition("/")
        quote, is_margined, _ = quote.partition(":")
        self.trades.add((body["client_order_id"], body["trade_id"]))
        order.filled += quantity
        moved = order.sign * quantity
        if is_margined:
            stake = self._stakes.setdefault(symbol, Stake())
            self.cash[quote] += decimal(stake.trade(order.sign, quantity, price))
        else:
            self.cash[quote] -= moved * price
        if body["fee_currency"] == symbol.partition("/")[0]:
            moved -= fee  # what was bought pays for itself
        else:
            self.cash[body["fee_currency"]] = self.cash.get(body["fee_currency"], _ZERO) - fee
        self.positions[symbol] = self.positions.get(symbol, _ZERO) + moved
        if order.body["placed_by"] == _DESK:
            self.wants_told.extend((sequence, person) for person in self._everybody)
        elif order.body["purpose"] != "slice":  # these are told with their parent's end
            self.wants_told.append((sequence, order.body["placed_by"]))

    def _limit(self, body: Mapping[str, Any]) -> None:
        rule, value = body["rule"], body["value"]
        self.limits[rule] = None if value is None else Decimal(value)
        self.closing_rules.discard(rule)
        if body["on_breach"] == "flatten":
            self.closing_rules.add(rule)

    def _lever(self, body: Mapping[str, Any]) -> None:
        symbol, leverage = body["symbol"], body["leverage"]
        self.leverage.pop(symbol, None)
        if leverage is not None:
            self.leverage[symbol] = leverage
            self.levered[body["by"], symbol, str(leverage["times"])] += 1

    def _order_news(self, happened: Happened) -> None:
        order = self.orders.get(happened.body.get("client_order_id", ""))
        if order is None:
            return
        if happened.kind == "OrderSubmitted":
            order.submitted = True
        elif happened.kind == "OrderCancelRequested":
            order.cancel_asked_by.add(happened.body["by"])
        elif happened.kind == "OrderReplaceRequested":
            order.asked = level_of(happened.body["terms"])
            order.levels.append(order.asked)
        elif happened.kind == "OrderReplaced":
            order.quantity = Decimal(happened.body["terms"]["quantity"])
            order.moved(level_of(happened.body["terms"]))
        elif happened.kind == "OrderReplaceRejected":
            order.not_moved(happened.body["reason"])
        elif happened.kind in ENDS:
            order.ended = order.ended or happened.kind
            if happened.body.get("by"):  # taken back before it had left
                order.cancel_asked_by.add(happened.body["by"])
