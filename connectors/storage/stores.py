"""Every store of a home, on one database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectors.storage.acknowledgements import SqlAcknowledgements
from connectors.storage.audit import SqlAuditLog
from connectors.storage.credentials import SqlKeys
from connectors.storage.database import Database
from connectors.storage.driver import Creator
from connectors.storage.hearings import SqlHearings
from connectors.storage.history import SqlTradeHistory
from connectors.storage.hooks import SqlHooks
from connectors.storage.inbox import SqlInbox
from connectors.storage.jobs import SqlJobs
from connectors.storage.journal import SqlJournal
from connectors.storage.link_codes import SqlLinkCodes
from connectors.storage.listings import SqlListings
from connectors.storage.model_turns import SqlModelTurns
from connectors.storage.outbox import SqlOutbox
from connectors.storage.paper_book import SqlPaperBook
from connectors.storage.people import SqlPeople
from connectors.storage.platform_notes import SqlPlatformNotes
from connectors.storage.provenance import SqlProvenance
from connectors.storage.runs import SqlRuns
from connectors.storage.schedules import SqlSchedules
from connectors.storage.second_factors import SqlSecondFactors
from connectors.storage.snapshots import SqlSnapshots
from connectors.storage.strategies import SqlStrategies
from connectors.storage.tickets import SqlTickets
from connectors.storage.tries import SqlTries
from connectors.storage.watchlists import SqlWatchlists


@dataclass(frozen=True, slots=True)
class Stores:
    """What the wiring hands out, each under the name of its port."""

    database: Database
    journal: SqlJournal
    snapshots: SqlSnapshots
    listings: SqlListings
    history: SqlTradeHistory
    inbox: SqlInbox
    tickets: SqlTickets
    provenance: SqlProvenance
    outbox: SqlOutbox
    hearings: SqlHearings
    acknowledgements: SqlAcknowledgements
    platform_notes: SqlPlatformNotes
    people: SqlPeople
    link_codes: SqlLinkCodes
    tries: SqlTries
    second_factors: SqlSecondFactors
    venue_keys: SqlKeys
    hooks: SqlHooks
    watchlists: SqlWatchlists
    schedules: SqlSchedules
    strategies: SqlStrategies
    jobs: SqlJobs
    runs: SqlRuns
    audit: SqlAuditLog
    model_turns: SqlModelTurns
    paper_book: SqlPaperBook

    async def close(self) -> None:
        """Let the file go."""
        await self.database.close()


async def open_stores(
    path: Path, *, creator: Creator | None = None, durable: bool = True
) -> Stores:
    """Open or make the database of a desk (see `Database.open`).

    Raises StoreUnavailable when it is locked or the disk is full, StateCorrupt when it is damaged
    or a newer Outcry wrote it.
    """
    database = await Database.open(path, creator=creator, durable=durable)
    return Stores(
        database=database,
        journal=SqlJournal(database),
        snapshots=SqlSnapshots(database),
        listings=SqlListings(database),
        history=SqlTradeHistory(database),
        inbox=SqlInbox(database),
        tickets=SqlTickets(database),
        provenance=SqlProvenance(database),
        outbox=SqlOutbox(database),
        hearings=SqlHearings(database),
        acknowledgements=SqlAcknowledgements(database),
        platform_notes=SqlPlatformNotes(database),
        people=SqlPeople(database),
        link_codes=SqlLinkCodes(database),
        tries=SqlTries(database),
        second_factors=SqlSecondFactors(database),
        venue_keys=SqlKeys(database),
        hooks=SqlHooks(database),
        watchlists=SqlWatchlists(database),
        schedules=SqlSchedules(database),
        strategies=SqlStrategies(database),
        jobs=SqlJobs(database),
        runs=SqlRuns(database),
        audit=SqlAuditLog(database),
        model_turns=SqlModelTurns(database),
        paper_book=SqlPaperBook(database),
    )
