"""A small day at the desk, told again from its start after every crash, as platforms do."""

import os
import signal
from contextlib import suppress
from decimal import Decimal

from bot.hearing import Hearing, Manner
from bot.message import Account, Delivery, Role
from bot.models import Remembered, Spent
from bot.ports.messages import Answer
from connectors.storage.stores import open_stores
from engine.domain.order import OrderState
from engine.ports.boundary import watch_boundaries
from engine.ports.journal import IntentSeen
from engine.ports.venue import VenueOrder
from tests.standins.market import LISTED
from tests.unit.connectors.storage.desk import (
    a_run,
    audited,
    decision,
    executed,
    filled,
    fork,
    hook,
    job,
    link_code,
    message,
    order,
    outgoing,
    person,
    placed,
    said,
    schedule,
    sealed_keys,
    strategy,
    ticket,
    waiting,
)

TABLES = [
    "journal",
    "strategies",
    "jobs",
    "runs",
    "intents",
    "orders",
    "fills",
    "positions",
    "cash",
    "inbox",
    "tickets",
    "outbox",
    "hearings",
    "seen",
    "gatherings",
    "cursors",
    "people",
    "identities",
    "link_codes",
    "tries",
    "second_factors",
    "venue_keys",
    "live_decisions",
    "hooks",
    "hook_uses",
    "listings",
    "watchlists",
    "schedules",
    "audit",
    "paper_orders",
]


async def live(path):
    """The whole day; whatever was done before is done no second time. Gives all that is stored."""
    stores = await open_stores(path)
    try:
        await _settle(stores)
        await _ask(stores)
        await _confirm(stores)
        await _refuse(stores)
        await _trade(stores)
        await _notify(stores)
        return await contents(stores)
    finally:
        await stores.close()


async def contents(stores):
    """Every row of every table."""
    return await stores.database.read(
        lambda s: {
            name: s._raw.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
            for name in TABLES
        }
    )


async def _heard(stores, update, text):
    """The message to work on, received now or before the crash; None when it is answered."""
    if (heard := await stores.inbox.receive(message(update, text))) is not None:
        return heard
    waiting = [m for m in await stores.inbox.unanswered() if m.update_id == update]
    return waiting[0] if waiting else None


async def _settle(stores):
    await stores.people.join("terminal", "ann", person())
    await stores.people.set_role("p1", Role.OWNER)
    await stores.people.set_language("p1", "fr")
    await stores.link_codes.offer(link_code())
    await stores.link_codes.claim("d1", Account("slack", "U9"), 5_000)
    await stores.link_codes.end("d1")
    await stores.tries.spend("p1", 5_000)
    await stores.tries.clear("p1")
    await stores.second_factors.begin("p1", "sealed")
    await stores.second_factors.spend_step("p1", 7)
    await stores.venue_keys.keep(sealed_keys())
    await stores.venue_keys.decide(decision())
    await stores.hooks.keep(hook())
    await stores.hooks.spend("dips", "k1", Decimal(5), 5_000, 0)
    await stores.hearings.choose("p1", Hearing(usual=Manner.DIGEST))
    await stores.acknowledgements.see(1, "p1", 5_000)
    await stores.people.set_group("p1", "telegram:-5")
    await stores.listings.keep(LISTED)
    await stores.watchlists.add("p1", ["BTC/USDT", "ETH/USDT"])
    await stores.watchlists.remove("p1", ["ETH/USDT"])
    await stores.schedules.add(schedule("s1"))
    await stores.schedules.ran(schedule("s1"), 5_000, 9_000)
    await stores.schedules.add(schedule("s2"))
    await stores.schedules.remove("ann", "s2")
    await stores.strategies.keep(strategy())
    await stores.strategies.use("dips", 1, 5_000)
    await stores.strategies.keep(strategy("gone"))
    await stores.strategies.forget("gone", 1)
    await stores.model_turns.keep(1, "p1", "room", 5_000, Remembered("hi", ()), Spent(1, 9))
    await stores.model_turns.forget("p1")
    await stores.jobs.add(job())
    await stores.jobs.remove("j1")
    await stores.runs.save(a_run())


async def _ask(stores):
    if heard := await _heard(stores, "1", "buy BTC/USDT 0.1"):
        asked = (ticket("t1"), ticket("t2"))
        await stores.inbox.answer(Answer(heard, (outgoing("answer:1"),), asked, (audited("ask"),)))


async def _confirm(stores):
    if (heard := await _heard(stores, "2", "/yes t1")) is None:
        return
    if not await stores.tickets.redeem(ticket("t1"), heard.id, now=5_000):
        raise AssertionError("the yes was lost with the crash")
    # A second reading of the same yes finds that its order is there.
    with suppress(IntentSeen):
        await stores.journal.append(placed("o1", key="t1"))
    await stores.inbox.answer(Answer(heard, (outgoing("answer:2"),), audit=(audited("yes"),)))


async def _refuse(stores):
    if heard := await _heard(stores, "3", "/no t2"):
        await stores.tickets.refuse(ticket("t2"))
        await stores.inbox.answer(Answer(heard, (), audit=(audited("no"),)))


async def _trade(stores):
    done = VenueOrder(order("o1", state=OrderState.FILLED), "v1", (filled("f1", "o1"),))
    await stores.paper_book.save([done], {})
    booked = {getattr(e.event, "trade_id", None) async for e in stores.journal.read()}
    if "f1" not in booked:
        await stores.journal.append(executed("f1", "o1"))


async def _notify(stores):
    after = await stores.outbox.cursor("notices")
    entries = [entry async for entry in stores.journal.read(after)]
    if entries:
        notices = [outgoing(f"entry:{entry.sequence}") for entry in entries]
        await stores.outbox.follow("notices", entries[-1].sequence, notices)
    held = [outgoing(key, state=Delivery.HELD, due_at=9_000) for key in ("w1", "w2")]
    await stores.outbox.follow("notices", 0, held)
    await stores.outbox.hasten("ann", "", 5_000)
    if held := await stores.outbox.held(5_000, 99):
        digest = outgoing("digest:1", digest=tuple(row.id for row in held))
        await stores.outbox.release(held, digest)
    for row in await waiting(stores):
        await stores.outbox.leaving([row])
        await said(stores, row)
    await stores.platform_notes.silence("telegram", "*", 9_000)


def in_a_child(work):
    """Run `work` in another process; gives the signal that ended it, or 0."""
    child = fork()
    if not child:
        try:
            work()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_me_at(count):
    """Have this process killed when it passes its boundary of that number, counted from 1."""
    passed = 0

    def hook(name):
        nonlocal passed
        passed += 1
        if passed == count:
            os.kill(os.getpid(), signal.SIGKILL)

    watch_boundaries(hook)
