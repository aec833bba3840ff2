"""The halts in force, and how far the closing of what is held has come."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.domain.events import FlattenChecked, HaltCause, TradingHalted, TradingResumed
from engine.domain.identifiers import AccountId, ClientOrderId, IntentKey, Symbol
from engine.domain.limits import Scope
from engine.domain.order import Order, Purpose

_ANY_SCOPE = ""
"""What a halt of the journal that names no scope was for."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """How often it has been tried to close a position, and by which order last."""

    count: int
    order: ClientOrderId


class KillSwitch:
    """Mutable inside the kernel, changed only by what the journal says."""

    __slots__ = ("_attempts", "_halts", "_stopped", "_told", "lifted_at")

    def __init__(self) -> None:
        self._halts: dict[AccountId | None, TradingHalted] = {}
        self._attempts: dict[tuple[AccountId, Symbol], Attempt] = {}
        self._told: dict[AccountId, tuple[tuple[Symbol, Decimal], ...]] = {}
        self._stopped: dict[tuple[AccountId | None, str, str], str] = {}
        """The day on which a rule's limit of a scope has halted an account last."""
        self.lifted_at = 0
        """When a person last let orders through again, in UTC ms."""

    @property
    def halts(self) -> tuple[TradingHalted, ...]:
        """All that are in force, oldest first."""
        return tuple(self._halts.values())

    @property
    def is_flattening(self) -> bool:
        """Whether anything is to be closed anywhere."""
        return bool(self._halts) and any(halt.flatten for halt in self._halts.values())

    def in_force(self, account: AccountId) -> TradingHalted | None:
        """The halt that an account is under, or None."""
        return self._halts.get(None) or self._halts.get(account)

    def closing(self, account: AccountId) -> TradingHalted | None:
        """The halt that closes what the account holds, or None."""
        for halt in (self._halts.get(None), self._halts.get(account)):
            if halt is not None and halt.flatten:
                return halt
        return None

    def attempt(self, account: AccountId, symbol: Symbol) -> Attempt | None:
        """What was done so far about one position."""
        return self._attempts.get((account, symbol))

    def was_told(self, account: AccountId, left: tuple[tuple[Symbol, Decimal], ...]) -> bool:
        """Whether people know already that exactly this is left."""
        return self._told.get(account) == left

    def has_stopped(self, account: AccountId, rule: str, scope: Scope, day: str) -> bool:
        """Whether a loss rule's limit has halted the account on this day; it does so once."""
        names = str(scope), _ANY_SCOPE
        return any(self._stopped.get((account, rule, name)) == day for name in names)

    def halt(self, event: TradingHalted) -> None:
        """It is in force."""
        before = {owner: self._closing_key(owner) for owner, _ in self._attempts}
        self._halts[event.account] = event
        if event.flatten:
            # One that goes on counts on: a count that began again would name an order twice.
            goes_on = {owner for owner, key in before.items() if key == self._closing_key(owner)}
            self._attempts = {p: a for p, a in self._attempts.items() if p[0] in goes_on}
            self._forget_told(event.account)
        if event.cause is HaltCause.LOSS_LIMIT:
            known = dict(event.facts)
            for scope in known.get("scopes", _ANY_SCOPE).split(" "):
                self._stopped[event.account, known["rule"], scope] = known["day"]

    def resume(self, event: TradingResumed) -> None:
        """None is in force any more."""
        self._halts.clear()
        self._attempts.clear()
        self._forget_told(None)
        self.lifted_at = event.at

    def follow(self, order: Order) -> None:
        """Count the orders that close."""
        if order.purpose is not Purpose.FLATTEN:
            return
        place = order.account, order.terms.symbol
        before = self._attempts.get(place)
        if before is None or before.order != order.client_order_id:
            count = before.count + 1 if before else 1
            self._attempts[place] = Attempt(count, order.client_order_id)
            self._told.pop(order.account, None)

    def note_told(self, event: FlattenChecked) -> None:
        """People hear of what is left."""
        self._told[event.account] = event.left

    def forget_stops(self, rule: str, scope: Scope) -> None:
        """The rule has another limit for this now and may halt again today."""
        names = str(scope), _ANY_SCOPE
        self._stopped = {
            place: day
            for place, day in self._stopped.items()
            if place[1] != rule or place[2] not in names
        }

    def _closing_key(self, account: AccountId) -> IntentKey | None:
        halt = self.closing(account)
        return None if halt is None else halt.key

    def _forget_told(self, account: AccountId | None) -> None:
        """People are told anew what is left there, everywhere where it is None."""
        self._told = {
            owner: left for owner, left in self._told.items() if account not in (None, owner)
        }
