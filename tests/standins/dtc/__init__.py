"""A stand-in of a DTC server."""
