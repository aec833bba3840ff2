"""The arguments of reports, risk rules, help and settings."""

from __future__ import annotations

from collections.abc import Sequence

from bot.arguments.names import city_zones
from bot.interpreter.phrases.builders.shared import Builder, chosen, said
from bot.interpreter.phrases.scenes import Draft, Scene, period, plain_value, symbols
from bot.interpreter.phrases.vocabulary import values


def report(scene: Scene) -> list[Draft]:
    """A kind, a symbol and a period."""
    draft: Draft = {}
    beside = f" {' '.join(t.text for t in scene.tokens if t.kind != 'period')} "
    kind = chosen(values.REPORT_KINDS, beside) or chosen(values.REPORT_KINDS, said(scene))
    named = symbols(scene)
    if named:
        draft["symbol"] = named[0]
    when = period(scene)
    if kind in {"daily", "weekly", "monthly"} and when.get("period") in {
        "today",
        "this_week",
        "this_month",
    }:
        when = {}
    if kind is None and named:
        kind = "symbol"
    if kind:
        draft["kind"] = kind
    draft.update(when)
    return [draft]


def risk(scene: Scene) -> list[Draft]:
    """A rule and its new value; neither shows them."""
    rule = chosen(values.RULES, said(scene))
    figure = scene.first("money", "percent", "number", "times") or scene.first("id")
    if rule is None and scene.has("PNL") and any(t.value == "today" for t in scene.all("period")):
        rule = "max_daily_loss"
    if rule is None or figure is None:
        return [{"rule": rule} if rule else {}]
    value = figure.value if figure.kind == "percent" else plain_value(figure)
    limit: Draft = {"rule": rule, "value": value}
    # What is said of one instrument never holds for the whole desk.
    return [{**limit, "scope": f"instrument:{name}"} for name in symbols(scene)] or [limit]


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


_OWN_NAME = (
    *("BUY", "SELL", "CLOSE", "CANCEL", "WATCH", "SCREEN", "ALERT", "SNOOZE", "DESIGN", "IMPORT"),
    *("EXPORT", "BACKTEST", "OPTIMIZE", "RUN", "STOP", "FOLLOW", "PUBLISH", "SUBSCRIBE", "REVIEW"),
    *("CONNECT", "CHART", "BOOK", "REPORT", "RISK", "AUDIT", "MFA", "HALT", "RESUME", "ALERTS"),
    *("ORDERS", "PNL", "STRATEGIES", "WATCHLIST", "BALANCE", "PRICE", "LANGUAGE", "TIMEZONE"),
    "SCHEDULE",
)
_OTHER_NAME = {
    "ALERTN": "alert",
    "SCHEDULES": "schedule",
    "POSITION": "positions",
    "CHANGE": "replace",
    "LEADER": "leaders",
    "FILL": "fills",
}
TOPICS = {**{concept: concept.lower() for concept in _OWN_NAME}, **_OTHER_NAME}


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
        ("disable", "STOP REMOVE CANCEL KILL CUT OFF"),
        ("enroll", "ENROLL RUN OPEN"),
        ("verify", "VERIFY"),
    ):
        if scene.has(*concepts.split()):
            return [{"action": action}]
    return [{}]
