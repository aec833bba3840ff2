"""By which calls each exchange tells of cash that moved apart from trades.

Sources: the exchanges' API documents, and what ccxt 4.5 makes of their answers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.domain.account import CashReason


@dataclass(frozen=True, slots=True)
class CashCall:
    """One of ccxt's calls that tell of cash which moved apart from trades.

    It is made with `params`; of its rows those count whose raw type, in the field `kind`, is one of
    `kinds` (all where there are none), by the raw field `change` where it says by what the balance
    changed; `numbered_by_kind`: two kinds may have rows of one number. `wallet`
    is a raw field and what it holds where the row is of the wallet that trades, `home` that
    wallet's name among transfers between several. `fee_apart`: a fee is taken besides the amount.
    `is_late`: a row bears the time of its beginning and is final later. `by_currency`: each coin
    has a list of its own; `fiat`: the call is for the account's currency where that is no coin.

    A list that fills a `page` is asked for in parts: by `cursor` (the parameter, and the raw field
    that holds the next), or between `since` and `until`, the parameters' names; `since` is left
    empty where ccxt passes it on. `longest_ms` is the longest span that one answer covers.
    """

    method: str
    params: tuple[tuple[str, object], ...] = ()
    kinds: tuple[tuple[str, CashReason], ...] = ()
    kind: str = "type"
    numbered_by_kind: bool = False
    change: str = ""
    wallet: tuple[str, str] | None = None
    home: str = ""
    fee_apart: bool = False
    is_late: bool = False
    by_currency: bool = False
    fiat: bool = False
    cursor: tuple[str, str] | None = None
    since: str = ""
    until: str = ""
    longest_ms: int = 0
    page: int = 50
    limit: int | None = None

    @property
    def name(self) -> str:
        """What its rows are told apart by from those of other calls."""
        return self.method.removeprefix("fetch_")


_DAY_MS = 86_400_000
_SENT = CashReason.DEPOSIT
"""Put in, or taken out where the amount is below zero."""


def _between_wallets(kind: str) -> CashCall:
    return CashCall(
        "fetch_transfers",
        (("type", kind),),
        home="spot",
        until="endTime",
        longest_ms=30 * _DAY_MS,
        page=100,
        limit=100,
    )


# Of two wallets, 0 is the one that trades.
_BINANCE_SENT = CashCall(
    "fetch_withdrawals",
    wallet=("walletType", "0"),
    fee_apart=True,
    is_late=True,
    until="endTime",
    longest_ms=90 * _DAY_MS,
    page=1000,
    limit=1000,
)
_BINANCE_CAME = replace(_BINANCE_SENT, method="fetch_deposits", fee_apart=False)
BINANCE = (
    _BINANCE_CAME,
    _BINANCE_SENT,
    *(replace(each, fiat=True) for each in (_BINANCE_CAME, _BINANCE_SENT)),
    *map(
        _between_wallets,
        ("MAIN_FUNDING", "FUNDING_MAIN", "MAIN_UMFUTURE", "UMFUTURE_MAIN"),
    ),
)
# The books of its own wallet; what a trade moved there is among them, and left out.
BINANCE_USDM = (
    CashCall(
        "fetch_ledger",
        kinds=(
            *((kind, CashReason.FUNDING) for kind in ("FUNDING_FEE", "SPECIAL_FUNDING_FEE")),
            *(
                (kind, _SENT)
                for kind in (
                    "TRANSFER",
                    "INTERNAL_TRANSFER",
                    "CROSS_COLLATERAL_TRANSFER",
                    "STRATEGY_UMFUTURES_TRANSFER",
                    "COIN_SWAP_DEPOSIT",
                    "COIN_SWAP_WITHDRAW",
                    "AUTO_EXCHANGE",
                )
            ),
            *(
                (kind, CashReason.INTEREST)
                for kind in ("WELCOME_BONUS", "CONTEST_REWARD", "BFUSD_REWARD")
            ),
            # What is paid back of fees is a charge above zero.
            *(
                (kind, CashReason.CHARGE)
                for kind in (
                    "INSURANCE_CLEAR",
                    "POSITION_LIMIT_INCREASE_FEE",
                    "REFERRAL_KICKBACK",
                    "COMMISSION_REBATE",
                    "API_REBATE",
                    "FEE_RETURN",
                )
            ),
        ),
        kind="incomeType",
        numbered_by_kind=True,
        change="income",
        until="until",
        page=1000,
        limit=1000,
    ),
)
# Asked for one by one, since a list of everything holds each trade as well.
_KRAKEN_LEDGER = CashCall("fetch_ledger", fee_apart=True, until="until", page=50)
KRAKEN = (
    *(
        replace(_KRAKEN_LEDGER, params=(("type", kind),), kinds=((kind, reason),))
        for kind, reason in (
            ("deposit", _SENT),
            ("withdrawal", _SENT),
            ("transfer", _SENT),
            ("staking", CashReason.INTEREST),
        )
    ),
    # The rest of it is what begins and ceases to earn.
    replace(
        _KRAKEN_LEDGER,
        params=(("type", "earn"),),
        kinds=(("reward", CashReason.INTEREST),),
        kind="subtype",
    ),
)
# ccxt takes each coin that is sent away for a deposit, so the books themselves are read.
COINBASE = (
    CashCall(
        "fetch_ledger",
        kinds=(
            *(
                (kind, _SENT)
                for kind in (
                    "send",
                    "transfer",
                    "fiat_deposit",
                    "fiat_withdrawal",
                    "exchange_deposit",
                    "exchange_withdrawal",
                    "pro_deposit",
                    "pro_withdrawal",
                )
            ),
            *((kind, CashReason.INTEREST) for kind in ("interest", "staking_reward")),
        ),
        is_late=True,
        by_currency=True,
        cursor=("starting_after", "next_starting_after"),
        page=100,
        limit=100,
    ),
)
# What comes and goes passes through another wallet; these are the books of the one that trades.
BYBIT = tuple(
    CashCall(
        "fetch_ledger",
        (("type", kind),),
        ((kind, reason),),
        change="change",
        until="endTime",
        longest_ms=7 * _DAY_MS,
        page=50,
        limit=50,
    )
    for kind, reason in (
        ("TRANSFER_IN", _SENT),
        ("TRANSFER_OUT", _SENT),
        ("SETTLEMENT", CashReason.FUNDING),
        ("INTEREST", CashReason.INTEREST),
    )
)
OKX = (
    CashCall("fetch_transfers", change="balChg", until="end", page=100, limit=100),
    CashCall(
        "fetch_funding_history",
        kinds=(("8", CashReason.FUNDING),),
        change="balChg",
        since="begin",
        until="end",
        page=100,
        limit=100,
    ),
)
