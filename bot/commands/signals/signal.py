"""/signal — let a program such as TradingView speak to the desk, within a mandate."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.card import Button, Card, Table, Tone
from bot.command import Consent, Context, Effect, Outcome, Preview
from bot.errors import CodeRefused, SignalRefused, Unreadable
from bot.families.accounts import AccountCommand
from bot.forms import AboveZeroText, Form, Symbols, WordText
from bot.hooks import Hook, HookKind, KeptHook, Mandate
from bot.message import Role
from bot.presenters.hooks import mandate_rows, shown_secret
from bot.voice import Voice

MOST_HOOKS = 50
MOST_DAYS = 90
_DAY_MS = 86_400_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def _name(text: object) -> str:
    said = str(text).strip().lower()
    if not _NAME.fullmatch(said):
        raise Unreadable("hook_name", str(text))
    return said


HookName = Annotated[str, BeforeValidator(_name), Form("id")]


class Does(StrEnum):
    """What comes of its signals, or what is done with the hook."""

    POST = "post"
    ALERT = "alert"
    PROPOSE = "propose"
    TRADE = "trade"
    ROTATE = "rotate"
    REMOVE = "remove"

    @property
    def mandate(self) -> Mandate | None:
        """The mandate of that name."""
        return Mandate(self.value) if self.value in set(Mandate) else None


class SignalCommand(
    AccountCommand, name="signal", effect=Effect.ADMINISTERS, aliases=("signals",), is_personal=True
):
    """Let a program such as TradingView speak to the desk, within a mandate."""

    name: HookName | None = Field(default=None, description="What the hook is called: breakout.")
    does: Does | None = Field(
        default=None, description="post, alert, propose or trade; rotate or remove the hook."
    )
    symbols: Symbols | None = Field(
        default=None, description="Those that it may name; all if not said."
    )
    size: WordText | None = Field(
        default=None, description="Of an order that says none: 0.1, 500USDT, 10%."
    )
    max_order: AboveZeroText | None = Field(
        default=None, description="trade: largest value of one order, in quote currency."
    )
    max_day: AboveZeroText | None = Field(
        default=None, description="trade: largest value of all orders in 24 hours."
    )
    days: int | None = Field(
        default=None, ge=1, le=MOST_DAYS, description="trade: how long the mandate holds."
    )
    signed: bool = Field(
        default=False, description="true: the caller signs, as Standard Webhooks has it."
    )
    where: WordText | None = Field(
        default=None, description="post: the conversation; here if not said."
    )

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/signal name does symbols`."""
        return ("name", "does", "symbols")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.does is not None and self.name is None:
            raise self.wrong("name", "missing")
        terms = (self.symbols, self.size, self.max_order, self.max_day, self.days, self.where)
        if self.does is None and any(term is not None for term in terms):
            raise self.wrong("does", "missing")
        if self.does is Does.TRADE:
            for name in ("symbols", "max_order", "max_day", "days"):
                if getattr(self, name) is None:
                    raise self.wrong(name, "missing")
        return self

    def consent(self) -> Consent:
        """Looking needs none, and neither does taking away."""
        return Consent.NONE if self.does in {None, Does.REMOVE} else super().consent()

    def needed_role(self) -> Role:
        """A trader may look."""
        return Role.TRADER if self.does is None else super().needed_role()

    async def resolved(self, context: Context) -> Self:
        """Bound to where it was said, for the yes may be given elsewhere."""
        if self.does is not Does.POST:
            return self
        return self.model_copy(update={"where": self.where or context.message.conversation})

    async def preview(self, context: Context) -> Preview:
        """The whole mandate."""
        if self.does is Does.ROTATE:
            await self._kept(context)
            return RotatePreview(self.name or "")
        hook = self._hook(context)
        existing = await context.hooks.get(hook.name)
        if existing is None and len(await context.hooks.all()) >= MOST_HOOKS:
            raise self.wrong("name", "hooks_full", limit=str(MOST_HOOKS))
        return MandatePreview(hook, is_replaced=existing is not None)

    async def handle(self, context: Context) -> Outcome:
        """List, show, make, renew or remove."""
        if self.name is None:
            return HooksSeen(await context.hooks.all())
        match self.does:
            case None:
                kept = await self._kept(context)
                return HookSeen(kept.hook)
            case Does.REMOVE:
                kept = await self._kept(context)
                await context.hooks.remove(kept.hook.name)
                return HookRemoved(kept.hook.name)
            case Does.ROTATE:
                return await self._rotated(context)
            case _:
                return await self._made(context)

    async def _made(self, context: Context) -> Outcome:
        hook, secret = self._hook(context), context.hooks.secret()
        # Shown before it is kept: a secret that nobody saw would only look like a door.
        await self._show(hook, secret, context)
        await context.hooks.keep(hook, secret)
        return HookMade(hook)

    async def _rotated(self, context: Context) -> Outcome:
        kept, secret = await self._kept(context), context.hooks.secret()
        await self._show(kept.hook, secret, context)
        return HookRotated(kept.hook.name, await context.hooks.renew(kept.hook.name, secret))

    async def _show(self, hook: Hook, secret: str, context: Context) -> None:
        if not context.message.is_private:
            raise CodeRefused("not_shown")
        card = SecretShown(hook, secret, context.hooks.address).card(context.voice)
        await context.show_once(card)

    async def _kept(self, context: Context) -> KeptHook:
        kept = await context.hooks.get(self.name or "")
        if kept is None:
            raise SignalRefused("gone", hook=self.name or "")
        return kept

    def _hook(self, context: Context) -> Hook:
        """As it would be made."""
        mandate = self.does.mandate if self.does else None
        if mandate is None:
            raise self.wrong("does", "missing")
        principal, is_trade = context.principal, mandate is Mandate.TRADE
        if not context.hooks.address:
            raise SignalRefused("no_server", hook=self.name or "")
        for symbol in self.symbols or ():
            context.desk.markets.find(symbol)
        return Hook(
            name=self.name or "",
            owner=principal.person,
            kind=HookKind.SIGNED if self.signed else HookKind.TRADINGVIEW,
            mandate=mandate,
            conversation=self.where or principal.conversation,
            account=context.desk.account,
            created_at=context.now,
            symbols=self.symbols or (),
            size=self.size or "",
            max_order=self.max_order if is_trade else None,
            max_day=self.max_day if is_trade else None,
            expires_at=context.now + (self.days or 0) * _DAY_MS if is_trade else 0,
        )


@dataclass(frozen=True, slots=True)
class MandatePreview:
    """What a yes would allow, in full."""

    hook: Hook
    is_replaced: bool
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """Every bound of it."""
        hook = self.hook
        notes = [voice.say(f"signal.means.{hook.mandate.value}", account=hook.account)]
        notes += [voice.say("signal.replaces")] if self.is_replaced else []
        return Card(
            voice.say("signal.question", name=hook.name),
            text="\n".join(notes),
            fields=mandate_rows(hook, voice),
            tone=Tone.ASK,
        )


@dataclass(frozen=True, slots=True)
class RotatePreview:
    """A new secret in the place of the one before."""

    name: str
    reference_price: str = ""
    is_refused: bool = False

    def card(self, voice: Voice) -> Card:
        """What becomes of the old one."""
        return Card(
            voice.say("signal.rotate.question", name=self.name),
            text=voice.say("signal.rotate.text"),
        )


@dataclass(frozen=True, slots=True)
class SecretShown:
    """The secret and what to paste where, shown once and stored nowhere in the open."""

    hook: Hook
    secret: str
    address: str

    def card(self, voice: Voice) -> Card:
        """Where to, and the message."""
        hook = self.hook
        if hook.kind is HookKind.SIGNED:
            return Card(
                voice.say("signal.secret.title", name=hook.name),
                text=voice.say("signal.secret.signed"),
                fields=(
                    (voice.say("signal.secret.url"), f"{self.address}/hooks/signed/{hook.name}"),
                    (voice.say("signal.secret.key"), shown_secret(hook.kind, self.secret)),
                ),
                hint=voice.say("signal.secret.hint"),
                tone=Tone.WARNING,
            )
        return Card(
            voice.say("signal.secret.title", name=hook.name),
            text=voice.say("signal.secret.text") + "\n" + _template(self.secret),
            fields=((voice.say("signal.secret.url"), f"{self.address}/hooks/tradingview"),),
            hint=voice.say("signal.secret.hint"),
            tone=Tone.WARNING,
        )


def _template(secret: str) -> str:
    """The message of a strategy's alert; TradingView fills what stands in braces."""
    message = {
        "token": secret,
        "action": "{{strategy.order.action}}",
        "position": "{{strategy.market_position}}",
        "symbol": "{{ticker}}",
        "price": "{{close}}",
        "time": "{{timenow}}",
        "bar": "{{time}}",
        "order": "{{strategy.order.id}}",
    }
    return json.dumps(message, indent=1)


@dataclass(frozen=True, slots=True)
class HookMade:
    """It is open."""

    hook: Hook

    def card(self, voice: Voice) -> Card:
        """What it does, and how to close it."""
        return Card(
            voice.say("signal.made.title", name=self.hook.name),
            text=voice.say(f"signal.means.{self.hook.mandate.value}", account=self.hook.account),
            buttons=(_remove(self.hook.name, voice),),
            hint=voice.say("signal.made.hint", name=self.hook.name),
            tone=Tone.GOOD,
        )


@dataclass(frozen=True, slots=True)
class HookRotated:
    """A new secret holds."""

    name: str
    until: int

    def card(self, voice: Voice) -> Card:
        """Until when the old one does too."""
        text = voice.say("signal.rotated.text", until=voice.minute(self.until))
        return Card(voice.say("signal.rotated.title", name=self.name), text=text, tone=Tone.GOOD)


@dataclass(frozen=True, slots=True)
class HookRemoved:
    """It opens nothing any more."""

    name: str

    def card(self, voice: Voice) -> Card:
        """That it is gone."""
        return Card(
            voice.say("signal.removed.title", name=self.name), text=voice.say("signal.removed.text")
        )


@dataclass(frozen=True, slots=True)
class HookSeen:
    """One hook."""

    hook: Hook

    def card(self, voice: Voice) -> Card:
        """Its mandate in full, never its secret."""
        name = self.hook.name
        rotate = Button(voice.say("signal.rotate.button"), f"/signal {name} rotate")
        return Card(
            voice.say("signal.seen.title", name=name),
            text=voice.say(f"signal.means.{self.hook.mandate.value}", account=self.hook.account),
            fields=mandate_rows(self.hook, voice),
            buttons=(rotate, _remove(name, voice)),
        )


@dataclass(frozen=True, slots=True)
class HooksSeen:
    """All of the desk."""

    hooks: Sequence[KeptHook]

    def card(self, voice: Voice) -> Card:
        """A row each, or how to make the first."""
        if not self.hooks:
            return Card(voice.say("signal.none.title"), text=voice.say("signal.none.text"))
        rows = tuple(
            (
                kept.hook.name,
                voice.say(f"signal.mandate.{kept.hook.mandate.value}"),
                ", ".join(kept.hook.symbols) or voice.say("signal.any"),
            )
            for kept in self.hooks
        )
        header = tuple(voice.say(f"signal.{name}") for name in ("hook", "does", "symbols"))
        return Card(
            voice.say("signal.list.title"),
            table=Table(header, rows),
            hint=voice.say("signal.list.hint", name=self.hooks[0].hook.name),
        )


def _remove(name: str, voice: Voice) -> Button:
    return Button(voice.say("signal.remove_button"), f"/signal {name} remove")
