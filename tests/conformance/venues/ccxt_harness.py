"""Crypto exchanges for the cards: the real ccxt client before a stand-in of each exchange."""

import asyncio
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.ccxt.access import open_access
from connectors.ccxt.client import Keys, Line
from connectors.ccxt.contract import Uniqueness, VenueContract
from connectors.ccxt.manifest import manifest_of
from connectors.ccxt.rows import BINANCE, contract_of
from connectors.ccxt.venue import CcxtVenue
from engine.domain.identifiers import AccountId, Symbol
from engine.domain.market import Tick
from engine.domain.money import Currency
from engine.errors import OrderStateUnknown
from engine.runtime.system import SystemClock
from tests.conformance.venues.all_logs import all_logs
from tests.standins.exchange.binance import Binance
from tests.standins.exchange.binanceusdm import BinanceUsdm
from tests.standins.exchange.bybit import Bybit
from tests.standins.exchange.coinbase import Coinbase
from tests.standins.exchange.kraken import Kraken
from tests.standins.exchange.listed import FEES_IN_BASE, PERPETUAL, SPOT, core, instrument
from tests.standins.exchange.okx import Okx
from tests.standins.exchange.server import AMBIGUOUS, CARRIED_OUT, Fault

CANARY = "canary-key-0123456789"
SECRET = b64encode(f"{CANARY}-secret".encode()).decode()
KEYS = Keys(CANARY, SECRET, f"{CANARY}-pass")
WIRES = {
    "binance": Binance, "binanceusdm": BinanceUsdm, "coinbase": Coinbase, "bybit": Bybit,
    "kraken": Kraken, "okx": Okx,
}  # fmt: skip


@cache
def keys_of(row: str) -> Keys:
    """Canaries in each place; Coinbase signs with an elliptic curve's key of its own making."""
    if row != "coinbase":
        return KEYS
    made = ec.generate_private_key(ec.SECP256R1())
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    text = made.private_bytes(*kinds, serialization.NoEncryption()).decode()
    return Keys(f"organizations/{CANARY}/apiKeys/1", text)


@dataclass(frozen=True)
class Happened:
    """A fault, and whether the order was placed all the same."""

    fault: Fault
    carried_out: bool


class CcxtHarness:
    """One contract row, before its spot market or its perpetual."""

    def __init__(self, contract: VenueContract, symbol: Symbol | None = None) -> None:
        self._symbol = symbol = symbol or (SPOT if contract.spot else PERPETUAL)
        self.contract, row = contract, contract.exchange
        self.manifest = manifest_of(contract)
        self.fees_in_base = row in FEES_IN_BASE and symbol == SPOT
        self.tells_fees = self.limits_rate = True
        self.refuses_an_open_name = contract.uniqueness is not Uniqueness.NOT_PROMISED
        self.instrument = instrument(symbol, row)
        self.has_cash_calls = bool(contract.cash)
        self.wire = None
        self._logging = ExitStack()

    async def open(self) -> None:
        self._heard = self._logging.enter_context(all_logs())
        self.wire = WIRES[self.contract.exchange](core(self.contract.exchange))
        await self.wire.open()
        await self._connect()

    async def _connect(self) -> None:
        line = Line(address=self.wire.address)
        keys = keys_of(self.contract.exchange)
        self.access = open_access(self.contract, SystemClock(), keys, line, patience_seconds=2.5)
        await self.access.listing.load()
        self.venue = CcxtVenue(AccountId("ann"), Currency("USDT"), self.access)

    async def listening(self) -> None:
        async with asyncio.timeout(5):
            while not self.wire.is_followed:
                await asyncio.sleep(0.01)

    async def price(self, bid, ask, last, size) -> None:
        self.wire.core.tick(Tick(self._symbol, bid, ask, last, size, self.wire.core.now()))

    async def pass_midnight(self) -> None:
        raise AssertionError("an exchange has no night")

    async def restart(self) -> None:
        await self.access.close()
        await self._connect()

    def lose_next_answer(self) -> type[BaseException]:
        self.wire.faults.append(Fault.CUT)
        return OrderStateUnknown

    @property
    def names_fee_coin(self):
        row, is_spot = self.contract.exchange, self._symbol == SPOT
        return row in ("binance", "binanceusdm", "okx") or (row == "bybit" and is_spot)

    @property
    def coins(self):
        """What is held of coins from the start, where there are any."""
        return {SPOT: 1_000} if self.contract.spot else {}

    @property
    def opening(self):
        return Decimal(1_000) if self._symbol == SPOT else Decimal(0)

    @property
    def secrets(self):
        keys = keys_of(self.contract.exchange)
        return (CANARY, keys.secret.split("\n")[1] if "\n" in keys.secret else keys.secret)

    def ambiguous(self):
        for fault in AMBIGUOUS:
            self.wire.faults.append(fault)
            yield Happened(fault, fault in CARRIED_OUT or fault is Fault.LATE)

    async def landed(self) -> None:
        await self.wire.landed()

    def flood(self) -> None:
        self.wire.faults.append(Fault.FLOOD)

    async def fall(self, meanwhile) -> None:
        self.wire.is_deaf = True
        await self.wire.cut_streams()
        await meanwhile()
        self.wire.is_deaf = False
        await self.listening()

    async def shift_clock(self, seconds: int) -> None:
        self.wire.core.clock_error_ms = seconds * 1000
        await self.venue.check_clock()

    async def delist(self) -> None:
        self.wire.core.delisted.add(self._symbol)
        await self.access.listing.load()

    def pay_fees_in(self, currency: str) -> None:
        self.wire.core.fee_currency = currency

    def move_cash(self, kind, currency, amount, fee="0", **how):
        return self.wire.core.move_cash(kind, currency, amount, fee, **how)

    def finish_cash(self, moved) -> None:
        self.wire.core.finish(moved)

    def cash_held(self, currency: str) -> Decimal:
        return self.wire.core.balances[currency]

    def close_for_maintenance(self) -> None:
        self.wire.maintenance = True

    def open_again(self) -> None:
        self.wire.maintenance = False

    def logged(self) -> list[str]:
        return self._heard.lines()

    async def close(self) -> None:
        await self.access.close()
        await self.wire.close()
        self._logging.close()
        assert self.wire.unknown == []


ANY = VenueContract("binance", options=BINANCE.options)
"""An exchange of which nothing is known: the safe default, before some exchange's wire."""
CCXT_HARNESSES = {row: partial(CcxtHarness, contract_of(row)) for row in WIRES}
PERPETUALS = ("binanceusdm", "bybit", "okx")
CCXT_HARNESSES |= {
    f"{row}-perpetual": partial(CcxtHarness, contract_of(row), PERPETUAL)
    for row in PERPETUALS
    if contract_of(row).spot
}
CCXT_HARNESSES["default"] = partial(CcxtHarness, ANY)
