"""Tokens of programs: whose they are and what they may do. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotPermitted, TooMuch
from engine.domain.identifiers import PersonId
from engine.ports.system import Clock

_A_MINUTE_MS = 60_000
MOST_A_MINUTE = 120
"""Requests that one token may make."""


class Scope(StrEnum):
    """What a token may do as its person; `live` lets it near accounts that are not paper."""

    READ = "read"
    SETTINGS = "settings"
    RISK = "risk"
    PROPOSE = "propose"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Token:
    """A program's right to act as a person; `digest` is the SHA-256 of the token, in hex."""

    name: str
    person: PersonId
    scopes: frozenset[Scope]
    digest: str


def digest_of(secret: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Keyring:
    """The tokens of one desk."""

    def __init__(self, tokens: Sequence[Token], clock: Clock) -> None:
        self._tokens = tuple(tokens)
        self._clock = clock
        self._used: dict[str, list[int]] = {}

    def bearer(self, header: str) -> Token:
        """The token of an `Authorization: Bearer …` header.

        Raises NotPermitted for an unknown one and TooMuch for one that asks too often.
        """
        scheme, _, secret = header.partition(" ")
        digest = digest_of(secret.strip())
        found = None
        for token in self._tokens:
            if hmac.compare_digest(token.digest, digest):
                found = token
        if found is None or scheme.lower() != "bearer":
            raise NotPermitted(command="", needed="viewer", role="")
        self._count(found)
        return found

    def _count(self, token: Token) -> None:
        now = self._clock.now_ms()
        used = [at for at in self._used.get(token.name, ()) if at > now - _A_MINUTE_MS]
        if len(used) >= MOST_A_MINUTE:
            raise TooMuch(limit=str(MOST_A_MINUTE), what="requests")
        self._used[token.name] = [*used, now]
