"""/leverage — how many times its own margin a perpetual is worth; asked, and read back."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.card import Button, Card, Tone
from bot.command import Context, Effect, Outcome, Preview
from bot.families.accounts import AccountCommand
from bot.forms import AboveZeroText, SymbolText
from bot.presenters.badges import badge
from bot.presenters.following import reason_words
from bot.presenters.margin import backing_rows, leverage_words
from bot.presenters.orders import change, refusal_card
from bot.voice import Voice
from engine.desk import LeverageDraft
from engine.domain.identifiers import IntentKey, Symbol
from engine.domain.margin import Leverage
from engine.errors import OrderRejected

MOST = 125


class SetLeverage(AccountCommand, name="leverage", effect=Effect.MOVES_MONEY):
    """Set how many times its own margin a perpetual is worth."""

    symbol: SymbolText = Field(description="A perpetual, such as BTC/USDT:USDT.")
    times: AboveZeroText = Field(description="A whole number such as 3 or 3x; 1 borrows nothing.")

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """`/leverage symbol times`."""
        return ("symbol", "times")

    @classmethod
    def expand(cls, name: str, token: str) -> dict[str, str]:
        """`3x` is 3."""
        return {name: token.lower().rstrip("x×") if name == "times" else token}

    async def preview(self, context: Context) -> Preview:
        """Margin, free cash and the price of liquidation, before and after."""
        return LeveragePreview(await self._draft(context))

    async def handle(self, context: Context) -> Outcome:
        """Ask the exchange and read it back; until then nothing opens."""
        draft = await self._draft(context)
        if draft.refusal is not None:
            return LeveragePreview(draft)
        try:
            key = IntentKey(context.intent)
            await context.desk.margin.set(draft.instrument.symbol, self._wanted(), key)
        except OrderRejected as error:
            return LeverageRefused(draft, error.facts["reason"])
        return LeverageTaken(draft)

    async def _draft(self, context: Context) -> LeverageDraft:
        return await context.desk.margin.draft(Symbol(self.symbol), self._wanted())

    def _wanted(self) -> Leverage:
        if self.times % 1 or self.times > MOST:
            raise self.wrong("times", "whole_up_to", said=f"{self.times:f}", most=str(MOST))
        return Leverage(self.times)


@dataclass(frozen=True, slots=True)
class LeveragePreview:
    """What a yes would ask for, or why it cannot."""

    draft: LeverageDraft
    reference_price: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be done."""
        return self.draft.refusal is not None

    def card(self, voice: Voice) -> Card:
        """Before and after."""
        draft, symbol = self.draft, self.draft.instrument.symbol
        if draft.refusal is not None:
            return refusal_card(draft.refusal, voice)
        both = (draft.before, draft.after)
        words = " → ".join(leverage_words(each.leverage, voice) for each in both)
        free = change(draft.free_before, draft.free_after, draft.instrument.quote, voice)
        return Card(
            voice.say("leverage.question", symbol=symbol, times=_times(draft)),
            text=voice.say("leverage.text", venue=draft.account.venue),
            fields=(
                (voice.say("leverage.label"), words),
                *backing_rows(both, draft.instrument, voice),
                (voice.say("preview.free_label"), free),
                (voice.say("leverage.open_orders"), str(draft.open_orders)),
            ),
            badge=badge(draft.kind, voice, draft.account),
            tone=Tone.ASK,
        )


@dataclass(frozen=True, slots=True)
class LeverageTaken:
    """It was read back as asked."""

    draft: LeverageDraft

    def card(self, voice: Voice) -> Card:
        """What holds now."""
        draft, symbol = self.draft, self.draft.instrument.symbol
        return Card(
            voice.say("leverage.taken.title", symbol=symbol, times=_times(draft)),
            text=voice.say("leverage.taken.text", venue=draft.account.venue),
            badge=badge(draft.kind, voice, draft.account),
            buttons=(
                Button(
                    voice.say("leverage.positions"), f"/positions {symbol}{draft.account.argument}"
                ),
            ),
            hint=voice.say("leverage.taken.hint", symbol=symbol),
            tone=Tone.GOOD,
        )


@dataclass(frozen=True, slots=True)
class LeverageRefused:
    """The exchange has another one than was asked for."""

    draft: LeverageDraft
    reason: str

    def card(self, voice: Voice) -> Card:
        """Why, and that nothing opens meanwhile."""
        draft, symbol = self.draft, self.draft.instrument.symbol
        return Card(
            voice.say("leverage.refused.title", symbol=symbol, times=_times(draft)),
            text=voice.say("leverage.refused.text", reason=reason_words(self.reason, voice)),
            badge=badge(draft.kind, voice, draft.account),
            hint=voice.say("leverage.refused.hint", symbol=symbol),
            tone=Tone.BAD,
        )


def _times(draft: LeverageDraft) -> str:
    leverage = draft.after.leverage
    return f"{leverage.times:f}" if leverage is not None else ""
