"""The commits of the stores, by name, so that a crash can be aimed at either side of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: `before`, nothing of it is on disk; `after`, all of it is."""

    before: str
    after: str


SCHEMA_UPGRADE = Commit("schema.upgrading", "schema.upgraded")
SNAPSHOT_KEEP = Commit("snapshots.keeping", "snapshots.kept")
JOURNAL_APPEND = Commit("journal.appending", "journal.appended")
INBOX_RECEIVE = Commit("inbox.receiving", "inbox.received")
INBOX_ANSWER = Commit("inbox.answering", "inbox.answered")
TICKET_REDEEM = Commit("tickets.redeeming", "tickets.redeemed")
TICKET_REFUSE = Commit("tickets.refusing", "tickets.refused")
OUTBOX_LEAVE = Commit("outbox.leaving", "outbox.left")
OUTBOX_RECORD = Commit("outbox.recording", "outbox.recorded")
OUTBOX_FOLLOW = Commit("outbox.following", "outbox.followed")
OUTBOX_RELEASE = Commit("outbox.releasing", "outbox.released")
OUTBOX_HASTEN = Commit("outbox.hastening", "outbox.hastened")
HEARING_CHOOSE = Commit("hearings.choosing", "hearings.chosen")
NEWS_SEEN = Commit("seen.seeing", "seen.seen")
PLATFORM_NOTE = Commit("platform_notes.noting", "platform_notes.noted")
PEOPLE_JOIN = Commit("people.joining", "people.joined")
PEOPLE_CHANGE = Commit("people.changing", "people.changed")
PEOPLE_MOVE = Commit("people.moving", "people.moved")
LINK_CODE_OFFER = Commit("link_codes.offering", "link_codes.offered")
LINK_CODE_CLAIM = Commit("link_codes.claiming", "link_codes.claimed")
LINK_CODE_END = Commit("link_codes.ending", "link_codes.ended")
TRIES_SPEND = Commit("tries.spending", "tries.spent")
TRIES_CLEAR = Commit("tries.clearing", "tries.cleared")
FACTOR_CHANGE = Commit("second_factors.changing", "second_factors.changed")
FACTOR_SPEND = Commit("second_factors.spending", "second_factors.spent")
KEYS_CHANGE = Commit("venue_keys.changing", "venue_keys.changed")
LIVE_DECIDE = Commit("live.deciding", "live.decided")
HOOK_CHANGE = Commit("hooks.changing", "hooks.changed")
HOOK_SPEND = Commit("hooks.spending", "hooks.spent")
WATCHLIST_ADD = Commit("watchlists.adding", "watchlists.added")
WATCHLIST_REMOVE = Commit("watchlists.removing", "watchlists.removed")
SCHEDULE_ADD = Commit("schedules.adding", "schedules.added")
SCHEDULE_REMOVE = Commit("schedules.removing", "schedules.removed")
SCHEDULE_RAN = Commit("schedules.running", "schedules.ran")
STRATEGY_KEEP = Commit("strategies.keeping", "strategies.kept")
STRATEGY_USE = Commit("strategies.using", "strategies.used")
STRATEGY_FORGET = Commit("strategies.forgetting", "strategies.forgotten")
MODEL_TURN_KEEP = Commit("model_turns.keeping", "model_turns.kept")
MODEL_TURN_FORGET = Commit("model_turns.forgetting", "model_turns.forgotten")
JOB_ADD = Commit("jobs.adding", "jobs.added")
JOB_REMOVE = Commit("jobs.removing", "jobs.removed")
RUN_SAVE = Commit("runs.saving", "runs.saved")
LISTINGS_KEEP = Commit("listings.keeping", "listings.kept")
PAPER_BOOK_SAVE = Commit("paper_book.saving", "paper_book.saved")

COMMITS = (
    SCHEMA_UPGRADE,
    JOURNAL_APPEND,
    INBOX_RECEIVE,
    INBOX_ANSWER,
    TICKET_REDEEM,
    TICKET_REFUSE,
    OUTBOX_LEAVE,
    OUTBOX_RECORD,
    OUTBOX_FOLLOW,
    OUTBOX_RELEASE,
    OUTBOX_HASTEN,
    HEARING_CHOOSE,
    NEWS_SEEN,
    PLATFORM_NOTE,
    PEOPLE_JOIN,
    PEOPLE_CHANGE,
    PEOPLE_MOVE,
    LINK_CODE_OFFER,
    LINK_CODE_CLAIM,
    LINK_CODE_END,
    TRIES_SPEND,
    TRIES_CLEAR,
    FACTOR_CHANGE,
    FACTOR_SPEND,
    KEYS_CHANGE,
    LIVE_DECIDE,
    HOOK_CHANGE,
    HOOK_SPEND,
    WATCHLIST_ADD,
    WATCHLIST_REMOVE,
    SCHEDULE_ADD,
    SCHEDULE_REMOVE,
    SCHEDULE_RAN,
    STRATEGY_KEEP,
    STRATEGY_USE,
    STRATEGY_FORGET,
    MODEL_TURN_KEEP,
    MODEL_TURN_FORGET,
    JOB_ADD,
    JOB_REMOVE,
    RUN_SAVE,
    LISTINGS_KEEP,
    PAPER_BOOK_SAVE,
)

BOUNDARIES = tuple(name for commit in COMMITS for name in (commit.before, commit.after))
"""Every boundary's name, in the order of COMMITS."""
