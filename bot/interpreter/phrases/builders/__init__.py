"""A builder of arguments for every command of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from bot.interpreter.phrases.builders import account, market, orders, people, strategies
from bot.interpreter.phrases.builders.shared import Builder, generic, numbered, repeated, venues
from bot.interpreter.phrases.examples import Entry

_FUNCTIONS = (
    *(orders.close, orders.cancel, orders.replace, orders.orders, orders.why, orders.halt),
    orders.leverage,
    *(market.chart, market.download, market.book, market.screen, market.alert, market.snooze),
    *(strategies.design, strategies.backtest, strategies.optimize, strategies.run),
    *(strategies.stop, strategies.publish, people.follow, people.review, people.role),
    *(account.report, account.risk, account.language, account.timezone, account.link, account.mfa),
)
SPECIAL: dict[str, Builder] = {
    **{function.__name__: function for function in _FUNCTIONS},
    "import": strategies.file,
    "unalert": numbered("alert", "aid", with_symbol=True),
    "unschedule": numbered("schedule", "sid"),
    **{name: repeated("strategy", "strategy", spoken=True) for name in ("export", "strategy")},
    **{
        name: repeated("leader", "leader")
        for name in ("leader", "unfollow", "subscribe", "unsubscribe")
    },
    "live": strategies.live,
    "balance": venues,
    "connect": venues,
    "disconnect": venues,
}


def builders(entries: Iterable[Entry]) -> dict[str, Builder]:
    """By command name; what needs nothing special is filled by the forms of its arguments."""
    table = {entry.name: generic(entry) for entry in entries}
    table["help"] = account.help_on(tuple(table))
    return {**table, **SPECIAL}
