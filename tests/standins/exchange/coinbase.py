"""Coinbase's wire: Advanced Trade by REST, and its user and ticker channels."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from engine.domain.money import Price, Quantity
from engine.domain.order import OrderState, OrderTerms, OrderType, Side, TimeInForce
from tests.standins.exchange.core import Placed, Refused, Why
from tests.standins.exchange.listed import SPOT
from tests.standins.exchange.server import Answer, Asked, Socket, Wire

PRODUCT = "BTC-USDT"
_ROOT = "/api/v3/brokerage"
_ERRORS = {
    Why.DUPLICATE: "UNKNOWN_FAILURE_REASON",
    Why.FUNDS: "INSUFFICIENT_FUND",
    Why.STEP: "INVALID_SIZE_PRECISION",
    Why.MINIMUM: "INVALID_SIZE_PRECISION",
    Why.POST_ONLY: "INVALID_LIMIT_PRICE_POST_ONLY",
}
_STATUS = {
    OrderState.ACCEPTED: "OPEN",
    OrderState.TRIGGERED: "OPEN",
    OrderState.PARTIALLY_FILLED: "OPEN",
    OrderState.FILLED: "FILLED",
    OrderState.CANCELED: "CANCELLED",
    OrderState.EXPIRED: "EXPIRED",
}
_SECONDS = {
    "ONE_MINUTE": 60, "FIVE_MINUTE": 300, "FIFTEEN_MINUTE": 900, "THIRTY_MINUTE": 1800,
    "ONE_HOUR": 3600, "TWO_HOUR": 7200, "FOUR_HOUR": 14_400, "ONE_DAY": 86_400,
}  # fmt: skip


class Coinbase(Wire):
    """One product, BTC-USDT. It promises nothing about client ids and finds none by them."""

    venue = "coinbase"

    def add_routes(self) -> None:
        self.permissions = {"can_view": True, "can_trade": True, "can_transfer": False}
        self.route("GET", "/v2/time", lambda _: {"data": {"epoch": self.core.now() // 1000}})
        self.route("GET", f"{_ROOT}/market/products", self._products)
        self.route("GET", f"{_ROOT}/transaction_summary", lambda _: {"fee_tier": self._rates()})
        self.route("GET", f"{_ROOT}/market/products/{PRODUCT}/candles", self._bars)
        self.route("GET", f"{_ROOT}/(market/)?product_book", lambda _: self._book())
        self.route("POST", f"{_ROOT}/orders", self._place)
        self.route("POST", f"{_ROOT}/orders/batch_cancel", self._cancel)
        self.route("GET", f"{_ROOT}/orders/historical/batch", self._listed)
        self.route("GET", f"{_ROOT}/orders/historical/fills", self._fills)
        self.route("GET", f"{_ROOT}/orders/historical/[0-9]+", self._one)
        self.route("GET", f"{_ROOT}/accounts", lambda _: self._accounts())
        self.route("GET", "/v2/accounts/[A-Z]+/transactions", self._transactions)
        self.route("GET", f"{_ROOT}/key_permissions", lambda _: self.permissions)

    def is_order(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path == f"{_ROOT}/orders"

    def error(self, refused: Refused) -> Answer:
        code = _ERRORS.get(refused.why, "UNKNOWN_FAILURE_REASON")
        said = {"error": code, "message": str(refused), "preview_failure_reason": code}
        return Answer({"success": False, "failure_reason": code, "error_response": said})

    def unavailable(self) -> Answer:
        return Answer({"error": "UNAVAILABLE", "message": "service unavailable"}, 503)

    def _products(self, asked: Asked) -> dict[str, Any]:
        if asked.query.get("product_type") == "FUTURE":
            return {"products": [], "num_products": 0}
        listed = self.core.instruments[SPOT]
        return {"num_products": 1, "products": [{
            "product_id": PRODUCT, "price": "100", "base_increment": str(listed.quantity_step),
            "quote_increment": "0.01", "price_increment": str(listed.price_step),
            "quote_min_size": str(listed.minimum_notional), "quote_max_size": "1000000",
            "base_min_size": str(listed.minimum_quantity), "base_max_size": "1000",
            "status": "online", "product_type": "SPOT",
            "trading_disabled": SPOT in self.core.delisted,
            "base_currency_id": "BTC", "quote_currency_id": "USDT", "alias": "", "alias_to": [],
        }]}  # fmt: skip

    def _bars(self, asked: Asked) -> dict[str, Any]:
        step, now = _SECONDS[asked.query["granularity"]] * 1000, self.core.now()
        start, end = (int(asked.query[each]) * 1000 for each in ("start", "end"))
        rows = self.core.bars.between(step, start, end, 350, now)
        names = ("start", "open", "high", "low", "close", "volume")
        return {"candles": [
            dict(zip(names, (str(int(row[0]) // 1000), *map(str, row[1:])), strict=True))
            for row in rows[::-1]
        ]}  # fmt: skip

    def _book(self) -> dict[str, Any]:
        tick = self.core.quotes[SPOT]
        row = lambda price: {"price": str(price), "size": str(tick.size)}
        return {"pricebook": {
            "product_id": PRODUCT, "bids": [row(tick.bid)], "asks": [row(tick.ask)],
            "time": _iso(tick.at),
        }}  # fmt: skip

    # -- orders --------------------------------------------------------------------------------

    def _place(self, asked: Asked) -> dict[str, Any]:
        given = asked.body
        ((name, wanted),) = given["order_configuration"].items()
        limit, stop = wanted.get("limit_price"), wanted.get("stop_price")
        kind = OrderType.MARKET if name.startswith("market") else OrderType.LIMIT
        terms = OrderTerms(
            SPOT,
            Side(given["side"].lower()),
            OrderType.STOP_LIMIT if stop else kind,
            Quantity(Decimal(wanted["base_size"])),
            Price(Decimal(limit)) if limit else None,
            Price(Decimal(stop)) if stop else None,
            time_in_force=TimeInForce(name[-3:]) if limit and not stop else TimeInForce.GTC,
            post_only=bool(wanted.get("post_only")),
        )
        placed = self.core.place(given["client_order_id"], terms)
        return {"success": True, "order_id": str(placed.number), "success_response": {
            "order_id": str(placed.number), "product_id": PRODUCT, "side": given["side"],
            "client_order_id": placed.client_id,
        }, "order_configuration": given["order_configuration"]}  # fmt: skip

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        results = []
        for number in asked.body["order_ids"]:
            try:
                self.core.cancel(self.core.find(str(number)))
            except Refused:
                said = {"success": False, "failure_reason": "UNKNOWN_CANCEL_ORDER"}
            else:
                said = {"success": True, "failure_reason": "UNKNOWN_CANCEL_FAILURE_REASON"}
            results.append({**said, "order_id": str(number)})
        return {"results": results}

    def _listed(self, asked: Asked) -> dict[str, Any]:
        wanted = asked.query.get("order_status")
        stated = (self._stated(each) for each in reversed(self.core.orders.values()))
        end = asked.query.get("end_date")
        rows = (
            each
            for each in stated
            if wanted in (None, each["status"]) and (end is None or each["created_time"] < end)
        )
        most = int(asked.query.get("limit", 100))
        page = list(islice(rows, most + 1))
        cursor = page[most - 1]["order_id"] if len(page) > most else ""
        return {"orders": page[:most], "has_next": bool(cursor), "cursor": cursor}

    def _one(self, asked: Asked) -> dict[str, Any] | Answer:
        try:
            return {"order": self._stated(self.core.find(asked.path.rpartition("/")[2]))}
        except Refused:
            gone = "order with this orderID was not found"
            return Answer({"error": "NOT_FOUND", "error_details": gone, "message": gone}, 404)

    def _stated(self, placed: Placed) -> dict[str, Any]:
        terms = placed.terms
        size, limit = str(terms.quantity), str(terms.price or "")
        name, wanted = "market_market_ioc", {"base_size": size}
        if terms.stop_price is not None:
            name = "stop_limit_stop_limit_gtc"
            stop = str(terms.stop_price)
            wanted = {"base_size": size, "limit_price": limit, "stop_price": stop}
        elif terms.price is not None:
            name = {"ioc": "sor_limit_ioc", "fok": "limit_limit_fok"}.get(
                terms.time_in_force.value, "limit_limit_gtc"
            )
            wanted = {"base_size": size, "limit_price": limit}
        immediate = "IMMEDIATE_OR_CANCEL" if terms.time_in_force is TimeInForce.IOC else ""
        fok = "FILL_OR_KILL" if terms.time_in_force is TimeInForce.FOK else ""
        return {
            "order_id": str(placed.number), "product_id": PRODUCT, "user_id": "1",
            "order_configuration": {name: wanted}, "side": terms.side.value.upper(),
            "client_order_id": placed.client_id, "status": _STATUS[placed.state],
            "time_in_force": immediate or fok or "GOOD_UNTIL_CANCELLED",
            "created_time": _iso(placed.at), "filled_size": str(placed.order.filled),
            "average_filled_price": str(placed.order.average_price or 0), "total_fees": "0",
            "order_type": "LIMIT" if terms.price is not None else "MARKET",
        }  # fmt: skip

    def _fills(self, asked: Asked) -> dict[str, Any]:
        """Newest first."""
        rows = self.core.trades(asked.query.get("order_ids"))[::-1]
        start, most = int(asked.query.get("cursor") or 0), int(asked.query.get("limit", 100))
        cursor = str(start + most) if start + most < len(rows) else ""
        return {"cursor": cursor, "fills": [
            {
                "entry_id": f"e{fill.trade_id}", "trade_id": fill.trade_id,
                "order_id": str(placed.number), "trade_time": _iso(fill.at), "trade_type": "FILL",
                "price": str(fill.price), "size": str(fill.quantity), "commission": str(fill.fee),
                "product_id": PRODUCT, "sequence_timestamp": _iso(fill.at),
                "liquidity_indicator": "TAKER", "size_in_quote": False,
                "side": placed.terms.side.value.upper(),
            }
            for placed, fill in rows[start : start + most]
        ]}  # fmt: skip

    def _accounts(self) -> dict[str, Any]:
        return {"has_next": False, "cursor": "", "accounts": [
            {
                "uuid": c, "name": c, "currency": c, "active": True, "type": "ACCOUNT_TYPE_CRYPTO",
                "available_balance": {"value": str(self.core.held(c)[0]), "currency": c},
                "hold": {"value": str(self.core.held(c)[1]), "currency": c},
            }
            for c in self.core.balances
        ]}  # fmt: skip

    def _rates(self) -> dict[str, str]:
        taker, maker = self.core.rates
        return {"pricing_tier": "", "taker_fee_rate": str(taker), "maker_fee_rate": str(maker)}

    def _transactions(self, asked: Asked) -> dict[str, Any]:
        """Newest first, trades among them."""
        coin = asked.path.split("/")[3]
        kinds = {"wallet": "transfer", "interest": "interest"}
        rows: list[dict[str, Any]] = [
            {
                "id": f"34e4816b-4c8c-5323-a01c-{each.number:012}",
                "type": kinds.get(each.kind, "send"),
                "status": "completed" if each.is_final else "pending",
                "amount": {"amount": str(each.change), "currency": coin},
                "native_amount": {"amount": "1.00", "currency": "EUR"}, "description": None,
                "created_at": _iso(each.at), "updated_at": _iso(each.at),
                "resource": "transaction", "resource_path": f"{asked.path}/{each.number}",
                "network": {
                    "status": "confirmed",
                    "transaction_fee": {"amount": str(each.fee), "currency": coin},
                    "transaction_amount": {"amount": str(abs(each.amount)), "currency": coin},
                },
            }
            for each in self.core.moved
            if each.currency == coin and not each.elsewhere
        ]  # fmt: skip
        rows += [
            {
                "id": f"fill-{fill.trade_id}", "type": "advanced_trade_fill", "status": "completed",
                "amount": {"amount": str(fill.quantity), "currency": coin},
                "native_amount": {"amount": "1.00", "currency": "EUR"}, "description": None,
                "created_at": _iso(fill.at), "updated_at": _iso(fill.at),
                "resource": "transaction", "resource_path": asked.path,
            }
            for _, fill in self.core.fills
        ]  # fmt: skip
        rows.sort(key=lambda row: str(row["created_at"]), reverse=True)
        names = [row["id"] for row in rows]
        after, most = asked.query.get("starting_after"), int(asked.query.get("limit", 25))
        start = names.index(after) + 1 if after else 0
        page = rows[start : start + most]
        more = page[-1]["id"] if start + most < len(rows) else None
        return {"pagination": {"next_starting_after": more, "limit": most}, "data": page}

    # -- streams -------------------------------------------------------------------------------

    @property
    def is_followed(self) -> bool:
        return any("user" in socket.topics for socket in self.sockets)

    def heard(self, socket: Socket, message: dict[str, Any]) -> None:
        if message.get("type") == "subscribe":
            socket.topics[message["channel"]] = message
            said = {"subscriptions": {message["channel"]: message.get("product_ids") or []}}
            socket.say({"channel": "subscriptions", "events": [said]})

    def on_price(self, tick: Any) -> None:
        for socket in self.sockets:
            for channel in ("ticker", "ticker_batch"):
                if channel in socket.topics:
                    quote = {
                        "type": "ticker", "product_id": PRODUCT, "price": str(tick.last),
                        "best_bid": str(tick.bid), "best_bid_quantity": str(tick.size),
                        "best_ask": str(tick.ask), "best_ask_quantity": str(tick.size),
                    }  # fmt: skip
                    socket.say({
                        "channel": channel, "timestamp": _iso(tick.at), "sequence_num": 1,
                        "events": [{"type": "update", "tickers": [quote]}],
                    })  # fmt: skip

    def on_order(self, placed: Placed, report: Any) -> None:
        terms = placed.terms
        filled = placed.order.filled
        row = {
            "order_id": str(placed.number), "client_order_id": placed.client_id,
            "cumulative_quantity": str(filled), "leaves_quantity": str(terms.quantity - filled),
            "avg_price": str(placed.order.average_price or 0), "total_fees": "0",
            "status": _STATUS[placed.state], "product_id": PRODUCT,
            "creation_time": _iso(placed.at), "order_side": terms.side.value.upper(),
            "order_type": "Limit" if terms.price is not None else "Market",
        }  # fmt: skip
        for socket in self.sockets:
            if "user" in socket.topics:
                socket.say({
                    "channel": "user", "timestamp": _iso(report.at), "sequence_num": 1,
                    "events": [{"type": "update", "orders": [row]}],
                })  # fmt: skip


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
