"""What keys are worth at an exchange: the balance is read, then the exchange says what they may do.

Nothing is moved by it. Sources: each exchange's API documents, of the call that its function makes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from connectors.ccxt.access import AT_THE_EXCHANGE, Access, open_access
from connectors.ccxt.client import Keys, Line
from connectors.ccxt.contract import CLOCK_ERROR_SECONDS
from connectors.ccxt.questions import Questions
from engine.domain.identifiers import VenueName
from engine.errors import KeysRefused, VenueUnavailable
from engine.ports.credentials import AgainstContracts, KeyProbe, KeyRights, VenueKeys
from engine.ports.system import Clock

WITH_PASSPHRASE = frozenset({"okx", "kucoin", "bitget"})
"""Exchanges whose keys come with a passphrase."""
_BALANCE: dict[str, dict[str, object]] = {"coinbase": {"v3": True}}
"""What ccxt must be told to read the balance by the interface that orders go through."""
_RIGHTS_FIRST = frozenset({"binanceusdm"})
"""Exchanges that answer a key without the right as if they had never seen it."""
_Ask = Callable[[Any], Awaitable[KeyRights]]
_REASONS = {"key_refused": "wrong", "key_lacks_right": "balance", "clock_off": "clock"}

# OKX and Bybit say it by number, in their documents' lists of error codes.
_CODES = {
    '"code":"50101"': "sandbox",
    '"code":"50105"': "passphrase",
    '"code":"50110"': "address",
    '"retCode":10010': "address",
    '"retCode":33004': "expired",
}


class CcxtKeyProbe(KeyProbe):
    """Of every exchange that ccxt knows; what one does not say stays unsaid."""

    def __init__(
        self, clock: Clock, line: Callable[[VenueName], Line] = lambda _: AT_THE_EXCHANGE
    ) -> None:
        """`line` says where an exchange is reached."""
        self._clock = clock
        self._line = line

    async def probe(self, keys: VenueKeys) -> KeyRights:
        """Read the balance, and ask what the keys may do. Raises KeysRefused, VenueUnavailable."""
        signing = Keys(keys.key, keys.secret, keys.passphrase)
        at = open_access(
            str(keys.venue),
            self._clock,
            signing,
            self._line(keys.venue),
            is_test=keys.is_sandbox,
        )
        try:
            rights = await _rights(at, is_test=keys.is_sandbox)
            clock_error = await Questions(at).clock_error_seconds()
        except VenueUnavailable as error:
            reason = _reason(error, is_test=keys.is_sandbox)
            if not reason:
                raise
            raise KeysRefused(reason, venue=str(keys.venue)) from None
        finally:
            await at.close()
        if abs(clock_error) > CLOCK_ERROR_SECONDS:
            raise KeysRefused("clock", venue=str(keys.venue))
        return rights


def _reason(error: VenueUnavailable, *, is_test: bool) -> str:
    """Why keys are refused, or nothing where it is no matter of keys."""
    said = next((reason for code, reason in _CODES.items() if code in str(error)), "")
    reason = said or _REASONS.get(error.facts.get("why", ""), "")
    return "wrong_test" if reason == "wrong" and is_test else reason


async def _rights(at: Access, *, is_test: bool) -> KeyRights:
    rights: KeyRights | None = None
    if at.contract.exchange in _RIGHTS_FIRST:
        rights = await _asked(at, is_test=is_test)
        if rights.trades is False:
            return rights
    with at.failures.asking():
        await at.client.fetch_balance(_BALANCE.get(at.contract.exchange, {}))
    return rights or await _asked(at, is_test=is_test)


async def _asked(at: Access, *, is_test: bool) -> KeyRights:
    ask = _ASK.get(at.contract.exchange)
    if ask is None:
        return KeyRights(reads_balance=True, trades=None, withdraws=None)
    try:
        with at.failures.asking():
            return await ask(at.client)
    except VenueUnavailable as error:
        # Test networks leave out calls that have no money to speak of.
        if is_test and error.facts.get("why") == "not_supported":
            return KeyRights(reads_balance=True, trades=None, withdraws=None)
        raise


async def _binance(client: Any) -> KeyRights:
    """GET /sapi/v1/account/apiRestrictions."""
    said = await client.sapi_get_account_apirestrictions()
    return KeyRights(
        reads_balance=_is(said["enableReading"]),
        trades=_is(said["enableSpotAndMarginTrading"]),
        withdraws=_is(said["enableWithdrawals"]),
        is_bound=_is(said["ipRestrict"]),
    )


async def _binance_usdm(client: Any) -> KeyRights:
    """The same; then GET /fapi/v1/positionSide/dual and /fapi/v1/multiAssetsMargin.

    Where coins of all kinds back each other, no position has a margin of its own.
    """
    said = await client.sapi_get_account_apirestrictions()
    against, trades = AgainstContracts.NOTHING, _is(said["enableFutures"])
    if trades:
        sides = await client.fapiprivate_get_positionside_dual()
        assets = await client.fapiprivate_get_multiassetsmargin()
        if _is(sides["dualSidePosition"]):
            against = AgainstContracts.APART
        elif _is(assets["multiAssetsMargin"]):
            against = AgainstContracts.JOINT
    return KeyRights(
        reads_balance=_is(said["enableReading"]),
        trades=trades,
        withdraws=_is(said["enableWithdrawals"]),
        is_bound=_is(said["ipRestrict"]),
        against_contracts=against,
    )


async def _bybit(client: Any) -> KeyRights:
    """GET /v5/user/query-api: `*` among the addresses means from anywhere."""
    said = (await client.private_get_v5_user_query_api())["result"]
    permissions = said["permissions"]
    trades = any(permissions.get(name) for name in ("Spot", "ContractTrade", "Derivatives"))
    contracts = {"Order", "Position"} <= set(permissions.get("ContractTrade") or ())
    contracts = contracts or bool(permissions.get("Derivatives"))
    ends = str(said.get("expiredAt") or "")
    return KeyRights(
        reads_balance=True,
        trades=bool(trades) and not _is(said["readOnly"]),
        withdraws="Withdraw" in permissions.get("Wallet", ()),
        is_bound=bool(said.get("ips")) and "*" not in said["ips"],
        expires_at=int(datetime.fromisoformat(ends).timestamp() * 1000) if ends else 0,
        against_contracts=AgainstContracts.NOTHING if contracts else AgainstContracts.RIGHT,
    )


async def _okx(client: Any) -> KeyRights:
    """GET /api/v5/account/config: `perm` lists read_only, trade, withdraw.

    Contracts need no right of their own, and an account level above 1 (spot) in net mode.
    """
    said = (await client.private_get_account_config())["data"][0]
    permissions = {each.strip() for each in str(said["perm"]).split(",")}
    against = AgainstContracts.NOTHING
    if str(said.get("acctLv")) == "1":
        against = AgainstContracts.MODE
    elif said.get("posMode") == "long_short_mode":
        against = AgainstContracts.APART
    return KeyRights(
        reads_balance="read_only" in permissions,
        trades="trade" in permissions,
        withdraws="withdraw" in permissions,
        is_bound=bool(said.get("ip")),
        against_contracts=against,
    )


async def _kraken(client: Any) -> KeyRights:
    """POST /0/private/GetApiKeyInfo: permissions such as query-funds, create-orders, withdraw."""
    said = (await client.private_post_getapikeyinfo())["result"]
    permissions = {str(each).replace("_", "-").lower() for each in said["permissions"]}
    return KeyRights(
        reads_balance="query-funds" in permissions,
        trades=any("trades" in each or "orders" in each for each in permissions - _ONLY_READING),
        withdraws=any("withdraw" in each for each in permissions),
        is_bound=bool(said.get("ip_allowlist")),
        expires_at=int(float(said.get("valid_until") or 0)) * 1000,
    )


_ONLY_READING = {"query-open-trades", "query-closed-trades", "query-ledger", "query-funds"}


async def _coinbase(client: Any) -> KeyRights:
    """GET /api/v3/brokerage/key_permissions; of addresses it does not speak."""
    said = await client.v3_private_get_brokerage_key_permissions()
    return KeyRights(
        reads_balance=_is(said["can_view"]),
        trades=_is(said["can_trade"]),
        withdraws=_is(said["can_transfer"]),
    )


_ASK: dict[str, _Ask] = {
    "binance": _binance,
    "binanceusdm": _binance_usdm,
    "bybit": _bybit,
    "okx": _okx,
    "kraken": _kraken,
    "coinbase": _coinbase,
}


def _is(said: object) -> bool:
    """A yes in JSON, or as ccxt makes text of it."""
    return str(said).lower() in {"true", "1"}
