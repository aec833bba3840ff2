"""The contract rows of the exchanges that were examined, and the safe default for the rest.

Where an exchange's documents are silent, its row holds the slower answer. Sources: the exchanges'
API documents, and what ccxt 4.5 puts on the wire.
"""

from __future__ import annotations

from connectors.ccxt import cash_calls
from connectors.ccxt.contract import (
    Apart,
    Lookup,
    Margined,
    Pages,
    Stops,
    Uniqueness,
    VenueContract,
)
from engine.domain.order import Purpose

BINANCE = VenueContract(
    exchange="binance",
    cash=cash_calls.BINANCE,
    id_length=36,
    uniqueness=Uniqueness.OPEN_ORDERS,
    lookup=Lookup.ORDER,
    expires_seconds=5.0,
    lag_seconds=2.0,
    stops=Stops.MARKET,
    trades_paged=Pages.FROM_NUMBER,
    numbers_of_symbol=True,
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
    trades_paged=Pages.FROM_NUMBER,
    numbers_of_symbol=True,
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
        tops_up="isAutoAddMargin",
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
    earning=".F",
    trades_by_id=True,
    # As text: ccxt would write True with a capital.
    lists_asked=(("trades", "true"),),
    bars_a_page=720,
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
    trades_paged=Pages.CURSOR,
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
    trades_of="orderId",
    trades_span_ms=7 * 86_400_000,
    trades_paged=Pages.CURSOR,
    # An order's creation, and its cancellation, that timed out: to ccxt an order that is wrong.
    doubts=('"retCode":170146', '"retCode":170147'),
    # Empty for a perpetual, whose fees are in what it settles in.
    fee_coin="feeCurrency",
    # Spot's own; a perpetual that is canceled is Cancelled, however much of it has filled.
    ends_partly=("orderStatus", "PartiallyFilledCanceled"),
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
