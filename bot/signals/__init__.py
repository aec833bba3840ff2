"""Signals of programs: taken in, and carried out as far as a hook's mandate goes."""
