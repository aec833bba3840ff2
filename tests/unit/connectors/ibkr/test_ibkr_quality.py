"""What the connector says of itself is complete, and so is what it reads of codes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import connectors.ibkr
from connectors.ibkr.codes import ORDERS, Failures, Meaning
from connectors.ibkr.ear import GatewayError
from connectors.ibkr.manifest import MANIFEST
from connectors.ibkr.said import Trouble
from engine.errors import (
    OrderRejected,
    OrderStateUnknown,
    RateLimited,
    VenueError,
    VenueUnavailable,
)

CAPABILITIES = yaml.safe_load((Path(connectors.ibkr.__file__).parent / "quality.yaml").read_text())[
    "capabilities"
]
LEADS_TO = {
    Meaning.REFUSED: OrderRejected,
    Meaning.NOT_TAKEN: VenueUnavailable,
    Meaning.BUSY: RateLimited,
    Meaning.STANDS: type(None),
    Meaning.UNCERTAIN: OrderStateUnknown,
}


def test_every_capability_is_done_or_says_why_not():
    for name, entry in CAPABILITIES.items():
        assert entry["status"] in {"done", "todo", "exempt"}, name
        assert entry["status"] == "done" or entry["reason"], name


def test_the_manifest_and_the_quality_file_agree():
    done = {name for name, entry in CAPABILITIES.items() if entry["status"] == "done"}

    assert {each.value for each in MANIFEST.order_types} <= done
    assert MANIFEST.post_only == ("post_only" in done)
    assert MANIFEST.reduce_only == ("reduce_only" in done)
    assert MANIFEST.replaces == ("replace" in done)
    assert MANIFEST.tells_triggers == ("tells_triggers" in done)
    assert MANIFEST.unique_for_ever == ("client_order_id_unique_for_ever" in done)


@pytest.mark.parametrize("code", ORDERS)
def test_each_code_leads_to_what_it_means(code):
    meaning, _ = ORDERS[code]

    assert type(Failures().of_order(Trouble(1, code, "words"))) is LEADS_TO[meaning]


@pytest.mark.parametrize("code", [0, 161, 507, 9_999])
def test_a_code_that_nobody_knows_decides_nothing(code):
    assert isinstance(Failures().of_order(Trouble(1, code, "words")), OrderStateUnknown)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (162, "Historical Market Data Service error message:API pacing violation", RateLimited),
        (420, "Invalid Real-time Query: pacing violation", RateLimited),
        (354, "Requested market data is not subscribed.", VenueUnavailable),
        (9_999, "What?", VenueUnavailable),
    ],
)
def test_a_question_that_is_not_answered_may_be_asked_again(code, text, kind):
    failure = Failures().of_question(GatewayError(Trouble(1, code, text)))

    assert type(failure) is kind
    assert isinstance(failure, VenueError)


def test_no_account_number_is_in_any_text():
    assert Failures(["DU7654321"]).text("Account DU7654321 may not") == "Account *** may not"
