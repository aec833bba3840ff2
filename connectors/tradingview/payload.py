"""From a body to a signal: strict, bounded, numbers exact; what is odd is refused by its name."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.hooks import Action, Hook, Signal
from connectors.tradingview.manifest import LONGEST_NOTE, MOST_BYTES

_Number = Annotated[Decimal, Field(gt=0, lt=10**15, max_digits=24, allow_inf_nan=False)]
_Word = Annotated[str, Field(max_length=100)]


class PayloadInvalid(ValueError):
    """A body that is no signal; `problem` names the field or what is wrong, never its content."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Payload(BaseModel):
    """What a caller may say; the names are those of the guide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: Annotated[str, Field(max_length=128, repr=False)] = ""
    action: Literal["buy", "sell", "close", "note"] = "note"
    symbol: Annotated[str, Field(max_length=40)] = ""
    quantity: _Number | None = None
    amount: _Number | None = None
    percent: Annotated[_Number, Field(le=100)] | None = None
    price: _Number | None = None
    limit: _Number | None = None
    stop_loss: _Number | None = None
    take_profit: _Number | None = None
    position: Literal["long", "short", "flat"] | None = None
    time: AwareDatetime | None = None
    bar: _Word = ""
    order: _Word = ""
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""

    @model_validator(mode="after")
    def _whole(self) -> Payload:
        if self.action != "note" and not self.symbol:
            raise ValueError("symbol")
        if sum(size is not None for size in (self.quantity, self.amount, self.percent)) > 1:
            raise ValueError("quantity, amount or percent")
        return self

    @property
    def sent_ms(self) -> int | None:
        """When the caller says that it was sent, UTC ms."""
        return None if self.time is None else int(self.time.astimezone(UTC).timestamp() * 1000)

    def signal(self, key: str, at: int) -> Signal:
        """The same as the desk's own value."""
        # A strategy's closing order is a sell or a buy that leaves it flat.
        action = "close" if self.position == "flat" and self.action != "note" else self.action
        is_order = action in {"buy", "sell"}
        return Signal(
            key=key,
            action=Action(action),
            at=at,
            symbol=self.symbol.rpartition(":")[2],
            quantity=self.quantity if is_order else None,
            amount=self.amount if is_order else None,
            percent=self.percent if action != "note" and self.position != "flat" else None,
            price=self.price,
            limit=self.limit if is_order else None,
            stop_loss=self.stop_loss if is_order else None,
            take_profit=self.take_profit if is_order else None,
            note=self.note,
        )

    def key(self, hook: Hook) -> str:
        """The same for the same event: hook, symbol, bar (or moment), action and order."""
        moment = self.bar or ("" if self.time is None else self.time.isoformat())
        parts = (hook.name, self.symbol, moment, self.action, self.order, self.position or "")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def parsed(body: bytes) -> Payload:
    """Raises PayloadInvalid."""
    if len(body) > MOST_BYTES:
        raise PayloadInvalid("too long")
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_refused,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as error:
        raise PayloadInvalid("not JSON") from error
    try:
        return Payload.model_validate(value)
    except ValidationError as error:
        raise PayloadInvalid(_problem(error)) from None


def _problem(error: ValidationError) -> str:
    """Which field, by our own names; an unknown one is not said back."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "extra_forbidden":
        return "a field that is not known"
    name = ".".join(str(part) for part in first["loc"][:1])
    return name or str(first["msg"]).removeprefix("Value error, ")


def _refused(word: str) -> Any:
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def moment_ms(seconds: str) -> int | None:
    """A header's Unix seconds as ms, or None."""
    if not seconds.isascii() or not seconds.isdecimal() or len(seconds) > 12:
        return None
    return int(datetime.fromtimestamp(int(seconds), UTC).timestamp()) * 1000
