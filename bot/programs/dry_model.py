"""The language model without a desk: what it wants is noted, and none of it done."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime

from bot.command import Catalogue, Command, Outcome
from bot.config import Config
from bot.errors import ConfigInvalid, ModelUnavailable, NotPermitted
from bot.interpreter.interpreter import Interpreter
from bot.interpreter.phrases import PhraseInterpreter
from bot.interpreter.slash import read_slash
from bot.interpreter.understood import Understood, Utterance
from bot.models import ModelTurns, Remembered, Spent
from bot.sections import InterpreterSection
from bot.wiring import chat_model, language_model
from engine.domain.identifiers import PersonId
from engine.runtime.system import SystemClock

Reader = Callable[[Sequence[str]], Coroutine[None, None, dict[str, object]]]


def dry_reader(config: Config, now: datetime) -> Reader:
    """Reads turns through the configured model. Raises ConfigInvalid where none is named."""
    if not config.model.name:
        raise ConfigInvalid(line="0", file="config.yaml", detail="model.name is empty", fix="")
    named = config.model_copy(update={"interpreter": InterpreterSection(kind="model")})
    catalogue = Catalogue.discover()

    async def read(turns: Sequence[str]) -> dict[str, object]:
        # A client belongs to the loop that it was made in.
        chat = chat_model(named, SystemClock())
        model = language_model(named, catalogue, _NoTurns(), chat)
        interpreter = Interpreter(catalogue, PhraseInterpreter, model)
        hands = _NoHands(catalogue)
        try:
            understood = await interpreter.read(Utterance(turns[-1], turns[:-1], now), hands)
        finally:
            await chat.close()
        if understood.fallback:
            raise ModelUnavailable(understood.fallback)
        return _as_json(understood, hands.looked_up)

    return read


def _as_json(understood: Understood, looked_up: Sequence[Command]) -> dict[str, object]:
    commands = [*looked_up, *understood.commands]
    if understood.wondered:
        first = understood.wondered[0]
        about = list(first.missing) or [first.why]
        words = {"name": first.command.spec.name, "args": {}}
        return {"outcome": "clarify", "about": about, "commands": [words]}
    if commands:
        said = [{"name": c.spec.name, "args": c.canonical()} for c in commands]
        return {"outcome": "command", "commands": said}
    return {"outcome": "none", "says": understood.says}


class _NoHands:
    """Touches nothing: what is looked up is noted and refused."""

    person = PersonId("")
    conversation = ""
    message_id = 0

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.looked_up: list[Command] = []

    def now_ms(self) -> int:
        return SystemClock().now_ms()

    def read_line(self, line: str) -> Command:
        return read_slash(line, self._catalogue)

    async def look_up(self, command: Command) -> Outcome:
        self.looked_up.append(command)
        raise NotPermitted(command=command.spec.name, needed="viewer", role="")

    async def show(self, text: str) -> None:
        del text


class _NoTurns(ModelTurns):
    """Remembers nothing and counts nothing."""

    async def keep(
        self,
        message_id: int,
        person: PersonId,
        conversation: str,
        at: int,
        turn: Remembered,
        spent: Spent,
    ) -> None:
        pass

    async def recent(self, person: PersonId, conversation: str, limit: int) -> Sequence[Remembered]:
        del person, conversation, limit
        return ()

    async def spent(self, person: PersonId, since: int) -> Spent:
        del person, since
        return Spent()

    async def forget(self, person: PersonId) -> int:
        del person
        return 0
