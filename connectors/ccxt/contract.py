"""What an exchange promises about orders, as a typed row; of itself the row is the safe default.

What it says decides whether an order may ever be sent again, and how long is waited before "not
found" means that it never arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.ccxt.cash_calls import CashCall
from engine.domain.order import Purpose

CLOCK_ERROR_SECONDS = 1.5
"""How far the clocks may be apart; beyond it nothing is signed."""


class Uniqueness(StrEnum):
    """Among which orders an exchange refuses a client order id that it knows."""

    FOR_EVER = "for_ever"
    OPEN_ORDERS = "open_orders"
    NOT_PROMISED = "not_promised"


class Lookup(StrEnum):
    """The route by which an order is found again by its client order id."""

    ORDER = "order"
    """One order asked for by the id; "no such order" is an answer."""
    OPEN_THEN_CLOSED = "open_then_closed"
    """The open orders, then the closed ones, each asked for by the id."""
    LISTS = "lists"
    """The lists of open and closed orders, searched here."""


class Stops(StrEnum):
    """How a stop rests at the exchange."""

    MARKET = "market"
    """Among the other orders; it takes the market when triggered."""
    APART = "apart"
    """In a list of its own, which is asked as well; triggered, it becomes one of the others."""
    LIMIT_ONLY = "limit_only"
    """It becomes a limit when triggered: a stop at market goes as one with room to fill."""
    NONE = "none"


class Pages(StrEnum):
    """How more fills of an order are asked for than one answer holds."""

    UNTIL = "until"
    """Back in time from the oldest."""
    CURSOR = "cursor"
    """From the place that the answer names."""
    FROM_NUMBER = "fromId"
    """By their numbers, from the first one upwards."""


@dataclass(frozen=True, slots=True)
class Margined:
    """How an exchange holds perpetuals, each on a margin of its own.

    `order` goes with every order of one, `asked` with what is asked and set of its leverage.
    `sets_mode`: the kind of margin is set by a call of its own, `of_account`: for the whole
    account. `one_way` is a raw field of the answer about a leverage, and what it holds where long
    and short are one position. `profit_in_balance`: what is told as the balance holds open profit.
    `tiers_of_contracts`: its tiers of risk count contracts, elsewhere value. `stop_says_way`: a
    stop is told from which side its price is met; ccxt takes any other for one that only reduces.
    `asks_sides`: whether long and short are one position is asked by a call of its own. `tops_up`
    is a raw field of the answer about a leverage, true where the exchange adds to a margin by
    itself, which is then no margin of its own. `backing` is where ccxt has that of a position.
    `forced` are raw fields of an execution, and what they hold where the exchange made it by
    itself; each of `forced_asked` is a question for executions among which such are. `forced_names`
    are how the client ids begin of orders that the exchange made by itself, `forced_orders` ccxt's
    call that lists such.
    """

    order: tuple[tuple[str, object], ...] = ()
    asked: tuple[tuple[str, object], ...] = ()
    sets_mode: bool = False
    of_account: bool = False
    one_way: tuple[str, str] = ("", "")
    asks_sides: bool = False
    tops_up: str = ""
    backing: str = "initialMargin"
    profit_in_balance: bool = False
    tiers_of_contracts: bool = False
    stop_says_way: bool = False
    forced: tuple[tuple[str, tuple[str, ...], Purpose], ...] = ()
    forced_asked: tuple[tuple[tuple[str, object], ...], ...] = ((),)
    forced_names: tuple[tuple[str, Purpose], ...] = ()
    forced_orders: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """How an exchange shows stops that it keeps in a list of their own.

    An answer is of such a stop where a raw field of `marks` holds what stands beside it. `numbers`
    are the raw fields of the stop's own number, `becomes` those of the number of the order that it
    has become. Where a number may be a stop's and another order's as well, `series` is put before a
    stop's, and stops are asked for and canceled by their names alone.
    """

    marks: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]
    becomes: tuple[str, ...]
    series: str = ""


@dataclass(frozen=True, slots=True)
class VenueContract:
    """One exchange's row.

    `id_parameter` is the name under which ccxt lets the client order id reach the wire,
    `lookup_parameter` the one by which a single order is asked for or canceled, `id_fields` where
    the exchange's own answers hold it, `id_length` how long it may be. `expires_seconds` is after
    how long the exchange itself refuses a request that is still under way, `deadline` the parameter
    that says so where ccxt does not, `lag_seconds` how far its answers may be behind. A stop goes
    with `stop_parameters`, is asked for and canceled with `stop_route` and is named by
    `stop_id_parameter` besides, listed with `stop_listing` and changed as an order of `stop_kind`
    by `stop_trigger` and `stop_limit`; `stop_room` is how far its limit lies beyond it where it
    needs one, `apart` how one looks that is kept apart.
    `buys_by_value` is whether ccxt reads the size of a buy at market as an amount, `amends` whether
    a resting order can be changed in place, `streams_trades` whether fills come by stream
    (`stream_fees_are_signed`: with a fee below zero, as what it does to the balance),
    `trades_by_id` whether an order's fills are asked for by their own ids, which `lists_asked` lets
    lists of orders name, `trades_of` by which parameter they are where ccxt has no call for an
    order's: so many as `trades_a_page`, of a span of `trades_span_ms` where one answer covers no
    more, and further by `trades_paged`. `ends_partly` is a raw field of an order and what it holds
    where the rest was canceled, if ccxt takes that for filled. `bars_a_page` is what one answer
    holds, `leaves_out_quiet_bars` whether a bar without a trade is missing. `refusals` are codes of
    plain refusals that ccxt has no class for, `key_refusals` of those that say that a key is good
    no more, `doubts` of those that say nothing certain, where ccxt reads something else.
    `test_options` are ccxt's on the test network, beside those that hold everywhere; `demo` is
    whether that network is what ccxt calls demo trading. `spot` is whether coins are traded there,
    `margin` how perpetuals are held; without, the desk trades none there. `balance_field` is where
    the raw answer has what is there of a coin, if not where ccxt reads it, `earning` what ends the
    name of that part of a coin which earns, and is traded all the same. `numbers_of_symbol` is
    whether orders of two symbols may have one number, `fee_coin` the raw field of a fill that says
    in what its fee was paid, where ccxt goes by another. `cash` is how cash that moved apart from
    trades is read; without, by what ccxt says that the exchange has.
    """

    exchange: str
    spot: bool = True
    id_parameter: str = "clientOrderId"
    lookup_parameter: str = "clientOrderId"
    id_fields: tuple[str, ...] = ()
    id_length: int = 18
    uniqueness: Uniqueness = Uniqueness.NOT_PROMISED
    lookup: Lookup = Lookup.LISTS
    expires_seconds: float = 120.0
    deadline: str = ""
    lag_seconds: float = 10.0
    stops: Stops = Stops.NONE
    stop_parameters: tuple[tuple[str, object], ...] = ()
    stop_route: tuple[tuple[str, object], ...] = ()
    stop_listing: tuple[tuple[str, object], ...] = ()
    stop_id_parameter: str = ""
    stop_kind: str = ""
    stop_trigger: str = "stopLossPrice"
    stop_limit: str = ""
    stop_room: Decimal = Decimal("0.1")
    apart: Apart | None = None
    buys_by_value: bool = False
    amends: bool = False
    margin: Margined | None = None
    bars_a_page: int = 200
    leaves_out_quiet_bars: bool = True
    streams_trades: bool = True
    stream_fees_are_signed: bool = False
    trades_by_id: bool = False
    lists_asked: tuple[tuple[str, object], ...] = ()
    trades_of: str = ""
    trades_a_page: int = 100
    trades_span_ms: int = 0
    trades_paged: Pages = Pages.UNTIL
    ends_partly: tuple[str, str] = ("", "")
    refusals: tuple[str, ...] = ()
    key_refusals: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    balance_route: tuple[tuple[str, object], ...] = ()
    balance_field: str = ""
    earning: str = ""
    numbers_of_symbol: bool = False
    fee_coin: str = ""
    cash: tuple[CashCall, ...] = ()
    options: tuple[tuple[str, object], ...] = ()
    test_options: tuple[tuple[str, object], ...] = ()
    demo: bool = False

    @property
    def perpetuals(self) -> bool:
        """Whether they are traded; elsewhere the desk could not keep books of them."""
        return self.margin is not None

    @property
    def in_flight_seconds(self) -> float:
        """How long after it was sent an order may still turn up that is not found."""
        return self.expires_seconds + CLOCK_ERROR_SECONDS + self.lag_seconds
