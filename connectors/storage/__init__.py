"""What the desk remembers: one SQLite database, its stores, its migrations and its lease."""
