"""Limits and the kill switch."""
