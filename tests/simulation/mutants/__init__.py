"""Deliberate defects that the simulation must see."""
