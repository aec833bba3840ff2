"""/yes — confirm what is waiting; the confirmation desk decides before this would run."""

from __future__ import annotations

from typing import ClassVar

from bot.command import Decision, Effect


class Yes(Decision, name="yes", effect=Effect.READS):
    """Confirm the card that waits for your answer."""

    means_yes: ClassVar[bool] = True
