"""What is said when a row is sent: its card, its news in the reader's language, or a digest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.card import Attachment, Card, Table, Tone
from bot.message import OutgoingMessage, Priority
from bot.notifications.merging import is_missed
from bot.notifications.notices import Subject, notice
from bot.notifications.reminders import is_again
from bot.ports.messages import Outbox
from bot.ports.people import Hearings, People
from bot.ports.records import JournalReader
from bot.presenters.news import news_buttons
from bot.voice import Voice
from engine.domain.events import Event
from engine.ports.system import Clock

LATE_MS = 60_000
"""What is told later than this says when it happened."""

FindSubject = Callable[[Event], Awaitable[Subject | None]]


class Wording:
    """Finds the words of rows."""

    def __init__(
        self,
        journal: JournalReader,
        outbox: Outbox,
        people: People,
        hearings: Hearings,
        find_subject: FindSubject,
        *,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._outbox = outbox
        self._people = people
        self._hearings = hearings
        self._find_subject = find_subject
        self._clock = clock

    async def said(self, rows: Sequence[OutgoingMessage]) -> Card | None:
        """One card for rows of one reader, or None when there is nothing to say."""
        row, now = rows[-1], self._clock.now_ms()
        if len(rows) == 1 and row.card is not None and not _has_more_to_say(row, now):
            return row.card  # as answers are: nobody's language need be asked for
        voice = await self._voice(row)
        if row.digest:
            card = await self._waited(row, voice)
        elif _has_several_subjects(rows) or (len(rows) > 1 and is_missed(rows[0], now)):
            name = "missed" if is_missed(rows[0], now) else "digest"
            return await self._digest(rows, voice, name)
        else:
            card = row.card or await self._news(row, voice)
        if card is None:
            return None
        if is_again(row):
            card = _adding(card, voice.say("outbox.again", at=voice.when(row.created_at)))
        elif now - row.created_at > LATE_MS and row.sequence:
            card = _adding(card, voice.say("outbox.late", at=voice.when(row.created_at)))
        if row.breaks_rules:
            card = _hinting(card, voice.say("outbox.urgent"))
        if row.is_unsure:
            card = _hinting(card, voice.say("outbox.may_repeat", ref=str(row.id)))
        return card

    async def _waited(self, row: OutgoingMessage, voice: Voice) -> Card | None:
        """What waited for its time: on one card, or as itself where it is but one."""
        rows = await self._outbox.told(row.digest)
        if _has_several_subjects(rows) or len(rows) > 1:
            return await self._digest(rows, voice, "waited")
        card = rows[0].card or await self._news(rows[0], voice) if rows else None
        if card is None:
            return None
        return _adding(card, voice.say("outbox.waited.one", at=voice.when(rows[0].created_at)))

    async def _digest(
        self, rows: Sequence[OutgoingMessage], voice: Voice, name: str
    ) -> Card | None:
        lines: dict[str, tuple[int, str, int]] = {}
        files: list[Attachment] = []
        for row in rows:
            card = row.card or await self._news(row, voice)
            if card is None:
                continue
            # The later news of a subject says what became of it; alerts count by their title.
            about = card.title if row.subject.startswith("alert:") else row.subject or row.key
            *_, count = lines.pop(about, (0, "", 0))
            lines[about] = (row.created_at, _headline(row, card, voice), count + 1)
            files.extend(card.attachments)
        if not lines:
            return None
        return Card(
            voice.say(f"outbox.{name}.title", count=str(len(rows))),
            table=Table(
                (voice.say("fields.time"), voice.say("outbox.what")),
                tuple(
                    (voice.when(at), f"{title} ×{count}" if count > 1 else title)
                    for at, title, count in lines.values()
                ),
            ),
            attachments=tuple(files),
            hint=voice.say(f"outbox.{name}.hint"),
            tone=Tone.NEUTRAL,
        )

    async def _news(self, row: OutgoingMessage, voice: Voice) -> Card | None:
        recorded = await self._journal.entry(row.sequence)
        if recorded is None:
            return None
        subject = await self._find_subject(recorded.event)
        card = notice(recorded.event, subject, voice)
        if card is None:
            return None
        if row.priority is Priority.URGENT and row.person:
            return replace(card, buttons=(*card.buttons, *news_buttons(row.sequence, voice)))
        order = subject.order if subject is not None else None
        if row.person or order is None:
            return card
        placed_by = await self._people.get(order.placed_by)  # a channel hears of everybody's
        name = placed_by.name if placed_by else order.placed_by
        return replace(card, fields=(*card.fields, (voice.say("fields.by"), name)))

    async def _voice(self, row: OutgoingMessage) -> Voice:
        if person := await self._people.get(row.person) if row.person else None:
            return Voice(person.language, person.timezone)
        for channel in await self._hearings.channels():
            if channel.conversation == row.conversation:
                return Voice(channel.language, channel.timezone)
        return Voice()


def _has_more_to_say(row: OutgoingMessage, now: int) -> bool:
    is_late = row.sequence > 0 and now - row.created_at > LATE_MS
    return bool(row.digest) or row.breaks_rules or row.is_unsure or is_late


def _has_several_subjects(rows: Sequence[OutgoingMessage]) -> bool:
    return len({row.subject or row.key for row in rows}) > 1


def _headline(row: OutgoingMessage, card: Card, voice: Voice) -> str:
    """What happened, in a line; with the price where it is of an order that got one."""
    names = {voice.say(f"fields.{name}") for name in ("price", "average_price")}
    prices = [value for name, value in card.fields if name in names]
    return " · ".join((card.title, *prices[: row.subject.startswith("order:")]))


def _adding(card: Card, words: str) -> Card:
    return replace(card, text=f"{card.text}\n{words}" if card.text else words)


def _hinting(card: Card, words: str) -> Card:
    return replace(card, hint=f"{card.hint} {words}" if card.hint else words)
