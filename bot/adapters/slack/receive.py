"""What Slack sends becomes messages, or is passed over by rule; no network here."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bot.adapters.slack.manifest import PLATFORM, RECEIVED_BYTES, SIGNED_SECONDS, Place, place_of
from bot.adapters.slack.render import SAY
from bot.errors import NotTaken, Undeliverable
from bot.message import InboundMessage, is_readable
from bot.seal import Seal

Json: TypeAlias = dict[str, Any]

OPEN_FORM, FORM = "open:", "form:"
"""What the ids of a form's button and of the form itself begin with."""
PICK, COMMAND_FORM = "pick", "command:"
"""The id of the list of commands, and what the id of a command's form begins with."""
FORM_SHORTCUT = "outcry_command"
SHORTCUTS = {
    "outcry_positions": "/positions",
    "outcry_balance": "/balance",
    "outcry_orders": "/orders",
    "outcry_halt": "/halt",
}
"""The lines that shortcuts say, by their ids in the app's manifest."""
_TIME = re.compile(r"[0-9]{1,12}")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What Slack writes for mentions and links; a person's own < arrives as an entity or stands alone.
_MARKUP = re.compile(r"<([@#!]|https?:|mailto:|tel:)([^<>|]*)(?:\|([^<>]*))?>")
_SPECIAL = re.compile(r"&(lt|gt|amp);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}
_QUOTES = str.maketrans("“”„«»", '"""""')
_SPOKEN = frozenset({"", "file_share", "thread_broadcast"})
"""The subtypes of messages that somebody wrote just now."""
_ENDED = frozenset({"tokens_revoked", "app_uninstalled"})


@dataclass(frozen=True, slots=True)
class Me:
    """Who the app is in its workspace."""

    user: str
    bot: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is still at Slack."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words, typed or pressed; `trigger` opens a modal for them, for a moment.

    `is_home`: it was pressed in their home of the app.
    """

    message: InboundMessage
    files: tuple[Wanted, ...] = ()
    trigger: str = ""
    is_home: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Words that are not acted on, and why the person hears so."""

    message: InboundMessage
    error: NotTaken


@dataclass(frozen=True, slots=True)
class FormWanted:
    """Somebody pressed the button that opens a form."""

    message: InboundMessage
    form: str
    trigger: str


@dataclass(frozen=True, slots=True)
class FormFilled:
    """Somebody sent a form back."""

    message: InboundMessage
    form: str
    value: str


@dataclass(frozen=True, slots=True)
class CommandWanted:
    """Somebody asked for the form of a command, or, where `command` is empty, for the list."""

    message: InboundMessage
    command: str = ""
    view: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at the app's home."""

    message: InboundMessage


@dataclass(frozen=True, slots=True)
class Ended:
    """The workspace says that it has taken a right of the app away."""


Some: TypeAlias = Said | Refused | FormWanted | FormFilled | CommandWanted | HomeOpened
Read: TypeAlias = Some | Ended | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what comes in; `words` are the names of commands, which need no slash after /outcry."""

    me: Me
    seal: Seal
    words: Collection[str]

    def read(self, body: Json, now: int) -> Read:
        """What it is to the desk; None is silence, for what is not said to it by a person.

        Raises what comes of a shape that is like no other: LookupError, TypeError, ValueError,
        AttributeError.
        """
        if "command" in body:
            return self._commanded(body, now)
        match body.get("type"):
            case "event_callback":
                return self._happened(body, body["event"], now)
            case "block_actions":
                return self._pressed(body, body["actions"][0], now)
            case "view_submission":
                return _filled(body, now)
            case "shortcut":
                return _cut_short(body, now)
        return None

    # -- by the command ---------------------------------------------------------------------

    def _commanded(self, body: Json, now: int) -> Read:
        user, channel = body["user_id"], body["channel_id"]
        message = _message(user, f"command:{body['trigger_id']}", now, self.line(body["text"]))
        message = replace(message, sender_name=_shown(body.get("user_name", "")))
        # A chat of two others is not ours to speak in: they are answered in their own with us.
        if not channel.startswith("D"):
            message = _in_channel(message, Place(channel), user)
        return Said(_hooked(message, body), trigger=body["trigger_id"])

    def line(self, text: str) -> str:
        """What follows /outcry as a slash line, or the words that it is."""
        said = self.spoken(text)
        if not said:
            return "/help"
        if said.startswith("/"):
            return said.translate(_QUOTES)
        is_command = said.split(maxsplit=1)[0].lower() in self.words
        return f"/{said.translate(_QUOTES)}" if is_command else said

    def spoken(self, text: str) -> str:
        """Text as its writer saw it, without the mention of us."""

        def shown(match: re.Match[str]) -> str:
            kind, target, label = match.groups()
            if kind == "@":
                return "" if target == self.me.user else f"@{label or target}"
            if kind in "#!":
                return f"{'@' if kind == '!' else '#'}{(label or target).lstrip('@#')}"
            return label or f"{kind}{target}"

        bare = _MARKUP.sub(shown, _INVISIBLE.sub("", text))
        return _SPECIAL.sub(lambda match: _ENTITIES[match[1]], bare).strip()

    # -- by events --------------------------------------------------------------------------

    def _happened(self, body: Json, event: Json, now: int) -> Read:
        kind, name = event["type"], f"event:{body['event_id']}"
        if kind in _ENDED:
            return Ended()
        user = event.get("user")
        if not isinstance(user, str) or user in {self.me.user, "USLACKBOT"}:
            return None
        if kind == "app_home_opened":
            return HomeOpened(_message(user, name, now)) if event["tab"] == "home" else None
        is_private = kind == "message" and event.get("channel_type") == "im"
        if not is_private and kind != "app_mention":
            return None
        if event.get("bot_id") or (event.get("subtype") or "") not in _SPOKEN:
            return None
        message = _message(user, name, now, self.spoken(event.get("text") or ""))
        if message.text.startswith("/"):
            message = replace(message, text=message.text.translate(_QUOTES))
        if not is_private:
            place = Place(event["channel"], event.get("thread_ts") or event["ts"])
            message = _in_channel(message, place, user)
        if any(item.get("is_share") or item.get("is_msg_unfurl") for item in _list(event)):
            return Refused(message, NotTaken("forward")) if is_private else None
        files = _files(event.get("files") or ())
        if isinstance(files, NotTaken):
            return Refused(message, files)
        if not message.text and not files:
            return None if is_private else Said(replace(message, text="/help"))
        return Said(message, files)

    # -- by buttons -------------------------------------------------------------------------

    def _pressed(self, body: Json, action: Json, now: int) -> Read:
        user, name, trigger = body["user"], action["action_id"], body["trigger_id"]
        channel = (body.get("channel") or {}).get("id", "")
        message = _message(user["id"], f"press:{trigger}", now)
        message = replace(message, sender_name=_shown(user.get("username") or user.get("name", "")))
        if name.startswith(OPEN_FORM):
            return FormWanted(message, name.removeprefix(OPEN_FORM), trigger)
        if name == PICK:
            chosen = str(action["selected_option"]["value"])
            return CommandWanted(message, chosen, view=body["view"]["id"])
        if not name.startswith(SAY):
            return None
        place = _place_of(action.get("block_id", ""))
        is_theirs = place is not None and (place.user or user["id"]) == user["id"]
        is_here = place is not None and (place.channel == channel or bool(place.user))
        line = None
        if place is not None and is_theirs and is_here:
            line = self.seal.opened(action.get("value") or "", place.conversation)
        if place is None or line is None:
            place = (
                Place(channel, user=user["id"]) if _is_shared(channel) else Place(user=user["id"])
            )
        if place.channel:
            message = _in_channel(message, place, user["id"])
        message = _hooked(replace(message, text=line or ""), body)
        if line is None:
            return Refused(message, NotTaken("button"))
        return Said(message, trigger=trigger, is_home=not channel)


def genuine(headers: Mapping[str, str], body: bytes, secret: str, now_ms: int) -> bool:
    """Whether a request was signed by Slack a short while ago; header names in lower case.

    Source: Slack's "Verifying requests", signature version 0.
    """
    time = headers.get("x-slack-request-timestamp", "")
    if not secret or not _TIME.fullmatch(time):
        return False
    if abs(now_ms / 1000 - int(time)) > SIGNED_SECONDS:
        return False
    mark = hmac.new(secret.encode(), f"v0:{time}:".encode() + body, hashlib.sha256).hexdigest()
    given = headers.get("x-slack-signature", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, f"v0={mark}".encode())


def _filled(body: Json, now: int) -> Read:
    view, user = body["view"], body["user"]["id"]
    name = view.get("callback_id") or ""
    values = view["state"]["values"]
    fields = {key: _value(field) for block in values.values() for key, field in block.items()}
    message = _message(user, f"form:{view['id']}:{view.get('hash', '')}", now)
    if name.startswith(COMMAND_FORM):
        line = _line(name.removeprefix(COMMAND_FORM), fields)
        return Said(replace(message, text=line), trigger=body.get("trigger_id", ""))
    if not name.startswith(FORM):
        return None
    return FormFilled(message, name.removeprefix(FORM), next(iter(fields.values()), ""))


def _value(field: Json) -> str:
    chosen = field.get("selected_option")
    return str((chosen["value"] if chosen else field.get("value")) or "").strip()


def _line(name: str, fields: Mapping[str, str]) -> str:
    """A form as the slash line that it stands for."""
    given = {key: value.replace('"', "'") for key, value in fields.items() if value and key != PICK}
    words = (
        f'{key}="{value}"' if re.search(r"\s", value) else f"{key}={value}"
        for key, value in given.items()
    )
    return " ".join((f"/{name}", *words))


def _cut_short(body: Json, now: int) -> Read:
    user, trigger = body["user"], body["trigger_id"]
    line = SHORTCUTS.get(body["callback_id"], "")
    message = _message(user["id"], f"shortcut:{trigger}", now, line)
    name = _shown(user.get("username") or user.get("name", ""))
    message = replace(message, sender_name=name)
    if body["callback_id"] == FORM_SHORTCUT:
        return CommandWanted(message, trigger=trigger)
    return Said(message, trigger=trigger) if line else None


def _files(files: Collection[Json]) -> tuple[Wanted, ...] | NotTaken:
    wanted = []
    for file in files:
        name = str(file.get("name") or "")
        url = file.get("url_private_download") or file.get("url_private")
        if not is_readable(name) or not isinstance(url, str):
            return NotTaken("file", file=name[:60] or "?")
        if int(file.get("size") or 0) > RECEIVED_BYTES:
            limit = f"{RECEIVED_BYTES // 1_000_000} MB"
            return NotTaken("size", file=name[:60], limit=limit)
        wanted.append(Wanted(url, name))
    return tuple(wanted)


def _list(event: Json) -> list[Json]:
    found = event.get("attachments") or []
    return [item for item in found if isinstance(item, dict)]


def _place_of(block: str) -> Place | None:
    """The place that a row of buttons was shown for."""
    try:
        return place_of(block.partition(" ")[2])
    except Undeliverable:
        return None


def _is_shared(channel: str) -> bool:
    return bool(channel) and not channel.startswith("D")


def _in_channel(message: InboundMessage, place: Place, user: str) -> InboundMessage:
    return replace(
        message,
        conversation=place.conversation,
        is_private=False,
        aside=replace(place, user=user).conversation,
        home=Place(user=user).conversation,
    )


def _hooked(message: InboundMessage, body: Json) -> InboundMessage:
    """With a way to answer where the app is no member: who is answered, and by what address."""
    hook = body.get("response_url")
    return replace(message, reference=f"{message.sender} {hook}") if hook else message


def _message(user: str, update: str, now: int, text: str = "") -> InboundMessage:
    return InboundMessage(
        platform=PLATFORM,
        update_id=update,
        conversation=Place(user=user).conversation,
        sender=user,
        sender_name="",
        text=text,
        received_at=now,
    )


def _shown(name: str) -> str:
    return _INVISIBLE.sub("", name)[:64]
