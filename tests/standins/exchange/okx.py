"""OKX's wire: version 5, spot and linear swaps, whose sizes count contracts of 0.01."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.domain.account import Position
from engine.domain.events import OrderFilled
from engine.domain.identifiers import Symbol
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderState, OrderTerms, OrderType, Side, TimeInForce
from tests.standins.exchange.cash import listed
from tests.standins.exchange.core import Placed, Refused, Why
from tests.standins.exchange.margin import LEAST, MORE
from tests.standins.exchange.server import Answer, Asked, Socket, Wire

CONTRACT = Decimal("0.01")
_CODES = {
    Why.DUPLICATE: ("51016", "Duplicated client order ID"),
    Why.FUNDS: ("51008", "Order failed. Insufficient balance."),
    Why.STEP: ("51121", "Order count should be the integer multiples of the lot size."),
    Why.MINIMUM: ("51020", "Your order should meet or exceed the minimum order amount."),
    Why.SYMBOL: ("51001", "Instrument ID does not exist."),
    Why.NOT_FOUND: ("51603", "Order does not exist"),
    Why.CLOSED: ("51400", "Cancellation failed as the order does not exist."),
    Why.REDUCE_ONLY: ("51169", "No positions to reduce."),
}
_STATUS = {
    OrderState.ACCEPTED: "live",
    OrderState.TRIGGERED: "live",
    OrderState.PARTIALLY_FILLED: "partially_filled",
    OrderState.FILLED: "filled",
    OrderState.CANCELED: "canceled",
    OrderState.EXPIRED: "canceled",
}
_FRAMES = {"1m": 60, "5m": 300, "15m": 900, "30m": 1800, "1H": 3600, "2H": 7200, "4H": 14_400}
_FRAMES |= {"1Dutc": 86_400, "1Wutc": 604_800}


class Okx(Wire):
    """Its answers come as code, msg and data."""

    venue = "okx"

    def add_routes(self) -> None:
        root = "/api/v5"
        self.route("GET", f"{root}/public/instruments", self._listing)
        self.route("GET", f"{root}/public/time", lambda _: _ok([{"ts": str(self.core.now())}]))
        self.route("GET", f"{root}/market/(history-)?candles", self._bars)
        self.route("GET", f"{root}/market/books", self._book)
        self.route("POST", f"{root}/trade/batch-orders", self._place)
        self.route("POST", f"{root}/trade/cancel-order", self._cancel)
        self.route("POST", f"{root}/trade/amend-order", self._amend)
        self.route("POST", f"{root}/trade/order-algo", self._place_algo)
        self.route("POST", f"{root}/trade/cancel-algos", self._cancel_algo)
        self.route("POST", f"{root}/trade/amend-algos", self._amend_algo)
        self.route("GET", f"{root}/trade/order-algo", lambda a: _ok([self._algo(self._found(a))]))
        self.route("GET", f"{root}/trade/orders-algo-pending", lambda _: _ok(self._algos()))
        self.fired: set[int] = set()
        """Stops that have become orders."""
        self.route("GET", f"{root}/trade/order", lambda a: _ok([self._stated(self._find(a))]))
        self.route("GET", f"{root}/trade/orders-pending", lambda _: _ok(self._open()))
        self.route("GET", f"{root}/trade/fills(-history)?", self._trades)
        self.route("GET", f"{root}/account/balance", lambda _: _ok([self._balance()]))
        self.route("GET", f"{root}/account/positions", lambda _: _ok(self._positions()))
        self.route("POST", f"{root}/account/set-leverage", self._leverage)
        self.route("GET", f"{root}/account/leverage-info", self._leverages)
        self.route("GET", f"{root}/public/position-tiers", self._tiers)
        self.route("GET", f"{root}/account/trade-fee", lambda _: _ok([self._rates()]))
        self.route("GET", f"{root}/account/bills-archive", lambda a: _ok(self._bills(a)))
        self.route("GET", f"{root}/account/config", lambda _: _ok([self.key_info]))
        self.key_info: dict[str, Any] = {
            "uid": "1", "perm": "read_only,trade", "ip": "10.0.0.1",
            "acctLv": "2", "posMode": "net_mode",
        }  # fmt: skip

    def is_order(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path.endswith(("/batch-orders", "/order-algo"))

    def error(self, refused: Refused) -> Answer:
        code, text = _CODES.get(refused.why, ("51000", "Parameter error"))
        row = {"clOrdId": "", "ordId": "", "sCode": code, "sMsg": text}
        if refused.why is Why.NOT_FOUND:
            return Answer({"code": code, "msg": text, "data": []})
        return Answer({"code": "1", "msg": "All operations failed", "data": [row]})

    def unavailable(self) -> Answer:
        return Answer({"code": "50001", "msg": "Service temporarily unavailable.", "data": []}, 503)

    def timed_out(self) -> Answer:
        return Answer({"code": "50004", "msg": "API endpoint request timeout.", "data": []})

    def _listing(self, asked: Asked) -> dict[str, Any]:
        is_spot = asked.query["instType"] == "SPOT"
        return _ok([
            {
                "instType": asked.query["instType"], "instId": _id(each.symbol), "uly": "BTC-USDT",
                "baseCcy": each.base if is_spot else "", "quoteCcy": each.quote if is_spot else "",
                "settleCcy": "" if is_spot else each.quote, "ctVal": "" if is_spot else "0.01",
                "ctMult": "" if is_spot else "1", "ctValCcy": "" if is_spot else each.base,
                "ctType": "" if is_spot else "linear",
                "state": "suspend" if each.symbol in self.core.delisted else "live", "lever": "100",
                "tickSz": str(each.price_step), "instFamily": "" if is_spot else "BTC-USDT",
                "lotSz": str(each.quantity_step / (1 if is_spot else CONTRACT)),
                "minSz": str(each.minimum_quantity / (1 if is_spot else CONTRACT)),
                "maxLmtSz": "100000", "maxMktSz": "100000", "listTime": "0", "expTime": "",
            }
            for each in self.core.instruments.values()
            if (":" not in each.symbol) == is_spot
        ])  # fmt: skip

    def _bars(self, asked: Asked) -> dict[str, Any]:
        step, now = _FRAMES[asked.query["bar"]] * 1000, self.core.now()
        most = int(asked.query.get("limit", 100))
        end = int(asked.query.get("after", now + 1))
        start = int(asked.query.get("before", end - most * step)) + 1
        rows = self.core.bars.between(step, start, end, most, now)
        return _ok([[str(each) for each in (int(row[0]), *row[1:], 0, 0, 1)] for row in rows[::-1]])

    def _book(self, asked: Asked) -> dict[str, Any]:
        tick = self.core.quotes[self._symbol(asked.query["instId"])]
        row = lambda price: [str(price), str(tick.size), "0", "1"]
        return _ok([{"bids": [row(tick.bid)], "asks": [row(tick.ask)], "ts": str(tick.at)}])

    # -- orders --------------------------------------------------------------------------------

    def _symbol(self, wanted: str) -> Symbol:
        for symbol in self.core.instruments:
            if _id(symbol) == wanted:
                return symbol
        raise Refused(Why.SYMBOL)

    def _place(self, asked: Asked) -> dict[str, Any]:
        given = asked.body["list"][0]
        symbol, kind = self._symbol(given["instId"]), given["ordType"]
        if given["tdMode"] != ("isolated" if ":" in symbol else "cash"):
            raise Refused(Why.OTHER)
        size = Decimal(given["sz"]) * (CONTRACT if ":" in symbol else 1)
        terms = OrderTerms(
            symbol,
            Side(given["side"]),
            OrderType.MARKET if kind == "market" else OrderType.LIMIT,
            Quantity(size),
            Price(Decimal(given["px"])) if kind != "market" else None,
            time_in_force=TimeInForce(kind if kind in ("ioc", "fok") else "gtc"),
            reduce_only=bool(given.get("reduceOnly")),
            post_only=kind == "post_only",
        )
        try:
            placed = self.core.place(given.get("clOrdId", ""), terms)
        except Refused as refused:
            if refused.why is not Why.POST_ONLY:
                raise
            placed = self.core.stillborn(given.get("clOrdId", ""), terms)
        row = {"clOrdId": placed.client_id, "ordId": str(placed.number), "sCode": "0", "sMsg": ""}
        return _ok([row])

    def _find(self, asked: Asked) -> Placed:
        """One of the orders: a stop is none until it has fired, and then by its number alone."""
        number = asked.all.get("ordId", "")
        placed = self.core.find(number, asked.all.get("clOrdId", ""))
        is_stop = placed.terms.stop_price is not None
        if is_stop and (not number or placed.number not in self.fired):
            raise Refused(Why.NOT_FOUND)
        return placed

    def _found(self, asked: Asked | dict[str, Any]) -> Placed:
        """One of the stops."""
        given = asked if isinstance(asked, dict) else asked.all
        number = str(given.get("algoId") or "").removeprefix("7")
        placed = self.core.find(number, given.get("algoClOrdId", ""))
        if placed.terms.stop_price is None:
            raise Refused(Why.NOT_FOUND)
        return placed

    def _place_algo(self, asked: Asked) -> dict[str, Any]:
        given = asked.body
        symbol, limit = self._symbol(given["instId"]), given["slOrdPx"]
        is_backed = given["tdMode"] == ("isolated" if ":" in symbol else "cash")
        if given["ordType"] != "conditional" or not is_backed:
            raise Refused(Why.OTHER)
        terms = OrderTerms(
            symbol,
            Side(given["side"]),
            OrderType.STOP if limit == "-1" else OrderType.STOP_LIMIT,
            Quantity(Decimal(given["sz"]) * (CONTRACT if ":" in symbol else 1)),
            None if limit == "-1" else Price(Decimal(limit)),
            Price(Decimal(given["slTriggerPx"])),
            reduce_only=bool(given.get("reduceOnly")) and ":" in symbol,
        )
        return _ok([_taken(self.core.place(given["algoClOrdId"], terms))])

    def _cancel_algo(self, asked: Asked) -> dict[str, Any]:
        placed = self._found(asked.body["list"][0])
        if placed.number in self.fired:
            raise Refused(Why.CLOSED)
        self.core.cancel(placed)
        return _ok([_taken(placed)])

    def _amend_algo(self, asked: Asked) -> dict[str, Any]:
        placed, given = self._found(asked), asked.body
        if placed.number in self.fired:
            raise Refused(Why.CLOSED)
        terms, limit = placed.terms, given["newSlOrdPx"]
        self.core.amend(
            placed,
            OrderTerms(
                terms.symbol,
                terms.side,
                terms.type,
                Quantity(Decimal(given["newSz"]) * _contract(terms.symbol)),
                None if limit == "-1" else Price(Decimal(limit)),
                Price(Decimal(given["newSlTriggerPx"])),
            ),
        )
        return _ok([_taken(placed)])

    def _algos(self) -> list[dict[str, Any]]:
        resting = [each for each in self.core.resting() if each.terms.stop_price is not None]
        return [self._algo(each) for each in resting[::-1] if each.number not in self.fired]

    def _algo(self, placed: Placed) -> dict[str, Any]:
        terms, has_fired = placed.terms, placed.number in self.fired
        state = "effective" if has_fired else _STATUS[placed.state]
        return {
            "instType": "SWAP" if ":" in terms.symbol else "SPOT",
            "instId": _id(terms.symbol), "algoId": f"7{placed.number}",
            "algoClOrdId": placed.client_id, "clOrdId": "", "ordType": "conditional",
            "ordId": str(placed.number) if has_fired else "",
            "sz": str(terms.quantity / _contract(terms.symbol)),
            "ordIdList": [str(placed.number)] if has_fired else [], "state": state,
            "side": terms.side.value, "posSide": "net", "tdMode": _mode(terms.symbol),
            "tgtCcy": "base_ccy", "slTriggerPx": str(terms.stop_price),
            "slOrdPx": str(terms.price or -1),
            "slTriggerPxType": "last", "tpTriggerPx": "", "tpOrdPx": "", "triggerPx": "",
            "actualSz": "", "actualPx": "", "ordPx": "",
            "reduceOnly": str(terms.reduce_only).lower(),
            "cTime": str(placed.at), "uTime": str(placed.updated), "triggerTime": "",
        }  # fmt: skip

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        try:
            placed = self._find(asked)
            self.core.cancel(placed)
        except Refused:
            raise Refused(Why.CLOSED) from None
        row = {"clOrdId": placed.client_id, "ordId": str(placed.number), "sCode": "0", "sMsg": ""}
        return _ok([row])

    def _amend(self, asked: Asked) -> dict[str, Any]:
        placed = self._find(asked)
        given, terms = asked.body, placed.terms
        size = CONTRACT if ":" in terms.symbol else Decimal(1)
        quantity = Decimal(given["newSz"]) * size if given.get("newSz") else terms.quantity
        price = Price(Decimal(given["newPx"])) if given.get("newPx") else terms.price
        self.core.amend(
            placed, OrderTerms(terms.symbol, terms.side, terms.type, Quantity(quantity), price)
        )
        row = {"clOrdId": placed.client_id, "ordId": str(placed.number), "sCode": "0", "sMsg": ""}
        return _ok([row])

    def _open(self) -> list[dict[str, Any]]:
        return [self._stated(each) for each in self.core.resting()[::-1] if self._is_order(each)]

    def _is_order(self, placed: Placed) -> bool:
        return placed.terms.stop_price is None or placed.number in self.fired

    def _stated(self, placed: Placed) -> dict[str, Any]:
        terms = placed.terms
        size = CONTRACT if ":" in terms.symbol else Decimal(1)
        is_stop = terms.stop_price is not None
        kind = "market" if terms.price is None else "limit"
        if terms.time_in_force is not TimeInForce.GTC and kind == "limit":
            kind = terms.time_in_force.value
        return {
            "instType": "SWAP" if ":" in terms.symbol else "SPOT", "instId": _id(terms.symbol),
            "ordId": str(placed.number), "clOrdId": "" if is_stop else placed.client_id, "tag": "",
            "algoId": f"7{placed.number}" if is_stop else "",
            "algoClOrdId": placed.client_id if is_stop else "",
            "px": str(terms.price or ""), "sz": str(terms.quantity / size),
            "ordType": "post_only" if terms.post_only else kind, "side": terms.side.value,
            "posSide": "net", "tdMode": _mode(terms.symbol),
            "accFillSz": str(placed.order.filled / size),
            "avgPx": str(placed.order.average_price or ""), "state": _STATUS[placed.state],
            "reduceOnly": str(terms.reduce_only).lower(), "tgtCcy": "base_ccy",
            "cTime": str(placed.at), "uTime": str(placed.updated), "tradeId": "",
            "category": _kind(placed)["category"],
            "fillPx": "", "fillSz": "", "fillTime": "", "feeCcy": "", "fee": "",
        }  # fmt: skip

    def _trades(self, asked: Asked) -> dict[str, Any]:
        """Newest first, a hundred at most."""
        end = int(asked.query.get("end", self.core.now()))
        rows = [
            (placed, fill)
            for placed, fill in reversed(self.core.trades(asked.query.get("ordId")))
            if fill.at <= end
        ]
        return _ok([
            {
                "instType": "SWAP" if ":" in placed.terms.symbol else "SPOT",
                "instId": _id(placed.terms.symbol),
                "tradeId": _trade_id(fill), "ordId": str(placed.number),
                "clOrdId": "" if placed.terms.stop_price else placed.client_id,
                "fillPx": str(fill.price),
                "fillSz": str(fill.quantity / _contract(placed.terms.symbol)),
                "side": placed.terms.side.value, "execType": "T", "feeCcy": fill.fee_currency,
                "fee": str(-fill.fee), "ts": str(fill.at), "fillTime": str(fill.at),
                "subType": _kind(placed)[placed.terms.side.value],
            }
            for placed, fill in rows[:100]
        ])  # fmt: skip

    def _balance(self) -> dict[str, Any]:
        return {"uTime": str(self.core.now()), "details": [
            {"ccy": c, "eq": str(total + self._profit(c)), "availBal": str(self.core.held(c)[0]),
             "frozenBal": str(self.core.held(c)[1]), "availEq": str(self.core.held(c)[0])}
            for c, total in self.core.balances.items()
        ]}  # fmt: skip

    def _profit(self, currency: str) -> Decimal:
        """Open profit, which is told as a part of the balance."""
        held = [each for each in self.core.margin.open() if currency == "USDT"]
        quotes = self.core.quotes
        profits = (each.quantity * quotes[each.symbol].last - each.cost for each in held)
        return sum(profits, Decimal(0))

    def _rates(self) -> dict[str, str]:
        """Below zero, as what they do to the balance."""
        taker, maker = self.core.rates
        return {"instType": "SPOT", "taker": str(-taker), "maker": str(-maker), "level": "Lv1"}

    def _bills(self, asked: Asked) -> list[dict[str, Any]]:
        """Of the trading account: what comes and goes passes through the funding account."""
        wanted = asked.query["type"]
        kinds = {"1": ["deposit", "withdrawal", "wallet"], "8": ["funding"]}[wanted]
        start, end = int(asked.query["begin"]), int(asked.query.get("end", self.core.now()))
        rows = [each for each in self.core.moved if each.is_final and not each.elsewhere]
        return [
            {
                "bal": "100", "balChg": str(each.change), "billId": str(each.number),
                "ccy": each.currency, "fee": "0", "from": "6" if each.change > 0 else "18",
                "to": "18" if each.change > 0 else "6", "instType": "",
                "instId": "BTC-USDT-SWAP" if wanted == "8" else "",
                "mgnMode": "", "notes": "", "ordId": "", "pnl": "0", "posBal": "0",
                "posBalChg": "0", "subType": "11" if each.change > 0 else "12",
                "sz": str(each.change), "ts": str(each.at), "type": wanted,
            }
            for each in listed(rows, kinds, start, end, int(asked.query["limit"]))
        ]  # fmt: skip

    def _positions(self) -> list[dict[str, Any]]:
        return [self._position(_id(each.symbol), each) for each in self.core.margin.open()]

    def _position(self, name: str, held: Position) -> dict[str, Any]:
        margin, last = self.core.margin, self.core.quotes[held.symbol].last
        return {
            "instType": "SWAP", "instId": name, "pos": str(held.quantity / CONTRACT),
            "posSide": "net", "avgPx": str(held.average_price), "markPx": str(last),
            "mgnMode": "isolated", "lever": str(margin.leverage.get(name, 3)),
            "upl": str(held.quantity * last - held.cost), "uplRatio": "0",
            "notionalUsd": str(abs(held.quantity) * last), "imr": "", "mmr": "0",
            "liqPx": margin.ends_at(held, name), "ccy": "USDT", "uTime": "0", "cTime": "0",
            "margin": str(margin.backing(held, name)),
        }  # fmt: skip

    def _leverage(self, asked: Asked) -> dict[str, Any]:
        given = asked.body
        if self.core.margin.refuses:
            return {"code": "59102", "msg": "Leverage exceeds the maximum leverage.", "data": []}
        self.core.margin.leverage[given["instId"]] = int(given["lever"])
        return _ok([given])

    def _leverages(self, asked: Asked) -> dict[str, Any]:
        sides = ("long", "short") if self.core.margin.is_apart else ("net",)
        name, mode = asked.query["instId"], asked.query["mgnMode"]
        times = str(self.core.margin.leverage.get(name, 3)) if mode == "isolated" else "5"
        return _ok([
            {"instId": name, "lever": times, "mgnMode": mode, "posSide": side} for side in sides
        ])  # fmt: skip

    def _tiers(self, asked: Asked) -> dict[str, Any]:
        """Of so many contracts each."""
        rows = ((1, 0, 100_000, LEAST, "100"), (2, 100_000, 200_000, MORE, "50"))
        return _ok([
            {"instId": "", "instFamily": asked.query["instFamily"], "tier": str(number),
             "minSz": str(least), "maxSz": str(most), "mmr": str(ratio), "imr": "0.01",
             "maxLever": times, "uly": "BTC-USDT"}
            for number, least, most, ratio, times in rows
        ])  # fmt: skip

    # -- streams -------------------------------------------------------------------------------

    @property
    def is_followed(self) -> bool:
        return any("orders" in socket.topics for socket in self.sockets)

    def heard(self, socket: Socket, message: dict[str, Any]) -> None:
        match message.get("op"):
            case "login":
                socket.say({"event": "login", "code": "0", "msg": "", "connId": "1"})
            case "subscribe":
                for arg in message["args"]:
                    socket.topics[arg["channel"]] = arg
                    socket.topics[f"{arg['channel']}:{arg.get('instId', '')}"] = arg
                    socket.say({"event": "subscribe", "arg": arg, "connId": "1"})

    def on_price(self, tick: Any) -> None:
        name = _id(tick.symbol)
        for socket in self.sockets:
            if f"tickers:{name}" in socket.topics:
                socket.say({"arg": {"channel": "tickers", "instId": name}, "data": [{
                    "instType": "SPOT", "instId": name, "last": str(tick.last), "lastSz": "1",
                    "askPx": str(tick.ask), "askSz": str(tick.size), "bidPx": str(tick.bid),
                    "bidSz": str(tick.size), "open24h": "1", "high24h": "1", "low24h": "1",
                    "sodUtc0": "1", "sodUtc8": "1", "volCcy24h": "1", "vol24h": "1",
                    "ts": str(tick.at),
                }]})  # fmt: skip

    def on_order(self, placed: Placed, report: Any) -> None:
        if type(report).__name__ in ("OrderTriggered", "OrderFilled"):
            self.fired.add(placed.number)
        if not self._is_order(placed):
            return
        row = self._stated(placed)
        if type(report).__name__ == "OrderFilled":
            fill = placed.fills[-1]
            row |= {
                "tradeId": _trade_id(fill), "fillPx": str(fill.price), "execType": "T",
                "fillSz": str(fill.quantity / _contract(placed.terms.symbol)),
                "fillTime": str(fill.at),
                "fillFee": str(-fill.fee), "fillFeeCcy": fill.fee_currency,
                "feeCcy": fill.fee_currency, "fee": str(-fill.fee),
            }  # fmt: skip
        for socket in self.sockets:
            arg = socket.topics.get("orders")
            if arg is not None:
                socket.say({"arg": {"channel": "orders", **arg, "uid": "1"}, "data": [row]})


_KINDS = {
    "": {"category": "normal", "buy": "1", "sell": "2"},
    "liquidation": {"category": "full_liquidation", "buy": "106", "sell": "107"},
    "reduction": {"category": "partial_liquidation", "buy": "102", "sell": "103"},
    "deleveraging": {"category": "adl", "buy": "127", "sell": "128"},
}


def _kind(placed: Placed) -> dict[str, str]:
    return _KINDS[placed.forced]


def _taken(placed: Placed) -> dict[str, Any]:
    return {
        "algoId": f"7{placed.number}", "algoClOrdId": placed.client_id, "clOrdId": "",
        "sCode": "0", "sMsg": "",
    }  # fmt: skip


def _ok(data: list[Any]) -> dict[str, Any]:
    return {"code": "0", "msg": "", "data": data}


def _id(symbol: str) -> str:
    pair, _, settles = symbol.partition(":")
    return pair.replace("/", "-") + ("-SWAP" if settles else "")


def _contract(symbol: str) -> Decimal:
    return CONTRACT if ":" in symbol else Decimal(1)


def _mode(symbol: str) -> str:
    return "isolated" if ":" in symbol else "cash"


def _trade_id(fill: OrderFilled) -> str:
    return fill.trade_id.replace("-", "")
