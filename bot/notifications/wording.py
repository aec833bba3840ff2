"""What is said when a row is sent: its card, its news in the reader's language, or a digest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.card import Card, Table, Tone
from bot.message import OutgoingMessage, Priority
from bot.notifications.merging import is_missed
from bot.notifications.notices import Subject, notice
from bot.ports import JournalReader, People
from bot.voice import Voice
from engine.domain.events import Event
from engine.ports.system import Clock

LATE_MS = 60_000
"""What is told later than this says when it happened."""

FindSubject = Callable[[Event], Awaitable[Subject | None]]


class Wording:
    """Finds the words of rows."""

    def __init__(
        self, journal: JournalReader, people: People, find_subject: FindSubject, clock: Clock
    ) -> None:
        self._journal = journal
        self._people = people
        self._find_subject = find_subject
        self._clock = clock

    async def said(self, rows: Sequence[OutgoingMessage]) -> Card | None:
        """One card for rows of one reader, or None when there is nothing to say."""
        row, now = rows[-1], self._clock.now_ms()
        voice = await self._voice(row)
        news = {other.subject or other.key: other for other in rows}
        if len(news) > 1 or (len(rows) > 1 and is_missed(rows[0], now)):
            return await self._digest(rows, voice, now)
        card = row.card or await self._news(row, voice)
        if card is None:
            return None
        if now - row.created_at > LATE_MS and row.sequence:
            late = voice.say("outbox.late", at=voice.when(row.created_at))
            card = replace(card, text=f"{card.text}\n{late}" if card.text else late)
        if row.is_unsure:
            again = voice.say("outbox.may_repeat", ref=str(row.id))
            card = replace(card, hint=f"{card.hint} {again}" if card.hint else again)
        return card

    async def _digest(self, rows: Sequence[OutgoingMessage], voice: Voice, now: int) -> Card | None:
        lines: dict[str, tuple[int, str, int]] = {}
        for row in rows:
            card = await self._news(row, voice)
            if card is None:
                continue
            # The later news of a subject says what became of it; alerts count by their title.
            about = card.title if row.priority is Priority.ALERT else row.subject or row.key
            *_, count = lines.pop(about, (0, "", 0))
            lines[about] = (row.created_at, card.title, count + 1)
        if not lines:
            return None
        name = "missed" if is_missed(rows[0], now) else "digest"
        return Card(
            voice.say(f"outbox.{name}.title", count=str(len(rows))),
            table=Table(
                (voice.say("fields.time"), voice.say("outbox.what")),
                tuple(
                    (voice.when(at), f"{title} ×{count}" if count > 1 else title)
                    for at, title, count in lines.values()
                ),
            ),
            hint=voice.say(f"outbox.{name}.hint"),
            tone=Tone.NEUTRAL,
        )

    async def _news(self, row: OutgoingMessage, voice: Voice) -> Card | None:
        recorded = await self._journal.entry(row.sequence)
        if recorded is None:
            return None
        return notice(recorded.event, await self._find_subject(recorded.event), voice)

    async def _voice(self, row: OutgoingMessage) -> Voice:
        person = await self._people.get(row.person) if row.person else None
        return Voice(person.language, person.timezone) if person else Voice()
