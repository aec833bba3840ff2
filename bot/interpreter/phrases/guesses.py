"""The role that a figure of a trade has by its kind and place, where no word gives it one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.interpreter.phrases.markers import Markers
from bot.interpreter.phrases.scenes import Draft
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import wordset

SIZES = ("quantity", "amount", "percent")
_OF_THE_HELD = wordset("POSS POSITION OFF IT SHARES HIS BALANCE TOPUP")


@dataclass(frozen=True, slots=True)
class Guesses:
    """`draft` holds the roles that are taken; a size is taken first."""

    markers: Markers
    draft: Draft

    def role(self, index: int) -> str:
        """The role of the figure at this place; `spare` where none is left for it."""
        token, before = self.markers.tokens[index], self._before(index)
        if token.kind == "percent":
            return "percent"
        if token.kind == "fraction":
            return self._part(index)
        at = before is not None and before.isa("AT")
        if token.kind == "money":
            spends = before is not None and before.isa("WITH")
            return "price" if not spends and (at or self.is_sized()) else "amount"
        return "price" if at and not self.counts_things(index) else self._bare(index)

    def is_sized(self) -> bool:
        """Whether the draft says how much."""
        return any(size in self.draft for size in SIZES)

    def counts_things(self, index: int) -> bool:
        """`3 eth`, where nothing says yet how much."""
        return self.markers.is_counted(index) and not self.is_sized()

    def _before(self, index: int) -> Token | None:
        return self.markers.tokens[index - 1] if index else None

    def _part(self, index: int) -> str:
        """Half a bitcoin is a quantity; half of my bitcoin is a percent."""
        behind = self.markers.tokens[index + 1 : index + 4]
        if len(behind) > 1 and behind[0].text in {"a", "an", "of"} and behind[1].isa("SHARES"):
            return "quantity"
        named = any(token.kind == "symbol" for token in behind)
        return "quantity" if named and not self._of_mine(index) else "percent"

    def _of_mine(self, index: int) -> bool:
        """`half my`, `half of my`, `la moitié des`: a part of what is held."""
        between: list[Token] = []
        for token in self.markers.tokens[index + 1 : index + 5]:
            if token.kind == "symbol":
                break
            between.append(token)
        if any(t.isa(*_OF_THE_HELD) or t.text in {"des", "du", "les", "the"} for t in between):
            return True
        sells = self.markers.name == "sell" and bool(between) and between[0].isa("OF")
        return sells and not any(t.text in {"a", "an", "un"} for t in between)

    def _bare(self, index: int) -> str:
        """A number by itself: a sum that is put somewhere, a quantity, or a price behind it."""
        if not self.is_sized():
            sums = self._is_put(index) and not self.counts_things(index)
            return "amount" if sums else "quantity"
        before = self._before(index)
        # `3 of my 10 eth`: what counts things, or stands among other words, is no price.
        stands = before is not None and (
            before.kind == "symbol"
            or before.isa("SHARES", "FOR", "<venue>", "BUY", "SELL")
            or before.text == ","
        )
        priced = {"price", "stop_price"} & self.draft.keys()
        return "price" if stands and not self.markers.is_counted(index) and not priced else "spare"

    def _is_put(self, index: int) -> bool:
        """`put 500 in btc`, `pour 1k de btc`, `buy sol for 500`; `for 3 btc` counts coins."""
        left, behind = self.markers.tokens[:index], self.markers.tokens[index + 1 :]
        puts = any(t.isa("PUT") and not t.isa("BUY", "SELL") for t in left)
        if puts and any(t.isa("IN", "ON", "TO", "AT") for t in behind):
            return True
        of = bool(behind) and behind[0].isa("OF")
        named = len(left) > 1 and any(token.kind == "symbol" for token in left)
        return bool(left) and left[-1].isa("FOR") and (of or named)
