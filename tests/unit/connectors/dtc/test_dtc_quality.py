"""What the connector says of itself is complete."""

from __future__ import annotations

from pathlib import Path

import yaml

import connectors.dtc
from connectors.dtc.manifest import MANIFEST
from engine.domain.order import OrderType

CAPABILITIES = yaml.safe_load((Path(connectors.dtc.__file__).parent / "quality.yaml").read_text())[
    "capabilities"
]


def test_every_capability_is_done_or_says_why_not():
    for name, entry in CAPABILITIES.items():
        assert entry["status"] in {"done", "todo", "exempt"}, name
        assert entry["status"] == "done" or entry["reason"], name


def test_the_manifest_and_the_quality_file_agree():
    done = {name for name, entry in CAPABILITIES.items() if entry["status"] == "done"}

    assert {each.value for each in MANIFEST.order_types} == done & {
        each.value for each in OrderType
    }
    assert MANIFEST.post_only == ("post_only" in done)
    assert MANIFEST.reduce_only == ("reduce_only" in done)
    assert MANIFEST.replaces == ("replace" in done)
    assert MANIFEST.tells_triggers == ("tells_triggers" in done)
    assert MANIFEST.unique_for_ever == ("client_order_id_unique_for_ever" in done)
