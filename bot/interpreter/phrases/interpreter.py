"""The offline interpreter: one pass of small stages from a conversation to a reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.interpreter.phrases import guards as guarding
from bot.interpreter.phrases.builders import Builder, builders
from bot.interpreter.phrases.clauses import REMOVALS, SWALLOW, Clause, clauses, sentences
from bot.interpreter.phrases.examples import Entry, catalogue
from bot.interpreter.phrases.followups import amended, carry
from bot.interpreter.phrases.formulas import COMPARES
from bot.interpreter.phrases.guards import Guards
from bot.interpreter.phrases.instruments import Instruments
from bot.interpreter.phrases.intents import Intent, Intents
from bot.interpreter.phrases.lexicon import Lexicon
from bot.interpreter.phrases.needs import missing
from bot.interpreter.phrases.normalise import MAX_LENGTH, Plain, plain_text
from bot.interpreter.phrases.policies import (
    MONEY,
    READS,
    asks_to_act,
    forbids,
    leads,
    unknown,
    verb_end,
)
from bot.interpreter.phrases.reading import NOTHING, CommandText, Json, Reading
from bot.interpreter.phrases.scenes import Scene
from bot.interpreter.phrases.strategies import Strategies
from bot.interpreter.phrases.tokenise import Tokeniser
from bot.interpreter.phrases.tokens import Token, with_concepts
from bot.interpreter.phrases.trades import read_trade

MAX_TURNS = 12
MAX_UNKNOWN = 4
_NOT_SCHEDULED = frozenset(
    [
        "schedules",
        "unschedule",
        "alert",
        "halt",
        "resume",
        "schedule",
        "design",
        "screen",
        "backtest",
        "optimize",
        "review",
        "link",
        "mfa",
    ]
)
_SHOWN = {"alerts": "ALERTN", "schedules": "SCHEDULES", "orders": "ORDER", "watchlist": "WATCHLIST"}
# What an amendment may sound like by itself.
_MIMICS = frozenset({"risk", "stop", "price", "chart"})
_EVEN_STEPS = ("AND", "THEN", "FILLER", "REQ", "NOW")


@dataclass(slots=True)
class _Said:
    """What a clause comes to; `refused` is an order that a guard held back."""

    commands: list[CommandText] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    refused: bool = False


@dataclass(slots=True)
class _Turn:
    """One turn's text and what its guards found."""

    plain: Plain
    tokens: list[Token]
    pasted: bool
    alien: bool


class PhraseInterpreter:
    """Built once; `read` is pure: the same words at the same moment give the same reading."""

    def __init__(
        self,
        known_symbols: Iterable[str] = (),
        strategies: Iterable[str] = (),
        leaders: Iterable[str] = (),
    ) -> None:
        self._entries = catalogue()
        self._lexicon = Lexicon()
        instruments = Instruments(self._lexicon, known_symbols)
        self._tokeniser = Tokeniser(self._lexicon, instruments, Strategies(strategies), leaders)
        self._guards = Guards()
        self._intents = Intents()
        self._builders: dict[str, Builder] = builders(iter(self._entries.values()))
        self._intents.learn(self._lessons())

    def _lessons(self) -> Iterable[tuple[str, Sequence[Token]]]:
        today = date(2025, 1, 1)
        for entry in self._entries.values():
            for example in entry.examples:
                tokens = self._tokeniser.read(plain_text(example.say), today)
                yield entry.name, _marked(tokens)

    def read(self, turns: Sequence[str], now: datetime) -> Reading:
        """What the last turn asks for, after the earlier ones."""
        before: tuple[CommandText, ...] = ()
        reading = NOTHING
        for text in turns[-MAX_TURNS:]:
            reading = self._turn(text, now.date(), before)
            before = reading.commands or before
        return reading

    def _turn(self, text: str, today: date, before: tuple[CommandText, ...]) -> Reading:
        if len(text) > MAX_LENGTH:
            return NOTHING
        plain = plain_text(text)
        if not plain.folded or guarding.bare_answer(plain.folded):
            return NOTHING
        tokens = self._tokeniser.read(plain, today)
        alien = guarding.carried(plain.folded) and not plain.quoted
        turn = _Turn(plain, tokens, guarding.pasted(plain.folded), alien)
        said = self._alone(turn)
        if before and (said.about or not said.commands or self._leans(turn)) and not said.refused:
            return self._after(turn, said, before[-1])
        return _reading(said)

    def _alone(self, turn: _Turn) -> _Said:
        """Every clause of the turn by itself."""
        whole = _Said()
        for sentence in sentences(turn.tokens):
            families = self._families(turn, sentence)
            for clause in clauses(sentence, self._intent):
                same = self._about_the_same(clause, whole)
                said, swallowed = self._clause(turn, same, families)
                _merge(whole, said)
                if swallowed:
                    return whole
        return whole

    def _about_the_same(self, clause: Clause, whole: _Said) -> Clause:
        """`show my alerts and delete all on xrp`: what is removed is what was shown."""
        noun = _SHOWN.get(whole.commands[-1].name) if whole.commands else None
        head = next((t for t in clause if not t.isa("FILLER", "REQ")), None)
        intent = self._intent(clause)
        if (
            noun is None
            or head is None
            or not head.isa(*REMOVALS)
            or (intent and intent.command != "cancel")
        ):
            return clause
        place = clause.index(head) + 1
        return [with_concepts(t, noun) if i == place else t for i, t in enumerate(clause)]

    def _intent(self, tokens: Sequence[Token]) -> Intent | None:
        return self._intents.of(_marked(tokens))

    def _families(
        self, turn: _Turn, tokens: Sequence[Token], end: int | None = None
    ) -> frozenset[str]:
        if not tokens:
            return frozenset()
        stop = tokens[-1].end if end is None else end
        return frozenset(
            h.family for h in self._guards.hits(turn.plain.folded, tokens, tokens[0].start, stop)
        )

    def _clause(self, turn: _Turn, clause: Clause, sentence: frozenset[str]) -> tuple[_Said, bool]:
        clause = _marked(clause)
        schedule = next((t for t in clause if t.kind == "schedule"), None)
        bare = (
            [t for t in clause if t.kind not in {"schedule", "clock"} and not t.isa("SCHEDULE")]
            if schedule
            else clause
        )
        intent = self._intents.of(bare) if schedule else self._intents.of(clause)
        if schedule is not None and intent is not None and intent.command not in _NOT_SCHEDULED:
            return self._scheduled(turn, bare, intent, schedule, sentence), False
        if schedule is not None:
            intent = self._intents.of(clause)
        if intent is None:
            return _Said(), False
        swallows = intent.command in SWALLOW
        end = len(turn.plain.text) if swallows else _end(turn.plain, clause)
        return self._command(turn, clause, intent, sentence, end), swallows

    def _scheduled(
        self, turn: _Turn, clause: Clause, intent: Intent, schedule: Token, sentence: frozenset[str]
    ) -> _Said:
        inner = self._command(turn, clause, intent, sentence, _end(turn.plain, clause))
        wrapped = [CommandText("schedule", _schedule_args(c, schedule)) for c in inner.commands]
        about = [*inner.about, *([] if schedule.value else ["when"])]
        return _Said(wrapped, about if wrapped else [], inner.refused)

    def _command(
        self, turn: _Turn, clause: Clause, intent: Intent, sentence: frozenset[str], end: int
    ) -> _Said:
        name = intent.command
        if self._held(turn, clause, name, sentence):
            return _Said(refused=True)
        said = self._built(Scene(list(clause), turn.plain.text, end), self._entries[name])
        strange = unknown(clause)
        if name not in SWALLOW and _too_strange(name, said, strange, intent.weight):
            return _Said(refused=name in MONEY)
        if name in MONEY and any(t.of("badnumber", "negative") for t in clause):
            said.about.append("quantity")
            said.commands = [
                CommandText(name, {k: v for k, v in c.args.items() if k == "symbol"})
                for c in said.commands
            ]
        return said

    def _held(self, turn: _Turn, clause: Clause, name: str, sentence: frozenset[str]) -> bool:
        """Whether something keeps this command from being read as one."""
        mine = self._families(turn, clause, _guarded_end(clause, name))
        if name in SWALLOW or name == "alert":
            sentence = mine
        if forbids(name, mine, sentence) or (turn.pasted and name not in READS):
            return True
        if name == "backtest" and _wonders(clause):
            return True
        if name not in MONEY:
            return False
        if (
            turn.plain.tricks
            or turn.alien
            or guarding.third_person(turn.plain.folded[clause[0].start : verb_end(name, clause)])
        ):
            return True
        questioned = any(t.isa("QUESTION") for t in clause) and not asks_to_act(clause)
        return questioned or not leads(name, clause)

    def _built(self, scene: Scene, entry: Entry) -> _Said:
        if entry.name in {"buy", "sell"}:
            draft, about = read_trade(entry.name, scene)
            return _Said([CommandText(entry.name, draft)], about)
        drafts = self._builders[entry.name](scene)
        about = [name for draft in drafts for name in missing(entry, draft)]
        return _Said(
            [CommandText(entry.name, draft) for draft in drafts], list(dict.fromkeys(about))
        )

    def _leans(self, turn: _Turn) -> bool:
        """Whether a turn that could stand alone speaks of the one before."""
        meaning = [t for t in turn.tokens if not t.isa(*_EVEN_STEPS) and t.kind != "mark"]
        if meaning and meaning[0].isa("INSTEAD") and self._intent(turn.tokens) is not None:
            return bool(_MIMICS & {c.name for c in self._alone(turn).commands})
        return bool(meaning) and all(t.of("symbol", "leader", "strategy") for t in meaning)

    def _after(self, turn: _Turn, said: _Said, before: CommandText) -> Reading:
        """A turn read against the command before it."""
        tokens = _marked([t for t in turn.tokens if t.kind != "quote"])
        families = self._families(turn, tokens)
        kept = families - ({"NEGATION"} if any(t.isa("INSTEAD") for t in tokens) else set())
        if turn.pasted or kept & {
            "NEVERMIND",
            "OPINION",
            "HYPOTHESIS",
            "UNDECIDED",
            "REPORT",
            "NEGATION",
            "PAST",
        }:
            return NOTHING
        schedule = next((t for t in tokens if t.kind == "schedule"), None)
        if schedule is not None and before.name not in _NOT_SCHEDULED:
            return self._checked(
                CommandText("schedule", _schedule_args(before, schedule)),
                [] if schedule.value else ["when"],
            )
        scene = Scene(tokens, turn.plain.text, len(turn.plain.text))
        named = said.commands[-1] if said.commands else None
        if (
            named is not None
            and named.name != before.name
            and not self._same_subject(named, before, scene)
        ):
            return self._pointed(named, before, said)
        inner = before.args.get("command")
        if before.name == "schedule" and isinstance(inner, dict):
            return self._rescheduled(before, inner, scene)
        changed = amended(before, scene, self._entries[before.name])
        if changed is None or unknown(tokens) > 2:
            return _reading(said) if not said.about else NOTHING
        return self._checked(changed)

    def _rescheduled(self, before: CommandText, inner: dict[str, Json], scene: Scene) -> Reading:
        name, args = str(inner["name"]), inner["args"]
        old = CommandText(name, args if isinstance(args, dict) else {})
        changed = amended(old, scene, self._entries[name])
        if changed is None:
            return NOTHING
        return Reading(
            "command", (CommandText("schedule", {**before.args, "command": changed.as_json()}),)
        )

    def _same_subject(self, named: CommandText, before: CommandText, scene: Scene) -> bool:
        """A stop or a candle said after an order or a chart belongs to it."""
        if (
            {named.name, before.name} == {"buy", "sell"}
            and not scene.has("IT")
            and "symbol" not in named.args
        ):
            return True
        if before.name in {"buy", "sell"} and named.name in {"sell", "stop", "price", "buy"}:
            return (
                scene.has("STOPW", "STOPLOSS", "TRAIL", "TAKEPROFIT", "INSTEAD")
                or named.name == "price"
            )
        if before.name in {
            "chart",
            "backtest",
            "optimize",
            "run",
            "alert",
            "screen",
        } and named.name in {"chart", "price", "watchlist"}:
            return not scene.has("SHOW") or named.name == "chart"
        if before.name in {"follow", "publish"} and named.name in {"risk", "stop", "review"}:
            return True
        if before.name in {"alert", "screen"} and named.name in {"buy", "sell"}:
            return False
        if named.name == "run" and before.name == "run":
            return True
        if before.name == "report" and named.name in {"pnl", "risk", "fills"}:
            return True
        return named.name in {"strategy", "leader", "price"} and not scene.has(
            "SHOW", "PRICE", "PROFILE"
        )

    def _pointed(self, named: CommandText, before: CommandText, said: _Said) -> Reading:
        """`cancel it`, `chart it`: another command about the same thing."""
        name = named.name
        if name == "cancel" and before.name == "alert":
            name = "unalert"
        if name == "cancel" and before.name in {"run", "follow", "subscribe"}:
            name = {"run": "stop", "follow": "unfollow", "subscribe": "unsubscribe"}[before.name]
        entry = self._entries[name]
        args = carry(name, entry, named.args if name == named.name else {}, before)
        pointed = CommandText(name, args)
        about = [a for a in said.about if a not in args] if name in {"buy", "sell"} else []
        return self._checked(pointed, about)

    def _checked(self, command: CommandText, about: Sequence[str] = ()) -> Reading:
        needs = (
            missing(self._entries[command.name], command.args)
            if command.name in self._entries
            else []
        )
        if command.name in {"buy", "sell"} and not {"quantity", "amount", "percent"} & set(
            command.args
        ):
            needs.append("quantity")
        every = tuple(dict.fromkeys([*needs, *about]))
        return Reading("clarify", (command,), every) if every else Reading("command", (command,))


def _schedule_args(command: CommandText, schedule: Token) -> dict[str, Json]:
    when: dict[str, Json] = {"when": schedule.value} if schedule.value else {}
    return {"command": command.as_json(), **when}


def _marked(tokens: Sequence[Token]) -> list[Token]:
    """Comparisons become conditions where there is something to compare."""
    figures = any(t.of("number", "money", "percent", "indicator", "negative") for t in tokens)
    return [_as_condition(token, figures) for token in tokens]


def _as_condition(token: Token, figures: bool) -> Token:
    alone = token.isa("OVERBOUGHT", "OVERSOLD", "GOLDENCROSS", "DEATHCROSS")
    return with_concepts(token, "<cond>") if alone or (figures and token.isa(*COMPARES)) else token


def _guarded_end(clause: Clause, name: str) -> int | None:
    """Free text is not searched for guarded words."""
    if name == "design":
        return next((t.end for t in clause if t.isa("STRATEGY", "DESIGN")), None)
    if name == "review":
        return next((t.end for t in reversed(clause) if t.isa("STARS") or t.kind == "leader"), None)
    if name == "alert":
        return next((t.start for i, t in enumerate(clause) if i and t.isa("NOTE")), None)
    return None


def _end(plain: Plain, clause: Clause) -> int:
    return min(len(plain.text), clause[-1].end) if clause else 0


def _wonders(clause: Clause) -> bool:
    """`what would happen if…` names no strategy."""
    asked = any(
        t.isa("BACKTEST") and t.text.startswith(("how", "what", "qu", "co", "ca")) for t in clause
    )
    return asked and not any(t.kind == "strategy" for t in clause)


def _too_strange(name: str, said: _Said, strange: int, weight: float) -> bool:
    """Too many words that mean nothing for what the clause would come to."""
    if name in MONEY:
        return strange > MAX_UNKNOWN or (bool(said.about) and strange > 0)
    if said.about:
        return strange > (1 if weight >= 2 else 0)
    return strange > (3 if weight >= 2 else 1 if weight > 1 else 0)


def _merge(whole: _Said, said: _Said) -> None:
    if any(c.name == "link" and c.args for c in said.commands):
        # `here is the code to link: …` speaks of it before giving it.
        whole.commands = [c for c in whole.commands if c.name != "link"]
    whole.commands.extend(c for c in said.commands if c not in whole.commands)
    whole.about.extend(a for a in said.about if a not in whole.about)
    whole.refused = whole.refused or said.refused


def _reading(said: _Said) -> Reading:
    if not said.commands:
        return NOTHING
    if said.about:
        return Reading("clarify", tuple(said.commands), tuple(said.about))
    return Reading("command", tuple(said.commands))
