"""/settings — who you are here and how Outcry speaks to you."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.card import Button, Card
from bot.command import Command, Context, Effect, Outcome
from bot.message import Principal
from bot.presenters.badges import badge
from bot.presenters.limits import limit_words
from bot.voice import LANGUAGES, Voice
from engine.desk import AccountView, Use


class Settings(Command, name="settings", effect=Effect.READS, is_personal=True):
    """Show your language, time zone, role, account and risk limits."""

    async def handle(self, context: Context) -> Outcome:
        """As they are now."""
        desk = context.desk
        uses = tuple(desk.risk.uses())
        return SettingsSeen(context.principal, desk.portfolio.account(), uses, context.now)


@dataclass(frozen=True, slots=True)
class SettingsSeen:
    """The person, their account, the desk's limits; `now` in UTC ms."""

    principal: Principal
    view: AccountView
    limits: Sequence[Use]
    now: int

    def card(self, voice: Voice) -> Card:
        """Each with the button or the command that changes it."""
        account, principal = self.view.account, self.principal
        others = [name for name in LANGUAGES if name != voice.language]
        return Card(
            voice.say("settings.title", name=principal.name),
            fields=(
                (voice.say("settings.language"), voice.say(f"language.{voice.language}")),
                (voice.say("settings.timezone"), f"{voice.timezone} ({voice.minute(self.now)})"),
                (voice.say("settings.role"), voice.say(f"role.{principal.role.word}")),
                (voice.say("settings.desk"), principal.desk),
                (voice.say("settings.account"), self._account(voice)),
                (voice.say("settings.limits"), self._limits(voice)),
            ),
            badge=badge(account.data_kind, voice, account),
            buttons=(
                *(Button(voice.say(f"language.{name}"), f"/language {name}") for name in others),
                Button(voice.say("settings.risk_button"), "/risk"),
            ),
            hint=voice.say("settings.hint"),
        )

    def _account(self, voice: Voice) -> str:
        account = self.view.account
        worth = voice.money(self.view.valuation.equity, account.currency)
        mode = voice.say("common.paper" if account.is_paper else "common.live")
        return f"{account.id} ({mode}), {worth}"

    def _limits(self, voice: Voice) -> str:
        return ", ".join(
            f"{use.rule} {limit_words(use.limit, use.unit, '', voice)}"
            for use in self.limits
            if use.limit is not None
        )
