"""The arguments of every other command, each from the tokens of its clause."""

# ruff: noqa: E501 -- tables of words and patterns read best unbroken.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from bot.arguments.folding import fold
from bot.arguments.names import city_zones, venue_names
from bot.arguments.numbers import plain
from bot.interpreter.phrases.examples import Entry
from bot.interpreter.phrases.formulas import read_formula
from bot.interpreter.phrases.reading import Json
from bot.interpreter.phrases.scenes import (
    Draft,
    Scene,
    in_currency,
    period,
    plain_value,
    symbols,
    timeframe,
    venue,
)
from bot.interpreter.phrases.strategies import name_of
from bot.interpreter.phrases.tokens import Token, spelled
from bot.interpreter.phrases.vocabulary import intents as tables

Builder = Callable[[Scene], list[Draft]]
_IDS = ("id", "aid", "sid", "code", "number")


def chosen(table: dict[str, str], folded_words: str) -> str | None:
    """The entry of a table whose longest phrase is said in the clause."""
    best, size = None, 0
    for name, phrases in table.items():
        for phrase in phrases.split(","):
            words = " ".join(spelled(fold(phrase.strip())))
            if words and f" {words} " in folded_words and len(words) > size:
                best, size = name, len(words)
    return best


def _said(scene: Scene) -> str:
    return f" {' '.join(token.text for token in scene.tokens)} "


def first_symbol(scene: Scene) -> Draft:
    """The first symbol, where one is said."""
    named = symbols(scene)
    return {"symbol": named[0]} if named else {}


def generic(entry: Entry) -> Builder:
    """Fill each argument by its form."""

    def build(scene: Scene) -> list[Draft]:
        draft: Draft = {}
        for name, form in entry.arguments.items():
            value = _by_form(form, scene)
            if value is not None:
                draft[name] = value
        if "period" in entry.arguments:
            draft.update(period(scene))
        return [draft]

    return build


def _by_form(form: str, scene: Scene) -> Json | None:
    if form == "symbol":
        return next(iter(symbols(scene)), None)
    if form == "symbols":
        return list(symbols(scene)) or None
    if form == "venue":
        return venue(scene)
    if form in {"leader", "strategy"}:
        token = scene.first(form)
        return token.value if token else None
    return None


def repeated(name: str, *kinds: str, spoken: bool = False) -> Builder:
    """One command for each thing named: `export a and b`."""

    def build(scene: Scene) -> list[Draft]:
        values = list(dict.fromkeys(token.value for token in scene.all(*kinds)))
        if not values and spoken:
            heard = spoken_strategy(scene)
            values = [heard] if heard else []
        return [{name: value} for value in values] or [{}]

    return build


_STOPS_NAME = frozenset(
    [
        "ON",
        "FOR",
        "WITH",
        "IN",
        "AT",
        "OF",
        "TO",
        "FROM",
        "BY",
        "AND",
        "THEN",
        "OVER",
        "LIVE",
        "PAPER",
        "NOW",
        "QUESTION",
        "POSS",
        "BETWEEN",
        "UNTIL",
        "IT",
        "FEE",
        "PERMONTH",
        "TRIALS",
        "PARAMS",
        "OBJECTIVE",
        "IF",
        "WHEN",
        "TRADING",
        "ALL",
        "EVERYTHING",
    ]
)
_LEADS_NAME = (
    "BACKTEST",
    "OPTIMIZE",
    "RUN",
    "STOP",
    "EXPORT",
    "PUBLISH",
    "STRATEGY",
    "SHOW",
    "CLOSE",
    "KILL",
    "HALT",
    "CUT",
    "PROFILE",
    "OPEN",
    "CANCEL",
)


def spoken_strategy(scene: Scene) -> str | None:
    """A name said as plain words between the verb and what comes after: `backtest turtle soup on eth`."""
    words: list[Token] = []
    for token in scene.tokens:
        if not words and (
            token.isa("FILLER", "REQ", "STRATEGY", "POSS", *_LEADS_NAME)
            or token.text in {"a", "l'", "d'", "de"}
        ):
            continue
        if not _can_name(token):
            break
        words.append(token)
    named = [w for w in words if not w.isa("STRATEGY")]
    if (
        not named
        or len(named) > 4
        or all(token.concepts and token.kind == "word" for token in named)
    ):
        return None
    return name_of(named)


def _can_name(token: Token) -> bool:
    if token.kind == "indicator":
        return " " not in token.text or token.text.isalpha()
    return (
        token.kind == "word"
        and not token.isa(*_STOPS_NAME, "<venue>")
        and not (token.isa("FILLER", "REQ") and len(token.text) > 2)
    )


def strategy(scene: Scene) -> str | None:
    """The strategy named, or spoken."""
    token = scene.first("strategy")
    return token.value if token else spoken_strategy(scene)


def close(scene: Scene) -> list[Draft]:
    """A symbol or all; a part of it as a percent."""
    draft: Draft = {}
    named = symbols(scene)
    part = next((t for t in scene.tokens if t.kind in {"percent", "fraction"}), None)
    if part is not None:
        share = Decimal(part.value.rstrip("%")) * (1 if part.kind == "percent" else 100)
        draft["percent"] = f"{plain(round(share, 2))}%"
    if named:
        return [{"symbol": name, **draft} for name in named]
    whole = scene.has("EVERYTHING", "ALL") and not (
        scene.has("ALL") and not scene.has("EVERYTHING") and _one_position(scene)
    )
    return [{"symbol": "all", **draft}] if whole else [draft]


def _one_position(scene: Scene) -> bool:
    """`all of my position` names no symbol; `all positions` are all."""
    return any(t.text in {"position", "ligne"} for t in scene.tokens)


def cancel(scene: Scene) -> list[Draft]:
    """An id or several, `all`, or a symbol."""
    ids = [t.value for t in scene.all("id", "code")]
    if not ids and not scene.first("symbol", "money"):
        ids = [t.value for t in scene.all("number")]
    elif ids:
        ids += [t.value for t in scene.all("number")]
    if ids:
        return [{"order": each} for each in ids]
    named = symbols(scene)
    plural = any(t.text.endswith("s") for t in scene.that("ORDERS"))
    every = scene.has("ALL", "EVERYTHING") or plural
    if not named:
        return [{"order": "all"}] if every else [{}]
    return [{"order": "all", "symbol": name} if every else {"symbol": name} for name in named]


def replace(scene: Scene) -> list[Draft]:
    """An order's new price or quantity."""
    draft: Draft = {}
    order = scene.first("id", "code")
    figures = [i for i, t in enumerate(scene.tokens) if t.kind in {"number", "money"}]
    if order is None and figures and not scene.first("symbol"):
        first = scene.tokens[figures[0]]
        if first.kind == "number" and len(figures) > 1:
            order, figures = first, figures[1:]
    if order is not None:
        draft["order"] = order.value
    for index in figures:
        role = _replaced(scene, index)
        if role in draft:
            role = "quantity" if role == "price" else "price"
        draft.setdefault(role, plain_value(scene.tokens[index]))
    return [draft]


def _replaced(scene: Scene, index: int) -> str:
    """Beside a word of size it is the quantity, else the price."""
    after = scene.after(index)
    if after and (after[0].isa("SHARES") or after[0].kind == "symbol"):
        return "quantity"
    figures = [t for t in scene.tokens if t.kind in {"number", "money"}]
    if len(figures) == 1 and scene.has("SIZE") and not scene.has("PRICE", "LIMITW"):
        return "quantity"
    for token in scene.before(index, 4):
        if token.kind in {"number", "money"} or token.isa("PRICE", "LIMITW"):
            break
        if token.isa("SIZE"):
            return "quantity"
    return "price"


def orders(scene: Scene) -> list[Draft]:
    """Which orders: a status and a symbol."""
    draft: Draft = {}
    status = chosen(tables.STATUSES, _said(scene))
    if status == "all" and not scene.has("ALL"):
        status = None
    if status and status != "open":
        draft["status"] = status
    named = symbols(scene)
    return [{**draft, "symbol": name} for name in named] or [draft]


def why(scene: Scene) -> list[Draft]:
    """One order's id."""
    token = scene.first("id", "code", "number")
    return [{"order": token.value} if token else {}]


def halt(scene: Scene) -> list[Draft]:
    """With `flatten` where positions are to be closed too."""
    return [{"flatten": "true"}] if scene.has("FLATTEN", "CLOSE", "SOLDE") else [{}]


def chart(scene: Scene) -> list[Draft]:
    """A symbol, its candles, a period, and formulas drawn over it."""
    draft: Draft = {}
    named = symbols(scene)
    if named:
        draft["symbol"] = named[0]
    frame = timeframe(scene)
    if frame:
        draft["timeframe"] = frame
    draft.update(period(scene, frame))
    drawn = [f for t in scene.all("indicator") for f in t.value.split(";")]
    if drawn:
        draft["indicators"] = list(dict.fromkeys(drawn))
    return [{**draft, "symbol": name} for name in named] if len(named) > 1 else [draft]


def book(scene: Scene) -> list[Draft]:
    """A symbol and how many levels."""
    draft = first_symbol(scene)
    number = scene.first("number")
    if number:
        draft["depth"] = number.value
    return [draft]


def screen(scene: Scene) -> list[Draft]:
    """A condition over some symbols or the watchlist."""
    draft: Draft = {}
    formula = read_formula(_condition_tokens(scene))
    if formula:
        draft["formula"] = formula
    frame = timeframe(scene, bare="change(" not in (formula or ""))
    if frame and not (formula and f"change({frame})" in formula):
        draft["timeframe"] = frame
    if scene.has("WATCHLIST"):
        draft["watchlist"] = "true"
    elif symbols(scene):
        draft["symbols"] = list(symbols(scene))
    return [draft]


def alert(scene: Scene) -> list[Draft]:
    """A symbol, a condition, how often, and a note."""
    draft: Draft = {}
    note = _note(scene)
    named = symbols(scene)
    if named:
        draft["symbol"] = named[0]
    formula = read_formula(_condition_tokens(scene))
    if formula:
        draft["formula"] = formula
    changes = "change(" in (formula or "")
    frame = timeframe(scene, bare=not changes)
    if frame and not (changes and frame in (formula or "")):
        draft["timeframe"] = frame
    if scene.has("ALWAYS") and not scene.has("ONCE"):
        draft["repeat"] = "always"
    if note:
        draft["note"] = note
    return [draft]


def _condition_tokens(scene: Scene) -> list[Token]:
    return [t for t in scene.tokens if t.kind != "quote"]


def _note(scene: Scene) -> str | None:
    """The words after `note:`; they are no part of the condition."""
    for index, token in enumerate(scene.tokens):
        if index and token.isa("NOTE") and not scene.tokens[index - 1].isa("FILLER"):
            text = scene.tail(token.end)
            del scene.tokens[index:]
            return text or None
    return None


def numbered(name: str, *kinds: str, with_symbol: bool = False) -> Builder:
    """Alerts or schedules by id, or all of them."""

    def build(scene: Scene) -> list[Draft]:
        ids = [t.value for t in scene.all(*kinds, "id", "number", "code")]
        extra = first_symbol(scene) if with_symbol else {}
        if ids:
            return [{name: each} for each in ids]
        plural = any(t.text.endswith("s") for t in scene.that("ALERTS", "SCHEDULES"))
        every = scene.has("ALL", "EVERYTHING") or plural
        return [{name: "all", **extra}] if every else [extra]

    return build


def snooze(scene: Scene) -> list[Draft]:
    """An alert and for how long."""
    draft: Draft = {}
    token = scene.first("aid", "id", "code", "number")
    if token:
        draft["alert"] = token.value
    length = scene.first("duration", "timeframe", "period")
    if length:
        draft["duration"] = {"today": "1d"}.get(length.value, length.value)
    return [draft]


def design(scene: Scene) -> list[Draft]:
    """The words after the request."""
    start = None
    for token in scene.tokens:
        if token.isa("STRATEGY", "STRATEGIES"):
            start = token.end
            break
        if token.isa("DESIGN", "MAKE", "WRITE") and start is None:
            start = token.end
    text = scene.tail(start) if start is not None else ""
    words = text.split()
    while words and fold(words[0]).rstrip(":,") in {
        "that",
        "which",
        "who",
        "qui",
        "where",
        "to",
        "for",
        "pour",
        "de",
        "a",
        "me",
        "moi",
        "une",
        "un",
        "strategie",
        "strategy",
        "ou",
    }:
        words = words[1:]
    return [{"description": " ".join(words)}] if words else [{}]


def file(scene: Scene) -> list[Draft]:
    """The file named, if it is; else the one attached."""
    token = scene.first("file")
    return [{"file": token.value}] if token else [{}]


def backtest(scene: Scene) -> list[Draft]:
    """A strategy over a symbol's past."""
    draft: Draft = {}
    name = strategy(scene)
    if name:
        draft["strategy"] = name
    frame = timeframe(scene)
    if frame:
        draft["timeframe"] = frame
    draft.update(period(scene, frame))
    params = dict(t.value.split("=") for t in scene.all("param"))
    if params:
        draft["params"] = dict(params)
    named = symbols(scene)
    return [{**draft, "symbol": each} for each in named] or [draft]


def optimize(scene: Scene) -> list[Draft]:
    """The same with a number of trials and what to look for."""
    draft = {k: v for k, v in backtest(scene)[0].items() if k != "params"}
    for index, token in enumerate(scene.tokens):
        near = [*scene.after(index, 2), *scene.before(index)]
        if token.kind == "number" and any(t.isa("TRIALS") for t in near):
            draft["trials"] = token.value
    objective = chosen(tables.OBJECTIVES, _said(scene))
    if objective:
        draft["objective"] = objective
    return [draft]


def run(scene: Scene) -> list[Draft]:
    """A strategy let loose on a symbol, on paper unless told live."""
    draft: Draft = {}
    name = strategy(scene)
    if name and (scene.first("strategy") or "-" in name or scene.has("STRATEGY")):
        draft["strategy"] = name
    named = symbols(scene)
    if named:
        draft["symbol"] = in_currency(named[0], scene.tokens)
    frame = timeframe(scene)
    if frame:
        draft["timeframe"] = frame
    money = scene.first("money") or scene.first("number")
    if money:
        draft["amount"] = plain_value(money)
    if scene.has("LIVE") and not scene.has("PAPER"):
        draft["mode"] = "live"
    return [draft]


def stop(scene: Scene) -> list[Draft]:
    """A strategy, several, or all of them."""
    named = [t.value for t in scene.all("strategy")]
    if named:
        return [{"strategy": name} for name in dict.fromkeys(named)]
    if scene.has("STRATEGIES", "EVERYTHING") or scene.has("ALL"):
        return [{"strategy": "all"}]
    heard = spoken_strategy(scene)
    return [{"strategy": heard} if heard else {}]


def report(scene: Scene) -> list[Draft]:
    """A kind, a symbol and a period."""
    draft: Draft = {}
    beside = f" {' '.join(t.text for t in scene.tokens if t.kind != 'period')} "
    kind = chosen(tables.REPORT_KINDS, beside) or chosen(tables.REPORT_KINDS, _said(scene))
    named = symbols(scene)
    if named:
        draft["symbol"] = named[0]
    said = period(scene)
    if kind in {"daily", "weekly", "monthly"} and said.get("period") in {
        "today",
        "this_week",
        "this_month",
    }:
        said = {}
    if kind is None and named:
        kind = "symbol"
    if kind:
        draft["kind"] = kind
    draft.update(said)
    return [draft]


def follow(scene: Scene) -> list[Draft]:
    """A leader, a capital or a ratio, and a limit to the loss."""
    draft: Draft = {}
    token = scene.first("leader")
    if token:
        draft["leader"] = token.value
    for index, figure in enumerate(scene.tokens):
        if figure.kind in {"number", "money", "percent", "fraction", "times"}:
            name, value = _followed(scene, index)
            draft.setdefault(name, value)
    if scene.has("DOUBLE") and not {"amount", "ratio"} & draft.keys():
        draft["ratio"] = "2"
    if scene.has("HALVE") and not {"amount", "ratio"} & draft.keys():
        draft["ratio"] = "0.5"
    return [draft]


def _followed(scene: Scene, index: int) -> tuple[str, str]:
    token = scene.tokens[index]
    near = [*scene.before(index, 4), *scene.after(index, 3)]
    if token.kind == "times":
        return "ratio", token.value
    if token.kind == "fraction":
        return "ratio", plain(round(Decimal(token.value), 4))
    if token.kind == "percent":
        if any(t.isa("RATIO", "HIS") for t in scene.after(index, 3)) and not any(
            t.isa("MAXDD") for t in near
        ):
            return "ratio", plain(Decimal(token.value.rstrip("%")) / 100)
        return "max_drawdown", token.value
    if token.kind == "money":
        return "amount", plain_value(token)
    if any(t.isa("MAXDD") for t in scene.before(index, 3)):
        return "max_drawdown", f"{token.value}%"
    if any(t.isa("RATIO") for t in [*scene.after(index, 2), *scene.before(index, 2)]):
        return "ratio", token.value
    small = Decimal(token.value) < 1
    return ("ratio" if small else "amount"), token.value


def publish(scene: Scene) -> list[Draft]:
    """A strategy with a price a month, a share of the profit, or both."""
    draft: Draft = {}
    name = strategy(scene)
    if name:
        draft["strategy"] = name
    for token in scene.tokens:
        if token.kind in {"number", "money"}:
            draft.setdefault("price", plain_value(token))
        elif token.kind == "percent":
            draft.setdefault("fee", token.value)
    return [draft]


def review(scene: Scene) -> list[Draft]:
    """A leader, one to five stars, and the words after them."""
    draft: Draft = {}
    leader = scene.first("leader")
    number = scene.first("number")
    if leader:
        draft["leader"] = leader.value
    if number:
        draft["stars"] = number.value
    ends = [
        t.end
        for t in scene.tokens
        if t is leader
        or t is number
        or (t.isa("STARS") and (number is None or t.start - number.end < 4))
    ]
    text = scene.tail(max(ends)) if ends else ""
    words = text.split()
    while words and fold(words[0]).strip(":,") in {
        "with",
        "avec",
        "and",
        "et",
        "because",
        "car",
        "saying",
        "comment",
        "commentaire",
        "text",
        "as",
        "for",
        "pour",
        "texte",
        "note",
        "parce",
        "que",
        "/5",
        "sur",
        "5",
        "stars",
        "etoiles",
        "",
    }:
        words = words[1:]
    if words:
        draft["text"] = " ".join(words)
    return [draft]


def risk(scene: Scene) -> list[Draft]:
    """A rule and its new value; neither shows them."""
    rule = chosen(tables.RULES, _said(scene))
    figure = scene.first("money", "percent", "number", "times")
    if rule is None or figure is None:
        return [{"rule": rule} if rule else {}]
    return [
        {"rule": rule, "value": figure.value if figure.kind == "percent" else plain_value(figure)}
    ]


def help_on(topics: Sequence[str]) -> Builder:
    """The command asked about, where it is named."""

    def build(scene: Scene) -> list[Draft]:
        for token in scene.tokens:
            for name in (token.text, token.text.removesuffix("s"), token.text.lstrip("/")):
                if name in topics and name != "help":
                    return [{"topic": name}]
        topic = next(
            (TOPICS[c] for t in scene.tokens for c in sorted(t.concepts) if c in TOPICS), None
        )
        return [{"topic": topic}] if topic else [{}]

    return build


TOPICS = {
    **{verb: verb.lower() for verb in ("BUY", "SELL", "CLOSE", "CANCEL", "WATCH", "SCREEN", "ALERT", "SNOOZE", "DESIGN", "IMPORT", "EXPORT", "BACKTEST",
                                       "OPTIMIZE", "RUN", "FOLLOW", "PUBLISH", "SUBSCRIBE", "REVIEW", "CONNECT", "CHART", "BOOK", "REPORT", "RISK", "AUDIT", "MFA", "HALT", "RESUME")},
    "ALERTN": "alert", "ALERTS": "alerts", "SCHEDULES": "schedule", "SCHEDULE": "schedule", "ORDERS": "orders", "POSITION": "positions", "PNL": "pnl", "STOP": "stop",
    "CHANGE": "replace", "STRATEGIES": "strategies", "LEADER": "leaders", "WATCHLIST": "watchlist", "FILL": "fills", "BALANCE": "balance", "PRICE": "price", "LANGUAGE": "language", "TIMEZONE": "timezone",
}  # fmt: skip


def language(scene: Scene) -> list[Draft]:
    """`en` or `fr`."""
    if scene.has("FRENCH"):
        return [{"language": "fr"}]
    return [{"language": "en"}] if scene.has("ENGLISH") else [{}]


def timezone(scene: Scene) -> list[Draft]:
    """An IANA name, or a place that stands for one."""
    token = next(scene.that("<zone>"), None)
    if token is None:
        return [{}]
    if token.kind == "zone":
        return [
            {
                "timezone": token.value
                if any(c.isupper() for c in token.value)
                else _titled(token.value)
            }
        ]
    return [{"timezone": city_zones()[token.text]}]


def _titled(zone: str) -> str:
    return "/".join("_".join(w.capitalize() for w in part.split("_")) for part in zone.split("/"))


def link(scene: Scene) -> list[Draft]:
    """A code typed, or none to make one."""
    token = scene.first("code", "number")
    return [{"code": token.value} if token else {}]


def mfa(scene: Scene) -> list[Draft]:
    """Enroll, verify or disable."""
    for action, concepts in (
        ("disable", "STOP REMOVE CANCEL KILL"),
        ("enroll", "ENROLL RUN OPEN"),
        ("verify", "VERIFY"),
    ):
        if scene.has(*concepts.split()):
            return [{"action": action}]
    return [{}]


def role(scene: Scene) -> list[Draft]:
    """A member and what they become."""
    draft: Draft = {}
    member = scene.first("leader")
    if member:
        draft["member"] = member.value
    chosen_role = chosen(tables.ROLES, _said(scene))
    if chosen_role:
        draft["role"] = chosen_role
    return [draft]


def venues(scene: Scene) -> list[Draft]:
    """Each venue named."""
    named = [venue_names().get(t.text, t.text) for t in scene.that("<venue>")]
    return [{"venue": name} for name in dict.fromkeys(named)] or [{}]


def builders(entries: Iterator[Entry]) -> dict[str, Builder]:
    """A builder for every command of the catalogue."""
    table = {entry.name: generic(entry) for entry in entries}
    table["help"] = help_on(tuple(table))
    return {**table, **SPECIAL}


SPECIAL: dict[str, Builder] = {
    "close": close, "cancel": cancel, "replace": replace, "orders": orders, "why": why, "halt": halt, "chart": chart, "book": book,
    "screen": screen, "alert": alert, "snooze": snooze, "design": design, "import": file, "backtest": backtest, "optimize": optimize,
    "run": run, "stop": stop, "report": report, "follow": follow, "publish": publish, "review": review, "risk": risk,
    "language": language, "timezone": timezone, "link": link, "mfa": mfa, "role": role,
    "unalert": numbered("alert", "aid", with_symbol=True), "unschedule": numbered("schedule", "sid"),
    "export": repeated("strategy", "strategy", spoken=True), "strategy": repeated("strategy", "strategy", spoken=True),
    "unfollow": repeated("leader", "leader"), "subscribe": repeated("leader", "leader"), "unsubscribe": repeated("leader", "leader"),
    "leader": repeated("leader", "leader"), "connect": venues, "disconnect": venues,
}  # fmt: skip
