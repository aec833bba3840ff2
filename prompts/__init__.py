"""Texts for interpreters; no code."""
