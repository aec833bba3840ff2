"""A language model writes the document; what it writes is only ever a proposal to be checked."""

from __future__ import annotations

import asyncio
import re
from functools import lru_cache
from importlib import resources

from bot.designs import Draft, Wish
from bot.errors import ModelUnavailable
from bot.models import (
    DAY_MS,
    Budget,
    ChatModel,
    ModelMessage,
    ModelTurns,
    Remembered,
    Speaker,
    Spent,
)
from engine.formula.vocabulary import FUNCTIONS, usage
from engine.ports.system import Clock

_FENCE = "---\n"
_FENCED = re.compile(r"```(?:ya?ml)?\s*\n(.*?)```", re.DOTALL)
_MOST_LETTERS = 12_000
_MOST_WHY = 600


class ModelDesigner:
    """Asks a chat model, within what a person may spend on it."""

    def __init__(self, model: ChatModel, turns: ModelTurns, budget: Budget, clock: Clock) -> None:
        self._model = model
        self._turns = turns
        self._budget = budget
        self._clock = clock

    async def draft(self, wish: Wish) -> Draft:
        """What the model makes of it. Raises ModelUnavailable; whatever happened is charged."""
        spent = await self._turns.spent(wish.person, self._clock.now_ms() - DAY_MS)
        if not self._budget.allows(spent):
            raise ModelUnavailable("budget")
        await self._model.ready()
        began, tokens = self._clock.now_ms(), 0
        try:
            async with asyncio.timeout(self._budget.seconds_per_turn):
                reply = await self._model.reply(_talk(wish), [], _unheard)
            tokens = reply.tokens
        except TimeoutError as error:
            raise ModelUnavailable("timeout") from error
        finally:
            await self._charge(wish, began, tokens)
        text = reply.text[:_MOST_LETTERS]
        fenced = _FENCED.search(text)
        return Draft((fenced[1] if fenced else text).strip(), by_model=True)

    async def _charge(self, wish: Wish, began: int, tokens: int) -> None:
        # The turn that read the words has a row of the message's own number: each attempt at the
        # document has one below zero, and holds no words.
        number = -(wish.message_id * 10 + len(wish.mistakes) + 1)
        spent = Spent(1, tokens, 0, self._clock.now_ms() - began)
        nothing = Remembered("", ())
        await self._turns.keep(number, wish.person, wish.conversation, began, nothing, spent)


async def _unheard(text: str) -> None:
    """Nobody is shown a document before it stands."""
    del text


def _talk(wish: Wish) -> list[ModelMessage]:
    talk = [
        ModelMessage(Speaker.HOUSE, _system(wish)),
        ModelMessage(Speaker.PERSON, wish.words),
    ]
    for mistake in wish.mistakes:
        talk.append(ModelMessage(Speaker.MODEL, mistake.document))
        why = f"It does not stand: {mistake.why[:_MOST_WHY]}\nWrite the whole document again."
        talk.append(ModelMessage(Speaker.PERSON, why))
    return talk


def _system(wish: Wish) -> str:
    values = {
        "language": wish.language,
        "symbol": wish.symbol,
        "functions": " · ".join(map(usage, FUNCTIONS)),
        "base": f"\n{wish.base}" if wish.base else "none",
    }
    text = _body()
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@lru_cache(maxsize=1)
def _body() -> str:
    file = resources.files("prompts").joinpath("designer", "system.md")
    return file.read_text("utf-8").removeprefix(_FENCE).partition(_FENCE)[2].strip()
