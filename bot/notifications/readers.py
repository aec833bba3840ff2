"""Who hears of a piece of news, where, and when: people by their choices, channels by theirs.

A group shows, a private chat tells. News of somebody who was only ever heard in a group are kept
until they write in private, and the group is told no more than that there are some; a desk whose
groups are open tells them there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.card import Card, Tone
from bot.families.plans import Plan, planned
from bot.hearing import NEVER, Hearing, Severity, Topic
from bot.message import Delivery, OutgoingMessage, Person, Priority, Role
from bot.notifications.topics import Weight
from bot.ports.people import Hearings
from bot.voice import Voice
from engine.domain.identifiers import PersonId

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class News:
    """A journal entry that is told; `subject` is what later news of it may replace."""

    sequence: int
    weight: Weight
    subject: str
    now: int


class Readers:
    """Makes the rows of one piece of news."""

    def __init__(self, hearings: Hearings, *, has_open_groups: bool) -> None:
        self._hearings = hearings
        self._has_open_groups = has_open_groups

    async def rows(
        self, news: News, people: Sequence[Person], conversation: str = ""
    ) -> Sequence[OutgoingMessage]:
        """For these people, in this conversation or else at home, and for who listens in."""
        rows: list[OutgoingMessage] = []
        for person in people:
            if person.role is not Role.NONE:
                rows.extend(await self._personal(news, person, conversation))
        for channel in await self._hearings.channels():
            plan = self._plan(news, channel.hearing, channel.timezone)
            if not plan.is_off and channel.conversation != conversation:
                rows.append(_row(news, PersonId(""), channel.conversation, plan))
        return rows

    async def _personal(
        self, news: News, person: Person, conversation: str
    ) -> Sequence[OutgoingMessage]:
        plan = self._plan(news, await self._hearings.of(person.id), person.timezone)
        if plan.is_off:
            return ()
        home, group = person.home_conversation, person.group_conversation
        if home in {"", conversation} and plan.due_at:
            conversation = ""  # what waits goes wherever they are at home when its time has come
        elif not conversation:
            conversation = home or (group if self._has_open_groups else "")
        if conversation or (home and plan.due_at):
            return [_row(news, person.id, conversation, plan)]
        kept = _row(news, person.id, "", Plan(due_at=NEVER))
        return [kept, _hint(news, person, group)] if group else [kept]

    async def scheduled(
        self, row: OutgoingMessage, zone: str, severity: Severity
    ) -> OutgoingMessage | None:
        """What a schedule said, as its owner wants reports told, or the channel that it is for."""
        hearing = await self._hearings.of(row.person)
        for channel in await self._hearings.channels():
            if channel.conversation == row.conversation:
                is_chosen = any(one.topic is Topic.REPORTS for one in channel.hearing.choices)
                hearing = channel.hearing if is_chosen else Hearing()
        plan = planned(hearing, Topic.REPORTS, severity, zone, row.created_at)
        if plan.is_off:
            return None
        state = Delivery.HELD if plan.due_at else row.state
        return replace(row, state=state, due_at=plan.due_at, is_silent=plan.is_silent)

    def _plan(self, news: News, hearing: Hearing, zone: str) -> Plan:
        return planned(hearing, news.weight.topic, news.weight.severity, zone, news.now)


def _row(news: News, person: PersonId, conversation: str, plan: Plan) -> OutgoingMessage:
    return OutgoingMessage(
        platform=conversation.partition(":")[0],
        conversation=conversation,
        person=person,
        priority=Priority.BULK if plan.due_at else news.weight.priority,
        key=f"event:{news.sequence}",
        created_at=news.now,
        sequence=news.sequence,
        subject=news.subject,
        state=Delivery.HELD if plan.due_at else Delivery.PENDING,
        due_at=plan.due_at,
        is_silent=plan.is_silent,
        breaks_rules=plan.breaks_rules,
    )


def _hint(news: News, person: Person, group: str) -> OutgoingMessage:
    """That there is news which a group has no business to read: once a day, or where it is bad."""
    voice = Voice(person.language, person.timezone)
    is_bad = news.weight.severity is Severity.CRITICAL
    kind = "bad" if is_bad else "some"
    return OutgoingMessage(
        platform=group.partition(":")[0],
        conversation=group,
        person=person.id,
        priority=news.weight.priority,
        key=f"apart:{news.sequence if is_bad else f'day {news.now // _DAY_MS}'}",
        created_at=news.now,
        card=Card(
            voice.say(f"apart.{kind}", name=person.name),
            text=voice.say("apart.text"),
            tone=Tone.WARNING if is_bad else Tone.NEUTRAL,
        ),
    )
