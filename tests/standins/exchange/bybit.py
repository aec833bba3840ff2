"""Bybit's wire: version 5, a unified account, spot and linear."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.domain.account import Position
from engine.domain.events import OrderFilled
from engine.domain.identifiers import Symbol
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderState, OrderTerms, OrderType, Side, TimeInForce
from tests.standins.exchange.cash import listed
from tests.standins.exchange.core import OWNER, Placed, Refused, Why
from tests.standins.exchange.margin import LEAST, MORE, TIER
from tests.standins.exchange.server import Answer, Asked, Socket, Wire

_CODES = {
    Why.DUPLICATE: (170141, "Duplicate clientOrderId."),
    Why.FUNDS: (170131, "Balance insufficient"),
    Why.STEP: (170137, "Order quantity has too many decimals."),
    Why.MINIMUM: (170140, "Order value exceeded lower limit."),
    Why.SYMBOL: (170121, "Invalid symbol."),
    Why.POST_ONLY: (170218, "The LIMIT-MAKER order is rejected due to invalid price."),
    Why.NOT_FOUND: (170213, "Order does not exist."),
    Why.CLOSED: (170213, "Order does not exist."),
    Why.REDUCE_ONLY: (110017, "Reduce-only rule not satisfied"),
}
_STATUS = {
    OrderState.ACCEPTED: "New",
    OrderState.TRIGGERED: "Triggered",
    OrderState.PARTIALLY_FILLED: "PartiallyFilled",
    OrderState.FILLED: "Filled",
    OrderState.CANCELED: "Cancelled",
    OrderState.EXPIRED: "Cancelled",
}

_WEEK_MS = 7 * 86_400_000

# By these alone its own library tells one kind of quote from the other.
_OF_KIND = {
    "spot": {"usdIndexPrice": "1"},
    "linear": {"openInterest": "1", "openInterestValue": "1", "fundingRate": "0.0001"},
}


class Bybit(Wire):
    """Its answers come as retCode, retMsg and result."""

    venue = "bybit"

    def add_routes(self) -> None:
        rights = {"Spot": ["SpotTrade"], "ContractTrade": ["Order", "Position"]}
        self.key_info: dict[str, Any] = {"readOnly": 0, "permissions": rights}
        self.route("GET", "/v5/market/instruments-info", self._listing)
        self.route("GET", "/v5/market/time", lambda _: self._time())
        self.route("GET", "/v5/market/kline", self._bars)
        self.route("GET", "/v5/market/orderbook", self._book)
        self.route("POST", "/v5/order/create", self._place)
        self.route("POST", "/v5/order/cancel", self._cancel)
        self.route("POST", "/v5/order/amend", self._amend)
        self.route("GET", "/v5/order/realtime", lambda a: _ok(self._listed(a, is_open=True)))
        self.route("GET", "/v5/order/history", lambda a: _ok(self._listed(a, is_open=False)))
        self.route("GET", "/v5/execution/list", self._trades)
        self.route("GET", "/v5/account/wallet-balance", lambda _: _ok(self._balance()))
        self.route("GET", "/v5/position/list", lambda a: _ok({"list": self._positions(a)}))
        self.route("GET", "/v5/account/info", lambda _: self._account())
        self.route("POST", "/v5/account/set-margin-mode", self._mode)
        self.route("GET", "/v5/market/risk-limit", self._tiers)
        self.route("POST", "/v5/position/set-leverage", self._leverage)
        self.route("GET", "/v5/account/transaction-log", self._log)
        self.route("GET", "/v5/account/fee-rate", lambda _: _ok({"list": [self._rates()]}))
        self.route("GET", "/v5/user/query-api", lambda _: _ok(self.key_info))

    def is_order(self, asked: Asked) -> bool:
        return asked.path == "/v5/order/create"

    def error(self, refused: Refused) -> Answer:
        code, text = _CODES.get(refused.why, (170001, "Rejected."))
        return Answer({"retCode": code, "retMsg": text, "result": {}, "time": self.core.now()})

    def unavailable(self) -> Answer:
        return Answer({"retCode": 10016, "retMsg": "Server error.", "result": {}}, 503)

    def timed_out(self) -> Answer:
        return Answer({"retCode": 170146, "retMsg": "Order creation timeout", "result": {}})

    def _time(self) -> dict[str, Any]:
        now = self.core.now()
        return {**_ok({"timeSecond": str(now // 1000), "timeNano": f"{now}000000"}), "time": now}

    def _listing(self, asked: Asked) -> dict[str, Any]:
        is_spot = asked.query["category"] == "spot"
        return _ok({"category": asked.query["category"], "list": [
            {
                "symbol": _id(each.symbol), "baseCoin": each.base, "quoteCoin": each.quote,
                "settleCoin": each.quote, "contractType": "LinearPerpetual",
                "status": "Closed" if each.symbol in self.core.delisted else "Trading",
                "lotSizeFilter": {
                    "basePrecision": str(each.quantity_step), "quotePrecision": "0.00000001",
                    "qtyStep": str(each.quantity_step), "minOrderQty": str(each.minimum_quantity),
                    "maxOrderQty": "1000", "minOrderAmt": str(each.minimum_notional),
                    "minNotionalValue": str(each.minimum_notional), "maxOrderAmt": "1000000",
                },
                "priceFilter": {"tickSize": str(each.price_step)},
                "leverageFilter": {"minLeverage": "1", "maxLeverage": "100"},
                "deliveryTime": "0", "launchTime": "0",
            }
            for each in self.core.instruments.values()
            if (":" not in each.symbol) == is_spot and asked.query.get("status") != "PreLaunch"
        ]})  # fmt: skip

    def _bars(self, asked: Asked) -> dict[str, Any]:
        minutes = {"D": 1440, "W": 10_080}.get(asked.query["interval"])
        step = (minutes or int(asked.query["interval"])) * 60_000
        now, most = self.core.now(), int(asked.query.get("limit", 200))
        start = int(asked.query.get("start", now - step * most))
        rows = self.core.bars.between(step, start, now, most, now)
        return _ok(
            {"list": [[str(each) for each in (int(row[0]), *row[1:], 0)] for row in rows[::-1]]}
        )

    def _book(self, asked: Asked) -> dict[str, Any]:
        tick = self.core.quotes[self._symbol(asked)]
        row = lambda price: [str(price), str(tick.size)]
        return _ok({"s": "BTCUSDT", "b": [row(tick.bid)], "a": [row(tick.ask)], "ts": tick.at})

    # -- orders --------------------------------------------------------------------------------

    def _symbol(self, asked: Asked) -> Symbol:
        is_spot = asked.all.get("category") == "spot"
        for symbol in self.core.instruments:
            if _id(symbol) == asked.all.get("symbol") and (":" not in symbol) == is_spot:
                return symbol
        raise Refused(Why.SYMBOL)

    def _place(self, asked: Asked) -> dict[str, Any]:
        given = asked.body
        is_limit = given["orderType"] == "Limit"
        stop = given.get("triggerPrice")
        tif = given.get("timeInForce", "GTC")
        kinds = {
            (False, False): OrderType.MARKET, (True, False): OrderType.LIMIT,
            (False, True): OrderType.STOP, (True, True): OrderType.STOP_LIMIT,
        }  # fmt: skip
        terms = OrderTerms(
            self._symbol(asked),
            Side(given["side"].lower()),
            kinds[is_limit, stop is not None],
            Quantity(Decimal(given["qty"])),
            Price(Decimal(given["price"])) if is_limit else None,
            None if stop is None else Price(Decimal(stop)),
            time_in_force=TimeInForce("gtc" if tif == "PostOnly" else tif.lower()),
            reduce_only=bool(given.get("reduceOnly")) and given["category"] != "spot",
            post_only=tif == "PostOnly",
        )
        placed = self.core.place(given.get("orderLinkId", ""), terms)
        return _ok({"orderId": str(placed.number), "orderLinkId": placed.client_id})

    def _find(self, asked: Asked) -> Placed:
        return self.core.find(asked.body.get("orderId", ""), asked.body.get("orderLinkId", ""))

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        placed = self._find(asked)
        is_stop = placed.terms.stop_price is not None and ":" not in placed.terms.symbol
        if is_stop != (asked.body.get("orderFilter") == "tpslOrder"):
            raise Refused(Why.NOT_FOUND)
        self.core.cancel(placed)
        return _ok({"orderId": str(placed.number), "orderLinkId": placed.client_id})

    def _amend(self, asked: Asked) -> dict[str, Any]:
        placed = self._find(asked)
        given, terms = asked.body, placed.terms
        stop = given.get("triggerPrice")
        self.core.amend(
            placed,
            OrderTerms(
                terms.symbol,
                terms.side,
                terms.type,
                Quantity(Decimal(given.get("qty", terms.quantity))),
                Price(Decimal(given["price"])) if given.get("price") else terms.price,
                Price(Decimal(stop)) if stop else terms.stop_price,
                reduce_only=terms.reduce_only,
            ),
        )
        return _ok({"orderId": str(placed.number), "orderLinkId": placed.client_id})

    def _listed(self, asked: Asked, *, is_open: bool) -> dict[str, Any]:
        wanted = asked.query.get("orderLinkId")
        is_spot = asked.query.get("category") == "spot"
        orders = self.core.resting() if is_open else self.core.closed(wanted)
        return {"category": asked.query.get("category"), "list": [
            self._stated(each)
            for each in orders[::-1]
            if (wanted is None or each.client_id == wanted)
            and (":" not in each.terms.symbol) == is_spot
        ]}  # fmt: skip

    def _stated(self, placed: Placed) -> dict[str, Any]:
        terms, is_spot = placed.terms, ":" not in placed.terms.symbol
        stop = terms.stop_price
        status = _STATUS[placed.state]
        if stop is not None and placed.state is OrderState.ACCEPTED:
            status = "Untriggered"
        if is_spot and placed.state is OrderState.CANCELED and placed.order.filled:
            status = "PartiallyFilledCanceled"
        is_limit = terms.type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
        return {
            "category": "spot" if is_spot else "linear", "symbol": _id(terms.symbol),
            "orderId": str(placed.number), "orderLinkId": placed.client_id,
            "side": terms.side.value.capitalize(), "orderType": "Limit" if is_limit else "Market",
            "price": str(terms.price or 0), "qty": str(terms.quantity),
            "timeInForce": "PostOnly" if terms.post_only else terms.time_in_force.value.upper(),
            "orderStatus": status, "cumExecQty": str(placed.order.filled),
            "cumExecValue": str(placed.value), "cumExecFee": "0",
            "avgPrice": str(placed.order.average_price or ""), "reduceOnly": terms.reduce_only,
            "triggerPrice": str(stop or ""), "stopOrderType": "tpslOrder" if stop else "",
            "createdTime": str(placed.at), "updatedTime": str(placed.updated),
            "rejectReason": "EC_NoError", "cancelType": "UNKNOWN",
        }  # fmt: skip

    def _trades(self, asked: Asked) -> dict[str, Any]:
        """Newest first, so many and no older than one answer holds."""
        query, begin = asked.query, int(asked.query.get("startTime", self.core.now() - _WEEK_MS))
        rows = [
            self._trade(placed, fill)
            for placed, fill in reversed(self.core.trades(query.get("orderId")))
            if query.get("execType") == _FORCED.get(placed.forced, _NORMAL)["execType"]
            and begin <= fill.at <= begin + _WEEK_MS
        ]
        start, most = int(query.get("cursor") or 0), min(int(query.get("limit", 50)), 100)
        page = rows[start : start + most]
        cursor = str(start + most) if len(page) == most else ""
        return _ok({"category": query.get("category"), "list": page, "nextPageCursor": cursor})

    def _trade(self, placed: Placed, fill: OrderFilled) -> dict[str, Any]:
        is_spot = ":" not in placed.terms.symbol
        return {
            "category": "spot" if is_spot else "linear", "symbol": _id(placed.terms.symbol),
            "orderId": str(placed.number), "orderLinkId": placed.client_id,
            "side": placed.terms.side.value.capitalize(), "orderType": "Limit",
            "execId": fill.trade_id, "execPrice": str(fill.price), "execQty": str(fill.quantity),
            "execValue": str(fill.price * fill.quantity), "execFee": str(fill.fee),
            "feeCurrency": fill.fee_currency if is_spot else "", "feeRate": "0.001",
            **_FORCED.get(placed.forced, _NORMAL),
            "isMaker": False, "execTime": str(fill.at),
        }  # fmt: skip

    def _balance(self) -> dict[str, Any]:
        coins = [
            {"coin": c, "walletBalance": str(total), "locked": str(self.core.held(c)[1]),
             "equity": str(total), "usdValue": "0", "totalOrderIM": "0", "totalPositionIM": "0"}
            for c, total in self.core.balances.items()
        ]  # fmt: skip
        return {"list": [{"accountType": "UNIFIED", "coin": coins}]}

    def _rates(self) -> dict[str, str]:
        taker, maker = self.core.rates
        return {"symbol": "BTCUSDT", "takerFeeRate": str(taker), "makerFeeRate": str(maker)}

    def _log(self, asked: Asked) -> dict[str, Any]:
        """What came and went by way of the other wallet; an answer spans seven days at most."""
        wanted = asked.query["type"]
        kinds = {"SETTLEMENT": ["funding"], "INTEREST": ["interest"]}
        sent = ["deposit", "withdrawal", "wallet"]
        start, end = (int(asked.query[each]) for each in ("startTime", "endTime"))
        if end - start > _WEEK_MS:
            raise Refused(Why.OTHER)
        rows = [
            each
            for each in self.core.moved
            if each.is_final
            and not each.elsewhere
            and wanted in kinds | {"TRANSFER_IN": sent, "TRANSFER_OUT": sent}
            and (wanted in kinds or (wanted == "TRANSFER_IN") == (each.change > 0))
        ]
        found = listed(rows, kinds.get(wanted, sent), start, end, int(asked.query["limit"]))
        return _ok({"nextPageCursor": "", "list": [
            {
                "id": f"{each.number}_USDT_1", "side": "None", "funding": "",
                "orderLinkId": "", "orderId": "", "fee": "0", "change": str(each.change),
                "cashFlow": str(each.change), "transactionTime": str(each.at), "type": wanted,
                "feeRate": "0", "size": "0", "qty": "0", "cashBalance": "100", "tradeId": "",
                "currency": each.currency, "category": "", "tradePrice": "",
                "symbol": "BTCUSDT" if wanted == "SETTLEMENT" else "",
            }
            for each in found
        ]})  # fmt: skip

    def _positions(self, asked: Asked) -> list[dict[str, Any]]:
        """What is held; asked for by its symbol, also what is not."""
        margin, wanted = self.core.margin, asked.query.get("symbol")
        rows = {_id(each.symbol): each for each in margin.open()}
        if wanted is not None:
            flat = Position(OWNER, Symbol(wanted))
            rows = {wanted: rows.get(wanted, flat)}
        return [self._position(name, each) for name, each in rows.items()]

    def _position(self, name: str, held: Position) -> dict[str, Any]:
        margin, size = self.core.margin, held.quantity
        last = next((t.last for s, t in self.core.quotes.items() if _id(s) == name), Decimal(0))
        return {
            "symbol": name, "side": "Buy" if size > 0 else "Sell" if size else "",
            "size": str(abs(size)), "avgPrice": str(held.average_price or "0"),
            "markPrice": str(last), "positionValue": str(abs(held.cost)),
            "leverage": str(margin.leverage.get(name, 10)),
            "positionIdx": 1 if margin.is_apart else 0,
            "unrealisedPnl": str(size * last - held.cost), "liqPrice": margin.ends_at(held, name),
            "positionIM": str(margin.backing(held, name)), "positionMM": "0", "tradeMode": 0,
            "createdTime": "0", "updatedTime": "0", "riskId": 1, "riskLimitValue": "2000000",
        }  # fmt: skip

    def _leverage(self, asked: Asked) -> dict[str, Any]:
        given, leverage = asked.body, self.core.margin.leverage
        times = int(float(given["buyLeverage"]))
        if leverage.get(given["symbol"]) == times:
            return {**_ok({}), "retCode": 110043, "retMsg": "leverage not modified"}
        if self.core.margin.refuses:
            return {**_ok({}), "retCode": 110013, "retMsg": "cannot set leverage gt maxLeverage"}
        leverage[given["symbol"]] = times
        return _ok({})

    def _mode(self, asked: Asked) -> dict[str, Any]:
        self.core.margin.modes["account"] = asked.body["setMarginMode"]
        return _ok({"reasons": []})

    def _account(self) -> dict[str, Any]:
        mode = self.core.margin.modes.get("account", "REGULAR_MARGIN")
        return _ok({"marginMode": mode, "unifiedMarginStatus": 6, "updatedTime": "0"})

    def _tiers(self, asked: Asked) -> dict[str, Any]:
        rows = ((1, TIER, LEAST, "100"), (2, 2 * TIER, MORE, "50"))
        return _ok({"category": "linear", "list": [
            {"id": number, "symbol": asked.query["symbol"], "riskLimitValue": str(until),
             "maintenanceMargin": str(least), "initialMargin": "0.01", "isLowestRisk": 1,
             "maxLeverage": most}
            for number, until, least, most in rows
        ]})  # fmt: skip

    # -- streams -------------------------------------------------------------------------------

    @property
    def is_followed(self) -> bool:
        private = [socket for socket in self.sockets if "private" in socket.path]
        return any({"order", "execution"} <= set(socket.topics) for socket in private)

    def heard(self, socket: Socket, message: dict[str, Any]) -> None:
        match message.get("op"):
            case "auth":
                socket.say({"op": "auth", "success": True, "ret_msg": "", "conn_id": "1"})
            case "subscribe":
                socket.topics |= dict.fromkeys(message["args"], True)
                socket.say({
                    "op": "subscribe", "success": True, "ret_msg": "", "conn_id": "1",
                    "req_id": message.get("req_id"),
                })  # fmt: skip
            case "ping":
                socket.say({"op": "pong", "success": True, "ret_msg": "pong"})

    def on_price(self, tick: Any) -> None:
        topic = f"tickers.{_id(tick.symbol)}"
        book = f"orderbook.1.{_id(tick.symbol)}"
        # Each kind of market has a stream of its own, in which names are the same.
        kind = "linear" if ":" in tick.symbol else "spot"
        for socket in (each for each in self.sockets if each.path.endswith(f"public/{kind}")):
            if topic in socket.topics:
                socket.say({"topic": topic, "type": "snapshot", "ts": tick.at, "data": {
                    "symbol": _id(tick.symbol), "lastPrice": str(tick.last),
                    "highPrice24h": "1", "lowPrice24h": "1", "prevPrice24h": "1",
                    "bid1Price": str(tick.bid), "ask1Price": str(tick.ask),
                    "volume24h": "1", "turnover24h": "1", "price24hPcnt": "0",
                    **_OF_KIND[kind],
                }})  # fmt: skip
            if book in socket.topics:
                socket.say({"topic": book, "type": "snapshot", "ts": tick.at, "data": {
                    "s": _id(tick.symbol), "b": [[str(tick.bid), str(tick.size)]],
                    "a": [[str(tick.ask), str(tick.size)]], "u": 1, "seq": 1,
                }})  # fmt: skip

    def on_order(self, placed: Placed, report: Any) -> None:
        kind = type(report).__name__
        for socket in self.sockets:
            if "execution" in socket.topics and kind == "OrderFilled":
                row = self._trade(placed, placed.fills[-1])
                socket.say({"topic": "execution", "creationTime": report.at, "data": [row]})
            if "order" in socket.topics:
                row = self._stated(placed)
                socket.say({"topic": "order", "creationTime": report.at, "data": [row]})


_NORMAL = {"execType": "Trade"}
_FORCED = {
    "liquidation": {"execType": "BustTrade", "createType": "CreateByTakeOver_PassThrough"},
    "reduction": {"execType": "Trade", "createType": "CreateByLiq"},
    "deleveraging": {"execType": "AdlTrade", "createType": "CreateByAdl_PassThrough"},
}


def _ok(result: Any) -> dict[str, Any]:
    return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 0}


def _id(symbol: str) -> str:
    return symbol.partition(":")[0].replace("/", "")
