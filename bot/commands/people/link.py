"""/link — be the same person on another platform."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Tone
from bot.command import Command, Consent, Context, Effect, Outcome
from bot.errors import LinkRefused
from bot.forms import IdText
from bot.message import Account, Role
from bot.voice import Voice

_YES, _NO = "yes", "no"


class Link(Command, name="link", effect=Effect.ADMINISTERS, role=Role.VIEWER):
    """Join your accounts on several platforms: make a code, or type one made elsewhere."""

    code: IdText | None = Field(
        default=None, description="The code shown elsewhere; nothing makes a new one."
    )

    def needed_role(self) -> Role:
        """Whoever holds a code may show it; all else is for members."""
        return Role.VIEWER if self.code in {None, _YES, _NO} else Role.NONE

    def consent(self) -> Consent:
        """The yes is given where the code was made; no model, token or schedule gets this far."""
        return Consent.NONE

    async def handle(self, context: Context) -> Outcome:
        """Shown here, typed there, confirmed here."""
        if self.code is None:
            if not context.message.is_private:
                raise LinkRefused("group")
            return CodeMade(await context.linking.offer(context.principal))
        if self.code in {_YES, _NO}:
            return await self._decided(context, accepts=self.code == _YES)
        return await self._claimed(self.code, context)

    async def _decided(self, context: Context, *, accepts: bool) -> Outcome:
        account = await context.linking.decide(context.principal, accepts=accepts)
        if accepts:
            person = context.principal.person
            card = Joined(context.principal.name).card(context.voice)
            context.tell(account.platform, account.conversation, person, card)
        return Decided(account, accepts=accepts)

    async def _claimed(self, code: str, context: Context) -> Outcome:
        found = await context.linking.claim(code, context.message)
        owner = await context.people.get(found.person)
        if owner is None:
            return Enthroned()
        account = Account(
            context.message.platform, context.message.sender, context.message.sender_name
        )
        card = Asked(account).card(Voice(owner.language, owner.timezone))
        context.tell(found.platform, found.conversation, owner.id, card)
        return Claimed(found.platform)


@dataclass(frozen=True, slots=True)
class CodeMade:
    """A code, shown once."""

    code: str

    def card(self, voice: Voice) -> Card:
        """Where it is typed, and what then follows."""
        return Card(
            voice.say("link.code.title", code=self.code.upper()),
            text=voice.say("link.code.text", code=self.code.upper()),
            hint=voice.say("link.code.hint"),
        )


@dataclass(frozen=True, slots=True)
class Claimed:
    """The code's person is asked, over there."""

    platform: str

    def card(self, voice: Voice) -> Card:
        """Where to go on."""
        return Card(
            voice.say("link.claimed.title", platform=self.platform.title()),
            text=voice.say("link.claimed.text"),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the code's person is asked."""

    account: Account

    def card(self, voice: Voice) -> Card:
        """The account by its name and its own id, with both buttons."""
        return Card(
            voice.say("link.asked.title"),
            text=voice.say("link.asked.text"),
            fields=(
                (voice.say("link.asked.platform"), self.account.platform.title()),
                (voice.say("link.asked.shown"), self.account.shown),
                (voice.say("link.asked.id"), self.account.sender),
            ),
            buttons=(
                Button(voice.say("link.asked.yes"), f"/link {_YES}"),
                Button(voice.say("link.asked.no"), f"/link {_NO}"),
            ),
            hint=voice.say("link.asked.hint"),
            tone=Tone.ASK,
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of it, for the code's person."""

    account: Account
    accepts: bool

    def card(self, voice: Voice) -> Card:
        """Joined, or kept out."""
        key = "accepted" if self.accepts else "rejected"
        return Card(
            voice.say(f"link.{key}.title", account=self.account.name),
            text=voice.say(f"link.{key}.text", account=self.account.name),
            tone=Tone.GOOD if self.accepts else Tone.NEUTRAL,
        )


@dataclass(frozen=True, slots=True)
class Joined:
    """The same, for the account that was let in."""

    name: str

    def card(self, voice: Voice) -> Card:
        """Who one is here from now on."""
        return Card(
            voice.say("link.joined.title", name=self.name),
            text=voice.say("link.joined.text"),
            hint=voice.say("link.joined.hint"),
            tone=Tone.GOOD,
        )


@dataclass(frozen=True, slots=True)
class Enthroned:
    """The desk has its first owner."""

    def card(self, voice: Voice) -> Card:
        """What an owner does first."""
        return Card(
            voice.say("link.owner.title"),
            text=voice.say("link.owner.text"),
            hint=voice.say("link.owner.hint"),
            tone=Tone.GOOD,
        )
