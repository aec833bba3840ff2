"""What is held and what it made."""
