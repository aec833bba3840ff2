"""The desk's strategies: the library's and its own, in versions that never change once used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum

from engine.documents import (
    installed,
    library_names,
    library_text,
    plug_in_names,
    read_document,
    write_document,
)
from engine.domain.identifiers import PersonId
from engine.errors import StoreUnavailable, StrategyInvalid, StrategyNotFound
from engine.ports.strategies import KeptStrategy, StrategyStore
from engine.ports.system import Clock
from engine.strategies import Strategy

MOST_STRATEGIES = 500
MOST_VERSIONS = 200
_TRIES = 3
_LIBRARY = PersonId("")


class Change(StrEnum):
    """What keeping a document came to."""

    NEW = "new"
    VERSION = "version"
    REPLACED = "replaced"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Costs:
    """What trading costs here, as ratios of the notional."""

    taker_fee: Decimal
    slippage: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of the catalogue with its rules; `versions` are the numbers that there are."""

    kept: KeptStrategy
    strategy: Strategy
    versions: tuple[int, ...]

    @property
    def is_library(self) -> bool:
        """Whether it came with the house."""
        return self.kept.kept_by == _LIBRARY

    def numbered(self, given: Mapping[str, float]) -> Entry:
        """The same version, its document with other numbers as defaults; it is not kept.

        Raises StrategyInvalid.
        """
        if not given:
            return self
        document = write_document(self.strategy.numbered(given))
        return replace(
            self, kept=replace(self.kept, document=document), strategy=read_document(document)
        )


class StrategyDesk:
    """The same catalogue for everyone on the desk."""

    def __init__(self, store: StrategyStore, clock: Clock, person: PersonId, costs: Costs) -> None:
        self.costs = costs
        self._store = store
        self._clock = clock
        self._person = person

    async def all(self) -> Sequence[Entry]:
        """The newest version of each, by name."""
        own = {kept.name: kept for kept in await self._store.latest()}
        names = (*library_names(), *plug_in_names())
        library = {name: _library(name) for name in names if name not in own}
        return [_entry(kept, (kept,)) for _, kept in sorted({**library, **own}.items())]

    async def find(self, reference: str) -> Entry:
        """The newest version of a name, or the one of `name@version`.

        Raises StrategyNotFound with the nearest names.
        """
        name, _, number = reference.partition("@")
        versions = await self._versions(name)
        found = [kept for kept in versions if not number or str(kept.version) == number]
        if not found:
            raise StrategyNotFound(strategy=reference, nearest=await self._nearest(name))
        return _entry(found[-1], versions)

    async def keep(self, text: str) -> tuple[Entry, Change]:
        """Take a document in: as it is, as a new version, or in place of one never used.

        Raises StrategyInvalid, StoreUnavailable.
        """
        strategy = read_document(text)
        if strategy.plug_in is not None:
            strategy.plug_in.make(strategy.values({}))
        for _ in range(_TRIES):
            versions = await self._versions(strategy.name)
            same = [kept for kept in versions if _rules(read_document(kept.document), strategy)]
            if same:
                return _entry(same[-1], versions), Change.SAME
            await self._check_room(strategy.name, versions)
            kept, change = self._next(strategy, versions)
            if await self._store.keep(kept):
                return await self.find(kept.reference), change
        raise StoreUnavailable(detail="others keep versions of the same strategy")

    async def clone(self, source: Entry, name: str) -> tuple[Entry, Change]:
        """Keep a copy of a version under a name of its own, which remembers where it came from.

        Raises StrategyInvalid where the name is taken.
        """
        copy = read_document(write_document(replace(source.strategy, name=name, version=1)))
        versions = await self._versions(name)
        parent = source.kept.reference
        if versions and versions[0].parent == parent and versions[0].kept_by == self._person:
            return _entry(versions[0], versions), Change.SAME
        kept = self._kept(copy, parent)
        await self._check_room(name, versions)
        if versions or not await self._store.keep(kept):
            detail = f"there is a strategy {name} already; choose another name"
            raise StrategyInvalid(detail, "", "strategy.taken", word=name)
        return await self.find(kept.reference), Change.NEW

    async def use(self, entry: Entry) -> None:
        """From now on this version does not change."""
        if not entry.is_library and not entry.kept.used_at:
            await self._store.use(entry.kept.name, entry.kept.version, self._clock.now_ms())

    async def discard(self, entry: Entry) -> bool:
        """Let go of a version that was never used; False where it was, and nothing done."""
        if entry.is_library or entry.kept.used_at:
            return False
        await self._store.forget(entry.kept.name, entry.kept.version)
        return True

    async def lineage(self, entry: Entry) -> Sequence[str]:
        """What it was made from, nearest first."""
        line: list[str] = []
        parent = entry.kept.parent
        while parent and parent not in line and len(line) < MOST_VERSIONS:
            line.append(parent)
            try:
                parent = (await self.find(parent)).kept.parent
            except StrategyNotFound:
                break
        return line

    async def _versions(self, name: str) -> list[KeptStrategy]:
        library = [_library(name)] if name in (*library_names(), *installed()) else []
        return [*library, *await self._store.versions(name)]

    async def _nearest(self, name: str) -> str:
        known = [entry.kept.name for entry in await self.all()]
        return ", ".join(get_close_matches(name, known, n=3, cutoff=0.5))

    async def _check_room(self, name: str, versions: Sequence[KeptStrategy]) -> None:
        if len(versions) >= MOST_VERSIONS:
            detail = f"{name} has {MOST_VERSIONS} versions, which is the most"
            raise StrategyInvalid(
                detail, "", "strategy.most_versions", word=name, most=str(MOST_VERSIONS)
            )
        if not versions and len(await self._store.latest()) >= MOST_STRATEGIES:
            detail = f"the desk keeps at most {MOST_STRATEGIES} strategies"
            raise StrategyInvalid(detail, "", "strategy.most_kept", most=str(MOST_STRATEGIES))

    def _next(
        self, strategy: Strategy, versions: Sequence[KeptStrategy]
    ) -> tuple[KeptStrategy, Change]:
        if not versions:
            return self._kept(strategy, ""), Change.NEW
        latest = versions[-1]
        is_free = not latest.used_at and strategy.version <= latest.version
        if is_free:
            again = replace(strategy, version=latest.version)
            return self._kept(again, latest.parent), Change.REPLACED
        number = max(strategy.version, latest.version + 1)
        return self._kept(replace(strategy, version=number), latest.reference), Change.VERSION

    def _kept(self, strategy: Strategy, parent: str) -> KeptStrategy:
        return KeptStrategy(
            name=strategy.name,
            version=strategy.version,
            document=write_document(strategy),
            kept_by=self._person,
            kept_at=self._clock.now_ms(),
            parent=parent,
        )


def _library(name: str) -> KeptStrategy:
    strategy = read_document(library_text(name))
    return KeptStrategy(name, strategy.version, write_document(strategy), _LIBRARY, 0, used_at=1)


def _entry(kept: KeptStrategy, versions: Sequence[KeptStrategy]) -> Entry:
    numbers = tuple(each.version for each in versions)
    return Entry(kept, read_document(kept.document), numbers)


def _rules(one: Strategy, other: Strategy) -> bool:
    """Whether two are the same but for their version."""
    return replace(one, version=1) == replace(other, version=1)
