"""Longer candles from shorter ones; the domain holds it, where connectors share it."""

from engine.domain.resampling import openings, resample

__all__ = ["openings", "resample"]
