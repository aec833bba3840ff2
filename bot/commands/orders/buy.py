"""/buy — buy at market, or at a limit or stop price."""

from __future__ import annotations

from typing import ClassVar

from bot.command import Effect
from bot.families.trade import Trade
from engine.domain.order import Side


class Buy(Trade, name="buy", effect=Effect.MOVES_MONEY, aliases=("long",)):
    """Buy at market, or at a price you name; shown first, sent after your yes."""

    side: ClassVar[Side] = Side.BUY
