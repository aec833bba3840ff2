"""/mfa — a second factor for what changes the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from bot.access import FactorState
from bot.card import Button, Card, Tone
from bot.command import Command, Consent, Context, Effect, Outcome, Preview
from bot.errors import CodeRefused
from bot.message import Role
from bot.voice import Voice

_PURPOSE = "mfa verify"


class Action(StrEnum):
    """What to do with it."""

    ENROLL = "enroll"
    VERIFY = "verify"
    DISABLE = "disable"


class Mfa(
    Command,
    name="mfa",
    effect=Effect.ADMINISTERS,
    role=Role.VIEWER,
    aliases=("2fa",),
    is_personal=True,
):
    """Protect what changes the desk with codes of an authenticator."""

    action: Action | None = Field(
        default=None, description="enroll, verify or disable; nothing shows how it stands."
    )

    def consent(self) -> Consent:
        """Only taking it away is confirmed, and with a code of it."""
        return super().consent() if self.action is Action.DISABLE else Consent.NONE

    async def preview(self, context: Context) -> Preview:
        """What would be given up."""
        state = await context.guard.state(context.principal.person)
        return DisablePreview(is_refused=not state.is_on)

    async def handle(self, context: Context) -> Outcome:
        """Begin, end, or take the code that a form has asked for."""
        match self.action:
            case Action.ENROLL:
                return await self._begun(context)
            case Action.VERIFY:
                return await self._verified(context)
            case Action.DISABLE:
                await context.guard.turn_off(context.principal.person)
                return Disabled()
            case _:
                return Shown(await context.guard.state(context.principal.person))

    async def _begun(self, context: Context) -> Outcome:
        principal = context.principal
        if not context.message.is_private:
            raise CodeRefused("group")
        if (await context.guard.state(principal.person)).is_on:
            raise CodeRefused("on")
        await context.ask_code(_PURPOSE, "/mfa verify")
        key = await context.guard.begin(principal.person)
        link = context.guard.link(key, principal.name, principal.desk)
        await context.show_once(KeyShown(key, link).card(context.voice))
        return Begun()

    async def _verified(self, context: Context) -> Outcome:
        person = context.principal.person
        state = await context.guard.state(person)
        if not state.has_begun:
            raise CodeRefused("none")
        if not context.guard.proven(person, _PURPOSE):
            await context.ask_code(_PURPOSE, "/mfa verify")
            return Begun()
        if state.is_on:
            return Shown(state)
        codes = await context.guard.turn_on(person)
        await context.show_once(RecoveryShown(codes).card(context.voice))
        return Enabled()


@dataclass(frozen=True, slots=True)
class Shown:
    """How it stands."""

    state: FactorState

    def card(self, voice: Voice) -> Card:
        """On with its recovery codes, begun, or off."""
        key = "on" if self.state.is_on else "begun" if self.state.has_begun else "off"
        line = {"on": "/mfa disable", "begun": "/mfa verify", "off": "/mfa enroll"}[key]
        return Card(
            voice.say(f"mfa.{key}.title"),
            text=voice.say(f"mfa.{key}.text", count=str(self.state.left)),
            buttons=(Button(voice.say(f"mfa.{key}.button"), line),),
        )


@dataclass(frozen=True, slots=True)
class KeyShown:
    """The key, shown once and stored nowhere in the open."""

    key: str
    link: str

    def card(self, voice: Voice) -> Card:
        """For the authenticator."""
        spaced = " ".join(self.key[place : place + 4] for place in range(0, len(self.key), 4))
        return Card(
            voice.say("mfa.key.title"),
            text=voice.say("mfa.key.text"),
            fields=((voice.say("mfa.key.key"), spaced), (voice.say("mfa.key.link"), self.link)),
            hint=voice.say("mfa.key.hint"),
            tone=Tone.WARNING,
        )


@dataclass(frozen=True, slots=True)
class Begun:
    """A code is asked for, in a form."""

    def card(self, voice: Voice) -> Card:
        """Where it goes."""
        return Card(voice.say("mfa.ask.title"), text=voice.say("mfa.ask.text"), tone=Tone.ASK)


@dataclass(frozen=True, slots=True)
class RecoveryShown:
    """The recovery codes, shown once."""

    codes: Sequence[str]

    def card(self, voice: Voice) -> Card:
        """To be written down."""
        return Card(
            voice.say("mfa.recovery.title"),
            text="\n".join(self.codes),
            hint=voice.say("mfa.recovery.hint"),
            tone=Tone.WARNING,
        )


@dataclass(frozen=True, slots=True)
class Enabled:
    """It is in force."""

    def card(self, voice: Voice) -> Card:
        """What it stands before."""
        return Card(
            voice.say("mfa.enabled.title"), text=voice.say("mfa.enabled.text"), tone=Tone.GOOD
        )


@dataclass(frozen=True, slots=True)
class DisablePreview:
    """It would be gone."""

    is_refused: bool
    reference_price: str = ""

    def card(self, voice: Voice) -> Card:
        """Refused where there is none."""
        if self.is_refused:
            title, text = voice.say("errors.code_none.title"), voice.say("errors.code_none.text")
            return Card(title, text=text, tone=Tone.BAD)
        return Card(voice.say("mfa.disable.title"), text=voice.say("mfa.disable.text"))


@dataclass(frozen=True, slots=True)
class Disabled:
    """It is gone."""

    def card(self, voice: Voice) -> Card:
        """And the recovery codes with it."""
        return Card(voice.say("mfa.disabled.title"), text=voice.say("mfa.disabled.text"))
