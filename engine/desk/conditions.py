"""What an order brings with it: targets, the other one of a pair, slices; and what cannot go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.desk.wish import OrderWish, TargetWish
from engine.domain.instrument import Instrument, InstrumentKind
from engine.domain.market import Tick
from engine.domain.money import ZERO, Price, Quantity, on_step
from engine.domain.order import BUY, OrderTerms, OrderType, Side, Target, TimeInForce, Twap
from engine.domain.values import changed
from engine.matching.checks import IMMEDIATE, crosses
from engine.matching.trailing import level
from engine.risk.proposal import Proposal

DEFAULT_SLICES = 10
MOST_SLICES = 500
LONGEST_TWAP_MS = 7 * 86_400_000
_LEAST_INTERVAL_MS = 1_000


@dataclass(frozen=True, slots=True)
class Refused:
    """No, and why: the rule and the facts that fill its text."""

    rule: str
    facts: Mapping[str, str]


def senseless(wish: OrderWish) -> Refused | None:
    """Why these wishes do not go together, whatever the market."""
    broken = next(_contradictions(wish), None)
    return Refused(broken, {"symbol": wish.symbol}) if broken else None


def _contradictions(wish: OrderWish) -> Iterator[str]:
    is_limit = wish.price is not None and wish.stop_price is None and wish.trail is None
    is_immediate = wish.time_in_force in IMMEDIATE
    waits = wish.stop_price is not None or wish.trail is not None
    if wish.post_only and (not is_limit or is_immediate or wish.twap_ms is not None):
        yield "post_only_limit"
    if wish.oco is not None and (is_immediate or wish.twap_ms is not None or wish.post_only):
        yield "oco_alone"
    if wish.oco is not None and not (is_limit or (waits and wish.price is None)):
        yield "oco_needs_price"
    if wish.twap_ms is not None and (waits or wish.time_in_force is not TimeInForce.GTC):
        yield "twap_alone"
    if wish.slices is not None and wish.twap_ms is None:
        yield "slices_of_what"
    if wish.reduce_only and (wish.stop_loss is not None or wish.targets):
        yield "reduce_only_bracket"
    if wish.triggers is not None and _is_composed(wish.triggers):
        yield "oto_nested"


def _is_composed(wish: OrderWish) -> bool:
    return wish.oco is not None or wish.twap_ms is not None or wish.triggers is not None


def targets(
    wish: OrderWish, entry: Decimal, whole: Quantity, instrument: Instrument
) -> tuple[Target, ...]:
    """Each take profit with its part of the whole, nearest first; sizes may add up to less."""
    said = [_size(each, whole) for each in wish.targets]
    left = whole - sum((size for size in said if size is not None), ZERO)
    unsized = said.count(None) or 1
    sign = wish.side.sign
    parts = [
        (
            instrument.price(entry * (1 + sign * each.level) if each.is_ratio else each.level),
            left / unsized if size is None else size,
        )
        for each, size in zip(wish.targets, said, strict=True)
    ]
    parts.sort(key=lambda part: part[0] * sign)
    return tuple(_on_steps(parts, whole, instrument))


def _size(each: TargetWish, whole: Quantity) -> Decimal | None:
    if each.size is None or not each.size_is_ratio:
        return each.size
    return each.size * whole


def _on_steps(
    parts: list[tuple[Price, Decimal]], whole: Quantity, instrument: Instrument
) -> Iterator[Target]:
    """Sizes on the step, their sums rounded rather than each, so that nothing is lost between."""
    total = before = ZERO
    for price, size in parts:
        total += size
        is_all = abs(whole - total) < instrument.quantity_step
        until = whole if is_all else instrument.quantity(total)
        yield Target(price, Quantity(until - before), whole)
        before = until


def other_of_pair(wish: OrderWish, first: OrderTerms, instrument: Instrument) -> OrderTerms | None:
    """The second of two orders of which one cancels the other: a stop to a limit, or a limit."""
    if wish.oco is None:
        return None
    at = as_said(wish.oco, instrument)
    is_stop = first.type is OrderType.LIMIT
    return changed(
        first,
        type=OrderType.STOP if is_stop else OrderType.LIMIT,
        price=None if is_stop else at,
        stop_price=at if is_stop else None,
        trail=None,
        trail_is_percent=False,
    )


def slices(wish: OrderWish, now: int) -> Twap | None:
    """The turns of an order that goes in slices from `now` (UTC ms) on."""
    if wish.twap_ms is None:
        return None
    return Twap(wish.slices or DEFAULT_SLICES, now, now + wish.twap_ms)


def closes_and_protects(
    terms: OrderTerms, stop: Price | None, goals: tuple[Target, ...], instrument: Instrument
) -> Refused | None:
    """What closes opens nothing that a stop or a target could protect; no sale paid for whole does.

    On margin it is what may only reduce.
    """
    closes = terms.reduce_only if instrument.kind.is_margined else terms.side is Side.SELL
    if closes and (stop is not None or goals):
        return Refused("reduce_only_bracket", {"symbol": terms.symbol})
    return None


def impossible(
    wish: OrderWish,
    terms: OrderTerms,
    other: OrderTerms | None,
    twap: Twap | None,
    tick: Tick | None,
    instrument: Instrument,
) -> Refused | None:
    """Why this cannot be placed as the market stands."""
    if twap is not None and (refusal := _slices_refused(twap, terms, tick, instrument)):
        return refusal
    if wish.targets and _beyond(wish, terms.quantity):
        return Refused("targets_beyond", {"symbol": terms.symbol, "whole": f"{terms.quantity:f}"})
    if other is None:
        return passed(terms, tick.last if tick is not None else None)
    if tick is not None:
        limit = terms.price or other.price or ZERO
        stop = terms.stop_price or other.stop_price or trails_at(terms, tick, instrument) or ZERO
        sign = terms.side.sign
        if (tick.last - limit) * sign <= 0 or (stop - tick.last) * sign <= 0:
            facts = {"limit": f"{limit:f}", "stop": f"{stop:f}", "price": f"{tick.last:f}"}
            return Refused("oco_sides", {"symbol": terms.symbol, **facts})
    return None


def passed(terms: OrderTerms, price: Decimal | None) -> Refused | None:
    """A stop that the price has passed fires at once; one to sell waits below it, to buy above."""
    stop = terms.stop_price
    if price is None or stop is None or (stop - price) * terms.side.sign > ZERO:
        return None
    facts = {"stop": f"{stop:f}", "price": f"{price:f}"}
    return Refused("stop_passed", {"symbol": terms.symbol, **facts})


def _beyond(wish: OrderWish, whole: Quantity) -> bool:
    said = [_size(each, whole) for each in wish.targets]
    total = sum((size for size in said if size is not None), ZERO)
    needs_more = None in said and total >= whole
    return total > whole or needs_more or any(size is not None and size <= 0 for size in said)


def _slices_refused(
    twap: Twap, terms: OrderTerms, tick: Tick | None, instrument: Instrument
) -> Refused | None:
    lasts = twap.ends_at - twap.starts_at
    facts = {"symbol": terms.symbol, "slices": str(twap.slices), "most": str(MOST_SLICES)}
    too_fast = lasts < twap.slices * _LEAST_INTERVAL_MS
    if not 2 <= twap.slices <= MOST_SLICES or too_fast or lasts > LONGEST_TWAP_MS:
        return Refused("twap_pace", facts)
    price = terms.price or (tick.last if tick is not None else ZERO)
    each = instrument.quantity(terms.quantity / twap.slices)
    small = each < instrument.minimum_quantity or each * price < instrument.minimum_notional
    return Refused("twap_small", {**facts, "quantity": f"{each:f}"}) if small or not each else None


def trails_at(terms: OrderTerms, tick: Tick | None, instrument: Instrument) -> Price | None:
    """Where a trailing stop would stand now."""
    if terms.type is not OrderType.TRAILING_STOP or tick is None:
        return None
    return instrument.price(level(terms, tick.last, instrument))


def would_take(terms: OrderTerms, tick: Tick | None) -> bool:
    """Whether a limit order would fill at once, as the market stands."""
    return tick is not None and terms.price is not None and crosses(terms.side, terms.price, tick)


def rests(terms: OrderTerms, tick: Tick | None) -> bool:
    """Whether it would wait at its price, so that others take it."""
    if terms.type is not OrderType.LIMIT or terms.time_in_force in IMMEDIATE:
        return False
    return terms.post_only or not would_take(terms, tick)


def entry(proposal: Proposal) -> Decimal:
    """About what it fills at: its price, or the market where that is better for a limit."""
    terms, tick = proposal.terms, proposal.tick
    if terms.type is not OrderType.LIMIT or tick is None:
        return proposal.price
    return min(proposal.price, tick.ask) if terms.side is BUY else max(proposal.price, tick.bid)


def wrong_side(
    side: Side, entry: Decimal, stop: Price | None, goals: tuple[Target, ...]
) -> Refused | None:
    """A stop above a buy or a target below it would fire at once."""
    if stop is not None and (entry - stop) * side.sign <= ZERO:
        return Refused("stop_side", {"level": f"{stop:f}", "price": f"{entry:f}"})
    for goal in goals:
        if (goal.price - entry) * side.sign <= ZERO:
            return Refused("target_side", {"level": f"{goal.price:f}", "price": f"{entry:f}"})
    return None


def as_said(price: Decimal | None, instrument: Instrument) -> Price | None:
    """A price with the step's digits; one off the step stays as it is, for risk to refuse."""
    if price is None:
        return None
    return instrument.price(price) if on_step(price, instrument.price_step) else Price(price)


@dataclass(frozen=True, slots=True)
class Exits:
    """What an order brings to leave by, or is itself; `fee` is a ratio of what is bought."""

    terms: OrderTerms
    stop: Price | None
    targets: tuple[Target, ...]
    other: OrderTerms | None
    fee: Decimal


def not_held(exits: Exits, instrument: Instrument, *, is_paper: bool) -> Refused | None:
    """Why the venue could not hold the exits, which would leave a position without them."""
    if is_paper:
        return None
    facts = {"symbol": str(instrument.symbol), "venue": str(instrument.venue)}
    if (
        exits.stop is not None or exits.terms.stop_price is not None
    ) and not instrument.holds_stops:
        return Refused("no_stops", facts)
    if not instrument.sets_aside:
        return None
    if exits.other is not None and exits.other.side is Side.SELL:
        return Refused("one_exit", facts)
    # A coin may be less its fee when it arrives; a share never is.
    fee = exits.fee if instrument.kind is InstrumentKind.SPOT else ZERO
    left = instrument.quantity(exits.terms.quantity * (1 - fee))
    if (exits.stop is not None or exits.targets) and left < instrument.minimum_quantity:
        return Refused("exit_small", {**facts, "least": f"{instrument.minimum_quantity:f}"})
    return None
