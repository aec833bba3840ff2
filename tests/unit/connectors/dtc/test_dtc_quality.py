"""What the connector says of itself is complete."""

from __future__ import annotations

from pathlib import Path

import yaml

import connectors.dtc

CAPABILITIES = yaml.safe_load((Path(connectors.dtc.__file__).parent / "quality.yaml").read_text())[
    "capabilities"
]


def test_every_capability_is_done_or_says_why_not():
    for name, entry in CAPABILITIES.items():
        assert entry["status"] in {"done", "todo", "exempt"}, name
        assert entry["status"] == "done" or entry["reason"], name


def test_nothing_is_claimed_that_is_not_there():
    done = {name for name, entry in CAPABILITIES.items() if entry["status"] == "done"}

    line = {"json_encoding", "logon", "heartbeat", "reconnect"}
    assert done == line | {"definitions", "quotes", "history"}
