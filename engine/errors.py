"""The engine's failures, one class for each thing a caller would do differently.

EngineError
├── InstrumentNotFound, PositionNotFound, OrderNotFound, AlertNotFound, StrategyNotFound
├── AccountNotFound, AccountDiffers
├── FormulaInvalid, StrategyInvalid
├── CandlesInvalid, HistoryNotFound
├── QuoteNotFound
├── VenueError
│   ├── VenueUnavailable    retry
│   ├── RateLimited         wait
│   ├── OrderRejected       final
│   ├── OrderStateUnknown   NEVER retry: reconcile
│   └── KeysRefused         the account's keys must be mended by their owner
├── StoreUnavailable        nothing was written; the caller says so and goes on
├── DeskHeld                another process trades on this data
└── StateCorrupt            stop trading, page someone
"""

from __future__ import annotations


class EngineError(Exception):
    """A failure of the engine; `code` names its text in the catalogues, `facts` fill that text."""

    code = "engine"

    def __init__(self, message: str = "", **facts: str) -> None:
        super().__init__(message or self.code)
        self.facts = facts


class AccountNotFound(EngineError):
    """The principal has no such account. Facts: `account`, `accounts`."""

    code = "account_not_found"


class AccountDiffers(EngineError):
    """An account is not what it was opened as, paper or live, and where. Facts: `account`."""

    code = "account_differs"


class InstrumentNotFound(EngineError):
    """No venue of the desk trades it. Facts: `symbol`, `nearest`."""

    code = "instrument_not_found"


class PositionNotFound(EngineError):
    """Nothing is held. Facts: `symbol`."""

    code = "position_not_found"


class OrderNotFound(EngineError):
    """No such order of this principal. Facts: `order`."""

    code = "order_not_found"


class AlertNotFound(EngineError):
    """No such alert of this principal. Facts: `alert`."""

    code = "alert_not_found"


class StrategyNotFound(EngineError):
    """The desk keeps no strategy, or no version, of that name. Facts: `strategy`, `nearest`."""

    code = "strategy_not_found"


class FormulaInvalid(EngineError):
    """A formula does not parse or check; `kind` names what is wrong, `column` counts from 1."""

    code = "formula_invalid"

    def __init__(self, kind: str, column: int, **facts: str) -> None:
        listed = "".join(f", {name} {fact!r}" for name, fact in facts.items() if fact)
        super().__init__(f"{kind} at column {column}{listed}", column=str(column), **facts)
        self.kind = kind
        self.column = column


class StrategyInvalid(EngineError):
    """A strategy's document is wrong; `place` is where, such as `long.enter`.

    `kind` names the text for people, facts fill it; the message is for developers and the shell,
    and stands for a kind where there is none.
    """

    code = "strategy_invalid"

    def __init__(self, message: str, place: str = "", kind: str = "", **facts: str) -> None:
        detail = f"{place}: {message}" if place else message
        super().__init__(detail, detail=detail, place=place, **facts)
        self.place = place
        self.kind = kind


class CandlesInvalid(EngineError):
    """A candle file or series is broken; `kind` names what is wrong, facts fill its text."""

    code = "candles_invalid"

    def __init__(self, kind: str, **facts: str) -> None:
        listed = "".join(f", {name} {fact}" for name, fact in facts.items())
        super().__init__(f"{kind}{listed}", **facts)
        self.kind = kind


class HistoryNotFound(EngineError):
    """No candles of that instrument and timeframe. Facts: `symbol`, `timeframe`."""

    code = "history_not_found"


class QuoteNotFound(EngineError):
    """No price has been seen yet, or it is too old. Facts: `symbol`."""

    code = "quote_not_found"


class VenueError(EngineError):
    """A venue did not do as asked."""

    code = "venue"


class VenueUnavailable(VenueError):
    """The request never left; it may be tried again."""

    code = "venue_unavailable"


class RateLimited(VenueError):
    """The venue asks to wait `retry_after_seconds`."""

    code = "rate_limited"

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__("the venue asks to wait", seconds=f"{retry_after_seconds:g}")
        self.retry_after_seconds = retry_after_seconds


class OrderRejected(VenueError):
    """The venue refused, for good. Facts: `reason`."""

    code = "order_rejected"


class OrderStateUnknown(VenueError):
    """The order may or may not exist at the venue: never retry, reconcile."""

    code = "order_state_unknown"


class KeysRefused(VenueError):
    """The venue does not take an account's keys; `reason` picks the text, facts fill it.

    wrong, wrong_test (no such key on the real or the test network, or its secret is not its own) ·
    passphrase · sandbox (of the test network,
    or of the real one where the test network was meant) · clock (this machine's clock is off) ·
    address (not from this machine's address) · withdrawal (they may take money out) · unsaid (the
    venue does not say whether they may) · trading (they may not trade) · balance (they may not
    read the balance) · expired · login (a gateway is logged in to play money where real money is
    meant, or the reverse) · no_account (its login has not the account meant) · password (a
    server refuses the name or the password) · simulation (a server's account is of play money where
    real money is meant, or the reverse).
    """

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(f"keys refused: {reason}", **facts)
        self.reason = reason
        self.code = f"keys_{reason}"


class StoreUnavailable(EngineError):
    """The database is locked, full or gone; nothing was written. Facts: `detail`."""

    code = "store_unavailable"


class DeskHeld(EngineError):
    """Another process holds the trading lease. Facts: `holder`."""

    code = "desk_held"


class StateCorrupt(EngineError):
    """What is stored contradicts itself: stop trading."""

    code = "state_corrupt"
