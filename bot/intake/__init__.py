"""Received once, in order, within bounds."""
