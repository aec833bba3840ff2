"""The offline interpreter: one pass of small stages from a conversation to a reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.interpreter.phrases import guards as guarding
from bot.interpreter.phrases.accounts import Accounts
from bot.interpreter.phrases.builders import builders
from bot.interpreter.phrases.builders.shared import Builder
from bot.interpreter.phrases.clauses import (
    REMOVALS,
    SWALLOW,
    clauses,
    lines,
    own_part,
    prefaced,
    sentences,
    without_spared,
)
from bot.interpreter.phrases.conversation import Conversation, ends, leans
from bot.interpreter.phrases.corrections import mended
from bot.interpreter.phrases.designs import DesignReader, Sketch
from bot.interpreter.phrases.doubts import sure
from bot.interpreter.phrases.examples import Entry, catalogue
from bot.interpreter.phrases.forms import head_of, is_record, unruled
from bot.interpreter.phrases.formulas import COMPARES
from bot.interpreter.phrases.gathering import Gathered
from bot.interpreter.phrases.guards import Guards
from bot.interpreter.phrases.instruments import Instruments
from bot.interpreter.phrases.intents import Intent, Intents
from bot.interpreter.phrases.lexicon import Lexicon
from bot.interpreter.phrases.needs import missing
from bot.interpreter.phrases.normalise import MAX_LENGTH, Plain, plain_text
from bot.interpreter.phrases.own_words import GUARDED, OwnWords, named, verbs_in
from bot.interpreter.phrases.policies import (
    DOUBTING,
    MONEY,
    READS,
    aside,
    asks_to_act,
    begins,
    contradicts,
    forbids,
    leads,
    opens_a_question,
    reason,
    spared,
    speaks_of_another,
    speaks_of_doing,
    unknown,
    verb_end,
)
from bot.interpreter.phrases.reading import NOTHING, CommandText, Reading
from bot.interpreter.phrases.readings import variants
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scenes import Scene
from bot.interpreter.phrases.scheduling import NOT_SCHEDULED, scheduled, timed
from bot.interpreter.phrases.scope import Part, torn_apart
from bot.interpreter.phrases.sequels import heard_out, left_over
from bot.interpreter.phrases.strategies import Strategies
from bot.interpreter.phrases.tokenise import Tokeniser
from bot.interpreter.phrases.tokens import Clause, Token, with_concepts
from bot.interpreter.phrases.trades import awaits_a_level, read_exit, read_trade
from bot.interpreter.phrases.vocabulary import wordset
from bot.interpreter.phrases.vocabulary.concepts import VERBS

MAX_TURNS = 12
MAX_TOKENS = 160
MAX_UNKNOWN = 4
MAX_ASKED = 2
_SHOWN = {
    "alerts": "ALERTN",
    "schedules": "SCHEDULES",
    "orders": "ORDER",
    "watchlist": "WATCHLIST",
    "watch": "UNWATCH",
}
_LOGS = wordset("history log logs historique journal")


@dataclass(slots=True)
class _Turn:
    """One turn's text and what its guards found."""

    plain: Plain
    tokens: list[Token]
    pasted: bool
    alien: bool

    def is_participle(self, token: Token) -> bool:
        """`acheté`, where the accent was written."""
        written = self.plain.text[token.start : token.end].partition("-")[0]
        return token.isa(*VERBS, "SOLDE", "BALANCE", "CONVERT") and written.lower().endswith(
            ("é", "ée", "és", "ées")
        )

    def is_done(self, before: Token, token: Token) -> bool:
        """`je l'ai arrêté`."""
        written = self.plain.text[token.start : token.end].lower()
        aided = before.text.split()[-1] in {"ai", "as", "a", "avons", "avez", "ont", "avais"}
        return aided and token.isa(*VERBS) and written.endswith(("é", "ée", "és", "ées"))


class PhraseInterpreter:
    """Built once; `read` is pure: the same words at the same moment give the same reading."""

    def __init__(
        self,
        known_symbols: Iterable[str] = (),
        strategies: Iterable[str] = (),
        leaders: Iterable[str] = (),
        accounts: Iterable[str] = (),
    ) -> None:
        self._entries = catalogue()
        self._conversation = Conversation(self._entries)
        self._lexicon = Lexicon()
        instruments = Instruments(self._lexicon, known_symbols)
        self._tokeniser = Tokeniser(
            self._lexicon, instruments, Strategies(strategies), leaders, Accounts(accounts)
        )
        self._designs = DesignReader(self._tokeniser)
        self._guards = Guards()
        self._intents = Intents()
        self._builders: dict[str, Builder] = builders(self._entries.values())
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

    def sketch(self, words: str, today: date) -> Sketch:
        """What a description says of a strategy."""
        return self._designs.sketch(words, today)

    def own_words(self, text: str, now: datetime) -> OwnWords:
        """What the person's own part of a text names and may ask for."""
        if len(text) > MAX_LENGTH:
            return OwnWords(strange=True)
        plain = plain_text(text)
        tokens = [t for t in self._tokeniser.read(plain, now.date()) if t.kind != "quote"]
        pasted = guarding.pasted(plain.folded)
        if pasted or not tokens:
            return OwnWords(strange=pasted or plain.tricks)
        names, numbers = named(tokens)
        turn = _Turn(plain, tokens, pasted, alien=False)
        reading = self._turn(text, now.date(), ())
        return OwnWords(
            names,
            numbers,
            verbs_in(tokens),
            frozenset(c.name for c in reading.commands),
            frozenset(name for name in GUARDED if self._held_back(turn, tokens, name)),
            strange=plain.tricks or (guarding.carried(plain.folded) and not plain.quoted),
        )

    def _held_back(self, turn: _Turn, tokens: list[Token], name: str) -> bool:
        """Whether doubt, a question, the past or somebody else stands over all of the words.

        A size that cannot be, such as -5, is a doubt too.
        """
        if name in MONEY and any(t.of("badnumber", "negative") for t in tokens):
            return True
        families = self._families(turn, tokens)
        if forbids(name, families, families) or guarding.third_person(turn.plain.folded):
            return True
        return any(t.isa("QUESTION") for t in tokens) and not asks_to_act(tokens)

    def _turn(self, text: str, today: date, before: tuple[CommandText, ...]) -> Reading:
        if len(text) > MAX_LENGTH:
            return NOTHING
        plain = plain_text(text)
        if not plain.folded or guarding.bare_answer(plain.folded):
            return NOTHING
        if is_record(plain):
            return NOTHING
        tokens = self._tokeniser.read(plain, today)
        if len(tokens) > MAX_TOKENS:
            return NOTHING
        begins = head_of(plain, tokens)
        if begins is not None:
            announced = [t for t in tokens if t.end <= begins]
            if self._families(_Turn(plain, tokens, pasted=False, alien=False), announced):
                return NOTHING
            plain = replace(plain, folded=unruled(plain.folded, begins))
            tokens = self._tokeniser.read(plain, today)
        alien = guarding.carried(plain.folded) and not plain.quoted
        fixed = mended(tokens)
        turn = _Turn(
            _blanked(plain, fixed.gone), fixed.tokens, guarding.pasted(plain.folded), alien
        )
        said = self._alone(turn)
        if fixed.torn:
            said = torn_apart(said)
        if before and not said.refused and leans(tokens, said, before[-1]):
            return self._after(turn, said, before[-1])
        return said.reading()

    def _after(self, turn: _Turn, said: Said, before: CommandText) -> Reading:
        """The turn against the command before it."""
        tokens = _marked([t for t in turn.tokens if t.kind != "quote"])
        if turn.pasted or ends(spared(before.name, self._families(turn, tokens)), tokens):
            return NOTHING
        scene = Scene(tokens, turn.plain.text, len(turn.plain.text))
        return self._conversation.after(scene, said, before)

    def _alone(self, turn: _Turn) -> Said:
        """Every clause of the turn by itself, and then all of them together."""
        gathered = Gathered()
        for sentence, is_preface in self._sentences(turn):
            announced = self._announced(turn, sentence)
            for clause in clauses(sentence, self._intent):
                families = self._families(turn, heard_out(sentence, clause)) | announced
                same = self._about_the_same(gathered.referring(clause), gathered.whole)
                if gathered.passes_over(clause):
                    continue
                said, swallowed = self._clause(turn, same, families)
                if is_preface and (said.about or not any(t.isa("SHOW", "REQ") for t in clause)):
                    said = Said()  # `je prends mes gains : vends…`
                gathered.add(Part(same, said, self._families(turn, same)))
                if swallowed:
                    return gathered.whole
        return gathered.judged()

    def _announced(self, turn: _Turn, sentence: Clause) -> frozenset[str]:
        """`the order was: buy 3 eth`: what stands before a colon tells of what follows it."""
        colon = next((i for i, t in enumerate(sentence) if t.text == ":"), 0)
        rules = any(t.isa("<rule>") for t in sentence[colon:])
        told = not rules and self._families(turn, sentence[:colon]) & {"PAST", "NEGATION"}
        logged = any(t.of("period", "dates") or t.text in _LOGS for t in sentence[:colon])
        return frozenset({"REPORT"}) if told or logged else frozenset()

    def _sentences(self, turn: _Turn) -> Iterator[tuple[Clause, bool]]:
        """Also cut where somebody has said what moves them: `bon, je me lance : achète…`.

        And at a line that begins with a verb, where nothing on those before stands over it. With
        each comes whether it is such a preface.
        """
        for sentence in sentences(turn.tokens):
            start = 0
            for index in lines(sentence, turn.plain.text):
                if not self._families(turn, sentence[:index]):
                    yield sentence[start:index], False
                    start = index
            for index in (i for i in prefaced(sentence) if i > start):
                last = own_part(sentence[start:index])
                # `i don't want you to do this:`
                denied = any(t.text in {"you", "tu", "vous", "que"} for t in last)
                stands_over = DOUBTING | ({"NEGATION"} if denied else frozenset())
                if last and not self._families(turn, last) & stands_over:
                    yield sentence[start:index], True
                    start = index + 1
            yield sentence[start:], False

    def _about_the_same(self, clause: Clause, whole: Said) -> Clause:
        """`show my alerts and delete all on xrp`: what is removed is what was shown."""
        last = whole.commands[-1] if whole.commands else None
        if last is None:
            return clause
        clause = left_over(clause, last)
        noun = _SHOWN.get(last.name)
        head = next((t for t in clause if not t.isa("FILLER", "REQ")), None)
        intent = self._intent(clause)
        if (
            noun is None
            or head is None
            or not head.isa(*REMOVALS)
            or (intent and intent.command != "cancel")
        ):
            return clause
        # `watch bonk and remove floki`: there the verb itself is the opposite.
        place = clause.index(head) + (noun != "UNWATCH")
        return [with_concepts(t, noun) if i == place else t for i, t in enumerate(clause)]

    def _intent(self, tokens: Sequence[Token]) -> Intent | None:
        return self._intents.of(_marked(tokens))

    def _families(
        self, turn: _Turn, tokens: Sequence[Token], end: int | None = None
    ) -> frozenset[str]:
        if not tokens:
            return frozenset()
        stop = tokens[-1].end if end is None else end
        found = self._guards.hits(turn.plain.folded, tokens, tokens[0].start, stop)
        done = {"PAST"} if any(map(turn.is_done, tokens, tokens[1:])) else set[str]()
        supposed = {"HYPOTHESIS"} if any(map(guarding.conditional, tokens)) else set[str]()
        return frozenset({*supposed, *done, *(h.family for h in found)})

    def _clause(self, turn: _Turn, clause: Clause, sentence: frozenset[str]) -> tuple[Said, bool]:
        clause = self._without_reason(turn, _marked(without_spared(clause)))
        schedule = next((t for t in clause if t.kind == "schedule"), None)
        bare = (
            [t for t in clause if t.kind not in {"schedule", "clock"} and not t.isa("SCHEDULE")]
            if schedule
            else clause
        )
        intent = self._intents.of(bare) if schedule else self._intents.of(clause)
        if schedule is not None and intent is not None and intent.command not in NOT_SCHEDULED:
            return self._scheduled(turn, bare, intent, schedule, sentence), False
        if schedule is not None:
            intent = self._intents.of(clause)
        if intent is None:
            return Said(), False
        swallows = intent.command in SWALLOW
        end = len(turn.plain.text) if swallows else _end(turn.plain, clause)
        said = self._command(turn, clause, intent, sentence, end)
        if said.about and not said.refused:
            said.readings = self._torn(turn, clause, intent.command, sentence, end)
        return said, swallows

    def _without_reason(self, turn: _Turn, clause: Clause) -> Clause:
        """`drop s14, i never read it`, `close it all, i'm off`: what is asked, without why."""
        intent = self._intents.of(clause)
        undone = reason(intent.command, clause) if intent else None
        if undone is not None:
            kept = "NEVERMIND" in self._families(turn, clause[undone:])
            return clause if kept else clause[:undone]
        free = intent is None or intent.command in SWALLOW or any(t.isa("NOTE") for t in clause)
        place = None if free else aside(clause)
        doubts = self._families(turn, clause[place:]) - {"NEGATION", "PAST"} if place else ()
        return clause[:place] if place and not doubts else clause

    def _torn(
        self, turn: _Turn, clause: Clause, name: str, sentence: frozenset[str], end: int
    ) -> list[CommandText]:
        """What the clause comes to in each way that it can be meant, where each is whole."""
        read: list[CommandText] = []
        for variant in map(_marked, variants(name, clause)):
            intent = self._intents.of(variant)
            said = self._command(turn, variant, intent, sentence, end) if intent else Said()
            if len(said.commands) != 1 or said.about or said.refused:
                return []
            read.extend(command for command in said.commands if command not in read)
        return read if len(read) > 1 else []

    def _scheduled(
        self, turn: _Turn, clause: Clause, intent: Intent, schedule: Token, sentence: frozenset[str]
    ) -> Said:
        inner = self._command(turn, clause, intent, sentence, _end(turn.plain, clause))
        wrapped = [scheduled(c, schedule) for c in inner.commands]
        about = [*inner.about, *([] if timed(schedule) else ["when"])]
        return Said(wrapped, about if wrapped else [], inner.refused)

    def _command(
        self, turn: _Turn, clause: Clause, intent: Intent, sentence: frozenset[str], end: int
    ) -> Said:
        name = intent.command
        if self._held(turn, clause, name, sentence):
            return Said(refused=True)
        said = self._built(Scene(list(clause), turn.plain.text, end), self._entries[name])
        said.commands = [self._on_account(c, clause) for c in said.commands]
        strange = unknown(clause)
        asks = name in MONEY and strange <= MAX_ASKED and begins(name, clause)
        if name not in SWALLOW and not asks and _too_strange(name, said, strange, intent.weight):
            return Said(refused=name in MONEY)
        if name in MONEY and any(t.of("badnumber", "negative") for t in clause):
            said.about.append("quantity")
            said.commands = [
                CommandText(name, {k: v for k, v in c.args.items() if k == "symbol"})
                for c in said.commands
            ]
        return sure(clause, said, turn.plain.text)

    def _held(self, turn: _Turn, clause: Clause, name: str, sentence: frozenset[str]) -> bool:
        """Whether something keeps this command from being read as one."""
        mine = self._families(turn, clause, _guarded_end(clause, name))
        if name in SWALLOW or name == "alert":
            sentence = mine
        if forbids(name, mine, sentence) or (turn.pasted and name not in READS):
            return True
        if name == "backtest" and _wonders(clause):
            return True
        if name == "halt" and any(t.isa("NOMORE") for t in clause) and _names(clause, "symbol"):
            return True  # `plus aucun ordre sur ada`
        if name == "balance" and any(map(turn.is_participle, clause)):
            return True  # `je les ai soldés`
        if name == "positions" and "PAST" in mine:
            return True  # `the bot sold my sol??`
        if name == "pnl" and any(t.isa("LATER") for t in clause):
            return True  # `nvidia results tonight` are the company's
        if name not in MONEY:
            return False
        if (
            turn.plain.tricks
            or turn.alien
            or guarding.third_person(turn.plain.folded[clause[0].start : verb_end(name, clause)])
        ):
            return True
        told = "PAST" in sentence or not any(t.isa("REQ") for t in clause)
        if told and any(map(turn.is_participle, clause)):
            return True  # `j'ai vendu 3 eth et acheté 20 sol`
        said = turn.plain.folded[clause[0].start : clause[-1].end]
        asks = any(t.isa("QUESTION") for t in clause) or opens_a_question(said)
        questioned = asks and not asks_to_act(clause)
        told = contradicts(name, clause) or speaks_of_doing(name, clause, sentence)
        told = told or speaks_of_another(name, clause)
        return questioned or told or not leads(name, clause)

    def _on_account(self, command: CommandText, clause: Clause) -> CommandText:
        account = next((t.value for t in clause if t.kind == "account"), None)
        if account is None or "account" not in self._entries[command.name].arguments:
            return command
        return CommandText(command.name, {**command.args, "account": account})

    def _built(self, scene: Scene, entry: Entry) -> Said:
        if entry.name in {"buy", "sell"}:
            draft, about = read_trade(entry.name, scene)
            return Said([CommandText(entry.name, draft)], about)
        if entry.name == "close" and awaits_a_level(scene):
            draft, about = read_exit(scene)
            return Said([CommandText("sell", draft)], about)
        drafts = self._builders[entry.name](scene)
        about = [name for draft in drafts for name in missing(entry, draft)]
        return Said(
            [CommandText(entry.name, draft) for draft in drafts], list(dict.fromkeys(about))
        )


def _blanked(plain: Plain, gone: Iterable[tuple[int, int]]) -> Plain:
    """The text without the words of taking back, so that no guard heeds them."""
    folded = plain.folded
    for start, end in gone:
        folded = f"{folded[:start]}{' ' * (end - start)}{folded[end:]}"
    return replace(plain, folded=folded)


def _names(clause: Clause, kind: str) -> bool:
    return any(t.kind == kind for t in clause)


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


def _too_strange(name: str, said: Said, strange: int, weight: float) -> bool:
    """Too many words that mean nothing for what the clause would come to."""
    if name in MONEY:
        return strange > MAX_UNKNOWN or (bool(said.about) and strange > 0)
    if said.about:
        return strange > (1 if weight >= 2 else 0)
    return strange > (3 if weight >= 2 else 1 if weight > 1 else 0)
