"""What backs a position on margin, in words, with where that would end and by whose figures."""

from __future__ import annotations

from bot.voice import Voice
from engine.desk import Backing, Holding
from engine.domain.instrument import Instrument
from engine.domain.margin import Leverage
from engine.ports.venue import HeldOnMargin


def leverage_words(leverage: Leverage | None, voice: Voice) -> str:
    """`5× isolated`, or that none is confirmed."""
    if leverage is None:
        return voice.say("leverage.none")
    mode = voice.say(f"leverage.{leverage.mode.value}")
    return voice.say("leverage.times", times=f"{leverage.times:f}", mode=mode)


def backing_rows(
    both: tuple[Backing, Backing], instrument: Instrument, voice: Voice
) -> tuple[tuple[str, str], ...]:
    """Margin before and after, and about where the position would be liquidated then."""
    before, after = both
    quote = instrument.quote
    margin = f"{voice.money(before.margin, quote)} → {voice.money(after.margin, quote)}"
    rows = [(voice.say("leverage.margin"), margin)]
    if after.margin:
        rows.append((voice.say("leverage.liquidation"), _ending(after, instrument, voice)))
    return tuple(rows)


def _ending(backing: Backing, instrument: Instrument, voice: Voice) -> str:
    if backing.maintenance is None:
        return voice.say("leverage.not_stated", venue=instrument.venue)
    ratio = voice.percent(backing.maintenance)
    if backing.liquidation is None:
        return voice.say("leverage.never")
    price = voice.price(backing.liquidation)
    return voice.say("leverage.about", price=price, ratio=ratio, venue=instrument.venue)


def held_line(
    holding: Holding, leverage: Leverage | None, stated: HeldOnMargin | None, voice: Voice
) -> str:
    """A position's leverage and margin, and where its venue says that it ends."""
    quote, venue = holding.instrument.quote, holding.instrument.venue
    facts = {
        "symbol": str(holding.position.symbol),
        "leverage": leverage_words(leverage, voice),
        "margin": voice.money(holding.margin, quote),
        "venue": str(venue),
    }
    if stated is None:
        return voice.say("leverage.line_unasked", **facts)
    if stated.liquidation_price is None:
        return voice.say("leverage.line", **facts)
    ends = voice.price(stated.liquidation_price)
    return voice.say("leverage.line_ends", ends=ends, **facts)
