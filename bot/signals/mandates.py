"""What comes of a signal: what its hook's owner has said beforehand, and nothing beyond.

The words of a signal are shown as words. Orders are built from its typed fields alone, and go the
way of every order: permission, risk, and a yes unless the mandate's caps cover it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.arguments.numbers import plain
from bot.arguments.symbols import read_symbol
from bot.card import Button, Card, Tone
from bot.command import Catalogue, Command, Context, Outcome
from bot.errors import SignalRefused, Unreadable, shown
from bot.hooks import Action, Hook, HookStore, Mandate, Signal
from bot.identity.directory import Directory
from bot.interpreter.slash import build
from bot.message import InboundMessage, Person, Principal, Role
from bot.ports.people import People
from bot.presenters.order_outcomes import OrderRefused
from bot.presenters.orders import DraftPreview
from bot.signals.door import SIGNAL
from bot.voice import Voice

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Signalled:
    """A signal with its hook, the person whose hook it is, and the order it calls for, if any."""

    hook: Hook
    signal: Signal
    symbol: str
    principal: Principal
    command: Command | None

    @property
    def intent(self) -> str:
        """Names this very wish for ever."""
        return f"hook:{self.hook.name}:{self.signal.key}"


class Mandates:
    """Of one desk."""

    def __init__(
        self, store: HookStore, people: People, directory: Directory, catalogue: Catalogue
    ) -> None:
        self._store = store
        self._people = people
        self._directory = directory
        self._catalogue = catalogue

    async def owner(self, name: str) -> Person | None:
        """Whose hook it is, as long as they are somebody here."""
        kept = await self._store.get(name)
        owner = await self._people.get(kept.hook.owner) if kept is not None else None
        return None if owner is None or owner.role is Role.NONE else owner

    async def read(self, message: InboundMessage) -> Signalled:
        """What a hook's message says. Raises SignalRefused, ArgumentInvalid."""
        kept = await self._store.get(message.hook)
        if kept is None:
            raise SignalRefused("gone", hook=message.hook)
        hook, signal = kept.hook, SIGNAL.validate_json(message.text)
        owner = await self.owner(hook.name)
        if owner is None:
            raise SignalRefused("ownerless", hook=hook.name)
        principal = self._directory.acting(owner, message.platform, message.conversation)
        symbol = _symbol(hook, signal)
        is_order = hook.mandate in {Mandate.PROPOSE, Mandate.TRADE}
        is_order &= signal.action is not Action.NOTE
        command = self._command(hook, signal, symbol) if is_order else None
        return Signalled(hook, signal, symbol, principal, command)

    async def carry_out(self, signalled: Signalled, context: Context) -> Outcome | None:
        """Do what the mandate covers; None where its owner is to be asked instead.

        The value is on record before anything leaves, so that a crash can only count too much.
        """
        hook, signal, command = signalled.hook, signalled.signal, signalled.command
        if hook.mandate is not Mandate.TRADE or command is None:
            return None
        if context.now >= hook.expires_at:
            return None
        if await self._store.spent(hook.name, signal.key):
            return await command.handle(context)  # taken up again after a crash; placed once
        preview = await command.preview(context)
        value = preview.draft.notional if isinstance(preview, DraftPreview) else None
        if preview.is_refused or value is None:
            return preview if preview.is_refused else None
        is_counted = signal.action is not Action.CLOSE
        if is_counted and not await self._fits(hook, signal, value, context.now):
            return None
        outcome = await command.handle(context)
        if is_counted and isinstance(outcome, OrderRefused):
            await self._store.unspend(hook.name, signal.key)
        return outcome

    async def _fits(self, hook: Hook, signal: Signal, value: Decimal, now: int) -> bool:
        """Whether an order of this value is within the caps; then it counts from here on."""
        if hook.max_order is None or hook.max_day is None or value > hook.max_order:
            return False
        total = await self._store.spend(hook.name, signal.key, value, now, now - DAY_MS)
        if total > hook.max_day:
            await self._store.unspend(hook.name, signal.key)
            return False
        return True

    def _command(self, hook: Hook, signal: Signal, symbol: str) -> Command:
        """The order in the catalogue's own form. Raises ArgumentInvalid, SignalRefused."""
        command = self._catalogue.get(signal.action.value)
        if command is None:
            raise SignalRefused("gone", hook=hook.name)
        arguments: dict[str, Any] = {"symbol": symbol, "account": hook.account}
        if signal.action is Action.CLOSE:
            return build(command, {**arguments, **_sized(signal)})
        sizes = _sized(signal) or (command.expand("size", hook.size) if hook.size else {})
        if not sizes:
            raise SignalRefused("size", hook=hook.name)
        levels = {
            "price": signal.limit,
            "stop_loss": signal.stop_loss,
            "take_profit": signal.take_profit,
        }
        said = {name: plain(level) for name, level in levels.items() if level is not None}
        return build(command, {**arguments, **sizes, **said})


def _sized(signal: Signal) -> dict[str, str]:
    sizes = {"quantity": signal.quantity, "amount": signal.amount}
    said = {name: plain(size) for name, size in sizes.items() if size is not None}
    if signal.percent is not None:
        said["percent"] = f"{plain(signal.percent)}%"
    return said


def _symbol(hook: Hook, signal: Signal) -> str:
    """Its canonical name, if the hook may speak of it; nothing where it names none."""
    if not signal.symbol:
        return ""
    try:
        symbol = read_symbol(signal.symbol)
    except Unreadable as error:
        raise SignalRefused("symbol", hook=hook.name, symbol=shown(signal.symbol)) from error
    if hook.symbols and symbol not in hook.symbols:
        listed = ", ".join(hook.symbols)
        raise SignalRefused("not_listed", hook=hook.name, symbol=symbol, listed=listed)
    return symbol


def told(signalled: Signalled, voice: Voice) -> Card:
    """A signal that is shown, in a channel or as an alert."""
    hook, signal = signalled.hook, signalled.signal
    is_note = signal.action is Action.NOTE
    facts = {"hook": hook.name, "symbol": signalled.symbol}
    key = "note" if is_note else signal.action.value
    buttons: tuple[Button, ...] = ()
    if signalled.symbol:
        buttons = (Button(voice.say("notice.alert.chart"), f"/chart {signalled.symbol}"),)
    return Card(
        voice.say(f"signal.told.{key}", **facts),
        fields=_said(signalled, voice),
        buttons=buttons,
        tone=Tone.WARNING if hook.mandate is Mandate.ALERT else Tone.NEUTRAL,
    )


def by_hook(card: Card, signalled: Signalled, voice: Voice) -> Card:
    """A card that a signal led to, with whose word it was and what else was said."""
    return replace(card, fields=(*card.fields, *_said(signalled, voice)))


def _said(signalled: Signalled, voice: Voice) -> tuple[tuple[str, str], ...]:
    signal = signalled.signal
    rows = [(voice.say("signal.hook"), signalled.hook.name)]
    if signal.price is not None:
        rows.append((voice.say("signal.saw"), voice.price(signal.price)))
    rows.append((voice.say("signal.sent"), voice.when(signal.at)))
    if signal.note:
        rows.append((voice.say("signal.note"), signal.note))
    return tuple(rows)
