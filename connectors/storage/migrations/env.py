"""What Alembic runs for each upgrade: the steps, in the transaction that is open already."""

from __future__ import annotations

from alembic import context

from connectors.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
