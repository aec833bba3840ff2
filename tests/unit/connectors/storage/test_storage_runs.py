"""Runs, as a restart finds them."""

from dataclasses import replace
from decimal import Decimal

from tests.unit.connectors.storage.desk import a_run


def test_a_run_is_kept_as_it_stands_and_found_until_it_is_stopped(desk):
    late = replace(a_run("r2", started_at=2_000), entry_order="o1", amount=Decimal("0.10"))

    async def keep(stores):
        for each in (late, a_run(), replace(a_run(), last_bar=7_200), a_run("r3", "other")):
            await stores.runs.save(each)
        await stores.runs.save(a_run("r3", "other", stopped_at=9_000))
        return await stores.runs.running(), await stores.runs.of("other")

    assert desk(keep) == (
        [replace(a_run(), last_bar=7_200), late],
        [a_run("r3", "other", stopped_at=9_000)],
    )
