"""/import — take a strategy in from a file, or copy one under another name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from bot.card import Card, Tone
from bot.command import Command, Context, Effect, Outcome
from bot.errors import FileNotGiven, shown
from bot.families.files import attached, is_of_other_kind, small_text
from bot.forms import FileText, StrategyText
from bot.message import STRATEGY_FILE, Role
from bot.presenters.strategies import about_told, strategy_buttons, strategy_fields
from bot.voice import Voice
from engine.desk import Change, Entry
from engine.errors import StrategyInvalid

_MOST_BYTES = 256 * 1024


class Import(Command, name="import", effect=Effect.CHANGES_SETTINGS, role=Role.TRADER):
    """Take a strategy in from a file, or copy one that is here."""

    file: FileText | None = Field(
        default=None, description="The file that you attach, or a strategy here to copy."
    )
    name: StrategyText | None = Field(default=None, description="What the copy is called.")

    async def handle(self, context: Context) -> Outcome:
        """Check the document and keep it."""
        strategies = context.desk.strategies
        if self.name is not None:
            source = await strategies.find((self.file or "").lower())
            return Imported(*await strategies.clone(source, self.name.partition("@")[0]))
        return Imported(*await strategies.keep(self._text(context)))

    def _text(self, context: Context) -> str:
        for name in (self.file, *(file.name for file in context.message.files)):
            if name is not None and is_of_other_kind(name, STRATEGY_FILE):
                raise self.wrong("file", "not_document", said=shown(Path(name).name))
        file = attached(context.message, self.file)
        try:
            return small_text(file, _MOST_BYTES)
        except UnicodeDecodeError as error:
            detail = f"{file.name} is no text in UTF-8"
            raise StrategyInvalid(detail, "", "strategy.no_text", word=shown(file.name)) from error
        except ValueError as error:
            most = str(_MOST_BYTES // 1024)
            raise StrategyInvalid(
                str(error), "", "strategy.file_too_large", word=shown(file.name), most=most
            ) from error
        except OSError as error:
            raise FileNotGiven(file=file.name) from error


@dataclass(frozen=True, slots=True)
class Imported:
    """What is kept now, and what that changed."""

    entry: Entry
    change: Change

    def card(self, voice: Voice) -> Card:
        """The rules, as they were understood."""
        kept = self.entry.kept
        facts = {"name": kept.name, "version": str(kept.version)}
        parent = voice.say("import.parent", parent=kept.parent) if kept.parent else ""
        return Card(
            voice.say(f"import.{self.change.value}", **facts),
            text="\n".join(line for line in (about_told(self.entry, voice), parent) if line),
            fields=strategy_fields(self.entry, voice),
            buttons=strategy_buttons(self.entry, voice),
            hint=voice.say("import.hint", **facts),
            tone=Tone.NEUTRAL if self.change is Change.SAME else Tone.GOOD,
        )
