"""The language-model interpreter: a bounded loop that reads, and proposes, and does no more.

What moves money or lowers risk leaves here as a `Command` like a typed one, to be permitted,
previewed and confirmed; and it leaves only if the person's own words of this turn ask for it and
hold every figure of it. All else becomes a question.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import orjson

from bot.command import Catalogue, Command
from bot.errors import ArgumentInvalid, BotError, ModelUnavailable
from bot.families.lines import canonical_line
from bot.interpreter.facts import Facts, facts_of
from bot.interpreter.phrases.own_words import OwnWords
from bot.interpreter.prompt import system_text
from bot.interpreter.proposals import Judge, Verdict
from bot.interpreter.slash import build
from bot.interpreter.tools import is_offered, tools
from bot.interpreter.understood import Hands, Understood, Utterance, Wondered
from bot.models import (
    DAY_MS,
    Budget,
    ChatModel,
    ModelMessage,
    ModelReply,
    ModelTurns,
    Remembered,
    Speaker,
    Spent,
    ToolCall,
)
from engine.errors import EngineError

_MOST_PROPOSALS = 3
_MOST_MISTAKES = 2
_MOST_ROUNDS = 9
_MOST_LETTERS = 12_000
_REMEMBERED = 8


@dataclass(slots=True)
class _Turn:
    """What one turn has come to so far."""

    utterance: Utterance
    hands: Hands
    judge: Judge
    look_ups: int
    facts: Facts = field(default_factory=Facts)
    proposals: list[Command] = field(default_factory=list)
    wondered: list[Wondered] = field(default_factory=list)
    read: list[Command] = field(default_factory=list)
    tokens: int = 0
    mistakes: int = 0


class LanguageModel:
    """Reads words through a chat model."""

    def __init__(
        self, catalogue: Catalogue, model: ChatModel, turns: ModelTurns, budget: Budget
    ) -> None:
        self._catalogue = catalogue
        self._model = model
        self._turns = turns
        self._budget = budget
        self._tools = tools(catalogue)

    async def read(
        self, utterance: Utterance, words: OwnWords, earlier: OwnWords, hands: Hands
    ) -> Understood:
        """What the words ask for. Raises ModelUnavailable; whatever happened is charged."""
        spent = await self._turns.spent(hands.person, hands.now_ms() - DAY_MS)
        if not self._budget.allows(spent):
            raise ModelUnavailable("budget")
        left = self._budget.look_ups_left(spent)
        turn = _Turn(utterance, hands, Judge(words, earlier), left)
        await self._model.ready()
        began = hands.now_ms()
        try:
            async with asyncio.timeout(self._budget.seconds_per_turn):
                understood = await self._loop(turn, await self._talk(turn))
        except TimeoutError as error:
            await self._charge(turn, began)
            raise ModelUnavailable("timeout") from error
        except ModelUnavailable:
            await self._charge(turn, began)
            raise
        await self._charge(turn, began)
        return understood

    async def _talk(self, turn: _Turn) -> list[ModelMessage]:
        """The house's words, what was said here before, and what is said now."""
        utterance, hands = turn.utterance, turn.hands
        system = system_text(utterance.language, utterance.now.isoformat(), turn.look_ups)
        talk = [ModelMessage(Speaker.HOUSE, system)]
        for past in await self._turns.recent(hands.person, hands.conversation, _REMEMBERED):
            talk.append(ModelMessage(Speaker.PERSON, past.said))
            if past.lines:
                talk.append(ModelMessage(Speaker.MODEL, "\n".join(past.lines)))
        talk.append(ModelMessage(Speaker.PERSON, utterance.text))
        return talk

    async def _loop(self, turn: _Turn, talk: list[ModelMessage]) -> Understood:
        for _ in range(_MOST_ROUNDS):
            reply = await self._model.reply(talk, self._tools, turn.hands.show)
            turn.tokens += reply.tokens
            if len(reply.text) > _MOST_LETTERS or turn.tokens > self._budget.tokens_per_turn:
                raise ModelUnavailable("budget")
            if not reply.calls:
                return self._said(turn, reply)
            talk.append(ModelMessage(Speaker.MODEL, reply.text, reply.calls))
            for call in reply.calls:
                result = await self._called(call, turn)
                talk.append(ModelMessage(Speaker.TOOL, result, answers=call.id))
            if turn.proposals or turn.wondered:
                return self._said(turn, reply)
        raise ModelUnavailable("garbage")

    @staticmethod
    def _said(turn: _Turn, reply: ModelReply) -> Understood:
        if turn.proposals or turn.wondered:
            # What waits for a yes is told by code alone; the model's words stay out of it.
            return Understood(tuple(turn.proposals), wondered=tuple(turn.wondered))
        if not reply.text.strip():
            raise ModelUnavailable("garbage")
        return Understood(says=reply.text, sources=tuple(map(canonical_line, turn.read)))

    async def _called(self, call: ToolCall, turn: _Turn) -> str:
        """Run or judge one call; gives what the model is told of it."""
        try:
            command = self._built(call)
        except ArgumentInvalid as error:
            turn.mistakes += 1
            if turn.mistakes > _MOST_MISTAKES:
                raise ModelUnavailable("garbage") from error
            wrong = {name: error.facts.get(name, "") for name in ("kind", "argument")}
            return _json({"error": wrong})
        if command.only_reads:
            return await self._looked_up(command, turn)
        return self._judged(command, turn)

    def _built(self, call: ToolCall) -> Command:
        command = self._catalogue.get(call.name)
        if command is None or not is_offered(command):
            raise ArgumentInvalid(argument=call.name[:40], kind="unknown")
        try:
            arguments = orjson.loads(call.arguments or "{}")
        except orjson.JSONDecodeError as error:
            raise ArgumentInvalid(kind="not_json") from error
        if not isinstance(arguments, dict):
            raise ArgumentInvalid(kind="no_object")
        return build(command, {k: v for k, v in arguments.items() if v is not None})

    async def _looked_up(self, command: Command, turn: _Turn) -> str:
        if len(turn.read) >= turn.look_ups:
            return _json({"error": "no look-ups left in this turn"})
        turn.read.append(command)
        try:
            outcome = await turn.hands.look_up(command)
        except (BotError, EngineError) as error:
            return _json({"error": error.code})
        facts = facts_of(outcome)
        turn.facts.numbers |= facts.numbers
        turn.facts.names |= facts.names
        turn.facts.withheld += facts.withheld
        return _json(facts.json)

    @staticmethod
    def _judged(command: Command, turn: _Turn) -> str:
        verdict = turn.judge.verdict(command, turn.facts, turn.hands.read_line)
        if verdict is not Verdict.MAY:
            missing = turn.judge.missing(command, turn.facts, turn.hands.read_line)
            turn.wondered.append(Wondered(command, verdict.value, missing))
            return _json({"asked_back": verdict.value, "not_said": list(missing)})
        if len(turn.proposals) >= _MOST_PROPOSALS:
            return _json({"error": "too many proposals"})
        if command not in turn.proposals:
            turn.proposals.append(command)
        return _json({"shown": "The person decides; nothing has been done."})

    async def _charge(self, turn: _Turn, began: int) -> None:
        hands = turn.hands
        spent = Spent(1, turn.tokens, len(turn.read), hands.now_ms() - began)
        lines = tuple(map(canonical_line, [*turn.read, *turn.proposals]))
        said = "" if turn.judge.words.strange else turn.utterance.text
        await self._turns.keep(
            hands.message_id,
            hands.person,
            hands.conversation,
            began,
            Remembered(said, lines if said else ()),
            spent,
        )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
