"""Placing, changing and looking at orders."""
