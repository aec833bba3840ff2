"""Commands about an account that is meant for real money, found by its id or its venue."""

from __future__ import annotations

from bot.command import Command, Context
from bot.credentials import AccountState


async def meant(command: Command, argument: str, said: str, context: Context) -> AccountState:
    """The one account of that id, or the only one at that venue. Raises ArgumentInvalid."""
    states = await context.keys.states()
    word = said.strip().lstrip("@").lower()
    named = [each for each in states if each.meant.account.lower() == word]
    found = named or [each for each in states if each.meant.venue.lower() == word]
    if len(found) != 1:
        known = ", ".join(each.meant.account for each in found or states)
        kind = "account_meant" if known else "account_none"
        raise command.wrong(argument, kind, said=word[:40], detail=known)
    return found[0]
