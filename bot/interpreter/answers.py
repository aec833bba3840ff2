"""What an interpreter says itself: a model's answer, its questions back, why it was not asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot.card import Button, Card, Tone
from bot.command import Effect, usage
from bot.families.lines import canonical_line
from bot.interpreter.understood import Understood, Wondered
from bot.voice import Voice

_LONGEST = 2_000
_LONGEST_BUTTON = 64
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|www\.)\S+|\[([^\]]*)\]\([^)]*\)|\b(?:[\w-]+\.)+(?:com|net|org|io|xyz|me|ly|co|fr|ru)/\S*",
    re.IGNORECASE,
)


def answered(understood: Understood, looked_at: Sequence[Card], voice: Voice) -> Card:
    """A model's words, with the pictures it had drawn and the lines its figures come from."""
    sources = " · ".join(understood.sources)
    key = "model.answer.sources" if sources else "model.answer.hint"
    return Card(
        voice.say("model.answer.title"),
        text=harmless(understood.says),
        attachments=tuple(a for card in looked_at for a in card.attachments),
        badge=next((card.badge for card in looked_at if card.badge), ""),
        hint=voice.say(key, sources=sources),
    )


def draft(text: str, voice: Voice) -> Card:
    """The answer so far."""
    return Card(voice.say("model.draft.title"), text=harmless(text))


def asked_back(wondered: Wondered, voice: Voice) -> Card:
    """Why a command was not taken as asked for, and how to ask for it."""
    command = wondered.command
    line = canonical_line(command)
    is_light = command.spec.effect is Effect.CHANGES_SETTINGS and len(line) <= _LONGEST_BUTTON
    missing = voice.listed(wondered.missing) or voice.say("common.none")
    return Card(
        voice.say(f"model.wondered.{wondered.why}.title", command=command.spec.name),
        text=voice.say(f"model.wondered.{wondered.why}.text", missing=missing),
        buttons=(Button(line, line),) if is_light and wondered.why == "unasked" else (),
        hint=voice.say("model.wondered.hint", usage=usage(type(command))),
        tone=Tone.ASK,
    )


def owned_up(card: Card, reason: str, voice: Voice) -> Card:
    """A card of the offline interpreter that stands in for the model."""
    note = voice.say(f"model.fallback.{reason}")
    return replace(card, hint=f"{card.hint} {note}".strip())


def harmless(text: str) -> str:
    """A model's words without links, hidden letters and excess."""
    visible = "".join(
        c for c in text if c == "\n" or unicodedata.category(c) not in {"Cf", "Cc", "Co", "Cn"}
    )
    linkless = _ADDRESS.sub(lambda m: m[1] or "[…]", visible)
    return linkless if len(linkless) <= _LONGEST else f"{linkless[:_LONGEST]}…"
