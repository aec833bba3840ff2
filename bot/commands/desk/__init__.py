"""Help, settings and the desk itself."""
