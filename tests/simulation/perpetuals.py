"""The same exchange with perpetuals: long and short, on margins of their own, funded, liquidated.

Positions are one way. What the exchange closes by itself it tells in the lists that are asked for,
and in no order's reports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random

from engine.domain.account import CashReason
from engine.domain.events import OrderFilled, VenueReport
from engine.domain.identifiers import ClientOrderId, Symbol, TradeId, VenueOrderId
from engine.domain.margin import Leverage, MarginMode
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.domain.order import OrderTerms, OrderType, Purpose, Side
from engine.ports.venue import HeldOnMargin
from tests.simulation.exchange import FEE, QUOTE, Exchange, Resting
from tests.simulation.market import PERPETUALS
from tests.simulation.nature import Nature
from tests.simulation.stake import Stake, decimal
from tests.simulation.timeline import Timeline

MAINTENANCE = Decimal("0.005")
"""The ratio of its value that a position must have left of its margin."""
MOST_TIMES = 100
_AT_FIRST = Leverage(Decimal(20), MarginMode.CROSS)
_FUNDED_EVERY = 3_600.0
_BETWEEN_DELEVERAGINGS = 3_000.0
_BETWEEN_HANDS = 6_000.0
_IN_PARTS = 0.3
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Forced:
    """What the exchange closed by itself, at a moment of the timeline."""

    symbol: Symbol
    side: Side
    purpose: Purpose
    order: VenueOrderId
    fill: OrderFilled
    moment: float


class Perpetuals(Exchange):
    """Linear perpetuals of one account; cash is the wallet, margins included."""

    goes_short = True

    def __init__(
        self,
        timeline: Timeline,
        chance: Random,
        cash: Decimal,
        tell: Callable[[VenueReport], None],
        *,
        nature: Nature,
        is_thin: bool = False,
    ) -> None:
        super().__init__(
            timeline, chance, cash, tell, nature=nature, listed=PERPETUALS, is_thin=is_thin
        )
        self.stakes = {each.symbol: Stake() for each in PERPETUALS}
        self.forced: dict[str, Forced] = {}
        """By the trade's id."""
        self._leverage = [(0.0, each.symbol, _AT_FIRST) for each in PERPETUALS]
        self._price_step = {each.symbol: each.price_step for each in PERPETUALS}
        self._forces: Callable[[Forced], None] = lambda _: None
        self._is_calm = False

    def begin(self, chance: Random, forces: Callable[[Forced], None]) -> None:
        """Fund, deleverage and let somebody play with the leverage from now on.

        `forces` hears of each trade that the exchange makes by itself.
        """
        self._forces = forces
        self._again(_FUNDED_EVERY, lambda: self._fund(chance))
        self._now_and_then(chance, _BETWEEN_DELEVERAGINGS, self._deleverage)
        self._now_and_then(chance, _BETWEEN_HANDS, self._set_by_hand)

    def calm(self) -> None:
        """Nothing of the kind any more, so that all can come to rest."""
        self._is_calm = True

    # -- leverage -----------------------------------------------------------------------------

    def leverage(self, symbol: Symbol, lag_seconds: float = 0.0) -> Leverage:
        """As it was known so long ago."""
        then = self._timeline.now - lag_seconds
        past = (each for moment, name, each in reversed(self._leverage)
                if name == symbol and moment <= then)  # fmt: skip
        return next(past, _AT_FIRST)

    def had_leverage(self, symbol: Symbol, leverage: Leverage, seconds: float) -> bool:
        """Whether it was held so at any moment of the last seconds."""
        then = self._timeline.now - seconds
        lately = [each for moment, name, each in self._leverage if name == symbol and moment > then]
        return leverage in (self.leverage(symbol, seconds), *lately)

    def set_leverage(self, symbol: Symbol, leverage: Leverage) -> str:
        """Hold it on another margin; gives the reason where that is refused."""
        if not 1 <= leverage.times <= MOST_TIMES:
            return "no such leverage"
        if self._ends(symbol, leverage):
            return "it would be liquidated"
        self._leverage.append((self._timeline.now, symbol, leverage))
        return ""

    def on_margin(self) -> dict[Symbol, HeldOnMargin]:
        """What is held now."""
        return {
            symbol: HeldOnMargin(
                stake.quantity, decimal(stake.mean), decimal(self._margin(symbol, stake))
            )
            for symbol, stake in self.stakes.items()
            if stake.quantity
        }

    def _margin(self, symbol: Symbol, stake: Stake) -> Fraction:
        return stake.cost / Fraction(self.leverage(symbol).times)

    def _free_cash(self) -> Fraction:
        backing = (self._margin(symbol, stake) for symbol, stake in self.stakes.items())
        return Fraction(self.cash[QUOTE]) - sum(backing, Fraction(0))

    # -- orders -------------------------------------------------------------------------------

    def protection(self) -> dict[Symbol, Decimal]:
        """What stops of brackets would close of what is held, or is being closed in their place."""
        return {
            symbol: sum((each.remaining for each in self._open.values() if _protects(each, stake)
                         and each.terms.symbol == symbol), _ZERO)
            for symbol, stake in self.stakes.items()
        }  # fmt: skip

    def _refusal(self, terms: OrderTerms) -> str:
        if terms.reduce_only:
            held = self.held.get(terms.symbol, _ZERO)
            return "" if held * terms.side.sign < 0 else "reduce only: nothing is held"
        price = terms.price or terms.stop_price or self._quotes[terms.symbol].last
        needed = Fraction(terms.quantity * price) / Fraction(self.leverage(terms.symbol).times)
        return "" if needed <= self._free_cash() else "insufficient margin"

    def _able(self, resting: Resting) -> Decimal:
        """What only reduces is held to that."""
        if not resting.terms.reduce_only:
            return resting.remaining
        against = -resting.terms.side.sign * self.held.get(resting.terms.symbol, _ZERO)
        return min(resting.remaining, max(against, _ZERO))

    def _settle(
        self, terms: OrderTerms, quantity: Decimal, price: Decimal, fee: Decimal, currency: Currency
    ) -> tuple[Decimal, Currency]:
        self._move(terms.symbol, terms.side, quantity, price)
        self.cash[currency] = self.cash.get(currency, _ZERO) - fee
        return fee, currency

    def _move(self, symbol: Symbol, side: Side, quantity: Decimal, price: Decimal) -> None:
        stake = self.stakes[symbol]
        self.cash[QUOTE] += decimal(stake.trade(side.sign, quantity, price))
        self.held[symbol] = stake.quantity

    # -- what it does by itself -----------------------------------------------------------------

    def tick(self, tick: Tick) -> None:
        super().tick(tick)
        if not self._is_calm and self._ends(tick.symbol, self.leverage(tick.symbol)):
            is_part = self._chance.random() < _IN_PARTS
            self._force(tick.symbol, Decimal("0.5") if is_part else Decimal(1), Purpose.LIQUIDATION)

    def _ends(self, symbol: Symbol, leverage: Leverage) -> bool:
        """Whether what is left of its margin is too little at the last price."""
        stake, tick = self.stakes[symbol], self._quotes.get(symbol)
        if not stake.quantity or tick is None or leverage.mode is MarginMode.CROSS:
            return False  # all of the cash stands for it
        left = stake.cost / Fraction(leverage.times) + stake.profit_at(tick.last)
        return left <= Fraction(MAINTENANCE * abs(stake.quantity) * tick.last)

    def _force(self, symbol: Symbol, share: Decimal, purpose: Purpose) -> None:
        """Close a share of what is held at the market, never beyond where its margin is gone."""
        stake, tick = self.stakes[symbol], self._quotes[symbol]
        quantity = max(self.whole_steps(symbol, abs(stake.quantity) * share), self._steps[symbol])
        quantity = min(quantity, abs(stake.quantity))
        side = Side.SELL if stake.quantity > 0 else Side.BUY
        price = tick.bid if side is Side.SELL else tick.ask
        if purpose is Purpose.LIQUIDATION:
            gone = decimal(stake.mean * (1 + side.sign / Fraction(self.leverage(symbol).times)))
            step = self._price_step[symbol]
            gone = (gone / step).to_integral_value() * step
            price = max(price, gone) if side is Side.SELL else min(price, gone)
        self._move(symbol, side, quantity, price)
        fee = quantity * price * FEE
        self.cash[QUOTE] -= fee
        number = VenueOrderId(f"v{next(self._timeline.serials)}")
        name = ClientOrderId(f"forced-{number}")
        trade = TradeId(f"t{len(self.fills) + 1}")
        fill = self._traded(name, symbol, quantity, price, (fee, QUOTE), trade)
        told = Forced(symbol, side, purpose, number, fill, self._timeline.now)
        self.forced[fill.trade_id] = told
        self._release(symbol)
        self._forces(told)

    def executed(self, name: str, trade: str) -> OrderFilled | None:
        told = self.forced.get(trade)
        return super().executed(name, trade) if told is None else told.fill

    def worth(self) -> Decimal:
        open_profit = (
            decimal(stake.profit_at(self._quotes[symbol].last))
            for symbol, stake in self.stakes.items()
            if stake.quantity
        )
        return self.cash[QUOTE] + sum(open_profit, _ZERO)

    def traded(self, fill: OrderFilled) -> tuple[Symbol, int]:
        told = self.forced.get(fill.trade_id)
        return super().traded(fill) if told is None else (told.symbol, told.side.sign)

    def forced_since(self, symbol: Symbol, since: int, lag_seconds: float) -> list[Forced]:
        """Those from a moment on (UTC ms), as they were known so long ago."""
        then = self._timeline.now - lag_seconds
        return [
            each
            for each in self.forced.values()
            if each.symbol == symbol and each.fill.at >= since and each.moment <= then
        ]

    def _held_symbols(self) -> list[Symbol]:
        return [symbol for symbol, stake in self.stakes.items() if stake.quantity]

    def _deleverage(self, chance: Random) -> None:
        held = self._held_symbols()
        if held:
            share = chance.choice(("0.2", "0.5", "1"))
            self._force(chance.choice(held), Decimal(share), Purpose.DELEVERAGING)

    def _set_by_hand(self, chance: Random) -> None:
        """Somebody sets another leverage past the desk."""
        symbol = chance.choice(PERPETUALS).symbol
        mode = chance.choice((MarginMode.ISOLATED, MarginMode.CROSS))
        self.set_leverage(symbol, Leverage(Decimal(chance.choice((2, 7, 33))), mode))

    def _fund(self, chance: Random) -> None:
        """Long pays short where the rate is above zero, and short pays long below."""
        for symbol in self._held_symbols():
            value = self.held[symbol] * self._quotes[symbol].last
            rate = Decimal(chance.randint(-75, 75)) / 100_000
            amount = (-value * rate).quantize(Decimal("1e-8"))
            if amount:
                self.move_cash(CashReason.FUNDING, amount, symbol)

    def _now_and_then(
        self, chance: Random, mean_seconds: float, happens: Callable[[Random], None]
    ) -> None:
        def happened() -> None:
            if not self._is_calm:
                happens(chance)
                self._now_and_then(chance, mean_seconds, happens)

        self._timeline.after(chance.expovariate(1 / mean_seconds), happened)

    def _again(self, seconds: float, happens: Callable[[], None]) -> None:
        def happened() -> None:
            if not self._is_calm:
                happens()
                self._again(seconds, happens)

        self._timeline.after(seconds, happened)


def _protects(resting: Resting, stake: Stake) -> bool:
    if stake.quantity * resting.terms.side.sign >= 0:
        return False
    closes_now = resting.order.is_protection and resting.terms.type is OrderType.MARKET
    return closes_now or resting.order.purpose is Purpose.STOP_LOSS
