"""Hooks: where programs outside, such as TradingView, tell the desk what they have seen.

A hook belongs to a person and bears a mandate: what may come of its signals. A signal is data; its
words are shown as such and never read as a command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from engine.domain.identifiers import AccountId, PersonId


class Mandate(StrEnum):
    """What comes of a hook's signals."""

    POST = "post"
    """They are shown in a conversation."""
    ALERT = "alert"
    """Their owner is alerted."""
    PROPOSE = "propose"
    """Their owner is asked for a yes to an order."""
    TRADE = "trade"
    """Orders within caps that their owner has confirmed beforehand."""


class HookKind(StrEnum):
    """How the caller proves itself."""

    TRADINGVIEW = "tradingview"
    """By a secret in the path or the body, and by its address."""
    SIGNED = "signed"
    """By a signature over the body."""


class Action(StrEnum):
    """What a signal calls for; note is nothing but its words."""

    BUY = "buy"
    SELL = "sell"
    CLOSE = "close"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Hook:
    """One of them, as its owner confirmed it.

    `symbols` are those that it may name, all where there are none. `size` is what an order has
    where the signal says none, as on a slash line: `0.1`, `500USDT`, `10%`. The caps are in quote
    currency: of one order, and of all in 24 hours; `expires_at` in UTC ms, 0 for never.
    """

    name: str
    owner: PersonId
    kind: HookKind
    mandate: Mandate
    conversation: str
    account: AccountId
    created_at: int
    symbols: tuple[str, ...] = ()
    size: str = ""
    max_order: Decimal | None = None
    max_day: Decimal | None = None
    expires_at: int = 0


@dataclass(frozen=True, slots=True)
class HookSecret:
    """What is kept of a secret: its digest, or the secret sealed where a signature needs it.

    `until` in UTC ms: the moment from which a secret that was replaced opens nothing; 0 for never.
    """

    kept: str = field(repr=False)
    until: int = 0


@dataclass(frozen=True, slots=True)
class KeptHook:
    """A hook and its secrets, the newest first."""

    hook: Hook
    secrets: tuple[HookSecret, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """What a program said, checked; `key` is the same for the same event sent again.

    `quantity`, `amount` and `percent` are the size, at most one of them; `price` is what the
    program saw, shown and not traded by. `limit`, `stop_loss` and `take_profit` are prices.
    `note` is free text. `at` is when it was sent, in UTC ms.
    """

    key: str
    action: Action
    at: int
    symbol: str = ""
    quantity: Decimal | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    price: Decimal | None = None
    limit: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    note: str = ""


class HookStore(Protocol):
    """Hooks as they are stored, and what was spent under their mandates."""

    async def keep(self, kept: KeptHook) -> None:
        """Keep it in the place of the one of its name."""
        ...

    async def get(self, name: str) -> KeptHook | None:
        """One by its name."""
        ...

    async def all(self) -> Sequence[KeptHook]:
        """All of them, by name."""
        ...

    async def remove(self, name: str) -> bool:
        """Forget it; False where there was none."""
        ...

    async def spend(self, name: str, key: str, value: Decimal, at: int, since: int) -> Decimal:
        """Put a signal's value on record, once, and give what all come to since then (UTC ms)."""
        ...

    async def spent(self, name: str, key: str) -> bool:
        """Whether a signal's value is on record."""
        ...

    async def unspend(self, name: str, key: str) -> None:
        """Nothing came of that signal."""
        ...


class HookDoor(Protocol):
    """Where a connector finds hooks and leaves signals."""

    async def by_secret(self, secret: str) -> Hook | None:
        """The hook whose secret that is. Raises StoreUnavailable."""
        ...

    async def signed(self, name: str) -> tuple[Hook, Sequence[bytes]] | None:
        """A hook that takes signatures, and the keys that hold now. Raises StoreUnavailable."""
        ...

    async def receive(self, hook: Hook, signal: Signal) -> bool:
        """Commit it, once; False where the hook says too much. Raises StoreUnavailable."""
        ...


class HookKeeper(Protocol):
    """Hooks as a command may change them."""

    @property
    def address(self) -> str:
        """Where the desk's web server answers; empty where there is none."""
        ...

    async def all(self) -> Sequence[KeptHook]:
        """All of the desk, by name."""
        ...

    async def get(self, name: str) -> KeptHook | None:
        """One by its name."""
        ...

    def secret(self) -> str:
        """A new unguessable one, kept nowhere yet."""
        ...

    async def keep(self, hook: Hook, secret: str) -> None:
        """A hook that opens with this secret; one of its name is replaced, and opens no more."""
        ...

    async def renew(self, name: str, secret: str) -> int:
        """A new secret for it; gives until when the old one still opens (UTC ms)."""
        ...

    async def remove(self, name: str) -> bool:
        """Forget it; False where there was none."""
        ...
