"""Do they mean it: stored tickets, shown first, used once."""
