"""/optimize — look for better numbers, and for the reasons not to believe them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import structlog
from pydantic import Field, model_validator

from bot.card import Attachment, AttachmentKind, Button, Card, Table, Tone
from bot.command import Context, Effect, LongCommand, Outcome
from bot.errors import shown
from bot.families.lines import canonical_line
from bot.families.studies import BARE, Study, numbered
from bot.forms import IdText, Params, Ranges
from bot.message import Job
from bot.presenters.backtests.figures import portion, share
from bot.presenters.backtests.optimised import (
    Optimised,
    OptimiseOrder,
    numbers,
    optimised,
    score_told,
)
from bot.presenters.backtests.spec import Material
from bot.presenters.badges import backtest_badge
from bot.presenters.figures import exact
from bot.voice import Voice
from engine.backtest.search.checks import WarmUp
from engine.backtest.search.searching import Method
from engine.backtest.search.space import Axis, axes_of, combinations
from engine.backtest.search.study import INSIDE, Plan, Progress, Verdict
from engine.backtest.search.trials import Objective, Trial
from engine.documents import read_document
from engine.strategies.parameters import percent_or_number

_log = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 1_800.0
_USUAL_TRIALS = 100
_MOST_TRIALS = 2_000
_LONGEST_LINE = 64
_SEED = 20_260
_RANGE = re.compile(r"(\w+)=([^.]+(?:\.\d+)?%?)\.\.([^:]+)(?::(.+))?")


class Optimize(Study, LongCommand, name="optimize", effect=Effect.READS, aliases=("optimise",)):
    """Look for better numbers, and for the reasons not to believe them."""

    own_words: ClassVar[Mapping[str, re.Pattern[str]]] = {
        "trials": re.compile(r"\d+"),
        "objective": re.compile("|".join(Objective)),
        "method": re.compile("|".join(Method)),
    }

    trials: int | None = Field(
        default=None, ge=5, le=_MOST_TRIALS, description="How many settings are tried."
    )
    objective: Objective = Field(
        default=Objective.SHARPE, description="What is looked for: sharpe, return, calmar …"
    )
    method: Method | None = Field(
        default=None, description="grid tries all evenly, tpe goes where it looks good."
    )
    ranges: Ranges | None = Field(
        default=None, description="What is varied: fast=5..50 slow=20..200:10."
    )
    params: Params | None = Field(
        default=None, description="The numbers it is held against, such as fast=10; else its own."
    )
    stop: IdText | None = Field(default=None, description="Ends a search by the id on its card.")

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/optimize strategy symbol timeframe period trials objective`, in any order."""
        return (*super().positionals(), "trials", "objective", "method", "ranges", "params")

    @model_validator(mode="before")
    @classmethod
    def _strategys_own_stop(cls, said: dict[str, Any]) -> dict[str, Any]:
        """`stop=2%` and `stop=1%..5%` speak of a number of the strategy, for no id begins so."""
        stop = said.get("stop")
        if not isinstance(stop, str) or not stop[:1].isdigit():
            return said
        others = {name: value for name, value in said.items() if name != "stop"}
        return {**others, f"{BARE}stop": f"stop={stop}"}

    async def handle(self, context: Context) -> Outcome:
        """Check it all, and begin; or end one."""
        if self.stop is not None:
            if await context.jobs.stop(context.principal.person, self.stop) is None:
                raise self.wrong("stop", "no_search", said=shown(self.stop))
            return SearchStopped(self.stop)
        material = numbered(await self.material(context, self.params or ()))
        plan = self._plan(material)
        message, person = context.message, context.principal.person
        job = await context.jobs.start(message, person, canonical_line(self), context.intent)
        return SearchBegun(material, plan, job, self.strategy)

    async def carry_out(
        self, context: Context, told: Callable[[Outcome], Awaitable[None]]
    ) -> Outcome:
        """Search in a worker process, telling how far it is."""
        material = numbered(await self.material(context, self.params or ()))
        order = OptimiseOrder(material, self._plan(material))
        job_id = context.intent.removeprefix("job:")

        async def tell(progress: Progress) -> None:
            await told(SearchGoesOn(material, progress, job_id, self.strategy))

        done = await context.workers.run(optimised, order, seconds=_PATIENCE_SECONDS, told=tell)
        await context.desk.strategies.use(await context.desk.strategies.find(material.reference))
        held = self.params or ()
        return SearchDone(material, done, await _kept(context, done), self.again(), held)

    def _plan(self, material: Material) -> Plan:
        """What will be tried. Raises StrategyInvalid on ranges that cannot be."""
        ranges = {axis.name: axis for axis in map(_axis, self.ranges or ())}
        axes = axes_of(read_document(material.document), ranges)
        trials = self.trials or _USUAL_TRIALS
        count = combinations(axes) if ranges else 0
        method = self.method
        if method is None:
            is_small = len(axes) <= 2 or 0 < count <= trials
            method = Method.GRID if is_small else Method.TPE
        if method is Method.GRID and count and self.trials is None:
            trials = min(count, _MOST_TRIALS)
        return Plan(axes, method, trials, self.objective, _SEED)


def _axis(word: str) -> Axis:
    match = _RANGE.fullmatch(word)
    if match is None:
        raise ValueError(word)  # the form has read it
    lowest, highest = (percent_or_number(match[place]) for place in (2, 3))
    step = percent_or_number(match[4])[0] if match[4] else 0.0
    is_whole = not match[4] and float(lowest[0]).is_integer() and float(highest[0]).is_integer()
    low, high = sorted((float(lowest[0]), float(highest[0])))
    return Axis(match[1], low, high, 1.0 if is_whole and not lowest[1] else float(step))


async def _kept(context: Context, done: Optimised) -> tuple[Attachment, ...]:
    voice, keep = context.voice, context.pictures.keep
    try:
        surface = await keep(done.surface, "surface.png")
        trials = await keep(done.trials, "trials.csv")
    except OSError as error:
        _log.warning("search_not_kept", error=str(error))
        return ()
    return (
        Attachment(surface, AttachmentKind.PICTURE, voice.say("optimize.map")),
        Attachment(trials, AttachmentKind.DOCUMENT, voice.say("optimize.file")),
    )


@dataclass(frozen=True, slots=True)
class SearchBegun:
    """It goes on by itself."""

    material: Material
    plan: Plan
    job: Job
    strategy: str

    def card(self, voice: Voice) -> Card:
        """What is varied, and how to end it."""
        known = {p.name: p.written for p in read_document(self.material.document).parameters}
        varied = " · ".join(
            f"{a.name} {known[a.name](a.lowest)}–{known[a.name](a.highest)}" for a in self.plan.axes
        )
        objective = voice.say(f"optimize.objective.{self.plan.objective.value}")
        return Card(
            voice.say("optimize.begun.title", **_facts(self.material)),
            text=voice.say("optimize.begun.text", inside=portion(INSIDE, voice, 0)),
            fields=(
                (voice.say("optimize.varied"), varied),
                (voice.say("optimize.trials"), str(self.plan.trials)),
                (voice.say("optimize.looked_for"), objective),
                (voice.say("optimize.how"), voice.say(f"optimize.method.{self.plan.method}")),
            ),
            buttons=(_stop_button(self.strategy, self.job.id, voice),),
            hint=voice.say("optimize.begun.hint"),
        )


@dataclass(frozen=True, slots=True)
class SearchGoesOn:
    """So far."""

    material: Material
    progress: Progress
    job_id: str
    strategy: str

    def card(self, voice: Voice) -> Card:
        """How far, and the best until now."""
        progress = self.progress
        done = portion(progress.done / max(progress.total, 1), voice, 0)
        best = "–" if progress.best is None else voice.number(exact(progress.best))
        return Card(
            voice.say("optimize.goes_on.title", done=done, **_facts(self.material)),
            fields=(
                (voice.say("optimize.tried"), f"{progress.done:,} / {progress.total:,}"),
                (voice.say("optimize.best_so_far"), best),
            ),
            buttons=(_stop_button(self.strategy, self.job_id, voice),),
        )


@dataclass(frozen=True, slots=True)
class SearchStopped:
    """Ended by its owner."""

    job_id: str

    def card(self, voice: Voice) -> Card:
        """That it is."""
        return Card(
            voice.say("optimize.stopped.title", job=self.job_id),
            text=voice.say("optimize.stopped.text"),
        )


@dataclass(frozen=True, slots=True)
class SearchDone:
    """What was found, and what there is to say against it."""

    material: Material
    done: Optimised
    files: tuple[Attachment, ...]
    again: str
    asked: tuple[str, ...] = ()
    """The numbers that it was held against; those that were not varied stay."""

    def card(self, voice: Voice) -> Card:
        """A plain sentence first; the figures beside each other; then each doubt."""
        study = self.done.study
        held = study.verdict is Verdict.HELD
        facts = {**_facts(self.material), **self._verdict_facts(voice)}
        return Card(
            voice.say("optimize.done.title", **_facts(self.material)),
            text=voice.say(f"optimize.verdict.{study.verdict.value}", **facts),
            fields=tuple(self._doubts(voice)),
            table=self._table(voice),
            attachments=self.files,
            buttons=self._buttons(voice),
            badge=backtest_badge(self.material.kind, voice),
            hint=voice.say("optimize.done.hint"),
            tone=Tone.GOOD if held else Tone.WARNING,
        )

    def _verdict_facts(self, voice: Voice) -> dict[str, str]:
        study = self.done.study
        walked = sum(step.outside.total_return > 0 for step in study.steps)
        near = study.stability
        return {
            "before": share(study.best.total_return if study.best else None, voice),
            "after": share(study.after.total_return if study.after else None, voice),
            "count": str(len(study.trials)),
            "chance": "–" if study.deflated is None else portion(study.deflated, voice, 0),
            "trades": str(study.best.trades if study.best else 0),
            "walked": f"{walked}/{len(study.steps)}",
            "kept": f"{near.kept}/{near.count}" if near else "–",
        }

    def _table(self, voice: Voice) -> Table | None:
        study = self.done.study
        if study.best is None:
            return None
        columns = (study.best, study.after, study.default)
        own = "tested" if self.asked else "default"
        rows = (
            ("return", lambda trial: share(trial.total_return, voice)),
            ("score", lambda trial: score_told(trial, study.plan.objective, voice)),
            ("fall", lambda trial: portion(trial.drawdown, voice)),
            ("trades", lambda trial: str(trial.trades)),
        )
        return Table(
            header=tuple(
                voice.say(f"optimize.column.{name}", inside=portion(INSIDE, voice, 0))
                for name in ("what", "before", "after", own)
            ),
            rows=tuple(
                (voice.say(f"optimize.row.{name}"), *(_cell(write, trial) for trial in columns))
                for name, write in rows
            ),
            numeric=(1, 2, 3),
        )

    def _doubts(self, voice: Voice) -> Iterator[tuple[str, str]]:
        study = self.done.study
        if study.best is None:
            return
        yield voice.say("optimize.best"), numbers(study.best).replace(" ", " · ")
        facts = self._verdict_facts(voice)
        yield (
            voice.say("metric.deflated_sharpe.name"),
            voice.say("optimize.deflated", chance=facts["chance"], count=facts["count"]),
        )
        if study.steps:
            each = " ".join(share(step.outside.total_return, voice) for step in study.steps)
            yield voice.say("optimize.walk"), voice.say("optimize.walked", each=each, **facts)
        if study.bands is not None:
            low, middle, high = (share(value, voice) for value in study.bands.total_return)
            fall = portion(study.bands.drawdown[2], voice, 1)
            yield (
                voice.say("optimize.monte_carlo"),
                voice.say("optimize.bands", low=low, middle=middle, high=high, fall=fall),
            )
        yield voice.say("optimize.neighbours"), voice.say("optimize.near", **facts)
        if study.costs:
            stressed = " · ".join(f"×{times:g} {share(gain, voice)}" for times, gain in study.costs)
            yield voice.say("optimize.costs"), stressed
        if study.ahead is not None:
            clean = "clean" if study.ahead.changed is None else "ahead"
            yield voice.say("optimize.look_ahead"), voice.say(f"optimize.{clean}")
        if study.warmup is not None:
            yield voice.say("optimize.warm_up"), _warmth(study.warmup, voice)

    def _buttons(self, voice: Voice) -> tuple[Button, ...]:
        best = self.done.study.best
        if best is None or self.material.file is not None:
            return ()
        varied = {word.partition("=")[0] for word in numbers(best).split()}
        kept = [word for word in self.asked if word.partition("=")[0] not in varied]
        line = " ".join(["/backtest", self.again, *kept, numbers(best)])
        if len(line.encode()) > _LONGEST_LINE:
            return ()
        return (Button(voice.say("optimize.backtest_button"), line),)


def _warmth(found: WarmUp, voice: Voice) -> str:
    if found.bars is not None:
        return voice.say("optimize.warm", bars=str(found.bars))
    if not found.places:
        return voice.say("optimize.untried", bars=str(found.least))
    return voice.say("optimize.cold", bars=str(found.most))


def _cell(write: Callable[[Trial], str], trial: Trial | None) -> str:
    return "–" if trial is None else write(trial)


def _facts(material: Material) -> dict[str, str]:
    return {"strategy": material.reference, "symbol": material.symbol}


def _stop_button(strategy: str, job_id: str, voice: Voice) -> Button:
    return Button(voice.say("optimize.stop_button"), f"/optimize {strategy} stop={job_id}")
