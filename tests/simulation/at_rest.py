"""What must hold every hour, and in the end, when all has come to rest."""

from __future__ import annotations

from decimal import Decimal

from connectors.storage.codec import decode_event
from engine.domain.identifiers import AccountId
from engine.domain.limits import Limit, Scope
from engine.domain.order import Order
from engine.kernel import Kernel
from engine.ports.venue import VenueOrder
from engine.risk.gate import RULES
from tests.simulation.evidence import Evidence
from tests.simulation.on_margin import money_of, money_there, same_money


def replay_rebuilds_the_state(seen: Evidence) -> str:
    """A kernel that is told the journal knows what the running one knows."""
    assert seen.app is not None
    fresh = seen.app.runtime.turns._make_kernel()
    for (body,) in seen.record.disk.rows("SELECT body FROM journal ORDER BY sequence"):
        fresh.apply(decode_event(body))
    ours, theirs = (_state(each, seen.account) for each in (seen.kernel, fresh))
    differing = [name for name in ours if ours[name] != theirs[name]]
    return f"{[(name, ours[name], theirs[name]) for name in differing]}" if differing else ""


def _state(kernel: Kernel, account: str) -> dict[str, object]:
    book = kernel.accounts.get(AccountId(account))
    if book is None:
        return {}
    tally = kernel.tallies.of(book.account.id, None)
    return {
        "cash": dict(book.cash),
        "positions": dict(book.positions),
        "leverage": dict(book.leverage),
        "orders": dict(kernel.orders.open),
        "own orders": dict(book.orders),
        "halted": kernel.kill_switch.halts,
        "limits": {rule: _limits(kernel, rule) for rule in RULES},
        "counts": (tally.losses, tally.lost_at, dict(tally.open)),
        "alerts": sorted((a.id, a.fired, a.snoozed_until) for a in kernel.alerts),
        "day": (book.day, book.day_equity, book.peak_equity),
    }


def _limits(kernel: Kernel, rule: str) -> list[tuple[Scope, Limit | None]]:
    return [(scope, kernel.limits.at(rule, scope)) for scope in kernel.limits.scopes(rule)]


def rows_tell_what_the_journal_tells(seen: Evidence) -> str:
    """The projections beside the journal are the kernel's own state."""
    rows, book = seen.record.disk.rows, seen.book
    if book is None:
        return ""
    found = rows("SELECT currency, amount FROM cash WHERE account = ?", seen.account)
    cash = {name: Decimal(amount) for name, amount in found}
    if cash != dict(book.cash):
        return f"cash {cash}, not {dict(book.cash)}"
    open_rows = {name for name, in rows(
        "SELECT client_order_id FROM orders WHERE state NOT IN "
        "('denied', 'filled', 'canceled', 'expired', 'rejected')"
    )}  # fmt: skip
    if open_rows != set(_open_here(seen)):
        return f"open orders {sorted(open_rows ^ set(_open_here(seen)))} differ"
    trades = set(rows("SELECT client_order_id, trade_id FROM fills"))
    if trades != seen.record.trades:
        return f"fills {sorted(trades ^ seen.record.trades)} differ"
    return ""


def _open_here(seen: Evidence) -> list[str]:
    return [str(name) for name in seen.kernel.orders.open]


def every_message_has_one_final_answer(seen: Evidence) -> str:
    """Each update is one row, answered, and each card of its answer was shown once."""
    rows = seen.record.disk.rows
    inbox = {(p, u): (number, done) for number, p, u, done in rows(
        "SELECT id, platform, update_id, answered FROM inbox")}  # fmt: skip
    if set(inbox) != set(seen.chat.updates):
        return f"{sorted(set(inbox) ^ set(seen.chat.updates))} are in one place only"
    answers: dict[int, int] = {}
    for (key,) in rows("SELECT key FROM outbox WHERE key LIKE 'answer:%'"):
        number = int(key.split(":")[1])
        answers[number] = answers.get(number, 0) + 1
    unanswered = [n for n, done in inbox.values() if not done or not answers.get(n)]
    return f"messages {unanswered} have no answer" if unanswered else ""


def every_card_is_shown_once(seen: Evidence) -> str:
    """At least once, and more often only where nobody could know; or within another one."""
    sent = set(
        seen.record.disk.rows(
            "SELECT platform, conversation, 'in ' || id FROM outbox WHERE state = 'sent'"
        )
    )
    for platform, conversation, key, priority, state, reason in seen.record.disk.rows(
        "SELECT platform, conversation, key, priority, state, reason FROM outbox ORDER BY id"
    ):
        if state == "merged" and priority > 0 and (platform, conversation, reason) in sent:
            continue
        shown = seen.chat.shown.get((platform, conversation, key))
        times = len(shown.cards) if shown else 0
        is_said_elsewhere = state == "merged" or (state == "dead" and reason == "nothing to say")
        # The platform had it and did not say so; what is not urgent is then not said again.
        is_unsure = state == "ambiguous" and shown is not None and bool(shown.excuses)
        if state != "sent" and not is_said_elsewhere and not is_unsure:
            return f"{key} for {conversation} is {state} ({reason})"
        if (state == "sent" or is_unsure) and times == 0:
            return f"{key} for {conversation} was never shown"
        if shown and times > 1 + shown.excuses:
            return f"{key} was shown {times} times in {conversation}, {shown.excuses} excused"
    return ""


def everybody_hears_of_their_fills(seen: Evidence) -> str:
    told = set(seen.record.disk.rows("SELECT key, person FROM outbox"))
    for sequence, person in seen.record.wants_told:
        if (f"event:{sequence}", person) not in told:
            return f"{person} was not told of entry {sequence}"
    return ""


def the_money_is_all_there(seen: Evidence) -> str:
    """In the end the desk's books are the exchange's."""
    book = seen.book
    if book is None:
        return "the account was never opened"
    here, there = money_of(seen, book), money_there(seen)
    if not same_money(seen, here, there):
        return f"cash {here}, there {there}"
    ours = {s: p.quantity for s, p in book.positions.items() if p.quantity}
    theirs = {s: q for s, q in seen.exchange.held.items() if q}
    return f"held {ours}, there {theirs}" if ours != theirs else ""


def the_orders_are_the_exchanges(seen: Evidence) -> str:
    open_here = seen.kernel.orders.open.items()
    ours = {n: _shape(o) for n, o in open_here if o.twap is None}  # goes in slices
    theirs = {e.order.client_order_id: _shape(e.order) for e in _open(seen)}
    return f"ours {ours}, theirs {theirs}" if ours != theirs else ""


def _open(seen: Evidence) -> list[VenueOrder]:
    return seen.exchange.open_orders()


def _shape(order: Order) -> tuple[object, ...]:
    terms = order.terms
    return order.filled, terms.quantity, terms.price, terms.type


def every_yes_came_to_something(seen: Evidence) -> str:
    """A ticket that was used has an answer, which names the order or says why there is none."""
    rows = seen.record.disk.rows
    for ticket, message in rows("SELECT id, used_by FROM tickets WHERE state = 'used'"):
        answered = rows("SELECT 1 FROM outbox WHERE key = ?", f"answer:{message}:0")
        if not answered:
            return f"the yes to {ticket} has no answer"
    return ""


def the_record_is_unbroken(seen: Evidence) -> str:
    """The audit chain holds."""
    assert seen.app is not None
    verifying = seen.app.stores.audit.verify()
    try:
        verifying.send(None)
    except StopIteration as stop:
        return f"the audit chain breaks at {stop.value}" if stop.value is not None else ""
    return "verifying waits"
