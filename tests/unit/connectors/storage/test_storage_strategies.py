"""A desk's strategies, version by version."""

from dataclasses import replace

from tests.unit.connectors.storage.desk import strategy


def test_the_newest_of_each_and_all_of_one(desk):
    async def look(stores):
        for kept in (strategy(version=2), strategy("a"), strategy(version=1)):
            assert await stores.strategies.keep(kept)
        return await stores.strategies.latest(), await stores.strategies.versions("dips")

    assert desk(look) == (
        [strategy("a"), strategy(version=2)],
        [strategy(version=1), strategy(version=2)],
    )


def test_a_version_is_replaced_until_it_is_used(desk):
    async def change(stores):
        kept = [await stores.strategies.keep(strategy(document=word)) for word in ("one", "two")]
        await stores.strategies.use("dips", 1, 5_000)
        await stores.strategies.use("dips", 1, 9_000)
        kept.append(await stores.strategies.keep(strategy(document="three")))
        return kept, await stores.strategies.versions("dips")

    used = replace(strategy(document="two"), used_at=5_000)
    assert desk(change) == ([True, True, False], [used])


def test_what_was_never_used_may_go_and_what_was_stays(desk):
    async def let_go(stores):
        for version in (1, 2):
            await stores.strategies.keep(strategy(version=version))
        await stores.strategies.use("dips", 1, 5_000)
        for version in (1, 2):
            await stores.strategies.forget("dips", version)
        return await stores.strategies.versions("dips")

    assert desk(let_go) == [replace(strategy(version=1), used_at=5_000)]
