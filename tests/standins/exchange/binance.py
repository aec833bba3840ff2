"""Binance's wire: spot by REST, market and user streams, and what there is of perpetuals."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.domain.events import OrderFilled
from engine.domain.identifiers import Symbol
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderState, OrderTerms, OrderType, Side, TimeInForce
from tests.standins.exchange.cash import Moved, listed
from tests.standins.exchange.core import Placed, Refused, Why
from tests.standins.exchange.server import Answer, Asked, Socket, Wire

STATUS = {
    OrderState.ACCEPTED: "NEW",
    OrderState.TRIGGERED: "NEW",
    OrderState.PARTIALLY_FILLED: "PARTIALLY_FILLED",
    OrderState.FILLED: "FILLED",
    OrderState.CANCELED: "CANCELED",
    OrderState.EXPIRED: "EXPIRED",
}
_TYPES = {
    "MARKET": OrderType.MARKET,
    "LIMIT": OrderType.LIMIT,
    "LIMIT_MAKER": OrderType.LIMIT,
    "STOP_LOSS": OrderType.STOP,
    "STOP_LOSS_LIMIT": OrderType.STOP_LIMIT,
    "TAKE_PROFIT": OrderType.STOP,
}
_ON_MARGIN = "LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET"
_CODES = {
    Why.DUPLICATE: (-2010, "Duplicate order sent."),
    Why.FUNDS: (-2010, "Account has insufficient balance for requested action."),
    Why.STEP: (-1013, "Filter failure: LOT_SIZE"),
    Why.MINIMUM: (-1013, "Filter failure: NOTIONAL"),
    Why.SYMBOL: (-1121, "Invalid symbol."),
    Why.POST_ONLY: (-2010, "Order would immediately match and take."),
    Why.NOT_FOUND: (-2013, "Order does not exist."),
    Why.CLOSED: (-2011, "Unknown order sent."),
    Why.OTHER: (-2010, "Rejected."),
}
_FRAMES = {"1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "2h": 7200, "4h": 14400}
_FRAMES |= {"1d": 86_400, "1w": 604_800}


class Binance(Wire):
    """Spot under /api/v3; of perpetuals, under /fapi, what anybody may ask."""

    venue = "binance"

    def add_routes(self) -> None:
        for root, is_spot in (("/api/v3", True), ("/fapi/v1", False)):
            self.route("GET", f"{root}/exchangeInfo", lambda _, s=is_spot: self._listing(s))
            self.route("GET", f"{root}/time", lambda _: {"serverTime": self.core.now()})
            self.route("GET", f"{root}/klines", self._klines)
            self.route("GET", f"{root}/depth", self._depth)
        self.route("GET", "/sapi/v1/account/apiRestrictions", lambda _: self.rights)
        self.lists_twice = False
        """Whether two markets bear each name."""
        self.rights: dict[str, Any] = {
            "ipRestrict": True,
            "enableReading": True,
            "enableSpotAndMarginTrading": True,
            "enableFutures": True,
            "enableWithdrawals": False,
        }
        self.add_private_routes()

    def add_private_routes(self) -> None:
        root = "/api/v3"
        self.route("POST", f"{root}/order", self._place)
        self.route("GET", f"{root}/order", lambda a: self._stated(self._found(a)))
        self.route("DELETE", f"{root}/order", self._cancel)
        self.route("GET", f"{root}/openOrders", self._open)
        self.route("GET", f"{root}/allOrders", self._all)
        self.route("GET", f"{root}/myTrades", self._trades)
        self.route("GET", f"{root}/account", lambda _: self._account())
        self.route("GET", "/sapi/v1/capital/deposit/hisrec", self._deposits)
        self.route("GET", "/sapi/v1/capital/withdraw/history", self._withdrawals)
        self.route("GET", "/sapi/v1/asset/transfer", self._transfers)
        self.route("GET", "/sapi/v1/asset/tradeFee", lambda _: [self._rates()])
        self.route("GET", "/sapi/v1/fiat/orders", lambda _: {"code": "000000", "data": []})

    def is_order(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.endswith("/order")

    def error(self, refused: Refused) -> Answer:
        code, text = _CODES[refused.why]
        return Answer({"code": code, "msg": text}, 400)

    def timed_out(self) -> Answer:
        said = "Timeout waiting for response from backend server. Send status unknown."
        return Answer({"code": -1007, "msg": said}, 408)

    # -- market data ---------------------------------------------------------------------------

    def _listing(self, is_spot: bool) -> dict[str, Any]:
        listed = [
            each for each in self.core.instruments.values() if (":" in each.symbol) != is_spot
        ]
        symbols = [
            {
                "symbol": wire_id(each.symbol),
                "status": "BREAK" if each.symbol in self.core.delisted else "TRADING",
                "baseAsset": each.base, "baseAssetPrecision": 8, "quotePrecision": 8,
                "quoteAsset": each.quote, "quoteAssetPrecision": 8,
                **({} if is_spot else _contract(each)),
                "orderTypes": list(_TYPES if is_spot else _ON_MARGIN),
                "timeInForce": ["GTC", "IOC", "FOK", "GTX"],
                "isSpotTradingAllowed": True, "isMarginTradingAllowed": False,
                "permissions": ["SPOT"], "permissionSets": [["SPOT"]],
                "filters": [
                    {"filterType": "PRICE_FILTER", "minPrice": str(each.price_step),
                     "maxPrice": "1000000.00", "tickSize": str(each.price_step)},
                    {"filterType": "LOT_SIZE", "minQty": str(each.minimum_quantity),
                     "maxQty": "9000.00", "stepSize": str(each.quantity_step)},
                    {"filterType": "NOTIONAL", "minNotional": str(each.minimum_notional),
                     "applyMinToMarket": True, "notional": str(each.minimum_notional)},
                    {"filterType": "MIN_NOTIONAL", "notional": str(each.minimum_notional)},
                ],
            }
            for each in listed
        ]  # fmt: skip
        symbols += [
            {**each, "symbol": f"{each['symbol']}_2"} for each in symbols if self.lists_twice
        ]
        return {"timezone": "UTC", "serverTime": self.core.now(), "symbols": symbols}

    def _klines(self, asked: Asked) -> list[list[Any]]:
        step = _FRAMES[asked.query["interval"]] * 1000
        now = self.core.now()
        start = int(asked.query.get("startTime", now - step * 500))
        end = int(asked.query.get("endTime", now)) + 1
        most = int(asked.query.get("limit", 500))
        return [
            [int(t), f"{o:.2f}", f"{h:.2f}", f"{low:.2f}", f"{c:.2f}", f"{v:.3f}",
             int(t) + step - 1, "0", 1, "0", "0", "0"]
            for t, o, h, low, c, v in self.core.bars.between(step, start, end, most, now)
        ]  # fmt: skip

    def _depth(self, asked: Asked) -> dict[str, Any]:
        tick = self.core.quotes[self._symbol(asked)]
        return {
            "lastUpdateId": 1,
            "bids": [[str(tick.bid), str(tick.size)]],
            "asks": [[str(tick.ask), str(tick.size)]],
        }

    # -- orders --------------------------------------------------------------------------------

    def _symbol(self, asked: Asked) -> Symbol:
        wanted = asked.all.get("symbol", "")
        is_spot = "/fapi" not in asked.path
        for symbol in self.core.instruments:
            if wire_id(symbol) == wanted and (":" in symbol) != is_spot:
                return symbol
        raise Refused(Why.SYMBOL)

    def _place(self, asked: Asked) -> dict[str, Any]:
        given = asked.all
        price = given.get("price")
        stop = given.get("stopPrice")
        tif = given.get("timeInForce", "GTC")
        terms = OrderTerms(
            self._symbol(asked),
            Side(given["side"].lower()),
            _TYPES[given["type"]],
            Quantity(Decimal(given["quantity"])),
            None if price is None else Price(Decimal(price)),
            None if stop is None else Price(Decimal(stop)),
            time_in_force=TimeInForce(tif.lower()),
            post_only=given["type"] == "LIMIT_MAKER",
        )
        return self._stated(self.core.place(given.get("newClientOrderId", ""), terms))

    def _found(self, asked: Asked) -> Placed:
        return self.core.find(asked.all.get("orderId", ""), asked.all.get("origClientOrderId", ""))

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        try:
            placed = self._found(asked)
            self.core.cancel(placed)
        except Refused:
            raise Refused(Why.CLOSED) from None
        return self._stated(placed)

    def _open(self, asked: Asked) -> list[dict[str, Any]]:
        return [self._stated(each) for each in self.core.resting() if self._is_asked(asked, each)]

    def _all(self, asked: Asked) -> list[dict[str, Any]]:
        most = int(asked.all.get("limit", 500))
        orders = list(self.core.orders.values())[-most:]
        return [self._stated(each) for each in orders if self._is_asked(asked, each)]

    def _is_asked(self, asked: Asked, placed: Placed) -> bool:
        wanted = asked.all.get("symbol")
        if ":" in placed.terms.symbol:
            return False
        return wanted is None or wire_id(placed.terms.symbol) == wanted

    def _trades(self, asked: Asked) -> list[dict[str, Any]]:
        """Oldest first; the newest where it is not said with which number they begin."""
        wanted, begin = asked.all.get("orderId"), asked.all.get("fromId")
        since, most = int(asked.all.get("startTime", 0)), int(asked.all.get("limit", 500))
        rows = [
            self._trade(placed, fill)
            for placed, fill in self.core.trades(wanted)
            if self._is_asked(asked, placed)
            and fill.at >= since
            and trade_id(fill) >= int(begin or 0)
        ]
        return rows[-most:] if begin is None else rows[:most]

    def _trade(self, placed: Placed, fill: OrderFilled) -> dict[str, Any]:
        return {
            "symbol": wire_id(placed.terms.symbol), "id": trade_id(fill), "orderId": placed.number,
            "price": str(fill.price), "qty": str(fill.quantity),
            "quoteQty": str(fill.price * fill.quantity), "commission": str(fill.fee),
            "commissionAsset": fill.fee_currency, "time": fill.at,
            "isBuyer": placed.terms.side is Side.BUY, "isMaker": False, "isBestMatch": True,
        }  # fmt: skip

    def _stated(self, placed: Placed) -> dict[str, Any]:
        terms = placed.terms
        return {
            "symbol": wire_id(terms.symbol), "orderId": placed.number, "orderListId": -1,
            "clientOrderId": placed.client_id, "transactTime": placed.updated,
            "price": str(terms.price or 0), "origQty": str(terms.quantity),
            "executedQty": str(placed.order.filled), "cummulativeQuoteQty": str(placed.value),
            "status": STATUS[placed.state], "timeInForce": terms.time_in_force.value.upper(),
            "type": _type(terms), "side": terms.side.value.upper(),
            "stopPrice": str(terms.stop_price or 0),
            "time": placed.at, "updateTime": placed.updated, "isWorking": True,
            "selfTradePreventionMode": "NONE",
        }  # fmt: skip

    # -- the account ---------------------------------------------------------------------------

    def _account(self) -> dict[str, Any]:
        held = []
        for currency in self.core.balances:
            free, locked = self.core.held(currency)
            held.append({"asset": currency, "free": str(free), "locked": str(locked)})
        return {"canTrade": True, "canWithdraw": False, "balances": held, "permissions": ["SPOT"]}

    def _rates(self) -> dict[str, str]:
        taker, maker = self.core.rates
        return {"symbol": "BTCUSDT", "makerCommission": str(maker), "takerCommission": str(taker)}

    def _moved(self, asked: Asked, kind: str) -> list[Moved]:
        start = int(asked.query["startTime"])
        end = int(asked.query.get("endTime", self.core.now()))
        most = int(asked.query.get("limit") or asked.query.get("size") or 10)
        return listed(self.core.moved, [kind], start, end, most)

    def _deposits(self, asked: Asked) -> list[dict[str, Any]]:
        return [
            {
                "id": str(each.number), "amount": str(each.amount), "coin": each.currency,
                "network": "ETH", "status": 1 if each.is_final else 0, "address": "0x0ab9",
                "addressTag": "", "txId": f"0xf0{each.number}", "insertTime": each.at,
                "transferType": 0, "confirmTimes": "12/12", "unlockConfirm": 12,
                "walletType": int(each.elsewhere),
            }
            for each in self._moved(asked, "deposit")
        ]  # fmt: skip

    def _withdrawals(self, asked: Asked) -> list[dict[str, Any]]:
        return [
            {
                "id": f"69e53ad305124b96b43668ce{each.number}", "amount": str(-each.amount),
                "transactionFee": str(each.fee), "coin": each.currency, "network": "ETH",
                "status": 6 if each.is_final else 4, "address": "0x0ab9", "addressTag": "",
                "txId": f"0x77{each.number}", "transferType": 0, "info": "", "confirmNo": 3,
                "applyTime": _said(each.at), "walletType": int(each.elsewhere),
            }
            for each in self._moved(asked, "withdrawal")
        ]  # fmt: skip

    def _transfers(self, asked: Asked) -> dict[str, Any]:
        there = "UMFUTURE" in asked.query["type"]
        leaves = asked.query["type"].startswith("MAIN")
        rows = [each for each in self._moved(asked, "wallet") if (each.amount < 0) == leaves]
        return {"total": len(rows), "rows": [
            {
                "asset": each.currency, "amount": str(abs(each.amount)), "tranId": each.number,
                "type": asked.query["type"], "status": "CONFIRMED", "timestamp": each.at,
            }
            for each in rows if there
        ]}  # fmt: skip

    # -- streams -------------------------------------------------------------------------------

    @property
    def is_followed(self) -> bool:
        return any("user" in socket.topics for socket in self.sockets)

    def heard(self, socket: Socket, message: dict[str, Any]) -> None:
        method, name = str(message.get("method", "")), message.get("id")
        if method == "SUBSCRIBE":
            socket.topics |= dict.fromkeys(message["params"], True)
            socket.say({"result": None, "id": name})
        elif method.startswith("userDataStream"):
            socket.topics["user"] = True
            socket.say({"id": name, "status": 200, "result": {"subscriptionId": 0}})
        else:
            socket.say({"result": None, "id": name})

    def on_price(self, tick: Any) -> None:
        stream = f"{wire_id(tick.symbol).lower()}@"
        for socket in self.sockets:
            for topic in socket.topics:
                if topic.startswith((stream, "!")):
                    self._quote(socket, topic, tick)

    def _quote(self, socket: Socket, topic: str, tick: Any) -> None:
        kind = topic.partition("@")[2]
        message = {
            "e": "24hrTicker", "E": tick.at, "s": wire_id(tick.symbol), "c": str(tick.last),
            "Q": str(tick.size), "b": str(tick.bid), "B": str(tick.size), "a": str(tick.ask),
            "A": str(tick.size), "o": str(tick.last), "h": str(tick.last), "l": str(tick.last),
            "v": "1", "q": "1", "O": 0, "C": tick.at, "p": "0", "P": "0", "w": "0", "n": 1,
        }  # fmt: skip
        if kind == "bookTicker":
            message = {
                "u": 1, "s": wire_id(tick.symbol), "b": str(tick.bid), "B": str(tick.size),
                "a": str(tick.ask), "A": str(tick.size), "E": tick.at, "T": tick.at,
            }  # fmt: skip
        socket.say(
            {"stream": topic, "data": message} if socket.path.endswith("/stream") else message
        )

    def on_order(self, placed: Placed, report: Any) -> None:
        kind = type(report).__name__.removeprefix("Order")
        execution = {
            "Accepted": "NEW", "Filled": "TRADE", "Canceled": "CANCELED", "Expired": "EXPIRED",
            "Triggered": "NEW", "Replaced": "REPLACED",
        }.get(kind)  # fmt: skip
        if execution is None or ":" in placed.terms.symbol:
            return
        fill = placed.fills[-1] if kind == "Filled" else None
        terms = placed.terms
        event = {
            "e": "executionReport", "E": report.at, "s": wire_id(terms.symbol),
            "c": placed.client_id, "S": terms.side.value.upper(), "o": _type(terms),
            "f": terms.time_in_force.value.upper(),
            "q": str(terms.quantity), "p": str(terms.price or 0), "P": str(terms.stop_price or 0),
            "g": -1, "C": "", "x": execution, "X": STATUS.get(placed.state, "NEW"), "r": "NONE",
            "i": placed.number, "l": str(fill.quantity if fill else 0),
            "z": str(sum((each.quantity for each in placed.fills), Decimal(0))),
            "L": str(fill.price if fill else 0), "n": str(fill.fee if fill else 0),
            "N": fill.fee_currency if fill else None, "T": report.at,
            "t": trade_id(fill) if fill else -1, "w": True, "m": False, "O": placed.at,
            "Z": str(sum((each.quantity * each.price for each in placed.fills), Decimal(0))),
            "Y": "0", "Q": "0", "W": report.at, "V": "NONE",
        }  # fmt: skip
        for socket in self.sockets:
            if "user" in socket.topics:
                socket.say({"subscriptionId": 0, "event": event})


def _contract(instrument: Any) -> dict[str, Any]:
    return {
        "marginAsset": instrument.quote, "pricePrecision": 2, "quantityPrecision": 3,
        "contractType": "PERPETUAL", "deliveryDate": 4133404800000, "onboardDate": 0,
        "pair": wire_id(instrument.symbol),
    }  # fmt: skip


def _said(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def wire_id(symbol: str) -> str:
    return symbol.partition(":")[0].replace("/", "")


def trade_id(fill: OrderFilled) -> int:
    number, _, of = fill.trade_id.rpartition("-")
    return int(f"{number[-7:]}{of}") if number else int(fill.trade_id)


def _type(terms: OrderTerms) -> str:
    match terms.type:
        case OrderType.MARKET:
            return "MARKET"
        case OrderType.LIMIT:
            return "LIMIT_MAKER" if terms.post_only else "LIMIT"
        case OrderType.STOP:
            return "STOP_LOSS"
        case _:
            return "STOP_LOSS_LIMIT"
