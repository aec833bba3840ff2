"""Discord as a chat platform, on discord.py."""
