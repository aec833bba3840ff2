"""The offline interpreter: one pass of small stages from a conversation to a reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.interpreter.phrases.accounts import Accounts
from bot.interpreter.phrases.clause_reader import ClauseReader
from bot.interpreter.phrases.clauses import clauses
from bot.interpreter.phrases.conversation import Conversation, ends, leans
from bot.interpreter.phrases.corrections import mended
from bot.interpreter.phrases.designs import DesignReader, Sketch
from bot.interpreter.phrases.examples import Entry, catalogue
from bot.interpreter.phrases.forms import head_of, is_record, unruled
from bot.interpreter.phrases.formulas import conditioned
from bot.interpreter.phrases.gathering import Gathered
from bot.interpreter.phrases.guards import Guards, bare_answer
from bot.interpreter.phrases.instruments import Instruments
from bot.interpreter.phrases.intents import Intents
from bot.interpreter.phrases.lexicon import Lexicon
from bot.interpreter.phrases.normalise import MAX_LENGTH, plain_text
from bot.interpreter.phrases.own_words import OwnWords, owned
from bot.interpreter.phrases.pointing import spoken_of
from bot.interpreter.phrases.policies import spared
from bot.interpreter.phrases.reading import NOTHING, CommandText, Reading
from bot.interpreter.phrases.said import Said
from bot.interpreter.phrases.scenes import Scene
from bot.interpreter.phrases.scope import Part, torn_apart
from bot.interpreter.phrases.sentences import announced, sentences
from bot.interpreter.phrases.sequels import about_the_same, heard_out
from bot.interpreter.phrases.spoken import DECISIONS, Spoken
from bot.interpreter.phrases.strategies import Strategies
from bot.interpreter.phrases.tokenise import Tokeniser
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.turn import Turn

MAX_TURNS = 12
MAX_TOKENS = 160


class PhraseInterpreter:
    """Built once; `read` is pure: the same words at the same moment give the same reading."""

    def __init__(
        self,
        known_symbols: Iterable[str] = (),
        strategies: Iterable[str] = (),
        leaders: Iterable[str] = (),
        accounts: Iterable[str] = (),
    ) -> None:
        entries = catalogue()
        lexicon = Lexicon()
        self._tokeniser = Tokeniser(
            lexicon,
            Instruments(lexicon, known_symbols),
            Strategies(strategies),
            leaders,
            Accounts(accounts),
        )
        self._known = {*DECISIONS, *entries}
        self._guards = Guards()
        self._designs = DesignReader(self._tokeniser)
        self._conversation = Conversation(entries)
        intents = Intents()
        intents.learn(self._lessons(entries))
        self._clauses = ClauseReader(entries, intents)

    def _lessons(self, entries: Mapping[str, Entry]) -> Iterable[tuple[str, Sequence[Token]]]:
        today = date(2025, 1, 1)
        for entry in entries.values():
            for example in entry.examples:
                tokens = self._tokeniser.read(plain_text(example.say), today)
                yield entry.name, conditioned(tokens)

    def read(self, turns: Sequence[str | CommandText], now: datetime) -> Reading:
        """What the last turn asks for, after the earlier ones; some of these are commands."""
        spoken = Spoken()
        reading = NOTHING
        for turn in turns[-MAX_TURNS:]:
            if isinstance(turn, CommandText):
                reading = Reading("command", (turn,)) if turn.name in self._known else NOTHING
            else:
                reading = self._turn(turn, now.date(), spoken)
            spoken.follow(reading)
        return reading

    def sketch(self, words: str, today: date) -> Sketch:
        """What a description says of a strategy."""
        return self._designs.sketch(words, today)

    def knows(self, name: str) -> bool:
        """Whether a command of this name is understood in words, built or not."""
        return name in self._known

    def own_words(self, text: str, now: datetime) -> OwnWords:
        """What the person's own part of a text names and may ask for."""
        if len(text) > MAX_LENGTH:
            return OwnWords(strange=True)
        plain, today = plain_text(text), now.date()
        tokens = [t for t in self._tokeniser.read(plain, today) if t.kind != "quote"]
        asked = frozenset(command.name for command in self._turn(text, today, Spoken()).commands)
        return owned(Turn.of(plain, tokens, self._guards), asked)

    def _turn(self, text: str, today: date, spoken: Spoken) -> Reading:
        heard = self._heard(text, today)
        if heard is None:
            return NOTHING
        fixed = mended(heard.tokens)
        turn = heard.corrected(fixed)
        before = spoken.commands[-1] if spoken.commands else None
        said = self._alone(turn, spoken_of(before) if before else ())
        if fixed.torn:
            said = torn_apart(said)
        if before and not said.refused and leans(heard.tokens, said, before):
            return self._after(turn, said, before, spoken)
        return said.reading()

    def _heard(self, text: str, today: date) -> Turn | None:
        """The turn in words; None where it is too long, a bare answer or a record of the past."""
        plain = plain_text(text)
        if len(text) > MAX_LENGTH or not plain.folded:
            return None
        if bare_answer(plain.folded) or is_record(plain):
            return None
        turn = Turn.of(plain, self._tokeniser.read(plain, today), self._guards)
        if len(turn.tokens) > MAX_TOKENS:
            return None
        begins = head_of(plain, turn.tokens)
        if begins is None:
            return turn
        if turn.families([t for t in turn.tokens if t.end <= begins]):
            return None
        plain = replace(plain, folded=unruled(plain.folded, begins))
        return Turn.of(plain, self._tokeniser.read(plain, today), self._guards)

    def _alone(self, turn: Turn, earlier: Sequence[Token]) -> Said:
        """Every clause of the turn by itself, and then all of them together."""
        gathered = Gathered(earlier)
        intent_of = self._clauses.intent_of
        for sentence, is_preface in sentences(turn):
            told = announced(turn, sentence)
            for clause in clauses(sentence, intent_of):
                families = turn.families(heard_out(sentence, clause)) | told
                same = about_the_same(gathered.referring(clause), gathered.whole, intent_of)
                if gathered.passes_over(clause):
                    continue
                said, swallowed = self._clauses.read(turn, same, families)
                if is_preface and (said.about or not any(t.isa("SHOW", "REQ") for t in clause)):
                    said = Said()  # `je prends mes gains : vends…`
                gathered.add(Part(same, said, turn.families(same)))
                if swallowed:
                    return gathered.whole
        return gathered.judged()

    def _after(self, turn: Turn, said: Said, before: CommandText, spoken: Spoken) -> Reading:
        """The turn against the command before it."""
        tokens = conditioned([t for t in turn.tokens if t.kind != "quote"])
        if turn.pasted or ends(spared(before.name, turn.families(tokens)), tokens):
            return NOTHING
        scene = Scene(tokens, turn.plain.text, len(turn.plain.text))
        return self._conversation.after(
            scene, said, before, asked=spoken.asked, is_placed=spoken.is_placed
        )
