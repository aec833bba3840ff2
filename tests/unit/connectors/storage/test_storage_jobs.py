"""Jobs that a restart takes up again."""

from tests.unit.connectors.storage.desk import job


def test_what_is_not_done_is_there_oldest_first_and_once(desk):
    async def keep(stores):
        for each in (job("j2", 2_000), job("j1"), job("j1", 9_000), job("j3", 3_000)):
            await stores.jobs.add(each)
        await stores.jobs.remove("j2")
        return await stores.jobs.all()

    assert desk(keep) == [job("j1"), job("j3", 3_000)]
