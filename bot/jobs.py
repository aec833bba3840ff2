"""Long commands, carried out after their message was answered: told, stopped, taken up again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.card import Card
from bot.command import Context, LongCommand, Outcome
from bot.errors import BotError, TooMuch
from bot.failures import failed
from bot.message import InboundMessage, Job, OutgoingMessage, Priority
from bot.ports.messages import Outbox
from bot.ports.work import JobStore
from bot.voice import Voice
from engine.domain.identifiers import PersonId
from engine.errors import EngineError, StoreUnavailable
from engine.ports.system import Clock

_log = structlog.get_logger(__name__)

MOST_JOBS = 2
"""How many one person may have under way."""
_CURSOR = "jobs"
_FIRST_WORD_MS = 2_000
_RETRY_SECONDS = 1.0

Opened = tuple[LongCommand, Context]
Open = Callable[[Job], Awaitable[Opened]]


class JobRunner:
    """Every job is a row before it begins, and a task of `group` while it goes on."""

    def __init__(
        self,
        store: JobStore,
        outbox: Outbox,
        clock: Clock,
        group: asyncio.TaskGroup,
        filled: asyncio.Event,
        open_job: Open,
    ) -> None:
        """`open_job` reads a job's command and opens the desk for its person, as a message does."""
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._group = group
        self._filled = filled
        self._open = open_job
        self._waiting: dict[int, list[Job]] = {}
        self._running: dict[str, tuple[Job, asyncio.Task[None]]] = {}

    async def start(self, message: InboundMessage, person: PersonId, line: str, intent: str) -> Job:
        """Keep it, to begin when its message is answered. Raises TooMuch, StoreUnavailable."""
        job = Job(_name(intent), person, message, line, self._clock.now_ms())
        waiting = [each for jobs in self._waiting.values() for each in jobs]
        under_way = [*waiting, *(each for each, _ in self._running.values())]
        if any(each.id == job.id for each in under_way):
            return job
        if sum(each.person == person for each in under_way) >= MOST_JOBS:
            raise TooMuch(limit=str(MOST_JOBS), kind="jobs")
        await self._store.add(job)
        self._waiting.setdefault(message.id, []).append(job)
        return job

    async def stop(self, person: PersonId, job_id: str) -> Job | None:
        """End one of a person's own. Raises StoreUnavailable."""
        found = self._running.get(job_id)
        if found is None or found[0].person != person:
            return None
        await self._store.remove(job_id)
        found[1].cancel()
        return found[0]

    def begin(self, message_id: int) -> None:
        """Its message is answered: begin what it asked for."""
        for job in self._waiting.pop(message_id, ()):
            self._spawn(job)

    async def resume(self) -> None:
        """Take up what an earlier process left. Raises StoreUnavailable."""
        for job in await self._store.all():
            if job.id not in self._running:
                self._spawn(job)

    def close(self) -> None:
        """Leave what is under way for the next start."""
        for _, task in tuple(self._running.values()):
            task.cancel()

    async def settled(self) -> None:
        """Wait until all that is under way is done."""
        while self._running:
            await asyncio.wait([task for _, task in self._running.values()])

    def _spawn(self, job: Job) -> None:
        task = self._group.create_task(self._supervised(job))
        self._running[job.id] = job, task
        task.add_done_callback(lambda _: self._running.pop(job.id, None))

    async def _supervised(self, job: Job) -> None:
        """One job's failure, whatever it is, reaches its own person only."""
        voice = Voice()
        try:
            command, context = await self._open(job)
            voice = context.voice
            outcome = await command.carry_out(context, _Teller(self, job, voice).tell)
            card = outcome.card(voice)
        except (BotError, EngineError) as error:
            card = failed(error, voice)
        except Exception:  # noqa: BLE001 -- the one place that supervises jobs
            _log.exception("job_failed", job=job.id)
            title = voice.say("errors.unforeseen.title")
            card = Card(title, text=voice.say("errors.unforeseen.text"))
        await self._ended(job, card)

    async def _ended(self, job: Job, card: Card) -> None:
        """Say what came of it, as soon as that can be written; it is not done again."""
        while True:
            try:
                await self.say(job, card, "end")
                await self._store.remove(job.id)
            except StoreUnavailable as error:
                _log.warning("job_waits", job=job.id, error=str(error))
                await self._clock.sleep(_RETRY_SECONDS)
            else:
                return

    @property
    def now_ms(self) -> int:
        """The moment in UTC ms."""
        return self._clock.now_ms()

    async def say(self, job: Job, card: Card, step: str) -> None:
        """A row of the outbox, once for this step."""
        now, message = self._clock.now_ms(), job.message
        row = OutgoingMessage(
            platform=message.platform,
            conversation=message.conversation,
            person=job.person,
            priority=Priority.ANSWER,
            key=f"job:{job.id}:{step}",
            subject=f"job:{job.id}",
            created_at=now,
            card=card,
        )
        await self._outbox.follow(_CURSOR, now, [row])
        self._filled.set()


class _Teller:
    """Tells how far a job is: at once, then after pauses that double, so that nobody is flooded."""

    def __init__(self, runner: JobRunner, job: Job, voice: Voice) -> None:
        self._runner = runner
        self._job = job
        self._voice = voice
        self._next = 0
        self._pause = _FIRST_WORD_MS
        self._count = 0

    async def tell(self, outcome: Outcome) -> None:
        now = self._runner.now_ms
        if now < self._next:
            return
        if self._count:
            self._pause *= 2
        self._next, self._count = now + self._pause, self._count + 1
        with suppress(StoreUnavailable):  # the work goes on, and the next word tells more
            await self._runner.say(self._job, outcome.card(self._voice), str(self._count))


def _name(intent: str) -> str:
    return "j" + hashlib.sha256(intent.encode()).hexdigest()[:6]
