"""What several commands have in common, for commands know nothing of each other."""
