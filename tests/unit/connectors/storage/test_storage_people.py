"""Members, their watchlists and their schedules."""

from dataclasses import replace

from bot.hearing import NEVER, UNHEARD, Channel, Hearing, Manner, Severity, Topic
from bot.message import Delivery, Role
from tests.unit.connectors.storage.desk import outgoing, person, schedule, with_stores


def test_the_member_already_there_wins(desk):
    async def join(stores):
        first = await stores.people.join("telegram", "17", person("p1", "Ann"))
        second = await stores.people.join("telegram", "17", person("p2", "Mallory"))
        return first, second, await stores.people.everyone()

    ann = person("p1", "Ann")
    assert desk(join) == (ann, ann, [ann])


def test_a_member_may_have_several_platform_accounts(desk):
    async def join(stores):
        await stores.people.join("telegram", "17", person("p1"))
        await stores.people.join("slack", "U9", person("p1", "Other name", Role.OWNER))
        find = stores.people.find
        return [await find("telegram", "17"), await find("slack", "U9"), await find("slack", "17")]

    assert desk(join) == [person("p1"), person("p1"), None]


def test_everyone_is_told_by_name(desk):
    async def join(stores):
        for name in ("Zoe", "Ann", "Bob"):
            await stores.people.join("terminal", name, person(name.lower(), name))
        return [member.name for member in await stores.people.everyone()]

    assert desk(join) == ["Ann", "Bob", "Zoe"]


def test_what_is_set_is_kept(desk):
    async def settle(stores):
        people = stores.people
        await people.join("terminal", "ann", person())
        await people.set_role("p1", Role.MANAGER)
        await people.set_language("p1", "fr")
        await people.set_timezone("p1", "Asia/Tokyo")
        await people.set_home("p1", "terminal", "room")
        await people.set_home("p1", "terminal", "hall")
        await people.set_role("nobody", Role.OWNER)

    desk(settle)
    assert desk(lambda stores: stores.people.get("p1")) == replace(
        person(),
        role=Role.MANAGER,
        language="fr",
        timezone="Asia/Tokyo",
        home_platform="terminal",
        home_conversation="hall",
    )
    assert desk(lambda stores: stores.people.get("nobody")) is None


def test_a_watchlist_keeps_the_order_in_which_it_grew(desk):
    async def watch(stores):
        await stores.watchlists.add("ann", ["B", "A", "B"])
        await stores.watchlists.add("ann", ["C", "A"])
        await stores.watchlists.add("bob", ["A"])
        gone = await stores.watchlists.remove("ann", ["A", "X"])
        await stores.watchlists.add("ann", ["A"])
        return gone, await stores.watchlists.symbols("ann"), await stores.watchlists.symbols("bob")

    assert desk(watch) == (["A"], ["B", "C", "A"], ["A"])


def test_a_schedule_is_kept_once_and_forgotten_by_its_owner_only(desk):
    async def keep(stores):
        schedules = stores.schedules
        await schedules.add(schedule("s1"))
        await schedules.add(replace(schedule("s1"), cron="* * * * *"))
        await schedules.add(schedule("s2", created_at=500))
        of = await schedules.of("ann")
        removed = [await schedules.remove(who, "s1") for who in ("bob", "ann", "ann")]
        return of, removed, await schedules.of("ann")

    kept = schedule("s2", created_at=500)
    assert desk(keep) == ([kept, schedule("s1")], [False, True, False], [kept])


def test_what_is_due_comes_earliest_first_and_a_run_is_recorded_once(desk):
    async def run(stores):
        schedules = stores.schedules
        none = await schedules.next_due()
        for identity, due in (("late", 9_000), ("second", 5_000), ("first", 4_000)):
            await schedules.add(schedule(identity, next_due=due))
        due = await schedules.due(5_000)
        await schedules.ran(due[0], 4_000, 8_000)
        await schedules.ran(due[0], 4_000, 12_000)
        return none, due, await schedules.of("ann"), await schedules.next_due()

    none, due, mine, earliest = desk(run)
    assert none is None
    assert [s.id for s in due] == ["first", "second"]
    assert replace(schedule("first"), next_due=8_000, last_run=4_000) in mine
    assert earliest == 5_000


def test_news_for_who_cannot_be_reached_are_due_once_they_write_in_private(desk):
    async def meet(stores):
        lost = outgoing("a", person="p1", platform="", state=Delivery.HELD, due_at=NEVER)
        later = outgoing("b", person="p1", platform="", state=Delivery.HELD, due_at=90_000)
        await stores.people.join("terminal", "ann", person())
        await stores.people.set_group("p1", "terminal:pit")
        await stores.outbox.follow("fills", 1, [lost, later])
        before = await stores.people.get("p1")
        await stores.people.set_home("p1", "terminal", "terminal:ann")
        after = await stores.people.get("p1")
        due = [row.key for row in await stores.outbox.held(5_000, 9)]
        return before.group_conversation, after.group_conversation, due

    assert desk(meet) == ("terminal:pit", "", ["a"])


def test_choices_and_who_has_seen_what_outlive_a_restart(path):
    pit = Channel("terminal:pit", "fr", "Europe/Paris", UNHEARD)
    mine = Hearing().choosing([Topic.FILLS], [Severity.INFO], Manner.DIGEST)

    async def choose(stores):
        await stores.hearings.choose("p1", mine)
        await stores.hearings.tune(pit)
        return [await stores.acknowledgements.see(7, "p1", at) for at in (5_000, 6_000)]

    async def look(stores):
        seen = await stores.acknowledgements.seen_by(7)
        return await stores.hearings.of("p1"), await stores.hearings.channels(), seen

    assert with_stores(path, choose) == [True, False]
    assert with_stores(path, look) == (mine, [pit], [("p1", 5_000)])
