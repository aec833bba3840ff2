"""What a person's wish comes to: the exact order, what it would do, and why it may not go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from engine.desk import conditions
from engine.desk.conditions import Exits, Refused, as_said
from engine.desk.outlook import after_fill
from engine.desk.wish import OrderWish
from engine.domain.account import Account
from engine.domain.identifiers import AccountId, PersonId, Symbol
from engine.domain.instrument import Instrument
from engine.domain.limits import Scope
from engine.domain.margin import WHOLE
from engine.domain.market import DataKind, Tick
from engine.domain.money import ZERO, Price, Quantity
from engine.domain.order import Contingent, OrderTerms, OrderType, Side, Target, Twap
from engine.errors import PositionNotFound, QuoteNotFound
from engine.risk.proposal import Asker, Proposal
from engine.runtime.live import LiveRuntime

_PLACES = Decimal("1e-12")
_PROTECTING = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)
_SLACK = Decimal("1.002")


@dataclass(frozen=True, slots=True)
class Draft:
    """Exactly what would be sent, and what it would do; amounts in quote currency.

    `fee` and `price` are estimates, `market` is the best price on the other side; ratios are
    shares of one. `cash_after` is what is left of the quote currency, `risk_if_stopped` what the
    stop would lose of what the entry opens, fees apart. `oco` is the other one of a pair,
    `triggers` what follows, `trails_at` where a trailing stop would stand now. `fee_rate` is the
    venue's own, None where the fee is reckoned as on paper.
    """

    account: Account
    instrument: Instrument
    kind: DataKind
    terms: OrderTerms
    price: Decimal
    market: Decimal
    price_age_seconds: float
    notional: Decimal
    fee: Decimal
    cash_before: Decimal
    cash_after: Decimal
    position_before: Decimal
    position_after: Decimal
    stop_loss: Price | None
    targets: tuple[Target, ...]
    risk_if_stopped: Decimal | None
    warnings: tuple[str, ...]
    refusal: Refused | None
    oco: OrderTerms | None = None
    triggers: Contingent | None = None
    twap: Twap | None = None
    trails_at: Price | None = None
    repeats: bool = False
    fee_rate: Decimal | None = None


class Drafter:
    """Reckons what one person's wishes come to on one account, at the prices of now."""

    def __init__(
        self,
        runtime: LiveRuntime,
        account: AccountId,
        person: PersonId,
        taker_fee: Decimal,
        origin: Scope | None = None,
    ) -> None:
        """`taker_fee` is a ratio, `origin` the strategy that acts for the person."""
        self._runtime = runtime
        self._account = account
        self._person = person
        self._taker_fee = taker_fee
        self._origin = origin

    def draft(self, wish: OrderWish) -> Draft:
        """What a wish comes to; nothing is sent.

        Raises InstrumentNotFound, QuoteNotFound, PositionNotFound.
        """
        instrument = self._runtime.markets.find(wish.symbol)
        terms = self._terms(wish, instrument)
        now = self._runtime.clock.now_ms()
        asker = Asker(self._person, self._origin, wish.repeats)
        proposal = self._runtime.kernel.proposal(self._account, terms, now, asker=asker)
        entry = conditions.entry(proposal)
        exits = self._exits(wish, proposal, entry)
        twap = conditions.slices(wish, now)
        broken, warnings = self._judged(proposal, exits.other, asker)
        refusal = self._impossible(wish, proposal, exits, twap, broken)
        then = self._triggered(wish, terms, entry) if refusal is None else None
        if then is not None:
            refusal = self._closes_and_protects(then) or self._passed(then, terms, entry)
        fee_rate = self.fee_rate(terms, proposal.tick)
        fee = (proposal.notional * fee_rate).quantize(_PLACES).normalize()
        cash = proposal.book.cash.get(instrument.quote, ZERO)
        stop = exits.stop
        return Draft(
            account=proposal.book.account,
            instrument=instrument,
            kind=self._runtime.markets.kind(wish.symbol),
            terms=terms,
            price=proposal.price,
            market=_market(proposal),
            price_age_seconds=_age_seconds(proposal),
            notional=proposal.notional,
            fee=fee,
            fee_rate=fee_rate if self._runtime.fees(self._account, terms.symbol) else None,
            cash_before=cash,
            cash_after=cash + _settles(proposal) - fee,
            position_before=proposal.held,
            position_after=proposal.held + terms.side.sign * terms.quantity,
            stop_loss=stop,
            targets=exits.targets,
            risk_if_stopped=abs(entry - stop) * proposal.opening if stop else None,
            warnings=(*warnings, *_warned(exits, proposal)),
            refusal=refusal,
            oco=exits.other,
            triggers=then,
            twap=twap,
            trails_at=conditions.trails_at(terms, proposal.tick, instrument),
            repeats=wish.repeats,
        )

    def fee_rate(self, terms: OrderTerms, tick: Tick | None) -> Decimal:
        """What its venue says of it, or else what taking costs on paper; a ratio."""
        rates = self._runtime.fees(self._account, terms.symbol)
        if rates is None:
            return self._taker_fee
        return rates.maker if conditions.rests(terms, tick) else rates.taker

    # -- what would be sent ---------------------------------------------------------------

    def _terms(
        self, wish: OrderWish, instrument: Instrument, market: Decimal | None = None
    ) -> OrderTerms:
        """At this price of the market, that of now where none is given."""
        price = as_said(wish.price, instrument)
        stop = self._trigger(wish, instrument, market)
        kind = _type_of(wish)
        expected = price or stop or market or self._touch(wish.symbol, wish.side)
        quantity = self._quantity(wish, instrument, expected)
        held = self._held(wish.symbol)
        closes = held * wish.side.sign < ZERO and quantity <= abs(held)
        return OrderTerms(
            symbol=wish.symbol,
            side=wish.side,
            type=kind,
            quantity=quantity,
            price=price,
            stop_price=stop,
            trail=wish.trail,
            trail_is_percent=wish.trail_is_ratio,
            time_in_force=wish.time_in_force,
            # A stop or a pair on a holding protects it: it may close, never turn round. On margin
            # nothing but the venue keeps two orders that close the same from that.
            reduce_only=wish.reduce_only
            or (closes and instrument.kind.is_margined)
            or (closes and (kind in _PROTECTING or wish.oco is not None)),
            post_only=wish.post_only,
        )

    def _trigger(
        self, wish: OrderWish, instrument: Instrument, market: Decimal | None
    ) -> Price | None:
        """Where a stop waits."""
        if wish.stop_price is None or not wish.stop_price_is_ratio:
            return as_said(wish.stop_price, instrument)
        ratio = 1 + wish.side.sign * wish.stop_price
        return instrument.price((market or self._touch(wish.symbol, wish.side)) * ratio)

    def _quantity(self, wish: OrderWish, instrument: Instrument, price: Decimal) -> Quantity:
        if wish.quantity is not None:
            return Quantity(wish.quantity)
        if wish.amount is not None:
            return instrument.quantity(wish.amount / price)
        share = (wish.percent or ZERO) / 100
        held = self._held(wish.symbol)
        if instrument.kind.is_margined:
            return instrument.quantity(self._share_on_margin(wish, share, price))
        if wish.side is Side.SELL:
            if held <= ZERO:
                raise PositionNotFound(symbol=wish.symbol)
            return instrument.quantity(held * share)
        free = self._free_cash(instrument)
        # What is bought with all the cash must leave room for its own fee and slippage.
        fee = self._taker(wish.symbol)
        return instrument.quantity(free * share / (price * (1 + fee) * _SLACK))

    def _share_on_margin(self, wish: OrderWish, share: Decimal, price: Decimal) -> Decimal:
        """Of the position against it, or else of what the free cash backs, fee and slippage too."""
        held = self._held(wish.symbol)
        if held * wish.side.sign < ZERO:
            return abs(held) * share
        book = self._runtime.kernel.accounts[self._account]
        times = book.leverage.get(wish.symbol, WHOLE).times
        free = self._free_cash(self._runtime.markets.find(wish.symbol))
        costs = 1 / times + self._taker(wish.symbol) + _SLACK - 1
        return free * share / (price * costs)

    def _exits(self, wish: OrderWish, proposal: Proposal, entry: Decimal) -> Exits:
        terms, instrument = proposal.terms, proposal.instrument
        return Exits(
            terms,
            _stop_of(wish, entry, instrument),
            conditions.targets(wish, entry, terms.quantity, instrument),
            conditions.other_of_pair(wish, terms, instrument),
            self._taker(terms.symbol),
        )

    def _triggered(self, wish: OrderWish, first: OrderTerms, price: Decimal) -> Contingent | None:
        """What follows once the first has filled at about this price, where it is of the same.

        Risk judges it then, with what is held then.
        """
        then = wish.triggers
        if then is None:
            return None
        instrument = self._runtime.markets.find(then.symbol)
        if then.percent is not None and (then.symbol, then.side) == (
            wish.symbol,
            wish.side.opposite,
        ):
            # A share of what will be held then is a share of what this order fills.
            then = replace(then, quantity=first.quantity * then.percent / 100, percent=None)
            then = replace(then, quantity=instrument.quantity(then.quantity or ZERO))
        market = price if then.symbol == wish.symbol else None
        terms = self._terms(then, instrument, market)
        entry = terms.price or terms.stop_price or market or self._touch(then.symbol, then.side)
        return Contingent(
            terms,
            _stop_of(then, entry, instrument),
            conditions.targets(then, entry, terms.quantity, instrument),
        )

    # -- why it may not go ----------------------------------------------------------------

    def _judged(
        self, proposal: Proposal, other: OrderTerms | None, asker: Asker
    ) -> tuple[Refused | None, tuple[str, ...]]:
        """What risk says of it, and of the other one of its pair; and its warnings."""
        kernel = self._runtime.kernel
        breach, warnings = kernel.judge(proposal)
        if breach is None and other is not None:
            second = kernel.proposal(
                self._account, other, proposal.at, asker=asker, beside=proposal.terms
            )
            breach, _ = kernel.judge(second)
        if breach is None:
            return None, warnings
        self._runtime.turns.counts.refused_beforehand[breach.rule] += 1
        return Refused(breach.rule, breach.facts), warnings

    def _impossible(
        self,
        wish: OrderWish,
        proposal: Proposal,
        exits: Exits,
        twap: Twap | None,
        broken: Refused | None,
    ) -> Refused | None:
        """The first reason, from what was wished to what its venue can hold."""
        terms, stop, goals = exits.terms, exits.stop, exits.targets
        instrument, is_paper = proposal.instrument, proposal.book.account.is_paper
        return (
            conditions.senseless(wish)
            or broken
            or conditions.closes_and_protects(terms, stop, goals, instrument)
            or conditions.impossible(wish, terms, exits.other, twap, proposal.tick, instrument)
            or conditions.wrong_side(wish.side, conditions.entry(proposal), stop, goals)
            or conditions.not_held(exits, instrument, is_paper=is_paper)
        )

    def _closes_and_protects(self, then: Contingent) -> Refused | None:
        instrument = self._runtime.markets.find(then.terms.symbol)
        return conditions.closes_and_protects(then.terms, then.stop_loss, then.targets, instrument)

    def _passed(self, then: Contingent, first: OrderTerms, entry: Decimal) -> Refused | None:
        """Whether its stop would fire as soon as the first has filled at about this price."""
        symbol = then.terms.symbol
        tick = self._runtime.kernel.quotes.get(symbol)
        now = tick.last if tick is not None else None
        return conditions.passed(then.terms, entry if symbol == first.symbol else now)

    # -- figures --------------------------------------------------------------------------

    def _taker(self, symbol: Symbol) -> Decimal:
        rates = self._runtime.fees(self._account, symbol)
        return self._taker_fee if rates is None else rates.taker

    def _touch(self, symbol: Symbol, side: Side) -> Decimal:
        tick = self._runtime.kernel.quotes.get(symbol)
        if tick is None:
            raise QuoteNotFound(symbol=symbol)
        return tick.ask if side is Side.BUY else tick.bid

    def _held(self, symbol: Symbol) -> Decimal:
        return self._runtime.kernel.accounts[self._account].position(symbol).quantity

    def _free_cash(self, instrument: Instrument) -> Decimal:
        return self._runtime.kernel.free_cash(self._account, instrument.quote)


def _warned(exits: Exits, proposal: Proposal) -> tuple[str, ...]:
    """What is not as most would expect it, and no reason against it."""
    takes = exits.terms.post_only and conditions.would_take(exits.terms, proposal.tick)
    watched = bool(exits.targets) and proposal.instrument.sets_aside
    said = ("post_only_takes", takes), ("targets_watched", watched)
    return tuple(name for name, is_so in said if is_so)


def _settles(proposal: Proposal) -> Decimal:
    """What its fill does to cash before fees: its price, on margin the profit that it closes."""
    if not proposal.instrument.kind.is_margined:
        return -proposal.terms.side.sign * proposal.notional
    return after_fill(proposal)[1]


def _type_of(wish: OrderWish) -> OrderType:
    if wish.trail is not None:
        return OrderType.TRAILING_STOP
    if wish.stop_price is not None:
        return OrderType.STOP if wish.price is None else OrderType.STOP_LIMIT
    return OrderType.MARKET if wish.price is None else OrderType.LIMIT


def _stop_of(wish: OrderWish, entry: Decimal, instrument: Instrument) -> Price | None:
    stop = wish.stop_loss
    if stop is None:
        return None
    return instrument.price(
        entry * (1 - wish.side.sign * stop) if wish.stop_loss_is_ratio else stop
    )


def _market(proposal: Proposal) -> Decimal:
    terms, tick = proposal.terms, proposal.tick
    if tick is None or (terms.price is None and terms.stop_price is None):
        return proposal.price
    return tick.ask if terms.side is Side.BUY else tick.bid


def _age_seconds(proposal: Proposal) -> float:
    return max(0, proposal.at - proposal.tick.at) / 1000 if proposal.tick else 0.0
