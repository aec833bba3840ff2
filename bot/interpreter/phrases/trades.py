"""The arguments of buy and sell: which figure is the size, which the price, which a stop."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from bot.arguments.numbers import plain
from bot.interpreter.phrases.exits import GUARDS, as_exit, lacking
from bot.interpreter.phrases.guesses import SIZES, Guesses
from bot.interpreter.phrases.levels import unsaid
from bot.interpreter.phrases.markers import Markers
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

_TIME_IN_FORCE = {"GTC": "gtc", "IOC": "ioc", "FOK": "fok", "DAYTIF": "day"}
_ONE = wordset("a an")
_FLAGS = {"POSTONLY": "post_only", "REDUCEONLY": "reduce_only"}


class Trade:
    """The figures of one clause as they get their roles."""

    def __init__(self, name: str, scene: Scene) -> None:
        self.name = name
        self.tokens = [
            t
            for t in scene.tokens
            if not (t.concepts and t.concepts <= {"FILLER", "REQ", "NOW"}) or t.text in _ONE
        ]
        self.draft: Draft = {}
        self.unsure = False
        self.times_out_of_place = False
        """A time was said that is not the one over which it goes: nothing an order has."""
        self._scene = scene
        self._markers = Markers(name, self.tokens)
        self._guesses = Guesses(self._markers, self.draft)

    def read(self) -> Draft:
        """All arguments said."""
        figures = [i for i, token in enumerate(self.tokens) if token.kind in FIGURES]
        roles = {i: self._markers.role(i) for i in figures}
        for earlier, later in pairwise(figures):
            if roles[earlier] == "take_profit" and roles[later] is None:
                sized = any(roles[i] is None or roles[i] in SIZES for i in figures if i < earlier)
                if self._markers.goes_on(earlier, later, is_sized=sized):
                    roles[later] = "take_profit"
        for i, role in roles.items():
            if role is not None:
                self._assign(i, role)
        for i in (i for i in figures if roles[i] is None):
            self._assign(i, self._guesses.role(i))
        self._whole()
        self._terms()
        return self.draft

    def role_of(self, index: int) -> str | None:
        """The role of a figure where something beside it says so."""
        token, before = self.tokens[index], self.tokens[index - 1] if index else None
        at = before is not None and before.isa("AT") and token.kind != "percent"
        if at and not self._guesses.counts_things(index):
            return self._markers.role(index) or "price"
        counted = index + 1 < len(self.tokens) and self.tokens[index + 1].isa("SHARES")
        return self._markers.role(index) or ("quantity" if counted else None)

    def guessed(self, index: int) -> str:
        """The role of a figure that nothing marks."""
        return self._guesses.role(index)

    def terms(self) -> Draft:
        """What is said beside figures: the instrument, the venue, how long it stands."""
        self._terms()
        return self.draft

    def _assign(self, index: int, role: str) -> None:
        """Put the figure in its role; where that is taken, nobody knows what it is."""
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
        if whole and not self._guesses.is_sized():
            self.draft["percent"] = "100%"

    def _terms(self) -> None:
        """How long it stands, over which time it goes, where, and of what."""
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
    elif name == "sell" and guards and set(draft) <= {"take_profit", "symbol"}:
        _aiming(draft)
    if name == "sell":
        draft = as_exit(draft)
    about = [] if "symbol" in draft else ["symbol"]
    if (
        trade.unsure
        or not any(size in draft for size in SIZES)
        or sum(s in draft for s in SIZES) > 1
    ):
        about.append("quantity")
    if trade.unsure or sum(s in draft for s in SIZES) > 1:
        draft = {k: v for k, v in draft.items() if k == "symbol"}
    elif "quantity" not in about:
        about += unsaid(scene, draft)
        lacks = lacking(draft, scene) if name == "sell" else []
        about += lacks
        draft = {k: v for k, v in draft.items() if not lacks or k not in GUARDS}
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
    if any(token.isa("SELL") and "short" in token.text for token in scene.tokens):
        return False  # whoever goes short enters
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


def _aiming(draft: Draft) -> None:
    """A target put on a holding sells all of it there."""
    if "take_profit" in draft:
        draft["price"], draft["percent"] = draft.pop("take_profit"), "100%"
