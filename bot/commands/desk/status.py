"""/status — how the desk is, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.metadata import version

from bot.card import Button, Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.credentials import AccountState
from bot.message import Queue
from bot.models import DAY_MS, Budget, Spent
from bot.presenters.accounts import keys_words, mode_words
from bot.presenters.badges import badge, mode
from bot.presenters.halts import halt_reason
from bot.voice import Voice
from engine.desk import Desk
from engine.domain.account import Account
from engine.domain.events import TradingHalted
from engine.domain.market import DataKind
from engine.errors import QuoteNotFound

_PACKAGE = "open-outcry"
_JOURNAL_CURSOR = "notifications"
_OLD_SECONDS = 60


class Status(Command, name="status", effect=Effect.READS):
    """Show how the desk is: prices, orders, queues, whether trading is halted."""

    async def handle(self, context: Context) -> Outcome:
        """All of it as it is now."""
        desk = context.desk
        return StatusSeen(
            desk=context.principal.desk,
            account=desk.portfolio.account().account,
            halted=desk.risk.halted,
            feeds=tuple(_feeds(desk)),
            counts=(
                ("orders", len(desk.orders.open())),
                ("positions", len(desk.portfolio.holdings())),
                ("alerts", len(desk.alerts.mine())),
                ("schedules", len(await context.schedules.of(context.principal.person))),
                ("held", await context.outbox.waiting_for(context.principal.person, "")),
            ),
            keys=await context.keys.states(),
            queues=await context.outbox.queues(),
            journal=await context.outbox.cursor(_JOURNAL_CURSOR),
            model=await _model_use(context),
            uptime_seconds=(context.now - context.since) / 1000,
            now=context.now,
        )


async def _model_use(context: Context) -> ModelUse | None:
    budget = context.model_budget
    if budget is None:
        return None
    since = context.now - DAY_MS
    return ModelUse(await context.model_turns.spent(context.principal.person, since), budget)


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What the person has spent on the language model in 24 hours, and may spend."""

    spent: Spent
    budget: Budget


@dataclass(frozen=True, slots=True)
class FeedSeen:
    """Where prices come from and how old the newest one is; None before the first."""

    venue: str
    kind: DataKind
    instruments: int
    age_seconds: float | None


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """What there is to say of the desk; counts are the person's own."""

    desk: str
    account: Account
    halted: TradingHalted | None
    feeds: Sequence[FeedSeen]
    counts: Sequence[tuple[str, int]]
    keys: Sequence[AccountState]
    queues: Sequence[Queue]
    journal: int
    model: ModelUse | None
    uptime_seconds: float
    now: int

    def card(self, voice: Voice) -> Card:
        """What is wrong comes first, in the title and the tone."""
        state, tone = self._state()
        button = Button(voice.say("status.resume"), "/resume") if self.halted else None
        facts = {
            "reason": halt_reason(self.halted, voice) if self.halted else "",
            "desk": self.desk,
        }
        return Card(
            voice.say(f"status.{state}.title", **facts),
            text=voice.say(f"status.{state}.text", **facts),
            fields=(
                (voice.say("status.account"), f"{self.account.id} ({mode(self.account, voice)})"),
                *((_feed_name(feed, voice), _feed_age(feed, voice)) for feed in self.feeds),
                *((voice.say(f"status.{name}"), str(count)) for name, count in self.counts),
                *(
                    (voice.say("status.queue", platform=queue.platform), self._queue(queue, voice))
                    for queue in self.queues
                ),
                *((each.meant.account, self._keys(each, voice)) for each in self.keys),
                (voice.say("status.journal"), str(self.journal)),
                *self._model(voice),
                (voice.say("status.uptime"), voice.span(self.uptime_seconds)),
                (voice.say("status.version"), version(_PACKAGE)),
            ),
            badge=badge(self.account.data_kind, voice, self.account),
            buttons=(button,) if button else (),
            hint=voice.say(f"status.{state}.hint"),
            tone=tone,
        )

    def _state(self) -> tuple[str, Tone]:
        if self.halted:
            return "halted", Tone.WARNING
        live = [feed for feed in self.feeds if feed.kind is not DataKind.RECORDED]
        if any(feed.age_seconds is None or feed.age_seconds > _OLD_SECONDS for feed in live):
            return "stale", Tone.WARNING
        return "well", Tone.GOOD

    def _model(self, voice: Voice) -> Sequence[tuple[str, str]]:
        if self.model is None:
            return ()
        spent = self.model.spent
        said = voice.say(
            "status.model_spent",
            tokens=voice.quantity(Decimal(spent.tokens)),
            most=voice.quantity(Decimal(self.model.budget.tokens_per_day)),
            look_ups=str(spent.look_ups),
            span=voice.span(spent.milliseconds / 1000),
        )
        return ((voice.say("status.model"), said),)

    def _keys(self, state: AccountState, voice: Voice) -> str:
        """Of an account that is meant for real money: its mode, and how its keys are."""
        label = voice.say("accounts.keys_label")
        return f"{mode_words(state, voice)} · {label}: {keys_words(state, self.now, voice)}"

    def _queue(self, queue: Queue, voice: Voice) -> str:
        """How much waits for a platform and for how long, and when something last got there."""
        waits = voice.say("status.nothing_waits")
        if queue.waiting:
            age = voice.span((self.now - queue.oldest) / 1000)
            waits = voice.say("status.waits", count=str(queue.waiting), age=age)
        last = voice.say("status.never_sent")
        if queue.last_sent:
            age = voice.ago((self.now - queue.last_sent) / 1000)
            last = voice.say("status.last_sent", age=age)
        if not queue.dead:
            return f"{waits}; {last}"
        age = voice.ago((self.now - queue.last_dead) / 1000)
        return f"{waits}; {last}; {voice.say('status.dead', count=str(queue.dead), age=age)}"


def _feeds(desk: Desk) -> Sequence[FeedSeen]:
    ages: dict[tuple[str, DataKind], list[float | None]] = {}
    for instrument in desk.markets.instruments():
        key = (str(instrument.venue), desk.markets.kind(instrument.symbol))
        try:
            age = max(0, desk.markets.now - desk.markets.last(instrument.symbol).at) / 1000
        except QuoteNotFound:
            ages.setdefault(key, []).append(None)
        else:
            ages.setdefault(key, []).append(age)
    return [
        FeedSeen(venue, kind, len(found), min((a for a in found if a is not None), default=None))
        for (venue, kind), found in ages.items()
    ]


def _feed_name(feed: FeedSeen, voice: Voice) -> str:
    kind = badge(feed.kind, voice) or voice.say("status.live_prices")
    return voice.say("status.feed", venue=feed.venue, kind=kind)


def _feed_age(feed: FeedSeen, voice: Voice) -> str:
    count = str(feed.instruments)
    if feed.kind is DataKind.RECORDED:
        return voice.say("status.recorded", count=count)
    if feed.age_seconds is None:
        return voice.say("status.no_price", count=count)
    return voice.say("status.age", age=voice.ago(feed.age_seconds), count=count)
