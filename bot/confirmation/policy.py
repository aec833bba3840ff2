"""What must be had before a command runs.

Approval by a second person belongs here, between the asker's yes and the doing, once desks may
demand it.
"""

from __future__ import annotations

from decimal import Decimal

from bot.command import Command, Consent, Context

PRICE_BAND = Decimal("0.01")
"""How far the price may move, as a ratio, before a yes needs a new preview."""


async def needs_yes(command: Command, context: Context) -> bool:
    """Whether the person must see a preview and confirm it."""
    return await command.consent_in(context) is Consent.CONFIRM


def has_moved(then: str, now: str) -> bool:
    """Whether the price left the band that the preview was good for; none is never left."""
    if not then or not now:
        return False
    reference = Decimal(then)
    return abs(Decimal(now) - reference) > reference * PRICE_BAND
