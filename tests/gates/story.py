"""A newcomer's session as a script, played in a process that may be killed at any boundary.

The platform is a proper one: it delivers each update, under the same id, until it was received.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import orjson

from engine.ports.boundary import watch_boundaries
from engine.runtime.system import SystemIdentities
from tests.room import Room

Story = tuple[tuple[str, str], ...]

STORY: Story = (
    ("say", "/price BTC/USDT"),
    ("say", "/chart BTC/USDT 1h"),
    ("say", "/buy BTC/USDT 0.1 take_profit=66000:50% 70000:50%"),
    ("say", "/yes"),
    ("say", "/positions"),
    ("say", "/sell BTC/USDT 100% stop_price=58000"),
    ("say", "/yes"),
    ("say", "/alert BTC/USDT price < 59500"),
    ("BTC/USDT", "59400"),
    ("say", "/buy ETH/USDT 1 2900 oco=3300"),
    ("say", "/yes"),
    ("ETH/USDT", "2899"),
    ("say", "/report performance"),
    ("say", '/schedule "/balance" "0 8 * * *"'),
    ("BTC/USDT", "57900"),
    ("say", "/halt"),
    ("say", "/pnl all"),
)
FLATTEN: Story = (
    ("say", "/buy BTC/USDT 0.1 stop_loss=5%"),
    ("say", "/yes"),
    ("say", "/buy ETH/USDT 1"),
    ("say", "/yes"),
    ("say", "/buy SOL/USDT 10 140"),
    ("say", "/yes"),
    ("say", "/halt flatten=true"),
    ("say", "/yes"),
    ("wait", "5"),
    ("say", "/positions"),
)
"""Held, protected and resting, then everything is to be closed."""
_OPENING = {"BTC/USDT": "60000", "ETH/USDT": "3000", "SOL/USDT": "150", "NVDA": "120"}
_SUMMARY = "summary.json"
_PROGRESS = "progress"


def rehearsed(home: Path, story: Story = STORY) -> None:
    """Play it unharmed here, so that the children forked after it begin with all that it loads."""
    _play(home, None, story)
    watch_boundaries(None)


def played(home: Path, crash_at: int | None = None, story: Story = STORY) -> bool:
    """Play what is left of the story in a child process; False when it was killed on the way."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _play(home, crash_at, story)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the story broke off by itself"
    return True


def summary(home: Path) -> dict[str, object]:
    """What the story came to."""
    found: dict[str, object] = orjson.loads((home / _SUMMARY).read_bytes())
    return found


def boundaries(home: Path) -> list[str]:
    """The boundaries that an unharmed run passed, in order."""
    names: list[str] = orjson.loads((home / "boundaries.json").read_bytes())
    return names


def _play(home: Path, crash_at: int | None, story: Story) -> None:
    home.mkdir(parents=True, exist_ok=True)
    seen: list[str] = []
    watch_boundaries(seen.append if crash_at is None else _killing(crash_at))
    room = Room(home / "home", identities=SystemIdentities())
    done = int((home / _PROGRESS).read_text()) if (home / _PROGRESS).exists() else 0
    for symbol, price in {**_OPENING, **_prices_before(done, story)}.items():
        room.price(symbol, price)
    for place, (what, text) in enumerate(story):
        if place < done:
            continue
        if what == "say":
            # A platform may deliver an update again even when it was received.
            room.deliver(text, f"update:{place}")
            room.deliver(text, f"update:{place}")
        elif what == "wait":
            room.wait(float(text))
        else:
            room.price(what, text)
        (home / _PROGRESS).write_text(str(place + 1))
    (home / _SUMMARY).write_bytes(orjson.dumps(_summed_up(room)))
    (home / "boundaries.json").write_bytes(orjson.dumps(seen))
    room.close()


def _prices_before(done: int, story: Story) -> dict[str, str]:
    return {what: text for what, text in story[:done] if what not in {"say", "wait"}}


def _killing(place: int) -> Callable[[str], None]:
    numbers = count(1)

    def kill(name: str) -> None:
        if next(numbers) == place:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


def _summed_up(room: Room) -> dict[str, object]:
    kernel, stores = room.app.runtime.kernel, room.app.stores
    (book,) = kernel.accounts.values()
    fills = room.run(stores.history.fills(book.account.id))
    queues = room.run(stores.outbox.queues())
    unanswered = room.run(stores.inbox.unanswered())
    (person,) = room.run(stores.people.everyone())
    return {
        "fills": sorted(
            [f.symbol, f.side, str(f.quantity), str(f.price), str(f.fee)] for f in fills
        ),
        "cash": {currency: str(amount) for currency, amount in sorted(book.cash.items())},
        "positions": {s: str(p.quantity) for s, p in sorted(book.positions.items())},
        "open_orders": sorted(
            f"{o.terms.symbol} {o.terms.side} {o.terms.quantity} {o.state}"
            for o in book.orders.values()
        ),
        "alerts": len(kernel.alerts),
        "halted": len(kernel.kill_switch.halts),
        "schedules": len(room.run(stores.schedules.of(person.id))),
        "waiting": sum(queue.waiting for queue in queues),
        "unanswered": len(unanswered),
    }
