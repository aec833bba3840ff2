"""Signals of programs."""
