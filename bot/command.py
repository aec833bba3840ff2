"""What a command is: one class, from which every surface is made.

A command has four parts: what is *asked* (its fields), what is *previewed* where money moves
(`preview`), what is *done* (`handle`) and what is *said* (the outcome's `card`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol, Self, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from bot.access import Guard, Linking
from bot.card import Card, Table
from bot.credentials import AskKeys, KeyKeeper
from bot.designs import Designer
from bot.errors import ArgumentInvalid, shown
from bot.forms import BOUND, Form
from bot.hooks import HookKeeper
from bot.message import (
    InboundMessage,
    Menu,
    MenuEntry,
    MenuOption,
    OutgoingMessage,
    Principal,
    Priority,
    Role,
)
from bot.models import Budget, ModelTurns
from bot.ports.messages import Outbox
from bot.ports.people import Acknowledgements, Hearings, People, Watchlists
from bot.ports.records import AuditLog, Provenance
from bot.ports.work import Jobs, Pictures, Schedules, Workers
from bot.voice import Voice
from engine.desk import Desk
from engine.domain.identifiers import PersonId
from engine.ports.market_data import CandleHistory
from engine.ports.system import Clock, Identities


class Effect(StrEnum):
    """What a command does to the world, from which permission, consent and audit follow."""

    READS = "reads"
    CHANGES_SETTINGS = "changes_settings"
    REDUCES_RISK = "reduces_risk"
    MOVES_MONEY = "moves_money"
    ADMINISTERS = "administers"


class Consent(StrEnum):
    """What must be had before a command runs."""

    NONE = "none"
    CONFIRM = "confirm"
    CONFIRM_WITH_CODE = "confirm_with_code"
    """And a code, of whoever has a second factor or must have one."""


_MOST_NAMED = 6
_ROLES = {
    Effect.READS: Role.VIEWER,
    Effect.CHANGES_SETTINGS: Role.VIEWER,
    Effect.REDUCES_RISK: Role.TRADER,
    Effect.MOVES_MONEY: Role.TRADER,
    Effect.ADMINISTERS: Role.MANAGER,
}


class Outcome(Protocol):
    """What came of a command, able to say so."""

    def card(self, voice: Voice) -> Card:
        """The answer, in the reader's language."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """All that a command may reach, narrowed to the person who asked.

    `intent` names this very wish for ever: the ticket that confirmed it, or the message itself.
    """

    desk: Desk
    open_desk: Callable[[str], Desk]
    """The same desk on another of the person's accounts. Raises AccountNotFound."""
    principal: Principal
    voice: Voice
    intent: str
    message: InboundMessage
    clock: Clock
    identities: Identities
    people: People
    linking: Linking
    guard: Guard
    hooks: HookKeeper
    keys: KeyKeeper
    watchlists: Watchlists
    schedules: Schedules
    audit: AuditLog
    provenance: Provenance
    outbox: Outbox
    hearings: Hearings
    acknowledgements: Acknowledgements
    pictures: Pictures
    workers: Workers
    jobs: Jobs
    designer: Designer
    """Turns words into a strategy's document."""
    catalogue: Catalogue
    model_turns: ModelTurns
    model_budget: Budget | None
    """What a person may spend on the language model; None where none reads."""
    read_line: Callable[[str], Command]
    """Reads a slash line as if it were typed. Raises CommandNotFound, ArgumentInvalid."""
    next_due: Callable[[str, str, int], int | None]
    """When a cron line in a time zone is due next after a moment (UTC ms), or None."""
    read_candles: Callable[[Path], CandleHistory]
    """Reads a candle file; for a worker process to call. Raises CandlesInvalid."""
    since: int
    """When this process began to serve, in UTC ms."""
    ask_code: Callable[[str, str], Awaitable[None]]
    """Asks for a code in a form, for a purpose; a right one says the line. Raises CodeRefused."""
    ask_keys: AskKeys
    """Asks for an account's keys in forms, in private. Raises CodeRefused."""
    show_once: Callable[[Card], Awaitable[None]]
    """Shows what is not to be stored, here and now. Raises CodeRefused where it cannot be."""
    aside: list[OutgoingMessage] = field(default_factory=list)
    """What others are told of it, stored with the answer."""

    @property
    def now(self) -> int:
        """The moment in UTC ms."""
        return self.clock.now_ms()

    @property
    def age_ms(self) -> int:
        """How long ago it was said: a while, where a crash came between."""
        return max(0, self.now - self.message.received_at)

    def on(self, command: Command) -> Context:
        """The same on the account that a command names. Raises AccountNotFound."""
        said = command.account_said()
        return self if said is None else replace(self, desk=self.open_desk(said))

    def tell(self, platform: str, conversation: str, person: PersonId, card: Card) -> None:
        """Say something to somebody else as well, where they are."""
        self.add(
            OutgoingMessage(
                platform=platform,
                conversation=conversation,
                person=person,
                priority=Priority.ANSWER,
                key=f"aside:{self.intent}:{len(self.aside)}",
                created_at=self.now,
                card=card,
            )
        )

    def add(self, row: OutgoingMessage) -> None:
        """Have a row stored with the answer."""
        self.aside.append(row)


@dataclass(frozen=True, slots=True)
class HalfSaid:
    """What was said of a command whose one thing was not named: arguments, instruments, and which
    kinds of orders: stop, target, limit.
    """

    args: Mapping[str, Any]
    instruments: frozenset[str] = frozenset()
    """In lower case; none where none was named."""
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choices:
    """Whole commands of which one could be meant, and the things that they are about."""

    commands: tuple[Command, ...]
    things: Table
    badge: str
    """Where the prices come from, when they are not live."""
    is_meant: bool = False
    """Whether it is one, and the words say so: `my stop`, where one stop rests."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What the class line of a command says of it."""

    name: str
    group: str
    effect: Effect
    role: Role
    aliases: tuple[str, ...]
    summary: str
    is_personal: bool = False
    """Whether its answer is for the person alone, where the desk does not allow otherwise."""


class Command(BaseModel):
    """The base of every command; fields are its arguments in positional order."""

    # A command's validator is built when somebody first uses it, not at every start.
    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True
    )

    spec: ClassVar[Spec]

    def __init_subclass__(
        cls,
        *,
        name: str = "",
        effect: Effect = Effect.READS,
        role: Role | None = None,
        aliases: tuple[str, ...] = (),
        is_personal: bool = False,
    ) -> None:
        if not name:
            return  # a family of commands, not one of them
        cls.spec = Spec(
            name=name,
            group=cls.__module__.split(".")[-2],
            effect=effect,
            role=role or _ROLES[effect],
            aliases=aliases,
            summary=(cls.__doc__ or "").strip().partition("\n")[0],
            is_personal=is_personal,
        )

    @classmethod
    def arguments(cls) -> Mapping[str, FieldInfo]:
        """Its fields that are said by name, in positional order."""
        return _said(cls)

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """What bare words fill, in order; a name that is no field goes to `expand`."""
        return tuple(_said(cls))

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """The argument that a bare word fills; a size may become one of three."""
        return {name: token}

    @classmethod
    def wrong(cls, argument: str, kind: str, **facts: str) -> ArgumentInvalid:
        """The refusal of one argument; `kind` is its text under `errors.argument`."""
        name, line = cls.spec.name, usage(cls)
        return ArgumentInvalid(
            command=name, argument=shown(argument), kind=kind, usage=line, **facts
        )

    @classmethod
    async def choices(cls, context: Context, half: HalfSaid) -> Choices | None:
        """What could be meant where all but the one thing was said that it is about.

        None where that is not known, or there is no such thing. Raises ArgumentInvalid.
        """
        del context, half
        return None

    def consent(self) -> Consent:
        """What these arguments need; the effect decides unless a command raises it."""
        match self.spec.effect:
            case Effect.MOVES_MONEY:
                return Consent.CONFIRM
            case Effect.ADMINISTERS:
                return Consent.CONFIRM_WITH_CODE
            case _:
                return Consent.NONE

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing with these arguments."""
        return self.spec.effect is Effect.READS and self.consent() is Consent.NONE

    def account_said(self) -> str | None:
        """The account it names, where it may name one and does."""
        return None

    async def consent_in(self, context: Context) -> Consent:
        """The same, for commands whose consent hangs on what they would touch."""
        del context
        return self.consent()

    def needed_role(self) -> Role:
        """The least role for these arguments."""
        return self.spec.role

    async def resolved(self, context: Context) -> Self:
        """The command exactly as it will run after a yes: amounts become quantities."""
        del context
        return self

    def bound(self, context: Context) -> Self:
        """The same with all said that it would else take from where it is asked."""
        del context
        return self

    async def is_stale(self, context: Context) -> bool:
        """Whether what its card showed has changed since, so that a yes is asked for anew."""
        del context
        return False

    async def preview(self, context: Context) -> Preview:
        """What would happen, for the confirmation card. Only asked where consent is needed."""
        raise NotImplementedError(self.spec.name, context.intent)

    async def handle(self, context: Context) -> Outcome:
        """Do it."""
        raise NotImplementedError(self.spec.name, context.intent)

    def canonical(self) -> dict[str, Any]:
        """The arguments that were said, as canonical text, ready for JSON."""
        return self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)


class LongCommand(Command):
    """A command that `handle` only starts; `carry_out` goes on after the answer."""

    async def carry_out(
        self, context: Context, told: Callable[[Outcome], Awaitable[None]]
    ) -> Outcome:
        """Do it, telling how far it is. It may be canceled, and begun again after a restart."""
        raise NotImplementedError(self.spec.name, context.intent)


class Decision(Command):
    """A yes or a no to what is waiting; only ever typed or pressed by a person."""

    means_yes: ClassVar[bool]

    ticket: Annotated[str, Form("id")] | None = Field(
        default=None, description="The code on the card; not needed when only one waits."
    )


class Preview(Protocol):
    """What a yes would do."""

    @property
    def reference_price(self) -> str:
        """The price it was reckoned at, or nothing where none matters."""
        ...

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be done, so that no yes is asked for."""
        ...

    def card(self, voice: Voice) -> Card:
        """The question, without its buttons."""
        ...


class Catalogue:
    """Every command by name and alias."""

    def __init__(self, commands: Iterator[type[Command]]) -> None:
        self._by_name = {command.spec.name: command for command in commands}
        self._by_alias = {
            alias: command for command in self._by_name.values() for alias in command.spec.aliases
        }

    @classmethod
    def discover(cls, package: str = "bot.commands") -> Catalogue:
        """All classes in the package's folders; a new file needs no registration."""
        return cls(_discovered(package))

    def __iter__(self) -> Iterator[type[Command]]:
        return iter(sorted(self._by_name.values(), key=lambda c: (c.spec.group, c.spec.name)))

    def get(self, name: str) -> type[Command] | None:
        """The command of that name or alias."""
        return self._by_name.get(name) or self._by_alias.get(name)

    def words(self) -> list[str]:
        """Every name and alias."""
        return [*self._by_name, *self._by_alias]

    def menu(self, texts: Mapping[str, Voice], *, has_open_groups: bool = False) -> Menu:
        """All of it as a platform's menu, in each of these languages."""
        return Menu(
            tuple(
                replace(
                    _entry(command, texts),
                    is_personal=not has_open_groups and _is_personal(command),
                )
                for command in self
            )
        )


def _discovered(package: str) -> Iterator[type[Command]]:
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, f"{package}."):
        loaded = importlib.import_module(module.name)
        for value in vars(loaded).values():
            is_command = isinstance(value, type) and issubclass(value, Command)
            if is_command and value.__module__ == module.name:
                yield value


def form_of(field: FieldInfo) -> Form:
    """The form an argument has; a plain enum is a word among its choices."""
    for item in (*field.metadata, *_marks_within(field)):
        if isinstance(item, Form):
            return item
    return Form("word")


def _said(command: type[Command]) -> dict[str, FieldInfo]:
    """Its fields without those that only a ticket holds."""
    fields = command.model_fields.items()
    return {name: field for name, field in fields if form_of(field).name != BOUND}


def _marks_within(field: FieldInfo) -> Iterator[object]:
    """What marks the arms of `Text | None`, which pydantic leaves where it stands."""
    for arm in get_args(field.annotation):
        yield from getattr(arm, "__metadata__", ())


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """The words an argument may be, where they are few."""
    for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
        if kind is bool:
            return ("true", "false")
        if isinstance(kind, type) and issubclass(kind, Enum):
            return tuple(str(member.value) for member in kind)
    return ()


def usage(command: type[Command]) -> str:
    """The usage line: `/chart symbol [timeframe] [period] [indicators]`.

    Of many that are only ever named it shows that there are some: `/help` lists them.
    """
    words = [f"/{command.spec.name}"]
    for name in command.positionals():
        field = command.arguments().get(name)
        needed = field is None or field.is_required()
        words.append(name if needed else f"[{name}]")
    sizes = {"quantity", "amount", "percent"}
    named = [n for n in command.arguments() if n not in command.positionals() and n not in sizes]
    words += [f"[{name}=…]" for name in named] if len(named) <= _MOST_NAMED else ["[…=…]"]
    return " ".join(words)


def _is_personal(command: type[Command]) -> bool:
    """Whether a group is no place for its answer, or for the question that comes first."""
    asks = command.spec.effect in {Effect.MOVES_MONEY, Effect.ADMINISTERS}
    return command.spec.is_personal or asks or issubclass(command, Decision)


def _entry(command: type[Command], texts: Mapping[str, Voice]) -> MenuEntry:
    spec = command.spec
    return MenuEntry(
        name=spec.name,
        group=spec.group,
        aliases=spec.aliases,
        options=tuple(
            MenuOption(
                name=name,
                form=form_of(field).name,
                needed=field.is_required(),
                choices=choices_of(field),
                texts=dict.fromkeys(texts, field.description or name),
            )
            for name, field in command.arguments().items()
        ),
        texts={language: _summary(spec, voice) for language, voice in texts.items()},
        usage=usage(command),
    )


def _summary(spec: Spec, voice: Voice) -> str:
    key = f"help.summary.{spec.name}"
    return voice.say(key) if voice.knows(key) else spec.summary
