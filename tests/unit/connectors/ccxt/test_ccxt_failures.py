"""What ccxt raises, read with care: only a plain no is a no."""

from __future__ import annotations

import pytest
from ccxt.base import errors

from connectors.ccxt.failures import MEANINGS, Failures, Meaning, meaning_of
from engine.errors import OrderRejected, OrderStateUnknown, RateLimited, VenueUnavailable


def classes(tree):
    for name, inner in tree.items():
        yield name
        yield from classes(inner)


def test_every_exception_of_the_vendor_has_a_meaning():
    assert set(MEANINGS) == set(classes(errors.error_hierarchy))


@pytest.mark.parametrize(
    ("raised", "becomes"),
    [
        (errors.InsufficientFunds("binance balance"), OrderRejected),
        (errors.InvalidOrder("filter failure"), OrderRejected),
        (errors.AuthenticationError("bad key"), OrderRejected),
        (errors.RateLimitExceeded("slow down"), RateLimited),
        (errors.InvalidNonce("timestamp"), VenueUnavailable),
        (errors.RequestTimeout("gone"), OrderStateUnknown),
        (errors.ExchangeNotAvailable("503"), OrderStateUnknown),
        # Where a venue's 503 has JSON, ccxt raises the plain class that many take for a refusal.
        (errors.ExchangeError("bybit {}"), OrderStateUnknown),
        (errors.OrderNotFound("?"), OrderStateUnknown),
        (KeyError("result"), OrderStateUnknown),
    ],
)
def test_an_answer_that_is_not_a_plain_no_is_unknown(raised, becomes):
    assert type(Failures().of_order(raised)) is becomes


def test_a_name_that_is_known_already_is_no_failure_of_the_order():
    for raised in (
        errors.DuplicateOrderId("51016"),
        errors.InvalidOrder("binance Duplicate order sent."),
    ):
        assert meaning_of(raised)[0] is Meaning.KNOWN_ALREADY
        assert Failures().of_order(raised).facts["reason"] == "duplicate client order id"


def test_no_text_holds_an_address_or_a_secret():
    canary = "canary-0123456789"
    raised = errors.RequestTimeout(
        f"binance POST https://x/order?signature=ab&key={canary} {canary}"
    )

    assert canary not in Failures([canary]).text(raised)
    assert "http" not in Failures([canary]).text(raised)
    assert Failures([canary]).text(raised) == "binance POST ***"
