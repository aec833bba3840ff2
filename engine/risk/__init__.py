"""What an order must pass before it may exist: one file a rule."""
