"""The arguments of buy and sell: which figure is the size, which the price, which a stop."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from bot.arguments.numbers import plain
from bot.interpreter.phrases.scenes import (
    Draft,
    Scene,
    in_currency,
    lasts,
    plain_value,
    symbols,
    venue,
)
from bot.interpreter.phrases.tokens import FIGURES, Token
from bot.interpreter.phrases.vocabulary import wordset

SIZES = ("quantity", "amount", "percent")
_TIME_IN_FORCE = {"GTC": "gtc", "IOC": "ioc", "FOK": "fok", "DAYTIF": "day"}
_FLAGS = {"POSTONLY": "post_only", "REDUCEONLY": "reduce_only"}
# The first marker found behind a figure says what it is.
_MARKERS = (
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
_POSTFIX = (("trail", ("TRAIL",)), ("stop_loss", ("STOPLOSS",)), ("take_profit", ("TAKEPROFIT",)), ("stop", ("STOPW",)),
            ("price", ("NOTABOVE", "NOTBELOW", "LIMITW")), ("price", ("EACH",)), ("amount", ("WORTH",)))  # fmt: skip
_BREAKS = (
    "break",
    "casse",
    "breach",
    "fall",
    "perce",
    "crack",
    "lose",
    "perd",
    "cross",
    "croise",
    "enfonce",
    "rompt",
)
_WAYS = ("par ", "vers ", "a la ", "to the ")
_BIDS = wordset("bid bidding offer offering offre")
REACH_BACK = 6


class Trade:
    """The figures of one clause as they get their roles."""

    def __init__(self, name: str, scene: Scene) -> None:
        self.name = name
        self.tokens = [
            t
            for t in scene.tokens
            if not (t.concepts and t.concepts <= {"FILLER", "REQ", "NOW"}) or t.text == "a"
        ]
        self.draft: Draft = {}
        self.unsure = False
        self.times_out_of_place = False
        """A time was said that is not the one over which it goes: nothing an order has."""
        self._scene = scene

    def read(self) -> Draft:
        """All arguments said."""
        figures = [i for i, token in enumerate(self.tokens) if token.kind in FIGURES]
        roles = {i: self._marked(i) for i in figures}
        for earlier, later in pairwise(figures):
            if roles[earlier] == "take_profit" and roles[later] is None:
                sized = any(roles[i] is None or roles[i] in SIZES for i in figures if i < earlier)
                if self._goes_on(earlier, later, is_sized=sized):
                    roles[later] = "take_profit"
        for i in figures:
            self._assign(i, roles[i])
        for i in (i for i in figures if roles[i] is None):
            self._assign(i, self._unmarked(i))
        self._whole()
        self._terms()
        return self.draft

    def role_of(self, index: int) -> str | None:
        """The role of a figure where something beside it says so."""
        token = self.tokens[index]
        before = self.tokens[index - 1] if index else None
        if (
            token.kind != "percent"
            and before is not None
            and before.isa("AT")
            and not self._counts_things(index)
        ):
            return self._marked(index) or "price"
        counted = index + 1 < len(self.tokens) and self.tokens[index + 1].isa("SHARES")
        return self._marked(index) or ("quantity" if counted else None)

    def guessed(self, index: int) -> str:
        """The role of a figure that nothing marks."""
        return self._unmarked(index)

    def terms(self) -> Draft:
        """What is said beside figures: the instrument, the venue, how long it stands."""
        self._terms()
        return self.draft

    def _marked(self, index: int) -> str | None:
        """The role that a marker beside the figure gives it."""
        if index + 1 < len(self.tokens) and self.tokens[index + 1].isa("SLICES"):
            return "slices"
        if self._is_bid(index):
            return "price"
        behind = self._behind(index)
        if behind is not None:
            return behind
        after = [t for t in self.tokens[index + 1 : index + 3] if not t.isa("OF", "FOR", "AND")]
        for role, concepts in _POSTFIX:
            if after and after[0].isa(*concepts) and not self._leads_on(index, after[0]):
                return role
        return None

    def _is_bid(self, index: int) -> bool:
        """`bid 0.82 for 4000 ada`: a dealer's price comes before what it is for."""
        before = self.tokens[index - 1] if index else None
        behind = self.tokens[index + 1 : index + 3]
        bids = before is not None and before.isa("BUY", "SELL") and _BIDS & set(before.text.split())
        return (
            bool(bids) and len(behind) == 2 and behind[0].isa("FOR") and behind[1].kind == "number"
        )

    def _leads_on(self, index: int, marker: Token) -> bool:
        """`2950 stop 2800`: the marker belongs to the figure that follows it."""
        place = self.tokens.index(marker, index)
        following = [t for t in self.tokens[place + 1 : place + 3] if not t.isa("OF")]
        return bool(following) and (
            following[0].kind in FIGURES
            or (following[0].isa("AT") and len(following) > 1 and following[1].kind in FIGURES)
        )

    def _goes_on(self, earlier: int, later: int, *, is_sized: bool) -> bool:
        """`targets at 3% and 6%`: another figure of the same kind in the same list."""
        between = self.tokens[earlier + 1 : later]
        joined = any(t.isa("AND") or t.text == "," for t in between)
        return (
            self.tokens[earlier].kind == self.tokens[later].kind
            and (joined or (is_sized and not between))
            and all(t.isa("AND", "AT") or t.text == "," for t in between)
            and not self._counts_things(later)
        )

    def _behind(self, index: int) -> str | None:
        at = False
        for token in reversed(self.tokens[max(0, index - REACH_BACK) : index]):
            if token.kind in FIGURES or (
                token.kind == "mark" and token.text not in {",", ":"} and not at
            ):
                break
            at = at or token.isa("AT")
            role = next(
                (
                    role
                    for role, concepts in _MARKERS
                    if token.isa(*concepts) and not token.isa("BUY", "SELL", "PUT")
                ),
                None,
            )
            if (
                role in {"quantity", "price"}
                and token.isa("SIZE", "PRICE")
                and index - self.tokens.index(token) > 3
            ):
                continue
            if role == "amount" and (at or self._is_said_of_an_earlier(token)):
                continue  # `20 dollars worth of eth at 4000`
            if role is not None and role.startswith("trigger") and self._counts_things(index):
                return "quantity"
            if token.isa("LIMITW") and self._is_first_count(index) and not at:
                return "quantity"
            if role in {"up", "down"}:
                return self._direction(*self._sided(index, role, token))
            if role is not None:
                return self._direction(role, token)
            if token.isa("BUY", "SELL", "AND", "WITH") or token.text == ",":
                break
        return None

    def _sided(self, index: int, role: str, token: Token) -> tuple[str, Token]:
        """`casse 38 par le bas`: the way through a level may be told behind it."""
        way = self.tokens[index + 1] if index + 1 < len(self.tokens) else token
        if way.text.startswith(_WAYS) and way.isa("UP", "DOWN"):
            return ("down" if way.isa("DOWN") else "up"), way
        return role, token

    def _is_said_of_an_earlier(self, marker: Token) -> bool:
        place = self.tokens.index(marker)
        return place > 0 and self.tokens[place - 1].kind in FIGURES

    def _is_first_count(self, index: int) -> bool:
        """`a limit order of 8 bnb`: the first figure, right before what is traded."""
        earlier = any(t.kind in FIGURES for t in self.tokens[:index])
        return not earlier and self._counts_things(index)

    def _direction(self, role: str, token: Token) -> str:
        """Through a level with the trade is a stop; to a better level is a limit."""
        if role.startswith("trigger"):
            return "stop_price"
        if role not in {"up", "down"}:
            return role
        breaks = token.text.startswith(_BREAKS)
        with_the_trade = role == ("up" if self.name == "buy" else "down") or (
            self.name == "sell" and breaks
        )
        return "stop_price" if with_the_trade else "price"

    def _unmarked(self, index: int) -> str:
        token = self.tokens[index]
        before = self.tokens[index - 1] if index else None
        at = before is not None and before.isa("AT") and token.kind not in {"percent", "fraction"}
        if token.kind == "percent":
            return "percent"
        if token.kind == "fraction":
            return self._part(index)
        if token.kind == "money":
            if before is not None and before.isa("WITH"):
                return "amount"
            return "price" if at or self._sized() else "amount"
        if at and not self._counts_things(index):
            return "price"
        return self._bare(index)

    def _part(self, index: int) -> str:
        """Half a bitcoin is a quantity; half of my bitcoin is a percent."""
        following = self.tokens[index + 1 : index + 3]
        if (
            len(following) > 1
            and following[0].text in {"a", "an", "of"}
            and following[1].isa("SHARES")
        ):
            return "quantity"
        for token in self.tokens[index + 1 : index + 4]:
            if token.kind == "symbol":
                return (
                    "quantity"
                    if self.tokens[index + 1 : index + 2] and not self._of_mine(index)
                    else "percent"
                )
        return "percent"

    def _of_mine(self, index: int) -> bool:
        """`half my`, `half of my`, `la moitié des`: a part of what is held."""
        between: list[Token] = []
        for token in self.tokens[index + 1 : index + 5]:
            if token.kind == "symbol":
                break
            between.append(token)
        if any(
            t.isa("POSS", "POSITION", "OFF", "IT", "SHARES", "HIS", "BALANCE", "TOPUP")
            or t.text in {"des", "du", "les", "the"}
            for t in between
        ):
            return True
        return (
            self.name == "sell"
            and bool(between)
            and between[0].isa("OF")
            and not any(t.text in {"a", "an", "un"} for t in between)
        )

    def _counts_things(self, index: int) -> bool:
        after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return (
            after is not None
            and (after.kind == "symbol" or after.isa("SHARES"))
            and not self._sized()
        )

    def _bare(self, index: int) -> str:
        put = any(t.isa("PUT") and not t.isa("BUY", "SELL") for t in self.tokens[:index]) and any(
            t.isa("IN", "ON", "TO", "AT") for t in self.tokens[index + 1 :]
        )
        before = self.tokens[index - 1] if index else None
        after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        # `pour 1k de btc` is a sum; `for 3 btc` counts coins.
        put = put or bool(before and after and before.isa("FOR") and after.isa("OF"))
        put = put or bool(
            before and before.isa("FOR") and index > 1 and self._behind_a_thing(index)
        )
        if put and not self._sized() and not self._counts_things(index):
            return "amount"
        if not self._sized():
            return "quantity"
        # `3 of my 10 eth`: what counts things, or stands among other words, is no price.
        counts = after is not None and (after.kind == "symbol" or after.isa("SHARES"))
        stands = before is not None and (
            before.kind == "symbol"
            or before.isa("SHARES", "FOR", "<venue>", "BUY", "SELL")
            or before.text == ","
        )
        free = stands and not counts and not {"price", "stop_price"} & self.draft.keys()
        return "price" if free else "spare"

    def _behind_a_thing(self, index: int) -> bool:
        """`buy sol for 500`: what stands behind the instrument and `for` is a sum."""
        return any(token.kind == "symbol" for token in self.tokens[:index])

    def _sized(self) -> bool:
        return any(size in self.draft for size in SIZES)

    def _assign(self, index: int, role: str | None) -> None:
        if role is None:
            return
        token = self.tokens[index]
        if role in {"amount", "quantity"} and token.kind == "money":
            role = "amount"
        if role == "percent" and token.kind in {"number", "money"}:
            role = "quantity"
        if role == "take_profit" and role in self.draft:
            self.draft[role] = f"{self.draft[role]} {self._figure(role, token)}"
            return
        if role == "spare" or role in self.draft:
            self.unsure = True
            return
        if role == "quantity" and token.kind == "percent":
            role = "percent"
        self.draft[role] = self._figure(role, token)

    def _figure(self, role: str, token: Token) -> str:
        if token.kind == "fraction":
            part = Decimal(token.value)
            return f"{plain(round(part * 100, 2))}%" if role == "percent" else plain(round(part, 4))
        return token.value if token.kind == "percent" else plain_value(token)

    def _whole(self) -> None:
        """`all in`, `all my eth`: everything is a hundred percent."""
        scene = self._scene
        whole = scene.has("ALLIN") if self.name == "buy" else scene.has("ALL", "EVERYTHING")
        if whole and not self._sized():
            self.draft["percent"] = "100%"

    def _terms(self) -> None:
        scene = self._scene
        for concept, value in _TIME_IN_FORCE.items():
            if scene.has(concept):
                self.draft["time_in_force"] = value
        for concept, name in _FLAGS.items():
            if scene.has(concept):
                self.draft[name] = "true"
        for length in scene.all("duration", "timeframe"):
            if lasts(length, scene):
                self.draft["twap"] = length.value
            elif length.kind == "duration":
                self.times_out_of_place = True
        if self.tokens and self.tokens[-1].text in {"day", "jour"}:
            self.draft["time_in_force"] = "day"
        today = any(t.value == "today" for t in scene.all("period"))
        if today and scene.has("VALID"):
            self.draft["time_in_force"] = "day"
        where = venue(scene)
        if where:
            self.draft["venue"] = where
        named = symbols(scene)
        if named:
            self.draft["symbol"] = in_currency(named[0], scene.tokens)
        self.unsure = self.unsure or len(named) > 1


def read_trade(name: str, scene: Scene) -> tuple[Draft, list[str]]:
    """The arguments of a buy or sell and what is missing or unclear."""
    trade = Trade(name, scene)
    draft = trade.read()
    if scene.has("BUYSTOP", "SELLSTOP") and "stop_price" not in draft and "price" in draft:
        draft["stop_price"] = draft.pop("price")
    stop = draft.pop("stop", None)
    if stop is not None:
        draft["stop_price" if _is_order(name, draft, scene) else "stop_loss"] = stop
    guards = scene.has("PROTECT") or not scene.has("SELL", "DUMP", "SELLSTOP")
    if name == "sell" and guards and scene.has("STOPW", "STOPLOSS", "TRAIL", "PROTECT"):
        _guarding(draft, "trail" if scene.has("TRAIL") else "stop_price")
    about = [] if "symbol" in draft else ["symbol"]
    if (
        trade.unsure
        or not any(size in draft for size in SIZES)
        or sum(s in draft for s in SIZES) > 1
    ):
        about.append("quantity")
    if trade.unsure or sum(s in draft for s in SIZES) > 1:
        draft = {k: v for k, v in draft.items() if k == "symbol"}
    if trade.times_out_of_place:
        about.append("twap")
    return draft, about


def awaits_a_level(scene: Scene) -> bool:
    """`get out of xrp if it falls through 2.10`: no close is at once, this is a resting sale."""
    return (
        scene.has("IF", "WHEN")
        and scene.first("number", "money") is not None
        and scene.has("UP", "DOWN", "ABOVE", "BELOW", "CROSSUP", "CROSSDOWN", "CROSS")
    )


def read_exit(scene: Scene) -> tuple[Draft, list[str]]:
    """A sale of the holding, or of a part of it, once the price is there."""
    draft, about = read_trade("sell", scene)
    if not any(size in draft for size in SIZES):
        draft["percent"] = "100%"
        about = [each for each in about if each != "quantity"]
    return draft, about


def _is_order(name: str, draft: Draft, scene: Scene) -> bool:
    """A bare stop beside a sale is the sale's own trigger; beside an entry it protects it."""
    if "stop_loss" in draft:
        return True
    if scene.has("BUYSTOP", "SELLSTOP"):
        return True
    return name == "sell" and "price" not in draft and "take_profit" not in draft


def _guarding(draft: Draft, level: str) -> None:
    """A stop or a trail put on a holding sells all of it."""
    if "stop_loss" in draft:
        draft["stop_price"] = draft.pop("stop_loss")
    if not {"stop_price", "trail"} & draft.keys():
        for size in ("amount", "quantity", "price"):
            if size in draft:
                draft[level] = draft.pop(size)
                break
        else:
            if "percent" in draft:
                draft[level] = draft.pop("percent")
    if not any(size in draft for size in SIZES) and {"stop_price", "trail"} & draft.keys():
        draft["percent"] = "100%"
