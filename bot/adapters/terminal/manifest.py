"""What the terminal is called and can do."""

from __future__ import annotations

PLATFORM = "terminal"
OWNER = "you"
"""The person at the keyboard, where no other name is given."""
