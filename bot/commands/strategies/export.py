"""/export — a strategy as the document that it is."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Attachment, AttachmentKind, Card
from bot.command import Command, Context, Effect, Outcome
from bot.forms import StrategyText
from bot.voice import Voice
from engine.desk import Entry


class Export(Command, name="export", effect=Effect.READS):
    """Give a strategy as a file that /import reads back."""

    strategy: StrategyText = Field(description="Its name, or name@2 for a version.")

    async def handle(self, context: Context) -> Outcome:
        """Write it out."""
        entry = await context.desk.strategies.find(self.strategy)
        name = f"{entry.kept.name}-{entry.kept.version}.yaml"
        path = await context.pictures.keep(entry.kept.document.encode(), name)
        return Exported(entry, Attachment(path, AttachmentKind.DOCUMENT, name))


@dataclass(frozen=True, slots=True)
class Exported:
    """The document in a file."""

    entry: Entry
    file: Attachment

    def card(self, voice: Voice) -> Card:
        """The file."""
        kept = self.entry.kept
        return Card(
            voice.say("export.title", name=kept.name, version=str(kept.version)),
            text=voice.say("export.text"),
            attachments=(self.file,),
            hint=voice.say("export.hint"),
        )
