"""Names of things, each its own type so that one is never passed for another."""

from __future__ import annotations

from typing import NewType

Symbol = NewType("Symbol", str)
"""An instrument's canonical name: `BTC/USDT`, `AAPL`."""

VenueName = NewType("VenueName", str)
AccountId = NewType("AccountId", str)
PersonId = NewType("PersonId", str)
THE_DESK = PersonId("desk")
"""Who acts where no person did: the rules that a person confirmed."""

DeskId = NewType("DeskId", str)

ClientOrderId = NewType("ClientOrderId", str)
"""Ours, derived from the intent: 18 hexadecimal digits, unique for ever."""

VenueOrderId = NewType("VenueOrderId", str)
TradeId = NewType("TradeId", str)
"""The venue's name of one trade, which may be between two orders of the account."""

EntryId = NewType("EntryId", str)
"""The venue's name of one cash movement, or its intent's; unique per account."""

IntentKey = NewType("IntentKey", str)
"""What makes a wish unique: a ticket's id, a schedule's due time, a signal's key."""

AlertId = NewType("AlertId", str)

DifferenceId = NewType("DifferenceId", str)
"""Of one difference with a venue: the order's id, or the instrument's name."""
