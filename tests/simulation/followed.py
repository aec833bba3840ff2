"""What follows another order: its share of what was confirmed, in the end neither more nor less."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.evidence import Evidence
    from tests.simulation.record import Told

_ZERO = Decimal(0)


def what_follows_is_no_more(seen: Evidence) -> str:
    """However its first was changed, paired, cut in slices, or heard of late."""
    for first in _leading(seen):
        asked, share = _asked(seen, first), _share(seen, first)
        if asked > share:
            return f"{asked} follow {first.name}, confirmed are {share} for what is filled"
    return ""


def what_is_to_follow_follows(seen: Evidence) -> str:
    """Of what has ended all is placed or refused; what closes may be held to what there is."""
    for first in _leading(seen):
        family = _family(seen, first)
        if any(not each.ended and seen.record.remaining(each) for each in family):
            continue
        asked, share = _asked(seen, first), _share(seen, first)
        share = seen.exchange.whole_steps(first.body["triggers"]["terms"]["symbol"], share)
        closes = first.body["triggers"]["terms"]["side"] != first.terms["side"]
        if asked < share and not (closes and asked):
            return f"{asked} follow {first.name}, {share} are to"
    return ""


def _leading(seen: Evidence) -> Iterator[Told]:
    """The first of each family that something is to follow."""
    for told in seen.record.leading:
        if not told.body["replaces"] and (told.body["linked"] or told.name) >= told.name:
            yield told


def _family(seen: Evidence, first: Told) -> list[Told]:
    """It, the other one of its pair, and what took the place of either."""
    names = {first.name, first.body["linked"] or first.name}
    for told in seen.record.leading:
        if told.body["replaces"] in names:
            names.add(told.name)
    return [told for told in seen.record.leading if told.name in names]


def _asked(seen: Evidence, first: Told) -> Decimal:
    """Base units of all that was placed, or refused, to follow it."""
    placed = (each for told in _family(seen, first) for each in seen.record.children(told.name))
    follow = (e for e in placed if e.body["purpose"] == "entry" and not e.body["replaces"])
    return sum((Decimal(each.terms["quantity"]) for each in follow), _ZERO)


def _share(seen: Evidence, first: Told) -> Decimal:
    """Base units that follow what it and its kin have filled."""
    filled = sum((seen.record.filled(each) for each in _family(seen, first)), _ZERO)
    whole = Decimal(first.terms["quantity"])
    then = Decimal(first.body["triggers"]["terms"]["quantity"])
    return min(then, then * filled / whole)  # in this order, for a share is no round figure
