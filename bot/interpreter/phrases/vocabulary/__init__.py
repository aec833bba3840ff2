"""The words of traders as tables: concepts, commands, guards. No logic."""
