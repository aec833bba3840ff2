"""Asks for a code in a form of the platform's own, never in a message, and goes on when it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.access import Guard
from bot.errors import CodeRefused
from bot.message import InboundMessage, Principal
from bot.ports.platforms import Incoming, SecretForm, SecretRequest
from bot.voice import Voice
from engine.ports.system import Identities


class CodeForms:
    """Forms of every platform; what is entered is checked, and never stored."""

    def __init__(
        self,
        guard: Guard,
        incoming: Incoming,
        identities: Identities,
        forms: Mapping[str, SecretForm],
    ) -> None:
        """`forms` by platform; one that has none is not in it."""
        self._guard = guard
        self._incoming = incoming
        self._identities = identities
        self._forms = forms

    async def ask(
        self, principal: Principal, message: InboundMessage, purpose: str, line: str
    ) -> None:
        """Ask the sender of a message for a code; a right one says `line` for them.

        Raises CodeRefused where the platform has no form.
        """
        forms = self._forms.get(message.platform)
        if forms is None:
            raise CodeRefused("no_form")
        form = self._identities.new()
        voice = Voice(principal.language, principal.timezone)

        async def enter(secret: str) -> None:
            answer = replace(
                message, update_id=f"form:{form}", text=line, files=(), id=0, reference=""
            )
            try:
                await self._guard.check(principal.person, secret)
            except CodeRefused as error:
                await self._incoming.refuse(answer, error)
                return
            self._guard.prove(principal.person, purpose)
            await self._incoming.receive(answer)

        await forms.ask(
            SecretRequest(
                principal.conversation,
                message.sender,
                voice.say("mfa.form.label"),
                enter,
                principal.language,
            )
        )
