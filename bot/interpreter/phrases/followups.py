"""A turn that changes what was said before: `and eth?`, `same but half`, `make it 60500`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal

from bot.arguments.numbers import plain
from bot.arguments.times import period_of, timeframe_of
from bot.interpreter.phrases.builders.shared import chosen
from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.formulas import COMPARES, read_formula
from bot.interpreter.phrases.guesses import SIZES
from bot.interpreter.phrases.reading import CommandText, Json
from bot.interpreter.phrases.scenes import (
    Draft,
    Scene,
    lasts,
    period,
    plain_value,
    symbols,
    venue,
)
from bot.interpreter.phrases.tokens import Token
from bot.interpreter.phrases.vocabulary import values

CARRIED = ("symbol", "strategy", "leader", "order", "alert", "schedule", "symbols")
_FIGURES = (
    "quantity",
    "amount",
    "price",
    "stop_price",
    "stop_loss",
    "take_profit",
    "trail",
    "ratio",
    "value",
    "trials",
    "depth",
    "stars",
    "times",
)
_SCALED = ("quantity", "amount", "percent", "ratio")


def carry(new: str, entry: Entry, args: Mapping[str, Json], before: CommandText) -> Draft:
    """What `it` stands for in a new command: the instrument, strategy, leader or id spoken of."""
    draft: Draft = dict(args)
    spoken = dict(before.args)
    if "symbols" in spoken and isinstance(spoken["symbols"], list) and len(spoken["symbols"]) == 1:
        spoken.setdefault("symbol", spoken["symbols"][0])
    for name in CARRIED:
        if name in entry.arguments and name not in draft and name in spoken:
            draft[name] = spoken[name]
    if (
        "symbols" in entry.arguments
        and "symbols" not in draft
        and isinstance(spoken.get("symbol"), str)
    ):
        draft["symbols"] = [str(spoken["symbol"])]
    if new == "cancel" and draft.get("order", "all") != "all":
        draft.pop("symbol", None)
    return draft


def amended(before: CommandText, scene: Scene, entry: Entry) -> CommandText | None:
    """The earlier command with the change applied; None where nothing changes."""
    args: Draft = dict(before.args)
    _instruments(args, scene, entry)
    terms(args, scene, entry)
    if "formula" in entry.arguments:
        _formula(args, scene)
    else:
        _other(args, scene, entry)
    changed = CommandText(before.name, args)
    return None if changed == before else changed


def terms(args: Draft, scene: Scene, entry: Entry) -> None:
    """All that a turn changes beside the instrument and the figures."""
    _things(args, scene, entry)
    _times(args, scene, entry)
    _words(args, scene, entry)
    _scale(args, scene, entry)


def _instruments(args: Draft, scene: Scene, entry: Entry) -> None:
    named = symbols(scene)
    if named and "symbols" in entry.arguments:
        old = args.get("symbols")
        args["symbols"] = (
            [*old, *named] if scene.has("ADD") and isinstance(old, list) else list(named)
        )
    elif named and "symbol" in entry.arguments:
        args["symbol"] = named[-1]
    elif named and entry.name == "risk":
        args["scope"] = f"instrument:{named[-1]}"


def _things(args: Draft, scene: Scene, entry: Entry) -> None:
    for kind in ("strategy", "leader"):
        token = scene.first(kind)
        if token and kind in entry.arguments:
            args[kind] = token.value
    account = scene.first("account")
    if account and "account" in entry.arguments:
        args["account"] = account.value
    where = venue(scene)
    if where and "venue" in entry.arguments:
        args["venue"] = where
    ident = scene.first("id", "aid", "sid", "code")
    if ident is None and entry.name in {"cancel", "why", "unalert", "unschedule"}:
        ident = scene.first("number")
    for kind in ("order", "alert", "schedule"):
        if ident and kind in entry.arguments:
            args[kind] = ident.value


def _times(args: Draft, scene: Scene, entry: Entry) -> None:
    frames = "timeframe" in entry.arguments
    token = scene.first("timeframe")
    if token and frames:
        args["timeframe"] = token.value
    said = period(scene, token.value if token else None) if scene.first("period", "dates") else {}
    for each in scene.all("duration", "timeframe" if "twap" in entry.arguments else "duration"):
        frame, past = timeframe_of(each.value), period_of(each.value)
        if "duration" in entry.arguments:
            args["duration"] = each.value
        elif frames and frame and not (each.value == "1d" and "period" in args):
            args["timeframe"] = frame
        elif past and "period" in entry.arguments:
            said = {"period": past}
        elif "twap" in entry.arguments and lasts(each, scene):
            args["twap"] = each.value
    if said and "period" in entry.arguments:
        for key in ("period", "since", "until"):
            if key in args and not (key != "period" and "period" not in said):
                del args[key]
        args.update(said)


def _words(args: Draft, scene: Scene, entry: Entry) -> None:
    said = f" {' '.join(token.text for token in scene.tokens)} "
    for argument, table in (
        ("kind", values.REPORT_KINDS),
        ("status", values.STATUSES),
        ("objective", values.OBJECTIVES),
        ("rule", values.RULES),
    ):
        value = chosen(table, said) if argument in entry.arguments else None
        if value:
            args[argument] = value
    if "repeat" in entry.arguments and scene.has("ALWAYS"):
        args["repeat"] = "always"
    elif "repeat" in entry.arguments and scene.has("ONCE"):
        args.pop("repeat", None)
    if "mode" in entry.arguments and scene.has("LIVE"):
        args["mode"] = "live"
    elif "mode" in entry.arguments and scene.has("PAPER"):
        args.pop("mode", None)
    _drawn(args, scene, entry)
    params = dict(t.value.split("=") for t in scene.all("param"))
    if params and "params" in entry.arguments:
        old = args.get("params")
        args["params"] = {**(old if isinstance(old, dict) else {}), **params}


def _drawn(args: Draft, scene: Scene, entry: Entry) -> None:
    drawn = [f for t in scene.all("indicator") for f in t.value.split(";")]
    if not drawn or "indicators" not in entry.arguments:
        return
    old = args.get("indicators")
    kept = old if isinstance(old, list) else []
    if scene.has("REMOVE"):
        left: list[str] = [f for f in kept if f not in drawn]
        args["indicators"] = left
        return
    if scene.has("INSTEAD", "CHANGE") and not scene.has("ADD"):
        kept = []
    args["indicators"] = list(dict.fromkeys([*kept, *drawn]))


def _factor(scene: Scene) -> Decimal | None:
    if scene.has("DOUBLE"):
        return Decimal(2)
    if scene.has("TRIPLE"):
        return Decimal(3)
    part = scene.first("fraction")
    if part is not None:
        return Decimal(part.value)
    return Decimal("0.5") if scene.has("HALVE") else None


def _scale(args: Draft, scene: Scene, entry: Entry) -> None:
    factor = _factor(scene)
    if factor is not None and "ratio" in entry.arguments and scene.has("RATIO", "HIS"):
        args.pop("amount", None)
        args["ratio"] = plain(factor)
        return
    if scene.has("ALL", "EVERYTHING") and "percent" in args:
        args["percent"] = "100%"
    if factor is not None and entry.name == "close":
        args.setdefault("percent", "100%")
    part = scene.first("fraction")
    if "percent" in args and part is not None and not scene.has("IT", "HIS"):
        args["percent"] = f"{plain(round(Decimal(part.value) * 100, 2))}%"
        return  # `a quarter instead` of half is a quarter of what is held
    for size in _SCALED:
        old = args.get(size)
        if factor is not None and isinstance(old, str):
            sign = "%" if old.endswith("%") else ""
            scaled = Decimal(old.rstrip("%")) * factor
            if sign and scaled > 100:
                return
            args[size] = f"{plain(round(scaled, 2 if sign else 8))}{sign}"
            return


def _formula(args: Draft, scene: Scene) -> None:
    old = args.get("formula")
    said = read_formula(scene.tokens) if scene.has(*COMPARES) or not old else None
    figure = next((t for t in scene.tokens if t.kind in {"number", "money", "percent"}), None)
    if said:
        args["formula"] = said
    elif figure is not None and isinstance(old, str):
        value = figure.value if figure.kind == "percent" else plain_value(figure)
        args["formula"] = re.sub(r"([<>] -?)[\d.]+%?$", lambda m: f"{m[1]}{value}", old)


def _nearest(args: Draft, token: Token) -> str | None:
    """The earlier figure that the new one is most like; a size first where none was said."""
    if token.kind == "percent":
        return next(
            (
                k
                for k in ("stop_loss", "take_profit", "trail", "percent")
                if str(args.get(k, "")).endswith("%")
            ),
            None,
        )
    old = {k: v for k in _FIGURES if isinstance(v := args.get(k), str) and not v.endswith("%")}
    if not any(size in args for size in SIZES):
        return "amount" if token.kind == "money" else "quantity"
    ranked = sorted((_distance(value, plain_value(token)), key) for key, value in old.items())
    return ranked[0][1] if ranked and ranked[0][0] < math.log(20) else None


def _distance(old: str, new: str) -> float:
    before, after = float(old), float(new)
    return abs(math.log(before / after)) if before > 0 and after > 0 else math.inf


def _other(args: Draft, scene: Scene, entry: Entry) -> None:
    for index, token in enumerate(scene.tokens):
        if token.kind not in {"number", "money", "percent", "times"}:
            continue
        role = _role(args, scene, entry, index)
        if role is not None:
            value = token.value if token.kind == "percent" else plain_value(token)
            if role == "max_drawdown" and not value.endswith("%"):
                value = f"{value}%"
            _replace_pair(args, role)
            args[role] = value


def _replace_pair(args: Draft, role: str) -> None:
    """A capital or a ratio, never both."""
    other = {"amount": "ratio", "ratio": "amount"}.get(role)
    if other and "leader" in args:
        args.pop(other, None)


def _role(args: Draft, scene: Scene, entry: Entry, index: int) -> str | None:
    token = scene.tokens[index]
    near = [*scene.before(index, 3), *scene.after(index, 2)]
    for role, concept in (
        ("max_drawdown", "MAXDD"),
        ("trials", "TRIALS"),
        ("fee", "FEE"),
        ("depth", "DEPTH"),
        ("stars", "STARS"),
        ("quantity", "SIZE"),
        ("price", "PERMONTH"),
    ):
        if role in entry.arguments and any(t.isa(concept) for t in near):
            return role
    if token.kind == "percent":
        return next(
            (r for r in ("max_drawdown", "fee", "percent", "value") if r in entry.arguments), None
        )
    if token.kind == "money":
        return next((r for r in ("amount", "price", "value") if r in entry.arguments), None)
    if token.kind == "times" and "ratio" in entry.arguments:
        return "ratio"
    nearest = _nearest({**args, "percent": "0%"}, token)
    if nearest in entry.arguments:
        return nearest
    if "ratio" in entry.arguments and Decimal(token.value) < 1:
        return "ratio"
    return next(
        (
            r
            for r in ("amount", "value", "trials", "depth", "stars", "times", "price")
            if r in entry.arguments
        ),
        None,
    )
