"""Asks for keys in forms of the platform's own, one after the other, never in a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.credentials import LiveAccount
from bot.errors import BotError, CodeRefused
from bot.identity.live_accounts import LiveAccounts
from bot.message import InboundMessage, Principal
from bot.ports.platforms import Incoming, SecretForm, SecretRequest
from bot.voice import Voice
from engine.errors import EngineError
from engine.ports.credentials import VenueKeys
from engine.ports.system import Identities

LONGEST = 4_096


class KeyForms:
    """What is entered goes to the venue, then into the vault; nothing else ever holds it."""

    def __init__(
        self,
        accounts: LiveAccounts,
        incoming: Incoming,
        identities: Identities,
        forms: Mapping[str, SecretForm],
    ) -> None:
        """`forms` by platform; one that has none is not in it."""
        self._accounts = accounts
        self._incoming = incoming
        self._identities = identities
        self._forms = forms

    async def ask(self, principal: Principal, message: InboundMessage, meant: LiveAccount) -> None:
        """Ask the sender of a message; what came of it is said there.

        Raises CodeRefused in a group and where the platform has no form.
        """
        forms = self._forms.get(message.platform)
        if not message.is_private:
            raise CodeRefused("group")
        if forms is None:
            raise CodeRefused("no_form")
        labels = ["key", "secret", *(["passphrase"] if meant.wants_passphrase else [])]
        await self._next(forms, principal, message, meant, labels, ())

    async def _next(
        self,
        forms: SecretForm,
        principal: Principal,
        message: InboundMessage,
        meant: LiveAccount,
        labels: Sequence[str],
        entered: tuple[str, ...],
    ) -> None:
        voice = Voice(principal.language, principal.timezone)

        async def enter(secret: str) -> None:
            given = (*entered, secret.strip()[:LONGEST])
            if not given[-1]:
                return  # the form was left; nothing of it is kept
            if len(labels) > 1:
                await self._next(forms, principal, message, meant, labels[1:], given)
            else:
                await self._take(principal, message, meant, given)

        label = voice.say(f"keys.form.{labels[0]}", account=meant.account, venue=meant.venue)
        where, who, language = principal.conversation, message.sender, principal.language
        await forms.ask(SecretRequest(where, who, label, enter, language))

    async def _take(
        self,
        principal: Principal,
        message: InboundMessage,
        meant: LiveAccount,
        given: tuple[str, ...],
    ) -> None:
        key, secret, passphrase = (*given, "")[:3]
        keys = VenueKeys(meant.account, meant.venue, key, secret, passphrase, meant.is_sandbox)
        form = self._identities.new()
        answer = replace(
            message, update_id=f"keys:{form}", text=f"/accounts {meant.account}", files=(), id=0
        )
        try:
            await self._accounts.enter(keys, principal.person)
        except (BotError, EngineError) as error:
            await self._incoming.refuse(answer, error)
            return
        await self._incoming.receive(answer)
