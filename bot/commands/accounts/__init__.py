"""Accounts at venues, their keys, and whether they trade for real."""
