"""Binance's wire of USD-margined perpetuals: orders, the service of stops apart, one user stream.

A stop is numbered by its own service, in numbers that are other orders' as well, and becomes an
order of another number when it triggers. Whether that bears the stop's name is not documented.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.domain.account import Position
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderTerms, OrderType, Side, TimeInForce
from tests.standins.exchange.binance import STATUS, Binance, trade_id, wire_id
from tests.standins.exchange.cash import listed
from tests.standins.exchange.core import Placed, Refused, Why
from tests.standins.exchange.listed import PERPETUAL
from tests.standins.exchange.margin import LEAST, MORE, TIER
from tests.standins.exchange.server import Answer, Asked, Socket

_AS_MAKER = (
    "Due to the order could not be executed as maker, the Post Only order will be rejected. "
    "The order will not be recorded in the order history"
)
_CODES = {
    Why.DUPLICATE: (-4116, "ClientOrderId is duplicated."),
    Why.FUNDS: (-2019, "Margin is insufficient."),
    Why.STEP: (-1111, "Precision is over the maximum defined for this asset."),
    Why.MINIMUM: (-4164, "Order's notional must be no smaller than 5 (unless reduce only)."),
    Why.SYMBOL: (-1121, "Invalid symbol."),
    Why.POST_ONLY: (-5022, _AS_MAKER),
    Why.REDUCE_ONLY: (-2022, "ReduceOnly Order is rejected."),
    Why.NOT_FOUND: (-2013, "Order does not exist."),
    Why.CLOSED: (-2011, "Unknown order sent."),
    Why.OTHER: (-4120, "Order type not supported for this endpoint."),
}  # fmt: skip
_ORDERS = {"MARKET": OrderType.MARKET, "LIMIT": OrderType.LIMIT}
_STOPS = {"STOP_MARKET": OrderType.STOP, "STOP": OrderType.STOP_LIMIT}
_FORCED = {"liquidation": "autoclose-", "reduction": "autoclose-", "deleveraging": "adl_autoclose"}
_SENT = "deposit", "withdrawal", "wallet"
_WEEK_MS = 7 * 86_400_000


class BinanceUsdm(Binance):
    """Everything under /fapi; a key's rights under /sapi, as everywhere at Binance."""

    venue = "binanceusdm"

    def add_private_routes(self) -> None:
        root = "/fapi/v1"
        self.fired: set[int] = set()
        """Stops that have become orders."""
        self.denied: dict[int, str] = {}
        """Stops that were refused when they triggered, and why."""
        self.renames = False
        """Whether what a stop has become bears another name."""
        self.is_joint = False
        """Whether coins of all kinds back each other, and no margin is a position's own."""
        self.listen_key = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"
        self.route("POST", f"{root}/order", self._place)
        self.route("GET", f"{root}/order", lambda a: self._stated(self._found_order(a)))
        self.route("DELETE", f"{root}/order", self._cancel)
        self.route("GET", f"{root}/openOrders", lambda _: self._open_orders())
        self.route("POST", f"{root}/algoOrder", self._place_stop)
        self.route("GET", f"{root}/algoOrder", lambda a: self._stop(self._stopped(a)))
        self.route("DELETE", f"{root}/algoOrder", self._cancel_stop)
        self.route("GET", f"{root}/openAlgoOrders", lambda _: self._open_stops())
        self.route("GET", f"{root}/userTrades", self._trades_of)
        self.route("GET", f"{root}/forceOrders", self._forced)
        for method in ("POST", "PUT"):
            self.route(method, f"{root}/listenKey", lambda _: {"listenKey": self.listen_key})
        self.route("GET", "/fapi/v3/account", lambda _: self._wallet())
        self.route("GET", "/fapi/v3/positionRisk", lambda _: self._positions())
        self.route("GET", f"{root}/income", self._income)
        self.route("GET", f"{root}/symbolConfig", lambda _: self._settings())
        self.route("POST", f"{root}/leverage", self._set_leverage)
        self.route("POST", f"{root}/marginType", self._set_mode)
        self.route("GET", f"{root}/leverageBracket", lambda _: self._tiers())
        self.route("GET", f"{root}/commissionRate", lambda _: self._commission())
        self.route("GET", f"{root}/positionSide/dual", lambda _: self._sides())
        self.route(
            "GET", f"{root}/multiAssetsMargin", lambda _: {"multiAssetsMargin": self.is_joint}
        )

    def is_order(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.endswith(("/order", "/algoOrder"))

    def error(self, refused: Refused) -> Answer:
        code, text = _CODES[refused.why]
        return Answer({"code": code, "msg": text}, 400)

    def timed_out(self) -> Answer:
        said = "Timeout waiting for response from backend server. Send status unknown."
        return Answer({"code": -1007, "msg": said}, 408)

    # -- orders --------------------------------------------------------------------------------

    def _terms(self, given: dict[str, Any], kind: OrderType, stop: str | None) -> OrderTerms:
        price, tif = given.get("price"), given.get("timeInForce", "GTC")
        if given.get("positionSide", "BOTH") != "BOTH":
            raise Refused(Why.OTHER)
        return OrderTerms(
            PERPETUAL,
            Side(given["side"].lower()),
            kind,
            Quantity(Decimal(given["quantity"])),
            None if price is None else Price(Decimal(price)),
            None if stop is None else Price(Decimal(stop)),
            time_in_force=TimeInForce("gtc" if tif == "GTX" else tif.lower()),
            reduce_only=given.get("reduceOnly") == "true",
            post_only=tif == "GTX",
        )

    def _place(self, asked: Asked) -> dict[str, Any]:
        given = asked.all
        self._symbol(asked)
        if given["type"] not in _ORDERS:
            raise Refused(Why.OTHER)
        terms = self._terms(given, _ORDERS[given["type"]], None)
        placed = self.core.place(given["newClientOrderId"], terms)
        stated = self._stated(placed)
        del stated["time"]
        return stated

    def _place_stop(self, asked: Asked) -> dict[str, Any]:
        given = asked.all
        self._symbol(asked)
        if given["algoType"] != "CONDITIONAL" or given["type"] not in _STOPS:
            raise Refused(Why.OTHER)
        terms = self._terms(given, _STOPS[given["type"]], given["triggerPrice"])
        return self._stop(self.core.place(given["clientAlgoId"], terms))

    def _is_order(self, placed: Placed) -> bool:
        return placed.terms.stop_price is None or placed.number in self.fired

    def _found_order(self, asked: Asked) -> Placed:
        """One of the orders, among which is what a stop has become."""
        self._symbol(asked)
        number, name = asked.all.get("orderId", ""), asked.all.get("origClientOrderId", "")
        placed = self.core.find(number, name)
        by_name = not number and self._name(placed) != name
        if not self._is_order(placed) or by_name or ":" not in placed.terms.symbol:
            raise Refused(Why.NOT_FOUND)
        return placed

    def _stopped(self, asked: Asked) -> Placed:
        """One of the stops, also once it has become an order."""
        number, name = asked.all.get("algoId", ""), asked.all.get("clientAlgoId", "")
        placed = self.core.find(str(int(number) - 1) if number else "", name)
        if placed.terms.stop_price is None:
            raise Refused(Why.NOT_FOUND)
        return placed

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        try:
            placed = self._found_order(asked)
            self.core.cancel(placed)
        except Refused:
            raise Refused(Why.CLOSED) from None
        return self._stated(placed)

    def _cancel_stop(self, asked: Asked) -> dict[str, Any]:
        try:
            placed = self._stopped(asked)
        except Refused:
            raise Refused(Why.CLOSED) from None
        if placed.number in self.fired:
            raise Refused(Why.CLOSED)
        self.core.cancel(placed)
        stop = self._stop(placed)
        taken = {"algoId": stop["algoId"], "clientAlgoId": stop["clientAlgoId"]}
        return {**taken, "code": "200", "msg": "success"}

    def deny(self, placed: Placed, why: str) -> None:
        """A stop triggers, and what it would become is refused."""
        self.denied[placed.number] = why
        self.core.cancel(placed)

    def _open_orders(self) -> list[dict[str, Any]]:
        return [self._stated(each) for each in self.core.resting() if self._is_order(each)]

    def _open_stops(self) -> list[dict[str, Any]]:
        return [self._stop(each) for each in self.core.resting() if not self._is_order(each)]

    def _name(self, placed: Placed) -> str:
        if placed.forced:
            return _FORCED[placed.forced] + (str(placed.at) if placed.forced[0] != "d" else "")
        if placed.number in self.fired and self.renames:
            return f"triggered-{placed.number}"
        return placed.client_id or f"web_{placed.number}"

    def _stated(self, placed: Placed) -> dict[str, Any]:
        terms = placed.terms
        kind = "MARKET" if terms.price is None else "LIMIT"
        return {
            "orderId": placed.number, "symbol": wire_id(terms.symbol),
            "status": STATUS[placed.state], "clientOrderId": self._name(placed),
            "price": str(terms.price or 0), "avgPrice": str(placed.order.average_price or 0),
            "origQty": str(terms.quantity), "executedQty": str(placed.order.filled),
            "cumQuote": str(placed.value), "timeInForce": _tif(terms), "type": kind,
            "reduceOnly": terms.reduce_only, "closePosition": False,
            "side": terms.side.value.upper(), "positionSide": "BOTH", "stopPrice": "0",
            "workingType": "CONTRACT_PRICE", "priceProtect": False, "origType": kind,
            "priceMatch": "NONE", "selfTradePreventionMode": "EXPIRE_MAKER", "goodTillDate": 0,
            "time": placed.at, "updateTime": placed.updated,
        }  # fmt: skip

    def _stop(self, placed: Placed) -> dict[str, Any]:
        terms, has_fired = placed.terms, placed.number in self.fired
        return {
            "algoId": placed.number + 1, "clientAlgoId": placed.client_id,
            "algoType": "CONDITIONAL", "orderType": _stop_type(terms),
            "symbol": wire_id(terms.symbol), "side": terms.side.value.upper(),
            "positionSide": "BOTH", "timeInForce": _tif(terms), "quantity": str(terms.quantity),
            "algoStatus": self._stop_status(placed),
            "actualOrderId": str(placed.number) if has_fired else "", "actualPrice": "0.00000",
            "triggerPrice": str(terms.stop_price), "price": str(terms.price or "0.00"),
            "icebergQuantity": None, "tpTriggerPrice": "0.000", "tpPrice": "0.000",
            "slTriggerPrice": "0.000", "slPrice": "0.000", "tpOrderType": "",
            "selfTradePreventionMode": "EXPIRE_MAKER", "workingType": "CONTRACT_PRICE",
            "priceMatch": "NONE", "closePosition": False, "priceProtect": False,
            "reduceOnly": terms.reduce_only, "createTime": placed.at,
            "updateTime": placed.updated, "triggerTime": placed.updated if has_fired else 0,
            "goodTillDate": 0,
        }  # fmt: skip

    def _stop_status(self, placed: Placed) -> str:
        if placed.number in self.fired:
            return "TRIGGERED" if placed.order.is_open else "FINISHED"
        if placed.number in self.denied:
            return "REJECTED"
        return STATUS[placed.state]

    def _trades_of(self, asked: Asked) -> list[dict[str, Any]]:
        begin = int(asked.query.get("fromId", 0))
        if "fromId" in asked.query and "startTime" in asked.query:
            raise Refused(Why.OTHER)
        start = int(asked.query.get("startTime", self.core.now() - _WEEK_MS))
        end = int(asked.query.get("endTime", start + _WEEK_MS))
        found = [
            {
                "buyer": placed.terms.side is Side.BUY, "commission": str(fill.fee),
                "commissionAsset": fill.fee_currency, "id": trade_id(fill), "maker": False,
                "orderId": placed.number, "price": str(fill.price), "qty": str(fill.quantity),
                "quoteQty": str(fill.price * fill.quantity), "realizedPnl": "0",
                "side": placed.terms.side.value.upper(), "positionSide": "BOTH",
                "symbol": wire_id(placed.terms.symbol), "time": fill.at,
            }
            for placed, fill in self.core.trades(asked.query.get("orderId"))
            if start <= fill.at <= end and trade_id(fill) >= begin and ":" in placed.terms.symbol
        ]  # fmt: skip
        return found[: int(asked.query.get("limit", 500))]

    def _forced(self, asked: Asked) -> list[dict[str, Any]]:
        start, end = int(asked.query["startTime"]), int(asked.query["endTime"])
        if end - start > _WEEK_MS:
            raise Refused(Why.OTHER)
        forced = (each for each in self.core.orders.values() if each.forced)
        return [self._stated(each) for each in forced if start <= each.at <= end]

    # -- the account ---------------------------------------------------------------------------

    def _wallet(self) -> dict[str, Any]:
        return {"positions": self._positions(), "assets": [
            {
                "asset": coin, "walletBalance": str(held),
                "unrealizedProfit": str(self._profit() if coin == "USDT" else 0),
                "marginBalance": str(held + (self._profit() if coin == "USDT" else 0)),
                "maintMargin": "0", "initialMargin": "0", "positionInitialMargin": "0",
                "openOrderInitialMargin": "0", "crossWalletBalance": str(held),
                "crossUnPnl": "0", "availableBalance": str(held), "maxWithdrawAmount": str(held),
                "updateTime": self.core.now(),
            }
            for coin, held in self.core.balances.items()
        ]}  # fmt: skip

    def _profit(self) -> Decimal:
        quotes = self.core.quotes
        held = self.core.margin.open()
        profits = (each.quantity * quotes[each.symbol].last - each.cost for each in held)
        return sum(profits, Decimal(0))

    def _positions(self) -> list[dict[str, Any]]:
        return [self._position(wire_id(each.symbol), each) for each in self.core.margin.open()]

    def _position(self, name: str, held: Position) -> dict[str, Any]:
        margin, last = self.core.margin, self.core.quotes[held.symbol].last
        profit, backing = held.quantity * last - held.cost, margin.backing(held, name)
        return {
            "symbol": name, "positionSide": "LONG" if margin.is_apart else "BOTH",
            "positionAmt": str(held.quantity), "entryPrice": str(held.average_price),
            "breakEvenPrice": str(held.average_price), "markPrice": str(last),
            "unRealizedProfit": str(profit), "liquidationPrice": margin.ends_at(held, name) or "0",
            "isolatedMargin": str(backing + profit), "notional": str(held.quantity * last),
            "marginAsset": "USDT", "isolatedWallet": str(backing),
            "initialMargin": str(backing + 1), "maintMargin": "0",
            "positionInitialMargin": str(backing), "openOrderInitialMargin": "1", "adl": 2,
            "bidNotional": "0", "askNotional": "0", "updateTime": self.core.now(),
        }  # fmt: skip

    def _income(self, asked: Asked) -> list[dict[str, Any]]:
        """The wallet's own books, its trades among them."""
        start = int(asked.query.get("startTime", 0))
        end = int(asked.query.get("endTime", self.core.now()))
        most = int(asked.query.get("limit", 100))
        moved = [each for each in self.core.moved if each.is_final and not each.elsewhere]
        rows = [
            self._booked("TRANSFER" if each.kind in _SENT else "FUNDING_FEE", each.change,
                         each.currency, each.at, each.number, each.kind == "funding")
            for each in listed(moved, (*_SENT, "funding"), start, end, 10_000)
        ]  # fmt: skip
        rows += [
            self._booked("COMMISSION", -fill.fee, fill.fee_currency, fill.at, trade_id(fill), True)
            for _, fill in self.core.fills
            if start <= fill.at <= end
        ]
        return sorted(rows, key=lambda row: (row["time"], row["tranId"]))[:most]

    def _booked(
        self, kind: str, amount: Decimal, coin: str, at: int, number: int, has_symbol: bool
    ) -> dict[str, Any]:
        return {
            "symbol": "BTCUSDT" if has_symbol else "", "incomeType": kind, "income": str(amount),
            "asset": coin, "info": kind, "time": at, "tranId": number, "tradeId": "",
        }  # fmt: skip

    def _settings(self) -> list[dict[str, Any]]:
        margin = self.core.margin
        return [
            {
                "symbol": "BTCUSDT", "marginType": margin.modes.get("BTCUSDT", "CROSSED"),
                "isAutoAddMargin": str(margin.tops_up).lower(),
                "leverage": margin.leverage.get("BTCUSDT", 20),
                "maxNotionalValue": "1000000",
            }
        ]  # fmt: skip

    def _sides(self) -> dict[str, bool]:
        return {"dualSidePosition": self.core.margin.is_apart}

    def _set_leverage(self, asked: Asked) -> Any:
        times, name = int(asked.all["leverage"]), asked.all["symbol"]
        if self.core.margin.refuses:
            return Answer({"code": -4028, "msg": f"Leverage {times} is not valid"}, 400)
        self.core.margin.leverage[name] = times
        return {"symbol": name, "leverage": times, "maxNotionalValue": "1000000"}

    def _set_mode(self, asked: Asked) -> Any:
        name, mode = asked.all["symbol"], asked.all["marginType"]
        if self.is_joint and mode == "ISOLATED":
            text = "Unable to adjust to isolated-margin mode under the Multi-Assets mode."
            return Answer({"code": -4168, "msg": text}, 400)
        if self.core.margin.modes.get(name, "CROSSED") == mode:
            return Answer({"code": -4046, "msg": "No need to change margin type."}, 400)
        self.core.margin.modes[name] = mode
        return {"code": 200, "msg": "success"}

    def _tiers(self) -> list[dict[str, Any]]:
        rows = ((1, 0, TIER, LEAST, 100), (2, TIER, 2 * TIER, MORE, 50))
        return [
            {"symbol": "BTCUSDT", "brackets": [
                {"bracket": number, "initialLeverage": times, "notionalCap": int(cap),
                 "notionalFloor": int(floor), "maintMarginRatio": float(ratio), "cum": 0}
                for number, floor, cap, ratio, times in rows
            ]}
        ]  # fmt: skip

    def _commission(self) -> dict[str, str]:
        taker, maker = self.core.rates
        return {
            "symbol": "BTCUSDT",
            "makerCommissionRate": str(maker),
            "takerCommissionRate": str(taker),
        }

    # -- streams -------------------------------------------------------------------------------

    @property
    def is_followed(self) -> bool:
        return any(self._is_private(each) for each in self.sockets)

    def _is_private(self, socket: Socket) -> bool:
        return "/private/" in socket.path and socket.query.get("listenKey") == self.listen_key

    def on_order(self, placed: Placed, report: Any) -> None:
        kind = type(report).__name__.removeprefix("Order")
        if ":" not in placed.terms.symbol:
            return
        is_stop = placed.terms.stop_price is not None
        begins = is_stop and kind in ("Triggered", "Filled") and placed.number not in self.fired
        if begins:
            self.fired.add(placed.number)
            self._tell_order(placed, "NEW", report.at)
        if self._is_order(placed) and kind != "Triggered":
            execution = {"Accepted": "NEW", "Filled": "TRADE"}.get(kind, kind.upper())
            self._tell_order(placed, execution, report.at)
        # What tells of the stop itself comes after what tells of the order that it has become.
        if is_stop and (begins or kind != "Filled" or not placed.order.is_open):
            self._tell_stop(placed, report.at)

    def _tell(self, event: dict[str, Any]) -> None:
        for socket in self.sockets:
            if self._is_private(socket):
                socket.say(event)

    def _tell_order(self, placed: Placed, execution: str, at: int) -> None:
        terms = placed.terms
        fill = placed.fills[-1] if execution == "TRADE" else None
        kind = "MARKET" if terms.price is None else "LIMIT"
        paid = {"N": fill.fee_currency, "n": str(fill.fee)} if fill else {}
        state = "NEW" if execution == "NEW" else STATUS[placed.state]
        self._tell({"e": "ORDER_TRADE_UPDATE", "E": at, "T": at, "o": {
            "s": wire_id(terms.symbol), "c": self._name(placed), "S": terms.side.value.upper(),
            "o": kind, "f": _tif(terms), "q": str(terms.quantity), "p": str(terms.price or 0),
            "ap": str(placed.order.average_price or 0), "sp": "0", "x": execution, "X": state,
            "i": placed.number, "l": str(fill.quantity if fill else 0),
            "z": str(sum((each.quantity for each in placed.fills), Decimal(0))),
            "L": str(fill.price if fill else 0), **paid, "T": at,
            "t": trade_id(fill) if fill else 0, "b": "0", "a": "0", "m": False,
            "R": terms.reduce_only, "wt": "CONTRACT_PRICE", "ot": kind, "ps": "BOTH", "cp": False,
            "rp": "0", "pP": False, "si": 0, "ss": 0, "V": "EXPIRE_MAKER", "pm": "NONE", "gtd": 0,
        }})  # fmt: skip

    def _tell_stop(self, placed: Placed, at: int) -> None:
        stop, terms = self._stop(placed), placed.terms
        self._tell({"e": "ALGO_UPDATE", "T": at, "E": at, "o": {
            "caid": stop["clientAlgoId"], "aid": stop["algoId"], "at": "CONDITIONAL",
            "o": stop["orderType"], "s": stop["symbol"], "S": stop["side"], "ps": "BOTH",
            "f": stop["timeInForce"], "q": stop["quantity"], "X": stop["algoStatus"],
            "ai": stop["actualOrderId"], "ap": "0.00000", "aq": "0.00000", "act": "0",
            "tp": stop["triggerPrice"], "p": stop["price"], "V": "EXPIRE_MAKER",
            "wt": "CONTRACT_PRICE", "pm": "NONE", "cp": False, "pP": False,
            "R": terms.reduce_only, "tt": stop["triggerTime"], "gtd": 0,
            "rm": self.denied.get(placed.number, ""),
        }})  # fmt: skip


def _tif(terms: OrderTerms) -> str:
    return "GTX" if terms.post_only else terms.time_in_force.value.upper()


def _stop_type(terms: OrderTerms) -> str:
    return "STOP_MARKET" if terms.type is OrderType.STOP else "STOP"
