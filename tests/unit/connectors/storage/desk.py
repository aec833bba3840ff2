"""A database for a test, and the values of a small desk."""

import asyncio
import os
import sqlite3
import warnings
from collections.abc import Awaitable, Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from bot.access import LinkCode
from bot.card import Button, Card
from bot.credentials import KeptKeys, KeyHealth, LiveDecision
from bot.hooks import Hook, HookKind, HookSecret, KeptHook, Mandate
from bot.message import (
    AuditEntry,
    Delivery,
    InboundMessage,
    Job,
    OutgoingMessage,
    Person,
    Priority,
    Role,
    Schedule,
    Sending,
    Ticket,
)
from connectors.storage.driver import Creator
from connectors.storage.stores import Stores, open_stores
from engine.domain.account import Fill, Position
from engine.domain.events import OrderFilled, OrderInitialized, OrderSubmitted
from engine.domain.order import Order, OrderState, OrderTerms, OrderType, Side
from engine.domain.timeframe import Timeframe
from engine.ports.journal import Changes, Entry
from engine.ports.runs import Run
from engine.ports.strategies import KeptStrategy

T = TypeVar("T")
BTC = "BTC/USDT"


def with_stores(
    path: Path, use: Callable[[Stores], Awaitable[T]], creator: Creator | None = None
) -> T:
    """Open the stores of a file, use them and let them go, as one run of the program would."""

    async def run() -> T:
        stores = await open_stores(path, creator=creator)
        try:
            return await use(stores)
        finally:
            await stores.close()

    return asyncio.run(run())


def message(update="1", text="price BTC/USDT", sender="ann", conversation="room", **rest):
    return InboundMessage(
        platform="terminal",
        update_id=update,
        conversation=conversation,
        sender=sender,
        sender_name=sender.title(),
        text=text,
        received_at=1_000,
        **rest,
    )


def ticket(identity="t1", person="ann", conversation="room", expires_at=60_000, **rest):
    return Ticket(
        id=identity,
        person=person,
        conversation=conversation,
        command="buy",
        arguments={"symbol": BTC, "size": "0.1"},
        digest=f"digest of {identity}",
        reference_price="30000",
        created_at=1_000,
        expires_at=expires_at,
        **rest,
    )


def outgoing(key="answer:1", person="ann", priority=Priority.ANSWER, platform="terminal", **rest):
    return OutgoingMessage(
        platform=platform,
        conversation="room",
        person=person,
        priority=priority,
        key=key,
        created_at=1_000,
        card=Card("Really buy?", (("Price", "30,000"),), buttons=(Button("Yes", "/yes t1"),)),
        **rest,
    )


def audited(action="buy", at=1_000, person="ann"):
    return AuditEntry(person, "room", action, {"symbol": BTC, "size": "0.1"}, "asked", at)


def person(identity="p1", name="Ann", role=Role.TRADER):
    return Person(identity, name, role, "en", "Europe/Paris")


def link_code(digest="d1", person="p1", expires_at=60_000):
    return LinkCode(digest, person, "terminal", "room", expires_at)


def schedule(identity="s1", owner="ann", next_due=5_000, created_at=1_000):
    return Schedule(
        id=identity,
        owner=owner,
        platform="terminal",
        sender="ann",
        conversation="room",
        line="/report daily",
        cron="0 8 * * 1-5",
        timezone="Europe/Paris",
        next_due=next_due,
        created_at=created_at,
    )


def job(identity="j1", started_at=1_000):
    return Job(identity, "ann", message(), "/optimize sma-cross", started_at)


def a_run(identity="r1", account="paper", started_at=1_000, **rest):
    terms = (account, "ann", BTC, Timeframe.H1, Decimal(500), started_at)
    return Run(identity, "dips@1", "strategy: dips", *terms, **rest)


def sealed_keys(account="main"):
    return KeptKeys(account, "kraken", "v1.k.sealed", "p1", 1_000, False, KeyHealth(1_000))


def decision(account="main"):
    return LiveDecision(account, "kraken", "p1", 1_000)


def hook(name="dips"):
    terms = (name, "p1", HookKind.TRADINGVIEW, Mandate.TRADE, "terminal:ann", "paper", 1_000)
    return KeptHook(Hook(*terms, max_order=Decimal("0.5")), (HookSecret("digest"),))


def strategy(name="dips", version=1, document="strategy: dips", **rest):
    return KeptStrategy(name, version, document, "ann", 1_000, **rest)


def order(
    identity="o1", symbol=BTC, placed_at=1_000, state=OrderState.INITIALIZED, account="paper"
):
    terms = OrderTerms(symbol, Side.BUY, OrderType.LIMIT, Decimal("0.10"), Decimal("30000.5"))
    return Order(identity, account, terms, "ann", placed_at, placed_at + 60_000, state)


def fill(trade="f1", identity="o1", at=2_000, symbol=BTC, quantity="0.10", account="paper"):
    amounts = (Decimal(quantity), Decimal("30000.5"), Decimal("3.00005"))
    return Fill(account, identity, trade, symbol, Side.BUY, *amounts, "USDT", Decimal("0.00"), at)


def filled(trade="f1", identity="o1", at=2_000):
    amounts = (Decimal("0.10"), Decimal("30000.5"), Decimal("3.00005"))
    return OrderFilled(identity, trade, *amounts, "USDT", at)


def placed(identity="o1", key="t1", at=1_000):
    """The step of a confirmed wish."""
    made = order(identity, placed_at=at)
    return Entry(
        (OrderInitialized(made, (), at), OrderSubmitted(identity, at)),
        Changes(orders=(made,)),
        key=key,
        correlation="m1",
    )


def executed(trade="f1", identity="o1", at=2_000):
    """The step of a venue's report."""
    changes = Changes(
        orders=(order(identity, state=OrderState.FILLED),),
        fills=(fill(trade, identity, at),),
        positions=(Position("paper", BTC, Decimal("0.10"), Decimal("3000.05")),),
        cash=(("paper", "USDT", Decimal("96999.95")),),
    )
    return Entry((filled(trade, identity, at),), changes)


def version_of(path):
    """The schema's version that a file has, or None when it holds no tables yet."""
    with closing(sqlite3.connect(path)) as raw:
        known = raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        row = raw.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return row and row[0]


async def recorded(stores):
    return [entry async for entry in stores.journal.read()]


async def table(stores, name):
    """All rows of a table."""
    return await stores.database.read(
        lambda session: session._raw.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
    )


def fork():
    """os.fork, for a child that does its own work and ends by os._exit or a signal."""
    with warnings.catch_warnings():
        # Newer Pythons warn of other threads, which the child never needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


async def waiting(stores, platform="terminal", limit=99):
    """Rows of the outbox that are still to be sent, the most urgent lane first."""
    return await stores.outbox.pending(platform, dict.fromkeys(Priority, 0), limit)


async def said(stores, row, at=9_000):
    """Record that a row was sent."""
    await stores.outbox.record([Sending(row, Delivery.SENT, at)])
