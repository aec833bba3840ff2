"""The tables. JSON and Decimals are TEXT, times are integers in UTC ms.

What a query looks for has a column of its own; the whole value lies beside it as JSON in `body`,
so that a new field of a value needs no migration.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

# The journal and the projections that are written beside it.
journal = Table(
    "journal",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Index("journal_by_subject", "subject", sqlite_where=text("subject != ''")),
)
intents = Table(
    "intents",
    metadata,
    Column("key", Text, primary_key=True, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)
accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("body", Text, nullable=False),
)
snapshots = Table(
    "snapshots",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
orders = Table(
    "orders",
    metadata,
    Column("client_order_id", Text, primary_key=True, nullable=False),
    Column("account", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("placed_at", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("orders_by_account", "account", "placed_at"),
)
fills = Table(
    "fills",
    metadata,
    Column("account", Text, nullable=False),
    Column("client_order_id", Text, nullable=False),
    Column("trade_id", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("account", "client_order_id", "trade_id"),
    Index("fills_by_account", "account", "at"),
)
cash_entries = Table(
    "cash_entries",
    metadata,
    Column("account", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("account", "id"),
    Index("cash_entries_by_account", "account", "at"),
)
positions = Table(
    "positions",
    metadata,
    Column("account", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("account", "symbol"),
)
cash = Table(
    "cash",
    metadata,
    Column("account", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", Text, nullable=False),
    PrimaryKeyConstraint("account", "currency"),
)

# What was heard, what waits for a yes, what is to be said.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("text", Text, nullable=False),
    # The last message that had been received when this one was answered; 0 until then.
    Column("answered", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("platform", "update_id"),
    Index("inbox_unanswered", "id", sqlite_where=text("answered = 0")),
    Index("inbox_by_sender", "conversation", "sender", "id"),
)
tickets = Table(
    "tickets",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("person", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("expires_at", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("used_by", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("tickets_pending", "person", "conversation", sqlite_where=text("state = 'pending'")),
    Index("tickets_used", "used_by", sqlite_where=text("state = 'used'")),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("unsure", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("settled_at", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("due_at", Integer, nullable=False),
    UniqueConstraint("key", "platform", "conversation", "person"),
    Index("outbox_pending", "platform", "priority", "id", sqlite_where=text("state = 'pending'")),
    Index("outbox_held", "due_at", sqlite_where=text("state = 'held'")),
    Index("outbox_settled", "platform", "settled_at", sqlite_where=text("state != 'pending'")),
)
# What people and channels want to hear.
hearings = Table(
    "hearings",
    metadata,
    Column("listener", Text, primary_key=True, nullable=False),
    Column("is_channel", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
# Who has seen an urgent piece of news.
seen = Table(
    "seen",
    metadata,
    Column("sequence", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Integer, nullable=False),
    PrimaryKeyConstraint("sequence", "person"),
)
# What a platform is known to want: silence for a while, another name for a conversation, a card
# that is there already and may be changed.
silences = Table(
    "silences",
    metadata,
    Column("platform", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("until", Integer, nullable=False),
    PrimaryKeyConstraint("platform", "scope"),
)
moves = Table(
    "moves",
    metadata,
    Column("platform", Text, nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    PrimaryKeyConstraint("platform", "old"),
)
shown = Table(
    "shown",
    metadata,
    Column("platform", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("at", Integer, nullable=False),
    PrimaryKeyConstraint("platform", "conversation", "subject"),
)
cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    Column("sequence", Integer, nullable=False),
)

# People and what they keep.
people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("home_platform", Text, nullable=False),
    Column("home_conversation", Text, nullable=False),
)
identities = Table(
    "identities",
    metadata,
    Column("platform", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("person", Text, ForeignKey("people.id"), nullable=False),
    PrimaryKeyConstraint("platform", "sender"),
)
reaches = Table(
    "reaches",
    metadata,
    Column("person", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    PrimaryKeyConstraint("person", "platform"),
)
# The group in which somebody without a private conversation was heard last.
gatherings = Table(
    "gatherings",
    metadata,
    Column("person", Text, primary_key=True, nullable=False),
    Column("conversation", Text, nullable=False),
)
link_codes = Table(
    "link_codes",
    metadata,
    Column("digest", Text, primary_key=True, nullable=False),
    Column("person", Text, nullable=False),
    Column("expires_at", Integer, nullable=False),
    Column("is_claimed", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("person"),
)
tries = Table(
    "tries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Index("tries_by_subject", "subject", "at"),
)
second_factors = Table(
    "second_factors",
    metadata,
    Column("person", Text, primary_key=True, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("is_on", Integer, nullable=False),
    Column("last_step", Integer, nullable=False),
)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person", Text, nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("person", "digest"),
)
venue_keys = Table(
    "venue_keys",
    metadata,
    Column("account", Text, primary_key=True, nullable=False),
    Column("body", Text, nullable=False),
)
live_decisions = Table(
    "live_decisions",
    metadata,
    Column("account", Text, primary_key=True, nullable=False),
    Column("body", Text, nullable=False),
)
hooks = Table(
    "hooks",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    Column("body", Text, nullable=False),
)
hook_uses = Table(
    "hook_uses",
    metadata,
    Column("hook", Text, nullable=False),
    Column("signal", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("hook", "signal"),
    Index("hook_uses_by_time", "hook", "at"),
)
listings = Table(
    "listings",
    metadata,
    Column("symbol", Text, primary_key=True, nullable=False),
    Column("body", Text, nullable=False),
)
watchlists = Table(
    "watchlists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    UniqueConstraint("person", "symbol"),
)
schedules = Table(
    "schedules",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("owner", Text, nullable=False),
    Column("next_due", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("last_run", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("schedules_by_owner", "owner", "created_at"),
    Index("schedules_by_next_due", "next_due"),
)
strategies = Table(
    "strategies",
    metadata,
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("used_at", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("name", "version"),
)
jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("started_at", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("account", Text, nullable=False),
    Column("started_at", Integer, nullable=False),
    Column("stopped_at", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("runs_by_account", "account", "started_at"),
)
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("audit_by_time", "at"),
)

# What a language model was told by whom, and its cost; `body` is emptied when it is forgotten.
model_turns = Table(
    "model_turns",
    metadata,
    Column("message", Integer, primary_key=True),
    Column("person", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("look_ups", Integer, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("model_turns_by_person", "person", "at"),
)

# A paper venue's memory of itself.
paper_orders = Table(
    "paper_orders",
    metadata,
    Column("client_order_id", Text, primary_key=True, nullable=False),
    Column("is_open", Integer, nullable=False),
    Column("updated_at", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("paper_orders_open", "client_order_id", sqlite_where=text("is_open = 1")),
    Index("paper_orders_by_time", "updated_at"),
)
paper_holdings = Table(
    "paper_holdings",
    metadata,
    Column("account", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    PrimaryKeyConstraint("account", "symbol"),
)
