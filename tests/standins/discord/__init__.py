"""Discord on 127.0.0.1: REST, gateway and interactions, real limits, and people who use the bot."""
