"""The role that a word beside a figure of a trade gives it: `stop 2000`, `at 60k`, `15 shares`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import wordset

# Of the markers before a figure, the first that its word is.
_BEFORE = (
    ("trail", ("TRAIL",)),
    ("stop_loss", ("STOPLOSS", "PROTECT")),
    ("stop_price", ("TRIGGER",)),
    ("trigger_buy", ("BUYSTOP",)),
    ("trigger_sell", ("SELLSTOP",)),
    ("take_profit", ("TAKEPROFIT",)),
    ("stop", ("STOPW",)),
    ("price", ("NOTABOVE", "NOTBELOW", "LIMITW")),
    ("quantity", ("SIZE",)),
    ("up", ("UP", "ABOVE", "CROSSUP", "CLOSESUP", "CROSS")),
    ("down", ("DOWN", "BELOW", "CROSSDOWN", "CLOSESDOWN")),
    ("amount", ("WORTH",)),
    ("price", ("PRICE",)),
)
# And of those right behind it: `2% trailing`, `560 max`.
_BEHIND = (
    ("trail", ("TRAIL",)),
    ("stop_loss", ("STOPLOSS",)),
    ("take_profit", ("TAKEPROFIT",)),
    ("stop", ("STOPW",)),
    ("price", ("NOTABOVE", "NOTBELOW", "LIMITW")),
    ("price", ("EACH",)),
    ("amount", ("WORTH",)),
)
_BREAKS = tuple(wordset("break casse breach fall perce crack lose perd cross croise enfonce rompt"))
_WAYS = ("par ", "vers ", "a la ", "to the ")
_BIDS = wordset("bid bidding offer offering offre")
REACH_BACK = 6
REACH_OF_NOUNS = 3


@dataclass(frozen=True, slots=True)
class Markers:
    """The words of a `buy` or a `sell`."""

    name: str
    tokens: list[Token]

    def role(self, index: int) -> str | None:
        """The role that a marker beside the figure at this place gives it."""
        if index + 1 < len(self.tokens) and self.tokens[index + 1].isa("SLICES"):
            return "slices"
        if self._is_a_share(index):
            return None
        return "price" if self._is_bid(index) else self._before(index) or self._behind(index)

    def _is_a_share(self, index: int) -> bool:
        """`a stop on half my eth`, `on 50% of my eth`: how much, and no level."""
        token, behind = self.tokens[index], self.tokens[index + 1 : index + 3]
        if token.kind == "fraction":
            return True
        mine = len(behind) == 2 and behind[0].isa("OF") and behind[1].isa("POSS", "<symbol>")
        return token.kind == "percent" and mine

    def is_counted(self, index: int) -> bool:
        """`3 eth`, `15 shares`: what stands right behind says what the figure counts."""
        after = self.tokens[index + 1 : index + 2]
        return bool(after) and (after[0].kind == "symbol" or after[0].isa("SHARES"))

    def goes_on(self, earlier: int, later: int, *, is_sized: bool) -> bool:
        """`targets at 3% and 6%`: another figure of the same kind in the same list."""
        between = self.tokens[earlier + 1 : later]
        joined = any(t.isa("AND") or t.text == "," for t in between)
        return (
            self.tokens[earlier].kind == self.tokens[later].kind
            and (joined or (is_sized and not between))
            and all(t.isa("AND", "AT") or t.text == "," for t in between)
            and not self.is_counted(later)
        )

    def _is_bid(self, index: int) -> bool:
        """`bid 0.82 for 4000 ada`: a dealer's price comes before what it is for."""
        before = self.tokens[index - 1] if index else None
        behind = self.tokens[index + 1 : index + 3]
        bids = before is not None and before.isa("BUY", "SELL") and _BIDS & set(before.text.split())
        counted = len(behind) == 2 and behind[0].isa("FOR") and behind[1].kind == "number"
        return bool(bids) and counted

    def _before(self, index: int) -> str | None:
        """The nearest marker before it, with nothing between that ends its reach."""
        at = False
        for token in reversed(self.tokens[max(0, index - REACH_BACK) : index]):
            if token.kind in FIGURES or (_is_hard_mark(token) and not at):
                break
            at = at or token.isa("AT")
            role = _marked(token)
            noun = token.isa("SIZE", "PRICE") and role in {"quantity", "price"}
            if noun and index - self.tokens.index(token) > REACH_OF_NOUNS:
                continue
            if role == "amount" and (at or self._is_said_of_an_earlier(token)):
                continue  # `20 dollars worth of eth at 4000`
            if role is not None and role.startswith("trigger") and self.is_counted(index):
                return "quantity"
            if token.isa("LIMITW") and self._is_first_count(index) and not at:
                return "quantity"
            if role in {"up", "down"}:
                return self._direction(*self._sided(index, role, token))
            if role is not None:
                return "stop_price" if role.startswith("trigger") else role
            if token.isa("BUY", "SELL", "AND", "WITH") or token.text == ",":
                break
        return None

    def _behind(self, index: int) -> str | None:
        after = [t for t in self.tokens[index + 1 : index + 3] if not t.isa("OF", "FOR", "AND")]
        for role, concepts in _BEHIND:
            if after and after[0].isa(*concepts) and not self._leads_on(index, after[0]):
                return role
        return None

    def _leads_on(self, index: int, marker: Token) -> bool:
        """`2950 stop 2800`: the marker belongs to the figure that follows it."""
        place = self.tokens.index(marker, index)
        following = [t for t in self.tokens[place + 1 : place + 3] if not t.isa("OF")]
        return bool(following) and (
            following[0].kind in FIGURES
            or (following[0].isa("AT") and len(following) > 1 and following[1].kind in FIGURES)
        )

    def _is_said_of_an_earlier(self, marker: Token) -> bool:
        place = self.tokens.index(marker)
        return place > 0 and self.tokens[place - 1].kind in FIGURES

    def _is_first_count(self, index: int) -> bool:
        """`a limit order of 8 bnb`: the first figure, right before what is traded."""
        earlier = any(t.kind in FIGURES for t in self.tokens[:index])
        return not earlier and self.is_counted(index)

    def _sided(self, index: int, role: str, token: Token) -> tuple[str, Token]:
        """`casse 38 par le bas`: the way through a level may be told behind it."""
        way = self.tokens[index + 1] if index + 1 < len(self.tokens) else token
        if way.text.startswith(_WAYS) and way.isa("UP", "DOWN"):
            return ("down" if way.isa("DOWN") else "up"), way
        return role, token

    def _direction(self, way: str, token: Token) -> str:
        """Through a level with the trade is a stop; to a better level is a limit."""
        breaks = self.name == "sell" and token.text.startswith(_BREAKS)
        with_the_trade = way == ("up" if self.name == "buy" else "down")
        return "stop_price" if with_the_trade or breaks else "price"


def _is_hard_mark(token: Token) -> bool:
    return token.kind == "mark" and token.text not in {",", ":"}


def _marked(token: Token) -> str | None:
    """The role that a word before a figure gives it; a verb gives none."""
    if token.isa("BUY", "SELL", "PUT"):
        return None
    return next((role for role, concepts in _BEFORE if token.isa(*concepts)), None)
