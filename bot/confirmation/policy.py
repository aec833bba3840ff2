"""What must be had before a command runs.

Approval by a second person belongs here, between the asker's yes and the doing, once desks may
demand it.
"""

from __future__ import annotations

from decimal import Decimal

from bot.command import Command, Consent, Context
from bot.errors import ConfirmationInvalid

PRICE_BAND = Decimal("0.01")
"""How far the price may move, as a ratio, before a yes needs a new preview."""


async def needs_yes(command: Command, context: Context) -> bool:
    """Whether the person must see a preview and confirm it."""
    return await command.consent_in(context) is not Consent.NONE


async def needs_code(command: Command, context: Context, *, of_all: bool) -> bool:
    """Whether a second factor must be shown besides; `of_all`: nobody may be without one.

    Raises ConfirmationInvalid where one must be had first.
    """
    if await command.consent_in(context) is not Consent.CONFIRM_WITH_CODE:
        return False
    state = await context.guard.state(context.principal.person)
    if of_all and not state.is_on:
        raise ConfirmationInvalid("enroll")
    return state.is_on


def has_moved(then: str, now: str) -> bool:
    """Whether the price left the band that the preview was good for; none is never left."""
    if not then or not now:
        return False
    reference = Decimal(then)
    return abs(Decimal(now) - reference) > reference * PRICE_BAND
