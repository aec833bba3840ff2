"""A ticket: exactly what will run, bound to who asked, where, and until when."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import orjson

from bot.command import Command
from bot.message import Principal, Ticket

TICKET_LIVES_MS = 60_000
ID_LENGTH = 6


def made(
    ticket_id: str,
    command: Command,
    principal: Principal,
    reference_price: str,
    now: int,
    secret: bytes,
    *,
    asked_by: int = 0,
) -> Ticket:
    """A ticket for a command as it will run; `now` in UTC ms, `asked_by` the message's id."""
    arguments = command.canonical()
    return Ticket(
        id=ticket_id,
        person=principal.person,
        conversation=principal.conversation,
        command=command.spec.name,
        arguments=arguments,
        digest=_digest(ticket_id, command.spec.name, arguments, principal, secret),
        reference_price=reference_price,
        created_at=now,
        expires_at=now + TICKET_LIVES_MS,
        asked_by=asked_by,
    )


def is_genuine(ticket: Ticket, principal: Principal, secret: bytes) -> bool:
    """Whether nothing of it was changed since this person was asked here."""
    expected = _digest(ticket.id, ticket.command, ticket.arguments, principal, secret)
    return hmac.compare_digest(ticket.digest, expected)


def _digest(
    ticket_id: str,
    command: str,
    arguments: Mapping[str, object],
    principal: Principal,
    secret: bytes,
) -> str:
    content = orjson.dumps(
        [ticket_id, principal.person, principal.conversation, command, dict(arguments)],
        option=orjson.OPT_SORT_KEYS,
    )
    return hmac.new(secret, content, hashlib.sha256).hexdigest()
