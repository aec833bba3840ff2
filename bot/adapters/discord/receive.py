"""What happens at Discord becomes messages, or is passed over by rule; no network here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from discord import (
    DMChannel,
    Interaction,
    InteractionType,
    Member,
    Message,
    MessageType,
    User,
)
from discord.enums import MessageReferenceType

from bot.adapters.discord.manifest import PLATFORM, RECEIVED_BYTES, Place, Talk
from bot.errors import NotTaken
from bot.message import InboundMessage, Menu, is_readable
from bot.seal import Seal

FORM = "form "
"""Before the name of a form, where a button carries a slash line otherwise."""
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PRIVATE = 1
"""What Discord calls the type of a private channel."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is still at Discord."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words: typed, run as a command, pressed or chosen."""

    message: InboundMessage
    files: tuple[Wanted, ...] = ()
    talk: Talk | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Words that are not acted on, and why the person hears so."""

    message: InboundMessage
    error: NotTaken
    talk: Talk | None = None


@dataclass(frozen=True, slots=True)
class Typing:
    """An argument is being typed."""

    talk: Talk
    form: str
    typed: str


@dataclass(frozen=True, slots=True)
class FormWanted:
    """The button of a form was pressed; `message` is what to answer where the form is gone."""

    talk: Talk
    name: str
    data: str
    message: InboundMessage


@dataclass(frozen=True, slots=True)
class FormFilled:
    """A form came back."""

    talk: Talk
    name: str
    text: str
    message: InboundMessage


Found: TypeAlias = Said | Refused | Typing | FormWanted | FormFilled


def heard(message: Message, me: int, now: int) -> Said | Refused | None:
    """What a written message is to the desk; None is silence."""
    author = message.author
    if author.bot or message.webhook_id is not None:
        return None
    if message.type not in {MessageType.default, MessageType.reply}:
        return None
    is_private = isinstance(message.channel, DMChannel)
    if not is_private and all(user.id != me for user in message.mentions):
        return None
    place = Place(user=author.id) if is_private else Place(message.channel.id)
    text = re.sub(rf"<@!?{me}>", "", message.content)
    said = _message(f"m{message.id}", place, author, text, now, reference=str(message.id))
    reference = message.reference
    if reference is not None and reference.type is MessageReferenceType.forward:
        return Refused(said, NotTaken("forward")) if is_private else None
    files = [(file.filename, file.size, file.url) for file in message.attachments]
    return _with_files(said, files)


def asked(interaction: Interaction[Any], menu: Menu, seal: Seal, now: int) -> Found | None:
    """What an interaction is to the desk; None for a kind that it does not have."""
    talk = Talk(interaction.id, interaction.token)
    data = cast("dict[str, Any]", interaction.data or {})
    match interaction.type:
        case InteractionType.application_command:
            return _run(interaction, data, menu, now)
        case InteractionType.autocomplete:
            return _typing(talk, data, menu)
        case InteractionType.component:
            return _pressed(interaction, data, menu, seal, now)
        case InteractionType.modal_submit:
            return _filled(interaction, data, seal, now)
        case _:
            return None


def _run(
    interaction: Interaction[Any], data: Mapping[str, Any], menu: Menu, now: int
) -> Said | Refused:
    known = data.get("resolved", {}).get("attachments", {})
    options = data.get("options", [])
    uploads = [known[option["value"]] for option in options if option["type"] == 11]
    given = [(o["name"], o["value"]) for o in options if o["type"] != 11]
    names = {name for name, _ in given}
    file = next((o.name for e in _entries(menu, data["name"]) for o in e if o.form == "file"), "")
    if uploads and file and file not in names:
        given.insert(0, (file, uploads[0]["filename"]))
    line = " ".join([f"/{data['name']}", *(_argument(name, value) for name, value in given)])
    said = _spoken(interaction, line, menu, now)
    found = _with_files(said, [(each["filename"], each["size"], each["url"]) for each in uploads])
    talk = _talk(interaction, said)
    if isinstance(found, Refused):
        return Refused(found.message, found.error, talk)
    return Said(said, found.files if found else (), talk)


def _entries(menu: Menu, name: str) -> list[tuple[Any, ...]]:
    return [entry.options for entry in menu.entries if entry.name == name]


def _argument(name: str, value: object) -> str:
    """`name=value` as the slash grammar has it; quotes hold what has spaces."""
    text = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    text = text.replace('"', "")
    return f'{name}="{text}"' if " " in text or not text else f"{name}={text}"


def _typing(talk: Talk, data: Mapping[str, Any], menu: Menu) -> Typing | None:
    for option in data.get("options", []):
        if option.get("focused"):
            forms = [o.form for e in _entries(menu, data["name"]) for o in e]
            names = [o.name for e in _entries(menu, data["name"]) for o in e]
            known = dict(zip(names, forms, strict=True))
            return Typing(talk, known.get(option["name"], ""), str(option["value"]))
    return None


def _pressed(
    interaction: Interaction[Any], data: Mapping[str, Any], menu: Menu, seal: Seal, now: int
) -> Said | Refused | FormWanted:
    carried = str((data.get("values") or [data["custom_id"]])[0])
    line = seal.opened(carried, _shown_in(interaction).room)
    if line is not None and line.startswith(FORM):
        said = _spoken(interaction, "", menu, now)
        return FormWanted(_talk(interaction, said), line.removeprefix(FORM), carried, said)
    if line is None:
        said = _message_of(interaction, Place(user=interaction.user.id), "", now)
        return Refused(said, NotTaken("button"), _talk(interaction, said))
    said = _spoken(interaction, line, menu, now)
    return Said(said, talk=_talk(interaction, said))


def _filled(
    interaction: Interaction[Any], data: Mapping[str, Any], seal: Seal, now: int
) -> FormFilled | None:
    place = Place(user=interaction.user.id)
    line = seal.opened(str(data["custom_id"]), place.room)
    if line is None or not line.startswith(FORM):
        return None
    inputs = [
        each.get("component", each)
        for row in data["components"]
        for each in row.get("components", [row])
    ]
    text = str(inputs[0].get("value", "")) if inputs else ""
    message = _message_of(interaction, place, "", now)
    talk = _talk(interaction, message)
    return FormFilled(talk, line.removeprefix(FORM), text, message)


def _shown_in(interaction: Interaction[Any]) -> Place:
    """Where the message stands that was pressed: what one person alone sees is theirs."""
    card = interaction.message
    is_for_one = card is not None and card.flags.ephemeral
    if is_for_one or _is_private(interaction):
        return Place(user=interaction.user.id)
    return Place(interaction.channel_id or 0)


def _spoken(interaction: Interaction[Any], line: str, menu: Menu, now: int) -> InboundMessage:
    """A slash line, said where its answer may be read."""
    place = _shown_in(interaction)
    word = line.removeprefix("/").split(" ", 1)[0]
    if any(e.is_personal and word in {e.name, *e.aliases} for e in menu.entries):
        place = Place(user=interaction.user.id)
    return _message_of(interaction, place, line, now)


def _talk(interaction: Interaction[Any], said: InboundMessage) -> Talk:
    is_aside = said.is_private and not _is_private(interaction)
    return Talk(interaction.id, interaction.token, is_aside)


def _is_private(interaction: Interaction[Any]) -> bool:
    if interaction.guild_id is not None:
        return False
    channel = interaction.channel
    return channel is not None and channel.type.value == _PRIVATE


def _message_of(interaction: Interaction[Any], place: Place, text: str, now: int) -> InboundMessage:
    talk = Talk(interaction.id, interaction.token)
    number = f"i{interaction.id}"
    return _message(number, place, interaction.user, text, now, reference=talk.reference)


def _with_files(
    said: InboundMessage, files: Sequence[tuple[str, int, str]]
) -> Said | Refused | None:
    """With its files by name, size and address, if all of them can be taken."""
    for name, size, _ in files:
        if not is_readable(name):
            return Refused(said, NotTaken("file", file=name[:60] or "?"))
        if size > RECEIVED_BYTES:
            limit = f"{RECEIVED_BYTES // 1_000_000} MB"
            return Refused(said, NotTaken("size", file=name[:60], limit=limit))
    wanted = tuple(Wanted(name, address) for name, _, address in files)
    return Said(said, wanted) if said.text or wanted else None


def _message(
    update: str, place: Place, sender: User | Member, text: str, now: int, *, reference: str
) -> InboundMessage:
    return InboundMessage(
        platform=PLATFORM,
        update_id=update,
        conversation=place.conversation,
        sender=str(sender.id),
        sender_name=_INVISIBLE.sub("", sender.display_name)[:64],
        text=_INVISIBLE.sub("", text).strip(),
        received_at=now,
        is_private=bool(place.user),
        reference=reference,
        home="" if place.user else Place(user=sender.id).conversation,
    )
