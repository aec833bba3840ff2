"""Which platforms a seed has, and who chats there: two plain ones, or all four as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.adapters.discord import manifest as discord
from bot.adapters.discord import render as discord_render
from bot.adapters.slack import manifest as slack
from bot.adapters.slack import render as slack_render
from bot.adapters.telegram import manifest as telegram
from bot.adapters.telegram import render as telegram_render
from bot.adapters.terminal import render as terminal_render
from bot.card import Card
from bot.ports.platforms import Pacing, Room

Draw = Callable[[Card, str], Sequence[object]]
"""The messages that show a card in a conversation."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person and where they chat; `name` is who they are on their platform."""

    name: str
    role: str
    platform: str
    conversations: tuple[str, ...]
    reads_french: bool
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Face:
    """A platform. `is_exact`: a message that is sent again is known by its key, and shown once."""

    platform: str
    is_exact: bool
    pacing: Pacing
    room: Callable[[str], Room]
    drawn: Draw = lambda _card, _conversation: ("as it is",)


@dataclass(frozen=True, slots=True)
class Faces:
    """The platforms of a seed and its people; the manager lifts halts."""

    faces: tuple[Face, ...]
    people: tuple[Somebody, ...]
    groups: frozenset[str]
    urgent_again: int = 0
    """Minutes after which urgent news is said again; 0: never."""

    @property
    def roles(self) -> Mapping[str, str]:
        """What the configuration says of them."""
        return {f"{each.platform}:{each.name}": each.role for each in self.people if each.role}

    def of(self, platform: str) -> Face:
        return next(each for each in self.faces if each.platform == platform)

    @property
    def manager(self) -> Somebody:
        return next(each for each in self.people if each.role == "manager")


def _sealed(line: str) -> str:
    return f"{'x' * 10}{line}"


def _room(conversation: str) -> Room:
    return Room(conversation, is_group=conversation in TWO.groups)


TWO = Faces(
    (
        Face("telegram", False, Pacing(shows_repeats=True), _room),
        Face("slack", True, Pacing(), _room),
    ),
    (
        Somebody("ann", "trader", "slack", ("slack:ann", "slack:desk"), False, 110),
        Somebody("benoit", "trader", "telegram", ("telegram:benoit",), True, 110),
        Somebody("chloe", "trader", "slack", ("slack:chloe", "slack:desk"), True, 160),
        Somebody("max", "manager", "telegram", ("telegram:max", "telegram:max-phone"), False, 300),
        Somebody("vic", "viewer", "telegram", ("telegram:vic",), False, 600),
        Somebody("eve", "", "telegram", ("telegram:eve",), False, 900),
    ),
    frozenset({"slack:desk"}),
)
ALL = Faces(
    (
        Face(
            "telegram",
            False,
            telegram.TelegramSettings("-").pacing,
            telegram.room_of,
            lambda card, _: telegram_render.rendered(card, _sealed),
        ),
        Face(
            "discord",
            True,
            discord.DiscordSettings("-").pacing,
            discord.room_of,
            lambda card, _: discord_render.rendered(card, _sealed),
        ),
        Face(
            "slack",
            True,
            slack.SlackSettings("-").pacing,
            slack.room_of,
            lambda card, conversation: slack_render.rendered(card, conversation, _sealed),
        ),
        Face("terminal", False, Pacing(), Room, lambda card, _: [terminal_render.plain(card)]),
    ),
    (
        Somebody("U1", "trader", "slack", ("slack:@U1", "slack:C1"), False, 110),
        Somebody("1002", "trader", "telegram", ("telegram:1002", "telegram:-500"), True, 110),
        Somebody("1003", "trader", "discord", ("discord:@1003", "discord:700"), True, 160),
        Somebody("dan", "trader", "terminal", ("terminal:dan",), False, 160),
        Somebody("1005", "manager", "telegram", ("telegram:1005", "telegram:-500"), False, 300),
        Somebody("1006", "viewer", "discord", ("discord:@1006", "discord:700"), False, 600),
        Somebody("U7", "", "slack", ("slack:@U7", "slack:C1"), False, 900),
    ),
    frozenset({"slack:C1", "telegram:-500", "discord:700"}),
    urgent_again=15,
)
ROWS: Mapping[str, Faces] = {"two": TWO, "all": ALL}
