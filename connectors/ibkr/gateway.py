"""Where a gateway is, and which of its accounts is meant. It needs no keys: a person logs in."""

from __future__ import annotations

from dataclasses import dataclass

IBKR = "ibkr"


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway and our place at it.

    `client_id` is ours alone there, and should stay the same: only who placed an order can cancel
    it. `account` is one of the login's; empty where it has but one. `is_paper`: the login is meant
    to be one to a paper account, and any other is refused; so is the reverse.
    """

    host: str = "127.0.0.1"
    port: int = 4002
    client_id: int = 17
    account: str = ""
    is_paper: bool = True


def is_paper_account(account: str) -> bool:
    """IB's paper accounts begin with a D, such as DU1234567."""
    return account.startswith("D")
