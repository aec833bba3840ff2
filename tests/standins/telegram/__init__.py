"""The Bot API on 127.0.0.1: real HTTP, real limits, and people who use the bot."""
