"""/no — refuse what is waiting; the confirmation desk decides before this would run."""

from __future__ import annotations

from typing import ClassVar

from bot.command import Decision, Effect


class No(Decision, name="no", effect=Effect.READS):
    """Refuse the card that waits for your answer."""

    means_yes: ClassVar[bool] = False
