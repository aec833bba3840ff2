"""May they: one function, refused by default."""

from __future__ import annotations

from bot.command import Command
from bot.errors import NotPermitted
from bot.message import Principal


def permit(principal: Principal, command: Command) -> None:
    """Pass, or raise NotPermitted with the role that is missing."""
    needed = command.needed_role()
    if principal.role < needed:
        raise NotPermitted(command=command.spec.name, needed=needed.word, role=principal.role.word)
