"""A trading desk in a chat."""
