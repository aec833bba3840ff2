"""Who turns words into a document: the phrases, the model, or the model after the phrases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Protocol

from bot.designs import Draft, Wish
from bot.errors import DesignUnclear, ModelUnavailable
from bot.interpreter.designs.composing import composed
from engine.ports.system import Clock

if TYPE_CHECKING:
    from bot.interpreter.designs.model import ModelDesigner
    from bot.interpreter.phrases.designs import Sketch


class Sketcher(Protocol):
    """Reads a description by the phrases."""

    def sketch(self, words: str, today: date) -> Sketch:
        """What the words say."""
        ...


class WordsDesigner:
    """The house's own designer."""

    def __init__(
        self,
        make_phrases: Callable[[], Sketcher],
        clock: Clock,
        model: ModelDesigner | None = None,
        *,
        offline_first: bool = False,
    ) -> None:
        """With a `model`, it writes; `offline_first` leaves it only what is not read whole."""
        self._make_phrases = make_phrases
        self._clock = clock
        self._model = model
        self._offline_first = offline_first

    async def draft(self, wish: Wish) -> Draft:
        """A document for the words, or for them after mistakes. Raises DesignUnclear."""
        if self._model is None:
            return self._read(wish)
        if self._offline_first and not wish.mistakes:
            whole = self._whole(wish)
            if whole is not None:
                return whole
        try:
            return await self._model.draft(wish)
        except ModelUnavailable as error:
            return replace(self._read(wish), unavailable=error.reason)

    def _read(self, wish: Wish) -> Draft:
        if wish.mistakes:
            raise DesignUnclear("failed", why=wish.mistakes[-1].why)
        now = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        return composed(self._make_phrases().sketch(wish.words, now.date()), wish)

    def _whole(self, wish: Wish) -> Draft | None:
        """The offline reading, where no word is left over."""
        try:
            draft = self._read(wish)
        except DesignUnclear:
            return None
        return None if draft.unread else draft
