"""Kraken's wire: spot by REST, and its second websocket."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.domain.events import OrderFilled
from engine.domain.money import Price, Quantity
from engine.domain.order import OrderState, OrderTerms, OrderType, Side, TimeInForce
from tests.standins.exchange.cash import listed
from tests.standins.exchange.core import Placed, Refused, Why
from tests.standins.exchange.listed import SPOT
from tests.standins.exchange.server import Answer, Asked, Socket, Wire

PAIR = "XBTUSDT"
_KEPT_BARS = 720
_MOST_TRADES = 20
_TYPES = {
    "market": OrderType.MARKET,
    "limit": OrderType.LIMIT,
    "stop-loss": OrderType.STOP,
    "stop-loss-limit": OrderType.STOP_LIMIT,
}
_NAMES = {kind: name for name, kind in _TYPES.items()}
_STATUS = {
    OrderState.ACCEPTED: "open",
    OrderState.TRIGGERED: "open",
    OrderState.PARTIALLY_FILLED: "open",
    OrderState.FILLED: "closed",
    OrderState.CANCELED: "canceled",
    OrderState.EXPIRED: "expired",
}
_ERRORS = {
    Why.DUPLICATE: "EOrder:Invalid order:cl_ord_id duplicate",
    Why.FUNDS: "EOrder:Insufficient funds",
    Why.STEP: "EGeneral:Invalid arguments:volume",
    Why.MINIMUM: "EOrder:Order minimum not met",
    Why.SYMBOL: "EQuery:Unknown asset pair",
    Why.POST_ONLY: "EOrder:Invalid order:Post only order would take",
    Why.NOT_FOUND: "EOrder:Unknown order",
    Why.CLOSED: "EOrder:Unknown order",
}


class Kraken(Wire):
    """One pair, XBTUSDT, which its websocket calls BTC/USDT."""

    venue = "kraken"

    def add_routes(self) -> None:
        self.info: dict[str, Any] = {
            "permissions": ["query-funds", "modify-trades"],
            "ip_allowlist": [],
        }
        self.earns = False
        """Whether all that is there earns, and is told apart for that."""
        self.route("GET", "/0/public/AssetPairs", lambda _: _ok(self._pairs()))
        self.route("GET", "/0/public/Time", lambda _: _ok({"unixtime": self.core.now() // 1000}))
        self.route("GET", "/0/public/OHLC", self._bars)
        self.route("GET", "/0/public/Depth", lambda _: _ok({PAIR: self._depth()}))
        private = {
            "AddOrder": self._place,
            "CancelOrder": self._cancel,
            "OpenOrders": lambda a: _ok({"open": self._listed(a, is_open=True)}),
            "ClosedOrders": lambda a: _ok({"closed": self._listed(a, is_open=False), "count": 1}),
            "QueryTrades": self._trades,
            "Ledgers": self._ledger,
            "TradeVolume": lambda _: _ok(self._rates()),
            "BalanceEx": lambda _: _ok(self._balances()),
            "GetApiKeyInfo": lambda _: _ok(self.info),
            "GetWebSocketsToken": lambda _: _ok({"token": "a-token", "expires": 900}),
        }
        for name, handler in private.items():
            self.route("POST", f"/0/private/{name}", handler)

    def is_order(self, asked: Asked) -> bool:
        return asked.path.endswith("/AddOrder")

    def error(self, refused: Refused) -> Answer:
        return Answer({"error": [_ERRORS.get(refused.why, "EOrder:Invalid order")]})

    def unavailable(self) -> Answer:
        return Answer({"error": ["EService:Unavailable"]}, 503)

    def _pairs(self) -> dict[str, Any]:
        listed = self.core.instruments[SPOT]
        return {
            PAIR: {
                "altname": PAIR, "wsname": "XBT/USDT", "base": "XXBT", "quote": "USDT",
                "pair_decimals": 2, "lot_decimals": 3, "lot_multiplier": 1, "leverage_buy": [],
                "leverage_sell": [], "fees": [[0, 0.1]], "fees_maker": [[0, 0.05]],
                "ordermin": str(listed.minimum_quantity), "costmin": str(listed.minimum_notional),
                "tick_size": "0.01",
                "status": "cancel_only" if SPOT in self.core.delisted else "online",
            }
        }  # fmt: skip

    def _bars(self, asked: Asked) -> dict[str, Any]:
        step, now = int(asked.query["interval"]) * 60_000, self.core.now()
        kept = now - now % step - (_KEPT_BARS - 1) * step
        since = max(kept, int(asked.query.get("since", 0)) * 1000 + 1)
        rows = self.core.bars.between(step, since, now, _KEPT_BARS, now)
        return _ok({PAIR: [
            [int(t) // 1000, f"{o}", f"{h}", f"{low}", f"{c}", "0", f"{v}", 1]
            for t, o, h, low, c, v in rows
        ], "last": now // 1000})  # fmt: skip

    def _depth(self) -> dict[str, Any]:
        tick = self.core.quotes[SPOT]
        row = lambda price: [str(price), str(tick.size), tick.at // 1000]
        return {"bids": [row(tick.bid)], "asks": [row(tick.ask)]}

    # -- orders --------------------------------------------------------------------------------

    def _place(self, asked: Asked) -> dict[str, Any]:
        given = asked.body
        if given["pair"] != PAIR:
            raise Refused(Why.SYMBOL)
        until = datetime.fromisoformat(given["deadline"]).timestamp() * 1000
        if until < self.core.now():
            return {"error": ["EService:Deadline elapsed"]}
        kind = _TYPES[given["ordertype"]]
        is_stop = kind in (OrderType.STOP, OrderType.STOP_LIMIT)
        limit = given.get("price2") if is_stop else given.get("price")
        terms = OrderTerms(
            SPOT,
            Side(given["type"]),
            kind,
            Quantity(Decimal(given["volume"])),
            Price(Decimal(limit)) if limit and "limit" in given["ordertype"] else None,
            Price(Decimal(given["price"])) if is_stop else None,
            time_in_force=TimeInForce(given.get("timeinforce", "GTC").lower()),
            post_only="post" in given.get("oflags", ""),
        )
        placed = self.core.place(given.get("cl_ord_id", ""), terms)
        said = f"{terms.side} {terms.quantity} {PAIR} @ {_described(terms)}"
        return _ok({"descr": {"order": said}, "txid": [_txid(placed)]})

    def _find(self, asked: Asked) -> Placed:
        number = str(asked.body.get("txid", "")).removeprefix("O").replace("-", "")
        return self.core.find(number, asked.body.get("cl_ord_id", ""))

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        self.core.cancel(self._find(asked))
        return _ok({"count": 1})

    def _listed(self, asked: Asked, *, is_open: bool) -> dict[str, Any]:
        wanted = asked.body.get("cl_ord_id")
        orders = self.core.resting() if is_open else self.core.closed(wanted)
        names_trades = asked.body.get("trades") == "true"
        return {
            _txid(each): self._stated(each) | ({} if names_trades else {"trades": None})
            for each in orders
            if wanted is None or each.client_id == wanted
        }

    def _stated(self, placed: Placed) -> dict[str, Any]:
        terms = placed.terms
        is_stop = terms.stop_price is not None
        return {
            "refid": None, "userref": None, "cl_ord_id": placed.client_id,
            "status": _STATUS[placed.state], "reason": None, "opentm": placed.at / 1000,
            "closetm": placed.updated / 1000, "starttm": 0, "expiretm": 0,
            "descr": {
                "pair": PAIR, "type": terms.side.value, "ordertype": _NAMES[terms.type],
                "price": str(terms.stop_price if is_stop else terms.price or 0),
                "price2": str(terms.price or 0) if is_stop else "0", "leverage": "none",
                "order": "", "close": "",
            },
            "vol": str(terms.quantity), "vol_exec": str(placed.order.filled),
            "cost": str(placed.value), "fee": "0", "price": str(placed.order.average_price or 0),
            "stopprice": "0.00000", "limitprice": "0.00000", "misc": "", "oflags": "fciq",
            "trades": [_trade_id(each) for each in placed.fills],
        }  # fmt: skip

    def _trades(self, asked: Asked) -> dict[str, Any]:
        wanted = [each.removeprefix("T") for each in asked.body["txid"].split(",")]
        if wanted == [""] or len(wanted) > _MOST_TRADES:
            return {"error": ["EGeneral:Invalid arguments"]}
        return _ok({
            _trade_id(fill): {
                "ordertxid": _txid(placed), "postxid": "T", "pair": PAIR, "time": fill.at / 1000,
                "type": placed.terms.side.value, "ordertype": _NAMES[placed.terms.type],
                "price": str(fill.price), "cost": str(fill.price * fill.quantity),
                "fee": str(fill.fee), "vol": str(fill.quantity), "margin": "0", "misc": "",
            }
            for placed, fill in map(self.core.trade, wanted)
        })  # fmt: skip

    def _rates(self) -> dict[str, Any]:
        taker, maker = ({PAIR: {"fee": str(each * 100)}} for each in self.core.rates)
        return {"currency": "ZUSD", "volume": "0", "fees": taker, "fees_maker": maker}

    def _ledger(self, asked: Asked) -> dict[str, Any]:
        kinds = {"transfer": "wallet", "earn": "interest"}
        wanted = kinds.get(asked.body["type"], asked.body["type"])
        start = int(asked.body["start"]) * 1000
        end = int(asked.body.get("end", self.core.now() // 1000 + 1)) * 1000
        rows = [each for each in self.core.moved if each.is_final and not each.elsewhere]
        found = listed(rows, [wanted], start, end, 50)
        return _ok({"count": len(found), "ledger": {
            f"L{each.number}": {
                "refid": f"A{each.number}", "time": each.at / 1000, "type": asked.body["type"],
                "subtype": "reward" if each.kind == "interest" else "", "aclass": "currency",
                "asset": self._part(each.currency),
                "amount": str(each.amount), "fee": str(each.fee), "balance": "0",
            }
            for each in found
        }})  # fmt: skip

    def _balances(self) -> dict[str, Any]:
        held = {}
        for currency, total in self.core.balances.items():
            locked = self.core.held(currency)[1]
            held[_asset(currency)] = {"balance": "0", "hold_trade": "0"}
            held[self._part(currency)] = {"balance": str(total), "hold_trade": str(locked)}
        return held

    def _part(self, currency: str) -> str:
        """What earns is called by the coin's other name."""
        if self.earns:
            return {"BTC": "XBT"}.get(currency, currency) + ".F"
        return _asset(currency)

    # -- streams -------------------------------------------------------------------------------

    @property
    def is_followed(self) -> bool:
        return any("executions" in socket.topics for socket in self.sockets)

    def heard(self, socket: Socket, message: dict[str, Any]) -> None:
        if message.get("method") != "subscribe":
            socket.say({"method": message.get("method"), "req_id": message.get("req_id")})
            return
        channel = message["params"]["channel"]
        socket.topics[channel] = message["params"]
        for symbol in message["params"].get("symbol", [None]):
            socket.say({
                "method": "subscribe", "success": True, "req_id": message.get("req_id"),
                "result": {"channel": channel, "symbol": symbol, "snapshot": True},
            })  # fmt: skip

    def on_price(self, tick: Any) -> None:
        for socket in self.sockets:
            if "ticker" in socket.topics:
                quote = {
                    "symbol": tick.symbol, "bid": float(tick.bid), "bid_qty": float(tick.size),
                    "ask": float(tick.ask), "ask_qty": float(tick.size), "last": float(tick.last),
                    "volume": 1.0, "vwap": 1.0, "low": 1.0, "high": 1.0, "change": 0.0,
                    "change_pct": 0.0, "timestamp": _iso(tick.at),
                }  # fmt: skip
                socket.say({"channel": "ticker", "type": "update", "data": [quote]})

    def on_order(self, placed: Placed, report: Any) -> None:
        kind = type(report).__name__.removeprefix("Order")
        event = {"Accepted": "new", "Filled": "trade", "Canceled": "canceled", "Expired": "expired"}
        if kind not in event:
            return
        terms = placed.terms
        row: dict[str, Any] = {
            "order_id": _txid(placed), "cl_ord_id": placed.client_id, "exec_type": event[kind],
            "symbol": "BTC/USDT", "side": terms.side.value, "order_type": _NAMES[terms.type],
            "order_qty": float(terms.quantity), "timestamp": _iso(report.at),
            "order_status": _ws_status(placed), "order_userref": 0,
        }  # fmt: skip
        if kind == "Filled":
            fill = placed.fills[-1]
            row |= {
                "exec_id": _trade_id(fill), "trade_id": 1, "last_qty": float(fill.quantity),
                "last_price": float(fill.price), "liquidity_ind": "t",
                "cost": float(fill.price * fill.quantity),
                "fees": [{"asset": fill.fee_currency, "qty": float(fill.fee)}],
            }  # fmt: skip
        for socket in self.sockets:
            if "executions" in socket.topics:
                socket.say({"channel": "executions", "type": "update", "data": [row]})
                if kind == "Filled" and placed.state is OrderState.FILLED:
                    done = {**row, "exec_type": "filled"}
                    socket.say({"channel": "executions", "type": "update", "data": [done]})


def _described(terms: OrderTerms) -> str:
    limit = f"limit {terms.price}"
    match terms.type:
        case OrderType.MARKET:
            return "market"
        case OrderType.LIMIT:
            return limit
        case OrderType.STOP:
            return f"stop loss {terms.stop_price}"
        case _:
            return f"stop loss {terms.stop_price} -> {limit}"


def _ok(result: Any) -> dict[str, Any]:
    return {"error": [], "result": result}


def _asset(currency: str) -> str:
    return {"BTC": "XXBT"}.get(currency, currency)


def _txid(placed: Placed) -> str:
    return f"O{placed.number}"


def _trade_id(fill: OrderFilled) -> str:
    return f"T{fill.trade_id}"


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _ws_status(placed: Placed) -> str:
    return {"closed": "filled", "open": "new"}.get(_STATUS[placed.state], _STATUS[placed.state])
