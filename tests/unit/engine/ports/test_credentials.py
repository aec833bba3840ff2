"""Keys of venues are values that never show what is secret."""

from __future__ import annotations

from engine.domain.identifiers import AccountId, VenueName
from engine.ports.credentials import VenueKeys


def test_keys_that_are_printed_show_nothing_secret() -> None:
    keys = VenueKeys(AccountId("main"), VenueName("kraken"), "KEY-9x", "SECRET-9x", "PHRASE-9x")

    assert "9x" not in f"{keys} {keys!r} {[keys]}"
    assert "kraken" in repr(keys)
