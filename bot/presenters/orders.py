"""Orders in words: a line, a table, a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.card import Card, Table, Tone
from bot.presenters.badges import badge
from bot.presenters.following import refusal_facts, way_out
from bot.presenters.limits import changes_table, figure
from bot.presenters.margin import backing_rows, leverage_words
from bot.voice import Voice
from engine.desk import RULE_UNITS, Draft, Outlook, Refused
from engine.domain.money import Quantity
from engine.domain.order import (
    Contingent,
    Order,
    OrderTerms,
    OrderType,
    Target,
    TimeInForce,
    Twap,
)

SHORT_ID = 6
"""Letters of a client order id that are shown and may be typed."""


def described(terms: OrderTerms, voice: Voice) -> str:
    """How it is priced and bound: `limit 60,000`, `stop 58,000 limit 57,900`, `market`."""
    if terms.type is OrderType.STOP_LIMIT:
        stop, limit = voice.price(terms.stop_price), voice.price(terms.price)
        words = [voice.say("order_type.stop_then_limit", stop=stop, limit=limit)]
    else:
        words = [voice.say(f"order_type.{terms.type.value}")]
        if terms.type is OrderType.TRAILING_STOP and terms.trail is not None:
            trail = terms.trail
            words.append(voice.percent(trail) if terms.trail_is_percent else voice.price(trail))
        words += [voice.price(each) for each in (terms.stop_price, terms.price) if each is not None]
    return ", ".join((" ".join(words), *_bounds(terms, voice)))


def _bounds(terms: OrderTerms, voice: Voice) -> list[str]:
    """What it must not do, and how long it stands where that is not until it is canceled."""
    bounds = []
    if terms.time_in_force is not TimeInForce.GTC:
        bounds.append(voice.say(f"tif.{terms.time_in_force.value}"))
    bounds += [voice.say("bound.post_only")] if terms.post_only else []
    return bounds


def order_table(orders: Sequence[Order], voice: Voice) -> Table:
    """One row an order."""
    columns = ("order", "side", "quantity", "symbol", "type", "state")
    return Table(
        header=tuple(voice.say(f"fields.{name}") for name in columns),
        rows=tuple(_row(order, voice) for order in orders),
        numeric=(2,),
    )


def _row(order: Order, voice: Voice) -> tuple[str, ...]:
    quantity = voice.quantity(order.terms.quantity)
    if order.filled and order.is_open:
        quantity = f"{voice.quantity(order.filled)} / {quantity}"
    state = voice.say(f"order_state.{order.state.value}")
    if order.unknown:
        state = voice.say("orders.unknown")
    elif order.asked is not None and order.is_open:
        state = voice.say("orders.being_changed", terms=described(order.aimed, voice))
    elif order.twap is not None and order.is_open:
        state = voice.say("orders.in_slices", until=voice.minute(order.twap.ends_at))
    return (
        order.client_order_id[:SHORT_ID],
        voice.say(f"side.{order.terms.side.value}"),
        quantity,
        order.terms.symbol,
        described(order.terms, voice),
        state,
    )


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """What a yes would send, reckoned at the prices of now."""

    draft: Draft
    outlook: Outlook

    @property
    def reference_price(self) -> str:
        """The price it was reckoned at; an order with its own price needs none."""
        return f"{self.draft.price:f}"

    @property
    def is_refused(self) -> bool:
        """Whether risk says no."""
        return self.draft.refusal is not None

    def card(self, voice: Voice) -> Card:
        """The question with its figures, or the refusal."""
        if self.draft.refusal is not None:
            return refusal_card(self.draft.refusal, voice)
        draft, quote = self.draft, self.draft.instrument.quote
        side = draft.terms.side.value
        return Card(
            voice.say(
                f"preview.{side}.title",
                quantity=voice.quantity(draft.terms.quantity),
                symbol=draft.instrument.symbol,
            ),
            fields=_figures(draft, self.outlook, voice),
            text="\n".join(_warned(draft, self.outlook, voice)),
            table=changes_table(self.outlook.uses, (quote, self.outlook.currency), voice),
            badge=badge(draft.kind, voice, draft.account),
            tone=Tone.ASK,
        )


def _warned(draft: Draft, outlook: Outlook, voice: Voice) -> list[str]:
    """Limits that are close, and a stop that could never be reached."""
    said = [voice.say(f"risk.warn.{name}") for name in draft.warnings]
    ends = outlook.backing[1].liquidation if outlook.backing is not None else None
    is_beyond = (
        draft.stop_loss is not None
        and ends is not None
        and (draft.stop_loss - ends) * draft.terms.side.sign <= 0
    )
    return [*said, voice.say("preview.stop_beyond")] if is_beyond else said


def _fee(draft: Draft, voice: Voice) -> str:
    value = voice.money(draft.fee, draft.instrument.quote)
    if draft.fee_rate is None:
        return voice.say("preview.about", value=value)
    percent = voice.quantity(draft.fee_rate * 100)
    return voice.say("preview.fee_at", value=value, percent=percent)


def _figures(draft: Draft, outlook: Outlook, voice: Voice) -> tuple[tuple[str, str], ...]:
    quote = draft.instrument.quote
    rows = [
        ("type", described(draft.terms, voice)),
        (
            "price",
            voice.say(
                "preview.price",
                price=voice.price(draft.market),
                age=voice.ago(draft.price_age_seconds),
            ),
        ),
        ("value", voice.money(draft.notional, quote)),
        ("fee", _fee(draft, voice)),
        ("slippage", slippage_words(outlook, quote, voice)),
        ("cash", change(draft.cash_before, draft.cash_after, quote, voice)),
        ("free", change(outlook.free_before, outlook.free_after, quote, voice)),
        (
            "position",
            f"{voice.quantity(draft.position_before)} → {voice.quantity(draft.position_after)}",
        ),
        ("exposure", exposure_words(outlook, voice)),
    ]
    if draft.stop_loss is not None:
        lost = voice.money(draft.risk_if_stopped, quote)
        level = voice.price(draft.stop_loss)
        rows.append(("stop_loss", voice.say("preview.stop_loss", level=level, lost=lost)))
    if draft.targets:
        rows.append(("take_profit", _goals(draft.targets, draft.terms.quantity, voice)))
    rows += _beside(draft, voice)
    said = tuple((voice.say(f"preview.{name}_label"), text) for name, text in rows)
    if outlook.backing is None:
        return said
    leverage = (voice.say("leverage.label"), leverage_words(outlook.backing[1].leverage, voice))
    return (*said, leverage, *backing_rows(outlook.backing, draft.instrument, voice))


def _goals(targets: Sequence[Target], whole: Quantity, voice: Voice) -> str:
    """Each take profit, with its part where there are several or it is not for all."""
    return "; ".join(
        voice.price(goal.price)
        if goal.quantity == whole
        else voice.say(
            "preview.take_profit",
            level=voice.price(goal.price),
            quantity=voice.quantity(goal.quantity),
        )
        for goal in targets
    )


def _beside(draft: Draft, voice: Voice) -> list[tuple[str, str]]:
    """What else would happen: where a trail stands, the other of a pair, what follows, slices."""
    rows = []
    if draft.terms.reduce_only:
        rows.append(("bound", voice.say("bound.reduce_only")))
    if draft.trails_at is not None:
        rows.append(("trail", voice.say("preview.trail", level=voice.price(draft.trails_at))))
    if draft.oco is not None:
        rows.append(("oco", voice.say("preview.oco", order=described(draft.oco, voice))))
    if draft.triggers is not None:
        rows.append(("oto", _following(draft.triggers, voice)))
    if draft.twap is not None:
        rows.append(("twap", _paced(draft.twap, draft.terms, voice)))
    return rows


def _following(then: Contingent, voice: Voice) -> str:
    """What another order triggers, with the protection that it will have."""
    side = voice.say(f"side.{then.terms.side.value}")
    amount = f"{voice.quantity(then.terms.quantity)} {then.terms.symbol}"
    parts = [f"{side} {amount} {described(then.terms, voice)}"]
    if then.stop_loss is not None:
        parts.append(voice.say("preview.then_stop", level=voice.price(then.stop_loss)))
    if then.targets:
        levels = _goals(then.targets, then.terms.quantity, voice)
        parts.append(voice.say("preview.then_targets", levels=levels))
    return ", ".join(parts)


def _paced(twap: Twap, terms: OrderTerms, voice: Voice) -> str:
    lasts = (twap.ends_at - twap.starts_at) / 1000
    return voice.say(
        "preview.twap",
        slices=str(twap.slices),
        each=voice.quantity(terms.quantity / twap.slices),
        pause=voice.span(lasts / twap.slices),
        span=voice.span(lasts),
    )


def change(before: Decimal | None, after: Decimal | None, quote: str, voice: Voice) -> str:
    """An amount before and after."""
    return f"{voice.money(before, quote)} → {voice.money(after, quote)}"


def slippage_words(outlook: Outlook, quote: str, voice: Voice) -> str:
    """What the book would cost beyond its best price, or why that is not known."""
    slip = outlook.slippage
    if slip is None:
        return voice.say("preview.no_book" if outlook.takes else "preview.waits")
    cost, share = voice.money(slip.cost, quote), voice.percent(slip.ratio)
    said = voice.say("preview.slippage", cost=cost, share=share)
    if not slip.beyond:
        return said
    return voice.say("preview.beyond", slippage=said, quantity=voice.quantity(slip.beyond))


def exposure_words(outlook: Outlook, voice: Voice) -> str:
    """What is at risk before and after, and its share of the account's worth."""
    words = change(outlook.exposure_before, outlook.exposure_after, outlook.currency, voice)
    if outlook.exposure_after is None or outlook.equity <= 0:
        return words
    share = voice.percent(outlook.exposure_after / outlook.equity)
    return voice.say("preview.exposure", change=words, share=share)


def refusal_card(refusal: Refused, voice: Voice) -> Card:
    """Which rule said no, at what figure, and how to change it."""
    facts = refusal_facts(refusal.facts, voice)
    facts.update(_in_units(facts, voice))
    return Card(
        voice.say("risk.refused.title"),
        text=voice.say(f"risk.refuse.{refusal.rule}", **facts),
        hint=way_out(refusal.rule, facts, voice),
        tone=Tone.BAD,
    )


def _in_units(facts: dict[str, str], voice: Voice) -> dict[str, str]:
    """The figures of a limit as people read them; what is no number stays."""
    unit = RULE_UNITS.get(facts.get("rule", ""))
    if unit is None:
        return {}
    names = [name for name in ("used", "limit") if _is_number(facts.get(name, ""))]
    return {
        name: figure(Decimal(facts[name]), unit, facts.get("currency", ""), voice) for name in names
    }


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()
