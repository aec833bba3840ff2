"""The yes and the no."""
