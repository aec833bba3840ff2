"""What is put on record of a command that was carried out."""

from __future__ import annotations

from bot.command import Command, Context
from bot.message import AuditEntry


def audited(command: Command, context: Context) -> list[AuditEntry]:
    """What changes something is put on record."""
    if command.only_reads:
        return []
    return [
        AuditEntry(
            person=context.principal.person,
            conversation=context.principal.conversation,
            action=command.spec.name,
            detail={**command.canonical(), "intent": context.intent},
            result="done",
            at=context.now,
        )
    ]
