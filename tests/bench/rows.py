"""What a bar is told as."""

from __future__ import annotations

Row = tuple[str, float, float, str]
"""Measure, figure, bar, unit; a leading `<` of the unit means at most the bar."""
