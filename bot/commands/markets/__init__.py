"""Prices, charts and lists."""
