"""/design — words or buttons lead to a strategy, shown as rules before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from pydantic import Field

from bot.card import Attachment, AttachmentKind, Button, Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.designs import LONGEST, Draft, Wish
from bot.errors import BotError, DesignUnclear, shown
from bot.families.studies import of_desk, paid_for_whole
from bot.forms import RestText, StrategyText
from bot.message import Role
from bot.presenters.backtests.figures import SHARE, share
from bot.presenters.backtests.preview import Previewed, previewed
from bot.presenters.badges import backtest_badge
from bot.presenters.figures import exact
from bot.presenters.rules import RuleWords
from bot.presenters.strategies import strategy_fields
from bot.voice import Voice
from engine.desk import Change, Entry
from engine.documents import read_document, write_document
from engine.domain.candles import Candles
from engine.domain.instrument import Instrument
from engine.domain.market import DataKind
from engine.errors import EngineError, InstrumentNotFound
from engine.strategies import Strategy

_log = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 30.0
_PREVIEW_BARS = 500
_MOST_TRIES = 3
_LONGEST_LINE = 64
_LONGEST_WHY = 300
_MOST_WORDS = 5
_USUAL = "BTC/USDT"
_IDEAS = ("averages", "reversion", "breakout", "bands", "trend")
_STOPS = ("1%", "3%", "5%")


class Design(Command, name="design", effect=Effect.CHANGES_SETTINGS, role=Role.TRADER):
    """Make a strategy out of words or buttons; nothing trades of it."""

    description: RestText | None = Field(
        default=None, description="When it buys and sells, in your words; or what to change."
    )
    change: StrategyText | None = Field(
        default=None, description="The strategy that the words change."
    )
    discard: StrategyText | None = Field(
        default=None, description="A strategy never used that may go."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/design long when …; stop 2%`."""
        return ("description",)

    async def handle(self, context: Context) -> Outcome:
        """Write the document, try it, keep it, show it."""
        if self.discard is not None:
            return await self._discarded(context)
        if not self.description:
            if self.change is not None:  # one that is not there is said first
                await context.desk.strategies.find(self.change)
            return DesignAsked("start")
        if len(self.description) > LONGEST:
            return DesignAsked("too_long", most=str(LONGEST))
        try:
            return await self._designed(context)
        except DesignUnclear as error:
            return DesignAsked(error.reason, error.unread, **error.facts)

    async def _discarded(self, context: Context) -> Outcome:
        entry = await context.desk.strategies.find(self.discard or "")
        running = any(run.name == entry.kept.name for run in context.desk.runs.running)
        gone = not running and await context.desk.strategies.discard(entry)
        return Discarded(entry.kept.reference, gone)

    async def _designed(self, context: Context) -> Outcome:
        base = await context.desk.strategies.find(self.change) if self.change else None
        wish = await self._wish(context, base)
        for _ in range(_MOST_TRIES):
            draft = await context.designer.draft(wish)
            try:
                return await self._tried(context, wish, draft, base)
            except (EngineError, BotError) as error:
                if not draft.by_model or isinstance(error, DesignUnclear):
                    raise
                _log.info("draft_failed", error=str(error))
                wish = wish.after(draft.document, str(error))
        raise DesignUnclear("failed", why=wish.mistakes[-1].why)

    async def _wish(self, context: Context, base: Entry | None) -> Wish:
        message = context.message
        return Wish(
            words=self.description or "",
            language=context.voice.language,
            symbol=_usual(context),
            person=context.principal.person,
            conversation=message.conversation,
            message_id=message.id,
            base=base.kept.document if base else "",
            names=tuple(each.kept.name for each in await context.desk.strategies.all()),
        )

    async def _tried(
        self, context: Context, wish: Wish, draft: Draft, base: Entry | None
    ) -> Outcome:
        """Checked, compiled and run before it is kept; nothing that fails is."""
        strategy = read_document(draft.document)
        name = base.kept.name if base else _free_name(strategy.name, wish.names)
        strategy = replace(strategy, name=name)
        wanted = strategy.symbols[0] if strategy.symbols else _usual(context)
        instrument = paid_for_whole(self, context.desk.markets.find(wanted))
        candles = await _last_bars(context, strategy, instrument)
        document = write_document(strategy)
        material = of_desk(context, document, instrument, candles, strategy.timeframe)
        preview = await context.workers.run(previewed, material, seconds=_PATIENCE_SECONDS)
        entry, change = await _kept_strategy(context, strategy, base)
        return Designed(
            entry=entry,
            change=change if base is None or change is Change.SAME else Change.VERSION,
            draft=draft,
            instrument=instrument,
            kind=context.desk.markets.kind(instrument.symbol),
            preview=preview,
            files=await _kept(context, preview),
        )


def _usual(context: Context) -> str:
    """What is traded where nobody says."""
    markets = context.desk.markets
    try:
        return markets.find(_USUAL).symbol
    except InstrumentNotFound:
        return next(iter(markets.instruments())).symbol


def _free_name(name: str, taken: Sequence[str]) -> str:
    """A new strategy never becomes a version of one that is there."""
    numbers = ("", *(f"-{number}" for number in range(2, len(taken) + 3)))
    return next(free for each in numbers if (free := f"{name[:58]}{each}") not in taken)


async def _kept_strategy(
    context: Context, strategy: Strategy, base: Entry | None
) -> tuple[Entry, Change]:
    """Keep it; the same rules said again are the strategy that is there."""
    if base is None:
        for entry in await context.desk.strategies.all():
            there = replace(entry.strategy, name=strategy.name, version=1, about=strategy.about)
            if there == replace(strategy, version=1) and not entry.is_library:
                return entry, Change.SAME
    return await context.desk.strategies.keep(write_document(strategy))


async def _last_bars(context: Context, strategy: Strategy, instrument: Instrument) -> Candles:
    frame = strategy.timeframe
    end = await context.desk.markets.until(instrument.symbol)
    warmup = strategy.warmup(frame, strategy.values({}))
    start = max(0, end - (_PREVIEW_BARS + warmup) * frame.seconds)
    found = await context.desk.markets.candles(instrument.symbol, frame, start, end)
    return found.between(start, end - frame.seconds + 1)


async def _kept(context: Context, preview: Previewed) -> tuple[Attachment, ...]:
    voice, keep = context.voice, context.pictures.keep
    try:
        rules, chart = await keep(preview.rules, "rules.png"), await keep(preview.chart, "bars.png")
    except OSError as error:
        _log.warning("design_not_drawn", error=str(error))
        return ()
    return (
        Attachment(rules, AttachmentKind.PICTURE, voice.say("design.picture")),
        Attachment(chart, AttachmentKind.PICTURE, voice.say("design.chart")),
    )


@dataclass(frozen=True, slots=True)
class DesignAsked:
    """A question: what should it do, or what was meant."""

    reason: str
    unread: tuple[str, ...] = ()
    word: str = ""
    names: str = ""
    why: str = ""
    most: str = ""

    def card(self, voice: Voice) -> Card:
        """What could not be read, and ideas to begin with."""
        why = " ".join(self.why.split())[:_LONGEST_WHY]
        facts = {"word": self.word, "names": self.names, "why": why, "most": self.most}
        key = f"design.ask.{self.reason}"
        if self.unread:
            key = f"{key}_unread"
        buttons = tuple(
            Button(voice.say(f"design.idea.{name}"), line)
            for name in _IDEAS
            if _fits(line := f"/design {voice.say(f'design.idea_words.{name}')}")
        )
        return Card(
            voice.say("design.ask.title"),
            text=voice.say(key, unread=_quoted(self.unread, voice), **facts),
            buttons=buttons,
            hint=voice.say("design.ask.hint"),
            tone=Tone.ASK,
        )


@dataclass(frozen=True, slots=True)
class Discarded:
    """A strategy that is gone, or one that stays for it was used."""

    reference: str
    is_gone: bool

    def card(self, voice: Voice) -> Card:
        """Which of the two."""
        key = "design.discarded" if self.is_gone else "design.not_discarded"
        return Card(voice.say(key, name=self.reference), text=voice.say(f"{key}_text"))


@dataclass(frozen=True, slots=True)
class Designed:
    """A strategy that is kept, with what it would have done on the last bars."""

    entry: Entry
    change: Change
    draft: Draft
    instrument: Instrument
    kind: DataKind
    preview: Previewed
    files: Sequence[Attachment]

    def card(self, voice: Voice) -> Card:
        """The rules in a sentence, what was assumed, the preview, and what to do next."""
        strategy, kept = self.entry.strategy, self.entry.kept
        title = {Change.NEW: "kept", Change.SAME: "same"}.get(self.change, "changed")
        hidden = (voice.say("strategy.symbols"), voice.say("strategy.timeframe"))
        return Card(
            voice.say(f"design.{title}", name=kept.name, version=str(kept.version)),
            text="\n".join(
                [RuleWords(strategy, voice).sentence(), *self._notes(voice), self._told(voice)]
            ),
            fields=tuple(f for f in strategy_fields(self.entry, voice) if f[0] not in hidden),
            attachments=tuple(self.files),
            buttons=self._buttons(voice),
            badge=backtest_badge(self.kind, voice),
            hint=voice.say("design.hint", name=kept.name),
            tone=Tone.WARNING if self.draft.unread else Tone.GOOD,
        )

    def _notes(self, voice: Voice) -> list[str]:
        strategy, draft = self.entry.strategy, self.draft
        facts = {"symbol": self.instrument.symbol, "timeframe": strategy.timeframe.value}
        notes = [voice.say(f"design.assumed.{name}", **facts) for name in draft.assumed]
        if draft.by_model:
            notes.append(voice.say("design.by_model"))
        if draft.unavailable:
            notes.append(voice.say(f"model.fallback.{draft.unavailable}"))
        if draft.unread:
            notes.append(voice.say("design.unread", unread=_quoted(draft.unread, voice)))
        if _has_no_way_out(strategy):
            notes.append(voice.say("design.no_way_out"))
        return notes

    def _told(self, voice: Voice) -> str:
        metrics = self.preview.scores.metrics
        facts = {"bars": str(self.preview.bars), "symbol": self.instrument.symbol}
        count = int(metrics["trades"] or 0)
        if not count:
            return voice.say("design.preview_none", **facts)
        return voice.say(
            "design.preview",
            gain=share(metrics["total_return"], voice),
            held=share(metrics["buy_and_hold_return"], voice),
            fall=voice.percent(exact(metrics["maximum_drawdown"] or 0.0, SHARE)),
            count=str(count),
            **facts,
        )

    def _buttons(self, voice: Voice) -> tuple[Button, ...]:
        strategy, name = self.entry.strategy, self.entry.kept.name
        labelled = [(voice.say("design.backtest_button"), f"/backtest {name}")]
        if strategy.parameters:
            labelled.append((voice.say("design.optimize_button"), f"/optimize {name}"))
        labelled.append((voice.say("design.run_button"), f"/run {name}"))
        stop = next((each for each in _STOPS if not _has_stop(strategy, each)), "")
        changes = [(voice.say("design.change.stop", share=stop), f"stop {stop}")]
        if strategy.timeframe.value != "4h":
            changes.append((voice.say("design.change.frame", timeframe="4h"), "4h"))
        if strategy.short is None or strategy.long is None:
            changes.append((voice.say("design.change.both"), "both ways"))
        labelled += [(label, f"/design change={name} {words}") for label, words in changes]
        labelled.append((voice.say("design.discard_button"), f"/design discard={name}"))
        return tuple(Button(label, line) for label, line in labelled if _fits(line))


def _quoted(words: Sequence[str], voice: Voice) -> str:
    quoted = [voice.say("design.quoted", word=shown(word)) for word in words[:_MOST_WORDS]]
    return ", ".join(quoted)


def _has_stop(strategy: Strategy, share: str) -> bool:
    return strategy.stop_loss is not None and strategy.stop_loss.text == share


def _has_no_way_out(strategy: Strategy) -> bool:
    sides = [side for side in (strategy.long, strategy.short) if side is not None]
    levels = (strategy.stop_loss, strategy.take_profit, strategy.trailing_stop)
    return not any(levels) and any(side.exit is None for side in sides)


def _fits(line: str) -> bool:
    return len(line.encode()) <= _LONGEST_LINE
