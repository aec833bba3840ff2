"""What each exchange promises about orders: one typed row each, and a safe default for the rest.

What a row says decides whether an order may ever be sent again, and how long is waited before
"not found" means that it never arrived. Where the exchange's documents are silent, the row holds
the slower answer. Sources: the exchanges' API documents, and what ccxt 4.5 puts on the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.ccxt import cash_calls
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


@dataclass(frozen=True, slots=True)
class Dead:
    """A dead man's switch: orders end where nothing was heard for so long."""

    method: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Margined:
    """How an exchange holds perpetuals, each on a margin of its own.

    `order` goes with every order of one, `asked` with what is asked and set of its leverage.
    `sets_mode`: the kind of margin is set by a call of its own, `of_account`: for the whole
    account. `one_way` is a raw field of the answer about a leverage, and what it holds where long
    and short are one position. `profit_in_balance`: what is told as the balance holds open profit.
    `tiers_of_contracts`: its tiers of risk count contracts, elsewhere value. `stop_says_way`: a
    stop is told from which side its price is met; ccxt takes any other for one that only reduces.
    `asks_sides`: whether long and short are one position is asked by a call of its own. `backing`
    is where ccxt has the margin of a position. `forced` are raw fields of an execution, and what
    they hold where the exchange made it by itself; each of `forced_asked` is a question for
    executions among which such are. `forced_names` are how the client ids begin of orders that the
    exchange made by itself, `forced_orders` ccxt's call that lists such.
    """

    order: tuple[tuple[str, object], ...] = ()
    asked: tuple[tuple[str, object], ...] = ()
    sets_mode: bool = False
    of_account: bool = False
    one_way: tuple[str, str] = ("", "")
    asks_sides: bool = False
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
    `trades_by_id` whether an order's fills are asked for by their own ids, `trades_of` by which
    parameter they are where ccxt has no call for an order's: so many as `trades_a_page`, of a span
    of `trades_span_ms` where one answer covers no more. `bars_a_page` is what
    one answer holds, `bars_kept` how far back they go at all, `leaves_out_quiet_bars` whether a bar
    without a trade is missing. `refusals` are codes of plain refusals that ccxt has no class for,
    `key_refusals` of those that say that a key is good no more, where ccxt reads something else.
    `test_options` are ccxt's on the test network, beside those that hold everywhere; `demo` is
    whether that network is what ccxt calls demo trading. `spot` is whether coins are traded there,
    `margin` how perpetuals are held; without, the desk trades none there. `balance_field` is where
    the raw answer has what is there of a coin, if not where ccxt reads it. `cash` is how cash that
    moved apart from trades is read; without, by what ccxt says that the exchange has.
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
    native_oco: bool = False
    amends: bool = False
    dead_man: Dead | None = None
    margin: Margined | None = None
    bars_a_page: int = 200
    bars_kept: int | None = None
    leaves_out_quiet_bars: bool = True
    streams_trades: bool = True
    stream_fees_are_signed: bool = False
    trades_by_id: bool = False
    trades_of: str = ""
    trades_a_page: int = 100
    trades_span_ms: int = 0
    refusals: tuple[str, ...] = ()
    key_refusals: tuple[str, ...] = ()
    balance_route: tuple[tuple[str, object], ...] = ()
    balance_field: str = ""
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


BINANCE = VenueContract(
    exchange="binance",
    cash=cash_calls.BINANCE,
    id_length=36,
    uniqueness=Uniqueness.OPEN_ORDERS,
    lookup=Lookup.ORDER,
    expires_seconds=5.0,
    lag_seconds=2.0,
    stops=Stops.MARKET,
    native_oco=True,
    bars_a_page=1000,
    leaves_out_quiet_bars=False,
    # To ccxt it means a short ban once a key has worked; a key that was revoked says the same.
    key_refusals=('"code":-2015',),
    # Its receive window; without the rest it asks for margins and coins that are not used here.
    options=(
        ("recvWindow", 5_000),
        ("fetchMargins", False),
        ("fetchMarkets", {"types": ["spot", "linear"]}),
        ("warnOnFetchOpenOrdersWithoutSymbol", False),
    ),
    # ccxt speaks to the test network of spot alone.
    test_options=(("fetchMarkets", {"types": ["spot"]}),),
)
# Perpetuals are an exchange of their own to ccxt as they are at Binance: another interface, another
# wallet, other keys' rights. Stops go to a service apart, which numbers them by itself.
BINANCE_USDM = VenueContract(
    exchange="binanceusdm",
    spot=False,
    cash=cash_calls.BINANCE_USDM,
    id_length=36,
    uniqueness=Uniqueness.OPEN_ORDERS,
    lookup=Lookup.ORDER,
    expires_seconds=5.0,
    lag_seconds=2.0,
    stops=Stops.APART,
    stop_route=(("trigger", True),),
    apart=Apart(
        # By question and by stream.
        marks=(("algoType", "CONDITIONAL"), ("at", "CONDITIONAL")),
        numbers=("algoId", "aid"),
        becomes=("actualOrderId", "ai"),
        series="algo-",
    ),
    trades_of="orderId",
    trades_a_page=1000,
    trades_span_ms=7 * 86_400_000,
    # ccxt has classes for most of them, some of which say less than the codes.
    refusals=tuple(
        f'"code":{code},'
        for code in (
            *(-1013, -1106, -1111, -2018, -2019, -2020, -2021, -2022, -2024, -2025, -2026, -2027),
            *(-2028, -4003, -4005, -4014, -4015, -4016, -4023, -4024, -4045, -4061, -4116, -4118),
            *(-4131, -4140, -4164, -4183, -4184, -4192, -4400, -5021, -5022),
        )
    ),
    key_refusals=('"code":-2015',),
    margin=Margined(
        sets_mode=True,
        asks_sides=True,
        backing="positionMargin",
        forced_names=(
            ("autoclose-", Purpose.LIQUIDATION),
            ("adl_autoclose", Purpose.DELEVERAGING),
        ),
        forced_orders="fapiprivate_get_forceorders",
    ),
    # To ccxt open profit is a part of the balance.
    balance_field="walletBalance",
    bars_a_page=1000,
    leaves_out_quiet_bars=False,
    options=(
        ("recvWindow", 5_000),
        ("fetchMargins", False),
        ("warnOnFetchOpenOrdersWithoutSymbol", False),
    ),
    demo=True,
)
KRAKEN = VenueContract(
    exchange="kraken",
    cash=cash_calls.KRAKEN,
    id_fields=("cl_ord_id",),
    uniqueness=Uniqueness.OPEN_ORDERS,
    lookup=Lookup.OPEN_THEN_CLOSED,
    expires_seconds=5.0,
    deadline="deadline",
    lag_seconds=2.0,
    stops=Stops.MARKET,
    dead_man=Dead("cancel_all_orders_after", 60),
    trades_by_id=True,
    bars_a_page=720,
    bars_kept=720,
    leaves_out_quiet_bars=False,
)
COINBASE = VenueContract(
    exchange="coinbase",
    cash=cash_calls.COINBASE,
    id_parameter="client_order_id",
    id_fields=("client_order_id",),
    id_length=36,
    # The token that signs a request lives so long; its documents promise nothing shorter.
    expires_seconds=120.0,
    lag_seconds=5.0,
    stops=Stops.LIMIT_ONLY,
    buys_by_value=True,
    balance_route=(("v3", True),),
    streams_trades=False,
    trades_of="order_ids",
    bars_a_page=300,
    refusals=(
        "INVALID_LIMIT_PRICE_POST_ONLY",
        "INSUFFICIENT_FUND",
        "INVALID_SIZE_PRECISION",
        "INVALID_PRICE_PRECISION",
        "INVALID_LIMIT_PRICE",
        "INVALID_PRODUCT_ID",
        "INVALID_SIDE",
    ),
    options=(("createMarketBuyOrderRequiresPrice", False),),
)
BYBIT = VenueContract(
    exchange="bybit",
    cash=cash_calls.BYBIT,
    lookup_parameter="orderLinkId",
    id_length=36,
    uniqueness=Uniqueness.OPEN_ORDERS,
    lookup=Lookup.OPEN_THEN_CLOSED,
    expires_seconds=5.0,
    lag_seconds=3.0,
    stops=Stops.MARKET,
    stop_route=(("orderFilter", "tpslOrder"),),
    amends=True,
    margin=Margined(
        sets_mode=True,
        of_account=True,
        one_way=("positionIdx", "0"),
        stop_says_way=True,
        # Margin that is too small first closes a part at the market (CreateByLiq, an execution as
        # any other), then all of it is taken over.
        forced=(
            ("execType", ("BustTrade",), Purpose.LIQUIDATION),
            ("execType", ("AdlTrade",), Purpose.DELEVERAGING),
            ("createType", ("CreateByLiq",), Purpose.LIQUIDATION),
        ),
        # ccxt asks for ordinary ones only, unless it is told.
        forced_asked=tuple((("execType", kind),) for kind in ("Trade", "BustTrade", "AdlTrade")),
    ),
    bars_a_page=1000,
    leaves_out_quiet_bars=False,
    options=(
        ("recvWindow", 5_000),
        ("defaultType", "spot"),
        ("fetchMarkets", {"types": ["spot", "linear"]}),
        # A unified account, so that the first private call need not ask.
        ("enableUnifiedMargin", False),
        ("enableUnifiedAccount", True),
        ("unifiedMarginStatus", 6),
    ),
)
OKX = VenueContract(
    exchange="okx",
    cash=cash_calls.OKX,
    id_length=32,
    uniqueness=Uniqueness.OPEN_ORDERS,
    lookup=Lookup.ORDER,
    # It refuses what was signed more than thirty seconds ago.
    expires_seconds=30.0,
    lag_seconds=2.0,
    # A stop there becomes another order when it triggers, which bears the stop's number and name.
    stops=Stops.APART,
    stop_parameters=(("tdMode", "cash"),),
    stop_route=(("trigger", True),),
    stop_listing=(("ordType", "conditional"),),
    stop_id_parameter="algoClOrdId",
    apart=Apart(
        marks=(("ordType", "conditional"),),
        numbers=("algoId",),
        becomes=("ordId", "ordIdList"),
    ),
    stop_kind="conditional",
    stop_trigger="newSlTriggerPx",
    stop_limit="newSlOrdPx",
    id_fields=("algoClOrdId",),
    native_oco=True,
    amends=True,
    stream_fees_are_signed=True,
    # Nothing is held that could be reduced.
    refusals=('"sCode":"51169"',),
    margin=Margined(
        order=(("tdMode", "isolated"),),
        asked=(("marginMode", "isolated"),),
        one_way=("posSide", "net"),
        profit_in_balance=True,
        tiers_of_contracts=True,
        # Streams name it by its category, lists by the kind of the bill.
        forced=(
            ("category", ("full_liquidation", "partial_liquidation"), Purpose.LIQUIDATION),
            ("category", ("adl",), Purpose.DELEVERAGING),
            ("subType", tuple(str(number) for number in range(100, 108)), Purpose.LIQUIDATION),
            ("subType", tuple(str(number) for number in range(125, 129)), Purpose.DELEVERAGING),
        ),
    ),
    bars_a_page=300,
    leaves_out_quiet_bars=False,
    options=(("fetchMarkets", {"types": ["spot", "swap"]}), ("defaultType", "spot")),
)

VERIFIED = {each.exchange: each for each in (BINANCE, BINANCE_USDM, KRAKEN, COINBASE, BYBIT, OKX)}
"""The rows that the conformance suite is run over."""


def contract_of(exchange: str) -> VenueContract:
    """The exchange's row, or the safe and slower default."""
    return VERIFIED.get(exchange) or VenueContract(exchange)
